"""What stands out in a transcript: text that was found, text that is selected, links."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from rich.cells import cell_len
from textual import events
from textual.message import Message as Event
from textual.selection import Selection

from poe_tui.ui.transcript.canvas import Canvas
from poe_tui.ui.transcript.entry import Entry
from poe_tui.ui.transcript.find import Finder
from poe_tui.ui.transcript.flat import Piece
from poe_tui.ui.transcript.pieces import TARGET
from poe_tui.ui.transcript.rest import Rest
from poe_tui.ui.transcript.selection import selected_stretch, selected_text
from poe_tui.ui.transcript.strips import MARGIN, Stretch

SAID: Final = 0.25
"""Seconds from one count that is said to the next, while it becomes exact."""


class Marking(Canvas):
    """A canvas on which text can be found and selected, and links pointed at."""

    class ModeChanged(Event):
        """Selecting by keyboard has begun or ended, or what was found is not marked any more:
        keys mean something else now.
        """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.finder: Finder | None = None
        self.on_found: Callable[[], None] = lambda: None
        """Called when what was found, its count, or which match is the current one has changed."""
        self._refining: Rest | None = None
        self._said = 0.0
        self.chosen: Selection | None = None
        """What is selected: asking the screen for each row would be dear."""

    # -- links ----------------------------------------------------------------------------------

    def links_of(self, index: int) -> list[str]:
        """Return the addresses in entry `index` that are on show, each once, from the top."""
        column = self.column
        if column is None:
            return []
        entry = column.entry(index)
        found: dict[str, None] = {}
        for y in range(1, entry.height):
            for span in entry.row(y).spans:
                if span.look.link and not span.look.link.startswith(TARGET):
                    found[span.look.link] = None
        # A picture's name shows it, so that its address is in no row.
        found.update({file.address: None for file in entry.files if file.address})
        return list(found)

    # -- finding --------------------------------------------------------------------------------

    def find(self, query: str, *, near: tuple[int, int] | None = None) -> int:
        """Mark all that matches `query`; return how many matches there are, as far as is known.

        The next step leads to the first one at or after `near`, a message and a row of it; None
        for the top of the screen. An empty query clears. See `Finder`.
        """
        if self.column is None or not query.strip():
            self.clear_find()
            return 0
        self.finder = Finder(self.column, query, near or self.top)
        self.redraw()
        self._refine_soon()
        return self.finder.count

    def find_step(self, by: int) -> int:
        """Go to the next match (1) or the one before (-1), around the ends.

        Returns which one it is, from 1; 0 for none.
        """
        found = None if self.finder is None else self.finder.step(by)
        if self.finder is None or found is None:
            return 0
        self.reveal(*found)
        self.redraw()
        self.on_found()
        return self.finder.at + 1

    def reveal(self, index: int, piece: Piece) -> None:
        """Bring a match into view."""
        self.show_from(index, piece.y)

    def clear_find(self) -> None:
        """Mark nothing any more."""
        if self.finder is not None:
            self.finder = None
            self.redraw()
            self.post_message(self.ModeChanged())
        self.on_found()

    def count_again(self, key: str = "") -> None:
        """Count again in the message of that id, whose text has changed; empty for in all."""
        if self.finder is None or self.column is None:
            return
        index = self.column.index_of(key)
        entry = self.column.kept(key)
        if index is not None:
            self.finder.text_changed(index)
        elif not key:
            self.finder.recount()
        if entry is not None and index is not None:
            # What was found may begin in a row that has not changed.
            entry.strips.clear()
            self.repaint_entry(index)
        self._refine_soon()

    def rewrapped(self, key: str) -> None:
        """Count where it is shown what was counted in its source while it was coming."""
        super().rewrapped(key)
        if self.finder is not None:
            self._refine_soon()

    def _refine_soon(self) -> None:
        if self._refining is None:
            self._refining = Rest(self, self._refine, busy=self.is_busy, after=self._refined)
        self._refining.soon()

    def _refine(self) -> bool:
        return self.finder is not None and self.finder.refine()

    def _refined(self, more: bool) -> None:
        """Say what the count is by now; messages that were looked into have exact heights, too."""
        self.hold_top()
        now = time.perf_counter()
        if not more or now > self._said + SAID:
            self._said = now
            self.on_found()

    # -- selecting ------------------------------------------------------------------------------

    def stretches_of(self, index: int, entry: Entry, y: int) -> Sequence[Stretch]:
        stretches: list[Stretch] = []
        if self.finder is not None and y:
            stretches = self.finder.stretches(index, entry, y)
        if self.chosen is not None:
            stretch = selected_stretch(self.chosen, index, entry, y)
            if stretch is not None:
                stretches = [*stretches, stretch]
        return stretches

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the visible text under `selection`, unwrapped and without decoration."""
        if self.column is None:
            return None
        return selected_text(self.column, selection), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw what is selected."""
        self.chosen = selection
        self.redraw()

    def place_at(self, y: int) -> tuple[int, int] | None:
        """Return the entry and row at screen row `y`; None where there is nothing."""
        column = self.column
        line = round(self.scroll_y) + y
        if column is None or not len(column) or not 0 <= line < column.heights.total:
            return None
        return column.heights.at(line)

    def link_at(self, event: events.MouseEvent) -> str:
        """Return the link under the mouse; empty for none."""
        place = self.place_at(event.y)
        if place is None or self.column is None:
            return ""
        entry, y = self.column.entry(place[0]), place[1]
        cells = event.x - MARGIN
        if cells < 0:
            return ""
        for span in entry.row(y).spans:
            cells -= cell_len(span.text)
            if cells < 0:
                return span.look.link
        return ""
