"""Markdown as it is written in source code, and as a bot sends it."""

from __future__ import annotations

import re

OWN_LINE = re.compile(r"\s*([-*+] |\d+\. |[|>#]|```|\$\$)|\s*$")
"""The beginning of a line that does not go on with the one before."""


def unwrap(text: str) -> str:
    """Return `text` with each paragraph and list item on one line; code and tables as they are.

    Bots send whole paragraphs; source code has lines of a hundred characters.
    """
    lines: list[str] = []
    in_code = False
    for line in text.strip().splitlines():
        fence = line.lstrip().startswith("```")
        if in_code or fence or OWN_LINE.match(line) or not joins(lines):
            lines.append(line)
        else:
            lines[-1] = f"{lines[-1]} {line.strip()}"
        in_code ^= fence
    return "\n".join(lines)


def joins(lines: list[str]) -> bool:
    """Return whether the last of `lines` is prose that can go on; after a hard break it can not."""
    if not lines or not lines[-1].strip() or lines[-1].endswith("\\"):
        return False
    return not lines[-1].lstrip().startswith(("|", "#", "```", "---", "$$"))
