"""The line in which one types what to find in a conversation."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message as Event
from textual.widget import Widget
from textual.widgets import Input, Static

from poe_tui.ui.event import event
from poe_tui.ui.keymap import bindings_for
from poe_tui.ui.transcript.view import Transcript
from poe_tui.ui.widgets.text_editor import LineEditor


class FindBar(Horizontal):
    """Finds in `transcript` as one types. Hidden until `open` is called; escape closes it."""

    BINDING_GROUP_TITLE = "Finding"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("find")]

    DEFAULT_CSS = """
    FindBar {
        height: 1;
        display: none;
        background: $panel;
        padding: 0 1;
    }
    FindBar.-open { display: block; }
    FindBar Input { width: 1fr; border: none; height: 1; padding: 0; background: $panel; }
    FindBar Input:focus { background-tint: $foreground 0%; }
    FindBar Static { width: auto; color: $text-muted; }
    FindBar #find-count { padding-left: 2; }
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
        self._from = (0, 0)
        """What was on top when finding began: a longer word is looked for from there again."""
        self._back: Widget | None = None
        transcript.on_found = self._show

    def compose(self) -> ComposeResult:
        """Lay out the label, the text and the count."""
        yield Static("find  ", markup=False)
        yield LineEditor(
            placeholder="in this conversation", compact=True, select_on_focus=True, id="find"
        )
        yield Static("", id="find-count", markup=False)

    def open(self) -> None:
        """Show the bar, with the last query in it, and take the focus."""
        box = self.query_one(Input)
        if self.screen.focused is not box:
            self._back = self.screen.focused
        if self.screen.focused is not box or not self.is_open:
            self._from = self._transcript.top
        self.add_class("-open")
        self.screen.set_focus(box)
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
        self._transcript.find(query, near=self._from)
        self._transcript.find_step(1)
        self._show()

    def _show(self) -> None:
        """Show which match of how many the reader is at; go, when nothing is looked for."""
        finder = self._transcript.finder
        box = self.query_one(Input)
        words = ""
        if finder is not None:
            about = "" if finder.exact else "≈ "
            words = f"{finder.at + 1:,} of {about}{finder.count:,}"
            if not finder.count:
                words = "nothing found" if finder.exact else "looking …"
        elif not box.has_focus:
            self.remove_class("-open")
        self.query_one("#find-count", Static).update(words)

    def action_step(self, by: int) -> None:
        """Go to the next or the previous match."""
        if self._transcript.finder is not None:
            self._transcript.find_step(by)

    def action_accept(self) -> None:
        """Go to the text that was found; the marks stay, and the bar."""
        finder = self._transcript.finder
        if finder is not None and finder.count:
            self.screen.set_focus(self._transcript)

    def action_close(self) -> None:
        """Hide the bar, clear the marks, and give the focus back to where it was."""
        self.remove_class("-open")
        self._transcript.clear_find()
        back = self._back if self._back is not None and self._back.is_attached else None
        self.screen.set_focus(back or self._transcript)
        self.post_message(self.Closed(self))
