"""The pictures of a transcript, by their address: what is wanted, what came, what went wrong."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from poe_tui.errors import PoeTuiError
from poe_tui.markdown.rows import DECOR, Look, Row, Span
from poe_tui.ui.transcript import kitty
from poe_tui.ui.transcript.picture import COARSE, SHARP, Picture, decode
from poe_tui.ui.transcript.pieces import fitted, row_of

Get = Callable[[str, int], Awaitable[bytes]]
"""Returns the content of an address, of so many bytes at most; raises a PoeTuiError."""

Mode = Literal["never", "ask", "always"]

_DIM: Final = Look("dim", DECOR)


@dataclass
class _Shown:
    """One picture, on its way or here."""

    picture: Picture | None = None
    error: PoeTuiError | None = None
    number: int = 0
    """What the terminal calls it; 0 where half blocks are drawn."""
    rows: list[Row] = field(default_factory=list)
    room: int = 0
    """The columns that `rows` were drawn for."""


class Gallery:
    """What is shown of the pictures, for as long as the transcript lives.

    `get` fetches them, `limit` is in bytes. `write` hands a control sequence to a terminal that
    draws pictures by itself; None for any other one, where half blocks are drawn.
    """

    def __init__(
        self,
        get: Get | None = None,
        *,
        mode: Mode = "ask",
        limit: int = 20_000_000,
        write: Callable[[str], object] | None = None,
    ) -> None:
        self.mode: Mode = "never" if get is None else mode
        self._get = get
        self._limit = limit
        self._write = write
        self._shown: dict[str, _Shown] = {}
        self._asked: set[str] = set()

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
        shown = self._shown.pop(address, None)
        if shown is not None and shown.number and self._write is not None:
            self._write(kitty.removal(shown.number))

    def clear(self) -> None:
        """Hide all, and let the terminal forget them."""
        for address in list(self._shown):
            self.hide(address)

    async def load(self, address: str, room: int) -> None:
        """Fetch and decode what is expected, for `room` columns; errors are shown in place.

        When it is cancelled the picture is hidden.
        """
        shown = self._shown.get(address)
        if shown is None or self._get is None:
            return
        try:
            content = await self._get(address, self._limit)
            if self._write is None:
                shown.picture = await asyncio.to_thread(decode, content, COARSE)
                rows = await asyncio.to_thread(shown.picture.rows, room)
                shown.rows, shown.room = rows, room
            else:
                picture = await asyncio.to_thread(decode, content, SHARP)
                png = await asyncio.to_thread(picture.png)
                shown.number = int.from_bytes(os.urandom(3), "big") or 1
                self._write(kitty.transmission(shown.number, png))
                shown.picture = picture.coarse()
        except PoeTuiError as error:
            shown.error = error
        except asyncio.CancelledError:
            if self._shown.get(address) is shown:
                self.hide(address)
            raise

    def rows(self, address: str, room: int) -> Sequence[Row]:
        """Return what stands under the name of a picture; nothing while it is not wanted."""
        shown = self._shown.get(address)
        if shown is None:
            return ()
        if shown.error is not None:
            return _error_rows(shown.error, room)
        if shown.picture is None:
            return [row_of([Span(fitted("… on its way · i leaves it", room), _DIM)])]
        if shown.room != room:
            shown.rows, shown.room = self._drawn(shown, shown.picture, room), room
        return shown.rows

    def _drawn(self, shown: _Shown, picture: Picture, room: int) -> list[Row]:
        if not shown.number or self._write is None:
            return picture.rows(room)
        columns, rows = picture.cells(room)
        self._write(kitty.placement(shown.number, columns, rows))
        return kitty.placeholder_rows(shown.number, columns, rows)


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
