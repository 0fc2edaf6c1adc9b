"""The title a conversation gets from its first prompt."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

TITLE_CELLS: Final = 48
"""The widest title that is made, in terminal cells."""

_BLOCK_MARK = re.compile(
    r"^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+(?:\[[ xX]\]\s+)?|\d{1,9}[.)]\s+|`{3,}.*|~{3,}.*)"
)
_RULE = re.compile(r"^\s*([-*_=])(?:\s*\1){2,}\s*$")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s[^)]*)?\)")
_INLINE_MARK = re.compile(r"\*\*|__|~~|`+|(?<!\w)[*_](?=\w)|(?<=[\w.!?])[*_](?!\w)")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?![a-z])|(?<=[。！？])")
_ESCAPE_SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_LONGEST_SOURCE: Final = 10_000
"""Characters looked at: a prompt may be a megabyte of pasted log, its title is near its start."""


def title_from(text: str) -> str:
    """Return the first sentence of `text` in at most 48 cells; "" if it has no words.

    Markdown marks and control characters are gone. A longer sentence ends in "…".
    """
    for line in text[:_LONGEST_SOURCE].splitlines():
        words = _plain(line)
        if words:
            return _fit(_SENTENCE_END.split(words, maxsplit=1)[0].strip())
    return ""


def _plain(line: str) -> str:
    """Return the words of one line of Markdown."""
    if _RULE.match(line):
        return ""
    previous = None
    while previous != line:
        previous, line = line, _BLOCK_MARK.sub("", line)
    line = _INLINE_MARK.sub("", _LINK.sub(r"\1", _ESCAPE_SEQUENCE.sub("", line)))
    shown = "".join(" " if char.isspace() else char for char in line if _visible(char))
    return " ".join(shown.split())


def _visible(char: str) -> bool:
    """Tell whether `char` may stand in a title; ZWJ may, because emoji are built with it."""
    return char in "\t\u200d" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co")


def _cells(char: str) -> int:
    """Return the terminal cells `char` takes, counted generously inside emoji sequences."""
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _fit(words: str) -> str:
    """Return `words`, cut at a word or inside a long one if need be, with "…" at the cut."""
    width = 0
    room = ""
    for char in words:
        width += _cells(char)
        if width < TITLE_CELLS:
            room += char
    if width <= TITLE_CELLS:
        return words
    whole_words = room if words[len(room)] == " " else room.rpartition(" ")[0]
    kept = whole_words if len(whole_words) * 2 >= len(room) else room
    return kept.rstrip(" ,;:–—-\u200d") + "…"
