"""Bots that break the wire itself, below what fastapi_poe's server side can be made to do."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from poe_tui.demo.refusals import http_error, sse
from poe_tui.demo.server import TRANSPORT
from poe_tui.demo.world import World

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

READ_FIRST = 0.05
"""Seconds that a client gets to read what was sent before the connection is reset under it."""
STATUSES = (400, 401, 402, 403, 404, 408, 413, 418, 429, 500, 502, 503, 529)
RETRY_AFTER = "7"


class Wire:
    """One answer, written by hand."""

    def __init__(self, world: World, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        self.world = world
        self.name = name
        self.scope = scope
        self._receive = receive
        self._send = send

    @property
    def authorization(self) -> str:
        """The header as it came."""
        headers = dict(self.scope["headers"])
        return str(headers.get(b"authorization", b"").decode("latin-1"))

    async def begin(
        self, *, status: int = 200, content_type: str = "text/event-stream", **headers: str
    ) -> None:
        """Send status and headers; underscores in the names of `headers` become hyphens."""
        fields = {"content-type": content_type} | headers
        encoded = [
            (name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()
        ]
        await self._send({"type": "http.response.start", "status": status, "headers": encoded})

    async def write(self, data: bytes) -> None:
        """Send some of the body."""
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def text(self, text: str) -> None:
        """Send a text event."""
        await self.write(sse("text", {"text": text}))

    async def end(self, data: bytes = b"") -> None:
        """Send the last of the body."""
        await self._send({"type": "http.response.body", "body": data, "more_body": False})

    async def disconnected(self) -> None:
        """Return when the client has gone away."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def hang_up(self) -> None:
        """Close the connection in good order (FIN), in the middle of whatever was being said."""
        self.scope[TRANSPORT].close()
        await asyncio.sleep(READ_FIRST)

    async def reset(self) -> None:
        """Reset the connection (RST), once the client has had time to read what was sent."""
        await asyncio.sleep(READ_FIRST)
        transport = self.scope[TRANSPORT]
        lingering = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, lingering
        )
        transport.abort()
        await asyncio.sleep(READ_FIRST)


Break = Callable[[Wire], Awaitable[None]]
DONE = sse("done", {})
BREAKS: dict[str, Break] = {}
"""How each of these bots answers a query, by its name."""


def bot(name: str) -> Callable[[Break], Break]:
    """Serve the decorated function as the bot `name`."""

    def register(answer: Break) -> Break:
        BREAKS[name] = answer
        return answer

    return register


def says(name: str, *chunks: bytes) -> None:
    """Serve a bot whose answer is these bytes, in one stream that ends in good order."""

    @bot(name)
    async def answer(wire: Wire) -> None:
        await wire.begin()
        for chunk in chunks:
            await wire.write(chunk)
        await wire.end()


PART = sse("text", {"text": "part1 "})
says("NoDone", PART, sse("text", {"text": "part2"}))
says("DoneEmpty", PART, b"event: done\r\ndata:\r\n\r\n")
says("DoneWord", PART, b"event: done\r\ndata: [DONE]\r\n\r\n")
says("PingJSON", PART, b"event: ping\r\ndata: 2026-01-01 12:00:00\r\n\r\n", PART, DONE)
says("Comments", b": ping\r\n\r\n", PART, b": ping\r\n\r\n", DONE)
says("UnknownEvent", PART, sse("sparkle", {"glitter": 1}), sse("text", {"text": "part2"}), DONE)
says("BadJSON", PART, b'event: text\r\ndata: {"text": \r\n\r\n', DONE)
says("TextNumber", PART, sse("text", {"text": 5}), DONE)
says("TextMissing", PART, sse("text", {"txt": "lost"}), DONE)
says("NoEvents")
says("OnlyDone", DONE)
says("LateMeta", PART, sse("meta", {"content_type": "text/plain"}), DONE)


@bot("Split")
async def split(wire: Wire) -> None:
    """Send every byte by itself, characters of several bytes included."""
    await wire.begin()
    raw = json.dumps({"text": "Zwölf Boxkämpfer 漢字 👩‍🚀"}, ensure_ascii=False)
    for byte in f"event: text\r\ndata: {raw}\r\n\r\n".encode() + DONE:
        await wire.write(bytes([byte]))
        await asyncio.sleep(0)
    await wire.end()


@bot("Hangup")
async def hang_up_at_once(wire: Wire) -> None:
    """Close the connection before the first byte."""
    await wire.hang_up()


@bot("MidFin")
async def hang_up_in_the_middle(wire: Wire) -> None:
    """Close the connection after some text, every time."""
    await wire.begin()
    await wire.write(PART)
    await wire.hang_up()


@bot("Flaky")
async def hang_up_the_first_time(wire: Wire) -> None:
    """Close the connection after some text at the first attempt; answer the others."""
    if wire.world.attempt(wire.name) == 1:
        await hang_up_in_the_middle(wire)
        return
    await wire.begin()
    await wire.write(PART)
    await wire.text("part2")
    await wire.end(DONE)


@bot("Reset")
async def reset_in_the_middle(wire: Wire) -> None:
    """Reset the connection after some text."""
    await wire.begin()
    await wire.write(PART)
    await wire.reset()


@bot("ResetEarly")
async def reset_at_once(wire: Wire) -> None:
    """Reset the connection before the first byte."""
    await wire.reset()


@bot("PingsOnly")
async def ping_for_ever(wire: Wire) -> None:
    """Send nothing but comments, fifty a second, until the client goes away."""
    await wire.begin()
    gone = asyncio.create_task(wire.disconnected())
    try:
        while not gone.done():
            await wire.write(b": ping\r\n\r\n")
            await asyncio.wait({gone}, timeout=0.02)
    finally:
        gone.cancel()


@bot("Html403")
async def html_page(wire: Wire) -> None:
    """Answer as a firewall does."""
    await wire.begin(status=403, content_type="text/html")
    await wire.end(b"<html><body><h1>403 Forbidden</h1><p>Blocked by the proxy.</p></body></html>")


@bot("Html200")
async def html_page_for_success(wire: Wire) -> None:
    """Answer as the sign-in page of a hotel's network does."""
    await wire.begin(content_type="text/html")
    await wire.end(b"<html><body><h1>Welcome, guest</h1></body></html>")


@bot("Sse401")
async def refusal_in_a_stream(wire: Wire) -> None:
    """Answer HTTP 401 with an event stream."""
    await wire.begin(status=401)
    await wire.write(sse("error", {"allow_retry": False, "text": "Invalid API key"}))
    await wire.end(DONE)


@bot("Redirect")
async def redirect(wire: Wire) -> None:
    """Send the client elsewhere, where its key has no business."""
    await wire.begin(status=307, location=f"{wire.world.base}/elsewhere")
    await wire.end()


@bot("Leaky")
async def leak(wire: Wire) -> None:
    """Repeat the key in an error."""
    words = f"No access with {wire.authorization}"
    await wire.begin()
    await wire.write(sse("error", {"allow_retry": False, "text": words}))
    await wire.end(DONE)


@bot("RateLimited")
async def rate_limited_twice(wire: Wire) -> None:
    """Answer HTTP 429 twice, then the query."""
    if wire.world.attempt(wire.name) <= 2:
        body = {"error": {"code": 429, "type": "rate_limit_error", "message": "Slow down."}}
        await wire.begin(status=429, content_type="application/json", retry_after="1")
        await wire.end(json.dumps(body).encode())
        return
    await wire.begin()
    await wire.text("Now there is time for you.")
    await wire.end(DONE)


def refusing(status: int) -> Break:
    """Return the answer of the bot HttpStatus-`status`; 429 and 503 name a time to wait."""

    async def answer(wire: Wire) -> None:
        body = http_error(status, f"Refused with {status}.").body
        headers = {"retry_after": RETRY_AFTER} if status in (429, 503) else {}
        await wire.begin(status=status, content_type="application/json", **headers)
        await wire.end(bytes(body))

    return answer


for _status in STATUSES:
    BREAKS[f"HttpStatus-{_status}"] = refusing(_status)


class WireBot:
    """The ASGI app of one of these bots."""

    def __init__(self, world: World, name: str) -> None:
        self.name = name
        self.path = f"/bot/{name}"
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Break the wire for a query; take a report in good order."""
        request: Any = await receive()
        try:
            kind = json.loads(request["body"])["type"]
        except (ValueError, KeyError, TypeError):
            await http_error(400, "That is not a request to a bot.")(scope, receive, send)
            return
        if kind == "query":
            await BREAKS[self.name](Wire(self._world, self.name, scope, receive, send))
        else:
            await JSONResponse({})(scope, receive, send)


def make_wire_bots(world: World) -> list[WireBot]:
    """Return one of each."""
    return [WireBot(world, name) for name in BREAKS]
