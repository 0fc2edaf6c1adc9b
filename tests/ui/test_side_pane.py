"""The lists of bots and conversations, the title row, the status line, and their figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Failure, Message
from poe_tui.store.conversations import Entry
from poe_tui.ui.entries import Entries
from poe_tui.ui.figures import age, counted, grouped, spent
from poe_tui.ui.screens.verbs import verbs
from poe_tui.ui.widgets.line_list import LineList, fit
from poe_tui.ui.widgets.sidebar import SPINNER, ConversationList
from tests.ui.desk import NOON, Desk, screen_lines, wait_until


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-5, "now"), (59, "now"), (60, "1m"), (3_599, "59m"), (3_600, "1h"), (86_399, "23h")],
)
def test_an_age_is_short(seconds: int, shown: str) -> None:
    assert age(NOON - timedelta(seconds=seconds), NOON) == shown


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=20_000)))
def test_an_age_takes_at_most_six_cells(since: timedelta) -> None:
    assert 0 < len(age(NOON - since, NOON)) <= 6


def test_a_week_is_told_by_its_days_and_a_year_by_its_months() -> None:
    assert age(NOON - timedelta(days=2), NOON) == "Mon"
    assert age(NOON - timedelta(days=40), NOON) == "23 Jan"
    assert age(NOON - timedelta(days=400), NOON) == "2025"


def test_numbers_are_grouped_and_nouns_counted() -> None:
    assert grouped(12_345) == "12,345"
    assert counted(1, "message") == "1 message"
    assert counted(1_140, "message") == "1,140 messages"


def test_what_was_spent_is_a_guess_as_soon_as_one_part_is() -> None:
    exact = Message(role="bot", points=1_000, points_exact=True)
    guess = Message(role="bot", points=140)
    assert spent([exact]) == "1,000 pts"
    assert spent([exact, guess]) == "≈ 1,140 pts"
    assert spent([Message(role="bot")]) == ""
    refused, broken = Failure(kind="over_cap", title="No"), Failure(kind="bot_failed", title="No")
    assert spent([exact, Message(role="bot", status="failed", error=refused)]) == "1,000 pts"
    unknown = Message(role="bot", status="failed", error=broken)
    assert spent([exact, unknown]) == "≈ 1,000 pts", "it may have been paid for"


@given(st.text(), st.integers(min_value=0, max_value=40))
def test_a_fitted_text_is_as_wide_as_asked(text: str, width: int) -> None:
    text = "".join(character for character in text if character.isprintable())
    assert cell_len(fit(text, width)) == width


def test_the_pinned_come_first_and_then_the_newest() -> None:
    entries = Entries()
    entries.replace(
        Entry(id=name, title=name, updated=NOON - timedelta(hours=hours), pinned=pinned)
        for name, hours, pinned in [("old", 9, False), ("pinned", 99, True), ("new", 1, False)]
    )
    assert [entry.id for entry in entries.ordered] == ["pinned", "new", "old"]
    assert entries.neighbour("new", 1) == "old"
    assert entries.neighbour("old", 1) == "old"
    assert entries.neighbour("gone", 1) == "pinned"
    assert entries.successor("old") == "new"
    assert entries.successor("pinned") == "new"


def test_the_only_entry_has_no_successor() -> None:
    entries = Entries()
    assert entries.successor("any") is None
    conversation = Conversation()
    entries.put(conversation)
    assert entries.successor(conversation.id) is None
    assert entries.drop(conversation.id)
    assert not entries.drop(conversation.id)


def test_the_verbs_follow_what_enter_and_escape_would_do() -> None:
    idle = dict(verbs("composer", streaming=False, editing=False, keymap={}))
    assert idle["↵"] == "send"
    assert "esc" not in idle
    running = dict(verbs("composer", streaming=True, editing=False, keymap={}))
    assert (running["↵"], running["esc"]) == ("queue", "stop")
    editing = dict(verbs("composer", streaming=True, editing=True, keymap={}))
    assert (editing["↵"], editing["esc"]) == ("send the edit", "leave as it was")


async def test_five_thousand_conversations_cost_only_the_rows_that_are_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[int] = []
    original = ConversationList.row_spans

    def counting(self: ConversationList, index: int, width: int) -> object:
        drawn.append(index)
        return original(self, index, width)

    monkeypatch.setattr(ConversationList, "row_spans", counting)
    desk = Desk(clock=lambda: NOON)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        drawn.clear()
        desk.main.chats.set_entries(
            Entry(id=f"{n:05}", title=f"Number {n}", updated=NOON - timedelta(minutes=n))
            for n in range(5_000)
        )
        await wait_until(pilot, lambda: "Number 0" in "\n".join(screen_lines(desk.app)))
        assert len(set(drawn)) < 30
        conversations = desk.main.query_exactly_one(ConversationList)
        conversations.focus()
        await pilot.press("end")
        await wait_until(pilot, lambda: "Number 4999" in "\n".join(screen_lines(desk.app)))
        await pilot.press("pageup", "up", "home", "down", "pagedown")
        assert 0 < conversations.highlighted < 40


async def test_a_streaming_conversation_has_a_spinner_and_an_unread_one_a_dot() -> None:
    desk = Desk(clock=lambda: NOON)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        desk.bots.hold()
        await desk.ask(pilot, "hidden", wait=False)
        await pilot.press("ctrl+n")
        row = _row(desk, "hidden")
        await wait_until(pilot, lambda: any(frame in row() for frame in SPINNER))
        desk.bots.let_go()
        await wait_until(pilot, lambda: "•" in row())


async def test_a_spinner_draws_no_row_but_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    original = ConversationList.row_spans

    def counting(self: ConversationList, index: int, width: int) -> object:
        drawn.append(index)
        return original(self, index, width)

    desk = Desk(clock=lambda: NOON)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "an answered one")
        await pilot.press("ctrl+n")
        desk.bots.hold()
        await desk.ask(pilot, "one that streams", wait=False)
        row = _row(desk, "one that streams")
        await wait_until(pilot, lambda: any(frame in row() for frame in SPINNER))
        await pilot.pause()
        monkeypatch.setattr(ConversationList, "row_spans", counting)
        await wait_until(pilot, lambda: len(drawn) >= 3)
        assert len(set(drawn)) == 1
        desk.bots.let_go()


async def test_a_click_opens_a_conversation() -> None:
    desk = Desk(clock=lambda: NOON)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "first")
        first = desk.current.id
        await pilot.press("ctrl+n")
        await pilot.click("#conversations", offset=(5, 0))
        await wait_until(pilot, lambda: desk.current.id == first)


async def test_an_empty_list_takes_every_key() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        desk.main.query_exactly_one(ConversationList).focus()
        await pilot.press("down", "end", "pageup", "enter", "d", "r", "p", "u")
        assert isinstance(desk.main.focused, LineList)
        assert desk.app.screen is desk.main


def _row(desk: Desk, title: str) -> Callable[[], str]:
    return lambda: next((line[:30] for line in screen_lines(desk.app) if title in line[:30]), "")
