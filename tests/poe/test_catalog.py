"""The list of bots: read from whatever Poe sends, kept on disk, never in the way."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poe_tui.demo.service import DemoService
from poe_tui.errors import BotFailed, NetworkDown
from poe_tui.keys import Secret
from poe_tui.poe.catalog import Bot, Catalog, parse_models
from tests.poe.raw import raw_server, refusing
from tests.poe.talk import client_of

FULL: dict[str, Any] = {
    "id": "claude-sonnet-4.5",
    "object": "model",
    "created": 1758868894776,
    "description": "Good at code.",
    "owned_by": "Anthropic",
    "architecture": {
        "input_modalities": ["text", "image"],
        "output_modalities": ["text"],
        "modality": "text,image->text",
    },
    "pricing": {
        "prompt": "0.0000026",
        "completion": "1.3E-5",
        "image": None,
        "request": None,
        "input_cache_read": "0.00000026",
    },
    "context_window": {"context_length": 983040, "max_output_tokens": 32768},
    "context_length": 983040,
    "metadata": {"display_name": "Claude-Sonnet-4.5", "image": {"url": "https://x"}},
    "reasoning": None,
    "parameters": [{"name": "thinking_budget", "schema": {"type": "number"}}, None, {"x": 1}],
}


class Source:
    """Answers look-ups with what it was given, and counts them."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.asked: list[tuple[str, bool]] = []

    async def get_json(
        self,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        key: Secret | None = None,
        authenticate: bool = True,
    ) -> object:
        self.asked.append((path, authenticate))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def listing(*entries: object) -> object:
    return {"object": "list", "data": list(entries)}


def test_a_full_entry_is_read_in_full() -> None:
    assert parse_models(listing(FULL)) == [
        Bot(
            name="Claude-Sonnet-4.5",
            owner="Anthropic",
            description="Good at code.",
            inputs=("text", "image"),
            outputs=("text",),
            context=983040,
            prompt_price=0.0000026,
            completion_price=0.000013,
            request_price=None,
            parameters=({"name": "thinking_budget", "schema": {"type": "number"}},),
        )
    ]


def test_an_entry_with_nothing_but_an_id_is_a_bot() -> None:
    assert parse_models(listing({"id": "Old-Bot"})) == [Bot(name="Old-Bot")]


def test_nulls_everywhere_are_a_bot_too() -> None:
    nulls = dict.fromkeys(FULL) | {"id": "x"}
    assert parse_models(listing(nulls)) == [Bot(name="x")]


def test_older_forms_are_understood() -> None:
    entry = {
        "id": "Imagen",
        "owned_by": "poe",
        "context_length": "4096",
        "architecture": {"modality": "text,image->IMAGE"},
        "pricing": {"prompt": 0.5, "completion": "free", "request": "2.1E-7", "image": "0.02"},
    }
    (bot,) = parse_models(listing(entry))
    assert (bot.inputs, bot.outputs, bot.context) == (("text", "image"), ("image",), 4096)
    assert (bot.prompt_price, bot.completion_price, bot.request_price) == (0.5, None, 2.1e-7)
    assert bot.image_price == 0.02


@pytest.mark.parametrize(
    ("name", "shown", "url", "called"),
    [
        ("gpt-5.1", "GPT-5.1", None, "GPT-5.1"),
        ("nano-banana", "Nano Banana", "https://poe.com/Nano-Banana", "Nano-Banana"),
        ("nano-banana", "Nano Banana", None, "nano-banana"),
        ("GPT-5.1", None, None, "GPT-5.1"),
        (None, "GPT-5.1", None, "GPT-5.1"),
    ],
)
def test_a_bot_is_called_by_its_id_in_the_case_it_is_shown_in(
    name: str | None, shown: str | None, url: str | None, called: str
) -> None:
    (bot,) = parse_models(listing({"id": name, "metadata": {"display_name": shown, "url": url}}))
    assert bot.name == called


def named(name: str, shown: str, handle: str = "") -> dict[str, Any]:
    url = f"https://poe.com/{handle}" if handle else None
    return {"id": name, "metadata": {"display_name": shown, "url": url}}


async def test_all_names_of_a_bot_are_known_to_be_the_same_bots(tmp_path: Path) -> None:
    listed = [
        named("gpt-5.1", "GPT-5.1"),
        named("nano-banana", "Nano Banana", "NanoBanana"),
        named("one", "Helper"),
        named("two", "Helper"),
        named("three", "One"),
    ]
    catalog = Catalog(Source(listing(*listed)), tmp_path / "models.json")
    assert catalog.canonical("Nano Banana") == "nano banana", "nothing is listed yet"
    await catalog.refresh()
    cached = Catalog(Source(None), tmp_path / "models.json")
    cached.load()
    for each in (catalog, cached):
        names = ("nano-banana", "Nano-Banana", "nano BANANA", "NanoBanana")
        assert {each.canonical(name) for name in names} == {"nano-banana"}
        assert each.canonical("GPT-5.1") == "gpt-5.1"
        assert each.canonical("Not-Listed") == "not-listed"
        assert each.canonical("Helper") == "helper", "two are called so"
        assert each.canonical("One") == "one", "a bot is of that name"


def test_a_bot_that_only_says_that_it_reasons_has_the_parameters_for_it() -> None:
    reasoning = {
        "budget": {"min_tokens": 0, "max_tokens": 31999},
        "supports_reasoning_effort": True,
    }
    own = {"name": "thinking_budget", "schema": {"type": "number"}}
    first, second, third = parse_models(
        listing(
            {"id": "a", "reasoning": reasoning},
            {"id": "b", "reasoning": reasoning, "parameters": [own]},
            {"id": "c", "reasoning": {"budget": None, "supports_reasoning_effort": "no"}},
        )
    )
    assert [each["name"] for each in first.parameters] == ["thinking_budget", "reasoning_effort"]
    assert first.parameters[0]["schema"] == {"type": "integer", "minimum": 0, "maximum": 31999}
    assert second.parameters[0] == own
    assert third.parameters == ()


def test_what_is_no_bot_is_left_out_and_twins_are_one() -> None:
    odd = listing(None, 5, [], {}, {"id": 7}, {"id": "  "}, {"id": "A"}, {"id": "a"})
    assert [bot.name for bot in parse_models(odd)] == ["A"]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(list(FULL)), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(st.one_of(JSON, st.lists(JSON).map(lambda entries: {"data": entries})))
def test_no_answer_breaks_the_reading(answer: object) -> None:
    assert all(bot.name for bot in parse_models(answer))


async def test_the_list_is_asked_for_without_the_key_and_kept(tmp_path: Path) -> None:
    source, cache = Source(listing(FULL)), tmp_path / "new" / "models.json"
    catalog = Catalog(source, cache)
    assert catalog.load() == []
    assert [bot.name for bot in await catalog.refresh()] == ["Claude-Sonnet-4.5"]
    assert source.asked == [("/v1/models", False)]
    assert catalog.find("CLAUDE-sonnet-4.5") is catalog.bots[0]
    assert catalog.find("nobody") is None

    again = Catalog(source, cache)
    assert again.load() == catalog.bots
    await again.refresh()
    assert len(source.asked) == 1
    await again.refresh(force=True)
    assert len(source.asked) == 2
    assert os.listdir(cache.parent) == ["models.json"]


async def test_who_asks_at_the_same_time_gets_the_same_answer(tmp_path: Path) -> None:
    source = Source(listing(FULL))
    catalog = Catalog(source, tmp_path / "models.json")
    await asyncio.gather(catalog.refresh(), catalog.refresh(), catalog.refresh())
    assert len(source.asked) == 1


@pytest.mark.parametrize("age", [25 * 3600, -3600], ids=["a day old", "from the future"])
async def test_a_list_of_another_day_is_shown_and_asked_for_again(
    tmp_path: Path, age: float
) -> None:
    source, cache = Source(listing(FULL)), tmp_path / "models.json"
    await Catalog(source, cache).refresh()
    stored = json.loads(cache.read_bytes())
    cache.write_text(json.dumps(stored | {"fetched": time.time() - age}))
    catalog = Catalog(source, cache)
    assert len(catalog.load()) == 1
    await catalog.refresh()
    assert len(source.asked) == 2


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 9, "fetched": 1, "bots": []}'])
async def test_a_broken_cache_is_no_cache(tmp_path: Path, content: bytes) -> None:
    cache = tmp_path / "models.json"
    cache.write_bytes(content)
    catalog = Catalog(Source(listing(FULL)), cache)
    assert catalog.load() == []
    assert len(await catalog.refresh()) == 1


async def test_a_cache_that_can_t_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    catalog = Catalog(Source(listing(FULL)), tmp_path / "file" / "models.json")
    assert len(await catalog.refresh()) == 1
    (tmp_path / "dir").mkdir()
    catalog = Catalog(Source(listing(FULL)), tmp_path / "dir")
    assert len(await catalog.refresh()) == 1
    assert sorted(os.listdir(tmp_path)) == ["dir", "file"]


@pytest.mark.parametrize("answer", [listing(), "no", NetworkDown("x")])
async def test_a_failed_refresh_keeps_the_old_list(tmp_path: Path, answer: object) -> None:
    source = Source(listing(FULL))
    catalog = Catalog(source, tmp_path / "models.json")
    await catalog.refresh()
    source.answer = answer
    with pytest.raises((BotFailed, NetworkDown)):
        await catalog.refresh(force=True)
    assert len(catalog.bots) == 1


async def test_the_list_comes_over_http(demo: DemoService, tmp_path: Path) -> None:
    async with client_of(demo.base, key=None) as client:
        catalog = Catalog(client, tmp_path / "models.json")
        await catalog.refresh()
    assert catalog.find("echo") is not None
    (seen,) = demo.requests("/v1/models")
    assert seen.auth == "none"


async def test_the_list_of_either_time_names_the_same_bots_with_what_it_has(
    demo: DemoService, tmp_path: Path
) -> None:
    async with client_of(demo.base, key=None) as client:
        catalog = Catalog(client, tmp_path / "models.json")
        new = {bot.name.casefold(): bot for bot in await catalog.refresh()}
        demo.knobs.models_style = "old"
        old = {bot.name.casefold(): bot for bot in await catalog.refresh(force=True)}
        again = Catalog(client, tmp_path / "models.json").load()
    assert old.keys() == new.keys()
    assert list(old.values()) == again
    assert {bot.owner for bot in old.values()} == {"poe"}
    assert len({bot.owner for bot in new.values()}) > 5
    for name in ("painter", "claude-sonnet-4.5"):
        was, now = old[name], new[name]
        assert (was.name, was.inputs, was.outputs) == (now.name, now.inputs, now.outputs)
        assert was.context == now.context is not None
        assert was.prompt_price == now.prompt_price is not None


async def test_an_answer_that_is_not_json_is_an_error_with_words(tmp_path: Path) -> None:
    async with (
        raw_server(refusing(200, "hello", kind="text/plain")) as server,
        client_of(server.base) as client,
    ):
        with pytest.raises(BotFailed, match="can't be read"):
            await Catalog(client, tmp_path / "models.json").refresh()


async def test_one_entry_that_strict_json_refuses_costs_no_other(tmp_path: Path) -> None:
    odd = '{"id": "B", "description": "\\ud800 half", "pricing": {"prompt": 1e999, "request": NaN}}'
    body = f'{{"data": [{{"id": "A"}}, {odd}, {{"id": "C"}}]}}'
    async with (
        raw_server(refusing(200, body, kind="application/json")) as server,
        client_of(server.base) as client,
    ):
        bots = await Catalog(client, tmp_path / "models.json").refresh()
    assert [bot.name for bot in bots] == ["A", "B", "C"]
    assert (bots[1].description, bots[1].prompt_price) == ("\ufffd half", None)


def test_what_is_absurd_is_unknown_rather_than_shown() -> None:
    entry = {
        "id": "x",
        "description": "d" * 100_000,
        "context_length": 10**30,
        "pricing": {"prompt": "3000", "completion": -1, "request": "1e99"},
        "parameters": [{"name": "n", "schema": {"maximum": 10**30, "a": {"b": float("nan")}}}],
    }
    (bot,) = parse_models(listing(entry, {"id": "y" * 300}))
    assert len(bot.description) == 4_000
    prices = (bot.prompt_price, bot.completion_price, bot.request_price)
    assert (bot.context, prices) == (None, (None, None, None))
    assert bot.parameters == ({"name": "n", "schema": {"maximum": None, "a": {"b": None}}},)
