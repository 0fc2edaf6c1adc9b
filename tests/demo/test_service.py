"""Starting and stopping, the door, the log, and the knobs."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time

import fastapi_poe as fp
import httpx
import pytest

from poe_tui.demo.service import DemoService
from poe_tui.demo.world import BAD_KEY, POOR_KEY, REVOKED_KEY
from tests.demo.conversation import Answer, ask, http, post_query
from tests.demo_fixture import eventually


def test_two_services_run_side_by_side_and_one_can_start_again() -> None:
    first, second = DemoService(pace=0), DemoService(pace=0)
    with first, second:
        assert first.base != second.base
        for service in (first, second):
            assert asyncio.run(ask(service, "Echo", "hello")).text == "hello"
    with first:
        assert asyncio.run(ask(first, "Echo", "again")).text == "again"


def test_a_service_listens_on_loopback_only(demo: DemoService) -> None:
    assert httpx.URL(demo.base).host == "127.0.0.1"
    assert demo.upload == f"{demo.base}/poe_api"


def test_a_service_that_does_not_run_says_so() -> None:
    service = DemoService()
    service.stop()
    with pytest.raises(RuntimeError, match="has not been started"):
        _ = service.base
    with service, pytest.raises(RuntimeError, match="running already"):
        service.start()


def test_a_taken_port_is_an_error(demo: DemoService) -> None:
    port = httpx.URL(demo.base).port
    assert port is not None
    with pytest.raises(OSError, match="in use"):
        DemoService(port=port).start()


async def test_a_service_stops_while_streams_are_open() -> None:
    threads = set(threading.enumerate())
    service = DemoService(pace=1)
    await asyncio.to_thread(service.start)
    heard = Answer()
    query = asyncio.create_task(ask(service, "Slow", "--delay 0.01 --n 100000", heard=heard))
    await eventually(lambda: heard.pieces)
    await asyncio.to_thread(service.stop)
    with pytest.raises(fp.BotError):
        await query
    left = set(threading.enumerate()) - threads
    assert "poe-tui-demo" not in {thread.name for thread in left}


def test_the_service_is_light_to_import_and_leaves_the_environment_alone() -> None:
    script = (
        "import sys, os\n"
        "os.environ['POE_API_KEY'] = os.environ['POE_ACCESS_KEY'] = 'not thirty-two characters'\n"
        "from poe_tui.demo.service import DemoService\n"
        "heavy = {'fastapi', 'fastapi_poe', 'httpx', 'pydantic', 'uvicorn'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "with DemoService() as service:\n"
        "    assert service.key == 'demo-key'\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(("key", "status"), [("", 401), (BAD_KEY, 401), (POOR_KEY, 402)])
def test_a_bot_wants_a_key_with_points(demo: DemoService, key: str, status: int) -> None:
    with http(demo, key) as client:
        answer = post_query(client, "Echo")
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == status


def test_a_revoked_key_is_refused_in_a_stream(demo: DemoService) -> None:
    with http(demo, REVOKED_KEY) as client:
        answer = post_query(client, "Echo")
    assert answer.status_code == 200
    assert 'event: error\r\ndata: {"allow_retry": false, "text": "Access denied"}' in answer.text


def test_an_unknown_bot_is_told_in_either_style(demo: DemoService) -> None:
    with http(demo) as client:
        answer = post_query(client, "Nobody")
        assert (answer.status_code, answer.json()["error"]["type"]) == (404, "not_found_error")
        client.post("/__config", json={"unknown_style": "sse"})
        answer = post_query(client, "Nobody")
    assert answer.status_code == 200
    assert answer.text.startswith("event: error")


def test_too_many_requests_are_refused_with_the_time_to_wait(demo: DemoService) -> None:
    demo.knobs.rate_limit = 3
    with http(demo) as client:
        answers = [post_query(client, "Echo") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    headers = answers[3].headers
    assert 0 < int(headers["retry-after"]) <= 60
    assert headers["x-ratelimit-limit-requests"] == "3"
    assert headers["x-ratelimit-remaining-requests"] == "0"
    assert headers["x-ratelimit-reset-requests"] == headers["retry-after"]


async def test_the_limit_is_a_window_that_slides(demo: DemoService) -> None:
    demo.knobs.rate_limit, demo.knobs.rate_window = 1, 0.05
    async with httpx.AsyncClient(base_url=demo.base, trust_env=False) as client:
        deadline = time.monotonic() + 10
        passed = 0
        while passed < 2 and time.monotonic() < deadline:
            answer = await client.post(
                "/bot/Nobody", json={}, headers={"authorization": f"Bearer {demo.key}"}
            )
            passed += answer.status_code == 404
            await asyncio.sleep(0.005)
    assert passed == 2


async def test_the_limit_can_be_told_in_a_stream(demo: DemoService) -> None:
    demo.knobs.rate_limit, demo.knobs.rate_style = 0, "sse"
    with pytest.raises(fp.BotError, match="exceeded rate limit"):
        await ask(demo, "Echo")


async def test_the_service_sees_a_client_go_away(demo: DemoService) -> None:
    heard = Answer()
    query = asyncio.create_task(ask(demo, "Slow", "--delay 0.01 --n 100000", heard=heard))
    await eventually(lambda: heard.pieces)
    query.cancel()
    (seen,) = demo.requests("/bot/Slow")
    await eventually(lambda: seen.disconnected)
    assert seen.disconnected_after is not None
    assert seen.disconnected_after > 0
    assert not seen.done


async def test_nothing_is_written_to_a_client_that_has_left_in_the_middle_of_a_burst(
    demo: DemoService, caplog: pytest.LogCaptureFixture
) -> None:
    heard = Answer()
    query = asyncio.create_task(ask(demo, "Firehose", "--n 1000000", heard=heard))
    await eventually(lambda: heard.pieces)
    query.cancel()
    (seen,) = demo.requests("/bot/Firehose")
    await eventually(lambda: seen.disconnected)
    assert (await ask(demo, "Echo", "still here")).text == "still here"
    assert "socket.send() raised exception." not in caplog.text


async def test_a_client_that_goes_before_the_first_byte_is_seen_too(demo: DemoService) -> None:
    query = asyncio.create_task(ask(demo, "Silent", "--delay 3600"))
    await eventually(lambda: demo.requests("/bot/Silent"))
    query.cancel()
    (seen,) = demo.requests("/bot/Silent")
    await eventually(lambda: seen.disconnected)
    assert seen.sent == 0


def test_the_log_holds_the_request_and_never_the_key(demo: DemoService) -> None:
    with http(demo) as client:
        post_query(client, "Echo", "remember this")
        answer = client.get("/__log")
    (request,) = answer.json()["requests"]
    assert request["path"] == "/bot/Echo"
    assert request["auth"] == "bearer"
    assert request["body"]["query"][0]["content"] == "remember this"
    assert (request["status"], request["done"], request["disconnected"]) == (200, True, False)
    assert demo.key not in answer.text


def test_a_reset_makes_the_service_as_good_as_new(demo: DemoService) -> None:
    with http(demo) as client:
        client.post("/__config", json={"balance": 5, "fail": {"/v1/": 500}})
        post_query(client, "Echo")
        assert client.get("/v1/models").status_code == 500
        client.post("/__reset")
        assert client.get("/v1/models").status_code == 200
    assert demo.balance == 12_345
    assert [seen.path for seen in demo.requests()] == ["/v1/models"]


async def test_a_slow_start_comes_before_the_headers(demo: DemoService) -> None:
    demo.knobs.first_delay = 3600
    query = asyncio.create_task(ask(demo, "Echo"))
    await eventually(lambda: demo.requests("/bot/Echo"))
    (seen,) = demo.requests("/bot/Echo")
    query.cancel()
    await eventually(lambda: seen.disconnected)
    assert seen.status is None
    demo.knobs.first_delay = 0.001
    assert (await ask(demo, "Echo", "at last")).text == "at last"


def test_a_knob_that_does_not_exist_is_refused(demo: DemoService) -> None:
    with http(demo) as client:
        answer = client.post("/__config", json={"rate_limits": 3})
    assert answer.status_code == 400
    assert "rate_limits" in answer.json()["error"]["message"]


def test_without_controls_nothing_is_remembered() -> None:
    with DemoService(pace=0) as service, http(service) as client:
        post_query(client, "Echo")
        assert service.requests() == []
        assert client.get("/__log").status_code == 404
        assert client.post("/__config", json={}).status_code == 404


def test_a_bot_answers_other_requests_than_queries(demo: DemoService) -> None:
    with http(demo) as client:
        settings = client.post("/bot/Echo", json={"version": "1.2", "type": "settings"})
        assert settings.status_code == 200
        report = {"version": "1.2", "type": "report_error", "message": "m", "metadata": {}}
        assert client.post("/bot/Echo", json=report).json() == {}
