"""The seam for function calling: what is passed to `Wire.ask` reaches the bot, and it is heard."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import fastapi_poe as fp

from poe_tui.chat.events import DataReceived, ReplyEvent, TextDelta
from poe_tui.keys import Secret
from poe_tui.poe.client import PoeClient
from poe_tui.poe.wire import prepare
from tests.poe.raw import Exchange, raw_server, saying
from tests.poe.talk import KEY, client_of, prompt

LOOK_UP = fp.ToolDefinition.model_validate(
    {
        "type": "function",
        "function": {
            "name": "look_up",
            "description": "Look a word up.",
            "parameters": {"type": "object", "properties": {"word": {"type": "string"}}},
        },
    }
)
CALL = {"index": 0, "id": "c1", "type": "function"}
FUNCTION = {"name": "look_up", "arguments": '{"word": "ü"}'}


def chunk(delta: dict[str, Any]) -> tuple[str, object]:
    """Return the event with which a model says `delta`."""
    return ("json", {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})


CALLING = saying(chunk({"tool_calls": [{**CALL, "function": FUNCTION}]}), ("done", "{}"))


async def heard(client: PoeClient, **tools: Any) -> list[ReplyEvent]:
    """Ask with tools and return what the bot says."""
    wire = await asyncio.to_thread(client._open_wire, asyncio.get_running_loop())
    async with aclosing(wire.ask("Norm", prepare(prompt()), Secret(KEY), **tools)) as events:
        return [event async for event in events if event is not None]


async def test_tools_are_sent_and_the_calls_of_the_bot_are_heard() -> None:
    async with raw_server(CALLING) as server, client_of(server.base) as client:
        (event,) = await heard(client, tools=[LOOK_UP])
    assert [tool["function"]["name"] for tool in server.seen[0].json["tools"]] == ["look_up"]
    assert server.seen[0].json["query"][0]["content"] == "hi"
    assert isinstance(event, DataReceived)
    assert event.data["tool_calls"][0]["function"] == FUNCTION


async def test_executables_are_run_and_their_results_sent() -> None:
    def look_up(word: str) -> str:
        return f"{word} is a letter"

    async def answer(exchange: Exchange) -> None:
        again = exchange.json.get("tool_results")
        words = ("text", {"text": "I see."})
        await (saying(words, ("done", "{}")) if again else CALLING)(exchange)

    async with raw_server(answer) as server, client_of(server.base) as client:
        said = await heard(client, tools=[LOOK_UP], tool_executables=[look_up])
    assert said == [TextDelta("I see.")]
    (result,) = server.seen[1].json["tool_results"]
    assert result["content"] == '"\\u00fc is a letter"'


async def test_without_tools_none_are_sent() -> None:
    async with raw_server(saying(("done", "{}"))) as server, client_of(server.base) as client:
        await heard(client)
    assert server.seen[0].json["tools"] is None
