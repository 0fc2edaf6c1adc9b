"""Files that bots send, saved: by a key, or all by themselves because their links expire."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Message
from poe_tui.markdown.safe import plain
from poe_tui.saving import Saved, save_all, wanted_files
from poe_tui.services import Services
from poe_tui.ui.chats import in_words
from poe_tui.ui.replies import Launch


def told(saved: Saved, folder: Path) -> tuple[str, str]:
    """Return what to say of files that were saved in `folder`, and how severe it is."""
    names = ", ".join(path.name for path in saved.paths)
    said = [f"{plain(name)}: {in_words(error)}" for name, error in saved.problems]
    said += [f"Saved {names} in {short(folder)}."] if saved.paths else []
    return " ".join(said), "error" if saved.problems else "information"


def save_folder(services: Services) -> Path:
    """Return where files are saved to when nobody says: where they last were by choice.

    Before that it is the setting `downloads`, and without one Downloads or the home directory.
    """
    from poe_tui.store.downloads import default_folder

    chosen = Path(services.state.state.save_folder)
    if services.state.state.save_folder and chosen.is_dir():
        return chosen
    named = services.settings.downloads
    return Path(named).expanduser() if named else default_folder()


class Downloads:
    """Saves the files of each answer as it ends, where the setting `downloads` names a folder."""

    def __init__(
        self,
        services: Services,
        *,
        launch: Launch,
        say: Callable[[str, str], None],
        then: Callable[[Conversation, Message], None],
    ) -> None:
        """`then` hears of every answer as well."""
        self._services = services
        self._launch = launch
        self._say = say
        self._then = then

    def reply_ended(self, conversation: Conversation, message: Message) -> None:
        """Begin to save what came with an answer; nothing without a folder, or without files.

        The pictures that its text shows are files, too, but where pictures are never shown.
        """
        self._then(conversation, message)
        if self._services.settings.downloads and (message.attachments or "![" in message.text):
            self._launch(partial(self._save, message), "downloads")

    async def _save(self, message: Message) -> None:
        services = self._services
        wanted = await asyncio.to_thread(wanted_files, message, services.settings)
        if wanted:
            folder = Path(services.settings.downloads).expanduser()
            self._say(*told(await save_all(services.files, wanted, folder), folder))


def short(folder: Path) -> str:
    """Return a folder with `~` for the home directory."""
    home = Path.home()
    return str(Path("~") / folder.relative_to(home)) if folder.is_relative_to(home) else str(folder)
