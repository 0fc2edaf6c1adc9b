"""Poe's list with anything in any place of it: read, kept, shown, and never in the way."""

from __future__ import annotations

import asyncio
import copy
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from poe_tui.bots import BotChoices
from poe_tui.chat.schema import listed
from poe_tui.demo.catalog import catalog as demo_catalog
from poe_tui.errors import BotFailed
from poe_tui.poe.catalog import Bot, Catalog
from poe_tui.poe.labels import price_in_words
from poe_tui.ui.screens.bot_picker import describe
from tests.poe.test_catalog import FULL, Source

ENTRIES: list[dict[str, Any]] = [*demo_catalog()["data"][15:60], FULL]

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.sampled_from([0, -1, 2**63, -(2**70), 10**400, "", " ", "null", "2.1E-7", "1e999", "-0"]),
    st.sampled_from(["٣", "1_000", "0x10", "nan", "\ud800", "a\x00b\x1b[31m\u202e\n", "x" * 5000]),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
    st.lists(st.none() | st.text(max_size=3) | st.integers(), max_size=4),
    st.dictionaries(st.sampled_from([*FULL, "length", "type", "enum", "minimum"]), st.text()),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where something is in `value`, however deep."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in inside:
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, key))


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """Draw one entry in which up to six things are something else, or missing."""
    entry: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(ENTRIES)))
    for _ in range(draw(st.integers(1, 6))):
        path = draw(st.sampled_from(list(places(entry)) or [("id",)]))
        holder: Any = entry
        for key in path[:-1]:
            holder = holder[key]
        if draw(st.booleans()) and isinstance(holder, dict):
            holder.pop(path[-1], None)
        else:
            holder[path[-1]] = draw(JUNK)
    return entry


async def refreshed(answer: object, cache: Path) -> list[Bot]:
    """Return what a catalog makes of `answer`."""
    return await Catalog(Source(answer), cache).refresh()


@given(entries=st.lists(mutated(), min_size=1, max_size=4))
@settings(max_examples=250, deadline=None)
def test_whatever_is_in_the_list_is_read_kept_and_shown(entries: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as root:
        cache = Path(root) / "models.json"
        answer = {"object": "list", "data": entries}
        try:
            bots = asyncio.run(refreshed(answer, cache))
        except BotFailed:
            return  # none of them has a name
        assert Catalog(Source(answer), cache).load() == bots
    for choice in BotChoices(bots, [], []).find(""):
        assert choice.bot is not None
        shown = [choice.label, choice.owner, choice.modalities, choice.context, choice.price]
        shown += [price_in_words(choice.bot), describe(choice).plain]
        assert not any(c in text for text in shown for c in "\x00\x1b\u202e\ud800")
        assert not any("inf" in text or "nan" in text for text in shown[3:6])
        assert len(choice.context) <= 6
        assert len(choice.price) <= 24
        for parameter in listed(choice.bot.parameters):
            parameter.shown(parameter.default)
            assert isinstance(parameter.bounds, str)


@given(entry=mutated())
@settings(max_examples=100, deadline=None)
def test_one_odd_bot_costs_no_other(entry: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as root:
        answer = {"data": [FULL, entry, {"id": "Last-Bot"}]}
        bots = asyncio.run(refreshed(answer, Path(root) / "models.json"))
    names = [bot.name for bot in bots]
    assert (names[0], names[-1]) == ("Claude-Sonnet-4.5", "Last-Bot")
