"""What replies cost, one by one and added up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Final, TypeVar

import msgspec

_KeyT = TypeVar("_KeyT")

LONGEST: Final = 900.0
"""Seconds for which a reply that nobody has seen end is taken to be still coming."""


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
        """Return whether this should stand in place of `other`, an earlier one of its reply."""
        return self._knowledge >= other._knowledge

    @property
    def _knowledge(self) -> tuple[bool, bool, bool, bool, bool]:
        known = self.points is not None
        return (self.void, known, self.exact, self.missing, not self.coming)

    @property
    def asked(self) -> Asked:
        """What Poe's books could know of it."""
        return Asked(self.bot, self.at, LONGEST if self.coming else self.seconds)

    @property
    def settled(self) -> bool:
        """True when the entry of Poe's books that belongs to it is known for certain."""
        return self.exact and bool(self.query)


class Asked(msgspec.Struct, frozen=True):
    """A reply that was paid for, as far as Poe's books could know it."""

    bot: str
    at: datetime
    seconds: float


class Others(msgspec.Struct, frozen=True):
    """What is known of all other replies when one looks for the cost of one."""

    settled: frozenset[str] = frozenset()
    """Poe's names for the entries that certainly belong to others."""
    guessed: frozenset[str] = frozenset()
    """Those that others were given as a guess."""
    rivals: tuple[Asked, ...] = ()
    """The replies of the same bot whose entry is not known for certain: it could be any near."""


class Total(msgspec.Struct, frozen=True):
    """Several replies together."""

    points: int = 0
    """Of those whose cost is known."""
    exact: bool = True
    """False: some of it is a guess."""
    replies: int = 0
    unknown: int = 0
    """Of `replies`, those whose cost is not known, and not in `points`."""


def others_than(message: str, bot: str, expenses: Iterable[Expense]) -> Others:
    """Return what `expenses` say of the replies other than `message`, which is one of `bot`."""
    settled, guessed = set[str](), set[str]()
    rivals: list[Asked] = []
    for each in expenses:
        if each.message == message:
            continue
        if each.query:
            (settled if each.exact else guessed).add(each.query)
        if each.bot.casefold() == bot.casefold() and not (each.settled or each.missing):
            rivals.append(each.asked)
    return Others(frozenset(settled), frozenset(guessed), tuple(rivals))


def priced(expense: Expense, spent: Spent) -> Expense:
    """Return `expense` with what it turned out to cost."""
    return msgspec.structs.replace(
        expense,
        points=spent.points,
        exact=spent.exact and not expense.coming,
        query=spent.query_id,
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
