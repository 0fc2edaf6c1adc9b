"""Finding text in a conversation, folded and not yet rendered messages included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple

from poe_tui.chat.conversation import QueuedPrompt
from poe_tui.chat.message import Message
from poe_tui.markdown.rows import BLANK, Row
from poe_tui.ui.transcript.column import Column
from poe_tui.ui.transcript.entry import TAIL, Entry, Spot
from poe_tui.ui.transcript.flat import Flat, Piece
from poe_tui.ui.transcript.layout import Heights
from poe_tui.ui.transcript.strips import Stretch

NEAR: Final = 8
"""Rows above and below that are looked at for a match that goes on over the end of a row."""

AT_ONCE: Final = 4_000_000
"""Characters of source that are counted before the first match is shown."""

SLICE: Final = 200_000
"""Characters of source that are counted in one slice of rest."""

#: Marks of Markdown that do not show: left out of the source, and of the query, to count by them.
_MARKS: Final = dict.fromkeys(map(ord, "\\*_~`>"))

_UNSEEN, _COUNTED, _EXACT = range(3)


def pattern_of(query: str) -> re.Pattern[str] | None:
    """Return what matches `query` in text as it is shown; None for a query of nothing.

    A blank matches any white space. A capital letter in the query tells capitals from small ones.
    """
    words = [re.escape(word) for word in query.split()]
    flags = re.IGNORECASE if query == query.lower() else 0
    return re.compile(r"\s+".join(words), flags) if words else None


class Match(NamedTuple):
    """Which match of a message it is, from 0, and the pieces of rows that it is made of."""

    key: str
    nth: int
    pieces: tuple[tuple[Spot, int, int], ...] = ()


class Found:
    """What was found in the rows of one entry, those that are folded away included."""

    def __init__(self, entry: Entry) -> None:
        self._spots: list[Spot] = []
        self._flat = Flat(enumerate(self._rows(entry)))
        self.pattern: re.Pattern[str] | None = None
        self.matches: list[tuple[tuple[Spot, int, int], ...]] = []
        self.at: dict[Spot, list[tuple[int, int]]] = {}

    def _rows(self, entry: Entry) -> Iterator[Row]:
        for index, block in enumerate(entry.body.document.blocks):
            for number, row in enumerate((BLANK, *block.rows) if index else block.rows):
                self._spots.append(Spot(index, number - (1 if index else 0)))
                yield row
        for number, row in enumerate(entry.tail):
            self._spots.append(Spot(TAIL, number))
            yield row

    def search(self, pattern: re.Pattern[str]) -> None:
        """Look for `pattern`, if that has not been done already."""
        if pattern is self.pattern:
            return
        self.pattern, self.matches, self.at = pattern, [], {}
        for match in pattern.finditer(self._flat.text):
            pieces = [
                (self._spots[piece.y], piece.first, piece.last)
                for piece in self._flat.pieces(match.start(), match.end())
            ]
            self.matches.append(tuple(pieces))
            for spot, first, last in pieces:
                self.at.setdefault(spot, []).append((first, last))


class Finder:
    """The matches of one query.

    They are counted twice: at first in the messages' source, so that 5,000 messages need no
    rendering, then, near the view at once and elsewhere in slices of rest, in what is really shown.
    `exact` tells whether that is done. An answer that is still coming is counted as it comes.
    """

    def __init__(self, column: Column, query: str, near: tuple[int, int] = (0, 0)) -> None:
        """Find `query`; the first step leads to the first match at or after row `near[1]` of
        message `near[0]`.
        """
        self.query = query
        self.pattern = pattern_of(query)
        source = query.translate(_MARKS)
        self._strip = bool(source.strip())
        self._source = pattern_of(source) if self._strip else self.pattern
        self._column = column
        self._counts = Heights()
        self._states = bytearray()
        self._unseen: Iterator[int] = iter(())
        self._coming: dict[str, tuple[int, int, str]] = {}
        self.current: Match | None = None
        self._start(near[0])
        self._begin_at(*near)

    # -- counting -------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many matches there are, as far as is known."""
        return self._counts.total

    @property
    def exact(self) -> bool:
        """Whether every match was counted where it is shown."""
        return not (_UNSEEN in self._states or _COUNTED in self._states)

    @property
    def at(self) -> int:
        """Which match is the current one, counted from 0; -1 for none yet."""
        index = None if self.current is None else self._column.index_of(self.current.key)
        if index is None or self.current is None or self.current.nth < 0:
            return -1
        return self._counts.start(index) + self.current.nth

    def recount(self) -> None:
        """Count again, for messages have come or gone."""
        index = None if self.current is None else self._column.index_of(self.current.key)
        self._start(0 if index is None else index)
        if index is None:
            self._begin_at(0, 0)

    def _start(self, near: int) -> None:
        size = len(self._column)
        self._counts.replace(bytes(size))
        self._states = bytearray(size if self.pattern is not None else 0)
        self._coming.clear()
        self._unseen = chain(range(min(near, size), size), range(min(near, size)))
        self._scan(AT_ONCE)

    def _begin_at(self, index: int, offset: int) -> None:
        column = self._column
        if self.pattern is None or not 0 <= index < len(column):
            return
        found = self._found_in(index)
        entry = column.entry(index)
        above = 0
        if found is not None:
            above = sum(1 for pieces in found.matches if entry.row_at(pieces[0][0]) < offset)
        self.current = Match(column.items[index].id, above - 1)

    def _scan(self, characters: int) -> bool:
        """Count in the source of messages not looked at yet; return False when there are none."""
        for index in self._unseen:
            if self._states[index] == _UNSEEN:
                self.text_changed(index)
                characters -= len(self._column.items[index].text) + 1
                if characters < 0:
                    return True
        return False

    def text_changed(self, index: int) -> None:
        """Count in the source of a message whose text is another, or longer, than it was."""
        item = self._column.items[index]
        if self._source is None:
            return
        streaming = isinstance(item, Message) and item.streaming
        fed, count, rest = self._coming.get(item.id, (0, 0, "")) if streaming else (0, 0, "")
        if fed > len(item.text):
            fed, count, rest = 0, 0, ""
        rest += self._stripped(item.text[fed:] if streaming else _searched(item))
        end = 0
        for match in self._source.finditer(rest):
            count, end = count + 1, match.end()
        if streaming:
            kept = rest[end:][-4 * len(self.query) - 64 :]
            self._coming[item.id] = (len(item.text), count, kept)
        else:
            self._coming.pop(item.id, None)
        self._counts.set(index, count)
        self._states[index] = _COUNTED if count or streaming else _EXACT

    def _stripped(self, text: str) -> str:
        return text.translate(_MARKS) if self._strip else text

    def refine(self) -> bool:
        """Make the count a bit more exact; return False when there is nothing to do now."""
        if _UNSEEN in self._states:
            self._scan(SLICE)
            return True
        index = self._states.find(_COUNTED)
        while index >= 0:
            if self._found_in(index, keep=False) is not None:
                return True
            index = self._states.find(_COUNTED, index + 1)
        return False

    def _found_in(self, index: int, *, keep: bool = True) -> Found | None:
        """Return what is found in a message, its count exact from now on; None while it grows."""
        column = self._column
        if not keep and column.is_long(index):
            return None
        entry = column.entry(index) if keep else column.glance(index)
        if entry.live is not None or entry.key in column.live or self.pattern is None:
            return None
        if entry.found is None:
            entry.found = Found(entry)
        entry.found.search(self.pattern)
        self._counts.set(index, len(entry.found.matches))
        self._states[index] = _EXACT
        return entry.found

    # -- going from one to the next -------------------------------------------------------------

    def step(self, by: int) -> tuple[int, Piece] | None:
        """Go to the next match (1) or the one before (-1), around the ends.

        Returns its message and the piece that it begins with; None for none. Whatever is folded
        over it is unfolded.
        """
        if not len(self._column):
            return None
        while not self.count and self._scan(AT_ONCE):
            pass
        here = None if self.current is None else self._column.index_of(self.current.key)
        index = here if here is not None else 0
        nth = self.current.nth if self.current is not None and here is not None else -1
        nth += by
        for _ in range(len(self._column) + 1):
            matches = self._matches(index)
            if 0 <= nth < len(matches):
                self.current = Match(self._column.items[index].id, nth, matches[nth])
                return index, self._uncovered(index, matches[nth])
            if not self.count:
                break
            edge = self._counts.start(index + 1) if by > 0 else self._counts.start(index) - 1
            index = self._counts.at(edge % self.count)[0]
            nth = 0 if by > 0 else len(self._matches(index)) - 1
        self.current = None
        return None

    def _matches(self, index: int) -> list[tuple[tuple[Spot, int, int], ...]]:
        found = self._found_in(index)
        if found is not None:
            return found.matches
        fresh = Found(self._column.entry(index))
        assert self.pattern is not None
        fresh.search(self.pattern)
        self._counts.set(index, len(fresh.matches))
        return fresh.matches

    def _uncovered(self, index: int, pieces: tuple[tuple[Spot, int, int], ...]) -> Piece:
        """Unfold what is folded over a match and return its first piece as it is on show."""
        entry = self._column.entry(index)
        folds, blocks = self._column.folds_of(entry), entry.body.document.blocks
        folds.collapsed = False
        for spot in [spot for spot, _, _ in pieces if spot.block < len(blocks)]:
            folds.open_row(blocks[spot.block], spot.row)
        self._column.grown(entry.key, whole=True)
        spot, first, last = pieces[0]
        return Piece(entry.row_at(spot), first, last)

    def shown(self, entry: Entry) -> Piece | None:
        """Return where the current match begins, if it is in that entry; else None."""
        if self.current is None or self.current.key != entry.key or not self.current.pieces:
            return None
        spot, first, last = self.current.pieces[0]
        return Piece(entry.row_at(spot), first, last)

    # -- what stands out ------------------------------------------------------------------------

    def stretches(self, index: int, entry: Entry, y: int) -> list[Stretch]:
        """Return what is found in row `y`, and the current match among it."""
        spot = entry.spot_at(y)
        found = self._found_in(index)
        marked = found.at.get(spot, []) if found is not None else self._near(entry, y)
        now = self.current.pieces if self.current and self.current.key == entry.key else ()
        out = [Stretch(first, last, "match") for first, last in marked]
        return out + [Stretch(first, last, "current") for at, first, last in now if at == spot]

    def _near(self, entry: Entry, y: int) -> list[tuple[int, int]]:
        """Look in the rows around `y` of a text that is still coming."""
        assert self.pattern is not None
        low, high = max(1, y - NEAR), min(entry.height, y + NEAR + 1)
        flat = Flat((number, entry.row(number)) for number in range(low, high))
        return [
            (piece.first, piece.last)
            for match in self.pattern.finditer(flat.text)
            for piece in flat.pieces(match.start(), match.end())
            if piece.y == y
        ]


def _searched(item: Message | QueuedPrompt) -> str:
    """Return everything of a message that is shown as text."""
    parts = [item.text, *(file.name for file in item.attachments)]
    if isinstance(item, Message) and item.error is not None:
        parts += [item.error.title, item.error.explanation, item.error.hint]
    return "\n".join(parts)
