"""The pictures of a transcript, by their address: what is wanted, what came, what went wrong."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Literal

import msgspec

from poe_tui.errors import PoeTuiError
from poe_tui.markdown.rows import DECOR, Look, Row, Span
from poe_tui.ui.transcript.easel import Easel
from poe_tui.ui.transcript.picture import MOST_COLUMNS, USUAL_SHAPE, Picture, Pixels, decode
from poe_tui.ui.transcript.pieces import fitted, row_of
from poe_tui.ui.transcript.strips import Strips

Get = Callable[[str, int], Awaitable[bytes]]
"""Returns the content of an address, of so many bytes at most; raises a PoeTuiError."""

Mode = Literal["never", "ask", "always"]

AT_ONCE: Final = 4
"""Pictures that are fetched at the same time; the others wait."""

KEPT: Final = 8
"""Pictures whose rows are kept drawn, a megabyte or three each."""

_DIM: Final = Look("dim", DECOR)


class _Shown(msgspec.Struct):
    """One picture, on its way or here."""

    picture: Picture | None = None
    error: PoeTuiError | None = None


class Gallery:
    """What is shown of the pictures, for as long as the transcript lives.

    `get` fetches them, `limit` is in bytes. `easel` draws them sharper than half blocks do, where
    the terminal can; None elsewhere, and until the terminal has said so.
    """

    def __init__(
        self, get: Get | None = None, *, mode: Mode = "ask", limit: int = 20_000_000
    ) -> None:
        self.mode: Mode = "never" if get is None else mode
        self.easel: Easel | None = None
        self.shape = USUAL_SHAPE
        """How many times as high as wide a cell is."""
        self.widest = MOST_COLUMNS
        """The columns that a picture may take."""
        self._get = get
        self._limit = limit
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._decoding = asyncio.Lock()
        self._shown: dict[str, _Shown] = {}
        self._drawn: OrderedDict[tuple[str, int, int], tuple[Sequence[Row], Strips]] = OrderedDict()
        self._asked: set[str] = set()

    # -- what is wanted -------------------------------------------------------------------------

    def is_open(self, address: str) -> bool:
        """Return whether the picture is shown, or on its way, or what went wrong is."""
        return address in self._shown

    def unasked(self, address: str) -> bool:
        """Return whether the picture has never been wanted so far."""
        return address not in self._asked

    def expect(self, address: str) -> None:
        """Show from now on that the picture is on its way; `load` is to follow."""
        self._asked.add(address)
        self._shown[address] = _Shown()

    def hide(self, address: str) -> None:
        """Show the picture no more."""
        self._shown.pop(address, None)
        for key in [key for key in self._drawn if key[0] == address]:
            del self._drawn[key]
        if self.easel is not None:
            self.easel.forget(address)

    def clear(self) -> None:
        """Hide all, and let the terminal forget them."""
        for address in list(self._shown):
            self.hide(address)

    def shown(self) -> list[str]:
        """Return the addresses of all pictures that are open."""
        return list(self._shown)

    # -- fetching -------------------------------------------------------------------------------

    async def content(self, address: str) -> bytes:
        """Return the file of a picture that is wanted. Raises a PoeTuiError."""
        assert self._get is not None
        return await self._get(address, self._limit)

    async def load(self, address: str) -> None:
        """Fetch and decode what is expected; errors are shown in its place.

        When it is cancelled the picture is hidden.
        """
        shown = self._shown.get(address)
        if shown is None or self._get is None:
            return
        try:
            async with self._turn:
                content = await self.content(address)
                async with self._decoding:  # one after the other, for the memory that it takes
                    shown.picture = await asyncio.to_thread(decode, content)
        except PoeTuiError as error:
            shown.error = error
        except asyncio.CancelledError:
            if self._shown.get(address) is shown:
                self.hide(address)
            raise

    # -- drawing --------------------------------------------------------------------------------

    def fit(self, cell: Pixels, largest: Pixels | None) -> bool:
        """Take in how large a cell is, and what a terminal draws at most; return whether that is
        news.
        """
        before = self.shape, self.widest
        self.shape = min(4.0, max(1.0, cell[1] / cell[0]))
        self.widest = MOST_COLUMNS
        if largest is not None:
            self.widest = max(1, min(MOST_COLUMNS, largest[0] // cell[0]))
        return before != (self.shape, self.widest)

    def size(self, address: str, room: int) -> tuple[int, int] | None:
        """Return the columns and rows a picture takes; None while it is not here."""
        shown = self._shown.get(address)
        if shown is None or shown.picture is None:
            return None
        return shown.picture.cells(min(room, self.widest), self.shape)

    def rows(self, address: str, room: int) -> Sequence[Row]:
        """Return what stands under the name of a picture; nothing while it is not wanted.

        The rows of the picture itself are only as large as it is: `drawing` has what is in them.
        """
        shown = self._shown.get(address)
        if shown is None:
            return ()
        if shown.error is not None:
            return _error_rows(shown.error, room)
        size = self.size(address, room)
        if size is None:
            return [row_of([Span(fitted("… on its way · i leaves it", room), _DIM)])]
        columns, rows = size
        return [Row((Span(" " * columns, _DIM),), columns)] * rows

    def cells(self, address: str, room: int) -> Sequence[Row] | None:
        """Return the text that the terminal draws as the picture; None where we draw it."""
        size = self.size(address, room)
        if self.easel is None or size is None:
            return None
        return self.easel.cells(address, *size)

    def drawing(self, address: str, room: int) -> tuple[Sequence[Row], Strips]:
        """Return the rows of a picture that is here as they are drawn, and a place for strips."""
        picture, size = self._shown[address].picture, self.size(address, room)
        assert picture is not None
        assert size is not None
        columns, rows = size
        if (cells := self.cells(address, room)) is not None:
            return cells, {}
        key = (address, columns, rows)
        drawn = self._drawn.get(key)
        if drawn is None:
            drawn = self._drawn[key] = (picture.rows(columns, rows), {})
            if len(self._drawn) > KEPT:
                self._drawn.popitem(last=False)
        else:
            self._drawn.move_to_end(key)
        return drawn


def _error_rows(error: PoeTuiError, room: int) -> list[Row]:
    from poe_tui.markdown.render import render

    text = " ".join(part for part in (f"{error.heading}.", error.explanation, error.hint) if part)
    document = render(text, max(1, room - 2), plain=True)
    mark, rows = Span("✗ ", Look("bad", DECOR)), []
    for y in range(document.height):
        row = document.row(y)
        spans = [span._replace(look=span.look._replace(role="dim")) for span in row.spans]
        rows.append(row_of([mark, *spans])._replace(joint=row.joint))
        mark = Span("  ", _DIM)
    return rows
