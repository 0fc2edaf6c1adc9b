"""Where deleted conversations go: a directory beside them, emptied by nobody but the user."""

from __future__ import annotations

import os
from pathlib import Path

from poe_tui.disk import make_private_directory


class Trash:
    """Deleted files, under their own names; of two with one name the older one gets a number."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def path(self, name: str) -> Path:
        """Return where a deleted file of that name is, or would be."""
        return self.directory / name

    def put(self, path: Path) -> None:
        """Move a file here; raises OSError."""
        make_private_directory(self.directory)
        place = self.path(path.name)
        if place.exists():
            os.rename(place, free_name(place))
        os.rename(path, place)


def free_name(path: Path) -> Path:
    """Return `path` with the first number after it, from 2, that is not taken."""
    number = 2
    while (numbered := path.with_name(f"{path.name}.{number}")).exists():
        number += 1
    return numbered
