"""An answer as it comes together from what the bot says."""

from __future__ import annotations

from typing import Final

from poe_tui.chat.events import (
    ContentTyped,
    DataReceived,
    FileReceived,
    ReplyEvent,
    ReplySuggested,
    TextDelta,
    TextReplaced,
)
from poe_tui.chat.message import Message
from poe_tui.chat.surrogates import mend

SECTION_RULE: Final = "\n\n---\n\n"
"""Stands between the parallel responses of one bot."""


class Answer:
    """Applies events to a message.

    Text is collected in pieces and put into `message.text` by `settle`, so that an event costs the
    same after 200,000 characters as after none. Parallel responses (`index`) become sections of the
    text, in the order of their index; None is the same as 0.
    """

    def __init__(self, message: Message) -> None:
        self.message = message
        self._sections: dict[int, list[str]] = {}
        self._settled = True

    def apply(self, event: ReplyEvent) -> bool:
        """Take in one event; return whether text that came before does not stand as it was.

        Its text is in `message.text` after the next `settle`.
        """
        match event:
            case TextDelta():
                section = event.index or 0
                self._sections.setdefault(section, []).append(event.text)
                self._settled = False
                return section < max(self._sections)
            case TextReplaced():
                if event.index is None:
                    self._sections.clear()
                self._sections[event.index or 0] = [event.text]
                self._settled = False
                return True
            case ReplySuggested():
                self.message.suggested_replies += (mend(event.text),)
            case FileReceived():
                self.message.attachments += (event.attachment,)
            case ContentTyped():
                self.message.content_type = event.content_type
            case DataReceived():
                self.message.data += (event.data,)
        return False

    def settle(self) -> None:
        """Make `message.text` whole."""
        if self._settled:
            return
        self._settled = True
        texts = []
        for _, pieces in sorted(self._sections.items()):
            pieces[:] = ["".join(pieces)]
            texts.append(pieces[0])
        self.message.text = mend(SECTION_RULE.join(text for text in texts if text))
