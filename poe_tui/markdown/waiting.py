"""Blocks that wait for the definition of a reference link."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

import msgspec

from poe_tui.markdown.document import Block
from poe_tui.markdown.parser import Links


class Unlinked(msgspec.Struct, frozen=True):
    """A settled block that asked for labels in vain, its index and its source."""

    index: int
    block: Block
    source: str


_LARGE: Final = 2_048
"""A block of more characters is not drawn again for each of its labels: rather after one of them,
after two more, after four more, and at the end."""


class Waiting:
    """Settled blocks by the labels that nothing had defined when they were drawn."""

    def __init__(self) -> None:
        self._blocks: dict[str, dict[int, Unlinked]] = {}
        self._ready: dict[int, int] = {}
        self._due: dict[int, Unlinked] = {}
        self._later: dict[int, Unlinked] = {}
        self._drawn: dict[int, int] = {}
        self._seen = 0

    def watch(self, unlinked: Unlinked, labels: Iterable[str], links: Links) -> None:
        """Wait for the `labels` that a block asked for in vain."""
        for label in labels:
            if label in links.settled:
                # It came while the block was drawn, too late for a part of it.
                self._due[unlinked.index] = unlinked
            else:
                self._blocks.setdefault(label, {})[unlinked.index] = unlinked

    @property
    def is_due(self) -> bool:
        """Whether the definition of a label has come that a block waited for."""
        return bool(self._due)

    def due(self, links: Links, *, final: bool = False) -> Unlinked | None:
        """Return a block that must be drawn again; None when there is none.

        `final` when no definition can follow.
        """
        settled = links.settled
        if self._blocks and len(settled) > self._seen:
            for label in list(islice(reversed(settled), len(settled) - self._seen)):
                for unlinked in self._blocks.pop(label, {}).values():
                    self._count(unlinked)
        self._seen = len(settled)
        if final:
            self._due |= self._later
        if not self._due:
            return None
        index, unlinked = self._due.popitem()
        self._later.pop(index, None)
        self._ready[index] = 0
        self._drawn[index] = self._drawn.get(index, 0) + 1
        return unlinked

    def _count(self, unlinked: Unlinked) -> None:
        """Note that one more of the labels that a block waited for is defined."""
        index = unlinked.index
        self._ready[index] = self._ready.get(index, 0) + 1
        wanted = 2 ** self._drawn.get(index, 0) if len(unlinked.source) > _LARGE else 1
        (self._due if self._ready[index] >= wanted else self._later)[index] = unlinked
