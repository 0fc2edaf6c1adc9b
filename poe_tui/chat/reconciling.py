"""The ledger and Poe's books are made to agree: which entry is whose, and which are certain."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final, Protocol

import msgspec

from poe_tui.chat.clusters import Cluster
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
        """Return what `reply` cost, most likely; None when there is no entry for it."""

    def may_have(self, reply: Asked, claims: Claims) -> bool:
        """Return whether any entry could be that of `reply`, another reply's guess included."""

    def certain(self, cluster: Sequence[Asked]) -> Collection[str]:
        """Return the ids of those replies of a closed cluster that have an entry for certain."""


class Reconciling:
    """One comparison of the ledger with `history`, which was read between two moments, `read`.

    `expenses` returns what is in the ledger from a day on, `record` adds a line to it.
    """

    def __init__(
        self,
        history: History,
        read: tuple[datetime, datetime],
        *,
        expenses: Callable[[date], list[Expense]],
        record: Callable[[Expense], object],
    ) -> None:
        self._history = history
        self._moment, self._seen = read
        self._expenses = expenses
        self._record = record
        self.prices: list[Price] = []
        """What replies that are found for the first time cost in both currencies."""
        self._first = self._moment.date()
        self._found_out: dict[str, Expense] = {}

    async def run(self, clusters: Sequence[Cluster]) -> list[Expense]:
        """Look for all replies that `clusters` have to be looked for.

        Returns those of which something else is known than before, and those that it is too late to
        learn more of. Lets others work every few milliseconds.
        """
        replies = [each for cluster in clusters for each in cluster.to_look_for(self._moment)]
        if not replies:
            return []
        self._first = (min(each.at for each in replies) - timedelta(days=1)).date()
        replies.sort(key=lambda each: (not each.complete, each.at))  # these have one, those may not
        await self._look_for(replies)
        for cluster in clusters:
            if cluster.is_closed(self._moment):
                await self._make_certain(cluster)
        return list(self._found_out.values())

    async def _look_for(self, replies: Iterable[Expense]) -> None:
        waiting = deque(each.message for each in replies)
        while waiting:
            # What others were given meanwhile counts: nothing may come between this and `_look`.
            booked = self._booked()
            claims = Claims(booked.values())
            ends = time.perf_counter() + SLICE
            while waiting and time.perf_counter() < ends:
                expense = booked.get(waiting.popleft())
                if expense is not None:
                    self._look(expense, claims)
            await asyncio.sleep(0)

    async def _make_certain(self, cluster: Cluster) -> None:
        """Call certain what is, and look again for those for which an entry less is left then."""
        booked = self._booked()
        replies = [booked[each.message] for each in cluster.replies if each.message in booked]
        certain = self._history.certain([each.asked for each in replies])
        for each in replies:
            if each.message in certain and not each.exact:
                self._write(msgspec.structs.replace(each, exact=True))
                await asyncio.sleep(0)  # each is written to the disk, and there may be hundreds
        if certain:
            await self._look_for(each for each in replies if each.points is None)

    def _booked(self) -> dict[str, Expense]:
        return {each.message: each for each in self._expenses(self._first)}

    def _look(self, former: Expense, claims: Claims) -> None:
        found = self._found(former, claims)
        if found != former:
            claims.replace(former, found)
            self._write(found)

    def _write(self, expense: Expense) -> None:
        self._found_out[expense.message] = expense
        self._record(expense)

    def _found(self, former: Expense, claims: Claims) -> Expense:
        """Return what is to be written of a reply; itself when it is all written already."""
        reply, spent = former.asked, self._history.cost_of(former.asked, claims)
        closed = self._moment >= former.last_booked
        if spent is not None:
            if former.points is None and spent.dollars is not None:
                self.prices.append(Price(spent.points, spent.dollars))
            found = priced(former, spent, self._moment, self._seen)
        elif closed and former.points is None and not self._history.may_have(reply, claims):
            return msgspec.structs.replace(former, missing=True, coming=False)
        else:
            found = msgspec.structs.replace(former, looked=self._moment)
        last = closed and former.is_open(self._moment)
        return found if last or not _alike(former, found) else former


def _alike(one: Expense, other: Expense) -> bool:
    """Return whether two lines say the same of the cost of a reply."""
    return (one.points, one.query) == (other.points, other.query)
