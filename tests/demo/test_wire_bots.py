"""The bots that break the wire: what arrives, and how the plain library takes it."""

from __future__ import annotations

import asyncio
import json

import fastapi_poe as fp
import httpx
import pytest

from poe_tui.demo.service import DemoService
from poe_tui.demo.wire import BREAKS, RETRY_AFTER, STATUSES
from tests.demo.conversation import Answer, ask, http, post_query
from tests.demo_fixture import eventually

NORMAL_ENDS = {
    "NoDone": "part1 part2",
    "UnknownEvent": "part1 part2",
    "Comments": "part1 ",
    "NoEvents": "",
    "OnlyDone": "",
    "LateMeta": "part1 ",
    "Split": "Zwölf Boxkämpfer 漢字 👩‍🚀",
}
"""Bots after which the library ends as if nothing had happened, and what it heard."""
INVALID = {
    "DoneEmpty": "Invalid JSON in 'done' event",
    "DoneWord": "Invalid JSON in 'done' event",
    "PingJSON": "Invalid JSON in 'ping' event",
    "BadJSON": "Invalid JSON in 'text' event",
    "TextNumber": "Expected string in 'text' event",
}


@pytest.mark.parametrize("name", NORMAL_ENDS)
async def test_a_stream_that_the_library_takes_for_whole(demo: DemoService, name: str) -> None:
    assert (await ask(demo, name)).text == NORMAL_ENDS[name]


@pytest.mark.parametrize("name", INVALID)
async def test_a_stream_that_the_library_refuses(demo: DemoService, name: str) -> None:
    heard = Answer()
    with pytest.raises(fp.BotErrorNoRetry, match=INVALID[name]):
        await ask(demo, name, heard=heard)
    assert heard.text.startswith("part1 ")


async def cause_of(demo: DemoService, name: str, heard: Answer | None = None) -> BaseException:
    """Return why `name` could not be heard to its end."""
    with pytest.raises(fp.BotError) as raised:
        await ask(demo, name, heard=heard)
    assert raised.value.__cause__ is not None
    return raised.value.__cause__


async def test_a_connection_closed_in_the_middle_says_so(demo: DemoService) -> None:
    heard = Answer()
    cause = await cause_of(demo, "MidFin", heard)
    assert isinstance(cause, httpx.RemoteProtocolError)
    assert "incomplete chunked read" in str(cause)
    assert heard.text == "part1 "


async def test_a_connection_closed_at_once_says_nothing(demo: DemoService) -> None:
    assert isinstance(await cause_of(demo, "Hangup"), httpx.RemoteProtocolError)


@pytest.mark.parametrize(("name", "text"), [("Reset", "part1 "), ("ResetEarly", "")])
async def test_a_connection_reset_is_a_read_error(demo: DemoService, name: str, text: str) -> None:
    heard = Answer()
    assert isinstance(await cause_of(demo, name, heard), httpx.ReadError)
    assert heard.text == text


async def test_flaky_doubles_its_text_when_the_library_tries_again(demo: DemoService) -> None:
    answer = await ask(demo, "Flaky", tries=2)
    assert answer.text == "part1 part1 part2"
    queries = [seen for seen in demo.requests("/bot/Flaky") if seen.kind == "query"]
    assert len(queries) == 2


async def test_pings_only_keeps_the_line_open_and_sees_its_end(demo: DemoService) -> None:
    query = asyncio.create_task(ask(demo, "PingsOnly"))
    await eventually(lambda: [seen for seen in demo.requests("/bot/PingsOnly") if seen.sent > 30])
    query.cancel()
    (seen,) = demo.requests("/bot/PingsOnly")
    await eventually(lambda: seen.disconnected)
    assert not seen.done


async def test_a_missing_text_is_a_key_error(demo: DemoService) -> None:
    assert isinstance(await cause_of(demo, "TextMissing"), KeyError)


async def test_a_refusal_in_a_stream_is_read_as_a_stream(demo: DemoService) -> None:
    with pytest.raises(fp.BotErrorNoRetry, match="Invalid API key"):
        await ask(demo, "Sse401")
    (seen,) = demo.requests("/bot/Sse401")
    assert seen.status == 401


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_comes_with_poes_json(demo: DemoService, status: int) -> None:
    with http(demo) as client:
        answer = post_query(client, f"HttpStatus-{status}")
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == status
    waits = status in (429, 503)
    assert answer.headers.get("retry-after") == (RETRY_AFTER if waits else None)


def test_pages_in_the_place_of_answers(demo: DemoService) -> None:
    with http(demo) as client:
        for name, status in (("Html403", 403), ("Html200", 200)):
            answer = post_query(client, name)
            assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html")


def test_a_redirect_leads_away_from_the_bots(demo: DemoService) -> None:
    with http(demo) as client:
        answer = post_query(client, "Redirect")
    assert answer.status_code == 307
    assert answer.headers["location"] == f"{demo.base}/elsewhere"


async def test_leaky_repeats_the_key(demo: DemoService) -> None:
    with pytest.raises(fp.BotErrorNoRetry, match=demo.key):
        await ask(demo, "Leaky")


def test_rate_limited_gives_in_at_the_third_time(demo: DemoService) -> None:
    with http(demo) as client:
        answers = [post_query(client, "RateLimited") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert "Now there is time for you." in answers[2].text


@pytest.mark.parametrize("name", BREAKS)
async def test_a_report_to_a_broken_bot_is_taken_in_good_order(
    demo: DemoService, name: str
) -> None:
    async with httpx.AsyncClient(base_url=demo.base, trust_env=False) as client:
        headers = {"authorization": f"Bearer {demo.key}"}
        for body, status in (({"type": "report_error", "message": "m"}, 200), ({}, 400)):
            answer = await client.post(f"/bot/{name}", json=body, headers=headers)
            assert answer.status_code == status


async def test_a_cut_is_not_taken_for_a_disconnect_of_the_client(demo: DemoService) -> None:
    await cause_of(demo, "MidFin")
    (seen,) = demo.requests("/bot/MidFin")
    await eventually(lambda: seen.done)
    assert not seen.disconnected


def test_the_wire_is_as_poes(demo: DemoService) -> None:
    with http(demo) as client:
        answer = post_query(client, "Suggest", "--n 1")
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    events = answer.text.split("\r\n\r\n")
    assert events[0] == f"event: text\r\ndata: {json.dumps({'text': 'Here'})}"
    assert events[-2:] == ["event: done\r\ndata: {}", ""]
