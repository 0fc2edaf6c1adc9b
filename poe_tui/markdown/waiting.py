"""Blocks that wait for the definition of a reference link."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from poe_tui.markdown.document import Block
from poe_tui.markdown.parser import Links, normal_label

_LABEL: Final = re.compile(r"\[((?:[^\[\]\\]|\\.){1,999})\]", re.DOTALL)


class Waiting:
    """Settled blocks by the labels in them that nothing has defined yet."""

    def __init__(self) -> None:
        self._blocks: dict[str, list[tuple[Block, str]]] = {}
        self._due: dict[int, tuple[Block, str]] = {}
        self._seen = 0

    def watch(self, block: Block, source: str, links: Links, late: Iterable[str]) -> None:
        """Look for undefined labels in the `source` of a block that is done.

        `late` are labels that were defined while the block was drawn, perhaps too late for it.
        """
        if "[" not in source or block.kind == "code":
            return
        came_late = set(late)
        for label in {normal_label(match[1]) for match in _LABEL.finditer(source)}:
            if label in came_late:
                self._due[id(block)] = (block, source)
            elif label not in links.settled:
                self._blocks.setdefault(label, []).append((block, source))

    @property
    def is_due(self) -> bool:
        """Whether the definition of a label has come that a block waited for."""
        return bool(self._due)

    def due(self, links: Links) -> tuple[Block, str] | None:
        """Return a block, with its source, that must be drawn again; None when there is none."""
        settled = links.settled
        if self._blocks and len(settled) > self._seen:
            for label in list(settled)[self._seen :]:
                for block, source in self._blocks.pop(label, ()):
                    self._due[id(block)] = (block, source)
        self._seen = len(settled)
        return self._due.popitem()[1] if self._due else None
