"""Footnotes that grow: what is in one is a document of its own, which grows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from poe_tui.markdown.blocks import Scope, footnote_frame
from poe_tui.markdown.canvas import Canvas, splice
from poe_tui.markdown.document import Block
from poe_tui.markdown.growers import LOST, MOST_GROWN, Taken, is_certain
from poe_tui.markdown.items import OpenItem
from poe_tui.markdown.sections import Section, plain_block

if TYPE_CHECKING:
    from poe_tui.markdown.growth import Growth

_OPENING: Final = re.compile(r"\[\^([^\] \n]+)\]:(?= {0,3}[^ \t\n<])(?![-+*>\d.) ]* {5})")
"""Not with more spaces, or HTML, or code in an item: then the parser has rules of its own."""

_NEXT: Final = re.compile(r"\[\^[^\] \n]+\]:")
_MAY_BE_NEXT: Final = re.compile(r"\[(?:\^(?:[^\] \n]+\]?)?)?\Z")
_INDENT: Final = 4


class FootnoteGrower:
    """A footnote: its lines are indented, or go on with a paragraph."""

    defines = False

    def __init__(
        self,
        opening: re.Match[str],
        width: int,
        scope: Scope,
        nested: Callable[[int, Scope], Growth],
    ) -> None:
        frame = footnote_frame(opening[1], width, scope.line)
        inside = nested(frame.room, scope._replace(lines=[], above=scope.above + 1))
        self._width = width
        self._item = _OpenFootnote(inside, frame, opening[0], scope.line, 0, Canvas())
        self.block = Block("footnotes", scope.line, scope.line, list(self._item.rows))

    @staticmethod
    def opening(section: Section, text: str, scope: Scope) -> re.Match[str] | None:
        """Return how `text`, which `section` comes from, starts; None unless it is a footnote that
        can grow.
        """
        if section.node.token.type != "footnote_reference_open" or section.too_deep:
            return None
        grows = scope.above < MOST_GROWN and is_certain(text, 0)
        return _OPENING.match(text) if grows else None

    def take(self, text: str, line: int, *, final: bool) -> Taken:
        item = self._item
        first = item.take(text, final=final)
        if first is None or item.too_deep:
            return LOST
        changed = splice(self.block.rows, first, item.rows[first:])
        self.block.codes = item.codes
        self.block.last_line = item.last_line
        if item.ended or final:
            return Taken(item.at, changed, ended=True)
        rest = text[item.at :]
        after = [plain_block([rest], self._width, item.last_line)] if rest.strip(" \t") else []
        return Taken(0, changed, after=after)

    def ends_in_paragraph(self, text: str) -> bool | None:
        return self._item.ends_in_paragraph()


class _OpenFootnote(OpenItem):
    """A footnote that grows like an item, but for what its lines are indented by."""

    indent = _INDENT

    def _stands_apart(self, block: Block) -> bool:
        return block is not self._nested.inside.blocks[0]

    def _belongs(self, line: str, *, final: bool) -> bool | None:
        if line[0] == "[":
            self._grow()
            if self._nested.inside.is_in_paragraph:
                self.ended = _NEXT.match(line) is not None
                if self.ended or (_MAY_BE_NEXT.match(line) and not final):
                    return False
        return super()._belongs(line, final=final)
