"""What stands out in a transcript: text that was found, text that is selected, links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from textual import events
from textual.selection import Selection

from poe_tui.ui.transcript.canvas import Canvas
from poe_tui.ui.transcript.entry import Entry
from poe_tui.ui.transcript.find import Finder, Piece
from poe_tui.ui.transcript.pieces import TARGET
from poe_tui.ui.transcript.selection import selected_stretch, selected_text
from poe_tui.ui.transcript.strips import Stretch


class Marking(Canvas):
    """A canvas on which text can be found and selected, and links pointed at."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.finder: Finder | None = None
        self.chosen: Selection | None = None
        """What is selected with the mouse: asking the screen for each row would be dear."""

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

    def find(self, query: str) -> int:
        """Mark all that matches `query` and return how many matches there are.

        Counting reads the messages' source; see `Finder`. An empty query clears.
        """
        if self.column is None or not query.strip():
            self.clear_find()
            return 0
        self.finder = Finder(self.column, query)
        self.finder.start_near(self.top[0])
        self.redraw()
        return self.finder.count

    def find_step(self, by: int) -> int:
        """Go `by` matches on, around the ends, and return which one it is, from 1; 0 for none."""
        found = None if self.finder is None else self.finder.step(by)
        if self.finder is None or found is None:
            return 0
        self.reveal(*found)
        self.redraw()
        return self.finder.at + 1

    def reveal(self, index: int, piece: Piece) -> None:
        """Bring a match into view."""
        self.show_from(index, piece.y)

    def find_next(self) -> int:
        """Go to the next match; see `find_step`."""
        return self.find_step(1)

    def find_previous(self) -> int:
        """Go to the match before; see `find_step`."""
        return self.find_step(-1)

    def clear_find(self) -> None:
        """Mark nothing any more."""
        if self.finder is not None:
            self.finder = None
            self.redraw()

    # -- selecting ------------------------------------------------------------------------------

    def stretches_of(self, index: int, entry: Entry, y: int) -> Sequence[Stretch]:
        stretches: list[Stretch] = []
        if self.finder is not None and y:
            stretches = self.finder.stretches(entry, y)
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
        entry = self.column.entry(place[0])
        cells = event.x - 1
        for span in (*entry.lead_of(place[1]), *entry.row(place[1]).spans):
            cells -= cell_len(span.text)
            if cells < 0:
                return span.look.link
        return ""
