"""Textual's places to write in, less what they can die of, and what a terminal would obey."""

from __future__ import annotations

from rich.text import Text
from textual.geometry import Offset
from textual.widgets import Input, TextArea

from poe_tui.markdown.safe import inert


class TextEditor(TextArea):
    """A text area in which more lines can be taken back than are left.

    Control characters in its text, which may be that of a file, are kept and do not reach the
    terminal.
    """

    def get_line(self, line_index: int) -> Text:
        return Text(inert(self.document.get_line(line_index)), end="", no_wrap=True)

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Bring the cursor into view; returns how far that scrolled.

        Textual 8.2 asks for it, where an undo lets the scroll bar go, before the cursor has left
        the lines that are gone, and raises ValueError.
        """
        if self.cursor_location[0] >= self.document.line_count:
            return Offset(0, 0)
        return super().scroll_cursor_visible(center, animate)


class LineEditor(Input):
    """An input whose text, such as the name of a file, does not reach the terminal as controls."""

    @property
    def _value(self) -> Text:
        if self.password:
            return super()._value
        return Text(inert(self.value), no_wrap=True, overflow="ignore", end="")
