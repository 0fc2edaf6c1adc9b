"""Who loads what, proved in fresh interpreters."""

from __future__ import annotations

import subprocess
import sys

import pytest

WIRE = ("fastapi", "fastapi_poe", "httpx", "pydantic", "keyring", "uvicorn")
"""The heavy half: it is loaded in a thread, or with the demo."""


APP = "import poe_tui.cli.run, poe_tui.cli.compose, poe_tui.cli.app, poe_tui.ui.app"
"""What is loaded before the first frame."""


def printed_by(script: str) -> set[str]:
    """Return the words that a new interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


def modules_after(code: str) -> set[str]:
    """Return the modules that a new interpreter has after `code`."""
    return printed_by(f"{code}\nimport sys\nprint(*sys.modules)")


def loaded_by(code: str) -> set[str]:
    """Return the top-level modules that a new interpreter has after `code`."""
    return {name.partition(".")[0] for name in modules_after(code)}


@pytest.mark.parametrize(
    "modules",
    [
        "poe_tui.chat.conversation, poe_tui.chat.turn, poe_tui.chat.events",
        "poe_tui.store.conversations",
        "poe_tui.poe.client, poe_tui.poe.catalog, poe_tui.poe.usage",
        "poe_tui.settings, poe_tui.state, poe_tui.keys, poe_tui.services, poe_tui.saving",
        "poe_tui.cli, poe_tui.cli.run, poe_tui.cli.compose, poe_tui.cli.ask, poe_tui.cli.app, "
        "poe_tui.cli.listing, poe_tui.cli.show, poe_tui.cli.bots, poe_tui.cli.keys",
        "poe_tui.demo, poe_tui.demo.service",
    ],
)
def test_everything_below_the_app_is_light_and_free_of_textual(modules: str) -> None:
    assert not loaded_by(f"import {modules}") & {"textual", *WIRE}


def test_the_app_loads_nothing_of_the_wire() -> None:
    loaded = loaded_by("import poe_tui.ui.app")
    assert "textual" in loaded
    assert not loaded & set(WIRE)


def test_a_balance_and_a_list_of_bots_do_without_fastapi_poe() -> None:
    loaded = loaded_by("import poe_tui.poe.session")
    assert "httpx" in loaded
    assert not loaded & {"fastapi", "fastapi_poe", "pydantic"}


def test_httpx_comes_without_its_command_line_which_is_there_for_who_asks() -> None:
    loaded = modules_after("import poe_tui.poe.session")
    assert not loaded & {"httpx._main", "click", "rich", "pygments"}
    assert "click" in modules_after("import poe_tui.poe.session, httpx._main")


def test_reading_leaves_out_what_only_a_growing_answer_needs() -> None:
    read = "from poe_tui.markdown.render import render\nrender({!r}, 80)"
    later = {"poe_tui.markdown.growth", "poe_tui.markdown.growers", "poe_tui.markdown.live"}
    assert not modules_after(read.format("a *text*")) & later
    assert "poe_tui.markdown.growth" in modules_after(read.format("Thinking...\n\n> so\n\nYes"))
    warm = "from poe_tui.markdown.warm import warm_up_for_answers\nwarm_up_for_answers().join()"
    assert modules_after(warm) >= later


def test_the_way_to_the_first_frame_leaves_out_what_only_a_message_needs() -> None:
    later = {"markdown_it", "mdit_py_plugins", "linkify_it", "sqlite3", "pyrate_limiter", "email"}
    assert not loaded_by(APP) & {*WIRE, *later}


def test_the_way_to_the_first_frame_leaves_out_what_only_an_action_needs() -> None:
    later = {
        "argparse",
        "webbrowser",
        "poe_tui.chat.title",
        "poe_tui.poe.feed",
        "poe_tui.ui.fuzzy",
        "poe_tui.bots",
    }
    assert not modules_after(APP) & later
    assert modules_after(f"{APP}\nimport poe_tui.chat.title") & later


def test_on_the_way_to_the_first_frame_only_events_are_dataclasses() -> None:
    made = printed_by(
        f"{APP}\n"
        "import gc\n"
        "kinds = [kind for kind in gc.get_objects() if isinstance(kind, type)]\n"
        "made = [kind for kind in kinds if '__dataclass_fields__' in vars(kind)]\n"
        "ours = [kind for kind in made if kind.__module__.startswith('poe_tui')]\n"
        "print(*(kind.__mro__[-2].__module__ for kind in ours))"
    )
    assert made == {"textual.message"}


def test_the_command_line_loads_the_standard_library_and_msgspec_alone() -> None:
    ours = loaded_by("import poe_tui.cli.run, poe_tui.cli.compose") - loaded_by("pass")
    assert ours - set(sys.stdlib_module_names) <= {"poe_tui", "msgspec", "typing_extensions"}


def test_the_version_is_told_before_anything_is_loaded() -> None:
    code = "from poe_tui.cli import main\nmain(['--version'])"
    assert not loaded_by(code) & {"argparse", "asyncio", "msgspec", "textual", *WIRE}


def opened_by(code: str) -> set[str]:
    """Return what of the user's directories a new interpreter opens or makes in running `code`."""
    script = (
        "import os, sys\n"
        "opened = set()\n"
        "roots = tuple(os.environ[f'POE_TUI_{kind}_DIR'] for kind in ('DATA', 'CONFIG', 'CACHE'))\n"
        "sys.addaudithook(lambda event, args: opened.add(str(args[0]))"
        " if event in ('open', 'os.mkdir') and str(args[0]).startswith(roots) else None)\n"
        f"{code}\n"
        "print(*opened, sep='\\n')"
    )
    return printed_by(script)


def test_importing_makes_and_reads_nothing() -> None:
    assert opened_by("from poe_tui.paths import find_paths\nfind_paths().data.mkdir(parents=True)")
    modules = "poe_tui.cli.compose, poe_tui.cli.ask, poe_tui.cli.app, poe_tui.ui.app"
    assert opened_by(f"import {modules}") == set()
