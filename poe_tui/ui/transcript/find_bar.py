"""The line in which one types what to find in a conversation."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message as Event
from textual.widgets import Input, Static

from poe_tui.ui.event import event
from poe_tui.ui.transcript.view import Transcript


class FindBar(Horizontal):
    """Finds in `transcript` as one types. Hidden until `open` is called; escape closes it."""

    BINDING_GROUP_TITLE = "Finding"
    HELP: ClassVar[str] = """\
## Finding

Type what to find in this conversation; upper and lower case are the same. `enter` goes to the next
match, `shift+enter` or `up` to the one before, `escape` closes. Folded text is searched too.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,down",
            "step(1)",
            "next",
            show=True,
            priority=True,
            id="find.next",
            tooltip="Go to the next match.",
        ),
        Binding(
            "shift+enter,up",
            "step(-1)",
            "previous",
            priority=True,
            id="find.previous",
            tooltip="Go to the match before.",
        ),
        Binding(
            "escape",
            "close",
            "close",
            show=True,
            priority=True,
            id="find.close",
            tooltip="Clear the marks and go back to reading.",
        ),
    ]

    DEFAULT_CSS = """
    FindBar {
        height: 1;
        display: none;
        background: $panel;
        padding: 0 1;
    }
    FindBar.-open { display: block; }
    FindBar Input { width: 1fr; border: none; height: 1; padding: 0; background: $panel; }
    FindBar Static { width: auto; color: $text-muted; }
    """

    @event
    class Closed(Event):
        """The reader has finished finding."""

        bar: FindBar

        @property
        def control(self) -> FindBar:
            """The bar it comes from."""
            return self.bar

    def __init__(self, transcript: Transcript) -> None:
        super().__init__(id="find-bar")
        self._transcript = transcript

    def compose(self) -> ComposeResult:
        """Lay out the label, the text and the count."""
        yield Static("find  ", markup=False)
        yield Input(placeholder="in this conversation", compact=True, select_on_focus=True)
        yield Static("", id="find-count", markup=False)

    def open(self) -> None:
        """Show the bar, with the last query in it, and take the focus."""
        self.add_class("-open")
        box = self.query_one(Input)
        box.focus()
        if box.value:
            self._find(box.value)

    @property
    def is_open(self) -> bool:
        """True while the bar is on screen."""
        return self.has_class("-open")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_open:
            self._find(event.value)

    def _find(self, query: str) -> None:
        count = self._transcript.find(query)
        at = self._transcript.find_next() if count else 0
        self._say(query, at, count)

    def _say(self, query: str, at: int, count: int) -> None:
        if not query.strip():
            words = ""
        elif not count:
            words = "nothing found"
        else:
            words = f"{at} of {count:,}"
        self.query_one("#find-count", Static).update(words)

    def action_step(self, by: int) -> None:
        """Go to the next or the previous match."""
        query = self.query_one(Input).value
        finder = self._transcript.finder
        if finder is None:
            self._find(query)
            return
        self._say(query, self._transcript.find_step(by), finder.count)

    def action_close(self) -> None:
        """Hide the bar, clear the marks, and give the focus back to the transcript."""
        self.remove_class("-open")
        self._transcript.clear_find()
        self._transcript.focus()
        self.post_message(self.Closed(self))
