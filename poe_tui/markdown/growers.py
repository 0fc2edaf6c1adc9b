"""Open blocks that grow: what has been drawn of them stays, only their end is drawn again.

A grower takes text from where it left off. What it reports as consumed it never sees again; the
rest comes back to it, longer, the next time. Whatever it cannot be sure about it gives back: then
the whole block is parsed as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from poe_tui.markdown.blocks import Node, Scope, table_cells, table_parts
from poe_tui.markdown.canvas import splice
from poe_tui.markdown.document import Block
from poe_tui.markdown.pieces import AHEAD
from poe_tui.markdown.rows import Row
from poe_tui.markdown.sections import (
    Definition,
    Section,
    block_of,
    definitions_of,
    ends_in_paragraph,
    sections_of,
    sure_labels,
)
from poe_tui.markdown.table import body_rows, header_rows, sample_size


class Taken(NamedTuple):
    """What a grower did with the text it was given.

    `consumed` characters are done with, the block's rows before `changed` are as they were.
    `ended`: what follows belongs to another block. `lost`: it must be parsed as a whole instead.
    `after` are blocks that follow, as it seems for now.
    """

    consumed: int
    changed: int
    ended: bool = False
    lost: bool = False
    after: Sequence[Block] = ()


PATIENCE: Final = 8_192
"""A text so long, if it can only be parsed as one, is parsed again when it has grown by a tenth."""

MOST_GROWN: Final = 8
"""What is nested deeper does not grow by itself: each level has its own copy of the rows."""

LOST: Final = Taken(0, 0, ended=False, lost=True)


def open_sections(text: str, scope: Scope) -> tuple[list[Section], bool]:
    """Return the sections of a block that grows, and of what seems to follow it; and whether it is
    certain that something does.

    Link definitions found in them are dropped: they may turn out to be none, and what is drawn here
    may stay as it is. Sure ones are held, until it is known whether the block is what it seems.
    """
    links = scope.env["references"]
    links.forget()
    sections = sections_of(text, scope.env, scope.above)
    definitions = definitions_of(text, scope.env)
    links.forget(hold=sure_labels(definitions, sections))
    return sections, certain_sections(sections[:2], definitions, text) > 0


def certain_sections(sections: list[Section], definitions: list[Definition], text: str) -> int:
    """Return how many sections are sure to be complete: those before the last sure beginning."""
    begin = [spot.first for spot in definitions if spot.sure or is_certain(text, spot.first)]
    last = max(begin, default=-1)
    for index in range(len(sections), 0, -1):
        if last >= sections[index - 1].last:
            return index
        if index > 1 and is_certain(text, sections[index - 1].first):
            return index - 1
    return 0


def following(sections: list[Section], width: int, scope: Scope) -> list[Block]:
    """Return the blocks of what seems to follow the first section."""
    return [block_of(section, width, scope) for section in sections[1:]]


class Grower(Protocol):
    """An open block that grows.

    `defines`: what it consumes can have link definitions in it, which are to be settled.
    """

    block: Block
    defines: bool

    def take(self, text: str, line: int, *, final: bool) -> Taken:
        """Take in `text`, which starts at source line `line`; `final` when nothing follows it."""
        ...

    def ends_in_paragraph(self, text: str) -> bool | None:
        """Tell whether a lazy line could follow, `text` being what has not been consumed; None when
        that is not known.
        """
        ...


def line_offset(text: str, line: int) -> int:
    """Return where line `line` of `text` starts."""
    at = 0
    for _ in range(line):
        at = text.find("\n", at) + 1
        if not at:
            return len(text)
    return at


def is_certain(text: str, line: int) -> bool:
    """Tell whether more text can change that something starts at `line`.

    A line is sure when it and the next are complete (the next could make it the header of a table),
    or when it is so long that its beginning has decided.
    """
    if text.count("\n") >= line + 2:
        return True
    start = line_offset(text, line)
    end = text.find("\n", start)
    return (len(text) if end < 0 else end) - start > 2 * AHEAD


_MOST_MISSING: Final = 0xFFFF
"""Cells that the parser adds to short rows before it ends a table."""


class TableGrower:
    """A table that has more rows than its layout depends on."""

    defines = False

    def __init__(self, section: Section, text: str, width: int, scope: Scope) -> None:
        self._scope = scope
        self._head = text[: line_offset(text, 2)]
        scope = scope._replace(lines=text.split("\n"))
        self._shape, _ = table_parts(section.node, width, scope)
        self.block = Block("table", scope.line, scope.line)
        self.block.rows = header_rows(self._shape, scope.line)
        self._settled = len(self.block.rows)
        self._count = 0
        self._missing = 0

    @staticmethod
    def suits(section: Section, text: str) -> bool:
        """Tell whether `section` is a table whose layout is certain."""
        if section.node.token.type != "table_open" or section.too_deep or section.first:
            return False
        head, *bodies = section.node.children
        rows = sum(len(body.children) for body in bodies)
        sample = sample_size(len(head.children[0].children))
        return rows > sample + 1 and text.count("\n") > sample + 3

    @property
    def head(self) -> int:
        """How many characters of the text are the header, which `take` is not given."""
        return len(self._head)

    def take(self, text: str, line: int, *, final: bool) -> Taken:
        source = self._head + text
        sections, followed = open_sections(source, self._scope)
        if not sections or sections[0].node.token.type != "table_open":
            return LOST
        first = sections[0]
        lines = source.split("\n")
        scope = self._scope._replace(lines=lines, line=line - 2)
        ended = final or followed
        rows = [row for body in first.node.children[1:] for row in body.children]
        if self._missing + self._missing_in(lines[2:]) > _MOST_MISSING:
            return LOST
        complete = source.count("\n")
        closed = len(rows) if ended else sum(row.span[0] < complete for row in rows)
        done = self._draw(rows[:closed], scope, self._count)
        rest = self._draw(rows[closed:], scope, self._count + closed)
        changed = splice(self.block.rows, self._settled, done + rest)
        self._settled += len(done)
        self._count += closed
        self.block.last_line = scope.line + first.last
        end = rows[closed - 1].span[0] + 1 if closed else 2
        self._missing += self._missing_in(lines[2:end])
        after = [] if ended else following(sections, self._shape.width, scope)
        return Taken(max(0, line_offset(source, end) - self.head), changed, ended, after=after)

    def ends_in_paragraph(self, text: str) -> bool | None:
        return ends_in_paragraph(self._head + text, self._scope)

    def _missing_in(self, lines: list[str]) -> int:
        """Return how many cells at most are missing in rows; the parser puts up with so many."""
        bars = (line.count("|") - line.count("\\|") for line in lines)
        return sum(max(0, len(self._shape.names) + 1 - count) for count in bars)

    def _draw(self, rows: list[Node], scope: Scope, number: int) -> list[Row]:
        drawn: list[Row] = []
        for index, row in enumerate(rows):
            cells = table_cells(row, scope)
            first = number + index == 0
            drawn += body_rows(cells, self._shape, scope.line + row.span[0], first=first)
        return drawn
