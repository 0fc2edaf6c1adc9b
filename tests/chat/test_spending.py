"""From a reply to its cost: the one path, against Poe's books of the demo over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poe_tui.chat.budget import Budget, Caps
from poe_tui.chat.context import context
from poe_tui.chat.conversation import Conversation
from poe_tui.chat.estimate import Estimate, Weight, weigh
from poe_tui.chat.events import BotRequest, ReplyEvent, Uploading, Waiting, WentSilent
from poe_tui.chat.expenses import LONGEST, Asked, Claims, Expense, Spent
from poe_tui.chat.figures import Price
from poe_tui.chat.message import Failure, Message, Status, now
from poe_tui.chat.spending import Spending, spent_today
from poe_tui.demo.service import DemoService
from poe_tui.poe.catalog import Bot
from poe_tui.poe.client import PoeClient
from poe_tui.poe.usage import Usage
from poe_tui.store.figures import FiguresFile
from poe_tui.store.ledger import LedgerFile
from tests.demo_fixture import eventually
from tests.poe.talk import client_of

QUICK = (0.0, 0.05, 0.1, 0.3, 1.0, 2.0)


class Purse:
    """Spending on the demo, and replies to spend on."""

    def __init__(self, client: PoeClient, directory: Path, caps: Caps) -> None:
        self.client = client
        self.ledger = LedgerFile(directory / "spending")
        self.usage = Usage(client)
        self.spending = Spending(
            self.usage,
            self.ledger,
            FiguresFile(directory / "figures.json"),
            Budget(caps, partial(spent_today, self.ledger)),
        )
        self.talk = Conversation(bot="Echo")

    def prompt(self, text: str, bot: str = "Echo", expected: int | None = None) -> Message:
        """Begin a reply."""
        self.talk.ask(text)
        message = self.talk.reply(bot)
        known = None if expected is None else Estimate(expected, "history")
        weight = weigh(context(self.talk, message))
        self.spending.begin(self.talk.id, message, weight, known)
        return message

    async def answer(self, message: Message) -> None:
        """Let the bot answer it."""
        await self.answer_to(self.talk, message)
        message.status, message.finished, message.text = "complete", now(), "an answer"

    async def answer_to(self, talk: Conversation, message: Message) -> None:
        """Let the bot answer a message of any conversation, of another program for one."""
        request = BotRequest(bot=message.bot or "", turns=context(talk, message))
        async for _ in self.client.stream(request):
            pass


@asynccontextmanager
async def purse_on(
    demo: DemoService, directory: Path, caps: Caps | None = None
) -> AsyncIterator[Purse]:
    async with client_of(demo.base, key=demo.key) as client:
        yield Purse(client, directory, caps or Caps())


async def ten_minutes_later(purse: Purse) -> list[Expense]:
    """Return what a look at Poe's books tells then."""
    later = partial(_later, timedelta(minutes=10))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("poe_tui.chat.spending.now", later)
        return await purse.spending.catch_up()


def _later(by: timedelta) -> datetime:
    return now() + by


async def _saying(events: Sequence[ReplyEvent]) -> AsyncGenerator[ReplyEvent, None]:
    for event in events:
        yield event


@pytest.mark.parametrize(
    ("events", "booked"),
    [
        ((Uploading("a", 1, 0, 9),), 0),
        ((Waiting(40.0), Waiting(12.0)), 0),
        ((Waiting(9.0, refused=True),), 0),
        ((Waiting(9.0, refused=True), Waiting(0.0, refused=True)), 1),
        ((Waiting(9.0), Waiting(0.0), WentSilent(20.0)), 1),
        ((), 1),
    ],
)
async def test_a_reply_that_is_stopped_before_its_bot_was_asked_is_paid_by_nobody(
    demo: DemoService, tmp_path: Path, events: Sequence[ReplyEvent], booked: int
) -> None:
    async with purse_on(demo, tmp_path) as purse:
        message = purse.prompt("Hello")
        async for _ in purse.spending.heed(message, _saying(events)):
            pass
        message.status, message.finished = "stopped", now()
        assert purse.spending.end(message) == bool(booked)
        assert len(purse.ledger.expenses()) == booked


@pytest.mark.parametrize("style", ["new", "old"])
async def test_a_reply_is_booked_with_what_it_cost(
    demo: DemoService, tmp_path: Path, style: str
) -> None:
    demo.knobs.usage_style = "old" if style == "old" else "new"
    before = demo.balance
    async with purse_on(demo, tmp_path) as purse:
        message = purse.prompt("one two three " * 100)
        await purse.answer(message)
        spent = await purse.spending.settle(message, delays=QUICK)
        cost = before - demo.balance
        assert spent is not None
        assert (spent.points, spent.exact) == (cost, False)
        assert (message.points, message.points_exact) == (cost, False)
        assert await purse.spending.catch_up() == [], "nothing new is known"
        (sure,) = await ten_minutes_later(purse)
        assert await ten_minutes_later(purse) == []
    (expense,) = purse.ledger.expenses()
    assert expense == sure
    assert LedgerFile(purse.ledger.directory).expenses() == [sure]
    assert (expense.points, expense.exact, expense.bot) == (cost, True, "Echo")
    assert (expense.conversation, expense.query) == (purse.talk.id, spent.query)
    assert purse.spending.budget.session == spent_today(purse.ledger) == cost
    own = purse.spending.figures.of("Echo")
    assert (own.points, own.samples[0].asked) == (cost, 1400)
    assert purse.spending.figures.points_per_dollar == pytest.approx(1 / 0.00003, rel=0.2)
    assert purse.spending.expect("Echo", Weight(1400), None) is not None


async def test_a_query_of_another_program_beside_a_reply_leaves_its_cost_a_guess(
    demo: DemoService, tmp_path: Path
) -> None:
    """Whether its entry is there before ours or comes later."""
    async with purse_on(demo, tmp_path) as purse:
        message = purse.prompt("one two three " * 100)
        theirs = Conversation(bot="Echo")
        await purse.answer_to(theirs, theirs.reply("Echo", parent=theirs.ask("hello").id))
        await purse.answer(message)
        guess = await purse.spending.settle(message, delays=QUICK)
        assert guess is not None
        (told,) = await ten_minutes_later(purse)
        assert (told.points, told.exact) == (guess.points, False)
        assert await ten_minutes_later(purse) == [], "it is too late to learn more"
    assert purse.ledger.expenses() == [told]


@pytest.mark.parametrize("status", ["stopped", "truncated", "failed"])
async def test_the_cost_of_a_reply_that_did_not_come_whole_stays_a_guess(
    demo: DemoService, tmp_path: Path, status: Status
) -> None:
    """Poe may have taken nothing for it; what is booked then is another program's."""
    async with purse_on(demo, tmp_path) as purse:
        message = purse.prompt("hello")
        await purse.answer(message)
        message.status = status
        assert await purse.spending.settle(message, delays=QUICK) is not None
        (told,) = await ten_minutes_later(purse)
    assert (told.points, told.exact) == (message.points, False)


async def test_books_that_lag_leave_the_cost_unknown_until_somebody_looks_again(
    demo: DemoService, tmp_path: Path
) -> None:
    demo.knobs.ledger_lag = 3600
    before = demo.balance
    async with purse_on(demo, tmp_path) as purse:
        message = purse.prompt("hello", expected=7)
        await purse.answer(message)
        assert await purse.spending.settle(message, delays=(0.0, 0.01)) is None
        assert message.points is None
        assert spent_today(purse.ledger) == 7
        demo.knobs.ledger_lag = 0
        (late,) = await purse.spending.catch_up()
        assert late.points == before - demo.balance
        assert await purse.spending.catch_up() == []
        assert [each.exact for each in await ten_minutes_later(purse)] == [True]
    (expense,) = purse.ledger.expenses()
    assert (expense.points, expense.exact) == (before - demo.balance, True)


async def test_what_poe_never_booked_is_not_looked_for_for_ever(
    demo: DemoService, tmp_path: Path
) -> None:
    async with purse_on(demo, tmp_path) as purse:
        for minutes in (1, 11):
            message = purse.prompt("hello", bot="Error", expected=7)
            message.created -= timedelta(minutes=minutes)
            message.status, message.finished = "failed", message.created
            message.error = Failure(kind="bot_failed", title="The bot failed")
            await purse.spending.settle(message, delays=())
        assert sum(each.counted for each in purse.ledger.expenses()) == 14
        assert [each.missing for each in await purse.spending.catch_up()] == [True]
        assert sum(each.counted for each in purse.ledger.expenses()) == 7
        assert [each.missing for each in purse.ledger.expenses()] == [True, False]


async def test_a_prompt_that_most_likely_never_left_counts_nothing(
    demo: DemoService, tmp_path: Path
) -> None:
    async with purse_on(demo, tmp_path) as purse:
        message = purse.prompt("hello", expected=7)
        message.status, message.error = "failed", Failure(kind="network_down", title="No network")
        await purse.spending.settle(message, delays=(0.0,))
    assert purse.spending.budget.session == 0
    assert purse.ledger.expenses() == []


async def test_catching_up_reads_past_the_first_page_and_gives_no_entry_twice(
    demo: DemoService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("poe_tui.poe.usage.LARGEST_PAGE", 2)
    demo.knobs.ledger_lag = 0
    async with purse_on(demo, tmp_path) as purse:
        messages = [purse.prompt("word " * 50 * n) for n in (1, 2, 3, 4, 5)]
        for message in messages:
            await purse.answer(message)
            await purse.spending.settle(message, delays=())
        assert len(await purse.spending.catch_up()) == 5
    expenses = purse.ledger.expenses()
    assert len({expense.query for expense in expenses}) == 5
    assert sum(expense.points or 0 for expense in expenses) == 12_345 - demo.balance
    # Five replies of one bot within seconds: Poe's books can't tell them apart.
    assert not any(expense.exact for expense in expenses)


async def test_replies_of_one_bot_at_once_stay_guesses_and_one_of_another_is_certain(
    demo: DemoService, tmp_path: Path
) -> None:
    async with purse_on(demo, tmp_path) as purse:
        first, second = purse.prompt("one"), purse.prompt("two")
        other = purse.prompt("three", bot="Plain")
        for message in (first, second, other):
            await purse.answer(message)
        for message in (first, second, other):
            assert await purse.spending.settle(message, delays=QUICK) is not None
        told = {each.message: each.exact for each in await ten_minutes_later(purse)}
    assert told == {first.id: False, second.id: False, other.id: True}


async def test_one_reply_after_another_is_told_exactly(demo: DemoService, tmp_path: Path) -> None:
    async with purse_on(demo, tmp_path) as purse:
        first = purse.prompt("one")
        await purse.answer(first)
        assert await purse.spending.settle(first, delays=QUICK) is not None
        # Poe may date an entry by the second, so that two within one can't be told apart.
        await eventually(lambda: now() - first.created > timedelta(seconds=1.1))
        second = purse.prompt("two")
        await purse.answer(second)
        assert await purse.spending.settle(second, delays=QUICK) is not None
        told = await ten_minutes_later(purse)
    assert {each.message: each.exact for each in told} == {first.id: True, second.id: True}


async def test_another_window_counts_what_is_on_its_way_here(
    demo: DemoService, tmp_path: Path
) -> None:
    caps = Caps(daily_cap=100)
    async with purse_on(demo, tmp_path, caps) as here, purse_on(demo, tmp_path, caps) as there:
        message = here.prompt("hello", expected=60)
        assert there.spending.check(Estimate(60, "history")).kind == "refused"
        assert here.spending.check(Estimate(40, "history")).kind == "allowed"
        assert here.spending.check(Estimate(41, "history")).kind == "refused", "not counted twice"
        message.status, message.error = "failed", Failure(kind="rate_limited", title="Too many")
        await here.spending.settle(message, delays=())
        assert there.spending.check(Estimate(60, "history")).kind == "allowed"
    assert there.ledger.expenses() == []


async def test_what_the_caps_refuse_is_not_begun(demo: DemoService, tmp_path: Path) -> None:
    async with purse_on(demo, tmp_path, Caps(session_cap=10)) as purse:
        message = purse.talk.reply("Echo", parent=purse.talk.ask("hello").id)
        dear = Estimate(11, "history")
        refused = purse.spending.begin(purse.talk.id, message, Weight(5), dear)
        assert refused.error is not None
        assert purse.spending.budget.held(message.id) is None
        assert await purse.spending.settle(message, delays=QUICK) is None
    assert purse.ledger.expenses() == []
    assert demo.requests() == []


async def test_runs_of_one_user_never_take_each_others_entry_for_certain(
    demo: DemoService, tmp_path: Path
) -> None:
    """`ask` does not wait for the books; an app beside it asks the same bot."""
    demo.knobs.ledger_lag = 0
    async with purse_on(demo, tmp_path) as here, purse_on(demo, tmp_path) as there:
        there_asked = there.prompt("one two three " * 100)
        await there.answer(there_asked)
        await there.spending.settle(there_asked, delays=())
        message = here.prompt("hello")
        await here.answer(message)
        spent = await here.spending.settle(message, delays=QUICK)
        assert spent is not None
        assert not spent.exact
    others = [each for each in here.ledger.expenses() if each.message == there_asked.id]
    assert [each.query != spent.query for each in others] == [True]


async def test_a_reply_that_a_crash_cut_off_is_booked_by_the_next_run(
    demo: DemoService, tmp_path: Path
) -> None:
    demo.knobs.ledger_lag = 0
    async with purse_on(demo, tmp_path) as crashed:
        message = crashed.prompt("hello", expected=7)
        await crashed.answer(message)
    async with purse_on(demo, tmp_path) as purse:
        assert spent_today(purse.ledger) == 7
        assert await purse.spending.catch_up() == [], "it may be coming in, in another window"
        at = message.created - timedelta(seconds=LONGEST)
        (line,) = purse.ledger.expenses()
        purse.ledger.record(msgspec.structs.replace(line, at=at))
        (late,) = await purse.spending.catch_up()
    assert late.points == 12_345 - demo.balance
    assert not late.exact


async def test_before_the_first_reply_a_dollar_is_learned_from_what_poe_took_for_anything(
    demo: DemoService, tmp_path: Path
) -> None:
    demo.knobs.ledger_lag = 0
    listed = Bot(name="Plain", prompt_price=0.00001)
    async with purse_on(demo, tmp_path) as purse:
        await purse.answer(purse.talk.reply("Echo", parent=purse.talk.ask("word " * 800).id))
        assert purse.spending.expect("Plain", Weight(4_000), listed) is None
        assert await purse.spending.catch_up() == []
        expected = purse.spending.expect("Plain", Weight(4_000), listed)
        looked_up = len(demo.requests("/usage/"))
        assert await purse.spending.catch_up() == []
        assert len(demo.requests("/usage/")) == looked_up
    assert expected is not None
    assert expected.points == pytest.approx(0.01 / 0.00003, rel=0.05)


async def test_what_came_before_a_failure_was_paid_for(demo: DemoService, tmp_path: Path) -> None:
    async with purse_on(demo, tmp_path) as purse:
        message = purse.prompt("hello", expected=9)
        message.text, message.status = "Half an", "failed"
        message.error = Failure(kind="internal", title="poe-tui made a mistake")
        await purse.spending.settle(message, delays=())
    assert spent_today(purse.ledger) == 9


@pytest.mark.parametrize(
    "kind", ["key_missing", "over_cap", "not_trusted", "rate_limited", "attachment"]
)
async def test_what_never_reached_a_bot_is_neither_looked_up_nor_booked(
    demo: DemoService, tmp_path: Path, kind: str
) -> None:
    async with purse_on(demo, tmp_path, Caps(session_cap=10)) as purse:
        message = purse.prompt("hello", expected=9)
        assert purse.spending.check(Estimate(5, "history")).kind == "refused"
        message.status, message.error = "failed", Failure(kind=kind, title="No")
        assert await purse.spending.settle(message, delays=QUICK) is None
        assert purse.spending.check(Estimate(5, "history")).kind == "allowed"
    assert purse.ledger.expenses() == []
    assert purse.spending.figures.bots == {}
    assert demo.requests("/usage/") == []


async def test_a_reply_whose_lookup_is_cancelled_is_booked_with_what_was_expected(
    demo: DemoService, tmp_path: Path
) -> None:
    async with purse_on(demo, tmp_path) as purse:
        message = purse.prompt("hello", expected=7)
        await purse.answer(message)
        settling = asyncio.create_task(purse.spending.settle(message, delays=(3600.0,)))
        await asyncio.sleep(0)
        settling.cancel()
        await asyncio.wait([settling])
    (expense,) = purse.ledger.expenses()
    assert (expense.points, expense.estimated) == (None, 7)
    assert purse.spending.budget.session == 7


async def test_neither_poe_nor_the_disk_can_make_settling_fail(
    demo: DemoService, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    demo.knobs.fail = {"/usage/": 500}
    (tmp_path / "data").write_text("in the way")
    async with purse_on(demo, tmp_path / "data") as purse:
        message = purse.prompt("hello")
        await purse.answer(message)
        assert await purse.spending.settle(message, delays=QUICK) is None
    assert "was not written down" in caplog.text
    assert "was not saved" in caplog.text


class Books:
    """Poe's books, in which each reply is found at once with what it really cost."""

    def __init__(self) -> None:
        self.name = str.casefold
        self.costs: dict[datetime, int] = {}
        self.prices: list[Price] = []

    async def history(self) -> Books:
        return self

    async def since(self, moment: datetime) -> Books:
        return self

    def cost_of(self, reply: Asked, claims: Claims) -> Spent | None:
        return Spent(self.costs[reply.at], query_id=str(reply.at))

    def may_have(self, reply: Asked, claims: Claims) -> bool:
        return True

    def certain(self, cluster: Sequence[Asked]) -> set[str]:
        return set()


PROMPTS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(1, 40), st.integers(0, 60), st.integers(0, 3)),
    min_size=1,
    max_size=12,
)
"""Which run sends it, what it is expected to cost, what it costs, how many more are sent before it
ends."""


@given(cap=st.integers(1, 100), prompts=PROMPTS)
def test_runs_and_streams_together_exceed_a_cap_by_no_more_than_estimates_fell_short(
    cap: int, prompts: list[tuple[int, int, int, int]]
) -> None:
    async def spend(directory: Path) -> None:
        books = Books()
        runs = [
            Spending(
                books,
                ledger := LedgerFile(directory / "spending"),
                FiguresFile(directory / "figures.json"),
                Budget(Caps(daily_cap=cap), partial(spent_today, ledger)),
            )
            for _ in range(2)
        ]
        ends: list[tuple[int, Spending, Message]] = []
        short = 0
        for place, (run, expected, cost, lasts) in enumerate(prompts):
            message = Message(role="bot", bot="Norm", status="streaming")
            message.created += timedelta(microseconds=place)
            books.costs[message.created] = cost
            begun = runs[run].begin("c", message, Weight(1), Estimate(expected, "history"))
            if begun.error is None:
                ends.append((place + lasts, runs[run], message))
                short += max(0, cost - expected)
            for _, spending, ended in [each for each in ends if each[0] <= place]:
                ended.status, ended.finished = "complete", ended.created
                await spending.settle(ended, delays=(0.0,))
            ends = [each for each in ends if each[0] > place]
            assert spent_today(ledger) <= cap + short
        assert spent_today(ledger) == spent_today(runs[0].ledger)

    with TemporaryDirectory() as directory:
        asyncio.run(spend(Path(directory)))
