"""A document that tells what has changed, and draws blocks again whose links come to be defined."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from poe_tui.markdown.blocks import Scope
from poe_tui.markdown.canvas import splice
from poe_tui.markdown.document import Document
from poe_tui.markdown.parser import Links, new_env
from poe_tui.markdown.waiting import Unlinked, Waiting

_STEP: Final = 2_048
"""Characters of a block that are drawn again in one step."""


class Nesting(Protocol):
    """A block with a document inside."""

    @property
    def inside(self) -> Redrawn:
        """The document."""
        ...

    def adopt(self) -> int:
        """Take over what has changed inside; returns the first row of the block that has."""
        ...


class Redrawn(Document):
    """A document `width` cells wide; `scope` is what its first block is drawn with.

    `around` is the document it stands in, None for the outermost: all of them share their links,
    and what waits for any.
    """

    def __init__(
        self, width: int, links: Links, scope: Scope | None, around: Redrawn | None
    ) -> None:
        super().__init__()
        self.width = width
        self.links = links
        self._scope = scope or Scope(new_env(links), [])
        self._waiting: Waiting = around._waiting if around else Waiting()
        self._around = around
        self._place = 0
        self._dropped = False
        self._watched = False
        self._nested: dict[int, Nesting] = {}
        self._stale: set[int] = set()
        self._drawing: Iterator[bool] | None = None
        self._changed: tuple[int, int] | None = None

    def touch(self, index: int, row: int = 0) -> None:
        """Note that `row` of the block with `index`, and what follows, may have changed."""
        if self._changed is None or (index, row) < self._changed:
            self._changed = (index, row)

    def report(self) -> int | None:
        """Return the first row that has changed since the last report; None when none has."""
        for at in self._stale:
            self.touch(at, self._nested[at].adopt())
        self._stale.clear()
        if self._changed is None:
            return None
        index, row = self._changed
        self._changed = None
        height = self.height
        self.refit(min(index, len(self._starts)))
        if index >= len(self.blocks):
            return min(height, self.height)
        block = self.blocks[index]
        return min(height, self._starts[index] + block.place_of(row))

    def nest(self, index: int, block: Nesting) -> None:
        """Keep an eye on the document inside the block with `index`."""
        block.inside._place = index
        self._nested[index] = block

    def close(self, index: int, *, dropped: bool = False) -> None:
        """Forget the document inside the block with `index`, unless something in it waits.

        `dropped`: what waits in it is not shown any more.
        """
        inside = self._nested[index].inside
        inside._dropped = dropped
        if dropped or not inside._watched:
            del self._nested[index]
            self._stale.discard(index)

    @property
    def is_dropped(self) -> bool:
        """Whether it, or what it stands in, is not shown any more."""
        return self._dropped or (self._around is not None and self._around.is_dropped)

    def watch(self, unlinked: Unlinked, labels: set[str]) -> None:
        """Draw a settled block of this document again when one of the `labels` is defined."""
        if not labels:
            return
        self._waiting.watch(unlinked, labels, self.links)
        document: Redrawn | None = self
        while document is not None:
            document._watched = True
            document = document._around

    @property
    def waits(self) -> bool:
        """Whether `redraw_waiting` may have something to do."""
        return self._drawing is not None or self._waiting.is_due(self.links)

    def redraw_waiting(self, *, final: bool = False) -> bool:
        """Draw a block again whose links have been defined since, or some of it; False when there
        is none.

        `final` when no text follows. What has changed is in the next `report`.
        """
        if self._drawing is None:
            unlinked = self._waiting.due(self.links, final=final)
            if unlinked is None:
                return False
            self._drawing = unlinked.owner.redraw(unlinked)
        if next(self._drawing, None) is None:
            self._drawing = None
        return True

    def redraw(self, unlinked: Unlinked) -> Iterator[bool]:
        """Draw a block again, step by step when it is large; True is yielded between two steps.

        What has changed is in the next `report` of the outermost document.
        """
        source, block = unlinked.source, unlinked.block
        afresh = self._afresh(block.first_line)
        asked: set[str] = set()
        step = _STEP if unlinked.parted else len(source)
        for start in range(0, len(source), step):
            if start:
                yield True
            end = start + step
            with self.links.asking() as missing:
                afresh.grow(source[start:end], final=end >= len(source))
            asked |= missing
        if self.is_dropped:
            return
        fresh = afresh.blocks[0]
        self.touch(unlinked.index, splice(block.rows, 0, fresh.rows))
        block.codes = fresh.codes
        document: Redrawn = self
        while document._around is not None:
            document._around._stale.add(document._place)
            document = document._around
        self.watch(unlinked, asked)

    def _afresh(self, line: int) -> Redrawn:
        """Return an empty document for what starts at source line `line` of this one."""
        raise NotImplementedError

    def grow(self, text: str, *, final: bool = False) -> int | None:
        """Add `text`; returns the first row that has changed, None when none has.

        `final` when nothing follows: then the rows are those of the whole text rendered at once.
        """
        raise NotImplementedError
