"""Keys typed in one go: what follows a key belongs to what that key opened."""

from __future__ import annotations

import pytest
from textual import events
from textual.keys import _character_to_key
from textual.widgets import Input

from tests.ui.desk import Desk, wait_until


def burst(desk: Desk, *keys: str) -> None:
    """Type `keys` faster than the app can take them."""
    driver = desk.app._driver
    assert driver is not None
    for key in keys:
        typed = key if len(key) == 1 else None
        driver.send_message(events.Key(_character_to_key(key) if typed else key, typed))


def box(desk: Desk) -> str | None:
    """Return what is in the line that has the focus; None when it is none."""
    focused = desk.app.focused
    return focused.value if isinstance(focused, Input) else None


@pytest.mark.parametrize("key", ["ctrl+f", "ctrl+o", "ctrl+p", "ctrl+r"])
async def test_what_is_typed_behind_a_key_goes_where_that_key_leads(key: str) -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "an earlier prompt")
        burst(desk, "a", key, "b", "c", "d")
        await wait_until(pilot, lambda: box(desk) == "bcd")
        assert desk.composed == "a"


async def test_a_paste_waits_for_its_turn_among_the_keys() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        driver = desk.app._driver
        assert driver is not None
        burst(desk, "ctrl+o", "b")
        driver.send_message(events.Paste("cd"))
        burst(desk, "e")
        await wait_until(pilot, lambda: box(desk) == "bcde")
        assert desk.composed == ""


async def test_one_key_may_lead_on_from_what_another_opened() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        burst(desk, "a", "ctrl+o", "G", "P", "T", "enter")
        await wait_until(pilot, lambda: desk.current.bot == "GPT-5.1")
        assert desk.composed == "a"


async def test_a_key_that_opens_nothing_keeps_nobody_waiting() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        burst(desk, "ctrl+r", "a", "b")  # no prompts have been sent yet
        await wait_until(pilot, lambda: desk.composed == "ab")


async def test_what_is_typed_behind_a_new_conversation_is_its_draft() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "one")
        first = desk.current
        burst(desk, "a", "ctrl+n", "b", "c")
        await wait_until(pilot, lambda: desk.composed == "bc")
        assert (first.draft, desk.current is first) == ("a", False)


async def test_what_is_typed_behind_the_key_that_chooses_is_for_what_comes_back() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        burst(desk, "a", "ctrl+o", *"GPT", "enter", *"bcd")
        await wait_until(pilot, lambda: desk.composed == "abcd")
        assert desk.current.bot == "GPT-5.1"


@pytest.mark.parametrize("key", ["ctrl+f", "ctrl+o", "ctrl+p", "ctrl+r", "f1"])
async def test_what_is_typed_behind_the_key_that_leaves_is_for_what_comes_back(key: str) -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "an earlier prompt")
        burst(desk, "a", key, "escape", *"bcd")
        await wait_until(pilot, lambda: desk.composed == "abcd")


async def test_a_letter_that_acts_is_done_before_what_is_typed_behind_it() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "one")
        await pilot.press("shift+tab")
        burst(desk, "/", *"abc")
        await wait_until(pilot, lambda: box(desk) == "abc")


async def test_a_command_chosen_in_one_go_is_carried_out_before_what_is_typed_behind_it() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "one")
        first = desk.current
        burst(desk, "a", "ctrl+p", *"new conversation", "enter", *"bc")
        await wait_until(pilot, lambda: desk.composed == "bc")
        assert (first.draft, desk.current is first) == ("a", False)


async def test_the_find_bar_is_there_before_the_key_behind_the_one_that_opens_it() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "one")
        await pilot.press("shift+tab")
        burst(desk, "/", "tab", *"abc")
        await wait_until(pilot, lambda: desk.composed == "abc")


@pytest.mark.parametrize("key", ["ctrl+o", "ctrl+p", "ctrl+r"])
@pytest.mark.parametrize("second", ["enter", "escape"])
async def test_an_answer_that_is_given_twice_counts_once(key: str, second: str) -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "an earlier prompt")
        await pilot.press(key)
        await wait_until(pilot, lambda: box(desk) == "")
        await pilot.press("down")
        burst(desk, "enter", second, second)
        await wait_until(pilot, lambda: box(desk) is None)
        await pilot.pause()
        assert desk.app.is_running
        assert desk.app.crash is None


@pytest.mark.parametrize("key", ["ctrl+f", "ctrl+o", "ctrl+r"])
async def test_a_key_that_edits_a_line_is_obeyed_before_what_is_typed_behind_it(key: str) -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "an earlier prompt")
        await pilot.press(key)
        await wait_until(pilot, lambda: box(desk) is not None)
        burst(desk, "x", "ctrl+u", "4", "backspace", "7")
        await wait_until(pilot, lambda: box(desk) == "7")


async def test_a_cap_is_what_was_typed_in_one_go() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        desk.app.action_caps()
        await wait_until(pilot, lambda: box(desk) == "0")
        burst(desk, "ctrl+u", "4", "0", "backspace", "7", "enter")
        await wait_until(pilot, lambda: desk.services.spending.budget.caps.confirm_over == 47)


async def test_what_never_opens_lets_the_keys_go_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("poe_tui.ui.type_ahead._STEP", 0.001)
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        desk.app.type_ahead.opening(object(), longest=0.01)
        burst(desk, *"abc")
        await wait_until(pilot, lambda: desk.composed == "abc")
