"""The conversation on screen: its title, its transcript, and the composer under it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.message import Message as Event
from textual.widgets import TextArea

from poe_tui.chat.message import Message
from poe_tui.chat.turn import Change
from poe_tui.chat.typed import to_type
from poe_tui.markdown.safe import plain
from poe_tui.markdown.warm import warm_up_for_answers
from poe_tui.poe.files import MEGABYTE
from poe_tui.services import Services
from poe_tui.ui.chats import Chats
from poe_tui.ui.event import event
from poe_tui.ui.palette import Palette
from poe_tui.ui.transcript.files import File
from poe_tui.ui.transcript.view import Transcript
from poe_tui.ui.widgets.attachments import Attachments
from poe_tui.ui.widgets.composer import Composer
from poe_tui.ui.widgets.price_tag import PriceAgain, PriceTag
from poe_tui.ui.widgets.title_row import TitleRow
from poe_tui.ui.widgets.writing import Writing


class ChatPane(Writing):
    """Shows `chats.current` and turns what the reader presses into calls of `chats`."""

    DEFAULT_CSS = """
    ChatPane { height: 1fr; }
    ChatPane Transcript { height: 1fr; scrollbar-color: $line; }
    """

    @event
    class BotWanted(Event):
        """Choose another bot; when `message_id` is not empty, ask it for that answer again."""

        pane: ChatPane
        message_id: str = ""

    @event
    class KeyWanted(Event):
        """The reader wants to give another Poe key."""

        pane: ChatPane

    @event
    class LinkWanted(Event):
        """The reader wants to open an address; it must be shown before it is opened."""

        pane: ChatPane
        address: str

    @event
    class FilesWanted(Event):
        """The reader wants to save `files`, or, where there are none, a list of all of them."""

        pane: ChatPane
        files: Sequence[File] = ()
        choose_folder: bool = False

    @event
    class AgainPriced(Event):
        """What asking again would cost is known, or is not any more."""

        pane: ChatPane

    def __init__(self, chats: Chats) -> None:
        super().__init__(chats)
        self._price = PriceTag(self)
        self._again = PriceAgain(self, lambda: self.post_message(self.AgainPriced(self)))
        self._get_ready: Callable[[], Awaitable[None]] | None = None

    def compose(self) -> ComposeResult:
        yield TitleRow()
        yield Transcript(id="transcript")
        yield Attachments()
        yield Composer()

    # -- the parts ------------------------------------------------------------------------------

    @property
    def title_row(self) -> TitleRow:
        """The line above the transcript."""
        return self.query_exactly_one(TitleRow)

    @property
    def price_again(self) -> str:
        """What asking again for the answer under the cursor would cost; empty while unknown."""
        return self._again.price

    # -- showing --------------------------------------------------------------------------------

    def equip(self, services: Services, clock: Callable[[], datetime]) -> None:
        """Tell the parts where files come from and go, when to show them, and what time it is."""
        settings = services.settings
        limit = int(settings.image_limit * MEGABYTE)
        self.transcript.use_files(services.files, mode=settings.images, limit=limit)
        self.composer.pictures = services.paths.pasted
        self.transcript.clock = clock
        self.transcript.wait_of = self.chats.replies.wait_of
        self.transcript.is_awaited = self.chats.replies.conversations
        self.transcript.cursor_moved = self._again.soon
        self._get_ready = services.client.warm_up

    @on(TextArea.Changed)
    def _warm_up(self) -> None:
        """Load what asks bots while the first prompt is typed: before, it is 20 MiB unused."""
        get_ready, self._get_ready = self._get_ready, None
        if get_ready is not None:
            warm_up_for_answers()
            self.run_worker(
                get_ready(), group="warm up", description="getting ready", exit_on_error=False
            )

    def set_palette(self, palette: Palette) -> None:
        """Draw in the colours of `palette`."""
        self._palette = palette
        self.transcript.set_palette(palette)

    def show(self) -> None:
        """Show another conversation, its draft in the composer."""
        conversation = self.chats.current
        self.query("FindBar").remove_class("-open")
        edit = self.editing
        if edit is None:
            self.write(conversation.draft, conversation.draft_attachments)
        else:
            self.write(edit.text, edit.files)
        self.chats.hold(edit.target if edit is not None and edit.queued else None)
        self.update()

    def update(self) -> None:
        """Show what has changed in the same conversation."""
        conversation = self.chats.current
        self.transcript.show(conversation)
        self.title_row.show(conversation)
        self.composer.show_bot(plain(conversation.bot), hint=", or @mention another bot …")
        self.show_state()

    def show_state(self) -> None:
        super().show_state()
        self._price.soon()
        self._again.soon()

    @on(TextArea.Changed)
    @on(Composer.FilesChanged)
    def _price_soon(self) -> None:
        self._price.soon()

    def message_changed(self, message: Message, change: Change) -> None:
        """Take in a change of a reply that is coming in."""
        self.transcript.changed(message, change)
        if change in ("started", "finished"):
            self.title_row.show(self.chats.current)

    async def find(self) -> None:
        """Open the find bar; it is made when it is first wanted."""
        from poe_tui.ui.transcript.find_bar import FindBar

        bar = self.query_one_optional(FindBar)
        if bar is None:
            bar = FindBar(self.transcript)
            await self.mount(bar, before=self.composer)
        bar.open()

    # -- reading --------------------------------------------------------------------------------

    @on(Transcript.Noticed)
    def _say(self, event: Transcript.Noticed) -> None:
        event.stop()
        self.post_message(self.Noticed(self, event.text, event.severity))

    @on(Composer.Noticed)
    def _say_too(self, event: Composer.Noticed) -> None:
        event.stop()
        self.post_message(self.Noticed(self, event.text, event.severity))

    @on(Composer.LeftUpwards)
    def _enter_transcript(self, event: Composer.LeftUpwards) -> None:
        event.stop()
        self.transcript.focus()

    @on(Transcript.Requested)
    async def _answer_request(self, event: Transcript.Requested) -> None:
        event.stop()
        perform = getattr(self, f"_request_{event.action}", None)
        try:
            if perform is None:
                raise ValueError("there is nothing to do that here")
            done = perform(event.message_id, event.detail)
            if done is not None:
                await done
        except (KeyError, ValueError) as error:
            # The conversation has changed since the key was pressed, or never allowed it.
            reason = str(error) if isinstance(error, ValueError) else "it is not here any more"
            self.post_message(self.Noticed(self, f"Not possible: {reason}.", "warning"))

    def _request_compose(self, message_id: str, detail: str) -> None:
        """Answer escape in the transcript: first it stops what is coming in, as it says there."""
        if not self.chats.stop(self.chats.current):
            self.composer.focus()

    async def _request_find(self, message_id: str, detail: str) -> None:
        await self.find()

    def _request_at_end(self, message_id: str, detail: str) -> None:
        self.composer.focus()

    def _request_edit(self, message_id: str, detail: str) -> None:
        self.edit_message(message_id)

    def _request_edit_queued(self, message_id: str, detail: str) -> None:
        self.edit_queued(message_id)

    def _request_drop_queued(self, message_id: str, detail: str) -> None:
        prompt = self.chats.queued(self.chats.current, message_id)
        edit = self.editing
        if prompt is None:
            return
        if edit is not None and edit.target == message_id:
            self.leave_edit()
        self.chats.drop_queued(self.chats.current, message_id)
        if not self.composer.text:
            self.composer.replace_text(to_type(prompt.text, prompt.bot))
            self.composer.files.join(prompt.attachments)
            self.post_message(self.Noticed(self, "Taken out of the queue; it is in the composer."))

    def _request_regenerate(self, message_id: str, detail: str) -> None:
        if self.chats.current.messages[message_id].streaming:
            self.post_message(self.Noticed(self, "Still coming in; esc stops it.", "warning"))
            return
        follow = self.transcript.follow_end
        self.chats.regenerate(self.chats.current, message_id, sent=follow)

    _request_retry = _request_regenerate

    def _request_continue(self, message_id: str, detail: str) -> None:
        follow = self.transcript.follow_end
        self.chats.continue_(self.chats.current, message_id, sent=follow)

    def _request_switch_bot(self, message_id: str, detail: str) -> None:
        self.post_message(self.BotWanted(self, message_id))

    def _request_key(self, message_id: str, detail: str) -> None:
        self.post_message(self.KeyWanted(self))

    def _request_open_link(self, message_id: str, detail: str) -> None:
        self.post_message(self.LinkWanted(self, detail))

    def _request_save_files(self, message_id: str, detail: str) -> None:
        files = [file for file in self.transcript.files_here() if file.address]
        self.post_message(self.FilesWanted(self, files, choose_folder=detail == "to"))

    def _request_list_files(self, message_id: str, detail: str) -> None:
        self.post_message(self.FilesWanted(self))

    def _request_exclude(self, message_id: str, detail: str) -> None:
        out = self.chats.toggle_excluded(self.chats.current, message_id)
        said = "Not sent any more; x takes it in again." if out else "Sent again from now on."
        self.post_message(self.Noticed(self, said))

    def _request_fork(self, message_id: str, detail: str) -> None:
        self.chats.fork(self.chats.current, message_id)
        self.show()
        self.post_message(self.Noticed(self, "Forked: the other conversation is as it was."))

    def _request_previous_sibling(self, message_id: str, detail: str) -> None:
        self.chats.step_sibling(self.chats.current, message_id, -1)

    def _request_next_sibling(self, message_id: str, detail: str) -> None:
        self.chats.step_sibling(self.chats.current, message_id, 1)

    def _request_suggestion(self, message_id: str, detail: str) -> None:
        replies = self.chats.current.messages[message_id].suggested_replies
        number = int(detail) if detail.isdigit() else 0
        if 1 <= number <= len(replies):
            self.ask(replies[number - 1])

    def suggest(self, number: int) -> None:
        """Send the suggested reply of that number of the last answer that has any."""
        last = self.chats.current.messages.get(self.chats.current.head or "")
        if last is not None and number <= len(last.suggested_replies):
            self.ask(last.suggested_replies[number - 1])
