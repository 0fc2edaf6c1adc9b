"""The engine of a growing text: settled blocks, one open block, and the text that is still open."""

from __future__ import annotations

from typing import Final

from poe_tui.markdown.blocks import Scope, quote_look
from poe_tui.markdown.canvas import splice
from poe_tui.markdown.document import Block
from poe_tui.markdown.footnotes import FootnoteGrower
from poe_tui.markdown.growers import (
    PATIENCE,
    Grower,
    TableGrower,
    certain_sections,
    line_offset,
)
from poe_tui.markdown.listing import ListGrower
from poe_tui.markdown.literal import FenceGrower, HtmlGrower, IndentedGrower, TexGrower
from poe_tui.markdown.paragraph import ParagraphGrower
from poe_tui.markdown.parser import Links, block_tokens, new_env
from poe_tui.markdown.quoting import NestingGrower, QuoteGrower, ReasoningGrower, quote_room
from poe_tui.markdown.reasoning import BLANK_LINES, starts_reasoning
from poe_tui.markdown.redrawing import Redrawn
from poe_tui.markdown.rows import Look
from poe_tui.markdown.sections import (
    Section,
    block_of,
    definitions_end,
    definitions_of,
    ends_in_paragraph,
    plain_block,
    sections_of,
    sure_labels,
)
from poe_tui.markdown.waiting import Unlinked

_QUOTES: Final = 8
"""Quotes so deep in each other grow line by line."""


class Growth(Redrawn):
    """A document that takes its text bit by bit."""

    def __init__(
        self,
        width: int,
        links: Links,
        scope: Scope | None = None,
        around: Growth | None = None,
    ) -> None:
        super().__init__(width, links, scope, around)
        self.too_deep = False
        self._tail = ""
        self._line = 0
        self._settled = 0
        self._grower: Grower | None = None
        self._source: list[str] = []
        self._as_one = False
        self._begun = False
        self._parsed = 0
        self._asked: set[str] = set()

    @property
    def _at(self) -> int:
        """The source line at which the open text starts."""
        return self._line + self._scope.line

    def grow(self, text: str, *, final: bool = False) -> int | None:
        self._tail += text
        while self._step(final):
            pass
        return self.report()

    def _step(self, final: bool) -> bool:
        if self._grower is not None:
            return self._feed(self._grower, final)
        blank = BLANK_LINES.match(self._tail)
        if blank:
            self._consume(blank.end())
            self._source.clear()
        if not self._tail:
            self._show([])
            return False
        grower = self._at_once(final)
        if grower is not None:
            self._start(grower)
            return True
        return self._parse(final)

    def _at_once(self, final: bool) -> Grower | None:
        """Return a grower for what shows by its first characters that it is a block that grows."""
        if self._as_one:
            return None
        outermost = not self._scope.above
        if outermost and not self._begun and starts_reasoning(self._tail, final=final):
            return ReasoningGrower(self._inside(), self.width, self._at)
        opening = FenceGrower.opening(self._tail)
        if opening:
            line = self._at
            self._consume(opening.end())
            return FenceGrower(opening, self.width, line)
        if IndentedGrower.suits(self._tail):
            return IndentedGrower(self.width, self._at)
        end = HtmlGrower.opening(self._tail)
        if end is not None:
            return HtmlGrower(end, self.width, self._at, self._scope.look)
        opens = TexGrower.opening(self._tail)
        if opens is not None:
            return TexGrower(opens, self.width, self._at, self._scope.look)
        if self._scope.above < _QUOTES and QuoteGrower.suits(self._tail, self.width):
            return QuoteGrower(self._inside(), self.width, self._at)
        return None

    def _afresh(self, line: int) -> Growth:
        growth = Growth(self.width, self.links, self._scope._replace(line=line, unseen=True))
        growth._begun = True
        return growth

    def _inside(self) -> Growth:
        scope = self._scope._replace(
            look=quote_look(self._scope.look),
            above=self._scope.above + 1,
            line=self._at,
        )
        return Growth(quote_room(self.width), self.links, scope, self)

    def _in_item(self, width: int, scope: Scope) -> Growth:
        return Growth(width, self.links, scope)

    def _start(self, grower: Grower) -> None:
        del self.blocks[self._settled :]
        self.blocks.append(grower.block)
        self.touch(self._settled)
        self._grower = grower
        self._asked.clear()
        if isinstance(grower, NestingGrower):
            self.nest(self._settled, grower)

    def _feed(self, grower: Grower, final: bool) -> bool:
        height = len(grower.block.rows)
        with self.links.asking() as asked:
            taken = grower.take(self._tail, self._at, final=final)
        self._asked |= asked
        if taken.lost:
            self.links.drop_held()
            self._give_up()
            return True
        self.links.settle_held()
        if taken.changed < max(height, len(grower.block.rows)) or taken.ended:
            self.touch(self._settled, taken.changed)
        self._show_after(list(taken.after))
        if taken.consumed:
            if grower.defines:
                self._keep_links(self._tail[: taken.consumed])
            self._consume(taken.consumed)
        if taken.ended:
            self._settle_grower(grower)
        return taken.ended

    def _show_after(self, blocks: list[Block]) -> None:
        """Show what seems to follow the open block."""
        if blocks or len(self.blocks) > self._settled + 1:
            self.blocks[self._settled + 1 :] = blocks
            self.touch(self._settled + 1)

    def _settle_grower(self, grower: Grower) -> None:
        self._grower = None
        self._begun = True
        source = "".join(self._source)
        self._source.clear()
        if grower.block.rows:
            if isinstance(grower, NestingGrower):
                self.close(self._settled)
            else:
                unlinked = Unlinked(self, self._settled, grower.block, source, parted=True)
                self.watch(unlinked, self._asked)
            self._settled += 1
        else:
            del self.blocks[self._settled]
            self.touch(self._settled)

    def _give_up(self) -> None:
        """Take the open block back, to be parsed as one."""
        self._tail = "".join(self._source) + self._tail
        self._line -= "".join(self._source).count("\n")
        self._source.clear()
        if isinstance(self._grower, NestingGrower):
            self.close(self._settled, dropped=True)
        self._grower = None
        self._as_one = True
        self._parsed = 0
        self.touch(self._settled)

    def _consume(self, count: int) -> None:
        part = self._tail[:count]
        self._source.append(part)
        self._line += part.count("\n")
        self._tail = self._tail[count:]

    def _keep_links(self, text: str) -> None:
        """Settle the link definitions in `text`, which is done with, and drop all others."""
        self.links.forget()
        if "]:" in text:
            block_tokens(text, self._scope.env)
            self.links.settle()

    def _parse(self, final: bool) -> bool:
        text = self._tail
        if not final and self._parsed > PATIENCE and len(text) < self._parsed * 1.1:
            self._show_unparsed()
            return False
        self.links.forget()
        self._parsed = len(text)
        scope = self._scope._replace(lines=text.split("\n"), line=self._at)
        sections = sections_of(text, scope.env, scope.above)
        self.too_deep = self.too_deep or any(section.too_deep for section in sections)
        if final:
            self.links.settle()
            self._settle(sections, scope)
            self._consume(len(text))
            return False
        definitions = definitions_of(text, scope.env)
        self.links.settle(sure_labels(definitions, sections))
        done = certain_sections(sections, definitions, text)
        if done:
            cut = line_offset(text, sections[done - 1].last)
            self._keep_links(text[:cut])
            self._settle(sections[:done], scope)
            self._consume(cut)
            self._source.clear()
            return True
        defined = definitions_end(sections, definitions)
        if defined:
            cut = line_offset(text, defined)
            self._keep_links(text[:cut])
            self._consume(cut)
            self._source.clear()
            self._begun = True
            return True
        with self.links.asking() as asked:
            grower = self._growing(sections, text, scope)
        if grower is not None:
            self._start(grower)
            self._asked |= asked
            return True
        self._show([block_of(section, self.width, scope) for section in sections])
        return False

    def _growing(self, sections: list[Section], text: str, scope: Scope) -> Grower | None:
        if self._as_one or len(sections) != 1 or sections[0].first:
            return None
        section = sections[0]
        if ListGrower.suits(section, text):
            return ListGrower(section, text, self.width, scope, self._in_item)
        opening = FootnoteGrower.opening(section, text, scope)
        if opening:
            return FootnoteGrower(opening, self.width, scope, self._in_item)
        if ParagraphGrower.suits(section):
            return ParagraphGrower(self.width, scope)
        if TableGrower.suits(section, text):
            self.links.forget()
            table = TableGrower(section, text, self.width, scope)
            self._consume(table.head)
            return table
        return None

    def _settle(self, sections: list[Section], scope: Scope) -> None:
        drawn: list[Block] = []
        for section in sections:
            with self.links.asking() as asked:
                block = block_of(section, self.width, scope)
            if not block.rows:
                continue
            if asked:
                lines = scope.lines[section.first : section.last]
                source = "".join(f"{line}\n" for line in lines)
                at = self._settled + len(drawn)
                self.watch(Unlinked(self, at, block, source, parted=False), asked)
            drawn.append(block)
        self._show(drawn)
        self._settled = len(self.blocks)
        self._begun = True
        self._as_one = False
        self._parsed = 0

    def _show(self, blocks: list[Block]) -> None:
        """Put `blocks` behind the settled ones, and note where they differ from what was there."""
        blocks = [block for block in blocks if block.rows]
        old = self.blocks[self._settled :]
        for index, block in enumerate(blocks):
            if index < len(old) and old[index].kind == block.kind:
                block.fold_like(old[index])
                if old[index].rows == block.rows:
                    continue
                changed = splice(old[index].rows, 0, list(block.rows))
                self.touch(self._settled + index, changed)
            else:
                self.touch(self._settled + index)
        if len(old) != len(blocks):
            self.touch(self._settled + min(len(old), len(blocks)))
        self.blocks[self._settled :] = blocks

    def ends_in_paragraph(self) -> bool | None:
        """Tell whether, all lines so far being complete, a lazy line could follow; None when that
        is not known.
        """
        if self._grower is not None:
            return self._grower.ends_in_paragraph(self._tail)
        return ends_in_paragraph(self._tail, self._scope)

    @property
    def is_idle(self) -> bool:
        """Whether no block is open."""
        return self._grower is None and not self._tail.strip()

    @property
    def is_in_paragraph(self) -> bool:
        """Whether what is open is a paragraph in nothing else, as it seems."""
        return bool(self.blocks) and self.blocks[-1].kind == "paragraph"

    @property
    def is_verbatim(self) -> bool:
        """Whether the next line is code, word for word, or ends it."""
        return isinstance(self._grower, FenceGrower) and not self._grower.is_indented

    def _show_unparsed(self) -> None:
        """Show what came since the last parse as it is, until there is enough to parse again."""
        lines = self._tail[self._parsed :].split("\n")
        line = self._at + self._tail[: self._parsed].count("\n")
        index = len(self.blocks)
        if index > self._settled and self.blocks[-1].kind == "unparsed":
            index -= 1
        block = plain_block(lines, self.width, line)
        block.kind = "unparsed"
        self.blocks[index:] = [block]
        self.touch(index)


def reasoning_of(text: str, width: int, links: Links, line: int = 0) -> tuple[Block, int]:
    """Return the block of the reasoning `text` starts with, and how many characters it takes.

    `line` is the source line of its beginning.
    """
    blank = BLANK_LINES.match(text)
    start = blank.end() if blank else 0
    line += text.count("\n", 0, start)
    scope = Scope(new_env(links), [], line, quote_look(Look()), above=1)
    grower = ReasoningGrower(Growth(quote_room(width), links, scope), width, line)
    taken = grower.take(text[start:], line, final=True)
    return grower.block, start + taken.consumed
