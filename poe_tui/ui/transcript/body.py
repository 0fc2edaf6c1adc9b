"""The text of a message with some of its blocks folded away."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from poe_tui.markdown.document import Block, Document
from poe_tui.markdown.rows import BLANK, DECOR, Look, Row, Span
from poe_tui.ui.transcript.pieces import TARGET, row_of

COLLAPSED_ROWS: Final = 3
"""How many rows a folded message keeps."""

_MORE: Final = Look("dim", DECOR, link=TARGET + "fold")


class CodeSpot(NamedTuple):
    """A code block: which one of the block that begins at source line `line`."""

    line: int
    nth: int


class Folds(msgspec.Struct):
    """What the reader has folded and unfolded in one message.

    Blocks go by their first source line, which stays the same at any width and while text comes.
    Reasoning is folded until opened; code, in lists and quotes too, is open until folded.
    """

    opened: set[int] = msgspec.field(default_factory=set)
    closed: set[CodeSpot] = msgspec.field(default_factory=set)
    collapsed: bool = False

    def folded(self, block: Block) -> bool:
        """Return whether `block` as a whole is shown as one line."""
        return block.summary is not None and block.first_line not in self.opened

    def closed_in(self, block: Block) -> frozenset[int]:
        """Return which of the code blocks in `block` are shown as one line."""
        if not self.closed:
            return frozenset()
        return frozenset(nth for line, nth in self.closed if line == block.first_line)

    def toggle(self, block: Block) -> None:
        """Fold `block`, which is reasoning, or unfold it."""
        self.opened.symmetric_difference_update({block.first_line})

    def toggle_code(self, spot: CodeSpot) -> None:
        """Fold that code, or unfold it."""
        self.closed.symmetric_difference_update({spot})

    def open_row(self, block: Block, number: int) -> None:
        """Unfold whatever row `number` of `block` is folded into."""
        if self.folded(block):
            self.toggle(block)
        for nth, code in enumerate(block.codes):
            if code.first_row <= number < code.last_row:
                self.closed.discard(CodeSpot(block.first_line, nth))


class Body:
    """The visible rows of a document; `height` of them."""

    def __init__(self, document: Document, folds: Folds) -> None:
        self.document = document
        self.height = 0
        self.folded = False
        """True when something is shown as one line."""
        self.folds = folds
        self._known = 0
        self.refresh(whole=True)

    def refresh(self, *, whole: bool = False) -> None:
        """Take in that the document has grown; `whole`: that anything in it, or a fold, is new."""
        blocks = self.document.blocks
        if whole:
            self.folded = False
        for index in range(0 if whole else min(self._known, len(blocks)), len(blocks)):
            block = blocks[index]
            folded, closed = self.folds.folded(block), self.folds.closed_in(block)
            if (folded, closed) != (block.folded, block.closed):
                self.document.fold(block, folded, closed)
            self.folded = self.folded or folded or bool(closed)
        # The last block of a growing text is rendered again and again.
        self._known = max(0, len(blocks) - 1)
        self.height = self.document.height
        if self.folds.collapsed and self.height > COLLAPSED_ROWS + 1:
            self.height = COLLAPSED_ROWS + 1

    @property
    def hides_rest(self) -> bool:
        """True while only the first rows of a long message are shown."""
        return self.height < self.document.height

    def row(self, y: int) -> Row:
        """Return visible row `y`; an empty one outside."""
        if not 0 <= y < self.height:
            return BLANK
        if self.hides_rest and y == COLLAPSED_ROWS:
            more = self.document.height - COLLAPSED_ROWS
            return row_of([Span(f"▸ {more:,} more rows", _MORE)])
        return self.document.row(y)

    def block_at(self, y: int) -> Block | None:
        """Return the block that visible row `y` belongs to, None for a row between blocks."""
        if not 0 <= y < self.height or (self.hides_rest and y == COLLAPSED_ROWS):
            return None
        return self.document.block_at(y)

    def start_of(self, block: Block, number: int = 0) -> int:
        """Return the visible row at which row `number` of `block` is, or what it is folded into."""
        row = self.document.start_of(block) + block.place_of(number)
        return min(row, max(0, self.height - 1))
