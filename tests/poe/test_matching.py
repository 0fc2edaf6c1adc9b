"""Which entry of Poe's books is whose, and when that is sure."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poe_tui.chat.clusters import clusters
from poe_tui.chat.expenses import LONGEST, Asked, Claims, Expense, Spent
from poe_tui.chat.reconciling import Reconciling
from poe_tui.poe.matching import UsageEntry
from poe_tui.poe.usage import UsagePage

SENT = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


def entry(after: float, points: int = 10, bot: str = "Norm", query: str = "") -> UsageEntry:
    """An entry dated `after` seconds after SENT."""
    created = SENT + timedelta(seconds=after)
    return UsageEntry(bot=bot, created=created, points=points, query_id=query)


def page(*entries: UsageEntry, more: bool = False) -> UsagePage:
    return UsagePage(tuple(sorted(entries, key=lambda each: each.created, reverse=True)), more)


def asked(name: str = "m", *, after: float = 0, seconds: float = 3, **known: Any) -> Asked:
    """A reply of Norm that was asked for so many seconds after SENT."""
    at, bot = SENT + timedelta(seconds=after), known.pop("bot", "Norm")
    return Asked(bot, at, seconds, message=name, complete=known.pop("complete", True), **known)


def booked(name: str, *, after: float = 0, seconds: float = 2, **known: Any) -> Expense:
    """The same in the ledger."""
    at, bot = SENT + timedelta(seconds=after), known.pop("bot", "Norm")
    return Expense(message=name, conversation="c", bot=bot, at=at, seconds=seconds, **known)


def cost(entries: UsagePage, reply: Asked, *others: Expense) -> Spent | None:
    return entries.cost_of(reply, Claims(others))


# -- what a reply may have cost -------------------------------------------------------------------


def test_the_entry_of_its_bot_in_its_time_is_what_it_cost() -> None:
    entries = page(entry(-60, 1), entry(1, 42, "norm"), entry(1, 7, "Other"), entry(500, 9))
    assert cost(entries, asked(bot="NORM")) == Spent(42)


def test_of_several_in_time_it_is_the_one_dated_nearest_to_the_asking() -> None:
    assert cost(page(entry(0.5, 1), entry(4, 2)), asked(seconds=5)) == Spent(1)


def test_no_entry_is_no_cost() -> None:
    assert cost(page(entry(-60), entry(1, bot="Other")), asked()) is None
    assert cost(page(), asked()) is None
    chatted = page(msgspec.structs.replace(entry(1), kind="Chat"))
    assert cost(chatted, asked()) is None


def test_an_entry_of_whole_seconds_may_be_dated_before_the_sending() -> None:
    assert cost(page(entry(0)), asked(after=0.9)) == Spent(10)


def test_the_clock_of_poe_dates_the_entries() -> None:
    entries = msgspec.structs.replace(page(entry(3600 + 1, 42)), ahead=timedelta(hours=1))
    assert cost(entries, asked()) == Spent(42)
    assert cost(page(entry(3600 + 1, 42)), asked()) is None


@pytest.mark.parametrize("name", ["claude-x", "CLAUDE-X", "Claude X", "claude x"])
def test_a_bot_may_be_booked_under_any_of_its_names(name: str) -> None:
    names = {"claude x": "claude-x"}
    entries = msgspec.structs.replace(
        page(entry(1, 42, name)),
        name=lambda each: names.get(each.casefold(), each.casefold()),
    )
    assert cost(entries, asked(bot="Claude-X")) == Spent(42)
    assert cost(entries, asked(bot="Claude-Y")) is None


def test_an_entry_is_given_to_one_reply_only() -> None:
    first, second = entry(0, 1, query="q1"), entry(2, 2, query="q2")
    given = booked("m1", points=1, query="q1")
    assert cost(page(first), asked("m2", after=1), given) is None
    assert cost(page(first, second), asked("m2", after=1), given) == Spent(2, "q2")
    assert cost(page(first), asked("m1", query="q1"), given) == Spent(1, "q1")


def test_an_entry_that_does_not_fit_any_more_is_not_changed_for_another() -> None:
    """Somebody has set the clock."""
    entries = msgspec.structs.replace(
        page(entry(0, 1, query="mine"), entry(900, 2, query="theirs")), ahead=timedelta(minutes=15)
    )
    assert cost(entries, asked(query="mine")) is None


# -- which replies could be meant -----------------------------------------------------------------


def together(*replies: Expense) -> list[list[str]]:
    found = clusters(replies, str.casefold)
    return [[each.message for each in cluster.replies] for cluster in found]


def test_replies_of_a_bot_are_together_while_an_entry_could_be_that_of_either() -> None:
    first, second = booked("m1"), booked("m2", after=33.9, bot="NORM")
    third, other = booked("m3", after=68), booked("m4", after=1, bot="Other")
    assert together(first, other, second, third) == [["m1", "m2"], ["m4"], ["m3"]]


def test_a_reply_that_takes_long_is_together_with_all_that_come_meanwhile() -> None:
    long = booked("m1", seconds=100)
    assert together(long, booked("m2", after=1), booked("m3", after=130)) == [["m1", "m2", "m3"]]
    cut_off = booked("m1", seconds=0, coming=True)
    assert together(cut_off, booked("m2", after=800)) == [["m1", "m2"]]


# -- what is certain ------------------------------------------------------------------------------


def test_as_many_entries_as_whole_replies_are_theirs() -> None:
    reply = asked("m1", query="q1")
    one, two = entry(1, query="q1"), entry(2, query="q2")
    assert page(one).certain([reply]) == {"m1"}
    assert page(one, two).certain([reply]) == set(), "another program's is among them"
    failed = asked("m2", after=1, complete=False)
    assert page(one).certain([reply, failed]) == {"m1"}
    assert page(one, two).certain([reply, failed]) == set(), "it may have been booked, or not"
    assert page(one).certain([reply, asked("m3", after=1)]) == set(), "one of them was not"


def test_what_was_seen_before_another_reply_was_asked_for_is_not_that_ones() -> None:
    seen = SENT + timedelta(seconds=4)
    first = asked("m1", seconds=2, query="q1", seen=seen)
    entries = page(entry(1.5, query="q1"), entry(6, query="q2"))
    for after, certain in ((5.0, {"m1", "m2"}), (3.4, set[str]())):
        second = asked("m2", after=after, query="q2", seen=SENT + timedelta(seconds=9))
        assert entries.certain([first, second]) == certain


def test_two_that_could_have_each_others_entry_are_guesses_and_one_beside_them_is_not() -> None:
    cluster = [asked(f"m{n}", after=n, query=f"q{n}") for n in (1, 2, 30)]
    entries = page(*(entry(after, query=f"q{after}") for after in (1, 2, 30)))
    assert entries.certain(cluster) == set()
    assert entries.certain([cluster[0], *cluster[2:]]) == set(), "an entry too many"
    apart = [cluster[0], cluster[2]]
    assert page(entry(1, query="q1"), entry(30, query="q30")).certain(apart) == {"m1", "m30"}


def test_nothing_is_certain_that_has_no_name_or_was_given_twice_or_may_be_one_of_more() -> None:
    assert page(entry(1)).certain([asked("m1")]) == set()
    twice = [asked("m1", query="q1"), asked("m2", complete=False, query="q1")]
    assert page(entry(1, query="q1")).certain(twice) == set()
    ends_too_early = page(entry(1, query="q1"), more=True)
    assert ends_too_early.certain([asked("m1", query="q1")]) == set()


# -- as time goes by ------------------------------------------------------------------------------

LOOKS = (1.0, 3.0, 8.0)
FINAL = (60.0, 700.0, 5_000.0)
"""Seconds of further looks, after all replies."""
NEVER = 1e9


@dataclass
class Query:
    """One reply in a made-up history, in seconds of Poe's clock."""

    bot: str
    asked: float
    seconds: float
    dated: float
    """When Poe dates its entry: a part of `seconds`."""
    shown: float
    """How long after its end Poe shows it."""
    looks: bool = True
    """False: nobody waits for the books, as `ask` does not."""
    ends: str = "complete"
    """Else it was `stopped`, or failed; or a `crash` cut it off, so that nobody saw it end."""
    name: str = ""

    @property
    def end(self) -> float:
        return self.asked + self.seconds

    @property
    def at(self) -> float:
        return self.asked + self.dated * self.seconds


@dataclass
class Foreign:
    """A query of another program with the same key."""

    dated: float
    shown: float
    """How long after that Poe shows it."""
    bot: str = "norm"


@dataclass
class World:
    """Poe's books and ours as time goes by. Our clock is `late` seconds behind Poe's."""

    queries: list[Query]
    foreign: list[Foreign] = field(default_factory=list)
    chatted: list[float] = field(default_factory=list)
    late: float = 0.0
    unit: float = 1e-6
    """Poe's moments are given in so many seconds."""
    pages: int = 100
    more: list[float] = field(default_factory=list)
    """When else somebody looks."""
    reading: float = 0.0
    """Seconds that it takes to read the books; they are told as they were in the middle."""
    ledger: dict[str, Expense] = field(default_factory=dict)
    now: float = 0.0
    certain_at: dict[str, float] = field(default_factory=dict)
    """When each reply was called certain."""
    mistakes: list[Expense] = field(default_factory=list)
    """The lines that called certain what is not the reply's own."""

    def __post_init__(self) -> None:
        for number, query in enumerate(self.queries):
            query.name = f"m{number}"

    def run(self) -> World:
        asyncio.run(self._run())
        return self

    async def _run(self) -> None:
        moments: list[tuple[float, int, Query | None]] = []
        for query in self.queries:
            moments.append((query.asked, 0, query))
            if query.ends != "crash":
                moments.append((query.end, 1, query))
                moments += [(query.end + wait, 2, None) for wait in LOOKS if query.looks]
        last = max(moment for moment, *_ in moments)
        moments += [(last + wait, 2, None) for wait in FINAL]
        moments += [(moment, 2, None) for moment in self.more]
        for now, what, asked in sorted(moments, key=lambda each: each[:2]):
            self.now = now
            if asked is None:
                await self._look(now)
            else:
                self._write(asked, coming=what == 0)

    def _write(self, query: Query, *, coming: bool) -> None:
        self.record(
            Expense(
                message=query.name,
                conversation="c",
                bot=query.bot,
                at=self._ours(query.asked),
                seconds=0.0 if coming else query.seconds,
                coming=coming,
                complete=not coming and query.ends == "complete",
            )
        )

    def record(self, expense: Expense) -> None:
        former = self.ledger.get(expense.message)
        if former is not None and not expense.knows_more_than(former):
            raise AssertionError("what has been found out would be lost")
        assert not (former and former.exact), "what was certain is told once"
        self.ledger[expense.message] = expense
        if expense.exact:
            self.certain_at[expense.message] = self.now
            self.mistakes += [expense] * (expense.query != expense.message)

    def expenses(self, since: date) -> list[Expense]:
        return [each for each in self.ledger.values() if each.at.date() >= since]

    async def _look(self, now: float) -> None:
        """Look at the books, which have been read by `now`."""
        began = self._ours(now - self.reading)
        listed = sorted(self.ledger.values(), key=lambda each: each.at)
        comparison = Reconciling(
            self._page(now - self.reading / 2),
            (began, self._ours(now)),
            expenses=self.expenses,
            record=self.record,
        )
        await comparison.run(clusters(listed, str.casefold))
        given = [each.query for each in self.ledger.values() if each.query]
        assert len(given) == len(set(given)), "one entry was given to two replies"
        assert not any(each.startswith("chat") for each in given)

    def _ours(self, moment: float) -> datetime:
        return SENT + timedelta(seconds=moment - self.late)

    def _page(self, now: float) -> UsagePage:
        entries = [
            self._entry(each.bot.title(), each.at, each.name)
            for each in self.queries
            if each.end + each.shown <= now
        ]
        entries += [
            self._entry(each.bot, each.dated, f"foreign {number}")
            for number, each in enumerate(self.foreign)
            if each.dated + each.shown <= now
        ]
        entries += [self._entry("Norm", at, f"chat {at}", "Chat") for at in self.chatted]
        entries.sort(key=lambda each: each.created, reverse=True)
        # A header tells Poe's time in whole seconds.
        ahead = timedelta(seconds=math.floor(now) + 0.5 - now + self.late)
        return UsagePage(tuple(entries[: self.pages]), len(entries) > self.pages, ahead)

    def _entry(self, bot: str, at: float, name: str, kind: str = "API") -> UsageEntry:
        created = SENT + timedelta(seconds=math.floor(at / self.unit) * self.unit)
        return UsageEntry(bot=bot, created=created, points=1, query_id=name, kind=kind)

    @property
    def told(self) -> list[tuple[str, bool]]:
        """The entry that each reply has in the end, and whether that is certain."""
        return [(each.query, each.exact) for each in self.ledger.values()]


ENDS = st.sampled_from(["complete", "complete", "stopped", "crash"])


@st.composite
def replies(draw: st.DrawFn) -> Query:
    """One that came whole is booked within ten minutes; of others nobody knows."""
    ends = draw(ENDS)
    booked = st.one_of(st.floats(0, 12), st.floats(0, 599))
    return Query(
        bot=draw(st.sampled_from(["Norm", "norm", "NORM", "Other"])),
        asked=draw(st.one_of(st.floats(0, 120), st.floats(0, 1_200))),
        seconds=draw(st.one_of(st.floats(0, 40), st.floats(0, LONGEST))),
        dated=draw(st.floats(0, 1)),
        shown=draw(booked if ends == "complete" else st.one_of(booked, st.just(NEVER))),
        looks=draw(st.booleans()),
        ends=ends,
    )


QUERIES = st.lists(replies(), min_size=1, max_size=8)
LATE = st.one_of(st.just(0.0), st.floats(-4, 4), st.floats(-7_200, 7_200))
MORE = st.lists(st.floats(0, 2_500), max_size=6)
UNIT = st.sampled_from([1.0, 1e-3, 1e-6])
FOREIGN = st.lists(
    st.builds(
        Foreign,
        dated=st.one_of(st.floats(-5, 170), st.floats(0, 1_300)),
        shown=st.one_of(st.just(0.0), st.floats(0, 60), st.floats(0, 1_000)),
        bot=st.sampled_from(["Norm", "norm", "Other"]),
    ),
    max_size=4,
)


@given(
    queries=QUERIES,
    foreign=FOREIGN,
    chatted=st.lists(st.floats(0, 120), max_size=25),
    late=LATE,
    unit=UNIT,
    pages=st.sampled_from([3, 5, 20, 100]),
    more=MORE,
    reading=st.sampled_from([0.0, 0.3, 20.0]),
)
@settings(max_examples=200)
def test_no_cost_is_ever_called_certain_that_is_another_querys(
    queries: list[Query],
    foreign: list[Foreign],
    chatted: list[float],
    late: float,
    unit: float,
    pages: int,
    more: list[float],
    reading: float,
) -> None:
    """At no time, of no reply of ours, and of no query of another program or of poe.com.

    Replies come at once and after each other, are stopped and cut off by crashes; the books lag and
    forget, are read in part and slowly; and clocks differ.
    """
    world = World(queries, foreign, chatted, late, unit, pages, more, reading)
    assert world.run().mistakes == []


@given(
    gap=st.floats(45, 600),
    late=st.floats(-7_200, 7_200),
    unit=UNIT,
    seconds=st.floats(0, 40),
    looks=st.booleans(),
)
def test_replies_with_some_time_between_them_are_all_told_for_certain(
    gap: float, late: float, unit: float, seconds: float, looks: bool
) -> None:
    world = World(
        [Query("Norm", n * (gap + seconds), seconds, 0.0, 0.5, looks) for n in range(3)],
        late=late,
        unit=unit,
    )
    assert world.run().told == [("m0", True), ("m1", True), ("m2", True)]


@given(
    gaps=st.lists(st.floats(3.6, 20), min_size=2, max_size=6),
    late=st.floats(-7_200, 7_200),
    unit=UNIT,
    seconds=st.floats(0.5, 20),
    dated=st.floats(0, 1),
)
def test_a_quick_talk_with_one_bot_is_told_for_certain(
    gaps: list[float], late: float, unit: float, seconds: float, dated: float
) -> None:
    """A prompt that leaves when the entry of the last reply was seen puts that in no doubt."""
    asked = [0.0]
    for gap in gaps:
        asked.append(asked[-1] + seconds + gap)
    talk = [Query("Norm", at, seconds, dated, 0.5) for at in asked]
    world = World(talk, late=late, unit=unit).run()
    assert all(exact for _, exact in world.told)


def test_a_cost_is_a_guess_for_ten_minutes_though_nothing_else_fits() -> None:
    world = World([Query("Norm", 0.0, 2.0, 0.5, 0.5)], more=[601.5, 602.0]).run()
    assert world.certain_at == {"m0": 602.0}


@pytest.mark.parametrize("shown", [5.0, 599.0])
def test_an_entry_of_another_program_that_is_there_first_is_never_certain(shown: float) -> None:
    reply = Query("Norm", 0.0, 2.0, 0.5, shown)
    world = World([reply], [Foreign(dated=0.1, shown=0.0)]).run()
    assert world.told == [("foreign 0", False)]
    assert world.mistakes == []


@pytest.mark.parametrize("ends", ["stopped", "crash"])
def test_one_that_stands_in_place_of_a_reply_that_did_not_come_whole_is_a_guess(ends: str) -> None:
    """Poe took nothing for it, say, and another program asked its bot at that time."""
    reply = Query("Norm", 0.0, 2.0, 0.5, NEVER, ends=ends)
    assert World([reply], [Foreign(dated=0.1, shown=0.0)]).run().told == [("foreign 0", False)]


def test_a_reply_that_failed_and_was_not_booked_leaves_the_next_one_certain() -> None:
    failed, asked_again = (
        Query("Norm", 0.0, 1.0, 0.5, NEVER, ends="stopped"),
        Query("Norm", 12.0, 1.0, 0.5, 0.5),
    )
    world = World([failed, asked_again]).run()
    assert world.told == [("", False), ("m1", True)]
    assert [each.missing for each in world.ledger.values()] == [True, False]


def test_a_reply_is_certain_only_when_those_beside_it_are_booked() -> None:
    """Else the second entry could be the first one's, and the first another program's."""
    first, second = Query("Norm", 0.0, 1.0, 1.0, 4.0), Query("Norm", 2.5, 1.0, 0.5, 599.0)
    world = World([first, second], [Foreign(dated=0.1, shown=0.0)], more=[602.0, 603.0]).run()
    assert not any(exact for _, exact in world.told)
    assert world.mistakes == []


def test_books_that_were_asked_for_within_ten_minutes_make_nothing_certain() -> None:
    """They were on their way when the time was over, and say nothing of its end."""
    reply = Query("Norm", 0.0, 2.0, 0.5, 599.5)
    world = World([reply], [Foreign(dated=0.1, shown=0.0)], more=[603.0], reading=20.0).run()
    assert world.mistakes == []


def test_what_was_asked_for_while_the_books_were_read_may_be_in_them() -> None:
    slow, meanwhile = Query("Norm", 0.0, 1.0, 1.0, 30.0), Query("Norm", 10.0, 1.0, 0.5, 0.0)
    world = World([slow, meanwhile], more=[25.0], reading=20.0).run()
    assert world.told[0] == ("m1", False)


def test_a_reply_that_has_been_looked_for_after_ten_minutes_is_looked_for_no_more() -> None:
    world = World([Query("Norm", 0.0, 2.0, 0.5, 0.5)]).run()
    (line,) = world.ledger.values()
    assert line.exact
    assert not line.is_open(line.at + timedelta(days=1))


def test_replies_that_can_not_be_told_apart_leave_an_earlier_one_certain() -> None:
    sure, slow = Query("Norm", 0.0, 1.0, 0.5, 0.5), Query("Norm", 20.0, 1.0, 0.5, 40.0)
    world = World([sure, slow, Query("Norm", 20.5, 1.0, 0.5, 0.5)]).run()
    assert [exact for _, exact in world.told] == [True, False, False]
