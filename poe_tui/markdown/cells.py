"""How many cells text takes, and where it may be cut without tearing a character apart.

Widths are Rich's (`rich.cells`), because Textual measures its strips with them.
"""

from __future__ import annotations

import re
from typing import Final

from rich.cells import cell_len, get_character_cell_size

__all__ = ["calm", "cell_len", "clusters", "expand_tabs", "is_simple"]

MARKS_LIMIT: Final = 8
"""So many characters without a width may follow one that has one; a flood of them is cut short."""

TAB: Final = 4

_JOINER: Final = "\u200d"

# Characters that take one cell each, whatever stands beside them.
_SIMPLE: Final = re.compile(
    "[ -~\xa0-\u02ff\u0370-\u0482\u048a-\u052f"
    "\u2010-\u2027\u202f-\u205e\u2190-\u22ff\u2400-\u25fc]*"
)


def unindented(line: str, columns: int) -> str:
    """Return `line` without so many columns of indentation; a tab counts as far as it reaches."""
    at = column = 0
    while column < columns and line[at : at + 1] in (" ", "\t"):
        column += TAB - column % TAB if line[at] == "\t" else 1
        at += 1
    return " " * (column - columns) + line[at:]


def is_simple(text: str) -> bool:
    """Tell whether every character of `text` is one cell: then cells are `len(text)`."""
    return text.isascii() or _SIMPLE.fullmatch(text) is not None


def clusters(text: str) -> list[tuple[int, int, int]]:
    """Return (start, end, cells) of each thing a reader sees as one character.

    Marks and joiners stay with what they modify, two regional indicators make one flag.
    """
    found: list[tuple[int, int, int]] = []
    index, length = 0, len(text)
    while index < length:
        start = index
        index = _cluster_end(text, start)
        width = get_character_cell_size(text[start]) if index == start + 1 else -1
        found.append((start, index, width if width >= 0 else cell_len(text[start:index])))
    return found


def _is_indicator(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _cluster_end(text: str, start: int) -> int:
    length = len(text)
    index = start + 1
    if _is_indicator(text[start]) and _is_indicator(text[index : index + 1]):
        index += 1
    while index < length:
        char = text[index]
        if char == _JOINER:
            index += 2
        elif char >= "\u0300" and get_character_cell_size(char) == 0:
            index += 1
        else:
            break
    if text[start] == _JOINER and index == start + 1:
        index += 1
    return min(index, length)


def calm(text: str) -> str:
    """Return `text` without floods of zero-width characters and of joiners."""
    if is_simple(text):
        return text
    kept: list[str] = []
    run = 0
    joined = 0
    for char in text:
        if char >= "\u0300" and get_character_cell_size(char) == 0:
            run += 1
            joined += char == _JOINER
            if run > MARKS_LIMIT or joined > MARKS_LIMIT:
                continue
        else:
            joined = joined if run and kept and kept[-1] == _JOINER else 0
            run = 0
        kept.append(char)
    return "".join(kept)


def expand_tabs(text: str) -> str:
    """Return `text` with each tab replaced by the spaces to the next multiple of four columns."""
    if "\t" not in text:
        return text
    if is_simple(text.replace("\t", "")):
        return text.expandtabs(TAB)
    parts: list[str] = []
    column = 0
    for piece in text.split("\t"):
        if parts:
            gap = TAB - column % TAB
            parts.append(" " * gap)
            column += gap
        parts.append(piece)
        column += cell_len(piece)
    return "".join(parts)
