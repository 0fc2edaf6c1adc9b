"""Files on their way to Poe: read, checked, sent, and remembered while their address lasts."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

import msgspec

from poe_tui.chat.attaching import AttachmentError, content_of, insist_on_size, size_text
from poe_tui.chat.events import BotRequest, FileUploaded, Uploading
from poe_tui.chat.message import Attachment, now
from poe_tui.errors import BotFailed, MessageTooLong, NetworkDown, ReplyError, UnknownBot

LIFETIME: Final = timedelta(minutes=10)
"""For how long an address is good at least (query.md of Poe's protocol)."""

AT_ONCE: Final = 4
"""Files that go up side by side; all of their content is in memory meanwhile."""

PAUSES: Final = (0.5, 2.0)
"""Seconds before each further try."""

_TELL_EVERY: Final = 0.1
"""Seconds between two looks at how far the files are."""

MARGIN: Final = timedelta(minutes=1)
"""Sent again that much earlier: the bot, too, needs time to fetch it."""


class UploadedFile(msgspec.Struct, frozen=True):
    """Where Poe keeps a file, and what it takes it for."""

    url: str
    content_type: str


Sent = Callable[[int], None]
"""Hears how many bytes of a file have left this machine."""

Send = Callable[[bytes, str, Sent], Awaitable[UploadedFile]]

Step = Uploading | FileUploaded | BotRequest


class _OtherContent(AttachmentError):
    """The file has been changed since it was sent."""


class Uploads:
    """Uploads files, each once per ten minutes, a few at a time."""

    def __init__(self, send: Send, *, pauses: Sequence[float] = PAUSES) -> None:
        """`send` takes the bytes and the name to the server; it raises a ReplyError.

        `pauses` are the seconds before each further try: an upload costs nothing, and one that has
        arrived twice does no harm.
        """
        self._send = send
        self._pauses = pauses
        self._known: dict[tuple[str, str], Attachment] = {}
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def carry(self, request: BotRequest) -> AsyncGenerator[Step, None]:
        """Yield how the files go up, what has become of each, and last the request to be sent.

        In that, every file has an address that is still good. An old address whose file is no
        longer here, or has been changed since, is sent as it is: it may still work, and what was
        said then was said of that content. Raises AttachmentError for a file that has
        neither, and what the upload raises.
        """
        wanted: list[Attachment] = []
        for attachment in (each for turn in request.turns for each in turn.attachments):
            if attachment not in wanted:
                wanted.append(attachment)
        if not wanted:
            yield request
            return
        cargo = _Cargo()
        task = asyncio.create_task(self._fresh_all(wanted, cargo), name="poe-uploads")
        try:
            told: Uploading | None = None
            while not (await asyncio.wait([task], timeout=_TELL_EVERY))[0]:
                state = cargo.state
                if state is not None and state != told:
                    told = state
                    yield state
        finally:
            task.cancel()
            await asyncio.wait([task])
        fresh = task.result()
        for before, after in zip(wanted, fresh, strict=True):
            if before != after:
                yield FileUploaded(before, after)
        yield msgspec.structs.replace(
            request,
            turns=tuple(
                msgspec.structs.replace(
                    turn, attachments=tuple(fresh[wanted.index(each)] for each in turn.attachments)
                )
                for turn in request.turns
            ),
        )

    async def _fresh_all(self, wanted: Sequence[Attachment], cargo: _Cargo) -> list[Attachment]:
        """Return every attachment with an address; raises the first ReplyError of any."""
        room = asyncio.Semaphore(AT_ONCE)

        async def bring(attachment: Attachment) -> Attachment:
            async with room:
                return await self._fresh(attachment, cargo)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(bring(each)) for each in wanted]
        except* ReplyError as errors:
            failure = _first(errors)
        else:
            return [task.result() for task in tasks]
        raise failure

    async def _fresh(self, attachment: Attachment, cargo: _Cargo) -> Attachment:
        """Return `attachment`, or, when its address is missing or old, a copy with a new one.

        What was sent without being noted by its content is not sent again: every upload notes it,
        and who wrote a conversation by hand may have named any file of this machine.
        """
        if attachment.url is not None and (
            attachment.path is None or attachment.sha256 is None or _is_fresh(attachment)
        ):
            return attachment
        if attachment.path is None:
            raise AttachmentError(
                f"{attachment.name} is neither on this machine nor on Poe.",
                hint="Remove it from the message, or attach it again.",
            )
        try:
            sent = await self.upload(
                attachment.path,
                attachment.name,
                attachment.content_type,
                cargo=cargo,
                sha256=attachment.sha256 if attachment.url is not None else None,
            )
        except _OtherContent:
            return attachment
        except AttachmentError:
            if attachment.url is None or await asyncio.to_thread(Path(attachment.path).is_file):
                raise
            return attachment
        return msgspec.structs.replace(
            sent, inline_ref=attachment.inline_ref, extra=attachment.extra
        )

    async def upload(
        self,
        source: str | bytes,
        name: str = "",
        content_type: str = "",
        *,
        cargo: _Cargo | None = None,
        sha256: str | None = None,
    ) -> Attachment:
        """Send a file by path, or bytes, and return it with its address, size and hash.

        `name` is what the bot sees; "" takes the file's own. A `content_type` of "" is guessed from
        the name, and Poe's own word wins over both. The same content under the same name is not
        sent again while its address is good. With `sha256`, content that has another one is not
        sent. Raises AttachmentError, or what `send` raises.
        """
        import hashlib

        path = source if isinstance(source, str) else None
        data = (
            source
            if isinstance(source, bytes)
            else await asyncio.to_thread(content_of, Path(source))
        )
        name = name or (Path(path).name if path else "file")
        insist_on_size(name, len(data))
        found = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        if sha256 not in (None, found):
            raise _OtherContent(f"{name} is not what it was.")
        async with self._locks.setdefault((found, name), asyncio.Lock()):
            known = self._known.get((found, name))
            if known is None or not _is_fresh(known):
                load = (cargo or _Cargo()).add(name, len(data))
                known = await self._stored(data, name, content_type, load)
                self._known[found, name] = known = msgspec.structs.replace(known, sha256=found)
        return msgspec.structs.replace(known, path=path)

    async def _stored(self, data: bytes, name: str, content_type: str, load: _Load) -> Attachment:
        stored = await self._accepted(data, name, load)
        load.arrived = True
        guess = content_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Attachment(
            name=name,
            content_type=stored.content_type or guess,
            url=stored.url,
            size=len(data),
            uploaded=now(),
        )

    async def _accepted(self, data: bytes, name: str, load: _Load) -> UploadedFile:
        """Send it, and say what a refusal means for a file rather than for a bot."""
        try:
            return await self._insisted(data, name, load)
        except MessageTooLong:
            refused = AttachmentError(
                f"Poe refused {name} as too large ({size_text(len(data))}). Nothing was asked.",
                hint="Attach a smaller file, or a part of it.",
            )
        except (BotFailed, UnknownBot) as error:
            refused = AttachmentError(
                f"Poe did not take {name}; nothing was asked. {error.explanation}",
                hint="Try again, or send the message without it.",
            )
        raise refused

    async def _insisted(self, data: bytes, name: str, load: _Load) -> UploadedFile:
        """Send it, again after a pause when the network or the server has failed."""
        for pause in self._pauses:
            try:
                return await self._send(data, name, load.note)
            except (NetworkDown, BotFailed) as error:
                if isinstance(error, BotFailed) and not error.retryable:
                    raise
                load.sent = 0
            await asyncio.sleep(pause)
        return await self._send(data, name, load.note)


class _Load(msgspec.Struct):
    """A file on its way."""

    name: str
    size: int
    sent: int = 0
    arrived: bool = False

    def note(self, sent: int) -> None:
        """Take down how many bytes have left; what a form adds around a file does not count."""
        self.sent = min(sent, self.size)


class _Cargo:
    """The files of one request that have to be sent."""

    def __init__(self) -> None:
        self._loads: list[_Load] = []

    def add(self, name: str, size: int) -> _Load:
        load = _Load(name, size)
        self._loads.append(load)
        return load

    @property
    def state(self) -> Uploading | None:
        """How far they are; None while nothing is being sent."""
        first = next((load for load in self._loads if not load.arrived), None)
        if first is None:
            return None
        sent = sum(load.sent for load in self._loads)
        size = sum(load.size for load in self._loads)
        return Uploading(first.name, len(self._loads), sent, size)


def to_upload(request: BotRequest) -> Uploading | None:
    """Return that files of `request` are on their way, for those that Poe has never had; else None.

    Known before anything is read or sent: who stops now has asked nothing.
    """
    files = {each.path: each for turn in request.turns for each in turn.attachments if not each.url}
    if not files:
        return None
    size = sum(each.size or 0 for each in files.values())
    return Uploading(next(iter(files.values())).name, len(files), 0, size)


def _is_fresh(attachment: Attachment) -> bool:
    return attachment.uploaded is not None and now() - attachment.uploaded < LIFETIME - MARGIN


def _first(errors: BaseExceptionGroup[ReplyError]) -> ReplyError:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
