"""A feed by itself: order, room, silence, and the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poe_tui.poe import feed
from poe_tui.poe.feed import Feed, Silence

FOREVER = 3600.0


async def source(*items: int | None, error: Exception | None = None) -> AsyncGenerator[int | None]:
    for item in items:
        yield item
    if error is not None:
        raise error


def fed(
    items: AsyncGenerator[int | None], silent: float = FOREVER, give_up: float = FOREVER
) -> AsyncGenerator[int | Silence]:
    return Feed(items, silent_after=silent, give_up_after=give_up).items()


@given(st.lists(st.none() | st.integers(), max_size=3 * feed.ROOM))
async def test_everything_arrives_in_order_but_the_signs_of_life(items: list[int | None]) -> None:
    received = [item async for item in fed(source(*items))]
    assert received == [item for item in items if item is not None]


async def test_an_error_comes_after_the_last_item() -> None:
    items = fed(source(1, 2, error=ValueError("boom")))
    assert [await anext(items), await anext(items)] == [1, 2]
    with pytest.raises(ValueError, match="boom"):
        await anext(items)


async def test_no_more_is_read_ahead_than_there_is_room_for() -> None:
    read: list[int] = []

    async def endless() -> AsyncGenerator[int | None]:
        while True:
            read.append(len(read))
            yield len(read)

    items = fed(endless())
    await anext(items)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(read) == feed.ROOM
    await items.aclose()


async def test_a_reader_that_needs_long_lets_the_loop_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feed, "SLICE", -1.0)
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    counter = asyncio.create_task(count())
    received = [item async for item in fed(source(*range(feed.ROOM)))]
    counter.cancel()
    assert len(received) == feed.ROOM
    assert turns >= feed.ROOM


async def test_the_last_silence_is_final_and_closes_the_source() -> None:
    closed = asyncio.Event()

    async def silent() -> AsyncGenerator[int | None]:
        try:
            await asyncio.Event().wait()
            yield 1
        finally:
            closed.set()

    received = [item async for item in fed(silent(), silent=0.01, give_up=0.1)]
    final = [isinstance(item, Silence) and item.final for item in received]
    # A machine that stalls for as long as that gives up without a first notice.
    assert final in ([False, True], [True])
    assert closed.is_set()


async def test_a_patience_shorter_than_the_first_notice_is_final_at_once() -> None:
    async def silent() -> AsyncGenerator[int | None]:
        await asyncio.Event().wait()
        yield 1

    received = [item async for item in fed(silent(), silent=FOREVER, give_up=0.01)]
    assert [isinstance(item, Silence) and item.final for item in received] == [True]


async def test_a_sign_of_life_ends_a_silence() -> None:
    limit = 0.05

    async def breathing() -> AsyncGenerator[int | None]:
        loop = asyncio.get_running_loop()
        end = loop.time() + 3 * limit
        while loop.time() < end:
            await asyncio.sleep(0)
            yield None

    assert [item async for item in fed(breathing(), silent=limit)] == []
