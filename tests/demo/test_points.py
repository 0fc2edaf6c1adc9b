"""Balance and points history."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from poe_tui.demo.service import DemoService
from poe_tui.demo.world import BAD_KEY, POOR_BALANCE, POOR_KEY, REVOKED_KEY
from tests.demo.conversation import ask, http, post_query
from tests.demo_fixture import eventually


def test_the_balance_needs_a_key(demo: DemoService) -> None:
    for key in ("", BAD_KEY, REVOKED_KEY):
        with http(demo, key) as client:
            answer = client.get("/usage/current_balance")
        assert answer.status_code == 401
        assert answer.json()["error"]["type"] == "authentication_error"
    with http(demo, POOR_KEY) as client:
        answer = client.get("/usage/current_balance")
        assert answer.json()["current_point_balance"] == POOR_BALANCE
        assert client.get("/usage/points_history").json()["data"] == []


def test_the_balance_can_come_bare(demo: DemoService) -> None:
    demo.knobs.balance_extras = False
    with http(demo) as client:
        assert client.get("/usage/current_balance").json() == {"current_point_balance": 12_345}


async def test_the_balance_has_changed_when_the_answer_is_done(demo: DemoService) -> None:
    before = demo.balance
    await ask(demo, "Echo", "word " * 200)
    assert demo.balance < before


async def test_every_query_is_in_the_history(demo: DemoService) -> None:
    demo.knobs.ledger_lag = 0
    await ask(demo, "Echo", "word " * 200)
    await ask(demo, "claude-opus-4.5")
    with http(demo) as client:
        page = client.get("/usage/points_history").json()
    newest, oldest = page["data"]
    assert (page["has_more"], page["length"]) == (False, 2)
    assert (newest["bot_name"], oldest["bot_name"]) == ("Claude-Opus-4.5", "Echo")
    assert newest["creation_time"] > oldest["creation_time"] > 1e15
    assert oldest["cost_points"] == 12_345 - demo.balance - newest["cost_points"]
    assert re.fullmatch(r"\d+ points \(\d+ tokens\)", oldest["cost_breakdown_in_points"]["Output"])


async def test_the_history_lags_behind(demo: DemoService) -> None:
    demo.knobs.ledger_lag = 3600
    await ask(demo, "Echo")
    with http(demo) as client:
        assert client.get("/usage/points_history").json()["length"] == 0
        demo.knobs.ledger_lag = 0.01
        await eventually(lambda: client.get("/usage/points_history").json()["length"] == 1)


def test_the_history_comes_in_pages(demo: DemoService) -> None:
    demo.knobs.ledger_lag = 0
    with http(demo) as client:
        for _ in range(5):
            post_query(client, "Echo")
        pages: list[dict[str, Any]] = []
        after = ""
        while not pages or pages[-1]["has_more"]:
            params = {"limit": "2", "starting_after": after}
            pages.append(client.get("/usage/points_history", params=params).json())
            after = pages[-1]["data"][-1]["query_id"]
        assert [page["length"] for page in pages] == [2, 2, 1]
        ids = [entry["query_id"] for page in pages for entry in page["data"]]
        assert ids == sorted(set(ids), reverse=True)
        assert client.get("/usage/points_history", params={"limit": 101}).status_code == 400
        nothing = client.get("/usage/points_history", params={"starting_after": "gone"}).json()
        assert nothing["data"] == []


def test_the_history_can_wear_its_old_names(demo: DemoService) -> None:
    demo.knobs.ledger_lag, demo.knobs.usage_style = 0, "old"
    with http(demo) as client:
        post_query(client, "Echo")
        (entry,) = client.get("/usage/points_history").json()["data"]
    assert entry["app_name"] == "Echo"
    assert 1e9 < entry["creation_time"] < 1e11


async def test_a_stopped_answer_is_charged_once(demo: DemoService) -> None:
    demo.knobs.ledger_lag = 0
    with http(demo) as client:
        with client.stream(
            "POST",
            "/bot/Slow",
            json={
                "version": "1.2",
                "type": "query",
                "query": [{"role": "user", "content": "--delay 0.01 --n 100000"}],
                "user_id": "",
                "conversation_id": "",
                "message_id": "",
            },
        ) as answer:
            next(answer.iter_raw())
        await eventually(lambda: demo.balance < 12_345)
        assert client.get("/usage/points_history").json()["length"] == 1


async def test_an_answer_that_outlives_a_reset_is_not_charged_to_the_next_run(
    demo: DemoService,
) -> None:
    demo.knobs.ledger_lag = 0
    query = asyncio.create_task(ask(demo, "Slow", "--delay 0.01 --n 100000"))
    await eventually(lambda: [seen for seen in demo.requests("/bot/Slow") if seen.sent])
    (seen,) = demo.requests("/bot/Slow")
    demo.reset()
    query.cancel()
    await eventually(lambda: seen.disconnected)
    assert demo.balance == 12_345


def test_the_balance_never_falls_below_nothing(demo: DemoService) -> None:
    demo.knobs.balance = 1
    with http(demo) as client:
        post_query(client, "Echo", "word " * 1000)
    assert demo.balance == 0
