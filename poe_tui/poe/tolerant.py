"""An event stream whose first event can't be refused for its content type."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Final

import msgspec

from poe_tui.poe.http import httpx
from poe_tui.poe.translate import CONTENT_TYPES

LONGEST: Final = 64 * 1024
"""Bytes of a first event that are looked at; a `meta` event has about a hundred."""

_END: Final = re.compile(rb"\r?\n\r?\n|\r\r")
_META: Final = re.compile(rb"\A((?:.*\r?\n)*?event: ?meta\r?\ndata: ?)(.*)")


class TolerantStream(httpx.AsyncByteStream):
    """The same bytes, but for a `meta` event with a content type that fastapi_poe does not know.

    fastapi_poe 0.0.83 ends the whole (paid) reply for it; Poe's protocol says to read unknown types
    as plain text. Only the first event can be a meta event, so nothing after it is looked at.
    """

    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        head: bytes | None = b""
        async for chunk in self._stream:
            if head is None:
                yield chunk
                continue
            ready, head = _pass_on(head + chunk)
            if ready:
                yield ready
        if head:
            yield head

    async def aclose(self) -> None:
        """Close the connection's side of it."""
        await self._stream.aclose()


def _pass_on(data: bytes) -> tuple[bytes, bytes | None]:
    """Split `data` into what can go on now and what waits; None: the first event has passed."""
    done = 0
    while (end := _END.search(data, done)) is not None:
        event = data[done : end.start()]
        if event.startswith(b":") or not event:
            done = end.end()
            continue
        return data[:done] + _mended(event) + data[end.start() :], None
    if len(data) - done > LONGEST:
        return data, None
    return data[:done], data[done:]


def _mended(event: bytes) -> bytes:
    found = _META.match(event)
    if found is None:
        return event
    try:
        meta = msgspec.json.decode(found[2])
    except msgspec.DecodeError:
        return event
    if not isinstance(meta, dict) or not isinstance(meta.get("content_type"), str):
        return event
    if meta["content_type"] in CONTENT_TYPES:
        return event
    meta["content_type"] = "text/plain"
    return found[1] + msgspec.json.encode(meta) + event[found.end() :]
