"""The client: one method, `stream`, that turns a request into events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from poe_tui.chat.events import BotRequest, ReplyEvent
from poe_tui.keys import Secret

KeySource = Callable[[], Secret | None]


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where Poe is. Addresses end without a slash."""

    base: str = "https://api.poe.com"
    upload: str = "https://www.quora.com/poe_api"

    @property
    def bots(self) -> str:
        """The address under which every bot answers."""
        return f"{self.base}/bot"


class PoeClient:
    """Poe as one user's key sees it. Loads fastapi_poe in a thread at first use; costs nothing before."""

    def __init__(
        self,
        endpoints: Endpoints,
        key: KeySource,
        *,
        silent_after: float = 20.0,
        give_up_after: float = 600.0,
    ) -> None:
        self.endpoints = endpoints
        self._key = key
        self._silent_after = silent_after
        self._give_up_after = give_up_after

    async def warm_up(self) -> None:
        """Load the library and build the session in a thread, so that the first send need not wait."""
        raise NotImplementedError

    def stream(self, request: BotRequest) -> AsyncIterator[ReplyEvent]:
        """Send `request` once and yield what the bot says.

        One POST, never repeated. Raises a ReplyError (Truncated after the last event when the bot never
        said that it was done). Cancelling closes the connection at once.
        """
        raise NotImplementedError

    async def aclose(self) -> None:
        """Close the session."""
        raise NotImplementedError
