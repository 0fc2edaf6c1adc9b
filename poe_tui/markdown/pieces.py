"""Where a very long paragraph may be taken apart, so that each part is parsed by itself.

The places depend only on what stands before them, and a little after: a growing paragraph is cut at
the same places as the finished one.
"""

from __future__ import annotations

from typing import Final

SHORTEST: Final = 1024
LONGEST: Final = 2048
AHEAD: Final = LONGEST + 16
"""With so many characters at hand after a cut, the next cut is certain."""

_PAIRED: Final = ("`", "*", "~", "$", "_", '"')


def next_cut(text: str, start: int) -> tuple[int, int] | None:
    """Return the end of the piece that begins at `start`, and the start of the next one.

    None when the rest is one piece. Between the two lies nothing or one space or newline. Cuts are
    made, if possible, where no emphasis, code, link or formula is open.
    """
    if len(text) - start <= AHEAD:
        return None
    first, last = start + SHORTEST, start + LONGEST
    at = _gap(text, first, last)
    fallback = at
    balance = _Balance()
    seen = start
    while at >= 0:
        balance.add(text[seen:at])
        seen = at
        if balance.even:
            return at, at + 1
        fallback = at
        at = _gap(text, at + 1, last)
    if fallback >= 0:
        return fallback, fallback + 1
    return last, last


def _gap(text: str, first: int, last: int) -> int:
    """Return the first lone space or line end between two words; -1 for none."""
    spaces = (" ", "\n")
    while first < last:
        found = [at for at in (text.find(mark, first, last) for mark in spaces) if at >= 0]
        if not found:
            return -1
        at = min(found)
        if text[at - 1] not in " \n\\" and text[at + 1] not in spaces:
            return at
        first = at + 1
    return -1


class _Balance:
    """Counts what opens and closes."""

    def __init__(self) -> None:
        self._odd = dict.fromkeys(_PAIRED, 0)
        self._depth = {"[]": 0, "()": 0}

    def add(self, text: str) -> None:
        for mark in _PAIRED:
            self._odd[mark] ^= text.count(mark) & 1
        for pair in self._depth:
            self._depth[pair] += text.count(pair[0]) - text.count(pair[1])

    @property
    def even(self) -> bool:
        return not any(self._odd.values()) and not any(self._depth.values())


def pieces(text: str) -> list[tuple[str, str]]:
    """Return the pieces of `text`, each with the space or newline before it, if any."""
    if len(text) <= AHEAD:
        return [("", text)]
    found: list[tuple[str, str]] = []
    start, gap = 0, ""
    while (cut := next_cut(text, start)) is not None:
        found.append((gap, text[start : cut[0]]))
        gap = text[cut[0] : cut[1]]
        start = cut[1]
    found.append((gap, text[start:]))
    return found
