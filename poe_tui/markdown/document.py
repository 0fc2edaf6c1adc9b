"""A rendered text: its blocks, and the rows they show."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from poe_tui.markdown.rows import BLANK, Row


class Code(NamedTuple):
    """A code block, however deep: rows `first_row` to `last_row` (half open) of its block."""

    first_row: int
    last_row: int
    text: str
    language: str

    def moved(self, rows: int) -> Code:
        """Return it so many rows further down."""
        return self._replace(first_row=self.first_row + rows, last_row=self.last_row + rows)


class Block(msgspec.Struct):
    """A top-level block of a text.

    `kind` is paragraph, heading, list, code, table, quote, rule, html, math, footnotes, reasoning
    or plain. It comes from source lines `first_line` to `last_line` (half open, counted from 0).
    `rows` are all of its rows; `summary` stands for them while `folded`, None when the block is too
    short to fold. `codes` are the code blocks in it, in order.
    """

    kind: str
    first_line: int
    last_line: int
    rows: list[Row] = msgspec.field(default_factory=list)
    codes: list[Code] = msgspec.field(default_factory=list)
    summary: Row | None = None
    folded: bool = False

    @property
    def shown(self) -> Sequence[Row]:
        """The rows on screen: the summary alone while folded."""
        return (self.summary,) if self.folded and self.summary is not None else self.rows

    @property
    def code(self) -> str | None:
        """The source of a code block; None for other kinds."""
        return self.codes[0].text if self.kind == "code" and self.codes else None

    @property
    def language(self) -> str:
        """The language a code block names; empty for none."""
        return self.codes[0].language if self.kind == "code" and self.codes else ""


class Document:
    """Blocks, one blank row between each two; rows are counted from 0 over what is shown.

    After changing `folded` of a block call `refit` with its index.
    """

    def __init__(self, blocks: list[Block] | None = None) -> None:
        self.blocks: list[Block] = blocks or []
        self._starts: list[int] = []
        self._height = 0
        self.refit()

    @property
    def height(self) -> int:
        """The number of rows shown, blank ones between blocks included."""
        return self._height

    def refit(self, first: int = 0) -> None:
        """Count rows again from the block with index `first` on."""
        starts = self._starts
        del starts[first:]
        at = starts[-1] + len(self.blocks[first - 1].shown) + 1 if starts else 0
        for block in self.blocks[len(starts) :]:
            starts.append(at)
            at += len(block.shown) + 1
        self._height = max(0, at - 1)

    def row(self, y: int) -> Row:
        """Return row `y`; blank between two blocks and outside."""
        index = bisect_right(self._starts, y) - 1
        if index < 0:
            return BLANK
        shown = self.blocks[index].shown
        offset = y - self._starts[index]
        return shown[offset] if offset < len(shown) else BLANK

    def rows(self) -> list[Row]:
        """Return every row shown."""
        return [self.row(y) for y in range(self._height)]

    def block_at(self, y: int) -> Block | None:
        """Return the block shown at row `y`; None between two blocks and outside."""
        index = bisect_right(self._starts, y) - 1
        if index < 0 or y - self._starts[index] >= len(self.blocks[index].shown):
            return None
        return self.blocks[index]

    def index_at(self, y: int) -> int:
        """Return the index of the block at row `y`, or of the one before it; -1 above the first."""
        return bisect_right(self._starts, y) - 1

    def start(self, index: int) -> int:
        """Return the first row of the block with that index."""
        return self._starts[index]

    def start_of(self, block: Block) -> int:
        """Return the first row of `block`; ValueError when it is not in the document."""
        index = self._index(block)
        return self._starts[index]

    def fold(self, block: Block, folded: bool) -> int:
        """Fold or open `block`; returns the first row that has changed."""
        index = self._index(block)
        block.folded = folded and block.summary is not None
        self.refit(index)
        return self._starts[index]

    def _index(self, block: Block) -> int:
        for index, candidate in enumerate(self.blocks):
            if candidate is block:
                return index
        raise ValueError("the block is not in this document")
