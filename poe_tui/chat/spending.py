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
from poe_tui.chat.clusters import Cluster, clusters
from poe_tui.chat.estimate import Estimate, Prices, Weight, estimate
from poe_tui.chat.events import ReplyEvent, Uploading, Waiting
from poe_tui.chat.expenses import BOOKED_BY_THEN, Expense
from poe_tui.chat.figures import Figures, Price, Sample, sample_of
from poe_tui.chat.message import Message, now
from poe_tui.chat.reconciling import History, Reconciling
from poe_tui.errors import ReplyError, StoreError

DELAYS: Final = (1.0, 2.0, 5.0)
"""Seconds between the looks at Poe's points history: 1, 3 and 8 seconds after the reply."""

HISTORY: Final = 30
"""Days that Poe's points history goes back."""

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


class PointsSource(Protocol):
    """Poe's books: see `poe_tui.poe.usage.Usage`."""

    @property
    def name(self) -> Callable[[str], str]:
        """Returns the same for all names of a bot."""

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

    def add(self, samples: Iterable[tuple[str, Sample]], prices: Iterable[Price] = ()) -> None:
        """Take in replies with their bots, and what was paid in both currencies.

        Raises StoreError.
        """


class Spending:
    """What this user spends: `begin` a reply before it is sent, `end` or `settle` it afterwards."""

    def __init__(
        self, usage: PointsSource, ledger: Ledger, figures: FiguresStore, budget: Budget
    ) -> None:
        self.ledger = ledger
        self.budget = budget
        self._usage = usage
        self._figures = figures
        self._begun: dict[str, _Begun] = {}
        self._ended: dict[str, _Ended] = {}

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

        `weight` is how much is sent. Nothing is held for what is refused; anything else has to be
        followed by `end` or `settle`, however the reply ends. It is in the ledger from now on, so
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

        While its files are on their way up, or it waits for its turn, its bot has not been asked,
        and nothing is paid.
        """
        last: ReplyEvent | None = None
        try:
            async with aclosing(events):
                async for last in events:
                    yield last
        finally:
            begun = self._begun.pop(message.id, None) if _is_unasked(last) else None
            if begun is not None:
                self._write_off(begun.conversation, message)

    def end(self, message: Message) -> bool:
        """Book the ended reply `message`: with what was expected, until its cost is known.

        Returns whether that will be looked for: not when nothing was paid, and not for a reply that
        was never begun.
        """
        begun = self._begun.pop(message.id, None)
        if begun is None:
            return False
        kind, empty = _kind_of_failure(message), _is_empty(message)
        if is_free(message):
            self._write_off(begun.conversation, message)
            return False
        unsent = kind == "network_down" and empty  # most likely
        expense = _expense(begun.conversation, message, None if unsent else begun.expected)
        complete = message.status == "complete" and not empty
        expense = msgspec.structs.replace(expense, complete=complete)
        self.budget.settle(message.id, expense.counted)
        self._record(expense)
        self._ended[message.id] = _Ended(
            begun.conversation, message, begun.weight, now(), unsent, kind not in NOT_ITS_FAULT
        )
        return True

    async def settle(self, message: Message, *, delays: Sequence[float] = DELAYS) -> Expense | None:
        """Book the ended reply `message`, find out what it cost, and return it; None: unknown.

        Looks after each of `delays`, until there is a number, which may be a guess yet. Sets
        `points` and `points_exact` of the message; saving the conversation is the caller's. Never
        raises for Poe or the disk: that is logged, and the cost stays unknown.
        """
        if not self.end(message):
            return None
        ended = self._ended[message.id]
        try:
            for delay in delays:
                await asyncio.sleep(delay)
                await self.catch_up()
                if ended.known is not None:
                    message.note_cost(ended.known.points, exact=ended.known.exact)
                    return ended.known
        except ReplyError as error:
            _log.info("what a reply cost is unknown: %s", error.heading)
        finally:
            self._drop_unsent(now())
            self.learn()
        return None

    async def catch_up(self) -> list[Expense]:
        """Look once for what all replies cost of which Poe's books can say more than is known.

        Returns those of which something else is known now, be it that a number is certain, and
        those that it is too late to learn more of. Before the first reply, what a dollar is in
        points is learned from what Poe has taken for anything else. Raises a ReplyError; nothing is
        lost by it.
        """
        current = now()
        found: list[Expense] = []
        prices: list[Price] = []
        try:
            found, prices = await self._look(current)
        finally:
            found = self._with_ours(found)
            self.learn(prices)
            oldest = current - 2 * BOOKED_BY_THEN  # by then some window has looked once more
            self._ended = {key: each for key, each in self._ended.items() if each.at > oldest}
        return found

    async def _look(self, moment: datetime) -> tuple[list[Expense], list[Price]]:
        """Return which replies are known otherwise than before, and prices to be learned.

        Poe is not asked when there is neither.
        """
        together = self._to_look_for(moment)
        learned = self.figures.points_per_dollar is not None
        if together:
            first = min(cluster.to_look_for(moment)[0].at for cluster in together)
            history = await self._usage.since(first)
        elif learned:
            return [], []
        else:
            history = await self._usage.history()
        comparison = Reconciling(
            history, (moment, now()), expenses=self.ledger.expenses, record=self._record
        )
        found = await comparison.run(together)
        return found, comparison.prices if learned else list(history.prices)

    def _to_look_for(self, moment: datetime) -> list[Cluster]:
        """Return the clusters in which there are replies that are to be looked for."""
        first = moment - timedelta(days=HISTORY)
        booked = [each for each in self.ledger.expenses(first.date()) if each.at > first]
        opened = next((each.at for each in booked if each.is_open(moment)), moment)
        near = (each for each in booked if each.at > opened - timedelta(days=1))
        return [each for each in clusters(near, self._usage.name) if each.to_look_for(moment)]

    def _with_ours(self, found: Iterable[Expense]) -> list[Expense]:
        """Return `found`, and those replies of this run that another run has found out more of."""
        told = {each.message: each for each in found}
        if not self._ended:
            return list(told.values())
        first = min(each.message.created for each in self._ended.values()) - timedelta(days=1)
        for each in self.ledger.expenses(first.date()):
            ended = self._ended.get(each.message)
            if ended is not None:
                self.budget.settle(each.message, each.counted)
                if each.points is not None and each != ended.known:
                    ended.known = told[each.message] = each
        self._drop_unsent(now() - timedelta(seconds=sum(DELAYS)))
        return list(told.values())

    def learn(self, prices: Iterable[Price] = ()) -> None:
        """Remember of the ended replies of this run what tells the cost and speed of later ones."""
        samples = []
        for ended in self._ended.values():
            sample = sample_of(ended.message, ended.weight.chars, ended.weight.files)
            points = ended.known.points if ended.known is not None else None
            sample = msgspec.structs.replace(sample, points=points)
            if ended.teaches and sample != ended.sample:
                ended.sample = sample
                samples.append((ended.message.bot or "", sample))
        prices = list(prices)
        if not samples and not prices:
            return
        try:
            self._figures.add(samples, prices)
        except StoreError as error:
            _log.warning("what replies cost and take was not saved: %s", error.explanation)

    def _drop_unsent(self, before: datetime) -> None:
        """Write off what most likely never left, and has not been found since it ended."""
        for ended in list(self._ended.values()):
            if ended.unsent and ended.at <= before and ended.known is None:
                del self._ended[ended.message.id]
                self._write_off(ended.conversation, ended.message)

    def _write_off(self, conversation_id: str, message: Message) -> None:
        self.budget.settle(message.id, 0)
        expense = _expense(conversation_id, message, None)
        self._record(msgspec.structs.replace(expense, void=True))

    def _record(self, expense: Expense) -> None:
        try:
            self.ledger.record(expense)
        except StoreError as error:
            _log.warning("an expense was not written down: %s", error.explanation)


def is_free(message: Message) -> bool:
    """Return whether nothing was paid for the ended reply `message`: no bot was reached."""
    return _is_empty(message) and _kind_of_failure(message) in FREE


def spent_today(ledger: Ledger, but: Collection[str] = ()) -> int:
    """Return the points that count towards today's cap: of all processes, the expected included.

    The replies whose ids are in `but` do not count.
    """
    today = now().astimezone().date()
    return sum(each.counted for each in ledger.expenses(today) if each.message not in but)


def _is_unasked(last: ReplyEvent | None) -> bool:
    """Return whether no bot was asked of a reply that has ended after the event `last`."""
    return isinstance(last, Uploading) or (isinstance(last, Waiting) and last.seconds > 0)


def _kind_of_failure(message: Message) -> str:
    return message.error.kind if message.error is not None else ""


def _is_empty(message: Message) -> bool:
    return not (message.text or message.attachments)


class _Begun(msgspec.Struct, frozen=True):
    """What is remembered of a reply until it has ended."""

    conversation: str
    weight: Weight
    expected: Estimate | None


class _Ended(msgspec.Struct):
    """What is remembered of a reply while Poe's books can say something new of it."""

    conversation: str
    message: Message
    weight: Weight
    at: datetime
    unsent: bool
    """True: most likely it never left."""
    teaches: bool
    """True: it says something of its bot."""
    known: Expense | None = None
    """What it has cost, as it has been told last; None: unknown."""
    sample: Sample | None = None
    """What has been learned from it."""


def _expense(conversation_id: str, message: Message, expected: Estimate | None) -> Expense:
    return Expense(
        message=message.id,
        conversation=conversation_id,
        bot=message.bot or "",
        at=message.created,
        seconds=message.seconds or 0.0,
        estimated=expected.points if expected is not None else None,
    )
