"""Dialogs in which one types a few letters and chooses among the lines that are left."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from poe_tui.ui.screens.dialog import Dialog
from poe_tui.ui.themes import palette_from
from poe_tui.ui.widgets.line_list import LineList

Result = TypeVar("Result")


class PickerRows(LineList, can_focus=False):
    """Lines with a highlight that shows though the focus is where one types."""

    def is_highlighted(self, index: int) -> bool:
        return index == self.highlighted

    def begin_again(self) -> None:
        """Draw other rows, the highlight on the first."""
        self.highlighted = 0
        self.scroll_to(y=0, animate=False)
        self.rows_changed()


class Picker(Dialog[Result], Generic[Result]):
    """Arrows and page keys move the highlight while the focus stays where one types."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move('step', -1)", "Up", show=False, priority=True),
        Binding("down", "move('step', 1)", "Down", show=False, priority=True),
        Binding("pageup", "move('page', -1)", "Page up", show=False, priority=True),
        Binding("pagedown", "move('page', 1)", "Page down", show=False, priority=True),
    ]

    def action_move(self, by: str, step: int) -> None:
        """Move the highlight by a line or by a screen, and describe what it is on."""
        rows = self.query_exactly_one(PickerRows)
        if by == "page":
            rows.action_page(step)
        else:
            rows.action_step(step)
        self.describe()

    def describe(self) -> None:
        """Say more of what is highlighted, where there is more to say."""


class FoundRows(PickerRows, can_focus=False):
    """Lines that are found by what is typed."""

    def find(self, query: str) -> None:
        """Show the lines that fit `query`, the highlight on the first; all for an empty one."""
        raise NotImplementedError


class Finder(Picker[Result], Generic[Result]):
    """A line with the id `filter` over `FoundRows`, which are found as one types."""

    def on_mount(self) -> None:
        self.query_exactly_one(FoundRows).set_palette(palette_from(self.app.theme_variables))
        self.describe()

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_exactly_one(FoundRows).find(event.value)
        self.describe()
