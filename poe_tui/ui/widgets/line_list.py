"""A list drawn a line at a time: its cost depends on what is visible."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from poe_tui.markdown.rows import BOLD, Look, Span
from poe_tui.ui.event import event
from poe_tui.ui.palette import Palette


def fit(text: str, width: int) -> str:
    """Return `text` in exactly `width` cells, with … where it does not fit."""
    if width <= 0:
        return ""
    if cell_len(text) > width:
        text = set_cell_size(text, width - 1) + "…"
    return set_cell_size(text, width)


def marked(text: str, hits: Container[int]) -> list[Span]:
    """Return `text` with the characters at `hits` in the accent; … is never one of them."""
    spans: list[Span] = []
    for at, character in enumerate(text):
        hit = at in hits and character != "…"
        look = Look("accent", BOLD) if hit else Look("text")
        if spans and spans[-1].look == look:
            spans[-1] = Span(spans[-1].text + character, look)
        else:
            spans.append(Span(character, look))
    return spans


def draw(spans: Sequence[Span], palette: Palette, ground: str, width: int) -> Strip:
    """Return the spans as a strip of `width` cells on `ground`."""
    segments = [Segment(span.text, palette.style(span.look, ground)) for span in spans]
    filling = palette.style(Look(), ground)
    return Strip(segments).adjust_cell_length(width, filling)


class LineList(ScrollView, can_focus=True):
    """A list of one-line rows with a highlight that the keyboard and the mouse move."""

    DEFAULT_CSS = """
    LineList {
        height: auto;
        scrollbar-size-vertical: 0;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Up", show=False, id="list.up"),
        Binding("down", "step(1)", "Down", show=False, id="list.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="list.page_up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="list.page_down"),
        Binding("home", "end(-1)", "First", show=False, id="list.home"),
        Binding("end", "end(1)", "Last", show=False, id="list.end"),
        Binding("enter", "choose", "Open", show=False, id="list.open"),
    ]

    @event
    class Chosen(Message):
        """A row was opened, by enter or by a click."""

        line_list: LineList
        key: str

        @property
        def control(self) -> LineList:
            """The list it comes from."""
            return self.line_list

    def __init__(self, name: str) -> None:
        """`name` is its id in the style sheet."""
        super().__init__(id=name)
        self.highlighted = 0
        self._palette: Palette | None = None

    # -- what a list says of its rows -----------------------------------------------------------

    def row_count(self) -> int:
        """Return how many rows there are."""
        raise NotImplementedError

    def row_key(self, index: int) -> str:
        """Return what `Chosen` carries for a row."""
        raise NotImplementedError

    def row_spans(self, index: int, width: int) -> tuple[list[Span], str]:
        """Return a row's spans and its ground (empty for the pane's own)."""
        raise NotImplementedError

    # -- drawing --------------------------------------------------------------------------------

    def set_palette(self, palette: Palette) -> None:
        """Draw in the colours of `palette`."""
        self._palette = palette
        self.refresh()

    def rows_changed(self) -> None:
        """Draw again, with as many rows as there are now."""
        self.highlighted = max(0, min(self.highlighted, self.row_count() - 1))
        size = Size(self.size.width, self.row_count())
        if size == self.virtual_size:
            self.refresh()
        elif self._stays_as_high(size):
            # Laying the screen out again doubles what a key costs where one filters by typing.
            self.set_reactive(LineList.virtual_size, size)
            self.scroll_to(y=min(self.scroll_y, self.max_scroll_y), animate=False)
            self.refresh()
        else:
            self.virtual_size = size
            self.refresh(layout=True)

    def _stays_as_high(self, size: Size) -> bool:
        """Return whether `size` for the rows changes neither the list's own nor how it scrolls."""
        height, before = self.styles.height, self.virtual_size
        if height is None or height.is_auto or size.width != before.width:
            return False
        room = self.size.height
        return (size.height > room) == (before.height > room)

    def highlight_key(self, key: str) -> None:
        """Move the highlight to the row of `key`, if there is one, and bring it into view."""
        for index in range(self.row_count()):
            if self.row_key(index) == key:
                self._highlight(index)
                return

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, self.row_count())

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        palette = self._palette
        index = self.scroll_offset.y + y
        if palette is None or index >= self.row_count():
            return Strip.blank(width, self.rich_style)
        spans, ground = self.row_spans(index, width)
        return draw(spans, palette, ground or "side", width)

    def is_highlighted(self, index: int) -> bool:
        """Return whether the row carries the highlight, which shows while the list has focus."""
        return self.has_focus and index == self.highlighted

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_resize(self) -> None:
        self.rows_changed()

    # -- moving ---------------------------------------------------------------------------------

    def _highlight(self, index: int) -> None:
        self.highlighted = max(0, min(index, self.row_count() - 1))
        self.scroll_to_region(Region(0, self.highlighted, 1, 1), animate=False)
        self.refresh()

    def action_step(self, step: int) -> None:
        self._highlight(self.highlighted + step)

    def action_page(self, step: int) -> None:
        self._highlight(self.highlighted + step * max(1, self.size.height - 1))

    def action_end(self, step: int) -> None:
        self._highlight(0 if step < 0 else self.row_count() - 1)

    def action_choose(self) -> None:
        if self.row_count():
            self.post_message(self.Chosen(self, self.row_key(self.highlighted)))

    def highlighted_key(self) -> str | None:
        """Return the key of the highlighted row; None for an empty list."""
        return self.row_key(self.highlighted) if self.row_count() else None

    def on_click(self, event: events.Click) -> None:
        index = self.scroll_offset.y + event.y
        if index < self.row_count():
            self._highlight(index)
            self.action_choose()
