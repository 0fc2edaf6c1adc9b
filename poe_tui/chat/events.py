"""What a bot can say while it answers: the wire's vocabulary, free of the wire."""

from __future__ import annotations

from typing import Any

import msgspec

from poe_tui.chat.message import Attachment, Role


class TextDelta(msgspec.Struct, frozen=True, tag="text"):
    """More text. `index` tells parallel responses of one bot apart; None: there is only one."""

    text: str
    index: int | None = None


class TextReplaced(msgspec.Struct, frozen=True, tag="replace"):
    """Everything so far is void; the text now is `text`."""

    text: str
    index: int | None = None


class ReplySuggested(msgspec.Struct, frozen=True, tag="suggestion"):
    """Something the reader might say next. Never part of the answer."""

    text: str


class FileReceived(msgspec.Struct, frozen=True, tag="file"):
    """A file that goes with the answer."""

    attachment: Attachment


class ContentTyped(msgspec.Struct, frozen=True, tag="meta"):
    """How to read the text: `text/markdown`, or anything else, which is shown as it is."""

    content_type: str


class DataReceived(msgspec.Struct, frozen=True, tag="data"):
    """A `json` event, or the tool calls in it: OpenAI's form of either."""

    data: dict[str, Any]


class WentSilent(msgspec.Struct, frozen=True, tag="silent"):
    """Nothing has come for `seconds`; the connection is still open."""

    seconds: float


class Waiting(msgspec.Struct, frozen=True, tag="waiting"):
    """Nothing has been sent, or it was refused as one too many: it will be sent in `seconds`."""

    seconds: float
    """0: it is sent now; the last of each wait."""
    refused: bool = False
    """True: Poe refused it and it will be sent again; False: we keep to the limit by ourselves."""


class Uploading(msgspec.Struct, frozen=True, tag="uploading"):
    """Files are on their way to Poe; the request itself is sent when all are there."""

    name: str
    """The first of those that are not there yet."""
    files: int
    """How many there are."""
    sent: int
    """Bytes that have left this machine, of all files together."""
    size: int
    """Bytes there are to send."""


class FileUploaded(msgspec.Struct, frozen=True, tag="uploaded"):
    """Poe has a file: `after` is `before` with its address, its hash and the time."""

    before: Attachment
    after: Attachment


ReplyEvent = (
    TextDelta
    | TextReplaced
    | ReplySuggested
    | FileReceived
    | ContentTyped
    | DataReceived
    | WentSilent
    | Waiting
    | Uploading
    | FileUploaded
)


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One message as it is sent."""

    role: Role
    text: str
    attachments: tuple[Attachment, ...] = ()
    parameters: dict[str, Any] = {}
    message_id: str = ""
    content_type: str = "text/markdown"


class BotRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One query: whom to ask, and all it gets to see. Poe keeps no conversation of its own."""

    bot: str
    turns: tuple[Turn, ...]
    temperature: float | None = None
    stop_sequences: tuple[str, ...] = ()
