"""Kitty's graphics protocol: pictures sent to the terminal once, and cells that stand for them.

Placeholder cells are ordinary text (U+10EEEE, two accents for row and column, the picture's number
as its colour), so that they scroll, are covered and are cleared as text is. See "Unicode
placeholders" in https://sw.kovidgoyal.net/kitty/graphics-protocol/.
"""

from __future__ import annotations

import unicodedata
from base64 import b64encode
from functools import cache
from typing import Final

from poe_tui.markdown.rows import DECOR, Look, Row, Span

_PLACEHOLDER: Final = "\U0010eeee"
_CHUNK: Final = 4096
_LAST_ACCENT: Final = 0x82D
"""Up to here, later versions of Unicode than kitty's have no further accents."""

_FUSING: Final = frozenset(
    [*range(0x300, 0x305), *range(0x306, 0x30D), 0x30F, 0x311, 0x313, 0x314, 0x342, 0x653, 0x654]
)
"""Accents that kitty leaves out, for they melt into the letter before them."""


@cache
def accents() -> tuple[str, ...]:
    """Return the accents that stand for the numbers from 0 on, 129 of them."""
    return tuple(
        chr(code)
        for code in range(0x300, _LAST_ACCENT + 1)
        if code not in _FUSING and _counts(chr(code))
    )


def _counts(char: str) -> bool:
    return (
        unicodedata.combining(char) == 230
        and unicodedata.category(char) == "Mn"
        and unicodedata.bidirectional(char) == "NSM"
        and not unicodedata.decomposition(char)
    )


def placeholder_rows(number: int, columns: int, rows: int) -> list[Row]:
    """Return the cells that stand for picture `number`, from 1 to 2²⁴ - 1."""
    look, marks = Look(f"#{number:06x}", DECOR), accents()
    return [
        Row(
            (Span("".join(_PLACEHOLDER + marks[y] + marks[x] for x in range(columns)), look),),
            columns,
        )
        for y in range(rows)
    ]


def transmission(number: int, png: bytes) -> str:
    """Return what hands picture `number` to the terminal, which does not answer."""
    data = b64encode(png).decode()
    parts = [data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK)]
    last = len(parts) - 1
    return "".join(
        f"\x1b_G{f'a=t,f=100,i={number},' if n == 0 else ''}q=2,m={int(n < last)};{part}\x1b\\"
        for n, part in enumerate(parts)
    )


def placement(number: int, columns: int, rows: int) -> str:
    """Return what tells the terminal over how many cells picture `number` is spread."""
    return f"\x1b_Ga=p,U=1,i={number},p=1,c={columns},r={rows},q=2\x1b\\"


def removal(number: int) -> str:
    """Return what makes the terminal forget picture `number`."""
    return f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\"
