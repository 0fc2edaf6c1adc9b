"""The ledger and Poe's books are made to agree: which entry is whose, until it is sure."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final, Protocol

import msgspec

from poe_tui.chat.expenses import Asked, Claims, Expense, Spent, priced
from poe_tui.chat.figures import Price

SLICE: Final = 0.004
"""Seconds of work at a time: hundreds of replies may have ended at once."""


class History(Protocol):
    """Some of Poe's books: see `poe_tui.poe.usage.UsagePage`."""

    @property
    def prices(self) -> Sequence[Price]:
        """What was paid in both currencies."""

    def cost_of(self, reply: Asked, claims: Claims) -> Spent | None:
        """Return what `reply` cost; None when there is no entry for it."""

    def may_have(self, reply: Asked, claims: Claims) -> bool:
        """Return whether any entry could be that of `reply`, another reply's guess included."""

    def meet(self, one: Asked, other: Asked) -> bool:
        """Return whether an entry could belong to either of two replies."""


class Reconciling:
    """One comparison of the ledger with `history`, which was read at `moment`.

    `expenses` returns what is in the ledger from a day on, `record` adds a line to it.
    """

    def __init__(
        self,
        history: History,
        moment: datetime,
        *,
        expenses: Callable[[date], list[Expense]],
        record: Callable[[Expense], object],
    ) -> None:
        self._history = history
        self._moment = moment
        self._expenses = expenses
        self._record = record
        self.prices: list[Price] = []
        """What replies that are found for the first time cost in both currencies."""
        self._waiting: deque[str] = deque()
        self._found_out: dict[str, Expense] = {}
        self._booked: dict[str, Expense] = {}

    async def run(self, replies: Sequence[Expense]) -> list[Expense]:
        """Look for `replies`, and for all whose entry is in doubt by what is found.

        Returns those of which something else is known than before, and those that it is too late to
        learn more of. Lets others work every few milliseconds.
        """
        if not replies:
            return []
        self._waiting.extend(each.message for each in replies)
        first = (min(each.at for each in replies) - timedelta(days=1)).date()
        while self._waiting:
            # What others were given meanwhile counts: nothing may come between this and `_look`.
            self._booked = {each.message: each for each in self._expenses(first)}
            claims = Claims(self._booked.values())
            ends = time.perf_counter() + SLICE
            while self._waiting and time.perf_counter() < ends:
                expense = self._booked.get(self._waiting.popleft())
                if expense is not None:
                    self._look(expense, claims)
            await asyncio.sleep(0)
        return list(self._found_out.values())

    def _look(self, former: Expense, claims: Claims) -> None:
        found = self._found(former, claims)
        if found == former:
            return
        self._found_out[former.message] = self._booked[former.message] = found
        claims.replace(former, found)
        self._record(found)
        if former.settled and not _alike(former, found):
            self._waiting.extend(self._near(former))

    def _found(self, former: Expense, claims: Claims) -> Expense:
        """Return what is to be written of a reply; itself when it is all written already."""
        reply, spent = former.asked, self._history.cost_of(former.asked, claims)
        closed = self._moment >= former.last_booked
        if spent is not None:
            if former.points is None and spent.dollars is not None:
                self.prices.append(Price(spent.points, spent.dollars))
            found = priced(former, spent, self._moment)
            return found if closed or not _alike(former, found) else former
        if not closed:
            return former
        if former.points is None and not self._history.may_have(reply, claims):
            return msgspec.structs.replace(former, missing=True, coming=False)
        return msgspec.structs.replace(former, looked=self._moment)

    def _near(self, expense: Expense) -> Iterator[str]:
        """Yield the certain replies that relied on the entry which this one was given."""
        others = (each for each in self._booked.values() if each.message != expense.message)
        for each in others:
            if each.settled and self._history.meet(each.asked, expense.asked):
                yield each.message


def _alike(one: Expense, other: Expense) -> bool:
    """Return whether two lines say the same of the cost of a reply."""
    return (one.points, one.exact, one.query) == (other.points, other.exact, other.query)
