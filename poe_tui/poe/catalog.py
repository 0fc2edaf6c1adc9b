"""The public bots: what Poe's /v1/models lists, cached on disk."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from poe_tui.chat.surrogates import mend
from poe_tui.disk import write_private
from poe_tui.errors import BotFailed
from poe_tui.keys import Secret

FRESH_FOR: Final = 24 * 3600.0
"""Seconds a cached list is good for."""

CACHE_FORMAT: Final = 1

LONGEST_NAME: Final = 200
LONGEST_TEXT: Final = 4_000
"""Characters of a description that are kept."""

MOST_TOKENS: Final = 1e9
DEAREST_TOKEN: Final = 1.0
DEAREST_MESSAGE: Final = 10_000.0
"""US dollars. A larger number is a mistake: better unknown than absurd."""

DEEPEST: Final = 20
"""Levels of a parameter's schema that are kept."""


class Bot(msgspec.Struct, kw_only=True, frozen=True):
    """One public bot. None means that Poe did not say."""

    name: str
    """As Poe shows it, `Claude-Sonnet-4.5`; sent as it is, compared casefolded."""
    other_names: tuple[str, ...] = ()
    """By which it may be called elsewhere, such as in the books; none that differs only in case."""
    owner: str = ""
    description: str = ""
    inputs: tuple[str, ...] = ("text",)
    outputs: tuple[str, ...] = ("text",)
    context: int | None = None
    """Tokens."""
    prompt_price: float | None = None
    """US dollars per token."""
    completion_price: float | None = None
    request_price: float | None = None
    """US dollars per message."""
    image_price: float | None = None
    """US dollars per picture."""
    parameters: tuple[dict[str, object], ...] = ()


class JsonSource(Protocol):
    """What a look-up needs of the client: see `PoeClient.get_json`."""

    async def get_json(
        self,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        key: Secret | None = None,
        authenticate: bool = True,
    ) -> object:
        """Return the JSON at `path`; raises a ReplyError."""


class _Cache(msgspec.Struct):
    format: int
    fetched: float
    """Seconds since 1970."""
    bots: list[Bot]


class Catalog:
    """The list of public bots: what was cached at once, what Poe says now after `refresh`."""

    def __init__(self, client: JsonSource, cache_file: Path) -> None:
        """`cache_file` need not exist, and may be deleted at any time."""
        self._client = client
        self._cache_file = cache_file
        self._fetched: float | None = None
        self._asking = asyncio.Lock()
        self._show([])

    @property
    def bots(self) -> list[Bot]:
        """What is known now, in Poe's order; empty before the first `load` or `refresh`."""
        return self._bots

    def find(self, name: str) -> Bot | None:
        """Return the bot of that name, whatever its case; None when it is not listed."""
        return self._by_name.get(name.casefold())

    def canonical(self, name: str) -> str:
        """Return the same for all names of a bot, listed or not."""
        known = name.casefold()
        return self._canonical.get(known, known)

    def load(self) -> list[Bot]:
        """Read the cache and return what it holds; empty when there is none, or it is broken."""
        try:
            cache = msgspec.json.decode(self._cache_file.read_bytes(), type=_Cache)
        except (OSError, msgspec.MsgspecError):
            return self._bots
        if cache.format == CACHE_FORMAT:
            self._fetched = cache.fetched
            self._show(cache.bots)
        return self._bots

    async def refresh(self, *, force: bool = False) -> list[Bot]:
        """Ask Poe, unless the list is younger than 24 hours; return the list.

        The key is not sent: the list is public. Raises a ReplyError and keeps the old list. A cache
        that can't be written is not an error: it costs one request the next time.
        """
        async with self._asking:  # whoever comes meanwhile is content with the same answer
            if force or not self._is_fresh():
                await self._fetch()
        return self._bots

    async def _fetch(self) -> None:
        answer = await self._client.get_json("/v1/models", authenticate=False)
        bots = await asyncio.to_thread(parse_models, answer)
        if not bots:
            raise BotFailed("Poe's list of bots was empty, or in a form that can't be read.")
        self._fetched = time.time()
        self._show(bots)
        cache = _Cache(CACHE_FORMAT, self._fetched, bots)
        with suppress(OSError):
            content = msgspec.json.encode(cache)
            await asyncio.to_thread(write_private, self._cache_file, content, sync=False)

    def _is_fresh(self) -> bool:
        if self._fetched is None or not self._bots:
            return False
        return 0 <= time.time() - self._fetched < FRESH_FOR

    def _show(self, bots: list[Bot]) -> None:
        self._bots = bots
        self._by_name = {bot.name.casefold(): bot for bot in reversed(bots)}
        others = [(each.casefold(), bot) for bot in bots for each in bot.other_names]
        shared = Counter(name for name, _ in others)
        self._canonical = {
            name: bot.name.casefold()
            for name, bot in others
            if shared[name] == 1 and name not in self._by_name
        }


def parse_models(answer: object) -> list[Bot]:
    """Return the bots in Poe's answer to /v1/models, leaving out what has no name.

    Takes every form that has been seen: nulls, missing fields, prices as decimal strings or in
    E-notation, ids in either case. A name listed twice is listed once.
    """
    data = answer.get("data") if isinstance(answer, dict) else answer
    bots: dict[str, Bot] = {}
    for entry in data if isinstance(data, list) else []:
        bot = _bot_of(entry) if isinstance(entry, dict) else None
        if bot is not None:
            bots.setdefault(bot.name.casefold(), bot)
    return list(bots.values())


def _bot_of(entry: dict[str, Any]) -> Bot | None:
    name = _name(entry)
    if not name or len(name) > LONGEST_NAME:
        return None
    prices = _fields(entry, "pricing")
    shape = _fields(entry, "architecture")
    window = _fields(entry, "context_window").get("context_length")
    return Bot(
        name=name,
        other_names=_other_names(entry, name),
        owner=_text(entry.get("owned_by"))[:LONGEST_NAME],
        description=_text(entry.get("description"))[:LONGEST_TEXT],
        inputs=_modalities(shape, "input_modalities", side=0),
        outputs=_modalities(shape, "output_modalities", side=1),
        context=_count(window) or _count(entry.get("context_length")),
        prompt_price=_number(prices.get("prompt"), DEAREST_TOKEN),
        completion_price=_number(prices.get("completion"), DEAREST_TOKEN),
        request_price=_number(prices.get("request"), DEAREST_MESSAGE),
        image_price=_number(prices.get("image"), DEAREST_MESSAGE),
        parameters=_parameters(entry.get("parameters"), _fields(entry, "reasoning")),
    )


def _name(entry: dict[str, Any]) -> str:
    """Return the name to ask the bot by: its id, in the case that Poe shows it in.

    A display name that is another one is for people; an address made of it may lead nowhere.
    """
    named, shown, handle = _names(entry)
    same = (each for each in (shown, handle) if each.casefold() == named.casefold())
    return next(same, named) or shown


def _other_names(entry: dict[str, Any], name: str) -> tuple[str, ...]:
    names = {each.casefold(): each for each in _names(entry) if 0 < len(each) <= LONGEST_NAME}
    names.pop(name.casefold(), None)
    return tuple(names.values())


def _names(entry: dict[str, Any]) -> tuple[str, str, str]:
    """Return the id of a bot, its display name, and that of its page; empty where there is none."""
    metadata = _fields(entry, "metadata")
    shown = _text(metadata.get("display_name"))
    return _text(entry.get("id")), shown, _text(metadata.get("url")).rpartition("/")[2]


def _fields(entry: dict[str, Any], name: str) -> dict[str, Any]:
    inner = entry.get(name)
    return inner if isinstance(inner, dict) else {}


def _text(value: object) -> str:
    return mend(value).strip() if isinstance(value, str) else ""


def _modalities(shape: dict[str, Any], name: str, *, side: int) -> tuple[str, ...]:
    """Return the listed modalities, else a side of `text,image->text`, else text."""
    listed = shape.get(name)
    if not isinstance(listed, list):
        sides = _text(shape.get("modality")).split("->")
        listed = sides[side].split(",") if len(sides) == 2 else []
    words = (_text(each).lower() for each in listed)
    return tuple(dict.fromkeys(word for word in words if 0 < len(word) <= 20)) or ("text",)


def _count(value: object) -> int | None:
    number = _number(value, MOST_TOKENS)
    return int(number) if number and number >= 1 else None


def _number(value: object, most: float) -> float | None:
    """Return a number that may come as a string; None for one that can't be meant."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number <= most else None


def _parameters(value: object, reasoning: dict[str, Any]) -> tuple[dict[str, object], ...]:
    entries = value if isinstance(value, list) else []
    named = [each for each in entries if isinstance(each, dict) and _text(each.get("name"))]
    known = {_text(each.get("name")) for each in named}
    named += [each for each in _reasoning(reasoning) if each["name"] not in known]
    return tuple({mend(key): _kept(part) for key, part in each.items()} for each in named)


def _reasoning(reasoning: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parameters that a bot takes which only says that it reasons."""
    found: list[dict[str, Any]] = []
    budget = _fields(reasoning, "budget")
    most = _count(budget.get("max_tokens"))
    if most is not None:
        least = _count(budget.get("min_tokens")) or 0
        schema = {"type": "integer", "minimum": least, "maximum": most}
        about = "Tokens it may think before it answers."
        found.append({"name": "thinking_budget", "schema": schema, "description": about})
    if reasoning.get("supports_reasoning_effort") is True:
        about = "How hard it thinks: low, medium or high."
        found.append(
            {"name": "reasoning_effort", "schema": {"type": "string"}, "description": about}
        )
    return found


def _kept(value: object, depth: int = DEEPEST) -> object:
    """Return what the cache can hold of a schema; None for a number that JSON does not have."""
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, dict):
        return {mend(key): _kept(part, depth - 1) for key, part in value.items()} if depth else None
    if isinstance(value, list):
        return [_kept(part, depth - 1) for part in value] if depth else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return None
    return value
