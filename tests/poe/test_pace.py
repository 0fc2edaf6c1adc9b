"""Time: stopping, silence, bursts, and what an event costs."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from contextlib import aclosing

import fastapi_poe as fp
import pytest

from poe_tui.chat.events import BotRequest, ReplyEvent, TextDelta, Turn, WentSilent
from poe_tui.errors import SilentBot
from poe_tui.poe import feed, wire
from poe_tui.poe.client import PoeClient
from tests.demo_fixture import eventually
from tests.poe.raw import STREAM, Exchange, raw_server, saying
from tests.poe.talk import ask, ask_at, client_of, prompt

BURST = 5_000


async def held(exchange: Exchange) -> None:
    """Say one word, then wait for the client to go."""
    await exchange.send(STREAM)
    await exchange.event("text", {"text": "one"})
    await exchange.until_disconnected()


async def held_before_headers(exchange: Exchange) -> None:
    await exchange.until_disconnected()


async def firehose(exchange: Exchange) -> None:
    """Send text until the client has gone."""
    await exchange.send(STREAM)
    event = b'event: text\r\ndata: {"text": "abc "}\r\n\r\n' * 100
    try:
        while True:
            await exchange.chunk(event)
    finally:
        exchange.disconnected.set()


async def burst(exchange: Exchange) -> None:
    """Send BURST events and an end, in one piece."""
    event = b'event: text\r\ndata: {"text": "abc "}\r\n\r\n'
    await exchange.send(STREAM)
    await exchange.chunk(event * BURST + b"event: done\r\ndata: {}\r\n\r\n")
    await exchange.send(b"0\r\n\r\n")


async def collect(client: PoeClient, events: list[ReplyEvent]) -> None:
    async for event in client.stream(prompt()):
        events.append(event)


async def test_cancelling_closes_the_connection_and_goes_on_as_a_cancellation() -> None:
    async with raw_server(held) as server, client_of(server.base) as client:
        events: list[ReplyEvent] = []
        task = asyncio.create_task(collect(client, events))
        await eventually(lambda: events)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await eventually(server.seen[0].disconnected.is_set)
    assert events == [TextDelta("one")]
    assert len(server.seen) == 1


async def test_cancelling_while_waiting_for_headers_closes_the_connection() -> None:
    async with raw_server(held_before_headers) as server, client_of(server.base) as client:
        task = asyncio.create_task(collect(client, []))
        await eventually(lambda: server.seen)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await eventually(server.seen[0].disconnected.is_set)


async def test_leaving_the_stream_in_a_burst_closes_the_connection() -> None:
    async with raw_server(firehose) as server, client_of(server.base) as client:
        async with aclosing(client.stream(prompt())) as stream:
            async for _ in stream:
                break
        await eventually(server.seen[0].disconnected.is_set)


async def test_no_task_is_left_behind() -> None:
    async with raw_server(held) as server, client_of(server.base) as client:
        task = asyncio.create_task(collect(client, []))
        await eventually(lambda: server.seen)
        task.cancel()
        await asyncio.wait([task])
        assert not [each for each in asyncio.all_tasks() if each.get_name() == "poe-feed"]


async def test_silence_is_told_once_a_pause_and_the_reply_goes_on() -> None:
    told = asyncio.Event()

    async def pausing(exchange: Exchange) -> None:
        await exchange.send(STREAM)
        for word in ("one ", "two"):
            await exchange.event("text", {"text": word})
            told.clear()
            await told.wait()
        await exchange.event("done", "{}")

    events: list[ReplyEvent] = []
    async with (
        raw_server(pausing) as server,
        client_of(server.base, silent_after=0.05) as client,
        aclosing(client.stream(prompt())) as stream,
    ):
        async for event in stream:
            events.append(event)
            if isinstance(event, WentSilent):
                told.set()
    kinds = [type(event) for event in events]
    slow_start = kinds[0] is WentSilent
    assert kinds[slow_start:] == [TextDelta, WentSilent, TextDelta, WentSilent]
    assert all(each.seconds >= 0.05 for each in events if isinstance(each, WentSilent))


async def test_pings_do_not_hide_silence_and_the_client_gives_up_in_the_end() -> None:
    async def pinging(exchange: Exchange) -> None:
        await exchange.send(STREAM)
        while not exchange.writer.is_closing():
            await exchange.chunk(b": ping\r\n\r\n")
            await asyncio.sleep(0.01)

    async with raw_server(pinging) as server:
        outcome = await ask_at(server.base, silent_after=0.05, give_up_after=0.2)
    # A machine that stalls for as long as that gives up without a first notice.
    assert [type(event) for event in outcome.events] in ([WentSilent], [])
    assert type(outcome.error) is SilentBot
    assert outcome.error.hint
    assert len(server.seen) == 1


async def test_the_loop_turns_all_through_a_burst() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async with raw_server(burst) as server, client_of(server.base) as client:
        await client.warm_up()
        seen: list[tuple[int, int]] = []
        counter = asyncio.create_task(count())
        async for _ in client.stream(prompt()):
            seen.append((len(seen), turns))
        counter.cancel()
    assert len(seen) == BURST
    for start in range(0, BURST - 4 * feed.ROOM, feed.ROOM):
        assert seen[start + 2 * feed.ROOM][1] > seen[start][1]


async def test_a_slow_reader_holds_the_server_back_and_loses_nothing() -> None:
    read = feed.ROOM * 3
    async with raw_server(burst) as server, client_of(server.base) as client:
        events: list[ReplyEvent] = []
        async with aclosing(client.stream(prompt())) as stream:
            async for event in stream:
                events.append(event)
                if len(events) < read:
                    await asyncio.sleep(0)
    assert "".join(each.text for each in events if isinstance(each, TextDelta)) == "abc " * BURST


async def test_what_an_event_costs_does_not_depend_on_the_history(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = 0

    def counted(self: object) -> str:
        nonlocal shown
        shown += 1
        return "<message>"

    monkeypatch.setattr(fp.ProtocolMessage, "__repr__", counted)
    turns = tuple(Turn(role="user", text="x" * 500) for _ in range(200))
    async with raw_server(burst) as server, client_of(server.base) as client:
        outcome = await ask(client, BotRequest(bot="Norm", turns=turns))
    assert len(outcome.events) == BURST
    assert shown == 0
    assert len(server.seen[0].json["query"]) == 200


async def test_a_long_history_is_encoded_off_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    threads: list[str] = []
    encode = wire.prepare

    def watched(request: BotRequest) -> wire.Query:
        threads.append(threading.current_thread().name)
        return encode(request)

    monkeypatch.setattr(wire, "prepare", watched)
    async with raw_server(saying(("done", "{}"))) as server:
        await ask_at(server.base)
    assert len(threads) == 1
    assert threads[0] != threading.main_thread().name


async def test_many_replies_stream_side_by_side() -> None:
    async with raw_server(burst) as server, client_of(server.base) as client:
        outcomes = await asyncio.gather(*(ask(client) for _ in range(10)))
    assert [outcome.text for outcome in outcomes] == ["abc " * BURST] * 10
    assert len(server.seen) == 10


def test_one_client_serves_one_event_loop_after_another() -> None:
    clients: list[PoeClient] = []

    async def once() -> str:
        async with raw_server(saying(("text", {"text": "ok"}), ("done", "{}"))) as server:
            if not clients:
                async with client_of(server.base) as client:
                    clients.append(client)
                    await ask(client)
            clients[0].endpoints = type(clients[0].endpoints)(base=server.base)
            return (await ask(clients[0])).text

    assert [asyncio.run(once()) for _ in range(2)] == ["ok", "ok"]


async def test_a_suspended_machine_does_not_use_its_old_connections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ports: set[int] = set()

    async def kept_alive(exchange: Exchange) -> None:
        ports.add(exchange.writer.get_extra_info("peername")[1])
        await exchange.send(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        )
        await exchange.until_disconnected()

    async with raw_server(kept_alive) as server, client_of(server.base) as client:
        await client.get_json("/usage/current_balance")
        before = time.time
        monkeypatch.setattr(time, "time", lambda: before() + 3600)
        await client.get_json("/usage/current_balance")
    assert len(ports) == 2


HEAVY = ["fastapi", "fastapi_poe", "httpx", "pydantic", "keyring", "textual", "uvicorn"]


@pytest.mark.parametrize("module", ["client", "catalog", "usage", "upload", "feed", "failures"])
def test_nothing_heavy_is_imported_before_the_first_send(module: str) -> None:
    program = f"import sys, poe_tui.poe.{module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
