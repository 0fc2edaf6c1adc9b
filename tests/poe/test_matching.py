"""Which entry of Poe's books is whose, and when that is sure."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def cost(
    entries: UsagePage, bot: str = "Norm", *, after: float = 0, seconds: float
) -> Spent | None:
    """Return the cost of a reply that was asked for so many seconds after SENT."""
    return entries.cost_of(Asked(bot, SENT + timedelta(seconds=after), seconds), Claims())


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


def booked(name: str, *, after: float = 0, seconds: float = 2, **known: Any) -> Expense:
    """A reply of Norm in the ledger, asked for so many seconds after SENT."""
    at = SENT + timedelta(seconds=after)
    bot = known.pop("bot", "Norm")
    return Expense(message=name, conversation="c", bot=bot, at=at, seconds=seconds, **known)


def test_an_entry_that_certainly_belongs_to_another_reply_is_nobody_elses() -> None:
    """One reply right after the other: the former has its entry, so the latter's is certain."""
    first, second = entry(0, 1, query="q1"), entry(2, 2, query="q2")
    reply = booked("m2", after=1).asked
    settled = Claims([booked("m1", points=1, exact=True, query="q1")])
    assert page(first).cost_of(reply, settled) is None
    assert page(first, second).cost_of(reply, settled) == Spent(2, True, "q2")
    guessed = Claims([booked("m1", points=1, query="q1")])
    assert page(first, second).cost_of(reply, guessed) == Spent(2, False, "q2")


@pytest.mark.parametrize(
    ("bot", "later", "exact"), [("norm", 5, False), ("norm", 60, True), ("Other", 5, True)]
)
def test_a_reply_near_by_whose_entry_is_not_known_makes_a_guess(
    bot: str, later: float, exact: bool
) -> None:
    rival = Claims([booked("m2", bot=bot, after=later)])
    assert page(entry(1)).cost_of(Asked("Norm", SENT, 2), rival) == Spent(10, exact)


def test_whose_entry_is_not_known_is_read_from_the_ledger() -> None:
    claims = Claims(
        [
            booked("m0", bot="NORM", points=1, exact=True, query="q0"),
            booked("m2", bot="NORM", points=1, query="q2"),
            booked("m3", bot="norm", seconds=3.0),
            booked("m4", missing=True),
            booked("m5", coming=True),
            booked("m6", points=1, exact=True),  # its entry has no name, and could be taken twice
        ]
    )
    mine = booked("m2").asked
    assert [each.message for each in claims.rivals(mine)] == ["m3", "m5", "m6"]
    assert [each.seconds for each in claims.rivals(mine)] == [3.0, LONGEST, 2]
    assert list(claims.rivals(booked("m2", bot="Other").asked)) == []
    assert claims.bars("q0", mine)
    assert not claims.bars("q0", booked("m0").asked)
    assert claims.taken("q2", booked("m3").asked)
    assert not claims.taken("q2", mine)


# -- as time goes by ------------------------------------------------------------------------------

LOOKS = (1.0, 3.0, 8.0)
FINAL = (60.0, 700.0, 5_000.0)
"""Seconds of further looks, after all replies."""


@dataclass
class Query:
    """One reply in a made-up history, in seconds of Poe's clock."""

    bot: str
    asked: float
    seconds: float
    dated: float
    """When Poe dates its entry: a part of `seconds`."""
    shown: float
    """How long after its end Poe shows it; more than anybody waits: never."""
    looks: bool = True
    """False: nobody waits for the books, as `ask` does not."""
    runs_on: bool = False
    """True: it was cut off by a crash, and nobody ever saw it end."""
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
    ledger: dict[str, Expense] = field(default_factory=dict)
    corrected: list[str] = field(default_factory=list)
    """The replies that were certain, and then something else."""
    mistakes: list[Expense] = field(default_factory=list)
    """The lines that were wrong when they were written."""

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
            if not query.runs_on:
                moments.append((query.end, 1, query))
                moments += [(query.end + wait, 2, None) for wait in LOOKS if query.looks]
        last = max(moment for moment, *_ in moments)
        moments += [(last + wait, 2, None) for wait in FINAL]
        moments += [(moment, 2, None) for moment in self.more]
        for now, what, asked in sorted(moments, key=lambda each: each[:2]):
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
            )
        )

    def record(self, expense: Expense) -> None:
        former = self.ledger.get(expense.message)
        if former is not None and not expense.knows_more_than(former):
            raise AssertionError("what has been found out would be lost")
        if former is not None and former.exact and not expense.exact:
            self.corrected.append(expense.message)
        self.ledger[expense.message] = expense
        self.mistakes += self.wrong

    def expenses(self, since: date) -> list[Expense]:
        return [each for each in self.ledger.values() if each.at.date() >= since]

    async def _look(self, now: float) -> None:
        moment = self._ours(now)
        comparison = Reconciling(
            self._page(now), moment, expenses=self.expenses, record=self.record
        )
        await comparison.run([each for each in self.ledger.values() if each.is_open(moment)])
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
    def wrong(self) -> list[Expense]:
        """The replies that certainly have an entry that is not theirs."""
        return [each for each in self.ledger.values() if each.exact and each.query != each.message]


def queries(shown: st.SearchStrategy[float], most: int = 8) -> st.SearchStrategy[list[Query]]:
    return st.lists(
        st.builds(
            Query,
            bot=st.sampled_from(["Norm", "norm", "NORM", "Other"]),
            asked=st.floats(0, 120),
            seconds=st.floats(0, 40),
            dated=st.floats(0, 1),
            shown=shown,
            looks=st.booleans(),
            runs_on=st.booleans() if most > 4 else st.just(False),
        ),
        min_size=1,
        max_size=most,
    )


LATE = st.one_of(st.just(0.0), st.floats(-4, 4), st.floats(-7_200, 7_200))
MORE = st.lists(st.floats(0, 1_000), max_size=4)
UNIT = st.sampled_from([1.0, 1e-3, 1e-6])
FOREIGN = st.lists(
    st.builds(
        Foreign,
        dated=st.floats(-5, 170),
        shown=st.one_of(st.just(0.0), st.floats(0, 60)),
        bot=st.sampled_from(["Norm", "norm", "Other"]),
    ),
    min_size=1,
    max_size=4,
)


@given(
    queries=queries(shown=st.one_of(st.floats(0, 12), st.just(1e9))),
    late=LATE,
    unit=UNIT,
    chatted=st.lists(st.floats(0, 120), max_size=25),
    pages=st.sampled_from([5, 20, 100]),
    more=MORE,
)
def test_no_cost_is_called_certain_that_is_another_replys(
    queries: list[Query],
    late: float,
    unit: float,
    chatted: list[float],
    pages: int,
    more: list[float],
) -> None:
    """Runs at once, books that lag or forget, clocks that differ, crashes, chats on poe.com."""
    assert World(queries, [], chatted, late, unit, pages, more).run().wrong == []


@given(
    queries=queries(shown=st.one_of(st.floats(0, 12), st.floats(0, 550)), most=4),
    foreign=FOREIGN,
    late=LATE,
    unit=UNIT,
    more=MORE,
)
def test_no_cost_is_called_certain_in_the_end_that_another_program_has_paid(
    queries: list[Query], foreign: list[Foreign], late: float, unit: float, more: list[float]
) -> None:
    """Its entries come before, after and between ours, all of which come within ten minutes."""
    assert World(queries, foreign, late=late, unit=unit, more=more).run().wrong == []


@given(foreign=FOREIGN, seconds=st.floats(0, 40), dated=st.floats(0, 1), late=LATE, unit=UNIT)
def test_books_that_lag_by_less_than_three_seconds_never_make_a_wrong_cost_certain(
    foreign: list[Foreign], seconds: float, dated: float, late: float, unit: float
) -> None:
    reply = Query("Norm", 60.0, seconds, dated, 2.9)
    world = World([reply], foreign, late=late, unit=unit)
    world.run()
    assert world.wrong == []
    assert world.mistakes == []


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
    ).run()
    assert all(each.exact for each in world.ledger.values())
    assert world.corrected == []


@given(
    gaps=st.lists(st.floats(3.6, 20), min_size=2, max_size=6),
    late=st.floats(-7_200, 7_200),
    unit=UNIT,
    seconds=st.floats(0.5, 20),
    dated=st.floats(0, 1),
)
def test_a_quick_talk_with_one_bot_is_told_for_certain_all_along(
    gaps: list[float], late: float, unit: float, seconds: float, dated: float
) -> None:
    """A prompt that leaves when the entry of the last reply was seen puts that in no doubt."""
    asked = [0.0]
    for gap in gaps:
        asked.append(asked[-1] + seconds + gap)
    talk = [Query("Norm", at, seconds, dated, 0.5) for at in asked]
    world = World(talk, late=late, unit=unit).run()
    assert all(each.exact for each in world.ledger.values())
    assert world.corrected == []


def told(world: World) -> list[tuple[str, bool]]:
    return [(each.query, each.exact) for each in world.ledger.values()]


def test_an_entry_of_another_program_that_is_there_first_is_given_up_when_ours_comes() -> None:
    reply = Query("Norm", 0.0, 2.0, 0.5, shown=5.0)
    world = World([reply], [Foreign(dated=0.1, shown=0.0)]).run()
    assert world.corrected == ["m0"]
    assert [exact for _, exact in told(world)] == [False]


def test_one_that_stands_in_place_of_ours_is_what_nobody_can_tell() -> None:
    """The bot took nothing for the reply, say, and another program asked it at that time."""
    reply = Query("Norm", 0.0, 2.0, 0.5, shown=1e9)
    assert told(World([reply], [Foreign(dated=0.1, shown=0.0)]).run()) == [("foreign 0", True)]


def test_a_correction_reaches_the_certain_reply_beside_it() -> None:
    """Its entry was told from another that is not the first one's for certain any more."""
    first, second = Query("Norm", 0.0, 1.0, 0.5, 30.0), Query("Norm", 6.0, 1.0, 0.5, 0.5)
    world = World([first, second], [Foreign(dated=0.1, shown=0.0)]).run()
    assert world.wrong == []
    assert world.corrected


def test_a_reply_that_has_been_looked_for_after_ten_minutes_is_looked_for_no_more() -> None:
    world = World([Query("Norm", 0.0, 2.0, 0.5, 0.5)]).run()
    (line,) = world.ledger.values()
    assert line.exact
    assert not line.is_open(line.at + timedelta(days=1))


def test_a_reply_that_was_never_booked_and_has_the_entry_of_another_stays_a_guess() -> None:
    """The other one, of which the books then say nothing, could still be meant."""
    never, other = Query("Norm", 0.0, 30.0, 0.5, 1e9), Query("Norm", 5.0, 1.0, 0.5, 0.5, False)
    world = World([never, other], more=[610.0]).run()
    assert world.wrong == []
    assert not any(each.missing for each in world.ledger.values())


def test_a_correction_that_comes_late_reaches_a_reply_that_is_not_looked_for_any_more() -> None:
    first, second = Query("Norm", 0.0, 1.0, 1.0, 4.0), Query("Norm", 2.5, 1.0, 0.5, 599.0)
    world = World([first, second], [Foreign(dated=0.1, shown=0.0)], more=[602.0, 603.0])
    assert world.run().wrong == []
    assert world.corrected == ["m1", "m0"]


def test_replies_that_can_not_be_told_apart_leave_an_earlier_one_as_it_is() -> None:
    sure, slow = Query("Norm", 0.0, 1.0, 0.5, 0.5), Query("Norm", 20.0, 1.0, 0.5, 40.0)
    world = World([sure, slow, Query("Norm", 45.0, 1.0, 0.5, 0.5)]).run()
    assert world.corrected == []
    assert [each.exact for each in world.ledger.values()] == [True, False, False]
