"""Files that bots send, saved: by a key, or all by themselves because their links expire."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Message
from poe_tui.errors import PoeTuiError
from poe_tui.markdown.safe import plain
from poe_tui.poe.files import Files
from poe_tui.services import Services
from poe_tui.ui.chats import in_words
from poe_tui.ui.replies import Launch
from poe_tui.ui.transcript.files import files_in


async def save_all(
    source: Files, files: Sequence[tuple[str, str]], folder: Path
) -> tuple[str, str]:
    """Save files, each a name and an address, and return what to say of it and how severe it is.

    The folder is made when it is not there. One file that fails does not keep the others.
    """
    from poe_tui.store.downloads import save_file

    saved: list[Path] = []
    problems: list[str] = []
    for name, address in files:
        try:
            content = await source.get(address)
            saved.append(await asyncio.to_thread(save_file, content, name, folder))
        except PoeTuiError as error:
            problems.append(f"{plain(name)}: {in_words(error)}")
    names = ", ".join(path.name for path in saved)
    told = [f"Saved {names} in {short(folder)}."] if saved else []
    return " ".join([*problems, *told]), "error" if problems else "information"


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
        settings = self._services.settings
        found = await asyncio.to_thread(files_in, message)
        shown = settings.images != "never"  # else no picture is fetched that the text alone names
        files = [(each.name, each.address) for each in found if shown or not each.in_text]
        if any(address for _, address in files):
            wanted = [each for each in files if each[1]]
            folder = Path(settings.downloads).expanduser()
            self._say(*await save_all(self._services.files, wanted, folder))


def short(folder: Path) -> str:
    """Return a folder with `~` for the home directory."""
    home = Path.home()
    return str(Path("~") / folder.relative_to(home)) if folder.is_relative_to(home) else str(folder)
