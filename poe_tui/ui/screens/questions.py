"""What is done to a listed conversation or a bot, with the questions that come before it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from poe_tui.chat.conversation import Conversation
from poe_tui.errors import ReplyError, StoreError
from poe_tui.markdown.safe import plain
from poe_tui.services import Services
from poe_tui.ui.chats import Chats, in_words
from poe_tui.ui.command import Where
from poe_tui.ui.screens.verbs import Focus, key_of
from poe_tui.ui.widgets.price_tag import price_of

if TYPE_CHECKING:
    from poe_tui.ui.screens.bot_picker import BotPicker
    from poe_tui.ui.screens.command_picker import CommandPicker
    from poe_tui.ui.screens.help import HelpScreen
    from poe_tui.ui.screens.main import MainScreen

_log: Final = logging.getLogger("poe_tui")
_PLACES: Final[Mapping[Focus, Where]] = {
    "composer": "composer",
    "attachments": "composer",
    "transcript": "transcript",
    "selecting": "transcript",
    "find": "find",
    "conversations": "sidebar",
    "bots": "sidebar",
}


class Questions:
    """Dialogs over the main screen. Every method is a coroutine for a worker of that screen."""

    def __init__(
        self, screen: MainScreen, chats: Chats, services: Services, keymap: Mapping[str, str]
    ) -> None:
        self._screen = screen
        self._chats = chats
        self._services = services
        self._keymap = keymap

    async def switch_bot(self, message_id: str) -> None:
        """Choose a bot for the prompts to come; with `message_id`, for that answer alone."""
        from poe_tui.ui.screens.bot_picker import BotPicker

        conversation, state = self._chats.current, self._services.state.state
        picker = BotPicker(
            self._services.catalog.bots,
            favourites=state.favourites,
            recent=state.recent,
            current=conversation.bot,
            aliases=self._services.settings.aliases,
            figures_of=self._screen.roster.figures_of,
            expected=self._cost_again(conversation, message_id) if message_id else None,
            title="Ask another bot" if message_id else "Switch bot",
            palette=self._screen.palette,
        )
        self._screen.run_worker(
            self._bring_up_to_date(picker),
            group="bots",
            description="asking for the list of bots",
            exit_on_error=False,
        )
        chosen = await self._screen.app.push_screen_wait(picker)
        if not chosen:
            return
        if message_id:
            sent = partial(self._asked_once, conversation, chosen)
            self._chats.regenerate(conversation, message_id, bot=chosen, sent=sent)
            return
        if conversation is self._chats.current:
            self._screen.use_bot(chosen)
        self._screen.pane.composer.focus()

    def _cost_again(
        self, conversation: Conversation, message_id: str
    ) -> Callable[[str], str] | None:
        """Return what tells the cost of that answer from a bot; None when nothing can."""
        try:
            weight = self._chats.weigh_again(conversation, message_id)
        except (KeyError, ValueError):
            return None
        return lambda bot: price_of(self._chats.foresee(bot, weight)).plain

    def _asked_once(self, conversation: Conversation, bot: str) -> None:
        """Say that the conversation has the bot it had, as after a mention."""
        self._screen.roster.asked_once(bot)
        self._screen.pane.transcript.follow_end()
        if bot.casefold() != conversation.bot.casefold():
            switch = key_of("bot.switch", self._keymap, short=False)
            lasting = f" {switch} switches for good." if switch else ""
            self._screen.say(f"{plain(bot)} is asked this once.{lasting}")

    async def _bring_up_to_date(self, picker: BotPicker) -> None:
        """Show Poe's list as it is now where it is a day old, or could not be had at the start."""
        catalog = self._services.catalog
        before = catalog.bots
        try:
            await catalog.refresh()
        except ReplyError as error:
            _log.info("the list of bots could not be refreshed: %s", error.heading)
        if catalog.bots is not before:
            picker.update_bots(catalog.bots)

    async def rename(self, conversation_id: str) -> None:
        """Give a conversation another title."""
        from poe_tui.ui.screens.dialogs import RenameDialog

        title = await self._screen.app.push_screen_wait(
            RenameDialog("Rename the conversation", self._title(conversation_id))
        )
        if not title:
            return
        try:
            self._chats.rename(conversation_id, title)
        except StoreError as error:
            self._screen.say(in_words(error), "error")

    async def delete(self, conversation_id: str) -> None:
        """Delete a conversation once that is confirmed; it can be brought back."""
        from poe_tui.ui.screens.dialogs import ConfirmDialog

        title = self._title(conversation_id) or "New conversation"
        text = f"“{title}” goes to the trash. You can undo that until you quit."
        if not await self._screen.app.push_screen_wait(
            ConfirmDialog("Delete the conversation?", text, "delete", "keep")
        ):
            return
        successor = self._chats.successor(conversation_id)
        try:
            await self._chats.delete(conversation_id)
        except StoreError as error:
            self._screen.say(in_words(error), "error")
            return
        self._show_instead(conversation_id, successor)
        self._screen.say(f"Deleted “{title}”. {self._undo_keys()} undoes it.")

    def pin(self, conversation_id: str) -> None:
        """Pin a conversation to the top of the list, or let it go."""
        try:
            pinned = self._chats.toggle_pinned(conversation_id)
        except StoreError as error:
            self._screen.say(in_words(error), "error")
        else:
            self._screen.say("Pinned to the top." if pinned else "No longer pinned.")

    def undo_delete(self) -> None:
        """Bring back the conversation deleted last."""
        try:
            restored = self._chats.restore()
        except StoreError as error:
            self._screen.say(in_words(error), "error")
            return
        if restored is None:
            self._screen.say("Nothing has been deleted since the start.")
            return
        self._screen.open_conversation(restored.id)
        self._screen.say("Brought back.")

    async def search_history(self) -> None:
        """Put a former prompt into the composer."""
        from poe_tui.ui.screens.history_picker import HistoryPicker

        prompts = self._services.state.state.history
        if not prompts:
            self._screen.say("No prompts have been sent yet.")
            return
        chosen = await self._screen.app.push_screen_wait(HistoryPicker(prompts))
        if chosen:
            self._screen.pane.composer.replace_text(chosen)
            self._screen.pane.composer.focus()

    async def copy(self, text: str) -> None:
        """Copy text, and say by which way."""
        from poe_tui.ui.clipboard import copy

        self._screen.say(f"Copied {await copy(self._screen.app, text)}.")

    async def open_link(self, address: str, *, more: bool = True) -> None:
        """Open an address of the web, or copy any, after its target has been shown.

        `more` offers to go on to the next link of the message that the reader is at.
        """
        import webbrowser

        from poe_tui.ui.screens.dialogs import LinkDialog

        answer = await self._screen.app.push_screen_wait(LinkDialog(address, more=more))
        if answer == "copy":
            await self.copy(address)
        elif answer == "next":
            self._screen.pane.transcript.action_open_link()
        elif answer == "open":
            opened = await asyncio.to_thread(webbrowser.open, address)
            if not opened:
                self._screen.say(
                    "No browser could be opened; o, then c copies the link.", "warning"
                )

    def help(self, focus: Focus) -> HelpScreen:
        """Return the list of keys, those of what has the focus first."""
        from poe_tui.ui.key_list import help_sections
        from poe_tui.ui.screens.help import HelpScreen

        return HelpScreen(help_sections(_PLACES[focus], self._keymap))

    def commands(self) -> CommandPicker:
        """Return the list of all that can be done now."""
        from poe_tui.ui.offers import offers
        from poe_tui.ui.screens.command_picker import CommandPicker

        return CommandPicker(list(offers(self._screen, self._keymap)))

    def _show_instead(self, deleted: str, successor: str | None) -> None:
        if deleted != self._chats.current.id:
            return
        if successor is not None:
            self._screen.open_conversation(successor)
        else:
            self._screen.action_new_conversation()

    def _undo_keys(self) -> str:
        names = ("sidebar.undo_delete", "conversation.undo_delete")
        keys = (key_of(name, self._keymap, short=False) for name in names)
        return " or ".join(key for key in keys if key)

    def _title(self, conversation_id: str) -> str:
        entry = next((each for each in self._chats.entries if each.id == conversation_id), None)
        return plain(entry.title) if entry is not None else ""
