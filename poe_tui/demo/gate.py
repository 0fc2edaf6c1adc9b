"""What each request passes before a bot or route sees it: log, key, limit, faults."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from poe_tui.demo.exchange import Exchange
from poe_tui.demo.refusals import http_error, stream_error
from poe_tui.demo.seen import SeenRequest
from poe_tui.demo.world import KEY, POOR_KEY, REVOKED_KEY, World

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

BOTS = "/bot/"
TOO_MANY = "You have exceeded rate limit to query bot using User API Key. Try again later."
"""Poe's words, as seen in github.com/poe-platform/fastapi_poe/issues/109."""


class Gate:
    """The app behind its door. `names` maps casefolded bot names to the paths that serve them."""

    def __init__(self, app: ASGIApp, world: World, names: Mapping[str, str]) -> None:
        self._app = app
        self._world = world
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"].startswith("/__"):
            await self._app(scope, receive, send)
            return
        exchange = Exchange(scope, receive, send)
        seen = await exchange.read(self._world.log)
        try:
            app: ASGIApp | None = self._fault(seen)
            if app is None and seen.path.startswith(BOTS):
                app = await self._bot(exchange, seen)
            if app is None and seen.path.startswith("/usage/"):
                app = self._usage_refusal(exchange)
            await (app or self._app)(scope, exchange.receive, exchange.send)
        finally:
            exchange.ended()

    def _fault(self, seen: SeenRequest) -> Response | None:
        for beginning, status in self._world.knobs.fail.items():
            if seen.path.startswith(beginning):
                return http_error(status, f"This demo has been told to answer {status} here.")
        return None

    async def _bot(self, exchange: Exchange, seen: SeenRequest) -> Response | None:
        """Return the refusal of a request to a bot, or None when it may pass."""
        refusal = self._key_refusal(exchange) or self._rate_refusal(exchange)
        if refusal is not None:
            return refusal
        name = seen.path.removeprefix(BOTS)
        path = self._names.get(name.casefold())
        if path is None:
            return self._unknown(name)
        exchange.scope["path"] = path
        exchange.scope["raw_path"] = path.encode()
        if seen.kind == "query":
            self._charge_at_the_end(exchange, seen, path.removeprefix(BOTS))
        delay = self._world.knobs.first_delay
        if delay and not await exchange.wait(delay):
            return http_error(408, "Nobody is there any more.")
        return None

    def _key_refusal(self, exchange: Exchange) -> Response | None:
        if exchange.auth != "bearer":
            return http_error(401, "No API key was provided.")
        if exchange.key == REVOKED_KEY:
            return stream_error("Access denied", allow_retry=False)
        if exchange.key == POOR_KEY:
            return http_error(402, "You do not have enough points to send this message.")
        if exchange.key != KEY:
            return http_error(401, "Incorrect API key provided.")
        return None

    def _rate_refusal(self, exchange: Exchange) -> Response | None:
        allowance = self._world.rate.take(exchange.key)
        if allowance.wait is None:
            return None
        if self._world.knobs.rate_style == "sse":
            return stream_error(TOO_MANY)
        seconds = str(max(1, math.ceil(allowance.wait)))
        headers = {
            "Retry-After": seconds,
            "x-ratelimit-limit-requests": str(allowance.limit),
            "x-ratelimit-remaining-requests": "0",
            "x-ratelimit-reset-requests": seconds,
        }
        return http_error(429, "Rate limit exceeded. Try again later.", headers=headers)

    def _unknown(self, name: str) -> Response:
        words = f"The bot {name} does not exist, or is not available to you."
        if self._world.knobs.unknown_style == "sse":
            return stream_error(words, allow_retry=False)
        return http_error(404, words)

    def _usage_refusal(self, exchange: Exchange) -> Response | None:
        if exchange.auth != "bearer":
            return http_error(401, "No API key was provided.")
        if exchange.key not in (KEY, POOR_KEY):
            return http_error(401, "Incorrect API key provided.")
        exchange.scope["demo.key"] = exchange.key
        return None

    def _charge_at_the_end(self, exchange: Exchange, seen: SeenRequest, bot: str) -> None:
        asked = _characters(seen.body)
        # A reset starts a new ledger; an answer that outlives it is charged to the old one.
        ledger = self._world.ledger

        def charge() -> None:
            ledger.charge(bot, seen.at, asked=asked, answered=exchange.answered)

        exchange.on_done = charge


def _characters(query: Any) -> int:
    """Return how much text a query carries; what is malformed counts nothing."""
    turns = query.get("query", []) if isinstance(query, dict) else []
    if not isinstance(turns, list):
        return 0
    return sum(len(str(turn.get("content", ""))) for turn in turns if isinstance(turn, dict))
