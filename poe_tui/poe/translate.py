"""Between fastapi_poe's objects and ours, in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from poe_tui.chat.events import (
    BotRequest,
    ContentTyped,
    DataReceived,
    FileReceived,
    ReplyEvent,
    ReplySuggested,
    TextDelta,
    TextReplaced,
    Turn,
)
from poe_tui.chat.message import Attachment, now
from poe_tui.chat.surrogates import mend, mend_all

if TYPE_CHECKING:
    import fastapi_poe as fp

PROTOCOL_VERSION: Final = "1.2"
CONTENT_TYPES: Final = ("text/markdown", "text/plain")
"""The two that Poe's protocol knows; fastapi_poe refuses any other, in either direction."""


def event_of(partial: fp.PartialResponse) -> ReplyEvent | None:
    """Return what `partial` says; None for an empty delta, which is only a sign of life.

    Text stays as it came: an emoji cut in two between events is whole again once they are joined.
    """
    if partial.is_suggested_reply:
        return ReplySuggested(mend(partial.text))
    if partial.is_replace_response:
        return TextReplaced(partial.text, partial.index)
    if partial.text:
        return TextDelta(partial.text, partial.index)
    return _event_without_text(partial)


def _event_without_text(partial: fp.PartialResponse) -> ReplyEvent | None:
    if partial.attachment is not None:
        return FileReceived(_attachment_of(partial.attachment))
    if partial.data is not None:
        return DataReceived(mend_all(partial.data))
    if partial.tool_calls:
        return DataReceived({"tool_calls": [call.model_dump() for call in partial.tool_calls]})
    content_type = getattr(partial, "content_type", None)
    return ContentTyped(content_type) if content_type is not None else None


def _attachment_of(attachment: fp.Attachment) -> Attachment:
    return Attachment(
        name=mend(attachment.name),
        content_type=mend(attachment.content_type),
        url=mend(attachment.url),
        inline_ref=None if attachment.inline_ref is None else mend(attachment.inline_ref),
        uploaded=now(),
    )


def body_of(request: BotRequest) -> dict[str, Any]:
    """Return the query as the protocol wants it: the same object that fastapi_poe's own call sends.

    Poe keeps nothing for an external application, so the ids stay empty (Poe protocol 1.2).
    """
    return {
        "version": PROTOCOL_VERSION,
        "type": "query",
        "query": [_message_of(turn) for turn in request.turns],
        "user_id": "",
        "conversation_id": "",
        "message_id": "",
        "temperature": request.temperature,
        "stop_sequences": list(request.stop_sequences),
    }


def _message_of(turn: Turn) -> dict[str, Any]:
    plain = turn.content_type if turn.content_type in CONTENT_TYPES else "text/plain"
    return {
        "role": turn.role,
        "content": mend(turn.text),
        "content_type": plain,
        "message_id": turn.message_id,
        "parameters": mend_all(turn.parameters),
        "attachments": [
            {
                "url": attachment.url,
                "content_type": attachment.content_type,
                "name": mend(attachment.name),
                "inline_ref": attachment.inline_ref,
            }
            for attachment in turn.attachments
        ],
    }
