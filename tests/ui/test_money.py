"""What replies cost, on the screen and in the books: the app on the demo service."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.expenses import Spent
from poe_tui.chat.message import now
from poe_tui.demo.service import DemoService
from poe_tui.keys import Secret
from poe_tui.poe.client import PoeClient
from poe_tui.poe.usage import UsagePage
from poe_tui.ui.account import Account
from poe_tui.ui.figures import points
from poe_tui.ui.screens.consent import ConsentDialog
from poe_tui.ui.screens.usage import UsageScreen
from poe_tui.ui.widgets.balance import Balance
from tests.ui.desk import Desk, FixedUsage, screen_lines, services, wait_until
from tests.ui.test_on_the_wire import on

SIZE = (120, 34)
TURNS = 1_500
"""Poe's books are read a second after the reply."""


def screen(desk: Desk) -> str:
    """Return all that is on the screen."""
    return "\n".join(screen_lines(desk.app))


def account(desk: Desk) -> Account:
    """Return what the side pane knows."""
    return desk.main.query_exactly_one(Balance).account


async def booked(desk: Desk, pilot: Pilot[None], replies: int = 1) -> None:
    """Wait until so many replies are in the ledger with what they cost."""

    def known() -> bool:
        expenses = desk.services.spending.ledger.expenses()
        return sum(each.points is not None for each in expenses) >= replies

    await wait_until(pilot, known, turns=TURNS)


async def test_a_reply_shows_its_cost_in_header_title_and_todays_total(
    demo: DemoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A guess at first; for certain when Poe's books have had ten minutes for anything else."""
    desk = on(demo)
    async with desk.app.run_test(size=SIZE) as pilot:
        await desk.ask(pilot, "hello " * 200)
        assert "— pts" in screen(desk)
        await booked(desk, pilot)
        answer = desk.current.path()[-1]
        await wait_until(pilot, lambda: f"≈ {answer.points} pts" in screen(desk))
        await wait_until(pilot, lambda: f"today ≈ {answer.points}" in screen(desk), turns=TURNS)
        monkeypatch.setattr("poe_tui.chat.spending.now", lambda: now() + timedelta(minutes=10))
        desk.app.look_at_balance()
        await wait_until(pilot, lambda: answer.points_exact, turns=TURNS)
        await wait_until(pilot, lambda: f"≈ {answer.points} pts" not in screen(desk))
        await wait_until(pilot, lambda: f"today {answer.points}" in screen(desk), turns=TURNS)
        title = desk.main.pane.title_row._facts
        assert title == f"2 messages · {answer.points} pts"
        assert desk.on_disk().path()[-1].points == answer.points
        assert desk.on_disk().path()[-1].points_exact


async def test_a_cost_stays_a_guess_on_screen_and_disk_when_another_program_has_asked_too(
    demo: DemoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = on(demo)
    async with desk.app.run_test(size=SIZE) as pilot:
        await desk.ask(pilot, "hello " * 200)
        answer = desk.current.path()[-1]
        theirs = demo.charge("Echo", answer.created.timestamp() + 1, asked=4_000)
        await wait_until(pilot, lambda: theirs.settled + demo.knobs.ledger_lag < time.time())
        await booked(desk, pilot)
        monkeypatch.setattr("poe_tui.chat.spending.now", lambda: now() + timedelta(minutes=10))
        desk.app.look_at_balance()
        ledger = desk.services.spending.ledger
        await wait_until(pilot, lambda: not ledger.expenses()[0].is_open(now()), turns=TURNS)
        assert f"≈ {answer.points} pts" in screen(desk)
        assert not desk.on_disk().path()[-1].points_exact
        assert [each.exact for each in ledger.expenses()] == [False]


class SlowBooks(FixedUsage):
    """Books that take a moment to be read, and count who reads them, and the balance."""

    def __init__(self, client: PoeClient) -> None:
        super().__init__(client)
        self.spent = Spent(5, query_id="q")
        self.under_way: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.looks = 0

    async def balance(self, key: Secret | None = None) -> int:
        async with self._a_moment("balance"):
            return await super().balance(key)

    async def history(self, limit: int = 20, starting_after: str = "") -> UsagePage:
        self.looks += 1
        async with self._a_moment("history"):
            return await super().history(limit, starting_after)

    @asynccontextmanager
    async def _a_moment(self, what: str) -> AsyncIterator[None]:
        self.under_way[what] += 1
        self.most[what] = max(self.most[what], self.under_way[what])
        await asyncio.sleep(0.05)
        yield
        self.under_way[what] -= 1


async def test_replies_that_end_together_are_looked_up_together() -> None:
    given = services()
    given.usage = books = SlowBooks(given.client)
    given.spending._usage = books
    desk = Desk(given)
    async with desk.app.run_test(size=SIZE) as pilot:
        talks = [Conversation(bot="GPT-5.1") for _ in range(20)]
        for talk in talks:
            desk.main.chats.send(talk, "hello", drafted=False)
        await wait_until(pilot, desk.idle)
        before = books.looks
        await booked(desk, pilot, len(talks))
        await wait_until(pilot, lambda: desk.on_disk(talks[-1]).path()[-1].points == 5)
    assert books.most == {"history": 1, "balance": 1}
    assert books.looks - before <= 3


async def test_two_replies_of_one_bot_at_once_are_both_guesses(demo: DemoService) -> None:
    desk = on(demo, bot="Slow")
    async with desk.app.run_test(size=SIZE) as pilot:
        await desk.ask(pilot, "--delay 0.01 --n 5", wait=False)
        first = desk.current
        await pilot.press("ctrl+n")
        await desk.ask(pilot, "--delay 0.01 --n 5")
        await booked(desk, pilot, 2)
        answers = [first.path()[-1], desk.current.path()[-1]]
        assert [answer.points_exact for answer in answers] == [False, False]
        await wait_until(pilot, lambda: f"≈ {answers[1].points} pts" in screen(desk))


async def test_a_reply_is_booked_though_one_quits_before_poe_has_told_its_cost(
    demo: DemoService,
) -> None:
    desk = on(demo)
    async with desk.app.run_test(size=SIZE) as pilot:
        await desk.ask(pilot, "hello")
        conversation = desk.current.id
        await pilot.press("ctrl+q")
    ledger = desk.services.spending.ledger
    assert [(each.bot, each.points) for each in ledger.expenses()] == [("Echo", None)]
    again = on(demo, conversation=conversation)
    async with again.app.run_test(size=SIZE) as pilot:
        await booked(again, pilot)
        (expense,) = ledger.expenses()
        told = points(expense.points or 0)
        await wait_until(pilot, lambda: told in screen(again))
        assert again.on_disk().path()[-1].points == expense.points


async def test_a_conversation_deleted_before_its_cost_is_known_stays_deleted(
    demo: DemoService,
) -> None:
    desk = on(demo)
    async with desk.app.run_test(size=SIZE) as pilot:
        await desk.ask(pilot, "hello")
        deleted = desk.current.id
        desk.main.action_new_conversation()
        await desk.main.chats.delete(deleted)
        await booked(desk, pilot)
        entries, _ = await asyncio.to_thread(desk.services.conversations.list)
        assert deleted not in [entry.id for entry in entries]


async def test_a_balance_that_can_not_be_asked_for_is_dim_with_its_age(demo: DemoService) -> None:
    desk = on(demo)
    async with desk.app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: account(desk).points == 12_345)
        demo.knobs.fail = {"/usage/current_balance": 500}
        desk.app.look_at_balance()
        await wait_until(pilot, lambda: account(desk).stale)
        assert account(desk).points == 12_345
        await wait_until(pilot, lambda: "12,345 pts  just now" in screen(desk))
        demo.knobs.fail = {}
        desk.app.look_at_balance()
        await wait_until(pilot, lambda: not account(desk).stale)


@pytest.mark.parametrize("size", [(70, 20), (40, 12)])
async def test_without_the_side_pane_the_status_line_tells_what_is_left(
    demo: DemoService, size: tuple[int, int]
) -> None:
    demo.knobs.fail = {"/usage/current_balance": 500}
    desk = on(demo)
    async with desk.app.run_test(size=size) as pilot:
        await wait_until(pilot, lambda: "— pts" in screen_lines(desk.app)[-1])
        demo.knobs.fail = {}
        desk.app.look_at_balance()
        await wait_until(pilot, lambda: "12,345 pts" in screen_lines(desk.app)[-1])
        demo.knobs.fail = {"/usage/current_balance": 500}
        desk.app.look_at_balance()
        await wait_until(pilot, lambda: "12,345 pts  just now" in screen_lines(desk.app)[-1])
        desk.app.say("What has happened is told whole beside it.")
        await wait_until(pilot, lambda: "✓ What" in screen(desk) and "beside it." in screen(desk))
        desk.main.status.clear()
        await pilot.resize_terminal(120, 34)
        await wait_until(pilot, lambda: screen(desk).count("12,345") == 1)
        await pilot.press("f2")
        await wait_until(pilot, lambda: "12,345 pts" in screen_lines(desk.app)[-1][40:])


async def test_a_reply_that_was_never_sent_is_not_in_the_books(demo: DemoService) -> None:
    desk = on(demo, key="bad-key")
    async with desk.app.run_test(size=SIZE) as pilot:
        await desk.ask(pilot, "hello")
        await wait_until(pilot, lambda: "key is not valid" in screen(desk) or desk.idle())
        assert desk.services.spending.ledger.expenses() == []
        assert desk.services.spending.budget.session == 0


async def test_too_few_points_are_said_with_what_to_press(demo: DemoService) -> None:
    desk = on(demo, key="poor-key")
    async with desk.app.run_test(size=SIZE) as pilot:
        await desk.ask(pilot, "hello")
        await wait_until(pilot, lambda: "Not enough points" in screen(desk))
        assert "r retry" in screen(desk)
        assert "b another bot" in screen(desk)
        assert desk.on_disk().path()[0].text == "hello"


async def test_an_unlisted_bot_is_asked_for_only_after_a_yes(demo: DemoService) -> None:
    desk = on(demo, bot="Somebodys-Own")
    async with desk.app.run_test(size=SIZE) as pilot:
        await desk.ask(pilot, "hello", wait=False)
        await wait_until(pilot, lambda: isinstance(desk.app.screen, ConsentDialog))
        assert not demo.requests("/bot/Somebodys-Own")
        await pilot.press("y")
        await wait_until(pilot, lambda: demo.requests("/bot/Somebodys-Own"))
        await wait_until(pilot, desk.idle)


@pytest.mark.parametrize("style", ["http", "sse"])
async def test_one_too_many_counts_down_and_escape_cancels(demo: DemoService, style: str) -> None:
    demo.knobs.rate_limit = 1
    demo.knobs.rate_style = "sse" if style == "sse" else "http"
    desk = on(demo)
    async with desk.app.run_test(size=SIZE) as pilot:
        await desk.ask(pilot, "one")
        await desk.ask(pilot, "two", wait=False)
        await wait_until(pilot, lambda: "rate limited · esc cancels" in screen(desk))
        await pilot.press("escape")
        await wait_until(pilot, desk.idle)
        assert desk.current.path()[-1].status == "stopped"
        assert len(demo.requests("/bot/Echo")) == 2


async def test_the_usage_screen_tells_of_what_was_just_spent(demo: DemoService) -> None:
    desk = on(demo)
    async with desk.app.run_test(size=SIZE) as pilot:
        await desk.ask(pilot, "What is a borrow checker?")
        await booked(desk, pilot)
        await desk.app.run_action("usage")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, UsageScreen))
        await wait_until(pilot, lambda: "CONVERSATIONS" in screen(desk))
        points = desk.current.path()[-1].points
        assert f"{points} today" in screen(desk)
        assert "What is a borrow checker?" in screen(desk)
        await pilot.press("j", "G", "g", "escape")
        await wait_until(pilot, lambda: desk.app.screen is desk.main)
