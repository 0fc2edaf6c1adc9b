"""Text that can be put on a terminal: no control character, no escape, no reordering.

Control characters of C0 and DEL become their pictures (`␛`), those of C1 and the bidirectional
embeddings, overrides and isolates become their names (`⟨U+202E⟩`), so that a reader sees that
something was there. What is invisible and harmless is dropped; lone surrogates, which no terminal
can be sent, become `\N{REPLACEMENT CHARACTER}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final


def _names(codes: Iterable[int]) -> dict[int, str]:
    return {code: f"⟨U+{code:04X}⟩" for code in codes}


_MARKS: Final[dict[int, str]] = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t\r"},
    0x7F: "␡",
    **_names(range(0x80, 0xA0)),
    **_names([*range(0x202A, 0x202F), *range(0x2066, 0x206A)]),
    0x2028: " ",
    0x2029: " ",
    **dict.fromkeys([0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF], ""),
    **dict.fromkeys([*range(0x2061, 0x2066), *range(0x206A, 0x2070), *range(0xFFF9, 0xFFFC)], ""),
    **dict.fromkeys(range(0xE0000, 0xE0080), ""),
    **dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}"),
}
# The same characters, in ranges: one by one they take milliseconds to compile, at each start.
_RISKY: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
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
    if _RISKY.search(text):
        text = text.translate(_MARKS)
    return text


def plain(text: str) -> str:
    """Return `text` as one safe line, for titles, names and messages; gaps become one space."""
    from poe_tui.markdown.cells import calm

    return calm(_GAPS.sub(" ", visible(text))).strip()
