"""Where prompts are written."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar, Final

from textual import events, work
from textual.actions import SkipAction
from textual.app import SuspendNotSupported
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message

from poe_tui.ui.clipboard import clean, copy
from poe_tui.ui.event import event
from poe_tui.ui.keymap import bindings_for
from poe_tui.ui.widgets.prompt_files import PromptFiles
from poe_tui.ui.widgets.text_editor import TextEditor

#: Typed in Persian, in Indic scripts and inside emoji; Textual takes them for no characters.
_JOINERS: Final = "\u200c\u200d"


def editor_command(environment: Mapping[str, str]) -> list[str]:
    """Return the command of the user's editor, $VISUAL before $EDITOR; empty when there is none."""
    import shlex

    for name in ("VISUAL", "EDITOR"):
        command = shlex.split(environment.get(name, ""))
        if command:
            return command
    for program in ("nano", "vi"):
        if shutil.which(program):
            return [program]
    return []


class Composer(TextEditor):
    """A text box that grows with its text, to a third of the screen. Enter sends."""

    DEFAULT_CSS = """
    Composer {
        height: auto;
        min-height: 5;
        max-height: 33%;
        padding: 0 1;
        border: round $line;
        border-title-color: $text;
        border-subtitle-color: $dim;
        background: $ground;
        color: $text;
        scrollbar-size-vertical: 1;
        & .text-area--placeholder { color: $dim; }
        &:light .text-area--cursor { color: $ground; background: $accent; }
        &:focus { border: round $accent; }
        &.-editing { border: round $warn; }
    }
    """

    BINDING_GROUP_TITLE = "Writing"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("composer")]

    @event
    class Submitted(Message):
        """The prompt is ready; the composer keeps its text until it is told to clear."""

        composer: Composer
        text: str

        @property
        def control(self) -> Composer:
            """The composer it comes from."""
            return self.composer

    @event
    class LeftUpwards(Message):
        """`up` was pressed in an empty composer: on to the transcript."""

        composer: Composer

    @event
    class FilesChanged(Message):
        """Other files go with the prompt now: `composer.files` knows them."""

        composer: Composer

    @event
    class Noticed(Message):
        """Something to say in the status line."""

        composer: Composer
        text: str
        severity: str = "warning"

    def __init__(self) -> None:
        super().__init__(id="composer", highlight_cursor_line=False, soft_wrap=True)
        self.match_cursor_bracket = False
        self._price = Content("")
        self._state = Content("")
        self._bot = ""
        self._aside = ""
        self.files = PromptFiles(self)
        self.pictures: Path | None = None
        """Where pictures from the clipboard are kept; None where they can't be."""
        self.first_to_know: Callable[[str], bool] | None = None
        """Asked about each key first, whether it takes it; None for nobody."""

    def show_bot(self, bot: str, *, hint: str) -> None:
        """Say whom the next prompt goes to; `hint` ends the placeholder."""
        self._bot = bot
        self.placeholder = Content(f"Ask {bot}{hint}")
        self.show_aside(self._aside)

    def show_aside(self, bot: str) -> None:
        """Say that this prompt alone goes to `bot`, as it mentions it; empty for none."""
        self._aside = bot
        self.border_title = Content(f"{bot} · this once" if bot else self._bot)

    def show_state(self, text: str, *, editing: bool = False) -> None:
        """Say in the border what enter would do besides sending; empty for nothing."""
        self._state = Content(text)
        self._show_border()
        self.set_class(editing, "-editing")

    def show_price(self, price: Content) -> None:
        """Say in the border what the prompt would cost; empty for nothing."""
        self._price = price
        self._show_border()

    def _show_border(self) -> None:
        parts = [part for part in (self._price, self._state) if part]
        self.border_subtitle = Content(" · ").join(parts)

    def replace_text(self, text: str) -> None:
        """Put `text` in place of what is there; undo brings the old text back."""
        self.replace(text, (0, 0), self.document.end)
        self.move_cursor(self.document.end)

    def take_out(self, text: str) -> None:
        """Take out `text`, which has been sent; what was typed behind it meanwhile stays."""
        self.replace_text(self.text.removeprefix(text))

    def switch_text(self, text: str) -> None:
        """Show the text of another conversation; undo starts afresh."""
        self.load_text(text)
        self.move_cursor(self.document.end)

    @property
    def before_cursor(self) -> str:
        """What stands before the cursor in the first line with words; a newline further down."""
        row, column = self.cursor_location
        first = all(not self.document.get_line(above).strip() for above in range(row))
        return self.document.get_line(row)[:column] if first else "\n"

    def replace_before_cursor(self, text: str) -> None:
        """Put `text` in place of all that stands before the cursor."""
        result = self.replace(text, (0, 0), self.cursor_location)
        self.move_cursor(result.end_location)

    # -- keys -----------------------------------------------------------------------------------

    async def _on_key(self, event: events.Key) -> None:
        if self.first_to_know is not None and self.first_to_know(event.key):
            event.prevent_default()
            event.stop()
        elif event.character and event.character in _JOINERS:
            event.prevent_default()
            self._insert(event.character)
        elif event.key == "enter" or event.key.startswith("alt+"):
            # TextArea would take it for a new line, or for the letter that most terminals send
            # after an escape, before any binding is looked at.
            event.prevent_default()

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        text = clean(event.text)
        self.focus()
        if not await self.files.take_paste(text, self.text):
            self._insert(text)

    def _insert(self, text: str) -> None:
        result = self.replace(text, *self.selection)
        self.move_cursor(result.end_location)

    def action_send(self) -> None:
        self.post_message(self.Submitted(self, self.text))

    def action_newline(self) -> None:
        self._insert("\n")

    def action_cursor_up(self, select: bool = False) -> None:
        if not self.text and not select:
            self.post_message(self.LeftUpwards(self))
            return
        super().action_cursor_up(select)

    def action_copy(self) -> None:
        if not self.selected_text:
            raise SkipAction
        self._copy(self.selected_text)

    @work(group="copy", exit_on_error=False)
    async def _copy(self, text: str) -> None:
        self.post_message(
            self.Noticed(self, f"Copied {await copy(self.app, text)}.", "information")
        )

    def action_undo(self) -> None:
        pasted = self.files.undo_paste(self.text)
        if pasted is not None:
            self._insert(pasted)
            return
        before = self.text
        super().action_undo()
        if not before and not self.text:
            raise SkipAction  # nothing was written: the key may undo something else

    def action_delete_left(self) -> None:
        if self.text or not self.files.remove():
            super().action_delete_left()

    # -- files ----------------------------------------------------------------------------------

    @work(group="files", exclusive=True, exit_on_error=False)
    async def action_attach(self) -> None:
        """Choose a file that goes with the prompt."""
        from poe_tui.ui.screens.file_picker import FilePicker

        path = await self.app.push_screen_wait(FilePicker(self.files.last_folder))
        if path is not None:
            await self.files.add([path])

    @work(group="files", exclusive=True, exit_on_error=False)
    async def action_attach_image(self) -> None:
        """Attach the picture in the clipboard."""
        if self.pictures is not None:
            await self.files.add_image(self.pictures)

    def files_changed(self) -> None:
        """Pass on that other files go with the prompt now."""
        self.post_message(self.FilesChanged(self))

    def files_noticed(self, text: str, severity: str = "information") -> None:
        """Pass on what is to be said about the files."""
        self.post_message(self.Noticed(self, text, severity))

    # -- the editor -----------------------------------------------------------------------------

    def action_open_editor(self) -> None:
        """Write in the user's editor; the composer has the text when it ends."""
        if self.selected_text:
            self.action_cut()
            return
        command = editor_command(os.environ)
        if not command:
            self._notice("No editor was found. Set $EDITOR, for example EDITOR=nano.")
            return
        try:
            self._edit_with(command)
        except SuspendNotSupported:
            self._notice("An editor can't be opened from this terminal.")
        except OSError as error:
            self._notice(f"{command[0]} could not be started: {error.strerror}. Set $EDITOR.")

    def _edit_with(self, command: list[str]) -> None:
        with tempfile.TemporaryDirectory(prefix="poe-tui-") as directory:
            file = Path(directory) / "prompt.md"
            file.write_text(self.text, encoding="utf-8")
            with self.app.suspend():
                done = subprocess.run([*command, str(file)], check=False)
            if done.returncode != 0:
                self._notice(f"{command[0]} ended with {done.returncode}; the text is as it was.")
                return
            self.replace_text(file.read_text(encoding="utf-8", errors="replace").rstrip("\n"))
        self.app.refresh()

    def _notice(self, text: str) -> None:
        self.post_message(self.Noticed(self, text))
