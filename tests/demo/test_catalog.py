"""The list of models."""

from __future__ import annotations

import json

from poe_tui.demo.catalog import FAULTY
from poe_tui.demo.service import DemoService
from tests.demo.conversation import ask, http


def test_the_list_is_long_public_and_begins_with_the_demo(demo: DemoService) -> None:
    with http(demo, key="") as client:
        models = client.get("/v1/models").json()
    assert models["object"] == "list"
    assert len(models["data"]) >= 300
    assert models["data"][0]["metadata"]["display_name"] == "Guide"
    ids = [entry["id"].casefold() for entry in models["data"]]
    assert len(ids) == len(set(ids))


def test_the_list_is_as_untidy_as_poes(demo: DemoService) -> None:
    with http(demo) as client:
        entries = client.get("/v1/models").json()["data"]
    for field in ("pricing", "context_window", "reasoning", "metadata", "architecture"):
        assert any(field not in entry for entry in entries) or field == "reasoning"
        assert any(entry.get(field, 0) is None for entry in entries)
    assert any("parameters" not in entry for entry in entries)
    assert any(entry["id"] != entry["id"].lower() for entry in entries)
    prices = [(entry.get("pricing") or {}) for entry in entries]
    assert any("E-" in (price.get("prompt") or "") for price in prices)
    assert any(price.get("request") for price in prices)
    assert all(isinstance(price.get("prompt"), str | None) for price in prices)
    assert all(entry["created"] > 1e12 for entry in entries)


def test_bots_with_parameters_say_which(demo: DemoService) -> None:
    with http(demo) as client:
        entries = client.get("/v1/models").json()["data"]
    (parameters,) = [entry["parameters"] for entry in entries if entry["id"] == "parameters"]
    assert [parameter["name"] for parameter in parameters][:2] == [
        "thinking_budget",
        "reasoning_effort",
    ]


def test_the_service_says_what_it_is(demo: DemoService) -> None:
    with http(demo) as client:
        answer = client.get("/v1/models")
    assert answer.headers["server"] == "poe-tui-demo"
    assert answer.json()["data"][0]["owned_by"] == "poe-tui demo"


async def test_every_listed_bot_answers(demo: DemoService) -> None:
    with http(demo) as client:
        entries = client.get("/v1/models").json()["data"]
    sound = [entry for entry in entries if entry["description"] != FAULTY]
    assert len(sound) < len(entries)
    for entry in sound[20::37]:
        assert (await ask(demo, entry["id"], "--n 1")).text, json.dumps(entry)
