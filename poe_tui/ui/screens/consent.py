"""The dialogs that come before something is sent or spent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from poe_tui.chat.budget import Caps
from poe_tui.errors import OverCap
from poe_tui.markdown.safe import plain
from poe_tui.ui.screens.dialog import Dialog


class ConsentDialog(Dialog[bool]):
    """Asks something that costs. Enter has just sent the prompt, so enter is no answer here."""

    DEFAULT_CSS = """
    ConsentDialog #lines { color: $text; }
    ConsentDialog #source { color: $dim; margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("n,escape", "answer(False)", "No", show=False, priority=True),
    ]

    def __init__(self, title: str, text: str, source: str, *, yes: str, no: str) -> None:
        """`source` stands below `text`, in dim."""
        super().__init__(plain(title), [("y", yes), ("n", no)])
        self._text, self._source = text, source

    def compose_panel(self) -> Iterable[Widget]:
        lines = "\n".join(plain(line) for line in self._text.splitlines())
        yield Static(Content(lines), id="lines")
        yield Static(Content(self._source), id="source")

    def action_answer(self, yes: bool) -> None:
        """Close with the answer."""
        self.dismiss(yes)


_FIELDS: Final = (
    ("confirm_over", "Ask before a prompt over"),
    ("session_cap", "Spend until you quit at most"),
    ("daily_cap", "Spend in a day at most"),
)


_NOTE: Final = "Points; 0 is no limit. It holds until you quit; settings keep it for good."
_WRONG: Final = "It takes a whole number of points; 0 is no limit."


class CapsDialog(Dialog[Caps | None]):
    """Changes the limits of this run; None when they stay as they are."""

    DEFAULT_CSS = """
    CapsDialog {
        #why { color: $bad; margin-bottom: 1; }
        #note { color: $dim; margin-top: 1; }
        Horizontal { height: 1; }
        Horizontal > Static { width: 32; }
        Horizontal > Input { width: 1fr; background: $line; padding: 0 1; }
        Horizontal > Input:focus { background: $line; color: $text; text-style: bold; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "Up", show=False),
        Binding("down", "app.focus_next", "Down", show=False),
    ]

    def __init__(self, caps: Caps, error: OverCap | None = None) -> None:
        """`error` says which limit is in the way; None when the user just wants to see them."""
        title = error.heading if error is not None else "Spending caps"
        super().__init__(title, [("enter", "apply"), ("↑↓", "next field"), ("escape", "leave")])
        self._caps, self._error = caps, error

    def compose_panel(self) -> Iterable[Widget]:
        if self._error is not None:
            yield Static(Content(self._error.explanation), id="why")
        for name, label in _FIELDS:
            with Horizontal():
                yield Static(Content(label))
                yield Input(str(getattr(self._caps, name)), type="integer", max_length=9, id=name)
        yield Static(Content(_NOTE), id="note")

    def on_mount(self) -> None:
        self.query_one(f"#{self._first()}", Input).focus()

    def _first(self) -> str:
        words = self._error.explanation if self._error is not None else ""
        return next((name for name, _ in _FIELDS if f"({name})" in words), _FIELDS[0][0])

    @on(Input.Submitted)
    def _apply(self, event: Input.Submitted) -> None:
        event.stop()
        chosen = {}
        for name, _ in _FIELDS:
            digits = self.query_one(f"#{name}", Input).value.strip().lstrip("+")
            if not digits.isdecimal():
                self.query_one(f"#{name}", Input).focus()
                self.query_one("#note", Static).update(Content(_WRONG))
                return
            chosen[name] = int(digits)
        self.dismiss(Caps(**chosen))
