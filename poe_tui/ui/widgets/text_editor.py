"""Textual's text area, less what it can die of."""

from __future__ import annotations

from textual.geometry import Offset
from textual.widgets import TextArea


class TextEditor(TextArea):
    """A text area in which more lines can be taken back than are left."""

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Bring the cursor into view; returns how far that scrolled.

        Textual 8.2 asks for it, where an undo lets the scroll bar go, before the cursor has left
        the lines that are gone, and raises ValueError.
        """
        if self.cursor_location[0] >= self.document.line_count:
            return Offset(0, 0)
        return super().scroll_cursor_visible(center, animate)
