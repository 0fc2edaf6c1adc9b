"""Finding text in a conversation, folded and not yet rendered messages included."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import Final, NamedTuple

from poe_tui.markdown.rows import DECOR
from poe_tui.ui.transcript.column import Column
from poe_tui.ui.transcript.entry import Entry
from poe_tui.ui.transcript.strips import Stretch

NEAR: Final = 8
"""Rows above and below that are looked at for a match that goes on over the end of a row."""


_GAP: Final = r"[*_~`]*\s[\s>*_~`]*"
"""What may stand between two words in the source: a gap, with emphasis or quote marks around it."""


class Piece(NamedTuple):
    """The part of a match that is in one row: characters `first` to `last` of row `y`."""

    y: int
    first: int
    last: int


class Finder:
    """The matches of one query.

    They are counted in the messages' source, so that 5,000 messages need no rendering; upper and
    lower case are the same, and a blank in the query matches any white space. Where a message is
    drawn, its matches are looked for in the visible text: emphasis between two words does no harm,
    emphasis inside a word hides a match from the count, an address behind a link shows none on
    screen.
    """

    def __init__(self, column: Column, query: str) -> None:
        words = [re.escape(word) for word in query.split()]
        self.query = query
        self.pattern = re.compile(_GAP.join(words), re.IGNORECASE) if words else None
        self.at = -1
        """Which match is the current one, counted from 0; -1 for none yet."""
        self._column = column
        self._ids: list[str] = []
        self._sums: list[int] = [0]
        self.current: tuple[str, list[Piece]] | None = None
        self.recount()

    def recount(self) -> int:
        """Count again, for messages have come or gone; return the number of matches."""
        counts: list[int] = []
        self._ids = []
        if self.pattern is not None:
            for item in self._column.items:
                count = sum(1 for _ in self.pattern.finditer(item.text))
                if count:
                    self._ids.append(item.id)
                    counts.append(count)
        self._sums = list(accumulate(counts, initial=0))
        return self.count

    @property
    def count(self) -> int:
        """How many matches there are."""
        return self._sums[-1]

    def start_near(self, index: int) -> None:
        """Make the next step land on the first match at or after message `index`."""
        column = self._column
        for place, key in enumerate(self._ids):
            where = column.index_of(key)
            if where is not None and where >= index:
                self.at = self._sums[place] - 1
                return
        self.at = -1

    def step(self, by: int) -> tuple[int, Piece] | None:
        """Go to another match, around the ends; return its message and first row, None for none.

        Whatever is folded over it is unfolded.
        """
        if not self.count:
            self.current = None
            return None
        self.at = (self.at + by) % self.count
        place = bisect_right(self._sums, self.at) - 1
        key = self._ids[place]
        index = self._column.index_of(key)
        if index is None:
            return None
        entry = self._column.entry(index)
        matches = self.matches(entry)
        if len(matches) < self._sums[place + 1] - self._sums[place]:
            self._unfold(entry)
            matches = self.matches(entry)
        if not matches:
            self.current = (key, [])
            return index, Piece(0, 0, 0)
        nth = min(self.at - self._sums[place], len(matches) - 1)
        self.current = (key, matches[nth])
        return index, matches[nth][0]

    def _unfold(self, entry: Entry) -> None:
        assert self.pattern is not None
        folds = self._column.folds_of(entry)
        folds.collapsed = False
        for block in entry.body.document.blocks:
            if folds.folded(block):
                text = "\n".join("".join(span.text for span in row.spans) for row in block.rows)
                if self.pattern.search(text):
                    folds.toggle(block)
        self._column.grown(entry.key, whole=True)

    def matches(self, entry: Entry, first: int = 1, last: int | None = None) -> list[list[Piece]]:
        """Return the matches in rows `first` to `last` (not included; None: to the end)."""
        if self.pattern is None:
            return []
        end = entry.height if last is None else min(last, entry.height)
        text: list[str] = []
        starts: list[int] = []
        pieces: list[Piece] = []
        length = 0
        for y in range(max(1, first), end):
            row = entry.row(y)
            text.append(row.joint)
            length += len(row.joint)
            position = 0
            for span in row.spans:
                size = len(span.text)
                if not span.look.attrs & DECOR:
                    starts.append(length)
                    pieces.append(Piece(y, position, position + size))
                    text.append(span.text)
                    length += size
                position += size
        flat = "".join(text)
        found = self.pattern.finditer(flat)
        return [_pieces_of(match.start(), match.end(), starts, pieces) for match in found]

    def stretches(self, entry: Entry, y: int) -> list[Stretch]:
        """Return what is found in row `y`, and the current match among it."""
        now = self.current[1] if self.current is not None and self.current[0] == entry.key else []
        out = []
        for match in self.matches(entry, y - NEAR, y + NEAR + 1):
            out += [Stretch(p.first, p.last, "match") for p in match if p.y == y]
        out += [Stretch(p.first, p.last, "current") for p in now if p.y == y]
        return out


def _pieces_of(first: int, last: int, starts: list[int], pieces: list[Piece]) -> list[Piece]:
    """Cut the characters `first` to `last` of the joined text into their rows."""
    out = []
    for index in range(max(0, bisect_right(starts, first) - 1), len(starts)):
        start, piece = starts[index], pieces[index]
        if start >= last:
            break
        low, high = max(first, start), min(last, start + piece.last - piece.first)
        if high > low:
            out.append(Piece(piece.y, piece.first + low - start, piece.first + high - start))
    return out
