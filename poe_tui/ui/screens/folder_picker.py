"""Choosing where files are saved: a folder by its path, or one that is made for them."""

from __future__ import annotations

from pathlib import Path

from textual.content import Content
from textual.widgets import Static

from poe_tui.ui.screens.file_picker import FilePicker, Found, fitting

HERE = Found(".", is_folder=True)
"""The folder that is shown, as its own first entry."""


class FolderPicker(FilePicker):
    """Gives the folder that was chosen, which need not be there yet; None when none was.

    The first entry is the folder itself; one goes into any other. A path of which nothing is there
    is one that is to be made.
    """

    HEADING = "Save where?"
    VERB = "save here, or go in"

    def _show(self, name: str) -> None:
        folders = [each for each in self._found if each.is_folder]
        shown = fitting(folders, name)
        there = not self._problem
        self._rows.show([*([(HERE, ())] if there and not name else []), *shown])
        nothing = self.query_one("#nothing", Static)
        new = not shown and (bool(name) or not there)
        nothing.display = new
        nothing.update(Content("It is not there yet: enter makes it, and saves there."))

    def action_complete(self) -> None:
        """Write the highlighted name out, and go in; the folder itself is written already."""
        if self._rows.chosen is not HERE:
            super().action_complete()

    def choose(self, folder: Path, name: str, typed: str) -> None:
        """Close with the folder, or with one that is to be made; go into any other."""
        chosen = self._rows.chosen
        if chosen is None or chosen is HERE or name in (".", ".."):
            self.dismiss(folder / name)
        else:
            self._write(chosen)
