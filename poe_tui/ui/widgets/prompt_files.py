"""The files that go with the prompt in a composer, and every way to add or drop one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from poe_tui.chat.attaching import AttachmentError, attach, checked, pasted_files
from poe_tui.chat.message import Attachment
from poe_tui.errors import PoeTuiError
from poe_tui.markdown.safe import plain
from poe_tui.ui.chats import in_words
from poe_tui.ui.figures import counted


class FilesListener(Protocol):
    """Who shows the files and says what happened to them."""

    def files_changed(self) -> None:
        """Other files go with the prompt now."""

    def files_noticed(self, text: str, severity: str = "information") -> None:
        """Something to say; `severity` is information or warning."""


class _Pasted(msgspec.Struct, frozen=True):
    """A paste that was taken for files, until something else is written."""

    text: str
    """What was pasted."""
    beside: str
    """What stood in the composer then."""
    paths: tuple[str, ...]


class PromptFiles:
    """Files in the order they were added, each once."""

    def __init__(self, listener: FilesListener) -> None:
        self._listener = listener
        self._attachments: list[Attachment] = []
        self._pasted: _Pasted | None = None
        self.last_folder = Path.cwd()
        """Where the file chosen last was: the next one is often beside it."""

    @property
    def attachments(self) -> list[Attachment]:
        """The files that go with the prompt, as a list of the caller's own."""
        return list(self._attachments)

    def switch(self, attachments: Sequence[Attachment]) -> None:
        """Take the files of another prompt, without telling of it."""
        self._attachments = list(attachments)
        self._pasted = None

    def join(self, attachments: Iterable[Attachment]) -> None:
        """Take the files of another prompt beside those that are here."""
        new = [each for each in attachments if each not in self._attachments]
        if new:
            self._attachments += new
            self._pasted = None
            self._listener.files_changed()

    # -- adding ---------------------------------------------------------------------------------

    async def take_paste(self, text: str, beside: str) -> bool:
        """Attach the files that `text` names; False when it names anything else.

        `beside` is what stands in the composer: while it does, `undo_paste` takes it back.
        """
        paths = await asyncio.to_thread(pasted_files, text, Path.cwd())
        added = await self._attach(paths)
        if added:
            self._pasted = _Pasted(text, beside, tuple(each.path or "" for each in added))
            self._listener.files_noticed(
                f"Attached {_called(added)} · ctrl+z pastes the text instead"
            )
        return bool(paths)

    def undo_paste(self, beside: str) -> str | None:
        """Take back the last paste if it became files, and return its text; else None."""
        pasted, self._pasted = self._pasted, None
        if pasted is None or pasted.beside != beside:
            return None
        self._attachments = [each for each in self._attachments if each.path not in pasted.paths]
        self._listener.files_changed()
        return pasted.text

    async def add(self, paths: Iterable[Path]) -> None:
        """Attach files that were chosen, and remember their folder."""
        chosen = list(paths)
        added = await self._attach(chosen)
        if added:
            self.last_folder = chosen[-1].parent
            self._listener.files_noticed(f"Attached {_called(added)}.")

    async def add_image(self, folder: Path) -> None:
        """Attach the picture that is in the clipboard; it is kept as a file in `folder`."""
        from poe_tui.store.pasted import keep_pasted
        from poe_tui.ui.clipboard_image import read_image

        try:
            data, ending = await read_image()
            path = await asyncio.to_thread(keep_pasted, folder, data, ending)
        except PoeTuiError as error:
            self._listener.files_noticed(in_words(error), "warning")
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self._listener.files_noticed(f"The picture could not be kept: {reason}.", "warning")
        else:
            added = await self._attach([path])
            if added:
                self._listener.files_noticed(f"Attached {_called(added)}.")

    async def _attach(self, paths: Sequence[Path]) -> list[Attachment]:
        """Attach what is not yet attached and return it; says what can't be."""
        added: list[Attachment] = []
        for path in paths:
            try:
                attachment = await asyncio.to_thread(attach, path)
            except AttachmentError as error:
                self._listener.files_noticed(_why(error), "warning")
            else:
                if all(each.path != attachment.path for each in self._attachments):
                    self._attachments.append(attachment)
                    added.append(attachment)
                else:
                    self._listener.files_noticed(f"{plain(attachment.name)} is attached already.")
        if added:
            self._pasted = None
            self._listener.files_changed()
        return added

    # -- dropping and sending -------------------------------------------------------------------

    def remove(self, index: int = -1) -> bool:
        """Take a file away, the last one by default; False when there is none."""
        if not self._attachments:
            return False
        self._pasted = None
        gone = self._attachments.pop(index)
        self._listener.files_changed()
        self._listener.files_noticed(f"{plain(gone.name)} is not sent.")
        return True

    def ready(self) -> list[Attachment] | None:
        """Return the files as they go with the prompt; None, and says why, when one can't go."""
        try:
            return checked(self._attachments)
        except AttachmentError as error:
            self._listener.files_noticed(_why(error), "warning")
            return None


def _why(error: AttachmentError) -> str:
    """Return what is wrong with a file without its heading: the line has little room."""
    return f"{plain(error.explanation)} {error.hint}"


def _called(attachments: Sequence[Attachment]) -> str:
    if len(attachments) == 1:
        return plain(attachments[0].name)
    return counted(len(attachments), "file")
