"""The one path from a reply to its cost: expected, looked up, booked, and counted against caps."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final, Protocol

import msgspec

from poe_tui.chat.budget import Budget, Verdict
from poe_tui.chat.conversation import Conversation
from poe_tui.chat.estimate import Estimate, Prices, estimate
from poe_tui.chat.events import Turn
from poe_tui.chat.expenses import Asked, Expense, Spent, priced
from poe_tui.chat.figures import Figures, Sample, sample_of
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
"""Kinds of failure after which nothing was paid, because no bot was reached."""

NOT_ITS_FAULT: Final = FREE | {"network_down", "message_too_long"}
"""Kinds of failure that say nothing about the bot."""

_log = logging.getLogger(__name__)


class PointsSource(Protocol):
    """Poe's points history: see `poe_tui.poe.usage.Usage`."""

    def sent(self, bot: str, sent_at: datetime) -> None:
        """Take notice that `bot` is being asked: until `points_of`, its entry may turn up."""

    def forget(self, bot: str, sent_at: datetime) -> None:
        """Take notice that nobody will ask for the cost of that reply."""

    async def points_of(
        self,
        bot: str,
        sent_at: datetime,
        seconds: float,
        *,
        delays: Sequence[float],
        taken: Collection[str] = (),
    ) -> Spent | None:
        """Return the cost of a reply, None when there is no entry; raises a ReplyError."""

    async def past_costs(
        self, asked: Sequence[Asked], taken: Collection[str] = ()
    ) -> list[Spent | None]:
        """Return the cost of earlier replies, None where there is no entry; raises a ReplyError."""


class Ledger(Protocol):
    """The expenses on disk: see `poe_tui.store.ledger.LedgerFile`."""

    def record(self, expense: Expense) -> None:
        """Write `expense` down; raises StoreError."""

    def expenses(self, since: date | None = None) -> list[Expense]:
        """Return the expenses from the day `since` on, oldest first."""


class FiguresStore(Protocol):
    """The figures on disk: see `poe_tui.store.figures.FiguresFile`."""

    @property
    def figures(self) -> Figures:
        """All bots' figures as they are on disk now."""

    @property
    def exists(self) -> bool:
        """False: nothing has been learned yet, or it was lost."""

    def add(self, bot: str, sample: Sample, spent: Spent | None) -> None:
        """Take in one reply; raises StoreError."""

    def rebuild(self, conversations: Iterable[Conversation]) -> None:
        """Take in the last replies in `conversations`; raises StoreError."""


class Spending:
    """What this user spends: `begin` a reply before it is sent, `settle` it when it has ended."""

    def __init__(
        self, usage: PointsSource, ledger: Ledger, figures: FiguresStore, budget: Budget
    ) -> None:
        self.ledger = ledger
        self.budget = budget
        self._usage = usage
        self._figures = figures
        self._begun: dict[str, tuple[int, Estimate | None]] = {}

    @property
    def figures(self) -> Figures:
        """All bots' figures. Reads a small file when it has changed."""
        return self._figures.figures

    def relearn(self, conversations: Iterable[Conversation]) -> bool:
        """Learn all bots' figures from `conversations`, unless they are there; return whether.

        Slow with many conversations: call it in a thread. Raises StoreError.
        """
        if self._figures.exists:
            return False
        self._figures.rebuild(conversations)
        return True

    def expect(self, bot: str, request_chars: int, prices: Prices | None) -> Estimate | None:
        """Return what a reply will cost: see `poe_tui.chat.estimate.estimate`."""
        return estimate(bot, request_chars, self.figures, prices)

    def check(self, expected: Estimate | None) -> Verdict:
        """Return whether a prompt of that cost may be sent; nothing is held for it yet."""
        return self.budget.check(expected)

    def begin(self, message: Message, asked: int, expected: Estimate | None = None) -> None:
        """Hold what the reply `message` will cost; `asked` is how many characters are sent.

        Has to be followed by `settle`, however the reply ends: until then, other replies of the bot
        may be taken for it.
        """
        self._begun[message.id] = (asked, expected)
        self.budget.hold(message.id, expected)
        self._usage.sent(message.bot or "", message.created)

    async def settle(
        self,
        conversation_id: str,
        message: Message,
        *,
        delays: Sequence[float] | None = DELAYS,
    ) -> Spent | None:
        """Find out what the ended reply `message` cost, book it, and return it; None: unknown.

        Sets `points` and `points_exact` of the message; saving the conversation is the caller's.
        Takes as long as Poe's books lag, at most the sum of `delays` and three look-ups; with None
        nothing is looked up, and what was expected counts. Cancelled, it books what is known. Never
        raises for Poe or the disk: that is logged, and the cost stays unknown.
        """
        asked, expected = self._begun.pop(message.id, (None, None))
        bot, kind = message.bot or "", message.error.kind if message.error is not None else ""
        if kind in FREE:
            self._usage.forget(bot, message.created)
            self.budget.settle(message.id, 0)
            return None
        spent: Spent | None = None
        try:
            if delays is None:
                self._usage.forget(bot, message.created)
            else:
                spent = await self._look_up(message, delays)
        finally:
            if spent is not None:
                message.points, message.points_exact = spent.points, spent.exact
            if spent is None and kind == "network_down":
                self.budget.settle(message.id, 0)  # most likely it never left
            else:
                self._book(conversation_id, message, spent, expected)
            if kind not in NOT_ITS_FAULT:
                self._learn(message, asked, spent)
        return spent

    async def _look_up(self, message: Message, delays: Sequence[float]) -> Spent | None:
        try:
            return await self._usage.points_of(
                message.bot or "",
                message.created,
                message.seconds or 0.0,
                delays=delays,
                taken=self._taken(message.created),
            )
        except ReplyError as error:
            _log.info("what a reply cost is unknown: %s", error.heading)
            return None

    def _taken(self, since: datetime) -> set[str]:
        """Return what is known to have been paid for other replies since then."""
        day = (since - timedelta(days=1)).date()
        return {expense.query for expense in self.ledger.expenses(day) if expense.query}

    async def catch_up(self) -> int:
        """Find out what replies of the last 30 days cost that nobody has looked up yet.

        Returns how many are known now. `ask` does not wait for Poe's books, and the app may have
        been closed before they were written. Raises a ReplyError; nothing is lost by it.
        """
        first = now() - timedelta(days=HISTORY)
        listed = [each for each in self.ledger.expenses(first.date()) if each.at > first]
        unknown = [each for each in listed if each.points is None and not each.missing]
        costs = await self._usage.past_costs(
            [Asked(each.bot, each.at, each.seconds) for each in unknown],
            {each.query for each in listed if each.query},
        )
        late = now() - BOOKED_BY_THEN
        for expense, spent in zip(unknown, costs, strict=True):
            if spent is not None:
                self._record(priced(expense, spent))
            elif expense.at + timedelta(seconds=expense.seconds) < late:
                self._record(msgspec.structs.replace(expense, missing=True))
        return sum(spent is not None for spent in costs)

    def _book(
        self, conversation_id: str, message: Message, spent: Spent | None, expected: Estimate | None
    ) -> None:
        expense = Expense(
            message=message.id,
            conversation=conversation_id,
            bot=message.bot or "",
            at=message.created,
            seconds=message.seconds or 0.0,
            estimated=expected.points if expected is not None else None,
        )
        if spent is not None:
            expense = priced(expense, spent)
        self.budget.settle(message.id, expense.counted)
        self._record(expense)

    def _record(self, expense: Expense) -> None:
        try:
            self.ledger.record(expense)
        except StoreError as error:
            _log.warning("an expense was not written down: %s", error.explanation)

    def _learn(self, message: Message, asked: int | None, spent: Spent | None) -> None:
        try:
            self._figures.add(message.bot or "", sample_of(message, asked), spent)
        except StoreError as error:
            _log.warning("the figures of %s were not saved: %s", message.bot, error.explanation)


def request_chars(turns: Iterable[Turn]) -> int:
    """Return how many characters a request has, files not counted."""
    return sum(len(turn.text) for turn in turns)


def spent_today(ledger: Ledger) -> int:
    """Return the points that count towards today's cap: of all processes, the expected included."""
    today = now().astimezone().date()
    return sum(expense.counted for expense in ledger.expenses(today))
