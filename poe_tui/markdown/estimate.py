"""How high a text will be, guessed from what it is made of.

5,000 guesses are made before the first frame of a conversation, so that nothing here looks at a
text line by line: its shape is taken once, in two microseconds, and another width costs a fifth of
one for each text, all of them being guessed in one go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

_TARGET: Final = 24
"""Characters of where a link leads, with its brackets, on average: they are not shown."""

_LOST: Final = 3
"""Cells at the end of a row that a word did not fit into, on average."""

_THOUGHTS: Final = ("Thinking...", "*Thinking...*")


class Shape(NamedTuple):
    """What of a text says how high it is: lines with and without text, and characters shown."""

    written: int
    blank: int
    size: int


def rows_of(shapes: Iterable[Shape], width: int) -> list[int]:
    """Return about how many rows each of the texts takes at `width` cells.

    A line takes a row; a long one as many as it fills, and on average half of another.
    """
    room = max(1, width - _LOST)
    return [
        blank + (filled if (filled := round(size / room + 0.6 * written)) > written else written)
        for written, blank, size in shapes
    ]


def rows_per_character(sizes: Sequence[int], rows: Sequence[int]) -> float:
    """Return how many rows a character takes, beyond the first row of each text, in texts of so
    many characters that take so many rows.
    """
    return max(0, sum(rows) - len(rows)) / max(1, sum(sizes))


def shape_of(text: str, *, plain: bool = False) -> Shape:
    """Return the shape of `text`; `plain` when it is no Markdown."""
    if not text:
        return Shape(0, 0, 0)
    lines, size = 1 + text.count("\n"), len(text)
    if plain:
        return Shape(lines, 0, size)
    if text.startswith(_THOUGHTS):
        # Reasoning is folded into one row.
        end = text.rfind("\n> ") + 1
        lines -= text.count("\n", 0, end)
        size -= end
    blank = text.count("\n\n")
    hidden = _TARGET * text.count("](")
    return Shape(max(1, lines - blank), blank, size - min(hidden, size // 2))
