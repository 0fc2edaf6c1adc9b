"""Pictures drawn by the terminal itself, sharper than half blocks: kitty's cells, and Sixels."""

from __future__ import annotations

import asyncio
import os
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from poe_tui.markdown.rows import Row
from poe_tui.ui.transcript import kitty, sixel
from poe_tui.ui.transcript.picture import SHARP, Pixels, decode

if TYPE_CHECKING:
    from PIL.Image import Image

    from poe_tui.ui.terminal import Terminal

Content = Callable[[str], Awaitable[bytes]]
"""Returns the file at an address; raises a PoeTuiError."""

SENT: Final = 24
"""Pictures that a kitty holds for us at the same time, four megabytes each at most."""

FLAT: Final = 4
"""Pictures kept scaled and in their palettes, a third of a megabyte each where cells are small."""

WRITTEN: Final = 6_000_000
"""Characters of Sixels that are kept."""

HEAVY: Final = 500_000
"""Characters of a Sixel above which fewer colours have to do."""


class Seen(NamedTuple):
    """The part of a picture that is on screen and that nothing covers.

    The picture takes `columns` by `rows` cells; its rows `first` to `last` (not included) begin at
    cell (`x`, `y`) of the screen. `ground` is the colour behind it, #rrggbb.
    """

    address: str
    columns: int
    rows: int
    first: int
    last: int
    x: int
    y: int
    ground: str


class Easel(ABC):
    """One way in which a terminal draws pictures."""

    def __init__(self, terminal: Terminal, content: Content) -> None:
        self.terminal = terminal
        self.content = content
        self.in_view: frozenset[str] = frozenset()
        """The addresses of the pictures on screen, when one of them was last drawn."""

    def cells(self, address: str, columns: int, rows: int) -> Sequence[Row] | None:
        """Return the rows of text that the terminal draws as the picture; None: half blocks."""
        return None

    @abstractmethod
    def forget(self, address: str) -> None:
        """Take in that a picture is not shown any more."""

    @abstractmethod
    def forget_all(self) -> None:
        """Take in that the terminal has been used for something else, and knows no picture."""

    @abstractmethod
    async def prepare(self, seen: Seen) -> str:
        """Return what makes the terminal draw the picture. Raises a PoeTuiError."""

    def drawn(self, seen: Seen) -> bool:
        """Take in that it was written; return whether the cells are other ones from now on."""
        return False


class _Sent(msgspec.Struct):
    number: int
    size: tuple[int, int]
    rows: list[Row]


class KittyEasel(Easel):
    """Sends each picture once; text stands for its cells."""

    def __init__(self, terminal: Terminal, content: Content) -> None:
        super().__init__(terminal, content)
        self._sent: OrderedDict[str, _Sent] = OrderedDict()
        self._next: dict[str, int] = {}

    def cells(self, address: str, columns: int, rows: int) -> Sequence[Row] | None:
        sent = self._sent.get(address)
        if sent is None or sent.size != (columns, rows):
            return None
        self._sent.move_to_end(address)
        return sent.rows

    def forget(self, address: str) -> None:
        sent = self._sent.pop(address, None)
        if sent is not None:
            self.terminal.write(kitty.removal(sent.number))

    def forget_all(self) -> None:
        self._sent.clear()

    async def prepare(self, seen: Seen) -> str:
        sent = self._sent.get(seen.address)
        if sent is not None:
            return kitty.placement(sent.number, seen.columns, seen.rows)
        content = await self.content(seen.address)
        png = (await asyncio.to_thread(decode, content, SHARP)).png
        number = self._next[seen.address] = int.from_bytes(os.urandom(3), "big") or 1
        return kitty.transmission(number, await asyncio.to_thread(png)) + kitty.placement(
            number, seen.columns, seen.rows
        )

    def drawn(self, seen: Seen) -> bool:
        sent = self._sent.pop(seen.address, None)
        number = self._next.pop(seen.address, 0) if sent is None else sent.number
        rows = kitty.placeholder_rows(number, seen.columns, seen.rows)
        self._sent[seen.address] = _Sent(number, (seen.columns, seen.rows), rows)
        spare = [address for address in self._sent if address not in self.in_view]
        for address in spare[: max(0, len(self._sent) - SENT)]:
            self.forget(address)
        return True


class SixelEasel(Easel):
    """Paints pixels over the half blocks, which are there again as soon as their row is drawn."""

    def __init__(self, terminal: Terminal, content: Content) -> None:
        super().__init__(terminal, content)
        self._flat: OrderedDict[tuple[object, ...], Image] = OrderedDict()
        self._written: OrderedDict[tuple[object, ...], str] = OrderedDict()

    def forget(self, address: str) -> None:
        for kept in (self._flat, self._written):
            for key in [key for key in kept if key[0] == address]:
                del kept[key]

    def forget_all(self) -> None:
        """Nothing: what is painted is painted again whenever the screen is drawn."""

    async def prepare(self, seen: Seen) -> str:
        cell = self.terminal.cell
        if cell is None:
            return ""
        key = (*seen._replace(x=0, y=0), cell)
        written = self._written.get(key)
        if written is None:
            written = await self._encoded(seen, cell)
            self._keep(key, written)
        return f"\x1b7\x1b[{seen.y + 1};{seen.x + 1}H{written}\x1b8"

    async def _encoded(self, seen: Seen, cell: Pixels) -> str:
        key = (seen.address, seen.columns, seen.rows, seen.ground, cell)
        flat = self._flat.pop(key, None)
        if flat is None:
            content = await self.content(seen.address)
            size = (seen.columns * cell[0], seen.rows * cell[1])
            colours = self.terminal.abilities.colours
            flat = await asyncio.to_thread(_flat, content, size, seen.ground, colours)
        part = (0, seen.first * cell[1], flat.width, seen.last * cell[1])
        written = await asyncio.to_thread(sixel.encoded, flat.crop(part))
        if len(written) > HEAVY:
            flat = await asyncio.to_thread(
                sixel.with_palette, flat.convert("RGB"), sixel.FEW, seen.ground
            )
            written = await asyncio.to_thread(sixel.encoded, flat.crop(part))
        self._flat[key] = flat
        while len(self._flat) > FLAT:
            self._flat.popitem(last=False)
        return written

    def _keep(self, key: tuple[object, ...], written: str) -> None:
        self._written[key] = written
        while len(self._written) > 1 and sum(map(len, self._written.values())) > WRITTEN:
            self._written.popitem(last=False)


def _flat(content: bytes, size: Pixels, ground: str, colours: int) -> Image:
    flat = sixel.flattened(decode(content, size), size, ground)
    return sixel.with_palette(flat, colours, ground)


def easel_for(terminal: Terminal, content: Content) -> Easel | None:
    """Return the best way in which a terminal draws pictures; None for none."""
    if terminal.placeholders:
        return KittyEasel(terminal, content)
    return SixelEasel(terminal, content) if terminal.sixel else None
