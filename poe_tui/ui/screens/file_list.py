"""All files of a conversation, each to be opened, saved, or its link copied."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import ClassVar, Final, NamedTuple

from rich.cells import cell_len
from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from poe_tui.chat.attaching import size_text
from poe_tui.chat.message import Message
from poe_tui.markdown.rows import BOLD, Look, Span
from poe_tui.markdown.safe import plain
from poe_tui.ui.palette import Palette, hue_of
from poe_tui.ui.screens.dialog import Dialog
from poe_tui.ui.transcript.files import File, files_in
from poe_tui.ui.widgets.line_list import LineList, fit

_SHORTEST_NAME: Final = 16


class Listed(NamedTuple):
    """A file, and where it comes from."""

    file: File
    whose: str
    """The bot that sent it; empty for the user."""
    message_id: str


Act = Callable[[str, File], Awaitable[str]]
"""Does something with a file (open, save, save to, copy) and returns what to say of it."""


def listed_files(messages: Sequence[Message]) -> list[Listed]:
    """Return the files of `messages`. Slow where many show pictures: call it in a thread."""
    return [
        Listed(file, message.bot or "" if message.role == "bot" else "", message.id)
        for message in messages
        for file in files_in(message)
    ]


class FileRows(LineList):
    """A line for each file: its name, what it is, and whose."""

    def __init__(self, listed: Sequence[Listed]) -> None:
        super().__init__("listed")
        self.listed = listed

    def row_count(self) -> int:
        return len(self.listed)

    def row_key(self, index: int) -> str:
        return str(index)

    def row_spans(self, index: int, width: int) -> tuple[list[Span], str]:
        file, whose, _ = self.listed[index]
        here = index == self.highlighted
        # Columns as wide as what is in them, so far as there is room for a name.
        facts = max(cell_len(_facts(each.file)) for each in self.listed)
        who = max(cell_len(_who(each)) for each in self.listed)
        room = width - 4
        if room - who - 2 < _SHORTEST_NAME:
            who = 0
        room -= who + 2 if who else 0
        if room - facts - 2 < _SHORTEST_NAME:
            facts = 0
        room -= facts + 2 if facts else 0
        spans = [
            Span("▌ " if here else "  ", Look("accent")),
            Span(fit(plain(file.name) or "file", max(1, room)), Look("text", BOLD if here else 0)),
            Span("  " + fit(_facts(file), facts) if facts else "", Look("dim")),
            Span(
                "  " + fit(_who(self.listed[index]), who) if who else "",
                Look(f"hue{hue_of(whose)}" if whose else "dim"),
            ),
            Span("  ", Look()),
        ]
        return spans, "line" if here else "panel"


def _facts(file: File) -> str:
    return " · ".join(part for part in (file.kind, size_text(file.size)) if part)


def _who(listed: Listed) -> str:
    return plain(listed.whose) or "You"


class FileList(Dialog[None]):
    """Shows them; what is done with one is said in the last line, and the list stays."""

    DEFAULT_CSS = """
    FileList {
        & > #panel { width: 84; max-height: 85%; }
        FileRows { height: auto; max-height: 1fr; background: $panel; }
        #said { color: $dim; display: none; padding-top: 1; }
    }
    FileList.-small > #panel { max-height: 100%; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "step(1)", "Down", show=False),
        Binding("k", "step(-1)", "Up", show=False),
        Binding("o", "act('open')", "Open", show=False),
        Binding("s", "act('save')", "Save", show=False),
        Binding("S", "act('save to')", "Save to", show=False),
        Binding("c,y", "act('copy')", "Copy the link", show=False),
        Binding("q", "leave", "Close", show=False),
    ]

    def __init__(self, listed: Sequence[Listed], *, here: str, act: Act, palette: Palette) -> None:
        """The highlight begins at the first file of the message `here`, or at the last file."""
        hints = [
            ("o", "open"),
            ("s", "save"),
            ("S", "save to"),
            ("c", "copy link"),
            ("escape", "leave"),
        ]
        super().__init__("Files of this conversation", hints)
        self._listed = listed
        self._act = act
        self._palette = palette
        places = [place for place, each in enumerate(listed) if each.message_id == here]
        self._first = places[0] if places else len(listed) - 1

    def compose_panel(self) -> Iterable[Widget]:
        yield FileRows(self._listed)
        yield Static(id="said")

    def on_mount(self) -> None:
        rows = self.query_exactly_one(FileRows)
        rows.set_palette(self._palette)
        rows.focus()
        rows.highlight_key(str(self._first))

    def action_step(self, step: int) -> None:
        """Go to the next or the previous file."""
        self.query_exactly_one(FileRows).action_step(step)

    def action_act(self, verb: str) -> None:
        """Do something with the highlighted file."""
        file = self._listed[self.query_exactly_one(FileRows).highlighted].file
        self.run_worker(self._do(verb, file), group="file", description=verb, exit_on_error=False)

    @on(LineList.Chosen)
    def _open(self, event: LineList.Chosen) -> None:
        event.stop()
        self.action_act("open")

    async def _do(self, verb: str, file: File) -> None:
        said = await self._act(verb, file)
        if self.is_attached:
            line = self.query_one("#said", Static)
            line.display = bool(said)
            line.update(Content(said))
