"""What is left and what was spent today, and the one place in the app where replies are booked."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.expenses import Expense, Total, total
from poe_tui.chat.message import Message
from poe_tui.chat.spending import DELAYS
from poe_tui.errors import ReplyError
from poe_tui.services import Services
from poe_tui.ui.replies import Cancellable, Launch

if TYPE_CHECKING:
    from poe_tui.ui.screens.main import MainScreen
    from poe_tui.ui.screens.usage import UsageScreen

_log: Final = logging.getLogger("poe_tui")

_BETWEEN: Final = 0.5
"""Seconds between two looks at Poe's books, at least: what has ended meanwhile goes together."""


class Account(msgspec.Struct, frozen=True):
    """The user's points, as far as they are known."""

    points: int | None = None
    """What is left; None while nobody has said."""
    asked: datetime | None = None
    """When Poe said so."""
    stale: bool = False
    """True: Poe could not be asked since."""
    today: Total | None = None
    """What poe-tui has spent today, in all windows and runs; None while nobody has looked."""


class Books:
    """Finds out what replies cost and what is left, and shows it."""

    def __init__(
        self,
        services: Services,
        *,
        launch: Launch,
        now: Callable[[], datetime],
        screen: Callable[[], MainScreen | None],
    ) -> None:
        """`screen` returns where it is shown; None while there is none."""
        self._services = services
        self._launch = launch
        self._now = now
        self._screen = screen
        self._due: list[float] = []
        self._untold: deque[Expense] = deque()
        self._watching: Cancellable | None = None
        self._asks_balance, self._reads_books = asyncio.Lock(), asyncio.Lock()
        self.account = Account()

    def reply_ended(self, _conversation: Conversation, message: Message) -> None:
        """Book a reply, find out what it cost, and what is left then; nothing for one never sent.

        Each look at Poe's books is for all replies that wait for one then.
        """
        if not self._services.spending.end(message):
            return
        ended = time.monotonic()
        self._due = sorted([*self._due, *(ended + age for age in accumulate(DELAYS))])
        if self._watching is None:
            self._watching = self._launch(self._watch, "points")

    async def _watch(self) -> None:
        """Look whenever it is time to look for one of the replies that have ended."""
        try:
            while self._due:
                await asyncio.sleep(max(_BETWEEN, self._due[0] - time.monotonic()))
                self._due = [each for each in self._due if each > time.monotonic()]
                found = await self.catch_up()
                if not self._due or any(not each.exact for each in found):
                    await self._ask_for_balance()
                self._show()
        finally:
            self._watching = None

    async def look(self) -> None:
        """Ask Poe for what is left, and the ledger for what was spent today; show both.

        Replies of whose cost Poe's books can say more are looked for on the way.
        """
        await self._ask_for_balance()
        self._show()
        await self.catch_up()
        self._show()

    async def _ask_for_balance(self) -> None:
        try:
            async with self._asks_balance:
                points = await self._services.usage.balance()
        except ReplyError as error:
            _log.info("the balance is unknown: %s", error.heading)
            self.account = replace(self.account, stale=self.account.points is not None)
        else:
            self.account = replace(self.account, points=points, asked=self._now(), stale=False)

    def _show(self) -> None:
        today = self._now().astimezone().date()
        spent = total(self._services.spending.ledger.expenses(today))
        self.account = replace(self.account, today=spent)
        screen = self._screen()
        if screen is not None:
            screen.show_account(self.account)

    async def catch_up(self) -> list[Expense]:
        """Look once for what replies cost, and tell their conversations; return what is new."""
        try:
            async with self._reads_books:
                found = await self._services.spending.catch_up()
        except ReplyError as error:
            _log.info("what replies cost is still unknown: %s", error.heading)
            return []
        self._untold.extend(found)
        while self._untold:
            self._tell()
            await asyncio.sleep(0)  # each writes a file, and there may be hundreds
        return found

    def _tell(self) -> None:
        expense, screen = self._untold.popleft(), self._screen()
        if screen is not None:
            screen.chats.cost_known(expense)

    def usage_screen(self) -> UsageScreen:
        """Return what was spent in the last days, as a screen."""
        from poe_tui.ui.screens.usage import UsageScreen

        screen = self._screen()
        return UsageScreen(
            self._services.spending.ledger.expenses,
            titles={each.id: each.title for each in screen.chats.entries} if screen else {},
            today=self._now().astimezone().date(),
            left=self.account.points,
            catch_up=self.catch_up,
        )

    def close(self) -> None:
        """Tell what is known, and look no more; the next run finds out the rest."""
        if self._watching is not None:
            self._watching.cancel()
        while self._untold:
            self._tell()
        self._services.spending.learn()
