"""Lists that grow: only the last item is open."""

from __future__ import annotations

from poe_tui.markdown.blocks import Node, Scope, draw_items, start_of_list
from poe_tui.markdown.canvas import Canvas, splice
from poe_tui.markdown.document import Block, Code
from poe_tui.markdown.growers import (
    LOST,
    Taken,
    following,
    is_certain,
    line_offset,
    open_sections,
)
from poe_tui.markdown.sections import Section, ends_in_paragraph


class ListGrower:
    """A list: only its last item is open."""

    defines = True

    def __init__(self, section: Section, text: str, width: int, scope: Scope) -> None:
        self._width = width
        self._scope = scope
        self._kind = self._kind_of(section)
        self._number = start_of_list(section.node)
        self._indent = _indent(text)
        self._settled = 0
        self._codes: list[Code] = []
        self._parted = False
        self.block = Block("list", scope.line, scope.line)

    @staticmethod
    def suits(section: Section) -> bool:
        """Tell whether `section` is a list with an item to settle."""
        is_list = section.node.token.type in ("bullet_list_open", "ordered_list_open")
        return is_list and len(section.node.children) > 1 and not section.too_deep

    def take(self, text: str, line: int, *, final: bool) -> Taken:
        sections, followed = open_sections(text, self._scope)
        first = sections[0] if sections else None
        if first is None or first.first or first.too_deep or self._kind_of(first) != self._kind:
            return LOST
        scope = self._scope._replace(lines=text.split("\n"), line=line)
        ended = final or followed
        items = first.node.children
        closed = len(items) if ended else self._certain(items, text)
        changed = self._draw(first.node, closed, scope)
        self.block.last_line = line + first.last
        if ended:
            return Taken(line_offset(text, first.last), changed, ended=True)
        after = following(sections, self._width, scope)
        if not closed:
            return Taken(0, changed, after=after)
        self._parted = scope.parted(items[closed].span[0])
        return Taken(line_offset(text, items[closed].span[0]), changed, after=after)

    def ends_in_paragraph(self, text: str) -> bool | None:
        return ends_in_paragraph(text, self._scope)

    def _kind_of(self, section: Section) -> tuple[str, str]:
        node = section.node
        return node.token.type, node.children[0].token.markup if node.children else ""

    def _certain(self, items: list[Node], text: str) -> int:
        """Return how many items are complete, up to one that starts like the list did."""
        for index in range(len(items) - 1, 0, -1):
            start = items[index].span[0]
            if (
                is_certain(text, start)
                and _indent(text[line_offset(text, start) :]) == self._indent
            ):
                return index
        return 0

    def _draw(self, node: Node, closed: int, scope: Scope) -> int:
        """Draw the items of the text below what is settled, and settle those that are closed.

        Returns the first row that has changed.
        """
        start = max(0, self._settled - 1)
        canvas = Canvas()
        canvas.rows = self.block.rows[start : self._settled]
        if self._parted:
            canvas.blank()
        items = node.children
        draw_items(node, self._width, scope, canvas, self._number, items[:closed])
        settled = len(canvas.codes)
        if closed:
            self._settled = start + len(canvas.rows)
        if self._number is not None:
            self._number += closed
        draw_items(node, self._width, scope, canvas, self._number, items[closed:])
        codes = [code.moved(start) for code in canvas.codes]
        self.block.codes = self._codes + codes
        self._codes += codes[:settled]
        return splice(self.block.rows, start, canvas.rows)


def _indent(text: str) -> str:
    return text[: len(text) - len(text.lstrip(" \t"))]
