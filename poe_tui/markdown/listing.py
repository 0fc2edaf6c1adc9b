"""Lists that grow: only the last item is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from poe_tui.markdown.blocks import (
    Node,
    Scope,
    draw_contents,
    draw_items,
    frame_of,
    start_of_list,
)
from poe_tui.markdown.canvas import Canvas, splice
from poe_tui.markdown.document import Block, Code
from poe_tui.markdown.growers import (
    LOST,
    MOST_GROWN,
    PATIENCE,
    Taken,
    following,
    is_certain,
    line_offset,
    open_sections,
)
from poe_tui.markdown.items import OpenItem, opening_of
from poe_tui.markdown.sections import Section, ends_in_paragraph, plain_block

if TYPE_CHECKING:
    from poe_tui.markdown.growth import Growth


class ListGrower:
    """A list: only its last item is open, and what is in that grows by itself, if it can.

    When such an item has ended, the parser is shown a short one in its place until the beginning of
    the next is certain.
    """

    defines = True

    def __init__(
        self,
        section: Section,
        text: str,
        width: int,
        scope: Scope,
        nested: Callable[[int, Scope], Growth],
    ) -> None:
        self._width = width
        self._scope = scope
        self._nested = nested
        self._kind = self._kind_of(section)
        self._number = start_of_list(section.node)
        self._indent = _indent(text)
        self._settled = 0
        self._first_row = 0
        self._codes: list[Code] = []
        self._parted = False
        self._item: OpenItem | None = None
        self._opening = ""
        self._stand_in = ""
        self._begun = 0
        self._earliest = 0
        self._parsed = 0
        self._drawn = 0
        self.block = Block("list", scope.line, scope.line)

    @staticmethod
    def suits(section: Section, text: str) -> bool:
        """Tell whether `section` is a list with something to settle."""
        if section.node.token.type not in ("bullet_list_open", "ordered_list_open"):
            return False
        return not section.too_deep and (len(section.node.children) > 1 or is_certain(text, 0))

    def ends_in_paragraph(self, text: str) -> bool | None:
        if self._item is None or not self._item.begun:
            return ends_in_paragraph(self._stand_in + text, self._scope)
        return self._item.ends_in_paragraph()

    def take(self, text: str, line: int, *, final: bool) -> Taken:
        item = self._item
        if item is None:
            return self._take_items(text, line, final=final)
        first = item.take(text, final=final)
        if item.too_deep:
            return LOST
        if first is None:
            self._item = None
            self._earliest = self._begun + 1
            return self._take_items(text, line, final=final)
        start = self._first_row
        changed = splice(self.block.rows, start + first, item.rows[first:])
        codes = self._codes + [code.moved(start) for code in item.codes]
        self.block.codes = codes
        self.block.last_line = item.last_line
        if not item.ended:
            return Taken(len(text) if final else 0, changed, ended=final)
        self._item = None
        self._settled = len(self.block.rows)
        self._codes = codes
        self._parted = False
        if self._number is not None:
            self._number += 1
        self._stand_in = self._opening + ("# x\n\n" if item.parted else "# x\n")
        rest = self._take_items(text[item.at :], item.line, final=final)
        changed = min(changed, rest.changed)
        return rest._replace(consumed=item.at + rest.consumed, changed=changed)

    def _take_items(self, text: str, line: int, *, final: bool) -> Taken:
        if not final and self._parsed > PATIENCE and len(text) < self._parsed * 1.1:
            return self._show_unparsed(text, line)
        source = self._stand_in + text
        done = 1 if self._stand_in else 0
        sections, followed = open_sections(source, self._scope)
        first = sections[0] if sections else None
        if first is None or first.first or first.too_deep or self._kind_of(first) != self._kind:
            return LOST
        line -= self._stand_in.count("\n")
        scope = self._scope._replace(lines=source.split("\n"), line=line)
        ended = final or followed
        items = first.node.children
        closed = len(items) if ended else self._certain(items, source)
        changed = self._draw(first.node, items[done:closed], items[max(done, closed) :], scope)
        self.block.last_line = line + first.last
        if ended:
            end = line_offset(source, first.last)
            return Taken(max(0, end - len(self._stand_in)), changed, ended=True)
        after = following(sections, self._width, scope)
        self._parsed = 0 if closed or after else len(text)
        consumed = 0
        if closed:
            start = items[closed].span[0]
            self._parted = scope.parted(start)
            self._earliest = 0
            consumed = line_offset(source, start) - len(self._stand_in)
            self._stand_in = ""
        if closed == len(items) - 1 and not after and not self._stand_in:
            self._open(items[closed], text[consumed:], scope)
        return Taken(consumed, changed, after=after)

    def _show_unparsed(self, text: str, line: int) -> Taken:
        """Show what came since the last parse as it is, until there is enough to parse again."""
        lines = text[self._parsed :].split("\n")
        plain = plain_block(lines, self._width, line + text.count("\n", 0, self._parsed))
        return Taken(0, splice(self.block.rows, self._drawn, plain.rows))

    def _open(self, item: Node, text: str, scope: Scope) -> None:
        """Let the contents of the last item, which `text` is, grow by themselves, if they can.

        From the beginning, or the last block that is sure to be one: when a line has come that is
        not sure to be what it seems, and after what begins with a bracket: the box of a task, which
        is none of the contents, or a link definition with a task below it.
        """
        opening = opening_of(text)
        if scope.above >= MOST_GROWN or not (opening and is_certain(text, 0)):
            return
        contents = Canvas()
        frame = frame_of(item, self._number, self._width, scope)
        self._begun = first = 0
        if self._earliest or text.startswith("[", len(opening)):
            known = self._known(item, text)
            if not known:
                return
            draw_contents(item, known, frame.room, scope, contents)
            first = known[-1].span[1] - item.span[0]
            self._begun = item.children[len(known)].span[0] - item.span[0]
        line = scope.line + item.span[0] + first
        inside = scope._replace(lines=[], line=line, depth=scope.depth + 1, above=scope.above + 2)
        nested = self._nested(frame.room, inside)
        start = line_offset(text, first)
        self._item = OpenItem(nested, frame, opening, line, start, contents)
        self._opening = opening
        self._parsed = 0
        apart = self._parted and self._settled and self.block.rows[self._settled - 1].spans
        self._first_row = self._settled + bool(apart)

    def _known(self, item: Node, text: str) -> list[Node]:
        """Return the blocks of an item before the last one from which on it has not been tried.

        Empty when there is none.
        """
        for index in range(len(item.children) - 1, 0, -1):
            start = item.children[index].span[0] - item.span[0]
            if start >= self._earliest and is_certain(text, start):
                return item.children[:index]
        return []

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

    def _draw(self, node: Node, closed: list[Node], rest: list[Node], scope: Scope) -> int:
        """Draw items below what is settled, and settle those that are closed.

        Returns the first row that has changed.
        """
        start = max(0, self._settled - 1)
        canvas = Canvas()
        canvas.rows = self.block.rows[start : self._settled]
        if self._parted:
            canvas.blank()
        draw_items(node, self._width, scope, canvas, self._number, closed)
        settled = len(canvas.codes)
        if closed:
            self._settled = start + len(canvas.rows)
        if self._number is not None:
            self._number += len(closed)
        draw_items(node, self._width, scope, canvas, self._number, rest)
        codes = [code.moved(start) for code in canvas.codes]
        self.block.codes = self._codes + codes
        self._codes = self.block.codes[: len(self._codes) + settled]
        self._drawn = start + len(canvas.rows)
        return splice(self.block.rows, start, canvas.rows)


def _indent(text: str) -> str:
    return text[: len(text) - len(text.lstrip(" \t"))]
