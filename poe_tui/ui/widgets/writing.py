"""What enter does with what is in the composer: send, change an earlier prompt, or an order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec
from textual import on
from textual.containers import Vertical
from textual.message import Message as Event
from textual.timer import Timer
from textual.widgets import TextArea

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.mention import mention_length
from poe_tui.chat.message import Attachment
from poe_tui.chat.typed import Order, Prompt, Unfinished, to_type, understand
from poe_tui.markdown.safe import plain
from poe_tui.ui.chats import Chats
from poe_tui.ui.event import event
from poe_tui.ui.figures import counted
from poe_tui.ui.palette import Palette
from poe_tui.ui.roster import Roster
from poe_tui.ui.transcript.view import Transcript
from poe_tui.ui.widgets.attachments import Attachments
from poe_tui.ui.widgets.composer import Composer

#: Seconds after the last key until a draft is written.
_DRAFT_PAUSE = 1.0


class Edit(msgspec.Struct):
    """A prompt that is in the composer to be changed, and what enter will do with it."""

    target: str
    """The id of the prompt, or of the queued prompt."""
    queued: bool
    original: str
    text: str
    """What has become of it, while another conversation is on screen."""
    originals: list[Attachment]
    files: list[Attachment]
    """The files that go with it now; `originals` went with it."""

    @property
    def changed(self) -> bool:
        """True when there is something that leaving it would lose."""
        return self.text not in ("", self.original) or self.files != self.originals


class Writing(Vertical):
    """A pane with a composer for the conversation `chats.current`."""

    @event
    class Asked(Event):
        """A prompt has been sent or queued; `text` is what was typed."""

        pane: Writing
        text: str
        bot: str

    @event
    class Ordered(Event):
        """An order of `poe_tui.chat.typed.ORDERS` was typed; it is no longer in the composer."""

        pane: Writing
        name: str
        rest: str

    @event
    class Noticed(Event):
        """Something to say in the status line."""

        pane: Writing
        text: str
        severity: str = "information"

    def __init__(self, chats: Chats) -> None:
        super().__init__(id="chat")
        self.chats = chats
        self._edits: dict[str, Edit] = {}
        self._pause: Timer | None = None
        self._roster: Roster | None = None
        self._palette: Palette | None = None

    @property
    def transcript(self) -> Transcript:
        """The messages."""
        return self.query_exactly_one(Transcript)

    @property
    def composer(self) -> Composer:
        """Where prompts are written."""
        return self.query_exactly_one(Composer)

    @property
    def editing(self) -> Edit | None:
        """The prompt that is being changed; None when a new one is written."""
        return self._edits.get(self.chats.current.id)

    # -- naming bots ----------------------------------------------------------------------------

    def know_bots(self, roster: Roster) -> None:
        """Take names and aliases from `roster` from now on."""
        self._roster = roster

    def meant(self, text: str) -> Prompt | Order | Unfinished:
        """Return what `text` means when it is sent as it is typed."""
        return understand(text, str.strip if self._roster is None else self._roster.called)

    @on(TextArea.Changed)
    def _show_whom(self) -> None:
        """Say in the composer's border whom the prompt goes to."""
        text = self.composer.text
        meant = self.meant(text) if text.lstrip().startswith("@") else None
        self.composer.show_aside(plain(meant.bot or "") if isinstance(meant, Prompt) else "")

    @on(TextArea.Changed)
    async def _complete_names(self, event: TextArea.Changed) -> None:
        """Open the list of names at an @; it is made when it is first wanted."""
        if self._roster is None or self._palette is None or event.text_area is not self.composer:
            return
        if self.query("Completion"):
            self._follow_name()
        elif self.composer.before_cursor.lstrip().startswith("@"):
            from poe_tui.ui.widgets.completion import Completion

            names = Completion(self.composer, self._roster.choices, self._palette)
            await self.mount(names, before=self.composer)
            self.composer.first_to_know = names.takes
            names.follow()

    @on(TextArea.SelectionChanged)
    def _follow_name(self) -> None:
        if self.query("Completion"):
            from poe_tui.ui.widgets.completion import Completion

            self.query_exactly_one(Completion).follow()

    # -- files ----------------------------------------------------------------------------------

    def write(self, text: str, files: Sequence[Attachment]) -> None:
        """Put a prompt and its files into the composer, as if they had been there."""
        with self.prevent(TextArea.Changed):
            self.composer.switch_text(text)
        self._show_files(files)

    def _show_files(self, files: Sequence[Attachment]) -> None:
        self.composer.files.switch(files)
        self.query_exactly_one(Attachments).show(files)

    @on(Composer.FilesChanged)
    def _remember_files(self, event: Composer.FilesChanged) -> None:
        event.stop()
        files, edit = self.composer.files.attachments, self.editing
        if edit is not None:
            edit.files = files
        else:
            self.chats.set_draft_attachments(self.chats.current, files)
        self.query_exactly_one(Attachments).show(files)

    @on(Attachments.Removed)
    def _remove_file(self, event: Attachments.Removed) -> None:
        event.stop()
        self.composer.files.remove(event.index)

    @on(Attachments.Left)
    def _write_on(self, event: Attachments.Left) -> None:
        event.stop()
        self.composer.focus()

    # -- sending --------------------------------------------------------------------------------

    @on(TextArea.Changed)
    def _remember(self, event: TextArea.Changed) -> None:
        event.stop()
        self.transcript.stir()
        edit = self.editing
        if edit is not None:
            edit.text = event.text_area.text
            return
        self.chats.set_draft(self.chats.current, event.text_area.text)
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(_DRAFT_PAUSE, self.chats.save_drafts)

    @on(Composer.Submitted)
    def _submit(self, event: Composer.Submitted) -> None:
        event.stop()
        self.submit(event.text)

    def submit(self, text: str) -> None:
        """Send, queue, or put an edited prompt in its place.

        Nothing happens for blank text without files, nor when a file can't go.
        """
        conversation, edit = self.chats.current, self.editing
        files = self.composer.files.attachments
        if not text.strip() and not files:
            if edit is None:
                self.chats.send_next(conversation)
            return
        meant = self.meant(text) if text.strip() else Prompt("")
        if isinstance(meant, Unfinished):
            self.post_message(self.Noticed(self, meant.hint))
        elif isinstance(meant, Order):
            self.composer.replace_text(meant.rest if meant.name == "context" else "")
            self.post_message(self.Ordered(self, meant.name, meant.rest))
        elif (ready := self.composer.files.ready()) is None:
            return  # why has been said, and the prompt stays
        elif edit is not None:
            edit.files = ready
            self._finish_edit(conversation, edit, text, meant)
        else:
            self._let_see(conversation, meant)
            sent = partial(self._sent, conversation, text, meant)
            self.chats.send(conversation, meant.text, bot=meant.bot, attachments=ready, sent=sent)

    def _let_see(self, conversation: Conversation, prompt: Prompt) -> None:
        """Take what mentioned bots see from the settings, when the first one is asked."""
        if prompt.bot is not None and not conversation.mention_context and self._roster is not None:
            conversation.mention_context = self._roster.mention_context

    def aimed(self, prompt: Prompt) -> str | None:
        """Return whom `prompt` is put to if it is sent now; None for whoever would be asked anyway.

        An edited prompt that no longer mentions a bot goes to the bot of the conversation.
        """
        conversation, edit = self.chats.current, self.editing
        if prompt.bot is not None or edit is None or edit.queued:
            return prompt.bot
        before = conversation.messages.get(edit.target)
        mentioned = before is not None and mention_length(before.text, before.bot)
        return conversation.bot if mentioned else None

    def _sent(
        self, conversation: Conversation, typed: str, prompt: Prompt, *, clear: bool = True
    ) -> None:
        """Show that a prompt is on its way; until then it stays in the composer."""
        if conversation is self.chats.current:
            if clear:
                with self.prevent(TextArea.Changed):
                    self.composer.take_out(typed)
                self.chats.set_draft(conversation, self.composer.text)
                self._show_files(conversation.draft_attachments)
                self.show_state()
            self.transcript.follow_end()
        self.post_message(self.Asked(self, typed, prompt.bot or conversation.bot))
        if prompt.hint:
            self.post_message(self.Noticed(self, prompt.hint))

    def ask(self, text: str) -> None:
        """Send `text` as it is; what is in the composer stays there."""
        conversation = self.chats.current
        sent = partial(self._sent, conversation, text, Prompt(text), clear=False)
        self.chats.send(conversation, text, drafted=False, sent=sent)

    # -- editing --------------------------------------------------------------------------------

    def begin_edit(
        self, target: str, text: str, files: Sequence[Attachment], *, queued: bool
    ) -> None:
        """Put a prompt into the composer; the draft that was there comes back afterwards."""
        self.leave_edit()
        edit = Edit(target, queued, text, text, list(files), list(files))
        self._edits[self.chats.current.id] = edit
        self.chats.hold(target if queued else None)
        self.write(text, files)
        self.show_state()
        self.composer.focus()

    def edit_message(self, message_id: str) -> None:
        """Put a prompt, or the one that an answer is to, into the composer; raises KeyError."""
        message = self.chats.current.messages[message_id]
        if message.role == "bot" and message.parent is not None:
            message = self.chats.current.messages[message.parent]
        if message.role == "user":
            typed = to_type(message.text, message.bot)
            self.begin_edit(message.id, typed, message.attachments, queued=False)

    def edit_queued(self, queued_id: str) -> None:
        """Put a prompt that waits into the composer; nothing for one that waits no more."""
        prompt = self.chats.queued(self.chats.current, queued_id)
        if prompt is not None:
            typed = to_type(prompt.text, prompt.bot)
            self.begin_edit(prompt.id, typed, prompt.attachments, queued=True)

    def leave_edit(self) -> bool:
        """Leave a prompt as it was, and bring the draft back; False when none was being edited."""
        edit = self._edits.pop(self.chats.current.id, None)
        if edit is None:
            return False
        self.write(self.chats.current.draft, self.chats.current.draft_attachments)
        self.show_state()
        if edit.queued:
            self.chats.release(self.chats.current)
        return True

    def _finish_edit(
        self, conversation: Conversation, edit: Edit, typed: str, prompt: Prompt
    ) -> None:
        self._let_see(conversation, prompt)
        done = partial(self._edited, conversation, typed, prompt)
        if not edit.queued:
            bot = self.aimed(prompt)
            self.chats.edit(conversation, edit.target, prompt.text, edit.files, bot=bot, sent=done)
        elif (queued := self.chats.queued(conversation, edit.target)) is not None:
            self.chats.change_queued(
                conversation, queued.id, prompt.text, edit.files, bot=prompt.bot, sent=done
            )
        else:
            self.chats.send(
                conversation,
                prompt.text,
                bot=prompt.bot,
                attachments=edit.files,
                drafted=False,
                sent=done,
            )

    def _edited(self, conversation: Conversation, typed: str, prompt: Prompt) -> None:
        """Bring the draft back when an edited prompt is on its way."""
        self._edits.pop(conversation.id, None)
        if conversation is self.chats.current:
            self.write(conversation.draft, conversation.draft_attachments)
            self.show_state()
        self._sent(conversation, typed, prompt, clear=False)

    def keep_edits(self) -> None:
        """Put what was changed and not sent at the end of the drafts: before quitting."""
        for conversation_id, edit in self._edits.items():
            conversation = self.chats.opened(conversation_id)
            if conversation is not None and edit.changed:
                parts = [part for part in (conversation.draft, edit.text) if part]
                self.chats.set_draft(conversation, "\n\n".join(parts))
                files = conversation.draft_attachments
                new = [file for file in edit.files if file not in files]
                self.chats.set_draft_attachments(conversation, [*files, *new])
        self._edits.clear()

    def show_state(self) -> None:
        """Say in the composer's border what enter would do besides sending."""
        self._show_whom()
        conversation, edit = self.chats.current, self.editing
        running = bool(self.chats.replies.of(conversation.id))
        if edit is not None:
            what = "queued prompt" if edit.queued else "prompt, sent as another version"
            self.composer.show_state(f"editing a {what} · esc leaves it", editing=True)
        elif conversation.queue and not running:
            waiting = counted(len(conversation.queue), "queued prompt")
            self.composer.show_state(f"{waiting} · enter sends the next")
        else:
            self.composer.show_state("")
