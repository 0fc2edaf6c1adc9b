"""Writes standard input to the system clipboard, as a process of its own.

Whoever owns the clipboard may hang, and the programs that pyperclip calls complain on the terminal:
both must not reach the app. Says `w` when it is written, `r` when it reads back the same, `d` when
something else does; ends with 1 when there is no clipboard.
"""

from __future__ import annotations

import os
import sys
from typing import BinaryIO


def main() -> int:
    """Write, read back, and say how it went; returns the exit code."""
    import pyperclip

    text = sys.stdin.buffer.read().decode()
    answer = _own_output()
    try:
        pyperclip.copy(text)
        answer.write(b"w")
        answer.flush()
        answer.write(b"r" if pyperclip.paste().rstrip("\r\n") == text.rstrip("\n") else b"d")
        answer.flush()
    except (pyperclip.PyperclipException, OSError):
        return 1
    return 0


def _own_output() -> BinaryIO:
    """Return standard output, and take it from the programs that are started from here.

    The one that keeps the clipboard lives on, and whoever reads would wait for its end.
    """
    answer = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return answer


if __name__ == "__main__":
    sys.exit(main())
