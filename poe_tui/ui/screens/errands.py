"""A screen that asks: everything that needs an answer, or a moment, before it is done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.actions import SkipAction
from textual.screen import Screen
from textual.worker import Worker

from poe_tui.ui.chats import Chats
from poe_tui.ui.replies import Work
from poe_tui.ui.screens.file_errands import FileErrands
from poe_tui.ui.screens.orders import Orders
from poe_tui.ui.screens.questions import Questions
from poe_tui.ui.type_ahead import TypeAhead
from poe_tui.ui.widgets.chat_pane import ChatPane
from poe_tui.ui.widgets.sidebar import ConversationList

if TYPE_CHECKING:
    from poe_tui.ui.offers import Offer


class Errands(Screen[None]):
    """Runs `questions` and `orders` in workers, one question at a time."""

    chats: Chats
    questions: Questions
    orders: Orders
    files: FileErrands
    type_ahead: TypeAhead

    def _ask(self, question: Work, what: str) -> Worker[None]:
        return self.run_worker(
            question, group="question", description=what, exclusive=True, exit_on_error=False
        )

    def _open(self, question: Work, what: str) -> None:
        """Ask, too; what is typed from now on is for what that opens."""

        async def asked() -> None:
            try:
                await question()
            finally:
                self.type_ahead.opened(asked)

        self.type_ahead.opening(asked)
        self._ask(asked, what)

    def action_copy_text(self) -> None:
        selected = self.get_selected_text()
        if selected is None:
            raise SkipAction
        self._ask(partial(self.questions.copy, selected), "copy")

    def action_switch_bot(self) -> None:
        self._open(partial(self.questions.switch_bot, ""), "switch bot")

    @on(ChatPane.BotWanted)
    def _want_bot(self, event: ChatPane.BotWanted) -> None:
        self._open(partial(self.questions.switch_bot, event.message_id), "another bot")

    @on(ChatPane.LinkWanted)
    def _want_link(self, event: ChatPane.LinkWanted) -> None:
        self._open(partial(self.questions.open_link, event.address), "open a link")

    @on(ChatPane.FilesWanted)
    def _want_files(self, event: ChatPane.FilesWanted) -> None:
        if not event.files:
            self._open(self.files.list, "list files")
        elif event.choose_folder:
            self._open(partial(self.files.save_to, event.files), "save files to")
        else:
            self.files.save(event.files)

    @on(ChatPane.Ordered)
    def _carry_out(self, event: ChatPane.Ordered) -> None:
        self._open(partial(self.orders.carry_out, event.name, event.rest), event.name)

    def action_order(self, name: str) -> None:
        self._open(partial(self.orders.carry_out, name, ""), name)

    def edit_parameters(self, bot: str) -> None:
        """Set the parameters of `bot` in this conversation, over whatever is on screen."""
        coming = self.orders.parameters(bot)
        self.app.run_worker(coming, group="parameters", exit_on_error=False)

    def action_command_palette(self) -> None:
        self.app.push_screen(self.questions.commands(), self._do)

    async def _do(self, offer: Offer | None) -> None:
        if offer is not None:
            await offer.do()

    def action_search_history(self) -> None:
        self._open(self.questions.search_history, "prompt history")

    @on(ConversationList.Wanted)
    def _change_conversation(self, event: ConversationList.Wanted) -> None:
        if event.action == "rename":
            self._open(partial(self.questions.rename, event.conversation_id), "rename")
        elif event.action == "delete":
            self._open(partial(self.questions.delete, event.conversation_id), "delete")
        elif event.action == "pin":
            self.questions.pin(event.conversation_id)
        else:
            self.action_undo_delete()

    def action_rename_conversation(self) -> None:
        self._open(partial(self.questions.rename, self.chats.current.id), "rename")

    def action_delete_conversation(self) -> None:
        self._open(partial(self.questions.delete, self.chats.current.id), "delete")

    def action_pin_conversation(self) -> None:
        self.questions.pin(self.chats.current.id)

    def action_undo_delete(self) -> None:
        self.questions.undo_delete()
