"""Quotes and reasoning that grow: what is quoted is a document of its own, which grows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from poe_tui.markdown.blocks import quote_prefix
from poe_tui.markdown.canvas import READABLE, Prefix, splice
from poe_tui.markdown.cells import TAB
from poe_tui.markdown.document import Block
from poe_tui.markdown.growers import LOST, Taken
from poe_tui.markdown.nested import Nested
from poe_tui.markdown.parser import LAZY, STARTS, ends_quote
from poe_tui.markdown.reasoning import THINKING, Thought, may_become_thinking
from poe_tui.markdown.rows import Look
from poe_tui.markdown.sections import plain_block
from poe_tui.markdown.wrap import wrap

if TYPE_CHECKING:
    from poe_tui.markdown.growth import Growth

_MARK: Final = re.compile(r" *> ?")
"""However far it is set in: only before the first line of a quote four spaces make code of it."""

_TABS: Final = re.compile(r"[ \t]*\t[ \t]*")
_BULLET: Final = re.compile(r"[-+*] +[^ ]")
_CODE_INDENT: Final = 4
_MAY_BE_MARK: Final = re.compile(r"[ \t]*(?:>[ \t]*)?\Z")
"""Or a mark after which a tab may come."""

_BEFORE_TAB: Final = re.compile(
    r"(?:[ >*+-]|\d+(?:[.)]|$)|\[(?:$|\^[^\]\n\t ]*(?:$|\](?:$|:))))*(\t?)"
)
"""What can stand before a tab whose reach depends on the column the line itself starts at."""


def quote_room(width: int) -> int:
    """Return how wide what is quoted is: as wide as all when the bar would leave too little."""
    room = width - quote_prefix().cells
    return room if room >= READABLE else width


class NestingGrower:
    """A block with a document inside that grows, and its rows with the bar before them, if there is
    room for it.
    """

    defines = False

    def __init__(self, inside: Growth, width: int, block: Block) -> None:
        self.inside = inside
        self.block = block
        prefix = quote_prefix() if inside.width < width else Prefix((), ())
        self._nested = Nested(inside, prefix)

    def adopt(self) -> int:
        """Take over what has changed inside; returns the first row of the block that has."""
        return self._nested.adopt(self.inside.report())

    def _grow(self, text: str, *, final: bool) -> int:
        """Add text inside; returns the first row that has changed."""
        return self._nested.adopt(self.inside.grow(text, final=final))


class QuoteGrower(NestingGrower):
    """A quote: lines with their mark, and lines without one that go on with a paragraph."""

    def __init__(self, inside: Growth, width: int, line: int) -> None:
        super().__init__(inside, width, Block("quote", line, line))
        self.block.rows = self._nested.rows
        self._in_line = False
        self._head: str | None = None
        self._line_start = ""
        self._complete = 0
        self._bars = 0
        self._goes_on: bool | None = None
        self._verbatim = False
        self._parts: list[str] = []

    @staticmethod
    def suits(text: str, width: int) -> bool:
        """Tell whether `text` starts with a quote that can grow."""
        return text.startswith(">") and width - quote_prefix().cells >= READABLE

    def take(self, text: str, line: int, *, final: bool) -> Taken:
        before = len(self._nested.rows)
        self._changed = before
        taken = self._lines(text, final=final)
        if taken is None:
            return LOST
        at, ended = taken
        if ended and self._in_line:
            self._parts.append("\n")
        if self._parts or ended:
            self._feed(final=ended)
        if self.inside.too_deep:
            return LOST
        self.block.last_line = line + text[:at].count("\n") + self._in_line
        if ended or self._in_line or not text[at:].strip(" \t>"):
            return Taken(at, self._changed, ended)
        after = [plain_block([text[at:]], self.inside.width, self.block.last_line)]
        return Taken(at, self._changed, after=after)

    def ends_in_paragraph(self, text: str) -> bool | None:
        return None if text else self._is_open()

    def _feed(self, *, final: bool = False) -> None:
        self._changed = min(self._changed, self._grow("".join(self._parts), final=final))
        self._parts.clear()
        self.block.codes = self._nested.codes

    def adopt(self) -> int:
        changed = super().adopt()
        self.block.codes = self._nested.codes
        return changed

    def _lines(self, text: str, *, final: bool) -> tuple[int, bool] | None:
        """Take the lines that are quoted: how much of `text` that is, and whether the quote ends.

        None when that can't be told, or a line has a tab in a place where its reach would change.
        """
        at, ended = 0, final
        while at < len(text):
            if not self._in_line:
                unsure = at + 2 > len(text) or _MAY_BE_MARK.match(text, at)
                if unsure and not final:
                    break
                mark = _MARK.match(text, at)
                if mark is not None:
                    begun = self._begin_line(text, mark, final=final)
                    if begun is None:
                        return None
                    if begun == at:
                        break
                    at = begun
                else:
                    stop = text.find("\n", at)
                    rest = text[at:] if stop < 0 else text[at:stop]
                    verdict = self._judged(rest, complete=final or stop >= 0)
                    if verdict == "lost":
                        return None
                    ended = ended or verdict == "ends"
                    if verdict != "goes on":
                        break
                    at += rest.startswith(LAZY)
                    self._in_line, self._head = True, None
                    self._parts.append(LAZY)
            stop = text.find("\n", at)
            end = len(text) if stop < 0 else stop + 1
            if self._is_tabbed(text[at:end]):
                return None
            self._add(text[at:end])
            at = end
        return at, ended

    def _begin_line(self, text: str, mark: re.Match[str], *, final: bool) -> int | None:
        """Begin a line with the mark that was found in `text`.

        Returns where what is quoted begins, where the mark begins when too little of the line is
        there, None when the line has a tab whose reach would change.
        """
        at = mark.end()
        tabs = _TABS.match(text, at)
        if tabs is not None:
            at = tabs.end()
            stop = text.find("\n", at)
            rest = text[at:] if stop < 0 else text[at:stop]
            if stop < 0 and not final and not rest.strip("`~*+- \t"):
                return mark.start()
            lead = self._without_tabs(mark[0], tabs[0], rest)
            if lead is None:
                return None
            self._parts.append(lead)
        self._in_line, self._head = True, ""
        self._line_start = ""
        return at

    def _without_tabs(self, mark: str, lead: str, rest: str) -> str | None:
        """Return what `lead`, which has tabs, is where columns are counted from behind `mark`.

        None when that depends on what is open inside. `rest` follows on the line.
        """
        column = len(mark)
        halved = not mark.endswith(" ")
        if halved and column % TAB == TAB - 1:
            # A tab of one column is all the mark's own.
            lead, column, halved = lead[1:], column + 1, False
        if not self._goes_on and self._is_verbatim():
            return lead if rest.strip("`~ \t") or not rest.strip() else None
        reach = len((" " * column + lead).expandtabs(TAB)) - column - halved
        if _BULLET.match(rest):
            shallow = reach < _CODE_INDENT and (self.inside.is_idle or self._is_open())
            return " " * reach if shallow else None
        if rest[:1] in STARTS:
            return None
        if self.inside.is_idle:
            return "" if rest and reach < _CODE_INDENT else None
        return lead if self._is_open() and self.inside.is_in_paragraph else None

    def _is_verbatim(self) -> bool:
        """Tell whether the next line is code, word for word, or ends it."""
        if not self._verbatim:
            if self._parts:
                self._feed()
            self._verbatim = self.inside.is_verbatim
        return self._verbatim

    def _add(self, part: str) -> None:
        """Take a part of a quoted line, up to its end or that of the text."""
        self._parts.append(part)
        self._in_line = not part.endswith("\n")
        self._line_start = self._line_start or part.strip(" \t\n")[:1]
        # What is known to be code goes on until a line that may end it.
        self._verbatim = self._verbatim and self._line_start not in ("`", "~")
        if not self._complete:
            self._bars += part.count("|")
        self._complete += not self._in_line
        said = self._line_start and self._line_start not in STARTS
        if not self._in_line and not (self._goes_on and said):
            self._goes_on = None

    def _judged(self, line: str, *, complete: bool) -> str:
        """Tell what a line without mark does: goes on with a paragraph, ends the quote, or what it
        does is open or lost.
        """
        body = line.lstrip(" \t")
        if not body:
            return "ends" if complete else "open"
        if line.startswith(LAZY):
            return "goes on"
        headed = self._complete == 1 and self._bars and not body.strip(" \t|:-")
        if body[0] == ">" or headed:
            # A mark after a tab, whose reach is unknown; a quote of one line that is a table.
            return "lost" if complete else "open"
        if not self._is_open():
            return "lost" if self._goes_on is None else "ends"
        if body[0] not in STARTS:
            return "goes on"
        if len(line[: -len(body)].expandtabs(TAB)) > 3:
            return "lost"
        if not complete:
            return "open"
        return "ends" if ends_quote(line) else "goes on"

    def _is_open(self) -> bool | None:
        """Tell whether a line without mark that starts no block goes on with what is quoted."""
        if not self._line_start:
            self._goes_on = False
        elif self._goes_on is None:
            if self._parts:
                self._feed()
            self._goes_on = self.inside.ends_in_paragraph()
        return self._goes_on

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


class ReasoningGrower(NestingGrower):
    """What a bot says it thinks, before it answers."""

    def __init__(self, inside: Growth, width: int, line: int) -> None:
        super().__init__(inside, width, Block("reasoning", line, line, folded=True))
        self._width = width
        self._in_line = False
        self._thought = Thought()
        self._counted = False
        self._held = 0
        self._rest = ""
        self._ended = False

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
        self._grow("".join(parts), final=ended)
        self._ended, self._rest = ended, "" if ended else rest
        changed = self._draw()
        self.block.last_line = line + text[:at].count("\n") + self._in_line
        return Taken(at, changed, ended)

    def _count(self, source: str) -> None:
        """Count the line that `source` is a part of, once, if it says something."""
        if not self._counted and source.strip("> \t"):
            self._counted = True
            self._thought.lines += 1

    def ends_in_paragraph(self, text: str) -> bool | None:
        return None

    def adopt(self) -> int:
        super().adopt()
        return self._draw()

    def _draw(self) -> int:
        head = self._thought.rows(self._width, self.block.first_line, ended=self._ended)
        extra = wrap([(self._rest, Look("dim"))], self._width) if self._rest else []
        self.block.summary = head[0]
        self.block.codes = [code.moved(1) for code in self._nested.codes]
        return splice(self.block.rows, 0, [head[1], *self._nested.rows, *extra])
