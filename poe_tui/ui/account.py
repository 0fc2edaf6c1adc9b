"""What is left and what was spent today, and the one place in the app where replies are booked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.expenses import Total, total
from poe_tui.chat.message import Message
from poe_tui.errors import ReplyError
from poe_tui.services import Services
from poe_tui.ui.replies import Cancellable, Launch

if TYPE_CHECKING:
    from poe_tui.ui.screens.main import MainScreen
    from poe_tui.ui.screens.usage import UsageScreen

_log: Final = logging.getLogger("poe_tui")


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


class _Ended(msgspec.Struct):
    conversation: Conversation
    message: Message
    worker: Cancellable | None = None
    begun: bool = False


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
        self._ended: dict[str, _Ended] = {}
        self.account = Account()

    def reply_ended(self, conversation: Conversation, message: Message) -> None:
        """Find out what a reply cost, and what is left then; nothing for one never sent."""
        if self._services.spending.budget.held(message.id) is None:
            return
        reply = self._ended[message.id] = _Ended(conversation, message)
        reply.worker = self._launch(partial(self._settle, reply), "points")

    async def _settle(self, reply: _Ended) -> None:
        reply.begun = True
        conversation = reply.conversation
        try:
            spent = await self._services.spending.settle(reply.message)
        finally:
            self._ended.pop(reply.message.id, None)
        screen = self._screen()
        if spent is not None and screen is not None:
            screen.chats.save_cost(conversation)
        await self.look()

    async def look(self) -> None:
        """Ask Poe for what is left, and the ledger for what was spent today; show both.

        Replies whose cost has not been known so far are looked for on the way.
        """
        try:
            points = await self._services.usage.balance()
        except ReplyError as error:
            _log.info("the balance is unknown: %s", error.heading)
            self.account = replace(self.account, stale=self.account.points is not None)
        else:
            self.account = replace(self.account, points=points, asked=self._now(), stale=False)
        self._show()
        await self.catch_up()
        self._show()

    def _show(self) -> None:
        today = self._now().astimezone().date()
        spent = total(self._services.spending.ledger.expenses(today))
        self.account = replace(self.account, today=spent)
        screen = self._screen()
        if screen is not None:
            screen.show_account(self.account)

    async def catch_up(self) -> None:
        """Find out what earlier replies cost that nobody has waited for, and tell them of it."""
        try:
            found = await self._services.spending.catch_up()
        except ReplyError as error:
            _log.info("earlier costs are still unknown: %s", error.heading)
            return
        screen = self._screen()
        for expense in found:
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

    async def close(self) -> None:
        """Book the replies whose cost is not known yet: with what was expected."""
        for reply in list(self._ended.values()):
            if reply.begun and reply.worker is not None:
                reply.worker.cancel()  # it books on its way out
            else:
                self._ended.pop(reply.message.id, None)
                await self._services.spending.settle(reply.message, delays=None)
