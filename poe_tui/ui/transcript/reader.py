"""Where the reader is: the message cursor, folds, what is selected and what is looked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from poe_tui.chat.message import Message
from poe_tui.markdown.document import Block, Code
from poe_tui.ui.transcript.body import CodeSpot
from poe_tui.ui.transcript.column import Column
from poe_tui.ui.transcript.entry import Entry
from poe_tui.ui.transcript.flat import Piece
from poe_tui.ui.transcript.marking import Marking


class Reader(Marking):
    """A canvas with a cursor on one message, and in it maybe on one code block.

    Keys act on what is seen: a cursor whose message leaves the screen goes to the nearest one that
    is there. Without a cursor, what acts on a message acts on the last one.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cursor: str | None = None
        """The id of the message under the cursor; None for no cursor."""
        self._in_focus = False
        self.spot: CodeSpot | None = None
        """The code block under the cursor; None for the whole message."""
        self.cursor_moved: Callable[[], object] = int
        """Called when the cursor has moved: it costs every key, so that it has to be quick."""

    # -- the cursor -----------------------------------------------------------------------------

    @property
    def cursor_index(self) -> int | None:
        """Where the cursor is; None when there is none, or its message has left the screen."""
        if self.column is None or self.cursor is None:
            return None
        return self.column.index_of(self.cursor)

    @property
    def here(self) -> int | None:
        """The entry that keys act on: under the cursor, else the last; None when there is none."""
        index = self.cursor_index
        if index is None and self.column is not None and len(self.column):
            index = len(self.column) - 1
        return index

    def put_cursor(self, index: int, spot: CodeSpot | None = None, *, show: bool = True) -> None:
        """Move the cursor to entry `index`, or to a code block in it, and bring it into view."""
        column = self.column
        if column is None or not 0 <= index < len(column):
            return
        old = self.cursor_index
        self.cursor, self.spot = column.items[index].id, spot
        self.cursor_moved()
        if show:
            entry = column.entry(index)
            first, last = self._rows_of(entry, spot)
            self.bring_into_view(index, first, last)
        for changed in {old, index} - {None}:
            assert changed is not None
            self.repaint_entry(changed)

    def settled(self) -> None:
        """Take the cursor along with what is on screen."""
        super().settled()
        column, index = self.column, self.cursor_index
        if column is None or index is None:
            return
        first, last = 0, column.heights[index] - 1
        if self.spot is not None:
            first, last = self._rows_of(column.entry(index), self.spot)
        above = column.heights.start(index) - round(self.scroll_y)
        if above + first < self.page and above + last > 0:
            return
        if above >= self.page:
            index = self.last_visible()
        elif above + column.heights[index] - 1 <= 0:
            index = self.first_visible()
        self.put_cursor(index, show=False)

    @staticmethod
    def _rows_of(entry: Entry, spot: CodeSpot | None) -> tuple[int, int]:
        """Return the rows of a code block, half open; of the whole message for None."""
        found = None if spot is None else _code_at(entry, spot)
        if found is None:
            return 0, entry.height - 1
        block, code = found
        last = entry.start_of(block, code.last_row - 1)
        return entry.start_of(block, code.first_row), last + 1

    def bring_into_view(self, index: int, first: int, last: int) -> None:
        """Scroll as little as shows rows `first` to `last` (not included) of an entry.

        What is higher than the screen shows its beginning.
        """
        column = self.column
        if column is None:
            return
        column.settle(index)
        if (index, first) < self.top:
            self.following = False
            self.show_from(index, first)
        else:
            top_index, offset = self.top
            above = column.heights.start(index) + first
            above -= column.heights.start(top_index) + offset
            over = above + (last - first) - self.page
            if over <= 0:
                return
            if last - first >= self.page:
                self.show_from(index, first)
            else:
                self.show_from(index, last - self.page)
        self.following = self.at_end
        self.settled()

    def first_visible(self) -> int:
        """Return the topmost entry whose header is on screen, else the one that fills it."""
        column = self.column
        index, offset = self.top
        if column is None or not offset or index + 1 >= len(column):
            return index
        below = column.heights.start(index + 1) - column.heights.start(index) - offset
        return index + 1 if below < self.page else index

    def last_visible(self) -> int:
        """Return the lowest entry of which something is on screen."""
        column = self.column
        if column is None or not len(column):
            return 0
        return column.heights.at(round(self.scroll_y) + self.page - 1)[0]

    def on_focus(self) -> None:
        """Show the cursor."""
        self._in_focus = True
        self.find_cursor()
        self.cursor_moved()
        self.redraw()

    def find_cursor(self) -> None:
        """Put the cursor on the lowest message on screen, unless it is on one that is there."""
        if self.column is not None and len(self.column) and self.cursor_index is None:
            self.cursor, self.spot = self.column.items[self.last_visible()].id, None

    def on_blur(self) -> None:
        """Hide the cursor: keys go elsewhere."""
        self._in_focus = False
        self.redraw()

    def marker_of(self, entry: Entry, y: int) -> str:
        """Return the mark left of row `y`: none without focus."""
        if entry.key != self.cursor or not self._in_focus or y >= entry.height - 1:
            return ""
        if self.spot is not None:
            first, last = self._rows_of(entry, self.spot)
            if first <= y < last:
                return "block"
        return "message"

    # -- blocks ---------------------------------------------------------------------------------

    def codes_of(self, index: int) -> list[tuple[CodeSpot, Code]]:
        """Return the code blocks of entry `index`, nested ones too, from the top."""
        column = self.column
        if column is None:
            return []
        return [
            (CodeSpot(block.first_line, nth), code)
            for block in column.entry(index).body.document.blocks
            for nth, code in enumerate(block.codes)
        ]

    def next_code(self, step: int) -> tuple[int, CodeSpot] | None:
        """Return the code block after (step 1) or before (-1) the cursor, in any message; from a
        whole message that begins above the screen, after or before what is at its top.
        """
        column, here = self.column, self.here
        if column is None or here is None:
            return None
        for index in self._messages_from(column, here, step):
            spots = [spot for spot, _ in self.codes_of(index)]
            if index == here:
                at = self.code_here(index, begun=step > 0)
                spots = spots[at + (self.spot in spots) :] if step > 0 else spots[:at]
            if spots:
                return index, spots[0 if step > 0 else -1]
        codes = self.codes_of(here) if step > 0 and self.spot is None else []
        return (here, codes[0][0]) if codes else None

    def code_here(self, index: int, *, begun: bool = True) -> int:
        """Return the number of the code block of entry `index` that is under the cursor; else how
        many are above the top of the screen, but with `begun` not one that goes on below it.
        """
        column, (top, offset) = self.column, self.top
        spots = [spot for spot, _ in self.codes_of(index)]
        if self.spot is not None and self.spot in spots:
            return spots.index(self.spot)
        if column is None or index != top:
            return 0
        rows = [self._rows_of(column.entry(index), spot) for spot in spots]
        return sum((last - 1 if begun else first) < offset for first, last in rows)

    @staticmethod
    def _messages_from(column: Column, index: int, step: int) -> Iterator[int]:
        """Yield the entries from `index` on that may hold code, without rendering the others."""
        while 0 <= index < len(column):
            text = column.items[index].text
            if "```" in text or "~~~" in text or "\n    " in text:
                yield index
            index += step

    def toggle_fold(self, index: int, spot: CodeSpot | None = None, *, whole: bool = False) -> None:
        """Fold or unfold the code at `spot`; without one the message's reasoning, or where there
        is none, or with `whole`, all of the message. What was folded stays on its row.
        """
        column = self.column
        if column is None:
            return
        entry = column.entry(index)
        folds = column.folds_of(entry)
        found = None if whole or folds.collapsed else _foldable(entry, spot)
        line = column.heights.start(index) + _row_of(entry, found) - round(self.scroll_y)
        if found is None:
            folds.collapsed = not folds.collapsed
        elif spot is None or found[1] is None:
            folds.toggle(found[0])
        else:
            folds.toggle_code(spot)
        column.grown(entry.key, whole=True)
        self.show_from(index, _row_of(entry, found) - min(max(0, line), self.page - 1))
        self.following = self.at_end
        self.repaint()
        self.settled()

    def code_under_cursor(self) -> Code | None:
        """Return the code block under the cursor; None for a whole message."""
        index = self.cursor_index
        if self.column is None or index is None or self.spot is None:
            return None
        found = _code_at(self.column.entry(index), self.spot)
        return None if found is None else found[1]

    # -- finding -------------------------------------------------------------------------------

    def reveal(self, index: int, piece: Piece) -> None:
        """Put the cursor on a match's message, and the match, unless it is on screen, into view
        with some of what stands around it.
        """
        column = self.column
        if column is None:
            return
        self.put_cursor(index, show=False)
        line = column.heights.start(index) + piece.y - round(self.scroll_y)
        self.following = False  # The end goes down where the match was folded away.
        if not 0 <= line < self.page - 1:
            self.show_from(index, piece.y - self.page // 3)
        else:
            self.refit()
        self.following = self.at_end
        self.settled()

    def message_at(self, index: int) -> Message | None:
        """Return the message at `index`; None for a queued prompt."""
        return None if self.column is None else self.column.message(index)


def _foldable(entry: Entry, spot: CodeSpot | None) -> tuple[Block, Code | None] | None:
    """Return the code at `spot` and its block, else the reasoning; None where there is neither."""
    found = None if spot is None else _code_at(entry, spot)
    if found is not None and not found[0].folded:
        return found
    blocks = entry.body.document.blocks
    return next(((block, None) for block in blocks if block.summary is not None), None)


def _row_of(entry: Entry, found: tuple[Block, Code | None] | None) -> int:
    """Return the row at which that begins; that of the header for None."""
    if found is None:
        return 0
    block, code = found
    return entry.start_of(block, 0 if code is None else code.first_row)


def _code_at(entry: Entry, spot: CodeSpot) -> tuple[Block, Code] | None:
    for block in entry.body.document.blocks:
        if block.first_line == spot.line and spot.nth < len(block.codes):
            return block, block.codes[spot.nth]
    return None
