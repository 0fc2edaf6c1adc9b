"""A rendered text: its blocks, and the rows they show."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from poe_tui.markdown.rows import BLANK, Row


class Code(NamedTuple):
    """A code block, however deep: rows `first_row` to `last_row` (half open) of its block.

    `summary` stands for them while it is folded; None when it is too short to fold.
    """

    first_row: int
    last_row: int
    text: str
    language: str
    summary: Row | None = None

    def moved(self, rows: int) -> Code:
        """Return it so many rows further down."""
        return self._replace(first_row=self.first_row + rows, last_row=self.last_row + rows)


class Gap(NamedTuple):
    """Rows `first` to `last` (half open) of a block that are folded away, `row` in their place."""

    first: int
    last: int
    row: Row

    @property
    def hidden(self) -> int:
        """By how many rows the block is lower for it."""
        return self.last - self.first - 1


class Block(msgspec.Struct):
    """A top-level block of a text.

    `kind` is paragraph, heading, list, code, table, quote, rule, html, math, footnotes, reasoning
    or plain. It comes from source lines `first_line` to `last_line` (half open, counted from 0).
    `rows` are all of its rows; `summary` stands for them while `folded`, None where the block is
    never folded as a whole. `codes` are the code blocks in it, in order, and `closed` are the
    numbers of those that are folded.
    """

    kind: str
    first_line: int
    last_line: int
    rows: list[Row] = msgspec.field(default_factory=list)
    codes: list[Code] = msgspec.field(default_factory=list)
    summary: Row | None = None
    folded: bool = False
    closed: frozenset[int] = frozenset()

    @property
    def gaps(self) -> Sequence[Gap]:
        """What is folded away, from the top."""
        if self.folded and self.summary is not None:
            return (Gap(0, len(self.rows), self.summary),)
        if not self.closed:
            return ()
        folded = (code for nth, code in enumerate(self.codes) if nth in self.closed)
        return [Gap(c.first_row, c.last_row, c.summary) for c in folded if c.summary is not None]

    @property
    def height(self) -> int:
        """The number of rows shown."""
        if not self.folded and not self.closed:
            return len(self.rows)
        return len(self.rows) - sum(gap.hidden for gap in self.gaps)

    def row(self, y: int) -> Row:
        """Return the row shown at `y`; IndexError past the end."""
        at = self.number_of(y)
        return next((gap.row for gap in self.gaps if gap.first == at), self.rows[at])

    def number_of(self, y: int) -> int:
        """Return which of `rows` is shown at `y`; the first of those that a summary stands for."""
        for gap in self.gaps:
            if y <= gap.first:
                break
            y += gap.hidden
        return y

    def place_of(self, number: int) -> int:
        """Return where row `number` of `rows` is shown; that of the summary if it is folded."""
        hidden = 0
        for gap in self.gaps:
            if number < gap.last:
                return min(number, gap.first) - hidden
            hidden += gap.hidden
        return number - hidden

    def fold_like(self, other: Block) -> None:
        """Fold what is folded in `other`, which stood in its place."""
        self.folded, self.closed = other.folded, other.closed

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

    After changing what is folded in a block call `refit` with its index.
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
        at = starts[-1] + self.blocks[first - 1].height + 1 if starts else 0
        for block in self.blocks[len(starts) :]:
            starts.append(at)
            at += block.height + 1
        self._height = max(0, at - 1)

    def row(self, y: int) -> Row:
        """Return row `y`; blank between two blocks and outside."""
        index = bisect_right(self._starts, y) - 1
        if index < 0:
            return BLANK
        block, offset = self.blocks[index], y - self._starts[index]
        return block.row(offset) if offset < block.height else BLANK

    def rows(self) -> list[Row]:
        """Return every row shown."""
        return [self.row(y) for y in range(self._height)]

    def block_at(self, y: int) -> Block | None:
        """Return the block shown at row `y`; None between two blocks and outside."""
        index = bisect_right(self._starts, y) - 1
        if index < 0 or y - self._starts[index] >= self.blocks[index].height:
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

    def fold(self, block: Block, folded: bool, closed: frozenset[int] = frozenset()) -> int:
        """Fold or open `block`, and of its code blocks fold those with the numbers in `closed`;
        returns the first row that has changed.
        """
        index = self._index(block)
        block.folded, block.closed = folded and block.summary is not None, closed
        self.refit(index)
        return self._starts[index]

    def _index(self, block: Block) -> int:
        for index, candidate in enumerate(self.blocks):
            if candidate is block:
                return index
        raise ValueError("the block is not in this document")
