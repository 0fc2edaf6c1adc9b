"""Text from a server made safe to quote."""

from __future__ import annotations

import unicodedata
from typing import Final

from poe_tui.keys import Secret

LONGEST: Final = 500
"""Characters of a server's text that are shown."""

_REDACTED: Final = "••••"
_SHORTEST_KEY: Final = 4
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


def plain(text: str, key: Secret | None = None, *, limit: int = LONGEST) -> str:
    """Return `text` on one line, without control and invisible characters and without the key.

    At most `limit` characters, the last of them `…` when something is missing. Zl and Zp, the line
    and paragraph separators, count as white space.
    """
    line = " ".join(_visible(_redacted(text, key)).split())
    line = _redacted(line, key)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _visible(text: str) -> str:
    return "".join(
        char if unicodedata.category(char) not in _UNSEEN else (" " if char.isspace() else "")
        for char in text
    )


def _redacted(text: str, key: Secret | None) -> str:
    value = key.reveal() if key is not None else ""
    return text.replace(value, _REDACTED) if len(value) >= _SHORTEST_KEY else text
