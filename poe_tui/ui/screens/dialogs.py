"""Small questions: yes or no, a new name, whether to open a link."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from poe_tui.markdown.safe import plain
from poe_tui.ui.screens.dialog import Dialog
from poe_tui.ui.widgets.text_editor import LineEditor


class ConfirmDialog(Dialog[bool]):
    """Asks yes or no. Enter and `y` mean yes; `n` and escape mean no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", "Yes", show=False),
        Binding("n,escape", "answer(False)", "No", show=False, priority=True),
    ]

    def __init__(self, title: str, text: str, yes: str = "yes", no: str = "no") -> None:
        super().__init__(plain(title), [("y", yes), ("n", no)])
        self._text = text

    def compose_panel(self) -> Iterable[Widget]:
        yield Static(Content("\n".join(plain(line) for line in self._text.splitlines())))

    def action_answer(self, yes: bool) -> None:
        """Close with the answer."""
        self.dismiss(yes)


class RenameDialog(Dialog[str | None]):
    """Asks for a name; gives it without space around it, None when nothing is to change."""

    def __init__(self, title: str, value: str = "") -> None:
        super().__init__(plain(title), [("enter", "rename"), ("escape", "leave")])
        self._value = value

    def compose_panel(self) -> Iterable[Widget]:
        yield LineEditor(plain(self._value), placeholder="A name", max_length=200)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        name = plain(event.value)
        self.dismiss(name if name and name != plain(self._value) else None)


class LinkDialog(Dialog[Literal["open", "copy", "next"] | None]):
    """Shows where a link leads, before anything is opened; only http and https can be opened.

    `more` says that there are others, to which the key goes on that led here.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "open", "Open", show=False),
        Binding("c", "answer('copy')", "Copy", show=False),
        # The key that led here: pressed twice in a row it must not open anything.
        Binding("o", "answer('next')", "Next", show=False),
        Binding("n", "leave", "Leave", show=False),
    ]

    def __init__(self, address: str, *, more: bool = True) -> None:
        self._address = plain(address)
        self._more = more
        self.can_open = _is_web(address)
        title = "Open this link?" if self.can_open else "This link can't be opened here"
        hints = [("enter", "open")] if self.can_open else []
        others = [("o", "next link")] if more else []
        super().__init__(title, [*hints, ("c", "copy"), *others, ("escape", "leave")])

    def compose_panel(self) -> Iterable[Widget]:
        yield Static(self._shown())
        if not self.can_open:
            yield Static(Content.styled("\nOnly http and https addresses are opened.", "$dim"))

    def _shown(self) -> Content:
        """Return the address with the host in bold; what stands before an @ is not the host."""
        address = Content.styled(self._address, "$dim")
        if not self.can_open:
            return address
        parts = urlsplit(self._address)
        start = self._address.index("//") + 2 + len(parts.netloc.rpartition("@")[0])
        start += "@" in parts.netloc
        return address.stylize("bold $text", start, start + len(parts.netloc.rpartition("@")[2]))

    def action_open(self) -> None:
        """Close with `open`, if the address is one that may be opened."""
        if self.can_open:
            self.dismiss("open")

    def action_answer(self, answer: Literal["copy", "next"]) -> None:
        """Close with the answer, unless it is to go on and there is nothing more."""
        if answer != "next" or self._more:
            self.dismiss(answer)


def _is_web(address: str) -> bool:
    """Say whether the address is one of the web, and free of what is not shown as it is."""
    try:
        parts = urlsplit(address)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and plain(address) == address
        )
    except ValueError:
        return False
