"""What `ask` makes sure of before a prompt leaves: the bot may be asked, and the money is there."""

from __future__ import annotations

import shlex
from collections.abc import AsyncIterator
from contextlib import aclosing

from poe_tui.chat.estimate import weigh
from poe_tui.chat.events import BotRequest, ReplyEvent
from poe_tui.chat.message import Message
from poe_tui.cli.run import say
from poe_tui.errors import NetworkDown, OverCap, ReplyError
from poe_tui.services import Services


class Permission:
    """Sends the request for `message` when nothing forbids it: `stream` is for `run_turn`.

    It is asked for after the prompt has been saved, so that a refusal never loses it. `trust` says
    that the bot may be asked though it is not listed, `yes` that it may cost more than the setting
    `confirm_over`. The cost is booked under `conversation_id`, empty for one that is not kept.
    """

    def __init__(
        self,
        services: Services,
        conversation_id: str,
        message: Message,
        *,
        trust: bool,
        yes: bool,
    ) -> None:
        self._services = services
        self._conversation_id = conversation_id
        self._message = message
        self._trust = trust
        self._yes = yes

    async def stream(self, request: BotRequest) -> AsyncIterator[ReplyEvent]:
        """Yield what the bot says; raises NotTrusted, OverCap, or what the client raises."""
        await self._insist_on_trust(request.bot)
        self._insist_on_budget(request)
        events = self._services.client.stream(request)
        async with aclosing(self._services.spending.heed(self._message, events)) as heeded:
            async for event in heeded:
                yield event

    async def _insist_on_trust(self, bot: str) -> None:
        trust, catalog = self._services.trust, self._services.catalog
        catalog.load()
        if not trust.needed(bot, catalog):
            return
        if self._trust:
            trust.remember(bot, True)
            return
        try:
            await catalog.refresh(force=True)  # it may have been listed since yesterday
        except NetworkDown:
            raise
        except ReplyError as error:
            say(f"Poe's list of public bots is not to be had: {error.heading}")
        trust.check(
            bot,
            catalog,
            hint=f"To ask it now and later: poe-tui ask --trust -b {shlex.quote(bot)} …",
        )

    def _insist_on_budget(self, request: BotRequest) -> None:
        spending = self._services.spending
        weight = weigh(request.turns)
        expected = spending.expect(request.bot, weight, self._services.catalog.find(request.bot))
        confirm = spending.check(expected).kind == "confirm"
        if confirm and not self._yes and expected is not None:
            limit = spending.budget.caps.confirm_over
            raise OverCap(
                f"This is expected to cost about {expected.points:,} points, and you want to be "
                f"asked above {limit:,} (confirm_over). Nothing was sent.",
                hint="To send it all the same, add --yes.",
            )
        begun = spending.begin(self._conversation_id, self._message, weight, expected)
        if begun.error is not None:
            raise begun.error
