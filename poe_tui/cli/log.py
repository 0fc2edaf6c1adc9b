"""The log: what went wrong inside poe-tui, in a file that is safe to send to somebody."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from poe_tui.disk import make_private_directory
from poe_tui.markdown.safe import visible

_LARGEST: Final = 1_000_000
"""Bytes; the file is then set aside as `.1`, over the one before it."""


class LogFile(logging.Handler):
    """Appends warnings and errors to the file `path`, 0600, which is made when there is something.

    `redact` takes the keys out of what is written. Tracebacks hold no variables.
    """

    def __init__(self, path: Path, redact: Callable[[str], str]) -> None:
        super().__init__(logging.WARNING)
        self.path = path
        self.failed = False
        """True: something could not be written."""
        self._redact = redact
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Append `record`; `failed` says that it could not be."""
        try:
            # What a bot or a file says may be in it, and somebody will look at it with `cat`.
            self._append(visible(self._redact(self.format(record))) + "\n")
        except OSError:
            self.failed = True

    def _append(self, text: str) -> None:
        make_private_directory(self.path.parent)
        if self.path.exists() and self.path.stat().st_size > _LARGEST:
            os.replace(self.path, self.path.with_name(self.path.name + ".1"))
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)

    def report(self, error: Exception) -> None:
        """Log `error`, which nobody expected, and tell the user on stderr."""
        name = type(error).__name__
        logging.getLogger("poe_tui").critical("poe-tui ended unexpectedly", exc_info=error)
        where = f"What happened is at the end of {self.path}, without your key: please report it."
        if self.failed:
            where = f"The log {self.path} can't be written either."
        print(
            f"poe-tui: an unexpected {name}\n  This is a mistake in poe-tui. "
            f"Conversations are on disk as they were saved last.\n  {where}",
            file=sys.stderr,
        )
