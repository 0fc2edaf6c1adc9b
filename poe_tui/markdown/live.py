"""A document of a text that is still growing."""

from __future__ import annotations

from collections.abc import Mapping

from poe_tui.markdown.document import Document
from poe_tui.markdown.render import render


class LiveDocument(Document):
    """Like `Document`, for a text that grows; what is fed shows after the next `flush`."""

    def __init__(
        self, width: int, *, plain: bool = False, refs: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self.width = width
        self._plain = plain
        self._refs = dict(refs or {})
        self._parts: list[str] = []
        self._dirty = False

    @property
    def text(self) -> str:
        """Everything that was fed."""
        return "".join(self._parts)

    @property
    def pending(self) -> bool:
        """Whether a flush has work left."""
        return self._dirty

    def feed(self, text: str) -> None:
        """Add text at the end."""
        self._parts.append(text)
        self._dirty = True

    def replace(self, text: str) -> None:
        """Start again with `text`."""
        self._parts = [text]
        self._dirty = True

    def resize(self, width: int) -> None:
        """Render for another width."""
        if width != self.width:
            self.width = width
            self._dirty = True

    def set_refs(self, refs: Mapping[str, str]) -> None:
        """Set the targets of reference links to attachments."""
        if dict(refs) != self._refs:
            self._refs = dict(refs)
            self._dirty = True

    def flush(self, budget: float | None = None) -> int | None:
        """Work through what was fed, for about `budget` seconds (None: all of it).

        Returns the first row that may have changed; None when none has.
        """
        if not self._dirty:
            return None
        self._dirty = False
        self.blocks = render(self.text, self.width, plain=self._plain, refs=self._refs).blocks
        self.refit()
        return 0

    def finish(self) -> int | None:
        """Flush everything: nothing more comes. The rows are those of `render`."""
        return self.flush()
