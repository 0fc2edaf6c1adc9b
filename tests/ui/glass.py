"""A terminal that draws Sixels, as far as it takes to see what is left where."""

from __future__ import annotations

import re

from rich.cells import cell_len

_PIECE = re.compile(
    rb"\x1bP(?P<dcs>[^\x1b]*)\x1b\\|\x1b_[^\x1b]*\x1b\\|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    rb"|\x1b\[(?P<csi>[0-?]*)[ -/]*(?P<end>[@-~])|\x1b(?P<esc>[78=>])"
    rb"|(?P<control>[\r\n\x07\x08])|(?P<text>[^\x00-\x1f\x7f]+)"
)
_SIXEL = re.compile(rb'0;1q"1;1;(\d+);(\d+)')

Place = tuple[int, int]


class Glass:
    """What is on the screen of a terminal with cells of 10 by 20 pixels.

    `text` has the character of each cell, `pixels` the cells that a Sixel was painted over and no
    text since, each place being a column and a row. Text erases what was painted in its cells.
    """

    def __init__(self) -> None:
        self.text: dict[Place, str] = {}
        self.pixels: set[Place] = set()
        self.sixels = 0
        self._columns = 1_000
        self._x = self._y = 0
        self._kept = (0, 0)
        self._rest = b""

    def narrow(self, columns: int) -> None:
        """Lose what is right of so many columns."""
        self._columns = columns
        self.text = {place: char for place, char in self.text.items() if place[0] < columns}
        self.pixels = {place for place in self.pixels if place[0] < columns}

    def take(self, data: bytes) -> None:
        """Obey what a program has written."""
        data, at = self._rest + data, 0
        while (piece := _PIECE.match(data, at)) is not None:
            # The last of several bytes of a character, or of a sequence, may be still to come.
            if piece.end() == len(data) and piece["text"] and data[-1] >= 0x80:
                break
            self._obey(piece)
            at = piece.end()
        self._rest = data[at:]

    def _obey(self, piece: re.Match[bytes]) -> None:
        if piece["text"]:
            self._write(piece["text"].decode())
        elif piece["control"]:
            self._x = 0 if piece["control"] == b"\r" else self._x
        elif piece["end"] == b"H":
            row, _, column = piece["csi"].partition(b";")
            self._x, self._y = int(column or 1) - 1, int(row or 1) - 1
        elif piece["esc"] == b"7":
            self._kept = self._x, self._y
        elif piece["esc"] == b"8":
            self._x, self._y = self._kept
        elif piece["dcs"]:
            self._paint(piece["dcs"])

    def _write(self, text: str) -> None:
        for char in text:
            for _ in range(cell_len(char)):
                if self._x < self._columns:
                    self.text[self._x, self._y] = char
                self.pixels.discard((self._x, self._y))
                self._x += 1

    def _paint(self, sequence: bytes) -> None:
        size = _SIXEL.match(sequence)
        if size is None:
            return
        self.sixels += 1
        width, height = int(size[1]), int(size[2])
        assert not width % 10
        assert not height % 20
        self.pixels |= {
            (self._x + column, self._y + row)
            for column in range(min(width // 10, self._columns - self._x))
            for row in range(height // 20)
        }

    @property
    def blocks(self) -> set[Place]:
        """The cells of half blocks; a lone one is where the thumb of a scroll bar ends."""
        found = {place for place, char in self.text.items() if char in "▀▄"}
        return {(x, y) for x, y in found if not found.isdisjoint({(x - 1, y), (x + 1, y)})}

    def says(self, words: str) -> bool:
        """Return whether `words` are on the screen, in one row."""
        rows: dict[int, list[tuple[int, str]]] = {}
        for (x, y), char in self.text.items():
            rows.setdefault(y, []).append((x, char))
        return any(words in "".join(char for _, char in sorted(row)) for row in rows.values())
