"""Points: the balance, past queries, and which of them paid for a reply."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poe_tui.chat.expenses import Asked, Claims
from poe_tui.demo.service import DemoService
from poe_tui.errors import BotFailed, KeyRefused, NetworkDown
from poe_tui.keys import Secret
from poe_tui.poe.matching import UsageEntry
from poe_tui.poe.usage import Usage
from tests.poe.raw import raw_server, refusing
from tests.poe.talk import KEY, client_of

SENT = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


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


@pytest.mark.parametrize("hours", [-3, 0, 5])
async def test_a_clock_that_is_wrong_is_told_by_the_answers_to_the_key(hours: int) -> None:
    there = datetime.now(UTC) + timedelta(hours=hours)
    answer = refusing(200, {"data": [], "current_point_balance": 1}, Date=format_datetime(there))
    async with raw_server(answer) as server, client_of(server.base) as client:
        assert client.ahead == timedelta(0)
        await client.get_json("/v1/models", authenticate=False)
        assert client.ahead == timedelta(0), "that one may be an old answer from a cache"
        found = await Usage(client).history()
    assert abs(found.ahead - timedelta(hours=hours)) < timedelta(seconds=5)


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 23 Nov 2026 12:00:00"])
async def test_a_date_that_can_not_be_read_says_nothing_of_the_clock(date: str) -> None:
    answer = refusing(200, {"data": []}, Date=date)
    async with raw_server(answer) as server, client_of(server.base) as client:
        assert (await Usage(client).history()).ahead == timedelta(0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
FIELDS = (
    *("bot_name", "app_name", "creation_time", "query_id", "cost_usd", "cost_points"),
    *("cost_breakdown_in_points", "usage_type"),
)


class Told:
    """A Poe that answers everything with `answer`."""

    ahead = timedelta(0)

    def __init__(self, answer: object) -> None:
        self.answer = answer

    async def get_json(self, path: str, **_options: Any) -> object:
        return self.answer


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), JSON), max_size=4), JSON)
def test_books_in_any_form_are_read_or_passed_over(
    entries: list[dict[str, Any]], more: object
) -> None:
    good = {"bot_name": "Norm", "creation_time": 1787788800, "cost_points": 5}
    usage = Usage(Told({"data": [*entries, good], "has_more": more}))
    found = asyncio.run(usage.history())
    assert found.entries[-1].points == 5
    assert all(each.points >= 0 for each in found.entries)
    found.cost_of(Asked("Norm", SENT, 5), Claims())


@given(JSON)
def test_a_balance_in_any_form_is_a_number_or_an_error(value: object) -> None:
    usage = Usage(Told({"current_point_balance": value}))
    try:
        points = asyncio.run(usage.balance())
    except BotFailed:
        return
    assert points >= 0
