"""The first event of a stream, however it is cut and whatever it says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poe_tui.poe.tolerant import LONGEST, TolerantStream

META = b'event: meta\r\ndata: {"content_type": "text/html", "linkify": true}\r\n\r\n'
MENDED = b'event: meta\r\ndata: {"content_type":"text/plain","linkify":true}\r\n\r\n'
REST = b"event: text\r\ndata: {}\r\n\r\n" + META


class Pieces(httpx.AsyncByteStream):
    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece

    async def aclose(self) -> None:
        self.closed = True


async def through(*pieces: bytes) -> bytes:
    return b"".join([piece async for piece in TolerantStream(Pieces(list(pieces)))])


@given(st.lists(st.integers(0, len(META) + 20), max_size=6))
async def test_an_unknown_type_becomes_plain_wherever_the_chunks_are_cut(cuts: list[int]) -> None:
    whole = b": hello\r\n\r\n" + META + REST
    edges = [0, *sorted(cuts), len(whole)]
    pieces = [whole[a:b] for a, b in pairwise(edges)]
    assert await through(*pieces) == b": hello\r\n\r\n" + MENDED + REST


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"event: text\ndata: {}\n\n",
        b'event: meta\ndata: {"content_type": "text/plain"}\n\n' + REST,
        b"event: meta\ndata: nonsense\n\n",
        b"event: meta\ndata: [1]\n\n",
        b'event: meta\ndata: {"content_type": 5}\n\n',
        b"event: meta\ndata: {}",
        b": ping\n\n: ping\n\n" + REST,
        b"x" * (LONGEST + 1) + b"\n\n" + META,
    ],
)
async def test_everything_else_passes_untouched(data: bytes) -> None:
    half = len(data) // 2
    assert await through(data[:half], data[half:]) == data


async def test_closing_closes_the_connection_under_it() -> None:
    under = Pieces([])
    await TolerantStream(under).aclose()
    assert under.closed
