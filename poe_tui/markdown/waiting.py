"""Blocks that wait for the definition of a reference link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, Protocol

import msgspec

from poe_tui.markdown.document import Block
from poe_tui.markdown.parser import Links


class Owner(Protocol):
    """The document a block is in."""

    @property
    def is_dropped(self) -> bool:
        """Whether nobody shows it any more."""
        ...

    def redraw(self, unlinked: Unlinked) -> Iterator[bool]:
        """Draw a block again; True is yielded between two steps."""
        ...


class Unlinked(msgspec.Struct, eq=False):
    """A settled block that asked for labels in vain, its index in `owner`, and its source.

    `parted`: it grew part by part, and can be drawn again like that. `ready` of its labels have
    been defined since it was drawn, which was `drawn` times.
    """

    owner: Owner
    index: int
    block: Block
    source: str
    parted: bool
    ready: int = 0
    drawn: int = 0


_LARGE: Final = 2_048
"""A block of more characters is not drawn again for each of its labels: rather after one of them,
after two more, after four more, and at the end."""


class Waiting:
    """Settled blocks by the labels that nothing had defined when they were drawn."""

    def __init__(self) -> None:
        self._blocks: dict[str, dict[Unlinked, None]] = {}
        self._due: dict[Unlinked, None] = {}
        self._later: dict[Unlinked, None] = {}
        self._seen = 0

    def watch(self, unlinked: Unlinked, labels: Iterable[str], links: Links) -> None:
        """Wait for the `labels` that a block asked for in vain."""
        for label in labels:
            if label in links.settled:
                # It came while the block was drawn, too late for a part of it.
                self._count(unlinked)
            else:
                self._blocks.setdefault(label, {})[unlinked] = None

    def is_due(self, links: Links) -> bool:
        """Tell whether a definition has come that a block may have waited for."""
        return bool(self._due) or (bool(self._blocks) and len(links.settled) > self._seen)

    def due(self, links: Links, *, final: bool = False) -> Unlinked | None:
        """Return a block that must be drawn again; None when there is none.

        `final` when no definition can follow.
        """
        settled = links.settled
        if self._blocks:
            for label in list(islice(reversed(settled), len(settled) - self._seen)):
                for unlinked in self._blocks.pop(label, ()):
                    self._count(unlinked)
        self._seen = len(settled)
        if final:
            self._due |= self._later
        while self._due:
            unlinked, _ = self._due.popitem()
            self._later.pop(unlinked, None)
            if not unlinked.owner.is_dropped:
                unlinked.ready = 0
                unlinked.drawn += 1
                return unlinked
        return None

    def _count(self, unlinked: Unlinked) -> None:
        """Note that one more of the labels that a block waited for is defined."""
        unlinked.ready += 1
        wanted = 2**unlinked.drawn if len(unlinked.source) > _LARGE else 1
        (self._due if unlinked.ready >= wanted else self._later)[unlinked] = None
