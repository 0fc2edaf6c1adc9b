"""What goes with the prompts of a conversation: shown, and changed, by an order or the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.outline import Outline, outline
from poe_tui.chat.parameters import in_words
from poe_tui.chat.schema import listed
from poe_tui.chat.typed import Prompt
from poe_tui.markdown.safe import plain
from poe_tui.services import Services

if TYPE_CHECKING:
    from poe_tui.ui.screens.main import MainScreen


class Orders:
    """Carries out `poe_tui.chat.typed.ORDERS`; the methods are coroutines for a worker."""

    def __init__(self, screen: MainScreen, services: Services) -> None:
        self._screen = screen
        self._services = services

    async def carry_out(self, name: str, rest: str) -> None:
        """Do the order `name`; `rest` is what was typed behind it."""
        conversation = self._screen.chats.current
        if name == "context":
            await self._context(conversation)
        elif name == "system":
            await self._system(conversation, rest.strip())
        elif name == "params":
            await self.parameters(conversation.bot)

    # -- what is sent ---------------------------------------------------------------------------

    async def _context(self, conversation: Conversation) -> None:
        from poe_tui.ui.screens.context_sheet import ContextSheet

        chats = self._screen.chats
        bot = self._outline(conversation).request.bot
        known = self._services.catalog.find(bot)
        await self._screen.app.push_screen_wait(
            ContextSheet(
                lambda: self._outline(conversation),
                lambda message_id: chats.toggle_excluded(conversation, message_id),
                lambda choice: chats.set_mention_context(conversation, choice),
                lambda: self._choice(conversation),
                queued=len(conversation.queue),
                window=known.context if known is not None else None,
                palette=self._screen.palette,
            )
        )

    def _outline(self, conversation: Conversation) -> Outline:
        """Return what the draft would send now, as it stands in the composer."""
        pane = self._screen.pane
        edit = pane.editing
        typed = pane.composer.text
        meant = pane.meant(typed)
        prompt = meant if isinstance(meant, Prompt) else Prompt(typed)
        known = edit is not None and not edit.queued and edit.target in conversation.messages
        return outline(
            conversation,
            prompt.text,
            bot=pane.aimed(prompt),
            attachments=conversation.draft_attachments if edit is None else edit.files,
            sees=self._choice(conversation),
            instead_of=edit.target if edit is not None and known else None,
        )

    def _choice(self, conversation: Conversation) -> str:
        return conversation.mention_context or self._services.settings.mention_context

    # -- what is set ----------------------------------------------------------------------------

    async def _system(self, conversation: Conversation, text: str) -> None:
        from poe_tui.ui.screens.system_prompt import SystemPromptDialog

        chosen: str | None = text
        if not text:
            chosen = await self._screen.app.push_screen_wait(
                SystemPromptDialog(conversation.system)
            )
        if chosen is None:
            return
        self._screen.chats.set_system(conversation, chosen)
        said = "Every bot in this conversation is told so from now on." if chosen else "Gone."
        self._screen.say(f"System prompt: {said}")

    async def parameters(self, bot: str) -> None:
        """Set the parameters of `bot` in the conversation on screen."""
        from poe_tui.ui.screens.parameter_form import ParameterForm

        conversation = self._screen.chats.current
        known = self._services.catalog.find(bot)
        fields = listed(known.parameters if known is not None else ())
        chosen = await self._screen.app.push_screen_wait(
            ParameterForm(bot, fields, conversation.parameters_of(bot))
        )
        if chosen is None:
            return
        self._screen.chats.set_parameters(conversation, bot, chosen)
        told = in_words(chosen) or "all as the bot has them"
        self._screen.say(f"{plain(bot)}: {plain(told)}.")
