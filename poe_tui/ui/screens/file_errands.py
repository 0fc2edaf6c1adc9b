"""What is done with the files of a conversation: listed, opened, saved, their links copied."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from poe_tui.errors import PoeTuiError
from poe_tui.saving import Wanted, save_all
from poe_tui.services import Services
from poe_tui.ui.chats import Chats, in_words
from poe_tui.ui.saving import save_folder, told
from poe_tui.ui.transcript.files import File

if TYPE_CHECKING:
    from poe_tui.ui.screens.main import MainScreen


class FileErrands:
    """Does it, over the main screen. The coroutines are for a worker of that screen."""

    def __init__(self, screen: MainScreen, chats: Chats, services: Services) -> None:
        self._screen = screen
        self._chats = chats
        self._services = services

    def save(self, files: Sequence[File]) -> None:
        """Save `files` where they were saved last, beside everything else."""
        self._screen.say("Saving …")
        self._screen.run_worker(
            self._save(files, save_folder(self._services)),
            group="save files",
            description="save files",
            exit_on_error=False,
        )

    async def _save(self, files: Sequence[File], folder: Path) -> None:
        self._screen.say(*await self._saved(files, folder))

    async def _saved(self, files: Sequence[File], folder: Path) -> tuple[str, str]:
        wanted = [Wanted(file.name, file.address) for file in files]
        return told(await save_all(self._services.files, wanted, folder), folder)

    async def save_to(self, files: Sequence[File]) -> None:
        """Save `files` in a folder that is asked for, and remembered."""
        folder = await self._ask_for_folder()
        if folder is not None:
            self._screen.say("Saving …")
            await self._save(files, folder)

    async def _ask_for_folder(self) -> Path | None:
        from poe_tui.ui.screens.folder_picker import FolderPicker

        start = save_folder(self._services)
        folder = await self._screen.app.push_screen_wait(FolderPicker(start))
        if folder is not None:
            self._services.state.state.save_folder = str(folder)
            try:
                self._services.state.save()
            except PoeTuiError as error:
                self._screen.say(in_words(error), "warning")
        return folder

    async def list(self) -> None:
        """Show all files of the conversation on screen, and do with each what is pressed."""
        from poe_tui.ui.screens.file_list import FileList, listed_files

        listed = await asyncio.to_thread(listed_files, self._chats.current.path())
        if not listed:
            self._screen.say("This conversation has no files.")
            return
        here = self._screen.pane.transcript.cursor or ""
        shown = FileList(listed, here=here, act=self._act, palette=self._screen.palette)
        await self._screen.app.push_screen_wait(shown)

    async def _act(self, verb: str, file: File) -> str:
        """Do with a file what the list offers, and return what to say of it there."""
        if not file.address:
            return (
                "It has not been sent yet." if file.is_local else "Its address is none of the web."
            )
        if verb == "open":
            await self._screen.questions.open_link(file.address, more=False)
            return ""
        if verb == "copy":
            from poe_tui.ui.clipboard import copy

            return f"Copied the link {await copy(self._screen.app, file.address)}."
        folder = save_folder(self._services)
        if verb == "save to":
            chosen = await self._ask_for_folder()
            if chosen is None:
                return ""
            folder = chosen
        return (await self._saved([file], folder))[0]
