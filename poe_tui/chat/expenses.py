"""What replies cost, one by one and added up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeVar

import msgspec

_KeyT = TypeVar("_KeyT")

LONGEST: Final = 900.0
"""Seconds for which a reply that nobody has seen end is taken to be still coming."""

BOOKED_BY_THEN: Final = timedelta(minutes=10)
"""After which all that Poe books of a reply is in its books: what is not is not looked for again,
and only then can an entry be certain.
"""

SLACK: Final = timedelta(seconds=2)
"""How much earlier than the send an entry may be dated: some answers give whole seconds, and Poe's
clock is known to half a second.
"""

LAG: Final = timedelta(seconds=30)
"""How long after a reply its entry may be dated."""

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class Spent(msgspec.Struct, frozen=True):
    """What a reply cost, by the entry of Poe's books that was taken for it."""

    points: int
    query_id: str = ""
    """Poe's own name for that entry; empty when it has none."""
    dollars: float | None = None
    """The same in US dollars; None when Poe did not say."""


class Expense(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One reply in the ledger. Holds nothing of what was said."""

    message: str
    """The reply's id."""
    conversation: str
    bot: str
    at: datetime
    """When the bot was asked."""
    points: int | None = None
    """None: not known."""
    exact: bool = False
    """False: `points` is a guess."""
    complete: bool = False
    """True: the reply came whole. Poe books every such reply; of others nobody knows."""
    query: str = ""
    """Poe's own name for what was paid for it; empty when not known."""
    seconds: float = 0.0
    """How long the reply took: its entry at Poe is dated somewhere in between."""
    estimated: int | None = None
    """What was expected before it was sent; None when nothing could be said."""
    seen: datetime | None = None
    """When the entry `query` was first seen in Poe's books; None: not yet."""
    looked: datetime | None = None
    """When those books were asked for that this line goes by; None: it goes by none."""

    missing: bool = False
    """True: long after the reply, Poe's books had nothing for it."""
    coming: bool = False
    """True: it was asked for, and has not ended yet; or it was cut off by a crash."""
    void: bool = False
    """True: it came to nothing before anything was paid, and is no expense at all."""

    @property
    def counted(self) -> int:
        """The points that count towards a cap: the known ones, else the expected ones, else 0.

        Nothing for a reply that Poe never booked, as of a bot that failed at once.
        """
        if self.points is not None:
            return self.points
        return 0 if self.missing else self.estimated or 0

    @property
    def day(self) -> date:
        """The day it was, where the user is."""
        return self.at.astimezone().date()

    def knows_more_than(self, other: Expense) -> bool:
        """Return whether this should stand in place of `other`, an earlier one of its reply.

        Poe's books only grow: whoever has read them later knows more.
        """
        return self._knowledge >= other._knowledge

    @property
    def _knowledge(self) -> tuple[bool, bool, datetime, tuple[bool, ...]]:
        known = self.points is not None
        # Of what one reading has told, the last word counts.
        otherwise = () if self.looked else (self.exact, self.missing, not self.coming)
        return (self.void, known, self.looked or _NEVER, otherwise)

    @property
    def asked(self) -> Asked:
        """What Poe's books could know of it."""
        return Asked(
            self.bot,
            self.at,
            LONGEST if self.coming else self.seconds,
            message=self.message,
            query=self.query,
            seen=self.seen,
            complete=self.complete,
        )

    @property
    def ended(self) -> datetime:
        """When the reply ended; for one that nobody has seen end, by when it must have."""
        return self.at + timedelta(seconds=LONGEST if self.coming else self.seconds)

    def is_open(self, moment: datetime) -> bool:
        """Return whether Poe's books can say at `moment` what nobody has read in them yet.

        They can until somebody has looked after the time in which they get a reply's entry.
        """
        if self.missing or self.exact or (self.coming and moment <= self.ended):
            return False
        if self.looked is None:
            return self.points is None  # else a former version of poe-tui was content with it
        return self.looked < self.last_booked

    @property
    def last_booked(self) -> datetime:
        """When what is not in Poe's books is taken to be never booked."""
        return self.ended + BOOKED_BY_THEN


class Asked(msgspec.Struct, frozen=True):
    """A reply that was paid for, as far as Poe's books could know it."""

    bot: str
    at: datetime
    seconds: float
    message: str = ""
    """Its id."""
    query: str = ""
    """The entry that it has been given so far; empty for none."""
    seen: datetime | None = None
    """When that was first seen in Poe's books."""
    complete: bool = False
    """True: it came whole, so that there is an entry, or will be."""

    @property
    def earliest(self) -> datetime:
        """When its entry may be dated at the earliest, by our clock."""
        return self.at - SLACK

    @property
    def latest(self) -> datetime:
        """When its entry may be dated at the latest, by our clock."""
        return self.at + timedelta(seconds=self.seconds) + LAG


class Claims:
    """Which entries of Poe's books the replies have been given."""

    def __init__(self, expenses: Iterable[Expense] = ()) -> None:
        self._given: dict[str, set[str]] = {}
        self._certain: set[str] = set()
        for expense in expenses:
            self._add(expense)

    def replace(self, former: Expense, expense: Expense) -> None:
        """Take in what has become known of a reply."""
        self._given.get(former.query, set()).discard(former.message)
        self._add(expense)

    def taken(self, query: str, reply: Asked) -> bool:
        """Return whether another reply than `reply` has been given that entry."""
        return any(each != reply.message for each in self._given.get(query, ()))

    def bars(self, query: str, reply: Asked) -> bool:
        """Return whether that entry certainly belongs to another reply than `reply`."""
        return query in self._certain and self.taken(query, reply)

    def _add(self, expense: Expense) -> None:
        if expense.query:
            self._given.setdefault(expense.query, set()).add(expense.message)
            if expense.exact:
                self._certain.add(expense.query)


class Total(msgspec.Struct, frozen=True):
    """Several replies together."""

    points: int = 0
    """Of those whose cost is known."""
    exact: bool = True
    """False: some of it is a guess."""
    replies: int = 0
    unknown: int = 0
    """Of `replies`, those whose cost is not known, and not in `points`."""


def priced(expense: Expense, spent: Spent, looked: datetime, seen: datetime) -> Expense:
    """Return `expense` with what it cost, most likely.

    Poe's books had it when they were read, at some time between `looked` and `seen`.
    """
    same = expense.seen is not None and expense.query == spent.query_id
    return msgspec.structs.replace(
        expense,
        points=spent.points,
        exact=False,
        query=spent.query_id,
        seen=expense.seen if same else seen,
        looked=looked,
        seconds=expense.asked.seconds,
        coming=False,
    )


def total(expenses: Iterable[Expense]) -> Total:
    """Return the total of `expenses`."""
    listed = list(expenses)
    known = [expense for expense in listed if expense.points is not None]
    return Total(
        points=sum(expense.points or 0 for expense in known),
        exact=all(expense.exact for expense in known),
        replies=len(listed),
        unknown=len(listed) - len(known),
    )


def by_day(expenses: Iterable[Expense]) -> dict[date, Total]:
    """Return the total of each day, where the user is; the last day first."""
    totals = _grouped(expenses, lambda expense: expense.day)
    return dict(sorted(totals.items(), reverse=True))


def by_bot(expenses: Iterable[Expense]) -> dict[str, Total]:
    """Return the total of each bot, whatever the case of its name; the dearest first."""
    listed = list(expenses)
    names = {expense.bot.casefold(): expense.bot for expense in listed}
    totals = _grouped(listed, lambda expense: names[expense.bot.casefold()])
    return _dearest_first(totals)


def by_conversation(expenses: Iterable[Expense]) -> dict[str, Total]:
    """Return the total of each conversation, by id; the dearest first."""
    return _dearest_first(_grouped(expenses, lambda expense: expense.conversation))


def _grouped(expenses: Iterable[Expense], key: Callable[[Expense], _KeyT]) -> dict[_KeyT, Total]:
    groups: dict[_KeyT, list[Expense]] = {}
    for expense in expenses:
        groups.setdefault(key(expense), []).append(expense)
    return {name: total(group) for name, group in groups.items()}


def _dearest_first(totals: dict[str, Total]) -> dict[str, Total]:
    return dict(sorted(totals.items(), key=lambda item: (-item[1].points, item[0])))
