"""Where the reader is in a message, told by its text: the same at every width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from poe_tui.markdown.rows import Row, row_text
from poe_tui.ui.transcript.entry import Entry, Spot


class Anchor(NamedTuple):
    """A row of the message `key`.

    It is `gap` rows above the one that has letter number `letters`, blanks not counted, of what
    source line `line` says in its block: so it is found again where the rows break elsewhere.
    """

    key: str
    spot: Spot
    line: int = -1
    letters: int = 0
    gap: int = 0


def anchor_at(entry: Entry, y: int) -> Anchor:
    """Return the anchor of row `y`."""
    spot = entry.spot_at(y)
    blocks = entry.body.document.blocks
    if not 0 <= spot.block < len(blocks):
        return Anchor(entry.key, spot)
    rows = blocks[spot.block].rows
    written = next((n for n in range(spot.row, len(rows)) if _letters(rows[n])), None)
    if written is None:
        # Nothing but blank rows until the end of the block: that is below all of its letters.
        return Anchor(entry.key, spot, gap=spot.row - len(rows))
    line = rows[written].line
    letters = sum(_letters(row) for row in rows[:written] if row.line == line)
    return Anchor(entry.key, spot, line, letters, written - spot.row)


def row_of(entry: Entry, anchor: Anchor) -> int:
    """Return the row of `entry` that an anchor names, at whatever width it is rendered now."""
    block, blocks = anchor.spot.block, entry.body.document.blocks
    if not 0 <= block < len(blocks):
        return entry.row_at(anchor.spot)
    return entry.row_at(Spot(block, max(0, _row_with(blocks[block].rows, anchor))))


def _row_with(rows: Sequence[Row], anchor: Anchor) -> int:
    if anchor.gap < 0:
        return len(rows) + anchor.gap
    letters = anchor.letters
    for number, row in enumerate(rows):
        if row.line == anchor.line:
            letters -= _letters(row)
            if letters < 0:
                return number - anchor.gap
    return len(rows) - anchor.gap


def _letters(row: Row) -> int:
    text = row_text(row)
    return len(text) - text.count(" ")
