"""The help screen: the keys of what has the focus, then all the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from rich.table import Table
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from poe_tui.ui.key_list import HelpSection, KeyRow
from poe_tui.ui.screens.dialog import Dialog
from poe_tui.ui.themes import palette_from

#: Cells for the keys; longer lists of keys wrap.
_KEYS_WIDTH: Final = 14


class HelpScreen(Dialog[None]):
    """Lists keys; escape, f1 and q close it. The sections come from `help_sections`."""

    DEFAULT_CSS = """
    HelpScreen {
        & > #panel { width: 96; height: 85%; padding: 1 1 1 2; }
        #keys {
            height: 1fr;
            background: $panel;
            scrollbar-size-vertical: 1;
            scrollbar-background: $panel;
            scrollbar-background-hover: $panel;
            scrollbar-background-active: $panel;
        }
        .place { color: $dim; text-style: bold; margin-top: 1; }
        .place.-first { margin-top: 0; color: $accent; }
    }
    HelpScreen.-small > #panel { height: 100%; padding: 0 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1,q", "leave", "Close", show=False)]

    def __init__(self, sections: Sequence[HelpSection]) -> None:
        super().__init__("Keys", [("↑↓", "scroll"), ("escape", "close")])
        self._sections = sections

    def compose_panel(self) -> Iterable[Widget]:
        with VerticalScroll(id="keys"):
            for index, section in enumerate(self._sections):
                classes = "place -first" if index == 0 else "place"
                yield Static(section.title.upper(), classes=classes, markup=False)
                yield Keys(section.rows)

    def on_mount(self) -> None:
        self.query_one("#keys").focus()


class Keys(Static):
    """The keys of one place beside what they do, in two columns that wrap on their own."""

    def __init__(self, rows: Iterable[KeyRow]) -> None:
        super().__init__(markup=False)
        self._rows = tuple(rows)

    def on_mount(self) -> None:
        colours = palette_from(self.app.theme_variables).colours
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        table.add_column(width=_KEYS_WIDTH)
        table.add_column(ratio=1)
        for row in self._rows:
            keys = Text(row.keys, f"bold {colours['text']}")
            title = Text(row.title, colours["text"])
            if row.description:
                title.append("\n" + row.description, colours["dim"])
            table.add_row(keys if row.keys else Text("palette", colours["dim"]), title)
        self.update(table)
