r"""TeX formulas to Unicode: on one line, or drawn over several.

What has no form in Unicode keeps its name, so that nothing of a formula is lost. A formula whose
braces do not match is given back as None: it is shown as it was written.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from poe_tui.markdown import tex_boxes as boxes
from poe_tui.markdown.tex_nodes import Grid, Group
from poe_tui.markdown.tex_reader import read

_INDENT: Final = 4
"""Cells that the rest of a formula too long for one line is set in by."""

_BREAKS: Final = ("rel", "bin")


@lru_cache(maxsize=256)
def tex_text(source: str) -> str | None:
    """Return `source` on one line; None when it does not hold together."""
    formula = read(source)
    return None if formula is None else formula.line().strip() or None


@lru_cache(maxsize=256)
def tex_rows(source: str) -> list[str] | None:
    """Return `source` on one line, or on one for each of those it sets below one another.

    None when it does not hold together.
    """
    formula = read(source)
    if formula is None:
        return None
    return [text for row in _rows(formula) if (text := row.line().strip())] or None


@lru_cache(maxsize=256)
def tex_lines(source: str, width: int) -> list[str] | None:
    """Return `source` drawn in lines of at most `width` cells.

    A formula that is too wide is parted where it is set in lines, and before a sign between its
    parts. None when it does not hold together, or has a part that is too wide by itself.
    """
    formula = read(source)
    if formula is None:
        return None
    rows = [formula] if formula.box().width <= width else _rows(formula)
    parts = [box for row in rows for box in _parted(row, width)]
    if any(box.width > width for box in parts):
        return None
    apart = any(box.height > 1 for box in parts)
    lines: list[str] = []
    for box in parts:
        if lines and apart:
            lines.append("")
        lines += [line.rstrip() for line in box.lines]
    return lines


def _rows(formula: Group) -> list[Group]:
    """Return the lines that a formula is set in, which is itself unless it is nothing else."""
    grid = formula.parts[0] if len(formula.parts) == 1 else None
    if not isinstance(grid, Grid) or grid.left or grid.right or grid.gap:
        return [formula]
    cells = ([cell for cell in row if isinstance(cell, Group)] for row in grid.rows)
    return [Group([part for cell in row for part in cell.parts]) for row in cells]


def _parted(formula: Group, width: int) -> list[boxes.Box]:
    """Return the boxes that a formula is drawn as, one below the other."""
    found: list[boxes.Box] = []
    row: list[boxes.Box] = []
    for box in _segments(formula):
        room = width - (_INDENT if found else 0)
        if row and sum(part.width for part in row) + box.width > room:
            found.append(_set_in(row, first=not found))
            row = []
        row.append(box)
    return [*found, _set_in(row, first=not found)]


def _segments(formula: Group) -> list[boxes.Box]:
    """Return the stretches between which a formula may be parted."""
    segments: list[list[boxes.Box]] = [[]]
    before = ""
    for part, box in zip(formula.parts, formula.pieces(), strict=True):
        breaks = before == "space" or (part.kind in _BREAKS and before not in _BREAKS)
        if segments[-1] and breaks:
            segments.append([])
        segments[-1].append(box)
        before = part.kind
    return [boxes.beside(segment) for segment in segments]


def _set_in(row: list[boxes.Box], *, first: bool) -> boxes.Box:
    return boxes.beside(row if first else [boxes.line_box(" " * (_INDENT - 1)), *row])
