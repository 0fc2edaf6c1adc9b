"""The system prompt of a conversation: several lines that every bot in it is told first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from poe_tui.ui.clipboard import clean
from poe_tui.ui.screens.dialog import Dialog
from poe_tui.ui.widgets.text_editor import TextEditor


class SystemPromptDialog(Dialog[str | None]):
    """Gives the text as it is to be, empty for none; None when it stays as it was."""

    DEFAULT_CSS = """
    SystemPromptDialog {
        & > #panel { width: 88; }
        #why { color: $dim; margin-bottom: 1; }
        TextArea {
            height: 10;
            border: none;
            padding: 0 1;
            background: $line;
            color: $text;
            scrollbar-size-vertical: 1;
            &:focus { border: none; }
        }
    }
    SystemPromptDialog.-small {
        #why { display: none; }
        TextArea { height: 6; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "Keep", show=False, priority=True)
    ]

    def __init__(self, text: str) -> None:
        hints = [("ctrl+s", "keep"), ("enter", "new line"), ("escape", "leave as it was")]
        super().__init__("System prompt", hints)
        self._text = text

    def compose_panel(self) -> Iterable[Widget]:
        why = "What every bot in this conversation is told before anything else. Empty: nothing."
        yield Static(Content(why), id="why")
        yield TextEditor(clean(self._text), soft_wrap=True, highlight_cursor_line=False)

    def on_mount(self) -> None:
        area = self.query_one(TextEditor)
        area.move_cursor(area.document.end)

    def action_keep(self) -> None:
        """Close with the text."""
        text = self.query_one(TextEditor).text.strip()
        self.dismiss(text if text != self._text.strip() else None)
