"""Tables to rows.

Column widths come from the first rows only (`sample_size`), so that a table which is still growing
never moves what is already on screen. A table too wide shrinks its widest columns; when they would
become too narrow to read, each row turns into a list of names and values.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from poe_tui.markdown.canvas import gap
from poe_tui.markdown.cells import cell_len
from poe_tui.markdown.rows import BLANK, BOLD, DECOR, Look, Row, Span
from poe_tui.markdown.wrap import Run, wrap

_SAMPLE: Final = 24
_SAMPLE_CELLS: Final = 240
NARROWEST: Final = 8
"""Cells a column must keep when it is shrunk."""

_HANG: Final = 2
"""Cells that the further lines of a value are set in by, where names stand before values."""

_LINE: Final = Look("faint", DECOR)
_BAR: Final = Span(" │ ", _LINE)

Cells = list[list[Run]]
"""The cells of one row."""


def sample_size(columns: int) -> int:
    """Return how many rows a table's layout depends on; fewer where each has many cells."""
    return max(2, min(_SAMPLE, _SAMPLE_CELLS // max(1, columns)))


class Shape(NamedTuple):
    """How a table is laid out.

    `widths` are the columns' cells, `aligns` one of left, center, right each. Empty `widths`: names
    and values. `ruled`: a line between each two rows, because some take several lines.
    """

    names: Cells
    aligns: list[str]
    widths: list[int]
    ruled: bool
    width: int


def shape_of(names: Cells, aligns: list[str], rows: list[Cells], width: int) -> Shape:
    """Return the layout of a table that has the header `names` and begins with `rows`."""
    sample = [names, *rows[: sample_size(len(names))]]
    natural = [1] * len(names)
    for cells in sample:
        for column, runs in enumerate(cells[: len(names)]):
            natural[column] = max(natural[column], _natural(runs))
    room = width - len(_BAR.text) * (len(names) - 1)
    widths = _fitted(natural, room)
    ruled = bool(widths) and any(
        _natural(c) > w for r in sample for c, w in zip(r, widths, strict=False)
    )
    return Shape(names, aligns, widths, ruled, width)


def _natural(runs: list[Run]) -> int:
    widest = current = 0
    for text, _ in runs:
        current = 0 if text == "\n" else current + cell_len(text)
        widest = max(widest, current)
    return widest


def _fitted(natural: list[int], room: int) -> list[int]:
    """Return the columns' widths in `room` cells; none when one would be too narrow."""
    if sum(natural) <= room:
        return natural
    if len(natural) == 1:
        return [max(1, room)]
    left, spare = len(natural), room
    widths = [0] * left
    for column in sorted(range(len(natural)), key=natural.__getitem__):
        widths[column] = min(natural[column], spare // left)
        spare -= widths[column]
        left -= 1
    if any(w < min(NARROWEST, n) for w, n in zip(widths, natural, strict=True)):
        return []
    return widths


def header_rows(shape: Shape, line: int) -> list[Row]:
    """Return the rows of the header; none when names stand beside values."""
    if not shape.widths:
        return []
    bold = [
        [(text, look._replace(attrs=look.attrs | BOLD)) for text, look in runs]
        for runs in shape.names
    ]
    return [*_grid_rows(bold, shape, line), _rule(shape, line)]


def _rule(shape: Shape, line: int) -> Row:
    text = "─┼─".join("─" * width for width in shape.widths)
    return Row((Span(text, _LINE),), len(text), "", "\n", line)


def body_rows(cells: Cells, shape: Shape, line: int, *, first: bool) -> list[Row]:
    """Return the rows of one row of the table; `first` is the one below the header."""
    if shape.widths:
        above = [] if first or not shape.ruled else [_rule(shape, line)]
        return above + _grid_rows(cells, shape, line)
    rows: list[Row] = [] if first else [BLANK]
    for name, value in zip(shape.names, cells, strict=False):
        label = [(text, look._replace(role="dim", attrs=look.attrs | BOLD)) for text, look in name]
        colon = (": " if label else "", Look("dim"))
        hang = _HANG if shape.width > 4 * _HANG else 0
        lines = wrap([*label, colon, *value], shape.width - hang, line=line)
        rows += lines[:1]
        rows += (
            row._replace(spans=(gap(hang), *row.spans), cells=row.cells + hang) for row in lines[1:]
        )
    return rows


def _grid_rows(cells: Cells, shape: Shape, line: int) -> list[Row]:
    columns = [
        wrap(runs, width, line=line) for runs, width in zip(cells, shape.widths, strict=False)
    ]
    columns += [[BLANK]] * (len(shape.widths) - len(columns))
    rows: list[Row] = []
    for y in range(max(map(len, columns))):
        spans: list[Span] = []
        for column, lines in enumerate(columns):
            row = lines[y] if y < len(lines) else BLANK
            if column:
                spans += (Span(" ", Look()), Span("│ ", _LINE))
            spans += _aligned(row, shape.widths[column], shape.aligns[column])
        total = sum(shape.widths) + len(_BAR.text) * (len(columns) - 1)
        rows.append(Row(tuple(spans), total, "", "\n", line))
    return rows


def _aligned(row: Row, width: int, align: str) -> list[Span]:
    spare = width - row.cells
    if spare <= 0:
        return list(row.spans)
    before = {"right": spare, "center": spare // 2}.get(align, 0)
    sides = (gap(before), *row.spans, gap(spare - before))
    return [span for span in sides if span.text]
