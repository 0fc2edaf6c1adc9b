"""Points: the balance, past queries, and which of them paid for a reply."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poe_tui.chat.expenses import LONGEST, Asked, Expense, Others, Spent, others_than, priced
from poe_tui.demo.service import DemoService
from poe_tui.errors import BotFailed, KeyRefused, NetworkDown
from poe_tui.keys import Secret
from poe_tui.poe.usage import Usage, UsageEntry, UsagePage
from tests.poe.raw import raw_server, refusing
from tests.poe.talk import KEY, client_of

SENT = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


def entry(after: float, points: int = 10, bot: str = "Norm", query: str = "") -> UsageEntry:
    """An entry dated `after` seconds after SENT."""
    created = SENT + timedelta(seconds=after)
    return UsageEntry(bot=bot, created=created, points=points, query_id=query)


def page(*entries: UsageEntry, more: bool = False) -> UsagePage:
    return UsagePage(tuple(sorted(entries, key=lambda each: each.created, reverse=True)), more)


async def test_the_balance_is_that_of_the_key(demo: DemoService) -> None:
    async with client_of(demo.base, key=demo.key) as client:
        assert await Usage(client).balance() == demo.balance


async def test_another_key_can_be_checked_before_it_is_kept(demo: DemoService) -> None:
    async with client_of(demo.base, key=None) as client:
        assert await Usage(client).balance(Secret(demo.key)) == demo.balance
        with pytest.raises(KeyRefused):
            await Usage(client).balance(Secret("bad-key"))


async def test_a_key_with_a_space_inside_is_refused_unsent(demo: DemoService) -> None:
    async with client_of(demo.base) as client:
        with pytest.raises(KeyRefused):
            await Usage(client).balance(Secret("two words"))
    assert demo.requests() == []


@pytest.mark.parametrize("answer", [{}, [], {"current_point_balance": None}])
async def test_a_balance_that_is_not_there_is_an_error(answer: object) -> None:
    async with raw_server(refusing(200, answer)) as server, client_of(server.base) as client:
        with pytest.raises(BotFailed):
            await Usage(client).balance()
    assert server.seen[0].headers["authorization"] == f"Bearer {KEY}"


async def test_a_web_page_instead_of_a_balance_is_the_networks_fault() -> None:
    page = refusing(403, "<html>no")
    async with raw_server(page) as server, client_of(server.base) as client:
        with pytest.raises(NetworkDown):
            await Usage(client).balance()


@pytest.mark.parametrize(
    "time",
    [1787788800000000, 1787788800000, 1787788800, "1787788800"],
    ids=["µs", "ms", "s", "text"],
)
@pytest.mark.parametrize("name", ["bot_name", "app_name"])
async def test_past_queries_are_read_in_every_form(time: object, name: str) -> None:
    fields: dict[str, Any] = {
        name: "Norm",
        "creation_time": time,
        "query_id": "q1",
        "cost_usd": "0.00075",
        "cost_points": 339,
        "cost_breakdown_in_points": {"Input": "25 points (2882 tokens)"},
        "usage_type": "API",
        "chat_name": None,
    }
    broken = [None, {}, {**fields, "cost_points": None}, {**fields, "creation_time": "1e300"}]
    broken += [{**fields, "cost_points": "many"}, {**fields, name: 5}]
    answer = refusing(200, {"has_more": True, "data": [fields, *broken]})
    async with raw_server(answer) as server, client_of(server.base) as client:
        found = await Usage(client).history(limit=500, starting_after="q0")
    assert server.seen[0].path == "/usage/points_history?limit=100&starting_after=q0"
    assert found.has_more
    assert found.entries == (
        UsageEntry(
            bot="Norm",
            created=datetime.fromtimestamp(1787788800, UTC),
            points=339,
            query_id="q1",
            dollars=0.00075,
            breakdown={"Input": "25 points (2882 tokens)"},
            kind="API",
        ),
    )


@pytest.mark.parametrize("answer", [None, [], {"data": None}])
async def test_a_history_that_can_t_be_read_is_an_error(answer: object) -> None:
    async with raw_server(refusing(200, answer)) as server, client_of(server.base) as client:
        with pytest.raises(BotFailed):
            await Usage(client).history()


@pytest.mark.parametrize("hours", [-3, 0, 5])
async def test_a_clock_that_is_wrong_is_told_by_the_answers_to_the_key(hours: int) -> None:
    there = datetime.now(UTC) + timedelta(hours=hours)
    answer = refusing(200, {"data": [], "current_point_balance": 1}, Date=format_datetime(there))
    async with raw_server(answer) as server, client_of(server.base) as client:
        assert client.ahead == timedelta(0)
        await client.get_json("/v1/models", authenticate=False)
        assert client.ahead == timedelta(0), "that one may be an old answer from a cache"
        found = await Usage(client).history()
    assert abs(found.ahead - timedelta(hours=hours)) < timedelta(seconds=5)


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 23 Nov 2026 12:00:00"])
async def test_a_date_that_can_not_be_read_says_nothing_of_the_clock(date: str) -> None:
    answer = refusing(200, {"data": []}, Date=date)
    async with raw_server(answer) as server, client_of(server.base) as client:
        assert (await Usage(client).history()).ahead == timedelta(0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
FIELDS = (
    *("bot_name", "app_name", "creation_time", "query_id", "cost_usd", "cost_points"),
    *("cost_breakdown_in_points", "usage_type"),
)


class Told:
    """A Poe that answers everything with `answer`."""

    ahead = timedelta(0)

    def __init__(self, answer: object) -> None:
        self.answer = answer

    async def get_json(self, path: str, **_options: Any) -> object:
        return self.answer


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), JSON), max_size=4), JSON)
def test_books_in_any_form_are_read_or_passed_over(
    entries: list[dict[str, Any]], more: object
) -> None:
    good = {"bot_name": "Norm", "creation_time": 1787788800, "cost_points": 5}
    usage = Usage(Told({"data": [*entries, good], "has_more": more}))
    found = asyncio.run(usage.history())
    assert found.entries[-1].points == 5
    assert all(each.points >= 0 for each in found.entries)
    found.cost_of(Asked("Norm", SENT, 5), Others())


@given(JSON)
def test_a_balance_in_any_form_is_a_number_or_an_error(value: object) -> None:
    usage = Usage(Told({"current_point_balance": value}))
    try:
        points = asyncio.run(usage.balance())
    except BotFailed:
        return
    assert points >= 0


# -- which entry is whose -------------------------------------------------------------------------


def cost(
    entries: UsagePage, bot: str = "Norm", *, after: float = 0, seconds: float
) -> Spent | None:
    """Return the cost of a reply that was asked for so many seconds after SENT."""
    return entries.cost_of(Asked(bot, SENT + timedelta(seconds=after), seconds), Others())


def test_the_only_entry_in_time_is_what_it_cost() -> None:
    entries = page(entry(-60, 1), entry(1, 42, "norm"), entry(1, 7, "Other"), entry(500, 9))
    assert cost(entries, "NORM", seconds=3) == Spent(42, exact=True)


def test_two_entries_in_time_make_a_guess() -> None:
    assert cost(page(entry(0.5, 1), entry(4, 2)), seconds=5) == Spent(1, False)


def test_no_entry_is_no_cost() -> None:
    assert cost(page(entry(-60), entry(1, bot="Other")), seconds=3) is None
    assert cost(page(), seconds=3) is None
    chatted = page(msgspec.structs.replace(entry(1), kind="Chat"))
    assert cost(chatted, seconds=3) is None


def test_an_entry_of_whole_seconds_may_be_dated_before_the_sending() -> None:
    assert cost(page(entry(0)), after=0.9, seconds=3) == Spent(10, exact=True)


def test_a_page_that_ends_too_early_makes_a_guess() -> None:
    entries = page(entry(1, 42), entry(2, 7, "Other"), more=True)
    assert cost(entries, seconds=3) == Spent(42, exact=False)


def test_the_clock_of_poe_dates_the_entries() -> None:
    entries = msgspec.structs.replace(page(entry(3600 + 1, 42)), ahead=timedelta(hours=1))
    assert cost(entries, seconds=3) == Spent(42, exact=True)
    assert cost(page(entry(3600 + 1, 42)), seconds=3) is None


def test_an_entry_that_certainly_belongs_to_another_reply_is_nobody_elses() -> None:
    """One reply right after the other: the former has its entry, so the latter's is certain."""
    first, second = entry(0, 1, query="q1"), entry(2, 2, query="q2")
    reply = Asked("Norm", SENT + timedelta(seconds=1), 2)
    settled = Others(settled=frozenset({"q1"}))
    assert page(first).cost_of(reply, settled) is None
    assert page(first, second).cost_of(reply, settled) == Spent(2, True, "q2")
    guessed = Others(guessed=frozenset({"q1"}))
    assert page(first, second).cost_of(reply, guessed) == Spent(2, False, "q2")


def test_a_reply_near_by_whose_entry_is_not_known_makes_a_guess() -> None:
    reply = Asked("Norm", SENT, 2)
    for bot, seconds_later, exact in (("norm", 5, False), ("norm", 60, True), ("Other", 5, True)):
        rival = Asked(bot, SENT + timedelta(seconds=seconds_later), 2)
        assert page(entry(1)).cost_of(reply, Others(rivals=(rival,))) == Spent(10, exact)


def test_what_others_are_is_read_from_the_ledger() -> None:
    def booked(name: str, **known: Any) -> Expense:
        return Expense(message=name, conversation="c", bot="NORM", at=SENT, **known)

    expenses = [
        booked("m0", points=1, exact=True, query="q0"),
        booked("m1", points=1, exact=True, query="q1"),
        booked("m2", points=1, query="q2"),
        booked("m3", seconds=3.0),
        booked("m4", missing=True),
        booked("m5", coming=True),
        booked("m6", points=1, exact=True),  # its entry has no name, and could be taken twice
    ]
    others = others_than("m0", "Norm", expenses)
    assert others.settled == {"q1"}
    assert others.guessed == {"q2"}
    assert [each.seconds for each in others.rivals] == [0.0, 3.0, LONGEST, 0.0]
    assert others_than("m0", "Other", expenses).rivals == ()


@dataclass
class Query:
    """One reply in a made-up history, in seconds of Poe's clock."""

    name: str
    bot: str
    asked: float
    seconds: float
    dated: float
    """When Poe dates its entry."""
    shown: float
    """How long after its end Poe shows it; more than anybody waits: never."""
    looks: bool
    """False: nobody waits for the books, as `ask` does not."""
    runs_on: bool = False
    """True: it was cut off by a crash, and nobody ever saw it end."""


QUERIES = st.lists(
    st.builds(
        Query,
        name=st.just(""),
        bot=st.sampled_from(["Norm", "norm", "NORM", "Other"]),
        asked=st.floats(0, 120),
        seconds=st.floats(0, 40),
        dated=st.floats(0, 1),
        shown=st.one_of(st.floats(0, 12), st.just(1e9)),
        looks=st.booleans(),
        runs_on=st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


class World:
    """Poe's books and ours as time goes by. Our clock is `late` seconds behind Poe's."""

    def __init__(self, queries: list[Query], late: float, unit: float, noise: list[float]) -> None:
        self.queries, self.late, self.unit = queries, late, unit
        self.chatted = noise
        self.ledger: dict[str, Expense] = {}
        for number, query in enumerate(queries):
            query.name = f"m{number}"
            query.dated = query.asked + query.dated * query.seconds

    def run(self) -> None:
        moments: list[tuple[float, int, Query]] = []
        for query in self.queries:
            end = query.asked + query.seconds
            moments.append((query.asked, 0, query))
            if query.runs_on:
                continue
            moments += [(end, 1, query)] if not query.looks else []
            moments += [(end + wait, 2, query) for wait in (1, 3, 8) if query.looks]
        for now, what, query in sorted(moments, key=lambda each: each[:2]):
            if what == 0:
                self._write(query, coming=True)
            elif what == 1:
                self._write(query)
            elif self.ledger[query.name].points is None:
                self._look(now, query)
        for later in (60.0, 500.0, 5_000.0):
            for query in self.queries:
                if self.ledger[query.name].points is None:
                    self._look(200 + later, query)

    def _write(self, query: Query, *, coming: bool = False, spent: Spent | None = None) -> None:
        at = SENT + timedelta(seconds=query.asked - self.late)
        seconds = 0.0 if coming or query.runs_on else query.seconds
        expense = Expense(
            message=query.name,
            conversation="c",
            bot=query.bot,
            at=at,
            seconds=seconds,
            coming=coming or query.runs_on,
        )
        self.ledger[query.name] = expense if spent is None else priced(expense, spent)

    def _look(self, now: float, query: Query) -> None:
        self._write(query)
        expense = self.ledger[query.name]
        others = others_than(query.name, query.bot, self.ledger.values())
        spent = self._page(now).cost_of(expense.asked, others)
        if spent is not None:
            self._write(query, spent=spent)

    def _page(self, now: float) -> UsagePage:
        entries = [
            self._entry(each.bot.title(), each.dated, each.name)
            for each in self.queries
            if each.asked + each.seconds + each.shown <= now
        ]
        entries += [self._entry("Norm", at, f"chat {at}", "Chat") for at in self.chatted]
        entries.sort(key=lambda each: each.created, reverse=True)
        # A header tells Poe's time in whole seconds.
        ahead = timedelta(seconds=math.floor(now) + 0.5 - now + self.late)
        return UsagePage(tuple(entries[:20]), len(entries) > 20, ahead)

    def _entry(self, bot: str, at: float, name: str, kind: str = "API") -> UsageEntry:
        created = SENT + timedelta(seconds=math.floor(at / self.unit) * self.unit)
        return UsageEntry(bot=bot, created=created, points=1, query_id=name, kind=kind)


@given(
    queries=QUERIES,
    late=st.one_of(st.just(0.0), st.floats(-4, 4), st.floats(-7_200, 7_200)),
    unit=st.sampled_from([1.0, 1e-3, 1e-6]),
    chatted=st.lists(st.floats(0, 120), max_size=25),
)
def test_no_cost_is_called_certain_that_is_another_replys(
    queries: list[Query], late: float, unit: float, chatted: list[float]
) -> None:
    """Runs at once, books that lag or forget, clocks that differ, crashes, chats on poe.com."""
    world = World(queries, late, unit, chatted)
    world.run()
    booked = world.ledger.values()
    for each in booked:
        assert not each.exact or each.query == each.message
        assert not each.query.startswith("chat")
    given = [each.query for each in booked if each.query]
    assert len(given) == len(set(given)), "one entry was given to two replies"


@given(
    gap=st.floats(45, 600),
    late=st.floats(-7_200, 7_200),
    unit=st.sampled_from([1.0, 1e-3, 1e-6]),
    seconds=st.floats(0, 40),
    looks=st.booleans(),
)
def test_replies_with_some_time_between_them_are_all_told_for_certain(
    gap: float, late: float, unit: float, seconds: float, looks: bool
) -> None:
    queries = [
        Query("", "Norm", number * (gap + seconds), seconds, 0.0, 0.5, looks) for number in range(3)
    ]
    world = World(queries, late, unit, [])
    world.run()
    assert all(each.exact for each in world.ledger.values())


def test_another_programs_query_at_the_same_time_makes_a_guess() -> None:
    reply = Asked("Norm", SENT, 5)
    entries = page(entry(0, 1, query="ours"), entry(2, 9, query="theirs"))
    spent = entries.cost_of(reply, Others())
    assert spent is not None
    assert not spent.exact
