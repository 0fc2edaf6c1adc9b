"""What the keys of the transcript do with files: show pictures, save, open."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.worker import Worker

from poe_tui.ui.transcript import kitty
from poe_tui.ui.transcript.files import File
from poe_tui.ui.transcript.gallery import Gallery, Mode
from poe_tui.ui.transcript.keys import Keys

if TYPE_CHECKING:
    from poe_tui.poe.files import Files


class Exhibit(Keys):
    """A transcript whose messages' files can be looked at and saved."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.gallery = Gallery()
        self.folder: Path | None = None
        """Where files are saved to; None for the user's Downloads, or home."""
        self._files: Files | None = None
        self._coming: dict[str, Worker[None]] = {}

    def use_files(self, files: Files, *, mode: Mode = "ask", limit: int = 20_000_000) -> None:
        """Fetch what is looked at or saved from `files`; a picture has `limit` bytes at most.

        `mode` says when pictures are fetched: when the reader asks, always, or never.
        """
        self._files = files
        able = kitty.is_kitty(os.environ) and self.app.console.color_system == "truecolor"
        write = self._tell_terminal if able and not self.app.is_headless else None
        self.gallery.clear()
        self.gallery = Gallery(files.get, mode=mode, limit=limit, write=write)

    def _tell_terminal(self, sequence: str) -> None:
        driver = self.app._driver
        if driver is not None:
            driver.write(sequence)

    def files_here(self, index: int | None = None) -> Sequence[File]:
        """Return the files of entry `index`, None for the one that keys act on."""
        place = self.here if index is None else index
        return () if self.column is None or place is None else self.column.entry(place).files

    # -- pictures -------------------------------------------------------------------------------

    def action_show_pictures(self) -> None:
        """Show the pictures of the message under the cursor, or hide those that are shown."""
        files = [file for file in self.files_here() if file.is_picture and file.address]
        if not files:
            self.notice("This message has no picture.", "warning")
        elif self.gallery.mode == "never":
            self.notice('Pictures are not shown: images = "never" in config.toml.', "warning")
        else:
            hide = any(self.gallery.is_open(file.address) for file in files)
            for address in {file.address: None for file in files}:
                self._hide(address) if hide else self._show(address, look=True)

    def press_picture(self, index: int, number: int) -> None:
        """Show picture `number` among the files of entry `index`, or hide it."""
        files = self.files_here(index)
        if number < len(files):
            address = files[number].address
            if self.gallery.is_open(address):
                self._hide(address)
            else:
                self._show(address, look=True)

    def show_unasked(self) -> None:
        """Where pictures are always shown, show those that have come into view."""
        column = self.column
        if self.gallery.mode != "always" or column is None or not len(column):
            return
        for index in range(self.top[0], self.last_visible() + 1):
            for file in column.entry(index).files:
                if file.is_picture and file.address and self.gallery.unasked(file.address):
                    self._show(file.address)

    def _show(self, address: str, *, look: bool = False) -> None:
        """Fetch and show a picture; with `look` bring it into view, where the cursor has stayed."""
        gallery, room, here = self.gallery, self.text_width, self.cursor

        async def showing() -> None:
            try:
                await gallery.load(address, room)
            finally:
                self._coming.pop(address, None)
                self._rehang(address)
            if look and self.cursor == here and self.is_attached:
                self._look_at(address)

        gallery.expect(address)
        self._coming[address] = self.run_worker(
            showing(), group="pictures", description="show a picture", exit_on_error=False
        )
        self.call_later(self._rehang, address)

    def _hide(self, address: str) -> None:
        coming = self._coming.pop(address, None)
        if coming is not None:
            coming.cancel()
        self.gallery.hide(address)
        self._rehang(address)

    def _rehang(self, address: str) -> None:
        if self.column is not None and self.is_attached:
            self.column.rehang(address)
            self.refit()
            self.repaint()
            self.measure_soon()

    def _look_at(self, address: str) -> None:
        """Bring a picture of the message under the cursor into view, its beginning at least."""
        index, column = self.here, self.column
        if index is None or column is None:
            return
        entry = column.entry(index)
        for number, file in enumerate(entry.files):
            if file.address == address and self.gallery.is_open(address):
                first = entry.file_at(number)
                rows = len(self.gallery.rows(address, column.width))
                self.bring_into_view(index, first, first + 1 + rows)
                return

    # -- saving ---------------------------------------------------------------------------------

    def action_save_files(self) -> None:
        """Save the files of the message under the cursor."""
        files = [file for file in self.files_here() if file.address]
        if not files or self._files is None:
            self.notice("This message has no file that could be saved.", "warning")
            return
        self.notice("Saving …")
        self.run_worker(
            self._save(self._files, files),
            group="save files",
            description="save files",
            exit_on_error=False,
        )

    async def _save(self, source: Files, files: Sequence[File]) -> None:
        from poe_tui.store.downloads import default_folder
        from poe_tui.ui.saving import save_all

        named = [(file.name, file.address) for file in files]
        self.notice(*await save_all(source, named, self.folder or default_folder()))
