"""The README says what is true."""

from __future__ import annotations

import re

from poe_tui.cli.run import COMMANDS
from poe_tui.errors import ExitCode
from tests.readme import README, with_keys

TEXT = README.read_text(encoding="utf-8")


def test_the_keys_are_those_of_the_app() -> None:
    assert with_keys(TEXT) == TEXT, "run `python -m tests.readme`"


def test_every_exit_code_is_named() -> None:
    named = re.search(r"It exits with (.*?)interrupted\.", TEXT, re.DOTALL)
    assert named is not None
    assert {int(code) for code in re.findall(r"\d+", named[1])} == set(ExitCode)


def test_every_picture_and_page_it_links_to_exists() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", TEXT)
    assert links
    assert [link for link in links if not (README.parent / link).exists()] == []


def test_every_subcommand_it_shows_exists() -> None:
    shown = set(re.findall(r"(?:`|^|\| )poe-tui ([a-z]+)\b", TEXT, re.MULTILINE))
    assert shown <= set(COMMANDS)
