"""The prompt history."""

from __future__ import annotations

import pytest

from poe_tui.ui.screens.history_picker import HistoryPicker, PromptRows
from tests.ui.screens.host import Host, screen_text

PROMPTS = ["Why is the sky dark?", "Write a haiku\nabout Rust", "Plan a trip to Lisbon", "again"]


def lines(app: Host[str | None]) -> int:
    return app.screen.query_one(PromptRows).row_count()


async def test_the_newest_prompt_is_first_and_enter_gives_it_back() -> None:
    app = Host(HistoryPicker(PROMPTS))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        assert app.results == ["again"]


async def test_every_word_must_be_in_the_prompt_whatever_its_case() -> None:
    app = Host(HistoryPicker(PROMPTS))
    async with app.run_test() as pilot:
        await pilot.press(*"rust HAIKU")
        await pilot.pause()
        assert lines(app) == 1
        await pilot.press("enter")
        assert app.results == ["Write a haiku\nabout Rust"]


@pytest.mark.parametrize("key", ["down", "ctrl+r"])
async def test_the_next_older_prompt_is_one_key_away(key: str) -> None:
    app = Host(HistoryPicker(PROMPTS))
    async with app.run_test() as pilot:
        await pilot.press(key, key, "up", "enter")
        assert app.results == ["Plan a trip to Lisbon"]


async def test_a_prompt_sent_twice_is_listed_once_where_it_was_last() -> None:
    app = Host(HistoryPicker(["again", "other", "again"]))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert lines(app) == 2
        await pilot.press("enter")
        assert app.results == ["again"]


async def test_the_highlighted_prompt_is_shown_with_its_lines() -> None:
    app = Host(HistoryPicker(PROMPTS))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press(*"haiku")
        await pilot.pause()
        shown = [line.strip(" │") for line in screen_text(app).splitlines()]
        assert "about Rust" in shown


async def test_words_that_nothing_holds_leave_the_picker_open() -> None:
    app = Host(HistoryPicker(PROMPTS))
    async with app.run_test() as pilot:
        await pilot.press(*"zebra", "enter")
        await pilot.pause()
        assert app.results == []
        assert "No prompt holds these words." in screen_text(app)
        await pilot.press("escape")
        assert app.results == [None]


async def test_a_click_chooses() -> None:
    app = Host(HistoryPicker(PROMPTS))
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.click(PromptRows, offset=(4, 1))
        assert app.results == ["Plan a trip to Lisbon"]


async def test_prompts_are_shown_as_text_and_given_back_untouched() -> None:
    evil = "\x1b[31m[red]x[/nope]\u202e\ty" + "z" * 5_000
    app = Host(HistoryPicker([evil]))
    async with app.run_test() as pilot:
        await pilot.pause()
        shown = screen_text(app)
        assert "[red]x[/nope]" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        await pilot.press("enter")
        assert app.results == [evil]


async def test_no_history_says_so() -> None:
    app = Host(HistoryPicker([]))
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press("down", "enter", "escape")
        assert app.results == [None]
