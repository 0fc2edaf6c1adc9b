"""One message word for word, as a bot is sent it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static, TextArea

from poe_tui.chat.message import Attachment
from poe_tui.markdown.safe import plain, visible
from poe_tui.ui.figures import counted
from poe_tui.ui.screens.dialog import Dialog


class SentText(Dialog[None]):
    """Shows `text` to be read, with what would be obeyed in it made visible, and its files."""

    DEFAULT_CSS = """
    SentText {
        & > #panel { width: 104; height: 30; max-height: 92%; padding: 1 2 0 2; }
        #facts { color: $dim; margin-bottom: 1; }
        TextArea {
            height: 1fr;
            border: none;
            padding: 0;
            background: $panel;
            color: $text;
            scrollbar-size-vertical: 1;
            &:focus { border: none; }
        }
    }
    SentText.-small {
        & > #panel { padding: 0 1; height: 100%; max-height: 100%; }
        #facts { margin-bottom: 0; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,enter", "leave", "Leave", show=False, priority=True)
    ]

    def __init__(self, who: str, text: str, files: Sequence[Attachment] = ()) -> None:
        super().__init__(plain(who), [("↑↓", "scroll"), ("escape", "back")])
        self._text = text
        self._files = files

    def compose_panel(self) -> Iterable[Widget]:
        names = [plain(file.label) for file in self._files]
        facts = [counted(len(self._text), "character"), *names]
        yield Static(Content(" · ".join(facts)), id="facts")
        yield TextArea(
            visible(self._text), read_only=True, soft_wrap=True, highlight_cursor_line=False
        )
