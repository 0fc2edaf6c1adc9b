"""The conversations of this window: what is open, on screen, waiting and new."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from typing import Any, Final, Protocol

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.expenses import Expense
from poe_tui.chat.message import Attachment, Message
from poe_tui.chat.turn import Change
from poe_tui.errors import PoeTuiError, StoreError
from poe_tui.store.conversations import ConversationStore, Entry
from poe_tui.ui.asking import Asking
from poe_tui.ui.entries import Entries
from poe_tui.ui.gate import Gate
from poe_tui.ui.replies import Launch, Replies

_KEPT_OPEN: Final = 24
"""Conversations that stay in memory; those that stream are never let go."""


class ChatsListener(Protocol):
    """Who wants to know. Calls come on the event loop, from wherever the change was made."""

    def message_changed(self, conversation: Conversation, message: Message, change: Change) -> None:
        """A reply has grown or ended (see `poe_tui.chat.turn.Change`)."""

    def conversation_changed(self, conversation: Conversation) -> None:
        """The branch on screen, the title, the bot or the queue is another."""

    def entries_changed(self) -> None:
        """The list of conversations, or a mark in it, is another."""

    def noticed(self, text: str, severity: str) -> None:
        """Something to say; `severity` is information, warning or error."""


class Chats(Asking):
    """What the main screen works on."""

    def __init__(
        self,
        store: ConversationStore,
        *,
        gate: Gate,
        launch: Launch,
        listener: ChatsListener,
        bot: str,
    ) -> None:
        self._store = store
        self._listener = listener
        replies = Replies(
            stream=gate.stream,
            store=store,
            launch=launch,
            on_change=self._on_change,
            on_end=self._on_end,
        )
        super().__init__(gate, replies)
        self.unread: set[str] = set()
        self._entries = Entries()
        self._open: dict[str, Conversation] = {}
        self._unsaved_drafts: set[str] = set()
        self._deleted: list[str] = []
        self.current = Conversation(bot=bot)
        self._open[self.current.id] = self.current

    # -- the list -------------------------------------------------------------------------------

    @property
    def entries(self) -> list[Entry]:
        """The conversations, pinned first, then the one changed last first."""
        return self._entries.ordered

    def set_entries(self, entries: Iterable[Entry]) -> None:
        """Take in what the store has listed; open conversations are newer than their files.

        One that another window has deleted goes, unless it is on screen or not saved.
        """
        self._entries.replace(entries)
        kept = self.replies.conversations() | {self.current.id}
        for conversation in self._open.values():
            unsaved = conversation.unsaved is not None or conversation.id in kept
            if conversation.id in self._entries or (unsaved and conversation.messages):
                self._entries.put(conversation)
        self._listener.entries_changed()

    def _list(self, conversation: Conversation) -> None:
        self._entries.put(conversation)
        self._listener.entries_changed()

    def neighbour(self, step: int) -> str | None:
        """Return the id `step` places below the current one in the list; stays at the ends.

        None when the list is empty.
        """
        return self._entries.neighbour(self.current.id, step)

    def successor(self, conversation_id: str) -> str | None:
        """Return the id to show when `conversation_id` is deleted; None when it is the last."""
        return self._entries.successor(conversation_id)

    # -- going from one to another --------------------------------------------------------------

    def open(self, conversation_id: str) -> Conversation:
        """Put a conversation on screen and return it; raises StoreError."""
        conversation = self._open.get(conversation_id) or self._store.load(conversation_id)
        self._leave()
        self._open.pop(conversation.id, None)
        self._open[conversation.id] = self.current = conversation
        self.unread.discard(conversation.id)
        self._let_go()
        self._listener.entries_changed()
        self.look_again()
        return conversation

    @property
    def unsaved(self) -> list[Conversation]:
        """The conversations that could not be written: they are in memory only."""
        return [each for each in self._open.values() if each.unsaved is not None]

    def look_again(self) -> None:
        """Take in what another window or a sync tool has done to the conversation on screen."""
        conversation = self.current
        # A file that can't be read is told of when the list is read, or when it is written.
        with contextlib.suppress(StoreError):
            if conversation.id in self._entries and self._store.refresh(conversation):
                self._list(conversation)
                self._listener.conversation_changed(conversation)

    def opened(self, conversation_id: str) -> Conversation | None:
        """Return a conversation that is in memory; None for any other."""
        return self._open.get(conversation_id)

    def new(self, bot: str) -> Conversation:
        """Put an empty conversation on screen; a prompt or a draft gives it a file."""
        self._leave()
        self.current = Conversation(bot=bot)
        self._open[self.current.id] = self.current
        self._listener.entries_changed()
        return self.current

    def _leave(self) -> None:
        self.save_drafts()
        left = self.current
        written = left.messages or left.draft or left.draft_attachments or left.queue
        if written or left.titled or left.system:
            return
        self._open.pop(left.id, None)
        if self._entries.drop(left.id):
            self._quietly(lambda: self._store.delete(left.id))

    def _let_go(self) -> None:
        busy = self.replies.conversations() | {self.current.id}
        busy |= {conversation.id for conversation in self.unsaved}
        idle = [conversation_id for conversation_id in self._open if conversation_id not in busy]
        for conversation_id in idle[: max(0, len(self._open) - _KEPT_OPEN)]:
            del self._open[conversation_id]

    # -- asking ---------------------------------------------------------------------------------

    def _draft_sent(self, conversation: Conversation, *, files: bool) -> None:
        conversation.draft = ""
        if files:
            conversation.draft_attachments = []
        self._unsaved_drafts.discard(conversation.id)

    def _started(self, conversation: Conversation) -> None:
        self._list(conversation)
        self._listener.conversation_changed(conversation)

    # -- one conversation -----------------------------------------------------------------------

    def step_sibling(self, conversation: Conversation, message_id: str, step: int) -> None:
        """Show the next (or previous) of the messages that stand in one place."""
        conversation.step_sibling(message_id, step)
        self._changed(conversation)

    def toggle_excluded(self, conversation: Conversation, message_id: str) -> bool:
        """Leave a message out of what is sent, or take it in again; return whether it is out."""
        message = conversation.messages[message_id]
        conversation.exclude(message_id, not message.excluded)
        self._changed(conversation)
        return message.excluded

    def fork(self, conversation: Conversation, message_id: str) -> Conversation:
        """Put a new conversation on screen that has the branch up to `message_id`."""
        forked = conversation.fork(message_id)
        self._leave()
        self._open[forked.id] = self.current = forked
        self._save(forked)
        self._list(forked)
        return forked

    def switch_bot(self, conversation: Conversation, bot: str) -> None:
        """Ask `bot` from the next prompt on."""
        conversation.bot = bot
        if conversation.messages:
            self._changed(conversation)
        else:
            self._listener.conversation_changed(conversation)

    def set_system(self, conversation: Conversation, text: str) -> None:
        """Tell every bot `text` before anything else from now on."""
        conversation.system = text
        self._adjusted(conversation)

    def set_parameters(self, conversation: Conversation, bot: str, values: dict[str, Any]) -> None:
        """Send `values` to `bot` with every prompt from now on."""
        conversation.set_parameters(bot, values)
        self._adjusted(conversation)

    def set_mention_context(self, conversation: Conversation, choice: str) -> None:
        """Let mentioned bots see what `choice` says from now on."""
        conversation.mention_context = choice
        self._adjusted(conversation)

    def _adjusted(self, conversation: Conversation) -> None:
        conversation.touch()
        if conversation.messages or conversation.system:
            self._changed(conversation)
        else:
            self._listener.conversation_changed(conversation)

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation a title that is never changed by itself; raises StoreError."""
        conversation = self._get(conversation_id)
        conversation.rename(title)
        self._changed(conversation)

    def toggle_pinned(self, conversation_id: str) -> bool:
        """Pin a conversation to the top of the list, or let it go; raises StoreError."""
        conversation = self._get(conversation_id)
        conversation.pinned = not conversation.pinned
        self._changed(conversation)
        return conversation.pinned

    def _get(self, conversation_id: str) -> Conversation:
        return self._open.get(conversation_id) or self._store.load(conversation_id)

    async def delete(self, conversation_id: str) -> None:
        """Stop and save its replies and move it to the trash; raises StoreError."""
        self.replies.stop(conversation_id)
        await self.replies.settled(conversation_id)
        self._unsaved_drafts.discard(conversation_id)
        if conversation_id in self._entries:
            self._store.delete(conversation_id)
            self._deleted.append(conversation_id)
            self._entries.drop(conversation_id)
        self._open.pop(conversation_id, None)
        self.unread.discard(conversation_id)
        self._listener.entries_changed()

    def restore(self) -> Conversation | None:
        """Bring back the conversation deleted last; None when there is none. Raises StoreError."""
        if not self._deleted:
            return None
        conversation = self._store.restore(self._deleted[-1])
        self._deleted.pop()
        self._list(conversation)
        return conversation

    def cost_known(self, expense: Expense) -> None:
        """Write into its conversation what a reply has turned out to cost, if both are there."""
        conversation = self._open.get(expense.conversation)
        with contextlib.suppress(StoreError):
            known = conversation or self._store.load(expense.conversation)
            message = known.messages.get(expense.message)
            if message is None or not message.note_cost(expense.points, exact=expense.exact):
                return
            if conversation is None:
                self._store.save(known)
            else:
                self._save(conversation)
                self._listener.conversation_changed(conversation)

    # -- drafts and the disk --------------------------------------------------------------------

    def set_draft(self, conversation: Conversation, text: str) -> None:
        """Remember what is being typed; `save_drafts` writes it."""
        if conversation.draft != text:
            conversation.draft = text
            self._unsaved_drafts.add(conversation.id)

    def set_draft_attachments(
        self, conversation: Conversation, attachments: Sequence[Attachment]
    ) -> None:
        """Remember the files that go with what is being typed, at once on disk."""
        conversation.draft_attachments = list(attachments)
        self._unsaved_drafts.add(conversation.id)
        self.save_drafts()

    def save_drafts(self) -> None:
        """Write the conversations whose draft has changed."""
        for conversation_id in tuple(self._unsaved_drafts):
            self._unsaved_drafts.discard(conversation_id)
            conversation = self._open.get(conversation_id)
            if conversation is None:
                continue
            written = conversation.draft or conversation.draft_attachments
            if written or conversation_id in self._entries:
                self._save(conversation)
                self._list(conversation)

    def _changed(self, conversation: Conversation) -> None:
        self._save(conversation)
        self._list(conversation)
        self._listener.conversation_changed(conversation)

    def _save(self, conversation: Conversation) -> None:
        known = len(conversation.messages)
        self._quietly(lambda: self._store.save(conversation))
        if len(conversation.messages) != known:
            # Another window has written to the same file, and the store has merged the two.
            self._listener.conversation_changed(conversation)

    def _quietly(self, write: Saving) -> None:
        try:
            write()
        except StoreError as error:
            self._listener.noticed(in_words(error), "error")

    # -- what the replies say -------------------------------------------------------------------

    def _on_change(self, conversation: Conversation, message: Message, change: Change) -> None:
        self._listener.message_changed(conversation, message, change)

    def _on_end(self, conversation: Conversation, message: Message) -> None:
        if conversation is not self.current:
            self.unread.add(conversation.id)
        self._list(conversation)
        if message.status == "complete":
            self._send_next_unasked(conversation)
        self._listener.conversation_changed(conversation)


class Saving(Protocol):
    """Something that writes to the disk."""

    def __call__(self) -> object:
        """Write; raises StoreError."""


def in_words(error: PoeTuiError) -> str:
    """Return an error as one line for the status line."""
    parts = (error.heading, error.explanation, error.hint)
    return " ".join(part if part[-1] in ".…!?:" else f"{part}." for part in parts if part)
