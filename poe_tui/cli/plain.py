"""Text of bots and servers on a terminal: as text, never as commands to the terminal."""

from __future__ import annotations

import sys
from typing import Any, TextIO

from poe_tui.markdown.safe import visible


def is_terminal(stream: TextIO | Any) -> bool:
    """Return whether a person sits at `stream`; it may be None, when the shell has closed it."""
    return stream is not None and not stream.closed and bool(stream.isatty())


def print_json(value: Any, *, indent: int | None = None) -> None:
    """Print plain data as JSON on stdout, safe where that is a terminal."""
    import json

    text = json.dumps(value, ensure_ascii=False, indent=indent)
    print(suited(text, sys.stdout), flush=True)


def suited(text: str, stream: TextIO) -> str:
    """Return `text` as it may be written to `stream`: unchanged where that is no terminal."""
    return visible(text) if is_terminal(stream) else text
