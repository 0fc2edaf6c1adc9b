"""The one streaming path: send, retry, regenerate, edit, continue and queue all end here."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, Literal, Protocol

from poe_tui.chat.answer import Answer
from poe_tui.chat.context import request_for
from poe_tui.chat.conversation import Conversation
from poe_tui.chat.events import (
    BotRequest,
    FileReceived,
    FileUploaded,
    ReplyEvent,
    ReplySuggested,
    TextDelta,
    TextReplaced,
    Uploading,
    Waiting,
    WentSilent,
)
from poe_tui.chat.message import Failure, Message, Status, now
from poe_tui.chat.pace import Pace
from poe_tui.errors import PoeTuiError, StoreError, Truncated

Change = Literal[
    "started",
    "waiting",
    "text",
    "replaced",
    "suggestion",
    "file",
    "silent",
    "finished",
    "unsaved",
]
"""What an `on_change` call is about. "waiting" is for those who note `on_wait` and tell of it by
`on_change`: `run_turn` does not. "text" means text was only added; "replaced" that all of it is
new; "finished" that status, duration and error are set, and saved unless "unsaved" follows: then
`conversation.unsaved` says why, and everything is still in memory."""

Stream = Callable[[BotRequest], AsyncIterator[ReplyEvent]]
OnChange = Callable[[Message, Change], None]
OnWait = Callable[[Message, Waiting], None]
OnUpload = Callable[[Message, Uploading | None], None]
BeforeEnd = Callable[[], Awaitable[None]]

_log: Final = logging.getLogger("poe_tui")


class Journal(Protocol):
    """The reply in flight, append-only beside its conversation."""

    def append(self, event: ReplyEvent) -> None:
        """Take down one event; on disk at most 250 ms later. Never blocks on the disk."""

    async def remove(self) -> None:
        """Delete the journal: what it held is in the conversation's file now."""

    def keep(self) -> None:
        """Write what is left and leave the file: the conversation could not be saved."""


class TurnStore(Protocol):
    """What a turn needs of the disk."""

    def save(self, conversation: Conversation) -> object:
        """Write the conversation; raises StoreError."""

    def open_journal(self, conversation: Conversation, message: Message) -> Journal:
        """Start the journal of `message`; raises StoreError."""


async def run_turn(
    conversation: Conversation,
    message: Message,
    *,
    stream: Stream,
    store: TurnStore,
    on_change: OnChange,
    on_wait: OnWait | None = None,
    on_upload: OnUpload | None = None,
    before_end: BeforeEnd | None = None,
) -> Message:
    """Stream the answer `message` (made by reply/regenerate) to its end and return it.

    The conversation is saved before `stream` is touched. `on_change` is called at most 30 times a
    second for text, `on_wait` when the request has to wait for its turn, with the seconds that will
    take, and again when that turns out different; `on_upload` while files go up, with None when
    all are there: their new addresses are kept with the prompt. `before_end` is awaited before an
    answer that nobody has stopped is saved. Never raises for what a bot, the network or a full disk
    does: that ends in `message.status` and `message.error`. Cancelling the task stops the reply:
    what arrived is kept with the status `stopped`, saved, and CancelledError goes on.
    """
    turn = _RunningTurn(conversation, message, store, on_change, on_wait, on_upload)
    turn.tell("started")
    try:
        # The journal comes first: another window that reads the new file while there is none would
        # take the reply for one that a crash has cut off.
        journal = store.open_journal(conversation, message)
    except StoreError as error:
        turn.refuse(error)
        return message
    try:
        store.save(conversation)
    except StoreError as error:
        await journal.remove()
        turn.refuse(error)
        return message
    try:
        await turn.receive(stream, journal)
        if before_end is not None:
            await before_end()
    finally:
        if turn.finish():
            await journal.remove()
        else:
            journal.keep()
        turn.tell_finished()
    return message


class _RunningTurn:
    """What one call of `run_turn` has to remember."""

    def __init__(
        self,
        conversation: Conversation,
        message: Message,
        store: TurnStore,
        on_change: OnChange,
        on_wait: OnWait | None,
        on_upload: OnUpload | None,
    ) -> None:
        self._conversation = conversation
        self._message = message
        self._store = store
        self._on_change = on_change
        self._on_wait = on_wait
        self._on_upload = on_upload
        self._answer = Answer(message)
        self._pace = Pace(self._tell_text)
        self._replaced = False
        self._began = self._sent = time.monotonic()

    # -- receiving ------------------------------------------------------------------------------

    async def receive(self, stream: Stream, journal: Journal) -> None:
        """Take everything the bot says; set status and error unless the task is cancelled."""
        self._began = self._sent = time.monotonic()
        try:
            request = request_for(self._conversation, self._message)
            async with contextlib.AsyncExitStack() as stack:
                events = stream(request)
                if close := getattr(events, "aclose", None):
                    stack.push_async_callback(close)
                async for event in events:
                    self._take(event, journal)
        except Truncated as error:
            self._end("truncated", Failure.of(error))
        except PoeTuiError as error:
            self._end("failed", _failure(error))
        except Exception as error:
            _log.exception("a reply from %s ended in an unexpected error", self._message.bot)
            self._end("failed", _internal(error))
        else:
            self._end("complete")

    def _take(self, event: ReplyEvent, journal: Journal) -> None:
        if isinstance(event, WentSilent):
            self.tell("silent")
            return
        if isinstance(event, Waiting):
            self._wait(event)
            return
        if isinstance(event, Uploading | FileUploaded):
            self._take_upload(event)
            return
        journal.append(event)
        self._replaced = self._answer.apply(event) or self._replaced
        match event:
            case TextDelta() | TextReplaced():
                if self._message.first_text is None and event.text:
                    self._note_first_text()
                self._pace.ask()
            case ReplySuggested():
                self.tell("suggestion")
            case FileReceived():
                self.tell("file")

    def _note_first_text(self) -> None:
        """Take down how long the request waited, and then the text."""
        heard = time.monotonic()
        sent = min(self._sent, heard)
        self._message.waited = (sent - self._began) or None
        self._message.first_text = heard - sent

    def _take_upload(self, event: Uploading | FileUploaded) -> None:
        """Tell how far files are, or keep a new address; the bot is not slow meanwhile."""
        self._sent = time.monotonic()
        if isinstance(event, FileUploaded):
            for message in self._conversation.path_to(self._message.id):
                if event.before in message.attachments:
                    message.attachments = tuple(
                        event.after if each == event.before else each
                        for each in message.attachments
                    )
        if self._on_upload is not None:
            try:
                self._on_upload(self._message, event if isinstance(event, Uploading) else None)
            except Exception:
                _log.exception("showing an upload failed")

    # -- ending -----------------------------------------------------------------------------------

    def refuse(self, error: StoreError) -> None:
        """End a reply that was never asked for, because the prompt could not be saved."""
        failure = _disk(error, "Nothing was sent, and your prompt is still here.")
        self._conversation.unsaved = failure
        self._end("failed", failure)
        self.tell("finished")

    def finish(self) -> bool:
        """Make the message final and save it; return whether that worked."""
        if self._message.streaming:
            self._end("stopped")
        self._conversation.touch()
        try:
            self._store.save(self._conversation)
        except StoreError as error:
            self._conversation.unsaved = _disk(error, "The reply is still in memory.")
        except Exception as error:
            _log.exception("saving a reply ended in an unexpected error")
            self._conversation.unsaved = _internal(error)
        else:
            self._conversation.unsaved = None
        return self._conversation.unsaved is None

    def tell_finished(self) -> None:
        """Report the end, and whether it is on disk."""
        self.tell("finished")
        if self._conversation.unsaved is not None:
            self.tell("unsaved")

    def _end(self, status: Status, error: Failure | None = None) -> None:
        self._pace.settle()
        self._answer.settle()
        self._message.status = status
        self._message.error = error
        self._message.finished = now()

    # -- telling ----------------------------------------------------------------------------------

    def tell(self, change: Change) -> None:
        """Call `on_change` with the whole text in place; what it raises does not end the reply."""
        self._answer.settle()
        try:
            self._on_change(self._message, change)
        except Exception:
            _log.exception("showing a reply failed at %r", change)

    def _wait(self, event: Waiting) -> None:
        """Tell of a wait; it does not count as the bot's own slowness."""
        self._sent = time.monotonic() + event.seconds
        if self._on_wait is None:
            return
        try:
            self._on_wait(self._message, event)
        except Exception:
            _log.exception("showing a wait failed")

    def _tell_text(self) -> None:
        change: Change = "replaced" if self._replaced else "text"
        self._replaced = False
        self.tell(change)


def _failure(error: PoeTuiError) -> Failure:
    """Return any of our errors as a failure; only a ReplyError knows its kind and its keys."""
    return Failure(
        kind=getattr(error, "kind", "failed"),
        title=error.heading,
        explanation=error.explanation,
        hint=error.hint,
        actions=getattr(error, "actions", ("retry", "switch_bot", "edit")),
        retry_after=getattr(error, "retry_after", None),
    )


def _disk(error: StoreError, reassurance: str) -> Failure:
    return Failure(
        kind="disk",
        title=error.heading,
        explanation=f"{error.explanation} {reassurance}".strip(),
        hint=error.hint,
        actions=("retry",),
    )


def _internal(error: Exception) -> Failure:
    """Name the type alone: what such an error says may hold a header, and so the key."""
    return Failure(
        kind="internal",
        title="poe-tui made a mistake",
        explanation=f"The reply ended in an unexpected {type(error).__name__}. What came is kept.",
        hint="Try again. If it happens every time, please report it.",
        actions=("retry", "switch_bot", "edit"),
    )
