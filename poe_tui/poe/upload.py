"""Files on their way to Poe: read, checked, sent, and remembered while their address lasts."""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import msgspec

from poe_tui.chat.attaching import AttachmentError, insist_on_size, megabytes, size_of
from poe_tui.chat.events import BotRequest, Turn
from poe_tui.chat.message import Attachment, now
from poe_tui.errors import BotFailed, MessageTooLong, ReplyError, UnknownBot

LIFETIME: Final = timedelta(minutes=10)
"""For how long an address is good at least (query.md of Poe's protocol)."""

MARGIN: Final = timedelta(minutes=1)
"""Sent again that much earlier: the bot, too, needs time to fetch it."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """Where Poe keeps a file, and what it takes it for."""

    url: str
    content_type: str


Send = Callable[[bytes, str], Awaitable[UploadedFile]]


class Uploads:
    """Uploads files, each once per ten minutes."""

    def __init__(self, send: Send) -> None:
        """`send` takes the bytes and the name to the server; it raises a ReplyError."""
        self._send = send
        self._known: dict[tuple[str, str], Attachment] = {}

    async def complete(self, request: BotRequest) -> BotRequest:
        """Return `request` with an address that is still good for every file; upload what needs it.

        An old address whose file is no longer here is sent as it is: it may still work. Raises
        AttachmentError for a file that has neither, and what the upload raises.
        """
        if not any(turn.attachments for turn in request.turns):
            return request
        turns = [await self._complete_turn(turn) for turn in request.turns]
        return msgspec.structs.replace(request, turns=tuple(turns))

    async def _complete_turn(self, turn: Turn) -> Turn:
        if not turn.attachments:
            return turn
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._fresh(each)) for each in turn.attachments]
        except* ReplyError as errors:
            failure = _first(errors)
        else:
            return msgspec.structs.replace(turn, attachments=tuple(task.result() for task in tasks))
        raise failure

    async def _fresh(self, attachment: Attachment) -> Attachment:
        """Return `attachment`, or, when its address is missing or old, a copy with a new one."""
        if attachment.url is not None and (attachment.path is None or _is_fresh(attachment)):
            return attachment
        if attachment.path is None:
            raise AttachmentError(
                f"{attachment.name} is neither on this machine nor on Poe.",
                hint="Remove it from the message, or attach it again.",
            )
        try:
            sent = await self.upload(attachment.path, attachment.name, attachment.content_type)
        except AttachmentError:
            if attachment.url is None or await asyncio.to_thread(Path(attachment.path).is_file):
                raise
            return attachment
        return msgspec.structs.replace(sent, inline_ref=attachment.inline_ref)

    async def upload(
        self, source: str | bytes, name: str = "", content_type: str = ""
    ) -> Attachment:
        """Send a file by path, or bytes, and return it with its address, size and hash.

        `name` is what the bot sees; "" takes the file's own. A `content_type` of "" is guessed from
        the name, and Poe's own word wins over both. The same content under the same name is not
        sent again while its address is good. Raises AttachmentError, or what `send` raises.
        """
        path = source if isinstance(source, str) else None
        data = source if isinstance(source, bytes) else await asyncio.to_thread(_read, Path(source))
        name = name or (Path(path).name if path else "file")
        insist_on_size(name, len(data))
        sha256 = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        known = self._known.get((sha256, name))
        if known is not None and _is_fresh(known):
            return msgspec.structs.replace(known, path=path)
        stored = await self._accepted(data, name)
        guess = content_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        attachment = Attachment(
            name=name,
            content_type=stored.content_type or guess,
            url=stored.url,
            size=len(data),
            path=path,
            sha256=sha256,
            uploaded=now(),
        )
        self._known[sha256, name] = attachment
        return attachment

    async def _accepted(self, data: bytes, name: str) -> UploadedFile:
        """Send it, and say what a refusal means for a file rather than for a bot."""
        try:
            return await self._send(data, name)
        except MessageTooLong:
            refused = AttachmentError(
                f"Poe refused {name} as too large ({megabytes(len(data))}). Nothing was asked.",
                hint="Attach a smaller file, or a part of it.",
            )
        except (BotFailed, UnknownBot) as error:
            refused = AttachmentError(
                f"Poe did not take {name}; nothing was asked. {error.explanation}",
                hint="Try again, or send the message without it.",
            )
        raise refused


def _read(path: Path) -> bytes:
    """Return the file's bytes; raises AttachmentError, before reading when it is too large."""
    size_of(path)
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
    raise AttachmentError(
        f"{path} can't be read: {reason}. Nothing was sent.",
        hint="Check its permissions, or remove the file from the message.",
    )


def _is_fresh(attachment: Attachment) -> bool:
    return attachment.uploaded is not None and now() - attachment.uploaded < LIFETIME - MARGIN


def _first(errors: BaseExceptionGroup[ReplyError]) -> ReplyError:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
