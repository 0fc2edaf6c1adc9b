"""Files that bots send, saved: by a key, or all by themselves because their links expire."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Message
from poe_tui.errors import PoeTuiError
from poe_tui.poe.files import Files
from poe_tui.services import Services
from poe_tui.ui.replies import Launch


async def save_all(
    source: Files, files: Sequence[tuple[str, str]], folder: Path
) -> tuple[str, str]:
    """Save files, each a name and an address, and return what to say of it and how severe it is.

    The folder is made when it is not there. The first file that fails ends it, in words.
    """
    from poe_tui.store.downloads import save_file

    saved: list[Path] = []
    for name, address in files:
        try:
            content = await source.get(address)
            saved.append(await asyncio.to_thread(save_file, content, name, folder))
        except PoeTuiError as error:
            parts = (f"{name}: {error.heading}.", error.explanation, error.hint)
            return " ".join(part for part in parts if part), "error"
    names = ", ".join(path.name for path in saved)
    return f"Saved {names} in {_short(folder)}.", "information"


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
        """Begin to save what came with an answer; nothing without a folder, or without files."""
        self._then(conversation, message)
        files = [(each.name, each.url) for each in message.attachments if each.url]
        if self._services.settings.downloads and files:
            self._launch(partial(self._save, files), "downloads")

    async def _save(self, files: Sequence[tuple[str, str]]) -> None:
        folder = Path(self._services.settings.downloads).expanduser()
        self._say(*await save_all(self._services.files, files, folder))


def _short(folder: Path) -> str:
    """Return a folder with `~` for the home directory."""
    home = Path.home()
    return str(Path("~") / folder.relative_to(home)) if folder.is_relative_to(home) else str(folder)
