"""Rows being put together: what a block is drawn on before it becomes part of a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from poe_tui.markdown.cells import cell_len
from poe_tui.markdown.document import Code
from poe_tui.markdown.rows import BLANK, DECOR, Look, Row, Span
from poe_tui.markdown.wrap import wrap

READABLE: Final = 8
"""Text keeps at least so many cells, however deep it is nested."""


class Prefix(NamedTuple):
    """What stands before the rows of something nested: `first` before its first row, then `rest`.

    Both have the same number of cells.
    """

    first: tuple[Span, ...]
    rest: tuple[Span, ...]

    @property
    def cells(self) -> int:
        """How many cells it takes."""
        return sum(cell_len(span.text) for span in self.rest)

    def before(self, row: Row, width: int, *, first: bool) -> Row:
        """Return `row` of something `width` cells wide with this before it."""
        spans = self.first if first else self.rest
        row = grounded(row, width)
        return row._replace(spans=spans + row.spans, cells=self.cells + row.cells)

    def before_code(self, code: Code, width: int, *, first: bool) -> Code:
        """Return `code` with a summary that has this before it as its first row has."""
        if code.summary is None:
            return code
        return code._replace(summary=self.before(code.summary, width, first=first))


def gap(cells: int, look: Look | None = None) -> Span:
    """Return `cells` empty cells that are never copied."""
    return Span(" " * cells, look or Look(attrs=DECOR))


def grounded(row: Row, width: int) -> Row:
    """Return `row` with its ground written into its spans, so that it can be indented."""
    if not row.ground:
        return row
    spans = [
        span if span.look.ground else Span(span.text, span.look._replace(ground=row.ground))
        for span in row.spans
    ]
    if row.cells < width:
        spans.append(gap(width - row.cells, Look(attrs=DECOR, ground=row.ground)))
    return Row(tuple(spans), max(row.cells, width), "", row.joint, row.line)


class Canvas:
    """Rows and the code blocks among them."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.codes: list[Code] = []

    def blank(self) -> None:
        """Add an empty row, unless there is nothing above it or it is empty too."""
        if self.rows and self.rows[-1].spans:
            self.rows.append(BLANK)

    def add_code(self, rows: Sequence[Row], code: Code) -> None:
        """Add the rows of a code block, which `code` counts from 0."""
        self.codes.append(code.moved(len(self.rows)))
        self.rows += rows

    def add(self, inner: Canvas, prefix: Prefix, width: int) -> None:
        """Add everything on `inner`, which is `width` cells wide, behind `prefix`."""
        start = len(self.rows)
        for index, row in enumerate(inner.rows):
            self.rows.append(prefix.before(row, width, first=not index))
        for code in inner.codes:
            code = prefix.before_code(code, width, first=not code.first_row)
            self.codes.append(code.moved(start))


class Frame(NamedTuple):
    """What is drawn around the contents of an item or a footnote, which are `room` cells wide.

    `above` is the mark in a row of its own, where it would leave too little room for text;
    `alone` is the row of what has no contents.
    """

    prefix: Prefix
    room: int
    above: list[Row]
    alone: Row

    def add_to(self, canvas: Canvas, contents: Canvas) -> None:
        """Put it on `canvas`."""
        canvas.rows += self.above
        if contents.rows or self.above:
            canvas.add(contents, self.prefix, self.room)
        else:
            canvas.rows.append(self.alone)


def framed(mark: str, look: Look, width: int, line: int) -> Frame:
    """Return the frame of contents with `mark` before them, `width` cells wide with it."""
    size = cell_len(mark) + 1
    first = (Span(mark, look), Span(" ", Look()))
    alone = Row(first, size, "", "\n", line)
    if width - size < READABLE:
        return Frame(Prefix((), ()), width, wrap([(mark, look)], width, line=line), alone)
    return Frame(Prefix(first, (gap(size),)), width - size, [], alone)


def splice(rows: list[Row], start: int, new: list[Row]) -> int:
    """Put `new` in place of the rows from `start` on; return the first row that is different."""
    at, end = 0, min(len(rows) - start, len(new))
    while at < end and rows[start + at] == new[at]:
        at += 1
    rows[start + at :] = new[at:]
    return start + at
