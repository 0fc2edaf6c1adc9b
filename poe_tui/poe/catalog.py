"""The public bots: what Poe's /v1/models lists, cached on disk."""

from __future__ import annotations

import msgspec


class Bot(msgspec.Struct, kw_only=True, frozen=True):
    """One public bot. None means that Poe did not say."""

    name: str
    """As Poe shows it, `Claude-Sonnet-4.5`; sent as it is, compared casefolded."""
    owner: str = ""
    description: str = ""
    inputs: tuple[str, ...] = ("text",)
    outputs: tuple[str, ...] = ("text",)
    context: int | None = None
    """Tokens."""
    prompt_price: float | None = None
    """US dollars per token."""
    completion_price: float | None = None
    request_price: float | None = None
    """US dollars per message."""
    parameters: tuple[dict[str, object], ...] = ()


class Catalog:
    """The list of public bots: what was cached at once, what Poe says now after `refresh`."""

    @property
    def bots(self) -> list[Bot]:
        """What is known now, in Poe's order; empty before the first `load` or `refresh`."""
        raise NotImplementedError

    def find(self, name: str) -> Bot | None:
        """Return the bot of that name, whatever its case; None when it is not listed."""
        raise NotImplementedError

    def load(self) -> list[Bot]:
        """Read the cache and return what it holds; empty when there is none."""
        raise NotImplementedError

    async def refresh(self, *, force: bool = False) -> list[Bot]:
        """Ask Poe, unless the cache is younger than 24 hours; raises a ReplyError and keeps the old list."""
        raise NotImplementedError
