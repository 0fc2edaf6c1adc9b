"""The composition root: what belongs to the user and what to the demo, and that all of it stops."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import pytest

from poe_tui.cli.compose import DEMO_BOT, Composition
from poe_tui.paths import find_paths
from tests.cli.shell import Shell


def answers(base: str) -> bool:
    """Return whether somebody listens at `base`, an address with a port."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", int(base.rpartition(":")[2]))) == 0


def revealed(composition: Composition, *, demo: bool = False) -> str:
    key = composition.build_services(demo=demo).keys.find()
    assert key is not None
    return key.reveal()


def test_the_demo_runs_as_long_as_the_composition() -> None:
    with Composition() as composition:
        services = composition.build_services(demo=True)
        base = services.client.endpoints.base
        assert services.demo
        assert services.settings.bot == DEMO_BOT
        assert services.paths == find_paths(demo=True)
        assert answers(base)
    assert not answers(base)


async def test_a_newcomer_can_change_to_the_demo_while_the_app_runs() -> None:
    with Composition() as composition:
        mine = composition.build_services(overrides={"theme": "day"})
        demo = await composition.start_demo()
        assert not mine.demo
        assert demo.settings.theme == "day"
        assert answers(demo.client.endpoints.base)


def test_the_demo_sees_nothing_of_the_users(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POE_API_KEY", "the-users-key")
    monkeypatch.setenv("POE_TUI_BASE_URL", "not an address")
    config = find_paths().config_file
    config.parent.mkdir(parents=True)
    config.write_text("broken = ")
    result = shell("ask", "--demo", "-b", "Echo", "hello")
    assert (result.code, result.out) == (0, "hello\n")
    with Composition() as composition:
        assert revealed(composition, demo=True) == "demo-key"


def test_the_demo_can_have_settings_of_its_own(shell: Shell) -> None:
    config = find_paths(demo=True).config_file
    config.parent.mkdir(parents=True)
    config.write_text('theme = "day"')
    with Composition() as composition:
        assert composition.build_services(demo=True).settings.theme == "day"


def test_a_setting_of_the_demo_wins_over_its_default_bot() -> None:
    config = find_paths(demo=True).config_file
    config.parent.mkdir(parents=True)
    config.write_text('bot = "Echo"')
    with Composition() as composition:
        assert composition.build_services(demo=True).settings.bot == "Echo"


def test_building_makes_no_files(tmp_path: Path) -> None:
    with Composition() as composition:
        composition.build_services()
        composition.build_services(demo=True)
    assert list(tmp_path.iterdir()) == []


def test_the_log_is_made_when_there_is_something_and_holds_no_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POE_API_KEY", "the-users-key")
    log = find_paths().log_file
    with Composition() as composition:
        revealed(composition)
        logging.getLogger("poe_tui.somewhere").info("nothing much")
        assert not log.exists()
        logging.getLogger("poe_tui.somewhere").warning("sent the-users-key")
        logging.getLogger("poe_tui.somewhere").warning("a bot said \x1b[2J\x9b\u202e")
    assert "sent ••••" in log.read_text()
    assert "a bot said ␛[2J⟨U+009B⟩⟨U+202E⟩" in log.read_text()
    logging.getLogger("poe_tui").warning("nobody listens any more")
    assert "any more" not in log.read_text()


def test_a_long_log_is_set_aside() -> None:
    log = find_paths().log_file
    log.parent.mkdir(parents=True)
    log.write_text("x" * 1_000_001)
    with Composition():
        logging.getLogger("poe_tui").error("new")
    assert log.read_text().endswith("new\n")
    assert len(log.read_text()) < 200
    assert log.with_name("poe-tui.log.1").exists()
