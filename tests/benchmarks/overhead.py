"""What one event of a stream costs: fastapi_poe as shipped, and through our client.

A server in another process sends the same bytes to both, in one run; the figure is this process's
CPU time, in µs an event. Run it with `python -m tests.benchmarks.overhead`.
"""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Final

from poe_tui.chat.events import BotRequest, TextDelta, Turn
from poe_tui.keys import Secret
from poe_tui.poe.client import Endpoints, PoeClient
from tests.benchmarks.figures import Figure, table

EVENTS: Final = 2_000
REPEATS: Final = 5
SHORT: Final = (Turn(role="user", text="hi"),)
LONG: Final = tuple(Turn(role="user", text="x" * 500) for _ in range(200))
"""100 KB of history."""

SERVER: Final = """
import asyncio, sys

EVENT = b'event: text\\r\\ndata: {"text": "word "}\\r\\n\\r\\n'
BODY = EVENT * int(sys.argv[1]) + b"event: done\\r\\ndata: {}\\r\\n\\r\\n"
HEAD = b"HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\nConnection: close\\r\\n\\r\\n"

async def serve(reader, writer):
    head = (await reader.readuntil(b"\\r\\n\\r\\n")).lower()
    length = int(head.partition(b"content-length: ")[2].partition(b"\\r\\n")[0])
    await reader.readexactly(length)
    writer.write(HEAD + BODY)
    await writer.drain()
    writer.close()

async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


COLUMNS: Final = {"ours": "poe-tui", "stock": "fastapi_poe"}


def run() -> list[Figure]:
    """Return µs of CPU an event: fastapi_poe's and ours, each with one message and with 100 KB.

    The best of REPEATS runs, which take turns so that a busy machine disturbs all alike.
    """
    program = [sys.executable, "-c", SERVER, str(EVENTS)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            return asyncio.run(_measure(f"http://127.0.0.1:{int(server.stdout.readline())}"))
        finally:
            server.terminate()


async def _measure(base: str) -> list[Figure]:
    client = PoeClient(Endpoints(base=base), lambda: Secret("benchmark"))
    await client.warm_up()
    best: dict[str, dict[str, float]] = {"one message": {}, "100 KB": {}}
    for _ in range(REPEATS):
        for size, turns in (("one message", SHORT), ("100 KB", LONG)):
            for name, ask in (("stock", _stock(base, turns)), ("ours", _ours(client, turns))):
                cost = await _cost(ask)
                best[size][name] = min(cost, best[size].get(name, cost))
    await client.aclose()
    return [
        Figure(
            f"an event, {size} of history, µs of CPU",
            {name: costs[name] for name in COLUMNS},
            "≤ 30" if size == "100 KB" else "",
        )
        for size, costs in best.items()
    ]


async def _cost(ask: Callable[[], Awaitable[int]]) -> float:
    gc.collect()
    start = time.process_time()
    events = await ask()
    spent = time.process_time() - start
    assert events == EVENTS
    return spent / EVENTS * 1e6


def _ours(client: PoeClient, turns: tuple[Turn, ...]) -> Callable[[], Awaitable[int]]:
    async def ask() -> int:
        events = 0
        async with aclosing(client.stream(BotRequest(bot="Any", turns=turns))) as stream:
            async for event in stream:
                events += isinstance(event, TextDelta)
        return events

    return ask


def _stock(base: str, turns: tuple[Turn, ...]) -> Callable[[], Awaitable[int]]:
    """fastapi_poe's own call, with a session made beforehand as a careful user would."""
    import fastapi_poe as fp
    import httpx

    async def ask() -> int:
        events = 0
        messages = [fp.ProtocolMessage(role="user", content=turn.text) for turn in turns]
        async with httpx.AsyncClient(timeout=600, trust_env=False, verify=False) as session:
            start = fp.get_bot_response(
                messages, "Any", "benchmark", base_url=f"{base}/bot/", session=session
            )
            async for part in start:
                events += bool(part.text)
        return events

    return ask


if __name__ == "__main__":
    print(table(run(), COLUMNS))
