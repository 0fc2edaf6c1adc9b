"""What rows say as one text, and in which row each of its characters is."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from poe_tui.markdown.rows import DECOR, Row


class Piece(NamedTuple):
    """Characters `first` to `last` (not included) of row `y`, decoration counted."""

    y: int
    first: int
    last: int


class Flat:
    """Rows that follow each other, given with their numbers, joined as they are when copied.

    `text` has no decoration in it.
    """

    def __init__(self, rows: Iterable[tuple[int, Row]]) -> None:
        text: list[str] = []
        self._starts: list[int] = []
        self._pieces: list[Piece] = []
        length = 0
        for nth, (y, row) in enumerate(rows):
            if nth:
                text.append(row.joint)
                length += len(row.joint)
            position = 0
            for span in row.spans:
                size = len(span.text)
                if not span.look.attrs & DECOR:
                    self._starts.append(length)
                    self._pieces.append(Piece(y, position, position + size))
                    text.append(span.text)
                    length += size
                position += size
        self.text = "".join(text)

    def pieces(self, first: int, last: int) -> list[Piece]:
        """Return where the characters `first` to `last` of the text are, row by row."""
        out: list[Piece] = []
        for nth in range(max(0, bisect_right(self._starts, first) - 1), len(self._starts)):
            start, piece = self._starts[nth], self._pieces[nth]
            if start >= last:
                break
            low, high = max(first, start), min(last, start + piece.last - piece.first)
            if high > low:
                out.append(Piece(piece.y, piece.first + low - start, piece.first + high - start))
        return out

    def position(self, y: int, at: int) -> int:
        """Return which character of the text is number `at` of row `y`, or the next one after."""
        for start, piece in zip(self._starts, self._pieces, strict=True):
            if (piece.y, piece.last) > (y, at):
                return start + max(0, at - piece.first if piece.y == y else 0)
        return len(self.text)
