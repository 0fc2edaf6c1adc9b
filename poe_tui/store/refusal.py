"""What the operating system says, in words."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from poe_tui.errors import StoreError

_REASONS: Final = {
    errno.ENOSPC: ("the disk is full", "Make some room, then try again."),
    errno.EDQUOT: ("your disk quota is used up", "Make some room, then try again."),
    errno.EROFS: ("the disk is read-only", "Make it writable, then try again."),
    errno.EACCES: ("that is not permitted", "Check who owns the directory, then try again."),
    errno.EPERM: ("that is not permitted", "Check who owns the directory, then try again."),
}


@contextlib.contextmanager
def refusals(path: Path, title: str = "Could not save") -> Iterator[None]:
    """Turn an OSError inside into a StoreError about `path`."""
    try:
        yield
    except OSError as error:
        reason, hint = _REASONS.get(
            error.errno or 0, (error.strerror or type(error).__name__, "Try again.")
        )
        raise StoreError(f"{path}: {reason}.", hint=hint, title=title) from error
