"""A document of a text that is still growing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from poe_tui.markdown.document import Block, Document
from poe_tui.markdown.growth import Growth
from poe_tui.markdown.render import links_of
from poe_tui.markdown.safe import visible
from poe_tui.markdown.verbatim import Verbatim

_SLICE: Final = 2_048
"""Characters taken in before the clock is looked at."""

_SOON: Final = 100_000
"""So many characters are taken in before a reader misses them."""


class LiveDocument(Document):
    """Like `Document`, for a text that grows; what is fed shows after the next `flush`.

    The price of a flush depends on what is new and on the open block's last few lines, not on what
    came before. After `finish` the rows are those of `render`.
    """

    def __init__(
        self, width: int, *, plain: bool = False, refs: Mapping[str, str] | None = None
    ) -> None:
        self._plain = plain
        self._refs = dict(refs or {})
        self._parts: list[str] = []
        self.width = width
        self._restart()
        super().__init__()

    def _restart(self) -> None:
        self._grown: Growth | Verbatim = (
            Verbatim(self.width) if self._plain else Growth(self.width, links_of(self._refs))
        )
        self._pending = self.text
        self._reset = True
        self._outdated = False
        self._final = self._ended = False

    @property
    def text(self) -> str:
        """Everything that was fed, as it was fed."""
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""

    @property
    def pending(self) -> bool:
        """Whether a flush has work left; a return at the end waits for what follows it."""
        ending = self._outdated or (self._final and not self._ended)
        return self._pending not in ("", "\r") or self._reset or self._grown.waits or ending

    def feed(self, text: str) -> None:
        """Add text at the end."""
        if text:
            self._parts.append(text)
            if not self._outdated:
                self._pending += text
            if self._final:
                self._restart()

    def replace(self, text: str) -> None:
        """Start again with `text`, or go on to it where it only adds to what there is.

        A text that is being worked on is shown first: one that is replaced in a steady stream would
        never be seen otherwise.
        """
        before = self.text
        if not self._outdated and before and text.startswith(before):
            self.feed(text[len(before) :])
            return
        self._parts = [text]
        if self._reset and self._pending and before:
            self._outdated = True
        else:
            self._restart()

    def resize(self, width: int) -> None:
        """Render for another width; what is folded stays folded."""
        if width != self.width:
            self.width = width
            self._restart()

    def set_refs(self, refs: Mapping[str, str]) -> None:
        """Set the targets of reference links to attachments."""
        if dict(refs) != self._refs:
            self._refs = dict(refs)
            self._restart()

    def flush(self, budget: float | None = None, *, final: bool = False) -> int | None:
        """Work through what was fed, for about `budget` seconds (None: all of it).

        `final` when nothing more comes: when nothing is pending any more, the rows are those of
        `render`. Returns the first row that may have changed; None when none has. Look at `pending`
        to see whether anything is left.
        """
        return self._work(budget, final=final)

    def finish(self) -> int | None:
        """Flush everything: nothing more comes. Returns what `flush` does."""
        return self._work(None, final=True)

    def _work(self, budget: float | None, *, final: bool) -> int | None:
        end = None if budget is None else time.perf_counter() + budget
        if self._outdated and end is None:
            self._restart()
        grown = self._grown
        first: int | None = None
        worked = False
        while self._pending:
            began = time.perf_counter()
            part = self._next_part(final=final)
            if part is None:
                break
            first = _lower(first, grown.grow(part))
            worked = True
            now = time.perf_counter()
            # The next slice will take about as long as this one did.
            if end is not None and now + (now - began) > end:
                break
        final = final and not self._pending and not self._outdated
        if final and not self._final:
            self._final = True
            first = _lower(first, grown.grow("", final=True))
        while not worked or end is None or time.perf_counter() < end:
            if not grown.redraw_waiting(final=final):
                self._ended = final
                break
            worked = True
        first = self._adopt(_lower(first, grown.report()))
        if self._outdated and not self._reset:
            self._restart()
        return first

    def _next_part(self, *, final: bool) -> str | None:
        """Take the next characters to work on; None when there are none yet.

        A return and its newline stay together.
        """
        count = _SLICE
        while self._pending[count - 1 : count] == "\r":
            count += 1
        part = self._pending[:count]
        if part.endswith("\r") and not final:
            part = part[:-1]
        if not part:
            return None
        self._pending = self._pending[len(part) :]
        return visible(part)

    def _adopt(self, first: int | None) -> int | None:
        """Show what has grown; after a fresh start only when that has caught up.

        What takes long to catch up is shown at once, if there is nothing older to show meanwhile.
        """
        grown = self._grown
        if self._reset:
            if self._pending.rstrip("\r") and (self.blocks or len(self._pending) < _SOON):
                return None
            self._reset = False
            _keep_folds(self.blocks, grown.blocks)
            grown.refit()
            first = 0
        self.blocks = grown.blocks
        self._starts = grown._starts
        # Not the height that `grown` knows: a fold may have been opened or closed since.
        self.refit(len(self._starts))
        return first


def _lower(first: int | None, second: int | None) -> int | None:
    if first is None or second is None:
        return second if first is None else first
    return min(first, second)


def _keep_folds(old: list[Block], new: list[Block]) -> None:
    for before, after in zip(old, new, strict=False):
        if before.kind == after.kind:
            after.fold_like(before)
