"""Pictures that were taken from the clipboard: kept as long as anything speaks of them."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from poe_tui.disk import write_private

KEPT: Final = 7 * 24 * 3600.0
"""Seconds for which a picture is kept though nothing speaks of it: it may be in a prompt that is
being written in another window.
"""

_BEGINNING: Final = "clipboard-"
_EARLIER: Final = 24 * 3600.0
"""Seconds that clocks, of a sync tool's other machine say, may differ."""


def keep_pasted(directory: Path, content: bytes, ending: str) -> Path:
    """Write a picture down under a name of its own, and return where; raises OSError."""
    mark = hashlib.sha256(content).hexdigest()[:8]
    path = directory / f"{_BEGINNING}{datetime.now():%Y-%m-%d-%H%M%S}-{mark}.{ending}"
    write_private(path, content)
    return path


def tidy_pasted(directory: Path, conversations: Path) -> int:
    """Delete the pictures in `directory` that are older than a week and that nothing speaks of.

    What is looked through is everything under `conversations`: messages, drafts and queues, the
    trash and what was set aside. When any of it can't be read, all pictures stay. Returns how many
    were deleted. Slow with many conversations: call it in a thread.
    """
    try:
        old = {
            path.name: path.stat().st_mtime
            for path in directory.iterdir()
            if path.name.startswith(_BEGINNING) and path.stat().st_mtime < time.time() - KEPT
        }
        if not old:
            return 0
        # What was last written before the oldest of them can't know of any.
        for content in _written_since(conversations, min(old.values()) - _EARLIER):
            for name in [name for name in old if name.encode() in content]:
                del old[name]
        for name in old:
            (directory / name).unlink(missing_ok=True)
    except OSError:
        return 0
    return len(old)


def _written_since(directory: Path, moment: float) -> Iterator[bytes]:
    """Yield what is in the files below `directory`; raises OSError."""
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _written_since(Path(entry.path), moment)
            elif entry.is_file() and entry.stat().st_mtime >= moment:
                yield Path(entry.path).read_bytes()
