"""Starting, stopping, and the addresses besides the bots."""

from __future__ import annotations

import asyncio

import fastapi_poe as fp
import httpx

from poe_tui.demo.service import DemoService


async def ask(service: DemoService, bot: str, text: str) -> str:
    """Return what `bot` says, through the plain library."""
    query = [fp.ProtocolMessage(role="user", content=text)]
    replies = fp.get_bot_response(query, bot, service.key, base_url=f"{service.base}/bot/")
    return "".join([reply.text async for reply in replies if not reply.is_suggested_reply])


async def test_echo_says_the_prompt_again(demo: DemoService) -> None:
    assert await ask(demo, "Echo", "What a  fine\nday") == "What a  fine\nday"


def test_two_services_run_side_by_side_and_one_can_start_again() -> None:
    first, second = DemoService(pace=0), DemoService(pace=0)
    with first, second:
        assert first.base != second.base
        for service in (first, second):
            assert asyncio.run(ask(service, "Echo", "hello")) == "hello"
    with first:
        assert asyncio.run(ask(first, "Echo", "again")) == "again"


def test_a_service_listens_on_loopback_only(demo: DemoService) -> None:
    assert httpx.URL(demo.base).host == "127.0.0.1"
    assert demo.upload == f"{demo.base}/poe_api"
