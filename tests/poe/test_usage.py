"""Points: the balance, past queries, and which of them paid for a reply."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from poe_tui.chat.expenses import Spent
from poe_tui.demo.service import DemoService
from poe_tui.errors import BotFailed, KeyRefused, NetworkDown
from poe_tui.keys import Secret
from poe_tui.poe.usage import Usage, UsageEntry, UsagePage, match
from tests.poe.raw import raw_server, refusing
from tests.poe.talk import KEY, ask, client_of, prompt

SENT = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


def entry(after: float, points: int = 10, bot: str = "Norm") -> UsageEntry:
    """An entry dated `after` seconds after SENT."""
    return UsageEntry(bot=bot, created=SENT + timedelta(seconds=after), points=points)


def page(*entries: UsageEntry, more: bool = False) -> UsagePage:
    return UsagePage(tuple(sorted(entries, key=lambda each: each.created, reverse=True)), more)


async def test_the_balance_is_that_of_the_key(demo: DemoService) -> None:
    async with client_of(demo.base, key=demo.key) as client:
        assert await Usage(client).balance() == demo.balance


async def test_another_key_can_be_checked_before_it_is_kept(demo: DemoService) -> None:
    async with client_of(demo.base, key=None) as client:
        assert await Usage(client).balance(Secret(demo.key)) == demo.balance
        with pytest.raises(KeyRefused):
            await Usage(client).balance(Secret("bad-key"))


async def test_a_key_with_a_space_inside_is_refused_unsent(demo: DemoService) -> None:
    async with client_of(demo.base) as client:
        with pytest.raises(KeyRefused):
            await Usage(client).balance(Secret("two words"))
    assert demo.requests() == []


@pytest.mark.parametrize("answer", [{}, [], {"current_point_balance": None}])
async def test_a_balance_that_is_not_there_is_an_error(answer: object) -> None:
    async with raw_server(refusing(200, answer)) as server, client_of(server.base) as client:
        with pytest.raises(BotFailed):
            await Usage(client).balance()
    assert server.seen[0].headers["authorization"] == f"Bearer {KEY}"


async def test_a_web_page_instead_of_a_balance_is_the_networks_fault() -> None:
    page = refusing(403, "<html>no")
    async with raw_server(page) as server, client_of(server.base) as client:
        with pytest.raises(NetworkDown):
            await Usage(client).balance()


@pytest.mark.parametrize(
    "time",
    [1787788800000000, 1787788800000, 1787788800, "1787788800"],
    ids=["µs", "ms", "s", "text"],
)
@pytest.mark.parametrize("name", ["bot_name", "app_name"])
async def test_past_queries_are_read_in_every_form(time: object, name: str) -> None:
    fields: dict[str, Any] = {
        name: "Norm",
        "creation_time": time,
        "query_id": "q1",
        "cost_usd": "0.00075",
        "cost_points": 339,
        "cost_breakdown_in_points": {"Input": "25 points (2882 tokens)"},
        "usage_type": "API",
        "chat_name": None,
    }
    broken = [None, {}, {**fields, "cost_points": None}, {**fields, "creation_time": "1e300"}]
    broken += [{**fields, "cost_points": "many"}, {**fields, name: 5}]
    answer = refusing(200, {"has_more": True, "data": [fields, *broken]})
    async with raw_server(answer) as server, client_of(server.base) as client:
        found = await Usage(client).history(limit=500, starting_after="q0")
    assert server.seen[0].path == "/usage/points_history?limit=100&starting_after=q0"
    assert found.has_more
    assert found.entries == (
        UsageEntry(
            bot="Norm",
            created=datetime.fromtimestamp(1787788800, UTC),
            points=339,
            query_id="q1",
            dollars=0.00075,
            breakdown={"Input": "25 points (2882 tokens)"},
            kind="API",
        ),
    )


@pytest.mark.parametrize("answer", [None, [], {"data": None}])
async def test_a_history_that_can_t_be_read_is_an_error(answer: object) -> None:
    async with raw_server(refusing(200, answer)) as server, client_of(server.base) as client:
        with pytest.raises(BotFailed):
            await Usage(client).history()


def test_the_only_entry_in_time_is_what_it_cost() -> None:
    entries = page(entry(-60, 1), entry(1, 42, "norm"), entry(1, 7, "Other"), entry(500, 9))
    assert match(entries, "NORM", SENT, seconds=3) == Spent(42, exact=True)


def test_two_entries_in_time_make_a_guess() -> None:
    assert match(page(entry(0.5, 1), entry(4, 2)), "Norm", SENT, seconds=5) == Spent(1, False)


def test_no_entry_is_no_cost() -> None:
    assert match(page(entry(-60), entry(1, bot="Other")), "Norm", SENT, seconds=3) is None
    assert match(page(), "Norm", SENT, seconds=3) is None


def test_an_entry_of_whole_seconds_may_be_dated_before_the_sending() -> None:
    sent = SENT + timedelta(seconds=0.9)
    assert match(page(entry(0)), "Norm", sent, seconds=3) == Spent(10, exact=True)


def test_a_page_that_ends_too_early_makes_a_guess() -> None:
    entries = page(entry(1, 42), entry(2, 7, "Other"), more=True)
    assert match(entries, "Norm", SENT, seconds=3) == Spent(42, exact=False)


async def test_the_cost_of_a_reply_is_found_though_its_entry_lags(demo: DemoService) -> None:
    before = demo.balance
    async with client_of(demo.base, key=demo.key) as client:
        sent = datetime.now(UTC)
        await ask(client, prompt("one two three", bot="Echo"))
        spent = await Usage(client).points_of("echo", sent, 1.0, delays=(0.0, 0.05, 0.2, 1.0))
        nothing = await Usage(client).points_of("Nobody", sent, 1.0, delays=(0.0,))
    assert spent is not None
    assert (spent.points, spent.exact) == (before - demo.balance, True)
    assert nothing is None


async def test_two_replies_at_once_never_share_an_entry_and_are_guesses(demo: DemoService) -> None:
    async with client_of(demo.base, key=demo.key) as client:
        usage, sent = Usage(client), datetime.now(UTC)
        await ask(client, prompt("one", bot="Echo"))
        await ask(client, prompt("one two three " * 50, bot="Echo"))
        delays = (0.0, 0.1, 0.2, 1.0)
        first, second = await asyncio.gather(
            *(usage.points_of("Echo", sent, 1.0, delays=delays) for _ in range(2))
        )
        third = await usage.points_of("Echo", sent, 1.0, delays=(0.0,))
    assert first is not None
    assert second is not None
    assert first.query_id != second.query_id
    assert not first.exact
    assert not second.exact
    assert third is None
