"""A conversation as the bytes of its file, and back: format 1, described in docs/format.md."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from poe_tui.chat.conversation import Conversation, QueuedPrompt
from poe_tui.chat.message import Attachment, Failure, Message
from poe_tui.chat.surrogates import mend_all
from poe_tui.errors import StoreError
from poe_tui.store.merge import richer

if TYPE_CHECKING:
    from mmap import mmap

FORMAT: Final = 1

UPGRADES: Final[dict[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
"""For each older format, what makes the next one of a decoded file."""

_StructT = TypeVar("_StructT", bound=msgspec.Struct)
_NO_EXTRA: Final = b',"extra":{}}'
_encoder: Final = msgspec.json.Encoder()
_encode: Final = _encoder.encode


def _known(kind: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(kind.__struct_fields__) - {"extra"}


_MESSAGE: Final = _known(Message)
_CONVERSATION: Final = tuple(
    name for name in Conversation.__struct_fields__ if name not in ("messages", "extra")
)


LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When a conversation was made whose file does not say."""


class Unreadable(ValueError):
    """The bytes are not a conversation; the text says why."""


class NewerFormat(StoreError):
    """The file was written by a newer poe-tui; it is left as it is."""

    title = "This conversation needs a newer poe-tui"


# -- writing --------------------------------------------------------------------------------------


def encode(conversation: Conversation) -> bytes:
    """Return the file of `conversation`: UTF-8 JSON with one field or message a line."""
    fields: dict[str, Any] = {"format": FORMAT}
    fields |= {name: getattr(conversation, name) for name in _CONVERSATION}
    fields["draft_attachments"] = [
        _hoisted(msgspec.to_builtins(file)) for file in conversation.draft_attachments
    ]
    fields["queue"] = [_queued_fields(queued) for queued in conversation.queue]
    for name, value in conversation.extra.items():
        if name != "messages":
            fields.setdefault(name, value)
    file = bytearray(b"{\n")
    for name, value in fields.items():
        file += b"  " + _line(name) + b": " + _line(value) + b",\n"
    file += b'  "messages": ['
    _add_messages(file, conversation.messages.values())
    file += b"]\n}\n"
    return bytes(file)


def _add_messages(file: bytearray, messages: Collection[Message]) -> None:
    """Add the messages as JSON objects, each on a line of its own, with commas between.

    A long conversation is megabytes, and to copy them takes longer than to encode them: everything
    is written once, into `file`.
    """
    before = b"\n    "
    for message in messages:
        file += before
        _add_message(file, message)
        before = b",\n    "
    if messages:
        file += b"\n  "


def _add_message(file: bytearray, message: Message) -> None:
    if not (message.extra or message.error or message.attachments):
        start = len(file)
        try:
            # A fifth of the time of `_message_fields`. `extra` is the last field, and empty.
            _encoder.encode_into(message, file, start)
        except UnicodeEncodeError:
            del file[start:]
        else:
            file[-len(_NO_EXTRA) :] = b"}"
            return
    file += _line(_message_fields(message))


def _line(value: object) -> bytes:
    try:
        return _encode(value)
    except UnicodeEncodeError:
        return _encode(mend_all(value))


def _message_fields(message: Message) -> dict[str, Any]:
    fields = _hoisted(msgspec.to_builtins(message))
    fields["attachments"] = [_hoisted(item) for item in fields["attachments"]]
    if fields["error"] is not None:
        fields["error"] = _hoisted(fields["error"])
    return fields


def _queued_fields(queued: QueuedPrompt) -> dict[str, Any]:
    fields = _hoisted(msgspec.to_builtins(queued))
    if "attachments" in fields:
        fields["attachments"] = [_hoisted(item) for item in fields["attachments"]]
    return fields


def _hoisted(fields: dict[str, Any]) -> dict[str, Any]:
    """Return `fields` with what is in `extra` beside the others, after them."""
    extra = fields.pop("extra", {})
    return fields | {name: value for name, value in extra.items() if name not in fields}


# -- reading --------------------------------------------------------------------------------------


def decode(data: bytes | mmap, conversation_id: str) -> Conversation:
    """Return the conversation in `data`. Its id is `conversation_id`, whatever the file says.

    Raises Unreadable, and NewerFormat for one from the future.
    """
    try:
        raw, messages = _upgraded(*_fields_and_messages(data))
        queue = [_queued(item) for item in raw.pop("queue", [])]
        draft_attachments = [_struct(item, Attachment) for item in raw.pop("draft_attachments", [])]
        raw.setdefault("created", raw.get("updated", LONG_AGO))
        raw.setdefault("updated", raw["created"])
        conversation = _struct(raw, Conversation)
        conversation.id = conversation_id
        conversation.queue = queue
        conversation.draft_attachments = draft_attachments
        _take_messages(conversation, messages)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, TypeError) as error:
        raise Unreadable(str(error)) from error
    if conversation.head not in conversation.messages:
        conversation.reindex()
    return conversation


def check_format(version: object) -> None:
    """Raise NewerFormat for a format of the future, Unreadable for what is no format at all."""
    if not isinstance(version, int) or version < min((FORMAT, *UPGRADES)):
        raise Unreadable("it does not say that it is a poe-tui conversation")
    if version > FORMAT:
        raise NewerFormat(
            f"Its format is {version}; this poe-tui reads up to {FORMAT}. "
            "The file was left as it is.",
            hint="Update poe-tui to open it.",
        )


def aware(moment: datetime) -> datetime:
    """Return `moment` with a time zone: UTC, if a file written by hand names none."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _fields_and_messages(data: bytes | mmap) -> tuple[dict[str, Any], Iterable[Any]]:
    """Return what is in the file, the messages one after the other.

    All of their dicts at once would be more than what is made of them, and leave holes in memory.
    """
    fields = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    messages = msgspec.json.decode(fields.pop("messages", b"[]"), type=list[msgspec.Raw])
    raw = {name: msgspec.json.decode(value) for name, value in fields.items()}
    return raw, map(msgspec.json.decode, messages)


def _upgraded(raw: dict[str, Any], messages: Iterable[Any]) -> tuple[dict[str, Any], Iterable[Any]]:
    version = raw.pop("format", None)
    check_format(version)
    for older in range(version, FORMAT):
        raw = UPGRADES[older](raw | {"messages": list(messages)})
        messages = raw.pop("messages", [])
    return raw, messages


def _take_messages(conversation: Conversation, raw: Iterable[Any]) -> None:
    conversation.created = aware(conversation.created)
    conversation.updated = aware(conversation.updated)
    bots: dict[str | None, str | None] = {}
    kinds: dict[str, str] = {}
    nothing: dict[str, Any] = {}
    for item in raw:
        message = _message(item, conversation.created)
        # One object for all that say the same: 5,000 messages are two megabytes less.
        if (above := conversation.messages.get(message.parent or "")) is not None:
            message.parent = above.id
        message.bot = bots.setdefault(message.bot, message.bot)
        message.content_type = kinds.setdefault(message.content_type, message.content_type)
        message.parameters = message.parameters or nothing
        message.extra = message.extra or nothing
        twin = conversation.messages.get(message.id)
        # Two of one id: git has merged two copies line by line.
        conversation.messages[message.id] = richer(twin, message) if twin else message


def _message(raw: dict[str, Any], default_created: datetime) -> Message:
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
        raise Unreadable("a message has no id")
    raw.setdefault("created", default_created)
    attachments = raw.pop("attachments", None)
    error = raw.pop("error", None)
    message = _struct(raw, Message, _MESSAGE)
    if message.created.tzinfo is None:
        message.created = aware(message.created)
    if message.finished is not None:
        message.finished = aware(message.finished)
    if attachments:
        message.attachments = tuple(_struct(item, Attachment) for item in attachments)
    if error is not None:
        message.error = _struct(error, Failure)
    return message


def _queued(raw: Any) -> QueuedPrompt:
    if not isinstance(raw, dict):
        raise Unreadable("a queued prompt is not a JSON object")
    attachments = [_struct(item, Attachment) for item in raw.pop("attachments", ())]
    queued = _struct(raw, QueuedPrompt)
    queued.attachments = attachments
    return queued


def _struct(raw: Any, kind: type[_StructT], known: frozenset[str] | None = None) -> _StructT:
    """Return `raw` as a `kind`, with what it does not know in `extra`."""
    if not isinstance(raw, dict):
        raise Unreadable(f"{kind.__name__.lower()} is not a JSON object")
    fields = known or _known(kind)
    extra = None
    if not raw.keys() <= fields:
        extra = {name: raw.pop(name) for name in list(raw) if name not in fields}
    struct = msgspec.convert(raw, kind)
    if extra:
        struct.extra = extra  # type: ignore[attr-defined]
    return struct
