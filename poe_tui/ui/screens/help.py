"""The help screen: the keys of what has the focus, then all the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from poe_tui.ui.key_list import HelpSection, KeyRow
from poe_tui.ui.screens.dialog import Dialog


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
                for row in section.rows:
                    yield KeyLine(row)

    def on_mount(self) -> None:
        self.query_one("#keys").focus()


class KeyLine(Widget):
    """A key, what it does, and below that, dim, what more there is to say."""

    DEFAULT_CSS = """
    KeyLine { height: auto; }
    """

    KEYS_WIDTH: ClassVar[int] = 16
    """Cells for the keys; longer lists of keys push what they do to the right."""

    def __init__(self, row: KeyRow) -> None:
        super().__init__()
        self._row = row

    def render(self) -> Content:
        keys = self._row.keys or "palette"
        gap = " " * max(2, self.KEYS_WIDTH - cell_len(keys))
        parts: list[Content | str | tuple[str, str]] = [
            (keys, "bold $text" if self._row.keys else "$dim"),
            gap,
            (self._row.title, "$text"),
        ]
        if self._row.description:
            parts += ["\n", " " * self.KEYS_WIDTH, (self._row.description, "$dim")]
        return Content.assemble(*parts)
