"""The one path from a reply to its cost: expected, looked up, booked, and counted against caps."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Sequence
from contextlib import aclosing
from datetime import date, datetime, timedelta
from typing import Final, Protocol

import msgspec

from poe_tui.chat.budget import Budget, Verdict
from poe_tui.chat.estimate import Estimate, Prices, Weight, estimate
from poe_tui.chat.events import ReplyEvent, Uploading
from poe_tui.chat.expenses import LONGEST, Asked, Expense, Others, Spent, others_than, priced
from poe_tui.chat.figures import Figures, Price, Sample, sample_of
from poe_tui.chat.message import Message, now
from poe_tui.errors import ReplyError, StoreError

DELAYS: Final = (1.0, 2.0, 5.0)
"""Seconds between the looks at Poe's points history: 1, 3 and 8 seconds after the reply."""

HISTORY: Final = 30
"""Days that Poe's points history goes back."""

BOOKED_BY_THEN: Final = timedelta(minutes=10)
"""After which what is not in Poe's books is not looked for again."""

FREE: Final = frozenset(
    {
        "attachment",
        "disk",
        "internal",
        "key_missing",
        "key_refused",
        "not_enough_points",
        "not_trusted",
        "over_cap",
        "rate_limited",
        "unknown_bot",
    }
)
"""Kinds of failure after which nothing was paid, because no bot was reached: so far as nothing of
an answer has come.
"""

NOT_ITS_FAULT: Final = FREE | {"network_down", "message_too_long"}
"""Kinds of failure that say nothing about the bot."""

_log = logging.getLogger(__name__)


class History(Protocol):
    """Some of Poe's books: see `poe_tui.poe.usage.UsagePage`."""

    @property
    def prices(self) -> Sequence[Price]:
        """What was paid in both currencies."""

    def cost_of(self, reply: Asked, others: Others) -> Spent | None:
        """Return what `reply` cost; None when its entry is not there."""


class PointsSource(Protocol):
    """Poe's books: see `poe_tui.poe.usage.Usage`."""

    async def history(self) -> History:
        """Return the newest entries; raises a ReplyError."""

    async def since(self, moment: datetime) -> History:
        """Return all entries since `moment`; raises a ReplyError."""


class Ledger(Protocol):
    """The expenses on disk: see `poe_tui.store.ledger.LedgerFile`."""

    def record(self, expense: Expense, allowed: Callable[[], bool] | None = None) -> bool:
        """Write `expense` down if it is `allowed`; return whether it was. Raises StoreError."""

    def expenses(self, since: date | None = None) -> list[Expense]:
        """Return the expenses from the day `since` on, oldest first."""


class FiguresStore(Protocol):
    """The figures on disk: see `poe_tui.store.figures.FiguresFile`."""

    @property
    def figures(self) -> Figures:
        """All bots' figures as they are on disk now."""

    def add(self, bot: str, sample: Sample, spent: Spent | None) -> None:
        """Take in one reply; raises StoreError."""

    def add_prices(self, prices: Iterable[Price]) -> None:
        """Take in what was paid in both currencies; raises StoreError."""


class Spending:
    """What this user spends: `begin` a reply before it is sent, `settle` it when it has ended."""

    def __init__(
        self, usage: PointsSource, ledger: Ledger, figures: FiguresStore, budget: Budget
    ) -> None:
        self.ledger = ledger
        self.budget = budget
        self._usage = usage
        self._figures = figures
        self._begun: dict[str, _Begun] = {}

    @property
    def figures(self) -> Figures:
        """All bots' figures. Reads a small file when it has changed."""
        return self._figures.figures

    def expect(self, bot: str, weight: Weight, prices: Prices | None) -> Estimate | None:
        """Return what a reply will cost: see `poe_tui.chat.estimate.estimate`."""
        return estimate(bot, weight, self.figures, prices)

    def check(self, expected: Estimate | None) -> Verdict:
        """Return whether a prompt of that cost may be sent; nothing is held for it yet."""
        return self.budget.check(expected)

    def begin(
        self,
        conversation_id: str,
        message: Message,
        weight: Weight,
        expected: Estimate | None = None,
    ) -> Verdict:
        """Hold what the reply `message` will cost, unless the caps refuse it; return what they say.

        `weight` is how much is sent. Nothing is held for what is refused; anything else
        has to be followed by `settle`, however the reply ends. It is in the ledger from now on, so
        that all windows and runs count it, and no two of them slip under a cap together.
        """
        verdict: Verdict | None = None

        def allowed() -> bool:
            nonlocal verdict
            verdict = self.check(expected)
            return verdict.error is None

        expense = _expense(conversation_id, message, expected)
        coming = msgspec.structs.replace(expense, coming=True)
        try:
            self.ledger.record(coming, allowed)
        except StoreError as error:
            _log.warning("an expense was not written down: %s", error.explanation)
        assert verdict is not None
        if verdict.error is None:
            self._begun[message.id] = _Begun(conversation_id, weight, expected)
            self.budget.hold(message.id, expected)
        return verdict

    async def heed(
        self, message: Message, events: AsyncGenerator[ReplyEvent, None]
    ) -> AsyncGenerator[ReplyEvent, None]:
        """Yield the `events` of a reply that was begun, and forget it if they end too early.

        While its files are on their way up, its bot has not been asked, and nothing is paid.
        """
        last: ReplyEvent | None = None
        try:
            async with aclosing(events):
                async for last in events:
                    yield last
        finally:
            begun = self._begun.pop(message.id, None) if isinstance(last, Uploading) else None
            if begun is not None:
                self._write_off(begun, message)

    async def settle(
        self, message: Message, *, delays: Sequence[float] | None = DELAYS
    ) -> Spent | None:
        """Find out what the ended reply `message` cost, book it, and return it; None: unknown.

        Sets `points` and `points_exact` of the message; saving the conversation is the caller's.
        Takes as long as Poe's books lag, at most the sum of `delays` and three look-ups; with None
        nothing is looked up, and what was expected counts. Cancelled, it books what is known. Never
        raises for Poe or the disk: that is logged, and the cost stays unknown. Nothing is done for
        a reply that was never begun.
        """
        begun = self._begun.pop(message.id, None)
        if begun is None:
            return None
        kind = message.error.kind if message.error is not None else ""
        if kind in FREE and not (message.text or message.attachments):
            self._write_off(begun, message)
            return None
        spent: Spent | None = None
        try:
            if delays is not None:
                spent = await self._look_up(message, delays)
        finally:
            if spent is not None:
                message.points, message.points_exact = spent.points, spent.exact
            if spent is None and kind == "network_down":
                self._write_off(begun, message)  # most likely it never left
            else:
                self._book(begun, message, spent)
            if kind not in NOT_ITS_FAULT:
                self._learn(message, begun.weight, spent)
        return spent

    async def _look_up(self, message: Message, delays: Sequence[float]) -> Spent | None:
        bot = message.bot or ""
        reply = Asked(bot, message.created, message.seconds or 0.0)
        try:
            for delay in delays:
                await asyncio.sleep(delay)
                history = await self._usage.history()
                # What others were given meanwhile counts: nothing may come between this and _book.
                spent = history.cost_of(reply, self._others(message.id, bot, message.created))
                if spent is not None:
                    return spent
        except ReplyError as error:
            _log.info("what a reply cost is unknown: %s", error.heading)
        return None

    def _others(self, message_id: str, bot: str, at: datetime) -> Others:
        day = (at - timedelta(days=1)).date()
        return others_than(message_id, bot, self.ledger.expenses(day))

    async def catch_up(self) -> list[Expense]:
        """Find out what replies of the last 30 days cost that nobody has looked up yet.

        Returns those that are known now. Before the first reply, what a dollar is in points is
        learned from what Poe has taken for anything else. `ask` does not wait for Poe's books, and
        the app may have been closed before they were written. Raises a ReplyError; nothing is lost
        by it.
        """
        current = now()
        first = current - timedelta(days=HISTORY)
        unknown = [
            each
            for each in self.ledger.expenses(first.date())
            if each.at > first and each.points is None and not each.missing
            if not each.coming or each.at + timedelta(seconds=LONGEST) < current
        ]
        learned = self.figures.points_per_dollar is not None
        if not unknown and learned:
            return []
        history = await (self._usage.since(unknown[0].at) if unknown else self._usage.history())
        if not learned:
            self._learn_prices(history)
        found = []
        for expense in unknown:
            reply = expense.asked
            spent = history.cost_of(reply, self._others(expense.message, expense.bot, expense.at))
            if spent is not None:
                found.append(priced(expense, spent))
                self._record(found[-1])
            elif reply.at + timedelta(seconds=reply.seconds) < current - BOOKED_BY_THEN:
                self._record(msgspec.structs.replace(expense, missing=True, coming=False))
        return found

    def _write_off(self, begun: _Begun, message: Message) -> None:
        self.budget.settle(message.id, 0)
        expense = _expense(begun.conversation, message, None)
        self._record(msgspec.structs.replace(expense, void=True))

    def _book(self, begun: _Begun, message: Message, spent: Spent | None) -> None:
        expense = _expense(begun.conversation, message, begun.expected)
        if spent is not None:
            expense = priced(expense, spent)
        self.budget.settle(message.id, expense.counted)
        self._record(expense)

    def _record(self, expense: Expense) -> None:
        try:
            self.ledger.record(expense)
        except StoreError as error:
            _log.warning("an expense was not written down: %s", error.explanation)

    def _learn(self, message: Message, weight: Weight, spent: Spent | None) -> None:
        try:
            self._figures.add(
                message.bot or "", sample_of(message, weight.chars, weight.files), spent
            )
        except StoreError as error:
            _log.warning("the figures of %s were not saved: %s", message.bot, error.explanation)

    def _learn_prices(self, history: History) -> None:
        try:
            if history.prices:
                self._figures.add_prices(history.prices)
        except StoreError as error:
            _log.warning("what a point costs was not saved: %s", error.explanation)


def spent_today(ledger: Ledger, but: Collection[str] = ()) -> int:
    """Return the points that count towards today's cap: of all processes, the expected included.

    The replies whose ids are in `but` do not count.
    """
    today = now().astimezone().date()
    return sum(each.counted for each in ledger.expenses(today) if each.message not in but)


class _Begun(msgspec.Struct, frozen=True):
    """What is remembered of a reply until it is settled."""

    conversation: str
    weight: Weight
    expected: Estimate | None


def _expense(conversation_id: str, message: Message, expected: Estimate | None) -> Expense:
    return Expense(
        message=message.id,
        conversation=conversation_id,
        bot=message.bot or "",
        at=message.created,
        seconds=message.seconds or 0.0,
        estimated=expected.points if expected is not None else None,
    )
