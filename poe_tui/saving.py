"""The files of an answer put into a folder: by a key, or as it ends because links expire."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from poe_tui.chat.message import Message
from poe_tui.errors import PoeTuiError
from poe_tui.markdown.pictures import WEB, picture_name, pictures_in
from poe_tui.poe.files import Files
from poe_tui.settings import Settings


class Wanted(NamedTuple):
    """A file that is to be saved."""

    name: str
    address: str


class Saved(NamedTuple):
    """What has become of several files."""

    paths: list[Path]
    problems: list[tuple[str, PoeTuiError]]
    """The name of each file that could not be saved, and why."""


def wanted_files(message: Message, settings: Settings) -> list[Wanted]:
    """Return what is saved of an answer as it ends; nothing without a folder in the settings.

    That is its attachments, and the pictures that its text shows, but where pictures are never
    fetched. Renders the text if it shows any: call it in a thread.
    """
    if not settings.downloads:
        return []
    wanted = [
        Wanted(each.name, each.url)
        for each in message.attachments
        if each.url and each.url.lower().startswith(WEB)
    ]
    if "![" not in message.text or settings.images == "never":
        return wanted
    from poe_tui.markdown.render import render

    document = render(message.text, 100, plain=message.content_type == "text/plain")
    known = {each.address for each in wanted}
    shown = [address for address in pictures_in(document) if address not in known]
    return wanted + [Wanted(picture_name(address), address) for address in shown]


async def save_all(source: Files, wanted: Sequence[Wanted], folder: Path) -> Saved:
    """Save files; one that fails does not keep the others. The folder is made when it is needed."""
    from poe_tui.store.downloads import save_file

    saved = Saved([], [])
    for name, address in wanted:
        try:
            content = await source.get(address)
            saved.paths.append(await asyncio.to_thread(save_file, content, name, folder))
        except PoeTuiError as error:
            saved.problems.append((name, error))
    return saved
