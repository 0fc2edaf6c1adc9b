"""Text selected with the mouse: which characters of a row, and what is copied."""

from __future__ import annotations

from textual.geometry import Offset
from textual.selection import Selection

from poe_tui.markdown.rows import DECOR, Row
from poe_tui.ui.transcript.canvas import ROWS_APART, line_number
from poe_tui.ui.transcript.column import Column
from poe_tui.ui.transcript.entry import Entry
from poe_tui.ui.transcript.strips import Stretch


def prefix_length(entry: Entry, y: int) -> int:
    """Return how many characters a strip has before those of row `y`: marker and lead."""
    return 1 + sum(len(span.text) for span in entry.lead_of(y))


def selected_stretch(selection: Selection, index: int, entry: Entry, y: int) -> Stretch | None:
    """Return the selected characters of row `y` of entry `index`; None for none."""
    span = selection.get_span(line_number(index, y))
    if span is None:
        return None
    length = sum(len(piece.text) for piece in entry.row(y).spans)
    before = prefix_length(entry, y)
    first = min(max(0, span[0] - before), length)
    last = length if span[1] == -1 else min(max(0, span[1] - before), length)
    return Stretch(first, last, "selection") if last > first else None


def whole_message(index: int, entry: Entry) -> Selection:
    """Return the selection of everything in a message but its header."""
    return Selection(
        Offset(0, line_number(index, 1)), Offset(1 << 20, line_number(index, entry.height - 1))
    )


def selected_text(column: Column, selection: Selection) -> str:
    """Return the visible text under `selection`, as a person expects it: lines that were only
    wrapped are joined again, and nothing that is decoration is in it.
    """
    first = 0 if selection.start is None else selection.start.y
    end = len(column) * ROWS_APART if selection.end is None else selection.end.y
    lines: list[str] = []
    for index in range(max(0, first // ROWS_APART), min(len(column), end // ROWS_APART + 1)):
        entry = column.entry(index)
        low = max(0, first - index * ROWS_APART)
        high = min(entry.height - 1, end - index * ROWS_APART)
        for y in range(low, high + 1):
            row = entry.row(y)
            stretch = selected_stretch(selection, index, entry, y)
            text = "" if stretch is None else plain_text(row, stretch.first, stretch.last)
            if row.joint == "\n" or not lines:
                lines.append(text)
            else:
                lines[-1] += row.joint + text
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def plain_text(row: Row, first: int = 0, last: int | None = None) -> str:
    """Return characters `first` to `last` of a row without its decoration."""
    out = []
    start = 0
    for span in row.spans:
        end = start + len(span.text)
        if not span.look.attrs & DECOR:
            low = max(first, start) - start
            high = (end if last is None else min(last, end)) - start
            if high > low:
                out.append(span.text[low:high])
        start = end
    return "".join(out)
