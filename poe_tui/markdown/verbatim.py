"""A growing text shown word for word."""

from __future__ import annotations

from poe_tui.markdown.canvas import splice
from poe_tui.markdown.document import Block, Document
from poe_tui.markdown.pieces import next_cut
from poe_tui.markdown.rows import Look, Row
from poe_tui.markdown.sections import plain_block
from poe_tui.markdown.wrap import wrap


class Verbatim(Document):
    """Plain text that takes more at its end; complete lines, and parts of long ones, stay."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width
        self._tail = ""
        self._line = 0
        self._joint = "\n"
        self._settled = 0

    def grow(self, text: str, *, final: bool = False) -> int | None:
        """Add `text`; returns the first row that has changed, None when none has."""
        if not text:
            return None
        if not self.blocks:
            self.blocks.append(Block("plain", 0, 0))
        *lines, last = (self._tail + text).split("\n")
        done: list[Row] = []
        for line in lines:
            done += self._rows(line)
            self._joint = "\n"
            self._line += 1
        while (cut := next_cut(last, 0)) is not None:
            done += wrap([(last[: cut[0]], Look())], self.width, line=self._line, joint=self._joint)
            self._joint = last[cut[0] : cut[1]]
            last = last[cut[1] :]
        block = self.blocks[0]
        changed = splice(block.rows, self._settled, done + self._rows(last))
        self._settled += len(done)
        self._tail = last
        block.last_line = self._line + 1
        self.refit()
        return changed

    def _rows(self, line: str) -> list[Row]:
        rows = plain_block([line], self.width, self._line).rows
        rows[0] = rows[0]._replace(joint=self._joint)
        return rows

    waits = False

    def redraw_waiting(self, *, final: bool = False) -> bool:
        """Nothing in plain text waits for anything."""
        return False

    def report(self) -> int | None:
        """Nothing changes but by `grow`."""
        return None
