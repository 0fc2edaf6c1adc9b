"""Files put where the user finds them: under a name that is safe, over nothing that was there."""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from itertools import count
from pathlib import Path
from typing import Final

from poe_tui.errors import StoreError

LONGEST: Final = 150
"""Bytes of a name in UTF-8; file systems take 255."""

_LONGEST_ENDING: Final = 16
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
"""Names that are devices on Windows, whatever follows them after a dot."""

_FORBIDDEN: Final = re.compile(r'[<>:"|?*]')


def default_folder() -> Path:
    """Return where files are saved to: Downloads when there is one, else the home directory."""
    downloads = Path.home() / "Downloads"
    return downloads if downloads.is_dir() else Path.home()


def safe_name(name: str) -> str:
    """Return a file name made of `name` that is safe on every system, and `file` for nothing left.

    It has no directory, no invisible character, no dot, dash or blank at its beginning, is no name
    of a device, and has LONGEST bytes at most; its ending is kept.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # What a file name must not show, such as an override of direction, would lie about its ending.
    seen = "".join(char if unicodedata.category(char) not in _UNSEEN else " " for char in last)
    tidy = " ".join(_FORBIDDEN.sub("_", seen).split())
    tidy = tidy.lstrip(".-~ ").rstrip(". ") or "file"
    if _RESERVED.fullmatch(tidy):
        tidy = f"_{tidy}"
    return _shortened(tidy)


def _shortened(name: str) -> str:
    stem, ending = os.path.splitext(name)
    if len(ending.encode()) > _LONGEST_ENDING:
        stem, ending = name, ""
    room = LONGEST - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + ending


def save_file(content: bytes, name: str, folder: Path) -> Path:
    """Write `content` into `folder` under a safe form of `name`, and return where it is.

    The folder is made when it is not there. A file that is there already is left alone: the new one
    is called `name-2`, and so on. It is readable by its owner alone. Raises StoreError, and leaves
    nothing half-written.
    """
    stem, ending = os.path.splitext(safe_name(name))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in count(1):
            path = folder / (f"{stem}{ending}" if number == 1 else f"{stem}-{number}{ending}")
            with contextlib.suppress(FileExistsError):
                _write_new(path, content)
                return path
    except OSError as error:
        reason = error.strerror or type(error).__name__
    raise StoreError(
        f"{folder} does not take it: {reason}.", hint="Check the folder and the room on the disk."
    )


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet; raises FileExistsError for one, or a link, that is."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise
