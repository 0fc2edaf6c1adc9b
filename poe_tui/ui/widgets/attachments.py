"""The files that go with the prompt, as chips over the composer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import msgspec
from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from poe_tui.chat.attaching import kind_of, size_text
from poe_tui.chat.message import Attachment
from poe_tui.markdown.safe import plain
from poe_tui.ui.event import event
from poe_tui.ui.widgets.line_list import fit

_LONGEST_NAME: Final = 40
_SHORTEST_NAME: Final = 8
_GAP: Final = 1
_ROWS: Final = 3
"""Rows that are shown; with more, those around the chosen file."""
_CROSS: Final = " × "


class Chip(msgspec.Struct, frozen=True):
    """A chip and where it is drawn; `cross` is the first cell of its ×, `end` the one after it."""

    row: int
    start: int
    name: str
    facts: str
    cross: int
    end: int


def lay_out(attachments: Sequence[Attachment], width: int) -> list[Chip]:
    """Return a chip for each file, side by side, in as many rows of `width` cells as it takes."""
    chips: list[Chip] = []
    row = start = 0
    for attachment in attachments:
        name, facts = _words(attachment, width)
        cells = 1 + cell_len(name) + cell_len(facts) + len(_CROSS)
        if start and start + cells > width:
            row, start = row + 1, 0
        end = start + cells
        chips.append(Chip(row, start, name, facts, end - len(_CROSS), end))
        start = end + _GAP
    return chips


def _words(attachment: Attachment, width: int) -> tuple[str, str]:
    """Return the name, cut to fit, and what is known of the file: its kind and size."""
    name = plain(attachment.label) or "file"
    known = (kind_of(attachment.content_type), size_text(attachment.size))
    facts = "  " + " · ".join(fact for fact in known if fact)
    room = min(_LONGEST_NAME, width - len(facts) - len(_CROSS) - 1)
    if room < _SHORTEST_NAME:
        facts, room = "", max(1, width - len(_CROSS) - 1)
    return (fit(name, room) if cell_len(name) > room else name), facts


class Attachments(Widget, can_focus=True):
    """Chips with name, kind and size; not there while there is no file.

    A click on × removes a file. With the focus, left and right move, and delete removes.
    """

    DEFAULT_CSS = """
    Attachments {
        height: auto;
        padding: 0 1;
        display: none;
        &.-any { display: block; }
    }
    """

    BINDING_GROUP_TITLE = "Attached files"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up", "step(-1)", "Previous file", show=False),
        Binding("right,down", "step(1)", "Next file", show=False),
        Binding("delete,backspace,x", "remove", "Remove the file", show=False),
        Binding("enter", "leave", "Back to writing", show=False),
    ]

    @event
    class Removed(Message):
        """The reader has taken a file away; `index` is its place."""

        attachments: Attachments
        index: int

        @property
        def control(self) -> Attachments:
            """The chips it comes from."""
            return self.attachments

    @event
    class Left(Message):
        """The reader is done here, and wants to write on."""

        attachments: Attachments

    def __init__(self) -> None:
        super().__init__(id="attachments")
        self._files: list[Attachment] = []
        self._chosen = 0

    def show(self, attachments: Sequence[Attachment]) -> None:
        """Show the files; with none there is nothing to see, and nothing to focus."""
        had_focus = self.has_focus
        if len(attachments) > len(self._files):
            self._chosen = len(attachments) - 1  # what has just been added is in sight
        self._files = list(attachments)
        self._chosen = max(0, min(self._chosen, len(self._files) - 1))
        self.set_class(bool(self._files), "-any")
        self.refresh(layout=True)
        if had_focus and not self._files:
            self.post_message(self.Left(self))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        chips = lay_out(self._files, width)
        return min(_ROWS, chips[-1].row + 1) if chips else 0

    def _in_sight(self) -> list[tuple[int, Chip]]:
        """Return the chips in the rows that are shown, with their places; the first row is 0."""
        chips = lay_out(self._files, self.content_size.width)
        if not chips:
            return []
        top = max(0, min(chips[self._chosen].row - _ROWS // 2, chips[-1].row - _ROWS + 1))
        return [
            (place, msgspec.structs.replace(chip, row=chip.row - top))
            for place, chip in enumerate(chips)
            if 0 <= chip.row - top < _ROWS
        ]

    def render(self) -> Content:
        text = Content("")
        row = cell = 0
        shown = self._in_sight()
        for place, chip in shown:
            gap = "\n" * (chip.row - row) if chip.row > row else " " * (chip.start - cell)
            chosen = self.has_focus and place == self._chosen
            ground = "on $line" if chosen else "on $prompt"
            text = Content.assemble(
                text,
                gap,
                (f" {chip.name}", f"{'bold ' if chosen else ''}$text {ground}"),
                (chip.facts, f"$dim {ground}"),
                (_CROSS, f"{'$accent' if chosen else '$dim'} {ground}"),
            )
            row, cell = chip.row, chip.end
        hidden = len(self._files) - len(shown)
        if hidden:
            more = f"  {hidden} more"
            if cell + len(more) <= self.content_size.width:
                text = Content.assemble(text, (more, "$dim"))
        return text

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is None:
            return
        for place, chip in self._in_sight():
            if chip.row == at.y and chip.start <= at.x < chip.end:
                self._chosen = place
                self.refresh()
                if at.x >= chip.cross:
                    self.action_remove()
                return

    def action_step(self, step: int) -> None:
        """Go to the next or previous chip; stays at the ends."""
        self._chosen = max(0, min(self._chosen + step, len(self._files) - 1))
        self.refresh()

    def action_remove(self) -> None:
        """Take the chosen file away."""
        if self._files:
            self.post_message(self.Removed(self, self._chosen))

    def action_leave(self) -> None:
        """Go back to writing."""
        self.post_message(self.Left(self))
