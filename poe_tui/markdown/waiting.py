"""Blocks that wait for the definition of a reference link."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from poe_tui.markdown.document import Block
from poe_tui.markdown.parser import Links


class Unlinked(msgspec.Struct, frozen=True):
    """A settled block that asked for labels in vain, its index and its source."""

    index: int
    block: Block
    source: str


class Waiting:
    """Settled blocks by the labels that nothing had defined when they were drawn."""

    def __init__(self) -> None:
        self._blocks: dict[str, list[Unlinked]] = {}
        self._due: dict[int, Unlinked] = {}
        self._seen = 0

    def watch(self, unlinked: Unlinked, labels: Iterable[str], links: Links) -> None:
        """Wait for the `labels` that a block asked for in vain."""
        for label in labels:
            if label in links.settled:
                # It came while the block was drawn, too late for a part of it.
                self._due[unlinked.index] = unlinked
            else:
                self._blocks.setdefault(label, []).append(unlinked)

    @property
    def is_due(self) -> bool:
        """Whether the definition of a label has come that a block waited for."""
        return bool(self._due)

    def due(self, links: Links) -> Unlinked | None:
        """Return a block that must be drawn again; None when there is none."""
        settled = links.settled
        if self._blocks and len(settled) > self._seen:
            for label in list(settled)[self._seen :]:
                for unlinked in self._blocks.pop(label, ()):
                    self._due[unlinked.index] = unlinked
        self._seen = len(settled)
        return self._due.popitem()[1] if self._due else None
