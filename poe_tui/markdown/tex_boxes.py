"""Rectangles of characters: what formulas of more than one line are put together from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from poe_tui.markdown.cells import cell_len


class Box(NamedTuple):
    """Lines of the same width; line number `base` stands on the line of the text around."""

    lines: tuple[str, ...]
    base: int
    width: int

    @property
    def height(self) -> int:
        """How many lines it has."""
        return len(self.lines)


_TALL: Final = {
    **{"(": "⎛⎜⎜⎝", ")": "⎞⎟⎟⎠", "[": "⎡⎢⎢⎣", "]": "⎤⎥⎥⎦", "⌈": "⎡⎢⎢⎢", "⌉": "⎤⎥⎥⎥", "⌊": "⎢⎢⎢⎣"},
    **{"⌋": "⎥⎥⎥⎦", "{": "⎧⎪⎨⎩", "}": "⎫⎪⎬⎭", "|": "││││", "‖": "║║║║", "⟨": "╱││╲", "⟩": "╲││╱"},
}


def line_box(text: str) -> Box:
    """Return one line of text."""
    return Box((text,), 0, cell_len(text))


def beside(boxes: Sequence[Box]) -> Box:
    """Return boxes in a row, their base lines in line."""
    above = max((box.base for box in boxes), default=0)
    below = max((box.height - box.base for box in boxes), default=1)
    if above + below == 1:
        return Box(("".join(box.lines[0] for box in boxes),), 0, sum(box.width for box in boxes))
    lines = [""] * (above + below)
    for box in boxes:
        first = above - box.base
        for y in range(above + below):
            inside = first <= y < first + box.height
            lines[y] += box.lines[y - first] if inside else " " * box.width
    return Box(tuple(lines), above, sum(box.width for box in boxes))


def stacked(boxes: Sequence[Box], base: int, align: str = "c") -> Box:
    """Return boxes one below the other; the base line is that of the one with index `base`."""
    width = max((box.width for box in boxes), default=0)
    lines = [padded(line, box.width, width, align) for box in boxes for line in box.lines]
    return Box(tuple(lines), sum(box.height for box in boxes[:base]) + boxes[base].base, width)


def padded(line: str, cells: int, width: int, align: str) -> str:
    """Return a line that is `cells` wide, filled up to `width`; `align` is l, c or r."""
    spare = width - cells
    left = {"l": 0, "r": spare}.get(align, spare // 2)
    return " " * left + line + " " * (spare - left)


def fenced(left: str, body: Box, right: str) -> Box:
    """Return `body` between delimiters that are as high as it is; empty for none."""
    sides = [_delimiter(sign, body) for sign in (left, right)]
    return beside([box for box in (sides[0], body, sides[1]) if box.width])


def _delimiter(sign: str, body: Box) -> Box:
    if not sign:
        return Box(("",), 0, 0)
    parts = _TALL.get(sign)
    if body.height == 1 or parts is None:
        return line_box(sign)
    top, middle, centre, bottom = tuple(parts)
    lines = [middle] * body.height
    lines[0], lines[-1] = top, bottom
    if sign in "{}" and body.height > 2:
        lines[body.height // 2] = centre
    return Box(tuple(lines), body.base, 1)


def ruled(top: Box, bottom: Box) -> Box:
    """Return a fraction; a fraction in it is narrower than its own bar."""
    width = max(top.width, bottom.width) + 2 * (max(top.height, bottom.height) > 1)
    return stacked([top, line_box("─" * width), bottom], 1)


def rooted(body: Box, index: str) -> Box:
    """Return a root with a bar over all of `body`."""
    sign = [" │"] * body.height
    sign[-1] = "╲│"
    lines = [" ┌" + "─" * body.width]
    lines += [mark + line for mark, line in zip(sign, body.lines, strict=True)]
    box = Box(tuple(lines), body.base + 1, body.width + 2)
    return beside([line_box(index), box]) if index else box


def attached(base: Box, below: str, above: str) -> Box:
    """Return `base` with letters that are small by themselves at its last and first line."""
    if base.height == 1:
        return line_box(base.lines[0] + below + above)
    width = max(cell_len(below), cell_len(above))
    side = [above, *[""] * (base.height - 2), below]
    lines = (
        line + padded(text, cell_len(text), width, "l")
        for line, text in zip(base.lines, side, strict=True)
    )
    return Box(tuple(lines), base.base, base.width + width)


def scripted(base: Box, below: Box | None, above: Box | None) -> Box:
    """Return `base` with something small at its upper and its lower right."""
    width = max(box.width for box in (below, above) if box is not None)
    upper = above.lines if above is not None else ()
    lower = below.lines if below is not None else ()
    side = [padded(line, cell_len(line), width, "l") for line in upper]
    side += [" " * width] * base.height
    side += [padded(line, cell_len(line), width, "l") for line in lower]
    body = [" " * base.width] * len(upper) + list(base.lines) + [" " * base.width] * len(lower)
    lines = tuple(left + right for left, right in zip(body, side, strict=True))
    return Box(lines, base.base + len(upper), base.width + width)


def grid(rows: Sequence[Sequence[Box]], aligns: str, gap: int) -> Box:
    """Return boxes in columns; `aligns` has l, c or r for each, and is repeated as needed."""
    count = max((len(row) for row in rows), default=0)
    widths = [max((row[x].width for row in rows if x < len(row)), default=0) for x in range(count)]
    parted = any(box.height > 1 for row in rows for box in row)
    lines: list[str] = []
    for number, row in enumerate(rows):
        if number and parted:
            lines.append(" " * (sum(widths) + gap * (count - 1)))
        cells: list[Box] = []
        for x, width in enumerate(widths):
            box = row[x] if x < len(row) else line_box("")
            align = aligns[x % len(aligns)]
            cells.append(
                Box(tuple(padded(s, box.width, width, align) for s in box.lines), box.base, width)
            )
            if x < count - 1 and gap:
                cells.append(line_box(" " * gap))
        lines += beside(cells).lines if cells else [""]
    width = sum(widths) + gap * max(0, count - 1)
    return Box(tuple(lines), (len(lines) - 1) // 2, width)
