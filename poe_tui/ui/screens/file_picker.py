"""Choosing a file by its path: typed, completed, or found by a few of its letters."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

import msgspec
from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from poe_tui.chat.attaching import pasted_files, size_text
from poe_tui.fuzzy import match
from poe_tui.markdown.rows import BOLD, Look, Span
from poe_tui.markdown.safe import plain
from poe_tui.ui.screens.picker import Picker, PickerRows
from poe_tui.ui.themes import palette_from
from poe_tui.ui.widgets.line_list import LineList, fit
from poe_tui.ui.widgets.text_editor import LineEditor

#: Entries of one folder that are looked at: more than that is no place to look around in.
_MOST: Final = 5_000
_SIZE_CELLS: Final = 9


class Found(msgspec.Struct, frozen=True):
    """An entry of a folder."""

    name: str
    is_folder: bool
    size: int | None = None
    """Bytes; None for a folder."""


def split(typed: str, start: Path) -> tuple[Path, str]:
    """Return the folder that `typed` is about, and the beginning of a name in it.

    A relative path counts from `start`, and ~ is the home directory.
    """
    folder, _, name = typed.rpartition("/")
    if not folder:
        folder = "/" if typed.startswith("/") else ""
    return start / Path(os.path.expanduser(folder)), name


def entries(folder: Path) -> list[Found]:
    """Return what is in a folder, folders first, then by name; raises OSError.

    What is neither file nor folder is left out, and what is past the first 5,000 entries.
    """
    found: list[Found] = []
    with os.scandir(folder) as listing:
        for entry, _ in zip(listing, range(_MOST), strict=False):
            try:
                if entry.is_dir():
                    found.append(Found(entry.name, is_folder=True))
                elif entry.is_file():
                    found.append(Found(entry.name, is_folder=False, size=entry.stat().st_size))
            except OSError:
                continue  # a link that leads nowhere, or in a circle
    return sorted(found, key=lambda each: (not each.is_folder, each.name.casefold()))


def fitting(found: Sequence[Found], name: str) -> list[tuple[Found, tuple[int, ...]]]:
    """Return the entries that `name` fits, the best first, and which characters it matched.

    Hidden ones are left out unless `name` begins with a dot.
    """
    shown = [each for each in found if name.startswith(".") or not each.name.startswith(".")]
    if not name:
        return [(each, ()) for each in shown]
    scored = [(match(name, each.name), each) for each in shown]
    best = [(fit_.score, each, fit_.offsets) for fit_, each in scored if fit_ is not None]
    folded = name.casefold()
    best.sort(
        key=lambda one: (
            one[1].name != name,  # beside one that differs in its case alone
            not one[1].name.casefold().startswith(folded),
            -one[0],
        )
    )
    return [(each, offsets) for _, each, offsets in best]


class FileRows(PickerRows, can_focus=False):
    """A line for each entry that fits: its name, and the size of a file."""

    def __init__(self) -> None:
        super().__init__("files")
        self._shown: list[tuple[Found, tuple[int, ...]]] = []

    def show(self, shown: list[tuple[Found, tuple[int, ...]]]) -> None:
        """Show other entries, the highlight on the first."""
        self._shown = shown
        self.begin_again()

    @property
    def chosen(self) -> Found | None:
        """The highlighted entry; None when there is none."""
        return self._shown[self.highlighted][0] if self._shown else None

    def row_count(self) -> int:
        return len(self._shown)

    def row_key(self, index: int) -> str:
        return self._shown[index][0].name

    def row_spans(self, index: int, width: int) -> tuple[list[Span], str]:
        found, offsets = self._shown[index]
        here = self.is_highlighted(index)
        room = max(1, width - 2 - _SIZE_CELLS)
        name = f"{found.name}/" if found.is_folder else found.name
        # A character for a character, so that the matched ones stay where they are.
        name = fit("".join(char if char.isprintable() else "�" for char in name), room)
        spans = [Span("▌ " if here else "  ", Look("accent"))]
        role = "dim" if found.is_folder else "text"
        marked = frozenset(offsets)
        spans += [
            Span(char, Look("accent", BOLD) if place in marked else Look(role))
            for place, char in enumerate(name)
        ]
        spans.append(Span(size_text(found.size).rjust(_SIZE_CELLS), Look("dim")))
        return spans, "line" if here else "panel"


class FilePicker(Picker[Path | None]):
    """Gives the path of the file that was chosen; None when none was."""

    DEFAULT_CSS = """
    FilePicker {
        & > #panel { width: 72; height: 20; max-height: 92%; padding: 1 2; }
        #path { margin-bottom: 1; }
        #nothing { height: auto; color: $dim; display: none; }
        FileRows { height: 1fr; background: $panel; }
    }
    FilePicker.-small {
        & > #panel { height: 100%; max-height: 100%; padding: 0 1; }
        #path { margin-bottom: 0; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", show=False, priority=True),
    ]

    HEADING = "Attach a file"
    VERB = "attach"

    def __init__(self, start: Path) -> None:
        """`start` is the folder to begin in, and from which relative paths count."""
        hints = [("enter", self.VERB), ("tab", "complete"), ("escape", "leave")]
        super().__init__(self.HEADING, hints)
        self._start = start
        self._folder: Path | None = None
        self._reading: Path | None = None
        self._found: list[Found] = []
        self._problem = ""

    def compose_panel(self) -> Iterable[Widget]:
        yield LineEditor(_shown_folder(self._start), placeholder="A path", id="path")
        yield Static(id="nothing")
        yield FileRows()

    def on_mount(self) -> None:
        self._rows.set_palette(palette_from(self.app.theme_variables))
        path = self.query_one("#path", Input)
        path.select_on_focus = False
        path.focus()
        path.cursor_position = len(path.value)
        self._look(path.value)

    @property
    def _rows(self) -> FileRows:
        return self.query_exactly_one(FileRows)

    @property
    def _typed(self) -> str:
        return self.query_one("#path", Input).value

    # -- looking --------------------------------------------------------------------------------

    @on(Input.Changed, "#path")
    def _look_again(self, event: Input.Changed) -> None:
        event.stop()
        self._look(event.value)

    def _look(self, typed: str) -> None:
        folder, name = split(typed, self._start)
        if folder == self._folder:
            self._show(name)
        elif folder != self._reading:
            self._reading = folder
            self._read(folder)

    @work(thread=True, group="folder", exclusive=True, exit_on_error=False)
    def _read(self, folder: Path) -> None:
        """List the folder in a thread: it may be large, or on a disk that has fallen asleep."""
        worker = get_current_worker()
        try:
            found, problem = entries(folder), ""
        except (OSError, ValueError) as error:
            found, problem = [], getattr(error, "strerror", None) or "This is no path"
        if not worker.is_cancelled:
            self.app.call_from_thread(partial(self._take, folder, found, problem))

    def _take(self, folder: Path, found: list[Found], problem: str) -> None:
        if not self.is_attached:
            return
        if self._reading == folder:
            self._reading = None
        wanted, name = split(self._typed, self._start)
        if wanted == folder:  # else another one has been typed meanwhile
            self._folder, self._found, self._problem = folder, found, problem
            self._show(name)

    def _show(self, name: str) -> None:
        shown = fitting(self._found, name)
        self._rows.show(shown)
        nothing = self.query_one("#nothing", Static)
        nothing.display = not shown
        nothing.update(Content(self._problem or "Nothing here has that name."))

    # -- choosing -------------------------------------------------------------------------------

    def action_complete(self) -> None:
        """Write the highlighted name out; a folder is gone into."""
        chosen = self._rows.chosen
        if chosen is not None:
            self._write(chosen)

    def _write(self, chosen: Found) -> None:
        typed = self._typed
        before = typed[: typed.rfind("/") + 1]
        path = self.query_one("#path", Input)
        path.value = f"{before}{chosen.name}{'/' if chosen.is_folder else ''}"
        path.cursor_position = len(path.value)

    @on(Input.Submitted, "#path")
    def _submit(self, event: Input.Submitted) -> None:
        event.stop()
        folder, name = split(event.value, self._start)
        if folder == self._folder:  # else what is shown is still of another folder
            self.choose(folder, name, event.value)

    @on(LineList.Chosen)
    def _click(self, event: LineList.Chosen) -> None:
        event.stop()
        if self._folder is not None and self._rows.chosen is not None:
            self.choose(self._folder, "", "")

    def choose(self, folder: Path, name: str, typed: str) -> None:
        """Close with what is highlighted, or go into it.

        `name` is what was typed of a name in `folder`, `typed` is all that was typed.
        """
        chosen = self._rows.chosen
        if name in (".", "..") or (chosen is None and not name):
            return
        named = pasted_files(typed, self._start) if chosen is None else []
        if named:
            self.dismiss(named[0])  # quoted or escaped, as a terminal pastes it
        elif chosen is None:
            said = self._problem or f"There is no {plain(name)} here."
            self.query_one("#nothing", Static).update(Content(said))
        elif chosen.is_folder:
            self._write(chosen)
        else:
            self.dismiss(folder / chosen.name)


def _shown_folder(folder: Path) -> str:
    """Return a folder as one types it, with ~ for the home directory and a slash at the end."""
    try:
        inside = folder.relative_to(Path.home())
    except (ValueError, RuntimeError):
        return f"{folder}".rstrip("/") + "/"
    return "~/" if str(inside) == "." else f"~/{inside}/"
