"""The transcript: every message of a conversation in one widget on Textual's line API."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message as Event
from textual.scroll_view import ScrollView

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Message
from poe_tui.chat.turn import Change
from poe_tui.ui.palette import Palette


class Transcript(ScrollView, can_focus=True):
    """Shows the branch of a conversation that is on screen.

    Its cost depends on what is visible, not on how long the conversation is.
    """

    @dataclass
    class Requested(Event):
        """The reader pressed a key that acts on a message.

        `action` is one of edit, regenerate, retry, continue, switch_bot, exclude, key, fork,
        previous_sibling, next_sibling, edit_queued, drop_queued, suggestion, open_link, compose
        (the reader wants to type), at_end (moved past the last message).
        """

        transcript: Transcript
        action: str
        message_id: str
        detail: str = ""
        """The number of the suggested reply, the address of the link; else empty."""

        @property
        def control(self) -> Transcript:
            """The transcript it comes from."""
            return self.transcript

    @dataclass
    class Noticed(Event):
        """Something to say in the status line, for example that a message was copied, and how."""

        transcript: Transcript
        text: str
        severity: str = "information"

    def set_palette(self, palette: Palette) -> None:
        """Draw in the colours of `palette`; nothing is rendered again."""
        raise NotImplementedError

    def show(self, conversation: Conversation) -> None:
        """Show `conversation`: another one from its end; the same one, whose branch, messages or
        queue have changed, with the reader's place, folds and cursor kept.
        """
        raise NotImplementedError

    def changed(self, message: Message, change: Change) -> None:
        """Take in a change that `run_turn` reports; ignored for a message that is not on screen."""
        raise NotImplementedError

    def select_message(self, message_id: str) -> None:
        """Put the message cursor on a message and bring it into view."""
        raise NotImplementedError

    def follow_end(self) -> None:
        """Go to the end and follow it as it grows."""
        raise NotImplementedError
