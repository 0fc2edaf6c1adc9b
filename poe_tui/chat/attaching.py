"""Files on their way into a prompt: recognised where they are pasted, checked before they go."""

from __future__ import annotations

import mimetypes
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, ClassVar, Final
from urllib.parse import unquote, urlsplit

import msgspec

from poe_tui.chat.message import Attachment
from poe_tui.chat.surrogates import mend
from poe_tui.errors import ReplyError

LARGEST: Final = 50 * 1024 * 1024
"""Bytes: 50 MB, whichever way they are counted. Poe documents as many for a bot's files, and for a
user's nothing."""

MOST: Final = 20
"""Files of one paste. Poe documents as many for one answer, and nothing for a prompt."""

_BLANK: Final = " \t\r\n"
"""What a terminal puts around a path. Other blanks, a no-break space say, may end a file's name."""
_LONGEST_PASTE: Final = 16_384
_ESCAPED: Final = re.compile(r"\\([$`])")
_OTHER: Final = "application/octet-stream"
_ARCHIVES: Final = ("zip", "tar", "gzip", "7z", "rar", "compressed")


class AttachmentError(ReplyError):
    """A file can't go with the message: missing, unreadable, too large, or refused."""

    kind: ClassVar[str] = "attachment"
    title: ClassVar[str] = "The file could not be attached"
    actions: ClassVar[tuple[str, ...]] = ("edit", "retry")


# -- what was pasted ------------------------------------------------------------------------------


def pasted_files(text: str, folder: Path) -> list[Path]:
    """Return the files that `text` names, if it names existing files and nothing else; else [].

    Terminals paste a dropped file as its path: as it is, quoted or escaped as for a shell, or as a
    `file://` address; several are divided by spaces or line ends. A relative path counts from
    `folder` and needs a slash, so that a word that happens to be a file's name stays a word.
    """
    text = text.strip(_BLANK)
    if not text or len(text) > _LONGEST_PASTE:
        return []
    for names in _readings(text):
        if all(map(_looks_like_a_path, names)):
            paths = [_path(name, folder) for name in names]
            files = [path for path in paths if path is not None]
            if len(files) == len(names) <= MOST and all(map(_is_file, files)):
                return list(dict.fromkeys(files))
    return []


def _readings(text: str) -> Iterator[list[str]]:
    """Yield the ways to take `text` for a list of names, the most literal first."""
    import shlex

    lines = [line.strip(_BLANK) for line in re.split(r"[\r\n]+", text)]
    yield [line for line in lines if line]
    with suppress(ValueError):  # a quote that is never closed
        yield shlex.split(text)
        # A shell takes the backslash from these in double quotes; shlex leaves it.
        yield shlex.split(_ESCAPED.sub(r"\1", text))


def _looks_like_a_path(name: str) -> bool:
    return "/" in name.removeprefix("file:") and not name.endswith("/")


def _path(name: str, folder: Path) -> Path | None:
    """Return the path that `name` stands for; None for an address of another machine."""
    if name.startswith("file:"):
        try:
            parts = urlsplit(name)
        except ValueError:
            return None
        if parts.netloc not in ("", "localhost"):
            return None
        name = unquote(parts.path, errors="surrogateescape")
    try:
        return folder / Path(name).expanduser()
    except RuntimeError:  # the home of somebody who is not here
        return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


# -- whether it can go ----------------------------------------------------------------------------


def attach(path: Path) -> Attachment:
    """Return the file as an attachment that is still to be uploaded. Raises AttachmentError.

    Its path is the same whichever way it was named; a link to a file keeps its own name.
    """
    size = size_of(path)
    return Attachment(
        name=mend(path.name),
        content_type=mimetypes.guess_type(path.name)[0] or _OTHER,
        path=str(path.parent.resolve() / path.name),
        size=size,
    )


def checked(attachments: Sequence[Attachment]) -> list[Attachment]:
    """Return the attachments with the sizes their files have now.

    What has no file on this machine, or an address as well, is taken as it is. Raises
    AttachmentError for the first file that can't go.
    """
    return [
        each
        if each.path is None or each.url is not None
        else msgspec.structs.replace(each, size=size_of(Path(each.path)))
        for each in attachments
    ]


def size_of(path: Path) -> int:
    """Return how many bytes the file has; raises AttachmentError when it can't be sent."""
    with _opened(path) as file:
        return os.fstat(file.fileno()).st_size


def content_of(path: Path) -> bytes:
    """Return what is in the file; raises AttachmentError when it can't be sent.

    No more than the limit is read, however much the file grows meanwhile.
    """
    with _opened(path) as file:
        content = file.read(LARGEST + 1)
    insist_on_size(path.name, len(content))
    return content


def _unfit(path: Path) -> str | None:
    """Return why there is no file at `path`; None when there is one. Raises OSError, ValueError.

    `Path.exists` would do, had it not, from Python 3.14 on, the same answer for every error.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "does not exist"
    return None if stat.S_ISREG(mode) else "is not a file"


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file that can be sent; raises AttachmentError for any other, and what reading says.

    Nothing but a file is opened: a pipe would wait for its writer, and a device never end.
    """
    try:
        if (what := _unfit(path)) is not None:
            raise AttachmentError(
                f"{path} {what}. Nothing was sent.", hint="Check the path, or remove the file."
            )
        # It may have become a pipe since.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            insist_on_size(path.name, os.fstat(file.fileno()).st_size)
            yield file
            return
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
    raise AttachmentError(
        f"{path} can't be read: {reason}. Nothing was sent.",
        hint="Check its permissions, or remove the file from the message.",
    )


def insist_on_size(name: str, size: int) -> None:
    """Raise AttachmentError when `size` bytes are more than Poe takes."""
    if size > LARGEST:
        raise AttachmentError(
            f"{name} has {size_text(size)}; Poe takes 50 MB at most. Nothing was sent.",
            hint="Attach a smaller file, or a part of it.",
        )


def size_text(size: int | None) -> str:
    """Return a size in bytes as one reads it, `84 KB`; empty for None."""
    if size is None:
        return ""
    value = float(size)
    for unit in ("B", "KB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 10 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


# -- what it is -----------------------------------------------------------------------------------


def kind_of(content_type: str) -> str:
    """Return in one word what a file is: image, audio, video, PDF, text, archive, else file."""
    main, _, sub = content_type.partition("/")
    if main in ("image", "audio", "video", "text"):
        return main
    if sub == "pdf":
        return "PDF"
    if any(archive in sub for archive in _ARCHIVES):
        return "archive"
    if sub.endswith(("json", "xml", "yaml", "toml", "javascript")):
        return "text"
    return "file"
