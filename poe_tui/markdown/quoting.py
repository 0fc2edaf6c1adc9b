"""Quotes and reasoning that grow: what is quoted is a document of its own, which grows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from poe_tui.markdown.blocks import READABLE, quote_prefix
from poe_tui.markdown.canvas import Prefix, grounded
from poe_tui.markdown.document import Block, Code
from poe_tui.markdown.growers import LOST, Taken, splice
from poe_tui.markdown.reasoning import THINKING, Thought, may_become_thinking
from poe_tui.markdown.rows import Look, Row
from poe_tui.markdown.wrap import wrap

if TYPE_CHECKING:
    from poe_tui.markdown.growth import Growth

_MARK: Final = re.compile(r" {0,3}>( ?)")
_MAY_BE_MARK: Final = re.compile(r" {0,3}>?$")
_BEFORE_TAB: Final = re.compile(
    r"(?:[ >*+-]|\d+(?:[.)]|$)|\[(?:$|\^[^\]\n\t ]*(?:$|\](?:$|:))))*(\t?)"
)
"""What can stand before a tab whose reach depends on the column the line itself starts at."""


def quote_room(width: int) -> int:
    """Return how wide what is quoted is: as wide as all when the bar would leave too little."""
    room = width - quote_prefix().cells
    return room if room >= READABLE else width


class Quoted:
    """A document inside a quote, and its rows with the bar before them, if there is room for it."""

    def __init__(self, inside: Growth, width: int) -> None:
        self.inside = inside
        self.rows: list[Row] = []
        self.codes: list[Code] = []
        self._prefix = quote_prefix() if inside.width < width else Prefix((), ())

    def grow(self, text: str, *, final: bool) -> None:
        """Add unquoted text."""
        inside = self.inside
        first = inside.grow(text, final=final)
        if first is None:
            return
        prefix = self._prefix
        start = min(first, len(self.rows))
        new = [
            row._replace(spans=prefix.rest + row.spans, cells=prefix.cells + row.cells)
            for row in (grounded(inside.row(y), inside.width) for y in range(start, inside.height))
        ]
        splice(self.rows, start, new)
        self.codes = [
            code._replace(first_row=code.first_row + at, last_row=code.last_row + at)
            for block in inside.blocks
            if block.codes
            for at in (inside.start_of(block),)
            for code in block.codes
        ]


class QuoteGrower:
    """A quote whose every line has its mark."""

    defines = False

    def __init__(self, inside: Growth, width: int, line: int) -> None:
        self._quoted = Quoted(inside, width)
        self._in_line = False
        self._head: str | None = None
        self.block = Block("quote", line, line)

    @staticmethod
    def suits(text: str, width: int) -> bool:
        """Tell whether `text` starts with a quote that can grow."""
        return text.startswith(">") and width - quote_prefix().cells >= READABLE

    def take(self, text: str, line: int, *, final: bool) -> Taken:
        unquoted = self._unquoted(text, final=final)
        if unquoted is None:
            return LOST
        new, at, ended = unquoted
        before = len(self.block.rows)
        self._quoted.grow(new, final=ended)
        if self._quoted.inside.too_deep:
            return LOST
        changed = splice(self.block.rows, 0, self._quoted.rows) if new or ended else before
        self.block.codes = self._quoted.codes
        self.block.last_line = line + text[:at].count("\n") + self._in_line
        return Taken(at, changed, ended)

    def _unquoted(self, text: str, *, final: bool) -> tuple[str, int, bool] | None:
        """Take the marks off: what is quoted, how much of `text` that took, whether it has ended.

        None when a line has no mark, or a tab in a place where its reach would change.
        """
        parts: list[str] = []
        at, ended = 0, final
        while at < len(text):
            if not self._in_line:
                mark = _MARK.match(text, at)
                unsure = at + 2 > len(text) or _MAY_BE_MARK.match(text, at)
                if unsure and not final:
                    break
                if mark is None:
                    rest, newline, _ = text[at:].partition("\n")
                    if rest.strip(" \t"):
                        return None
                    ended = ended or bool(newline)
                    break
                at = mark.end()
                self._in_line, self._head = True, ""
            stop = text.find("\n", at)
            end = len(text) if stop < 0 else stop + 1
            if self._is_tabbed(text[at:end]):
                return None
            parts.append(text[at:end])
            self._in_line = stop < 0
            at = end
        if ended and self._in_line:
            parts.append("\n")
        return "".join(parts), at, ended

    def _is_tabbed(self, part: str) -> bool:
        """Tell whether, with `part` of it, the line has a tab that reaches to an unknown column."""
        if self._head is None:
            return False
        self._head += part
        match = _BEFORE_TAB.match(self._head)
        if match and match[1]:
            return True
        if not match or match.end() < len(self._head):
            self._head = None
        return False


class ReasoningGrower:
    """What a bot says it thinks, before it answers."""

    defines = False

    def __init__(self, inside: Growth, width: int, line: int) -> None:
        self._quoted = Quoted(inside, width)
        self._width = width
        self._in_line = False
        self._thought = Thought()
        self._counted = False
        self._held = 0
        self.block = Block("reasoning", line, line, folded=True)

    def take(self, text: str, line: int, *, final: bool) -> Taken:
        at, ended, rest = 0, final, ""
        parts: list[str] = []
        while at < len(text):
            stop = text.find("\n", at)
            end = len(text) if stop < 0 else stop + 1
            source = text[at:end].rstrip("\n")
            if self._in_line:
                self._count(source)
                parts.append(text[at:end])
            elif source.startswith(">"):
                if len(source) < 2 and stop < 0 and not final:
                    break
                parts.append("\n" * self._held + text[at + 1 + source.startswith("> ") : end])
                self._held = 0
                self._counted = False
                self._count(source[1:])
            elif stop < 0 and not final:
                ended = bool(source.strip(" \t")) and not may_become_thinking(source)
                rest = source
                break
            elif match := THINKING.match(source):
                self._thought.seconds = int(match[1] or 0) or self._thought.seconds
                self._held += 1
            elif source.strip(" \t"):
                ended = True
                break
            else:
                self._held += 1
            self._in_line = (stop < 0 and source.startswith(">")) or (self._in_line and stop < 0)
            at = end
        self._quoted.grow("".join(parts), final=ended)
        changed = self._draw(ended=ended, rest="" if ended else rest)
        self.block.last_line = line + text[:at].count("\n") + self._in_line
        return Taken(at, changed, ended)

    def _count(self, source: str) -> None:
        """Count the line that `source` is a part of, once, if it says something."""
        if not self._counted and source.strip("> \t"):
            self._counted = True
            self._thought.lines += 1

    def _draw(self, *, ended: bool, rest: str) -> int:
        quoted = self._quoted
        head = self._thought.rows(self._width, self.block.first_line, ended=ended)
        extra = wrap([(rest, Look("dim"))], self._width) if rest else []
        self.block.summary = head[0]
        self.block.codes = [
            c._replace(first_row=c.first_row + 1, last_row=c.last_row + 1) for c in quoted.codes
        ]
        return splice(self.block.rows, 0, [head[1], *quoted.rows, *extra])
