"""The limit we keep by ourselves, and the patience with Poe's, over real HTTP."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from contextlib import aclosing
from pathlib import Path

import pytest

from poe_tui.chat.events import Waiting
from poe_tui.demo.service import DemoService
from poe_tui.errors import RateLimited
from poe_tui.poe.limiter import Limiter
from poe_tui.poe.patience import Patience
from tests.demo_fixture import eventually
from tests.poe.raw import Exchange, raw_server, refusing, saying
from tests.poe.talk import Outcome, ask, client_of, prompt

QUICK = Patience(first=0.02, longest=0.05, in_all=5.0)


def most_in_a_window(times: list[float], window: float) -> int:
    """Return how many of `times` lie in the fullest window of that many seconds."""
    times = sorted(times)
    return max(sum(start <= each < start + window for each in times) for start in times)


def waits_of(outcome: Outcome) -> list[Waiting]:
    """Return the waits without the word that each is over, which comes last."""
    told = [event for event in outcome.events if isinstance(event, Waiting)]
    assert not told or told[-1].seconds == 0
    return [event for event in told if event.seconds]


async def pass_one(limiter: Limiter) -> list[float]:
    """Send a request that is answered at once, and return the waits that were told."""
    ticket = limiter.ticket()
    told = [seconds async for seconds in ticket.waits()]
    ticket.answered()
    return told


async def test_of_600_queries_at_once_no_window_sees_too_many_and_none_is_lost(
    demo: DemoService, tmp_path: Path
) -> None:
    limit, window = 200, 2.0
    demo.knobs.rate_limit, demo.knobs.rate_window = limit, window
    limiter = Limiter(tmp_path / "requests.sqlite", limit=limit, window=window)
    async with client_of(demo.base, key=demo.key, limiter=limiter) as client:
        outcomes = await asyncio.gather(
            *(ask(client, prompt(f"number {n}", bot="Echo")) for n in range(600))
        )
    limiter.close()
    assert [outcome.text for outcome in outcomes] == [f"number {n}" for n in range(600)]
    assert {outcome.error for outcome in outcomes} == {None}
    seen = demo.requests("/bot/Echo")
    assert len(seen) == 600
    assert most_in_a_window([each.at for each in seen], window) <= limit


CHILD = """
import asyncio, json, sys, time
from pathlib import Path
from poe_tui.poe.limiter import Limiter

async def one(limiter, times):
    ticket = limiter.ticket()
    async for _ in ticket.waits():
        pass
    times.append(time.time())
    ticket.answered()

async def main():
    limiter = Limiter(Path(sys.argv[1]), limit=20, window=0.5)
    times = []
    await asyncio.gather(*(one(limiter, times) for _ in range(50)))
    limiter.close()
    print(json.dumps(times))

asyncio.run(main())
"""


def test_processes_share_one_limit(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHILD, str(tmp_path / "requests.sqlite")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [json.loads(process.communicate(timeout=60)[0]) for process in running]
    times = [each for answer in answers for each in answer]
    assert len(times) == 100
    assert most_in_a_window(times, 0.5) <= 20


async def test_a_request_counts_until_a_window_after_it_was_answered(tmp_path: Path) -> None:
    limiter = Limiter(tmp_path / "requests.sqlite", limit=1, window=0.2)
    first = limiter.ticket()
    assert [seconds async for seconds in first.waits()] == []
    second = asyncio.create_task(pass_one(limiter))
    began = time.monotonic()
    while time.monotonic() < began + 0.5:
        assert not second.done()
        await asyncio.sleep(0.02)
    answered = time.monotonic()
    first.answered()
    assert await second
    assert time.monotonic() - answered >= 0.2
    limiter.close()


def test_what_a_killed_process_has_sent_counts_and_blocks_nobody_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "requests.sqlite"
    child = """
import asyncio, os, signal, sys
from pathlib import Path
from poe_tui.poe import limiter
limiter.IN_FLIGHT = 0.3
async def main():
    async for _ in limiter.Limiter(Path(sys.argv[1]), limit=1, window=0.2).ticket().waits():
        pass
asyncio.run(main())
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", child, str(path)], timeout=60)
    sent = time.time()
    assert killed.returncode < 0
    monkeypatch.setattr("poe_tui.poe.limiter.IN_FLIGHT", 0.3)
    limiter = Limiter(path, limit=1, window=60.0)
    blocked = limiter.ticket().waits()

    async def first_wait() -> float:
        async with aclosing(blocked):
            return await anext(blocked)

    assert 59 < asyncio.run(first_wait()) <= 60.1
    limiter.close()
    assert (
        asyncio.run(asyncio.wait_for(pass_one(Limiter(path, limit=1, window=0.2)), 5)) is not None
    )
    assert time.time() - sent < 10


async def test_those_who_wait_are_told_how_long_and_served_in_order(tmp_path: Path) -> None:
    limiter = Limiter(tmp_path / "requests.sqlite", limit=2, window=1.5)
    order: list[int] = []
    told: dict[int, list[float]] = {}

    async def one(number: int) -> None:
        told[number] = await pass_one(limiter)
        order.append(number)

    await asyncio.gather(*(one(number) for number in range(5)))
    limiter.close()
    assert order == [0, 1, 2, 3, 4]
    assert told[0] == told[1] == []
    assert all(0 < told[number][0] <= 1.6 for number in (2, 3))
    assert 1.6 < told[4][0] <= 3.1


async def test_giving_up_leaves_the_line_at_once(tmp_path: Path) -> None:
    limiter = Limiter(tmp_path / "requests.sqlite", limit=1, window=0.6)
    await pass_one(limiter)
    waiting = [asyncio.create_task(pass_one(limiter)) for _ in range(3)]
    await eventually(lambda: len(limiter._line) == 3)
    waiting[0].cancel()
    waiting[1].cancel()
    await asyncio.wait(waiting[:2])
    assert len(limiter._line) == 1
    await waiting[2]
    limiter.close()


async def test_a_stream_that_is_closed_while_it_waits_leaves_the_line_and_sends_nothing(
    demo: DemoService, tmp_path: Path
) -> None:
    limiter = Limiter(tmp_path / "requests.sqlite", limit=1, window=60)
    async with client_of(demo.base, key=demo.key, limiter=limiter) as client:
        await ask(client, prompt(bot="Echo"))
        async with aclosing(client.stream(prompt(bot="Echo"))) as stream:
            event = await anext(stream)
        assert isinstance(event, Waiting)
        assert 50 < event.seconds <= 61
        assert not event.refused
        assert len(limiter._line) == 0
    limiter.close()
    assert len(demo.requests("/bot/")) == 1


async def test_a_limit_that_is_not_reached_opens_the_same_file_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "requests.sqlite"
    for _ in range(2):
        limiter = Limiter(path, limit=1, window=0.3)
        await pass_one(limiter)
        limiter.close()
    assert {each.stat().st_mode & 0o777 for each in path.parent.iterdir()} == {0o600}


async def test_a_clock_that_was_set_back_blocks_nobody_and_forgets_nothing(tmp_path: Path) -> None:
    limiter = Limiter(tmp_path / "requests.sqlite", limit=1, window=0.1)
    ticket = limiter.ticket()
    assert [seconds async for seconds in ticket.waits()] == []
    bucket = limiter._bucket
    assert bucket is not None
    limiter._date(bucket, ticket.name, time.time_ns() // 1_000_000 + 3_600_000)
    (wait,) = await asyncio.wait_for(pass_one(limiter), 5)
    assert 0 < wait < 1, "it may have been sent just now"
    limiter.close()


@pytest.mark.parametrize("trouble", ["directory", "garbage"])
async def test_a_file_that_cannot_be_used_costs_only_the_sharing(
    tmp_path: Path, trouble: str
) -> None:
    path = tmp_path / "requests.sqlite"
    if trouble == "directory":
        path.mkdir()
    else:
        path.write_bytes(b"no database, this is " * 100)
    limiter = Limiter(path, limit=2, window=0.2)
    told = await asyncio.gather(*(pass_one(limiter) for _ in range(3)))
    assert [bool(each) for each in told] == [False, False, True]
    limiter.close()


@pytest.mark.parametrize("style", ["http", "sse"])
async def test_a_refusal_for_too_many_requests_is_waited_out(demo: DemoService, style: str) -> None:
    demo.knobs.rate_limit, demo.knobs.rate_window = 1, 0.3
    demo.knobs.rate_style = "http" if style == "http" else "sse"
    patience = Patience(first=0.2, longest=1.0)
    async with client_of(demo.base, key=demo.key, patience=patience) as client:
        await ask(client, prompt("first", bot="Echo"))
        outcome = await ask(client, prompt("second", bot="Echo"))
    assert outcome.error is None
    assert outcome.text == "second"
    waits = waits_of(outcome)
    assert waits
    assert all(wait.refused for wait in waits)
    assert waits[0].seconds == (1.0 if style == "http" else 0.2)


async def test_patience_ends(demo: DemoService) -> None:
    async with client_of(demo.base, key=demo.key, patience=QUICK) as client:
        outcome = await ask(client, prompt(bot="RateLimitedEvent"))
    assert isinstance(outcome.error, RateLimited)
    assert [wait.seconds for wait in waits_of(outcome)] == [0.02, 0.04, 0.05, 0.05, 0.05]
    assert len(demo.requests("/bot/RateLimitedEvent")) == 6


async def test_nothing_else_is_sent_again(demo: DemoService) -> None:
    async with client_of(demo.base, key=demo.key, patience=QUICK) as client:
        for bot in ("Error", "InternalError", "Hangup", "Broke"):
            outcome = await ask(client, prompt(bot=bot))
            assert outcome.error is not None
            assert len(demo.requests(f"/bot/{bot}")) == 1


async def test_a_refusal_after_some_text_is_not_sent_again() -> None:
    answer = saying(
        ("text", {"text": "half"}),
        ("error", {"allow_retry": True, "text": "You have exceeded rate limit"}),
    )
    async with raw_server(answer) as server, client_of(server.base, patience=QUICK) as client:
        outcome = await ask(client)
    assert outcome.text == "half"
    assert isinstance(outcome.error, RateLimited)
    assert len(server.seen) == 1


async def test_a_told_wait_beyond_all_patience_is_an_error_at_once() -> None:
    refusal = refusing(429, {"error": {"type": "rate_limit_error"}}, Retry_After="3600")
    async with raw_server(refusal) as server, client_of(server.base, patience=QUICK) as client:
        outcome = await ask(client)
    assert isinstance(outcome.error, RateLimited)
    assert outcome.error.retry_after == 3600
    assert len(server.seen) == 1


async def test_a_wait_for_poe_can_be_cancelled_at_once() -> None:
    async def refuse(exchange: Exchange) -> None:
        await refusing(429, {}, Retry_After="60")(exchange)

    async with raw_server(refuse) as server, client_of(server.base, patience=Patience()) as client:
        asking = asyncio.create_task(ask(client))
        await eventually(lambda: server.seen)
        asking.cancel()
        done, _ = await asyncio.wait([asking], timeout=5)
    assert done
    assert asking.cancelled()
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("tried", "waited", "told", "pause"),
    [
        (0, 0.0, None, 10.0),
        (1, 10.0, None, 20.0),
        (3, 70.0, None, 60.0),
        (0, 0.0, 7.5, 7.5),
        (0, 0.0, 0.0, 1.0),
        (4, 130.0, None, None),
        (5, 0.0, 1.0, None),
        (0, 0.0, 181.0, None),
    ],
)
def test_patience_follows_what_it_is_told_and_doubles_else(
    tried: int, waited: float, told: float | None, pause: float | None
) -> None:
    assert Patience().pause(tried, waited, told) == pause
