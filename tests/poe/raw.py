"""A server that says exactly what a test tells it to, byte by byte, on a real socket."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

Answer = Callable[["Exchange"], Awaitable[None]]

STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


@dataclass
class Exchange:
    """One request, and the means to answer it."""

    line: str
    headers: dict[str, str]
    body: bytes
    writer: asyncio.StreamWriter
    reader: asyncio.StreamReader
    disconnected: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def path(self) -> str:
        """The request's target as it was sent."""
        return self.line.split(" ")[1]

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)

    async def send(self, data: bytes) -> None:
        """Write `data` as it is."""
        self.writer.write(data)
        await self.writer.drain()

    async def chunk(self, data: bytes) -> None:
        """Write one chunk of a chunked body."""
        await self.send(b"%x\r\n%s\r\n" % (len(data), data))

    async def event(self, name: str, data: object) -> None:
        """Write one event; `data` is made JSON unless it is a string."""
        text = data if isinstance(data, str) else json.dumps(data)
        await self.chunk(f"event: {name}\r\ndata: {text}\r\n\r\n".encode())

    async def until_disconnected(self) -> None:
        """Wait for the client to hang up, and note it."""
        try:
            while await self.reader.read(1024):
                pass
        except ConnectionError:
            pass
        finally:
            self.disconnected.set()

    def reset(self) -> None:
        """End the connection with an RST."""
        socket = self.writer.get_extra_info("socket")
        socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


class RawServer:
    """Answers every request with `answer`; `seen` are the exchanges so far."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.seen: list[Exchange] = []
        self.base = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one request, answer it, hang up."""
        try:
            exchange = await _read_request(reader, writer)
            self.seen.append(exchange)
            await self.answer(exchange)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Exchange:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    pairs = (line.partition(": ") for line in head[1:] if line)
    headers = {name.lower(): value for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Exchange(head[0], headers, body, writer, reader)


@asynccontextmanager
async def raw_server(answer: Answer) -> AsyncIterator[RawServer]:
    """Serve on a free port of 127.0.0.1 while the block runs."""
    raw = RawServer(answer)
    server = await asyncio.start_server(raw.serve, "127.0.0.1", 0)
    raw.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield raw
    finally:
        server.close()
        for exchange in raw.seen:
            exchange.writer.close()


def saying(*events: tuple[str, object], end: bool = True) -> Answer:
    """Answer with these events, and, with `end`, the end of the body."""

    async def answer(exchange: Exchange) -> None:
        await exchange.send(STREAM)
        for name, data in events:
            await exchange.event(name, data)
        if end:
            await exchange.send(b"0\r\n\r\n")

    return answer


def refusing(status: int, body: object = None, *, kind: str = "", **headers: str) -> Answer:
    """Answer with a status and a body: JSON, or text when it is a string."""
    text = body if isinstance(body, str) else json.dumps(body)
    kind = kind or ("text/html" if isinstance(body, str) else "application/json")

    async def answer(exchange: Exchange) -> None:
        lines = [f"HTTP/1.1 {status} Whatever", f"Content-Type: {kind}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(text.encode())}", "", text]
        await exchange.send("\r\n".join(lines).encode())

    return answer
