"""The help screen, and the lists of keys it is made of."""

from __future__ import annotations

import pytest

from poe_tui.ui.command import PLACES
from poe_tui.ui.commands import COMMANDS
from poe_tui.ui.key_list import help_sections, key_rows, key_table
from poe_tui.ui.screens.help import HelpScreen, Keys
from tests.ui.screens.host import Host, screen_text, wait_until


def test_what_has_the_focus_comes_first_and_nothing_is_missing() -> None:
    sections = help_sections("transcript")
    assert sections[0].title == "Reading"
    assert {section.title for section in sections} == set(PLACES.values())
    titles = {row.title for section in sections for row in section.rows}
    assert {command.series or command.title for command in COMMANDS} == titles


def test_a_run_of_numbered_keys_is_one_line() -> None:
    rows = [row for row in key_rows("app") if row.title == "Send that suggested reply"]
    assert [row.keys for row in rows] == ["alt+1 … alt+9"]


def test_the_user_s_keys_are_shown_not_the_defaults() -> None:
    rows = key_rows("app", {"conversation.new": "ctrl+t"})
    assert [row.keys for row in rows if row.title == "New conversation"] == ["ctrl+t"]


def test_the_readme_s_table_has_a_line_for_every_key() -> None:
    table = key_table()
    assert "| ctrl+o | anywhere | Switch bot." in table
    assert "| \\* | choosing a bot |" in table
    rows = [row for where in PLACES for row in key_rows(where) if row.keys]
    assert len(table.splitlines()) == 2 + len(rows)
    assert all(line.count(" | ") == 2 for line in table.splitlines()[2:])


@pytest.mark.parametrize("key", ["escape", "f1", "q"])
async def test_help_is_closed_with_one_key(key: str) -> None:
    app = Host(HelpScreen(help_sections("composer")))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "WRITING" in screen_text(app)
        await pilot.press(key)
        assert app.results == [None]


async def test_help_scrolls_to_its_end() -> None:
    app = Host(HelpScreen(help_sections("composer")))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "Leave everything as it is" not in screen_text(app)
        await pilot.press("end")
        await wait_until(pilot, lambda: "Leave everything as it is" in screen_text(app))


async def test_what_does_not_fit_beside_a_key_wraps_in_its_column() -> None:
    app = Host(HelpScreen(help_sections("composer")))
    async with app.run_test(size=(50, 40)) as pilot:
        await pilot.pause()
        column = app.screen.query(Keys).first().content_region.x + 16
        lines = screen_text(app).splitlines()
        at = next(y for y, line in enumerate(lines) if "While a reply" in line)
        assert lines[at].index("While") == column
        assert lines[at + 1][:column].strip(" │") == ""


async def test_help_fits_a_small_terminal() -> None:
    app = Host(HelpScreen(help_sections()))
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        assert "Switch bot" in screen_text(app)
