"""Selected text: which characters of a row, what is a word and a line, and what is copied."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from textual.geometry import Offset
from textual.selection import Selection

from poe_tui.markdown.cells import cell_len, clusters
from poe_tui.markdown.rows import DECOR, Row, rows_text
from poe_tui.ui.transcript.column import Column
from poe_tui.ui.transcript.entry import Entry
from poe_tui.ui.transcript.flat import Flat
from poe_tui.ui.transcript.strips import Stretch

#: What a double click takes for one word: paths, addresses and numbers too; in code, a name.
_WORD: Final = re.compile(r"[\w@%#&=?~/+:.'’-]+|\S")
_NAME: Final = re.compile(r"\w+|\S")
_NOT_LAST: Final = ".:?'’-"


ROWS_APART: Final = 1 << 22
"""More rows than one message can have."""


def line_number(index: int, row: int) -> int:
    """Return a number for row `row` of entry `index` that sorts downwards and that heights above it
    do not change.
    """
    return index * ROWS_APART + row


class Point(NamedTuple):
    """Character `at` of row `y` of a message, told by its place in the column; decoration counted.

    Points sort downwards.
    """

    place: int
    y: int
    at: int


class Stop(NamedTuple):
    """What a reader sees as one character: `first` to `last` (not included), from cell `cell`."""

    first: int
    last: int
    cell: int


def stops(row: Row) -> list[Stop]:
    """Return the characters of `row` that can be selected, from the left."""
    found: list[Stop] = []
    at = cell = 0
    for span in row.spans:
        if span.look.attrs & DECOR:
            cell += cell_len(span.text)
        else:
            for first, last, cells in clusters(span.text):
                found.append(Stop(at + first, at + last, cell))
                cell += cells
        at += len(span.text)
    return found


def stop_under(row: Row, cell: int) -> int:
    """Return the character of `row` that covers `cell`, counted from its text; or the end's."""
    at = 0
    for span in row.spans:
        for first, _, cells in clusters(span.text):
            if cell < cells:
                return at + first
            cell -= cells
        at += len(span.text)
    return at


def selection_of(column: Column, one: Point, other: Point) -> Selection:
    """Return the selection from one character to another, both included."""
    start, end = sorted((one, other))
    row = column.entry(end.place).row(end.y)
    last = next((stop.last for stop in stops(row) if stop.first <= end.at < stop.last), end.at + 1)
    return Selection(
        Offset(start.at, line_number(start.place, start.y)),
        Offset(last, line_number(end.place, end.y)),
    )


def selected_stretch(selection: Selection, index: int, entry: Entry, y: int) -> Stretch | None:
    """Return the selected characters of row `y` of entry `index`; None for none."""
    span = selection.get_span(line_number(index, y))
    if span is None:
        return None
    length = sum(len(piece.text) for piece in entry.row(y).spans)
    first = min(span[0], length)
    last = length if span[1] == -1 else min(span[1], length)
    return Stretch(first, last, "selection") if last > first else None


def whole_message(index: int, entry: Entry) -> Selection:
    """Return the selection of everything in a message but its header."""
    return Selection(
        Offset(0, line_number(index, 1)), Offset(1 << 20, line_number(index, entry.height - 1))
    )


def line_around(entry: Entry, y: int) -> tuple[int, int]:
    """Return the rows (half open) that are one line of the text, wrapped: around row `y`."""
    first, last = y, y + 1
    while first > 1 and entry.row(first).joint != "\n":
        first -= 1
    while last < entry.height and entry.row(last).joint != "\n":
        last += 1
    return first, last


def line_at(column: Column, point: Point) -> Selection:
    """Return the selection of the line of the text that `point` is in."""
    first, last = line_around(column.entry(point.place), point.y)
    return Selection(
        Offset(0, line_number(point.place, first)),
        Offset(1 << 20, line_number(point.place, last - 1)),
    )


def word_at(column: Column, point: Point) -> Selection | None:
    """Return the selection of the word under `point`, over row ends too; None where there is none.

    A dot or colon that ends a sentence does not belong to its last word.
    """
    entry = column.entry(point.place)
    rows = range(*line_around(entry, point.y))
    flat = Flat((y, entry.row(y)) for y in rows)
    place = flat.position(point.y, point.at)
    block = entry.block_at(point.y)
    for match in (_NAME if block is not None and block.kind == "code" else _WORD).finditer(
        flat.text
    ):
        if match.start() <= place < match.end():
            kept = len(match[0].rstrip(_NOT_LAST))
            end = match.start() + kept if place < match.start() + kept else match.end()
            pieces = flat.pieces(match.start(), end)
            return Selection(
                Offset(pieces[0].first, line_number(point.place, pieces[0].y)),
                Offset(pieces[-1].last, line_number(point.place, pieces[-1].y)),
            )
    return None


def selected_text(column: Column, selection: Selection) -> str:
    """Return the visible text under `selection`, as a person expects it: lines that were only
    wrapped are joined again, and nothing that is decoration is in it.
    """
    first = 0 if selection.start is None else selection.start.y
    end = len(column) * ROWS_APART if selection.end is None else selection.end.y
    rows: list[Row] = []
    for index in range(max(0, first // ROWS_APART), min(len(column), end // ROWS_APART + 1)):
        entry = column.entry(index)
        low = max(0, first - index * ROWS_APART)
        high = min(entry.height - 1, end - index * ROWS_APART)
        for y in range(low, high + 1):
            stretch = selected_stretch(selection, index, entry, y)
            row = entry.row(y)
            rows.append(sliced(row, stretch.first, stretch.last) if stretch else sliced(row, 0, 0))
    return rows_text(rows).strip("\n")


def sliced(row: Row, first: int, last: int) -> Row:
    """Return `row` with characters `first` to `last` of its text, and all of its decoration."""
    kept = []
    start = 0
    for span in row.spans:
        end = start + len(span.text)
        if span.look.attrs & DECOR:
            kept.append(span)
        else:
            text = span.text[max(0, first - start) : max(0, last - start)]
            kept.append(span._replace(text=text))
        start = end
    return row._replace(spans=tuple(kept))
