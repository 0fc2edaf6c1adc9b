"""Text that can be put on a terminal: no control character, no escape, no reordering.

Control characters of C0 and DEL become their pictures (`␛`), those of C1 and the bidirectional
embeddings, overrides and isolates become their names (`⟨U+202E⟩`), so that a reader sees that
something was there. What is invisible and harmless is dropped; lone surrogates, which no terminal
can be sent, become `\N{REPLACEMENT CHARACTER}`.
"""

from __future__ import annotations

import re
from typing import Final

# In ranges: one by one they take milliseconds to compile, at each start.
_RISKY: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_OBEYED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_NON_JOINER: Final = "\u200c"
_RETURN: Final = re.compile("\r\n?")
_GAPS: Final = re.compile(r"\s+")


def visible(text: str) -> str:
    """Return `text` with everything a terminal could obey made visible; keeps newlines and tabs.

    A carriage return, alone or before a newline, becomes a newline.
    """
    if text.isascii() and text.isprintable():
        return text
    if "\r" in text:
        text = _RETURN.sub("\n", text)
    return _RISKY.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    """Return what stands for a character that is not put on a terminal."""
    char = found[0]
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if char == "\x7f":
        return "␡"
    if char in "\u2028\u2029":
        return " "
    if 0xD800 <= code < 0xE000:
        return "\N{REPLACEMENT CHARACTER}"
    if code < 0xA0 or 0x202A <= code < 0x202F or 0x2066 <= code < 0x206A:
        return f"⟨U+{code:04X}⟩"
    return ""


def inert(text: str) -> str:
    """Return `text`, character for character, with nothing in it that a terminal would obey.

    For text that is being written, where each character has its place: what `visible` would show as
    a sign becomes a zero-width non-joiner, which takes as little room. Keeps newlines and tabs.
    """
    return text if text.isprintable() else _OBEYED.sub(_NON_JOINER, text)


def plain(text: str) -> str:
    """Return `text` as one safe line, for titles, names and messages; gaps become one space."""
    from poe_tui.markdown.cells import calm

    return calm(_GAPS.sub(" ", visible(text))).strip()
