"""What replies cost, one by one and added up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeVar

import msgspec

_KeyT = TypeVar("_KeyT")

LONGEST: Final = 900.0
"""Seconds for which a reply that nobody has seen end is taken to be still coming."""

BOOKED_BY_THEN: Final = timedelta(minutes=10)
"""After which what is not in Poe's books is not looked for again."""

APART: Final = timedelta(seconds=1.5)
"""For how long an entry has to be the only one that fits, until it is certain."""

LATE: Final = timedelta(seconds=30)
"""So long after a reply, an entry that is the only one at first sight is certain."""

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class Spent(msgspec.Struct, frozen=True):
    """What a reply cost; `exact` is False when another query could be meant."""

    points: int
    exact: bool
    query_id: str = ""
    """Poe's own name for the query that was taken for the reply."""
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
    query: str = ""
    """Poe's own name for what was paid for it; empty when not known."""
    seconds: float = 0.0
    """How long the reply took: its entry at Poe is dated somewhere in between."""
    estimated: int | None = None
    """What was expected before it was sent; None when nothing could be said."""
    seen: datetime | None = None
    """When the entry `query` was first seen in Poe's books; None: not yet."""
    looked: datetime | None = None
    """When those books were read that this line goes by; None: it goes by none."""

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

        Poe's books only grow: whoever has read them later knows more, even if it is that a number
        is not certain after all.
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
            exact=self.exact,
        )

    @property
    def ended(self) -> datetime:
        """When the reply ended; for one that nobody has seen end, by when it must have."""
        return self.at + timedelta(seconds=LONGEST if self.coming else self.seconds)

    def is_open(self, moment: datetime) -> bool:
        """Return whether Poe's books can say at `moment` what nobody has read in them yet.

        They can until somebody has looked after the time in which they get a reply's entry.
        """
        if self.missing or (self.coming and moment <= self.ended):
            return False
        if self.looked is None:
            return self.points is None  # else a former version of poe-tui was content with it
        return self.looked < self.last_booked

    @property
    def last_booked(self) -> datetime:
        """When what is not in Poe's books is taken to be never booked."""
        return self.ended + BOOKED_BY_THEN

    @property
    def settled(self) -> bool:
        """True when the entry of Poe's books that belongs to it is known for certain."""
        return self.exact and bool(self.query)


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
    exact: bool = False
    """Whether that is certain so far."""


class Claims:
    """Which replies there are, and which entries of Poe's books they have been given."""

    def __init__(self, expenses: Iterable[Expense] = ()) -> None:
        self._settled: dict[str, str] = {}
        self._guessed: dict[str, set[str]] = {}
        self._unsettled: dict[str, dict[str, Asked]] = {}
        for expense in expenses:
            self.add(expense)

    def add(self, expense: Expense) -> None:
        """Take in one reply."""
        message, query = expense.message, expense.query
        if query and expense.exact:
            self._settled[query] = message
        elif query:
            self._guessed.setdefault(query, set()).add(message)
        if not (expense.settled or expense.missing):
            self._unsettled.setdefault(expense.bot.casefold(), {})[message] = expense.asked

    def replace(self, former: Expense, expense: Expense) -> None:
        """Take in what has become known of a reply."""
        if self._settled.get(former.query) == former.message:
            del self._settled[former.query]
        self._guessed.get(former.query, set()).discard(former.message)
        self._unsettled.get(former.bot.casefold(), {}).pop(former.message, None)
        self.add(expense)

    def bars(self, query: str, reply: Asked) -> bool:
        """Return whether that entry certainly belongs to another reply than `reply`."""
        return self._settled.get(query, reply.message) != reply.message

    def taken(self, query: str, reply: Asked) -> bool:
        """Return whether another reply than `reply` has been given that entry, as a guess."""
        return any(each != reply.message for each in self._guessed.get(query, ()))

    def rivals(self, reply: Asked) -> Iterator[Asked]:
        """Yield the other replies of its bot whose entry is not known for certain.

        An entry near them could be that of any.
        """
        for message, each in self._unsettled.get(reply.bot.casefold(), {}).items():
            if message != reply.message:
                yield each


class Total(msgspec.Struct, frozen=True):
    """Several replies together."""

    points: int = 0
    """Of those whose cost is known."""
    exact: bool = True
    """False: some of it is a guess."""
    replies: int = 0
    unknown: int = 0
    """Of `replies`, those whose cost is not known, and not in `points`."""


def priced(expense: Expense, spent: Spent, moment: datetime) -> Expense:
    """Return `expense` with what it cost, as Poe's books had it at `moment`.

    What a first look at them takes for certain is a guess until the next one: the entry of another
    program may have been there first.
    """
    same = expense.seen is not None and expense.query == spent.query_id
    seen = expense.seen if same else moment
    proven = (seen is not None and moment - seen >= APART) or moment - expense.ended >= LATE
    return msgspec.structs.replace(
        expense,
        points=spent.points,
        exact=spent.exact and proven and not expense.coming,
        query=spent.query_id,
        seen=seen,
        looked=moment,
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
