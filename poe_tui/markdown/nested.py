"""The rows of a document inside another block."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from poe_tui.markdown.canvas import Canvas, Prefix
from poe_tui.markdown.document import Block, Code
from poe_tui.markdown.rows import BLANK, Row

if TYPE_CHECKING:
    from poe_tui.markdown.growth import Growth


def _always(block: Block) -> bool:
    return True


class Nested:
    """The rows of a document that grows inside another block, with `prefix` before them.

    `parted` tells of a block, when it is put below `rows`, whether an empty row parts it from them.
    `above` are rows that come first, which have their prefix already.
    """

    def __init__(
        self,
        inside: Growth,
        prefix: Prefix,
        parted: Callable[[Block], bool] = _always,
        above: Canvas | None = None,
    ) -> None:
        above = above or Canvas()
        self.inside = inside
        self.rows: list[Row] = list(above.rows)
        self.codes: list[Code] = list(above.codes)
        self._above = (len(above.rows), len(above.codes))
        self._prefix = prefix
        self._parted = parted
        self._starts: list[int] = []

    def adopt(self, first: int | None) -> int:
        """Take over what has changed inside: of the rows those from `first` on, None for none.

        Returns the first row that has changed, how many there are if none has.
        """
        kept = len(self.rows) if first is None else self._draw(first)
        # Code whose rows are as they were may have another language, or text.
        self.codes[self._above[1] :] = [
            self._prefix.before_code(code, self.inside.width, first=not code.first_row)
            for block, start in zip(self.inside.blocks, self._starts, strict=True)
            for code in (code.moved(start) for code in block.codes)
        ]
        return kept

    def _draw(self, first: int) -> int:
        inside = self.inside
        index = max(0, inside.index_at(first))
        offset = first - inside.start(index) if index < len(self._starts) and inside.blocks else 0
        kept = self._starts[index] + offset if offset else self._end(index - 1)
        del self.rows[kept:]
        del self._starts[index + (offset > 0) :]
        for block in inside.blocks[index:]:
            if not offset:
                if self.rows and self._parted(block):
                    self._add(BLANK)
                self._starts.append(len(self.rows))
            for row in block.rows[offset:]:
                self._add(row)
            offset = 0
        return kept

    def _end(self, index: int) -> int:
        """Return the row after the block with `index`, which is as it was."""
        if index < 0:
            return self._above[0]
        return self._starts[index] + len(self.inside.blocks[index].rows)

    def _add(self, row: Row) -> None:
        self.rows.append(self._prefix.before(row, self.inside.width, first=not self.rows))
