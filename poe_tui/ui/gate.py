"""The one gate before everything that is sent: may this bot be asked, and is the money there?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from typing import Final, Protocol

from poe_tui.chat.budget import Caps, Verdict
from poe_tui.chat.conversation import Conversation
from poe_tui.chat.estimate import Estimate, Weight, weigh
from poe_tui.chat.events import BotRequest, ReplyEvent
from poe_tui.chat.message import Message
from poe_tui.errors import NetworkDown, OverCap, ReplyError, StoreError
from poe_tui.services import Services
from poe_tui.store.trust import WARNING, WARNING_SOURCE
from poe_tui.ui.replies import Launch

RAISE: Final = "Raise or set the spending caps"
"""What the palette calls the way out."""


class Asker(Protocol):
    """Who puts the questions to the user: see `poe_tui.ui.consent.Consent`."""

    async def trust(
        self, bot: str, warning: str, source: str, *, refused: bool, unlisted: bool
    ) -> bool:
        """Return whether a bot that Poe does not list may be asked; `refused`: it was not before.

        `warning` is to be shown, with its source. Not `unlisted`: there is no list to look at.
        """

    async def cost(self, bot: str, verdict: Verdict) -> bool:
        """Return whether a prompt may be sent that costs more than the user wants unasked."""

    async def caps(self, error: OverCap, caps: Caps) -> Caps | None:
        """Tell that a cap is reached; return the caps to go on with, None to leave it at that."""

    def say(self, text: str, severity: str) -> None:
        """Show a notice."""


class Gate:
    """Lets a prompt through, asks first, or refuses.

    `admit` comes before a conversation is touched, and can ask. `stream` comes right before the
    wire, for whatever way led there, and only refuses.
    """

    def __init__(self, services: Services, *, launch: Launch, asker: Asker) -> None:
        self._services = services
        self._launch = launch
        self._asker = asker
        self._trusted: set[str] = set()
        self._busy = False

    # -- before anything is done ----------------------------------------------------------------

    def check(self, request: BotRequest) -> Verdict:
        """Return what the caps say to `request`, and what it is expected to cost."""
        return self.foresee(request.bot, weigh(request.turns))

    def foresee(self, bot: str, weight: Weight) -> Verdict:
        """Return the same for a request of that weight to `bot`."""
        return self._verdict(self._services.spending.check(self._expected(bot, weight)))

    def admit(self, request: BotRequest, go: Callable[[], object]) -> None:
        """Call `go` when `request` may be sent: at once, or after the user has said yes.

        It is not called after a no. While one question is open, no other is asked.
        """
        if self._busy:
            self._asker.say("One question at a time: nothing else was sent.", "warning")
        elif self._knows(request.bot) and self.check(request).kind == "allowed":
            go()
        else:
            self._busy = True
            self._launch(partial(self._ask, request, go), "gate")

    async def _ask(self, request: BotRequest, go: Callable[[], object]) -> None:
        try:
            admitted = await self._may_be_asked(request.bot) and await self._may_cost(request)
        except NetworkDown:
            admitted = True  # `stream` will meet it as well, and the prompt is saved by then
        finally:
            self._busy = False
        if not admitted:
            return
        try:
            go()
        except (KeyError, ValueError):
            self._asker.say("The conversation has changed meanwhile; nothing was sent.", "warning")

    async def _may_be_asked(self, bot: str) -> bool:
        if await self._is_listed(bot):
            return True
        trust = self._services.trust
        refused = trust.answer(bot) is False
        unlisted = bool(self._services.catalog.bots)
        agreed = await self._asker.trust(
            bot, WARNING, WARNING_SOURCE, refused=refused, unlisted=unlisted
        )
        if agreed:
            self._trusted.add(bot.casefold())
        try:
            trust.remember(bot, agreed)
        except StoreError as error:
            self._asker.say(error.explanation, "warning")
        return agreed

    async def _may_cost(self, request: BotRequest) -> bool:
        budget = self._services.spending.budget
        verdict = self.check(request)
        while verdict.error is not None:
            caps = await self._asker.caps(verdict.error, budget.caps)
            if caps is None:
                return False
            budget.caps = caps
            verdict = self.check(request)
        return verdict.kind == "allowed" or await self._asker.cost(request.bot, verdict)

    # -- before the wire ------------------------------------------------------------------------

    async def stream(
        self, conversation: Conversation, message: Message, request: BotRequest
    ) -> AsyncGenerator[ReplyEvent, None]:
        """Send the request for `message` and yield what the bot says, unless something forbids it.

        Holds what it is expected to cost: `Spending.settle` has to follow. Raises NotTrusted,
        OverCap, or what the client raises.
        """
        if not await self._is_listed(request.bot):
            self._services.trust.check(
                request.bot, self._services.catalog, hint="Press r, and you are asked about it."
            )
        weight = weigh(request.turns)
        expected = self._expected(request.bot, weight)
        begun = self._services.spending.begin(conversation.id, message, weight, expected)
        if (error := self._verdict(begun).error) is not None:
            raise error
        events = self._services.client.stream(request)
        async with aclosing(self._services.spending.heed(message, events)) as heeded:
            async for event in heeded:
                yield event

    # -- what is known --------------------------------------------------------------------------

    def _knows(self, bot: str) -> bool:
        """Return whether `bot` may be asked; one without a name is for the client to refuse."""
        name = bot.strip()
        if not name or name.casefold() in self._trusted:
            return True
        return not self._services.trust.needed(bot, self._services.catalog)

    async def _is_listed(self, bot: str) -> bool:
        """Return the same after a look at Poe's list; raises NetworkDown when it can't be had."""
        catalog = self._services.catalog
        if not self._knows(bot) and not catalog.bots:
            await asyncio.to_thread(catalog.load)  # the app has only just been started
        if self._knows(bot):
            return True
        try:
            await catalog.refresh()
        except NetworkDown:
            raise
        except ReplyError:
            return False  # without the list nobody is known to be listed
        return self._knows(bot)

    def _expected(self, bot: str, weight: Weight) -> Estimate | None:
        return self._services.spending.expect(bot, weight, self._services.catalog.find(bot))

    @staticmethod
    def _verdict(verdict: Verdict) -> Verdict:
        """Return a refusal with what to do about it in the app, anything else as it is."""
        if verdict.error is None:
            return verdict
        hint = f"Choose a cheaper bot, or “{RAISE}” in the palette; settings keep it for good."
        error = OverCap(verdict.error.explanation, hint=hint)
        return Verdict(verdict.kind, verdict.estimate, error)
