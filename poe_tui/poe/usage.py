"""The points: the balance, and what each reply cost."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final, Protocol

import msgspec

from poe_tui.chat.expenses import SLACK, Asked, Claims, Spent
from poe_tui.chat.figures import Price
from poe_tui.errors import BotFailed
from poe_tui.keys import Secret
from poe_tui.poe.catalog import JsonSource
from poe_tui.poe.matching import Matching, UsageEntry

_FIRST: Final = datetime.min.replace(tzinfo=UTC)

PAGE: Final = 20
LARGEST_PAGE: Final = 100
MOST_PAGES: Final = 20
"""Read when looking back: 2,000 queries."""


class LookUps(JsonSource, Protocol):
    """What the points need of the client: see `PoeClient`."""

    @property
    def ahead(self) -> timedelta:
        """How far Poe's clock is ahead of ours; nothing when it is not known to be."""


class UsagePage(msgspec.Struct, frozen=True, dict=True):
    """Some entries, newest first."""

    entries: tuple[UsageEntry, ...]
    has_more: bool
    ahead: timedelta = timedelta(0)
    """How far the clock that dates the entries is ahead of ours."""
    name: Callable[[str], str] = str.casefold
    """Returns the same for all names of a bot."""

    @property
    def prices(self) -> list[Price]:
        """What was paid in both currencies, oldest first, by whatever program."""
        told = [each for each in self.entries if each.dollars is not None]
        return [Price(each.points, each.dollars or 0.0) for each in reversed(told)]

    @cached_property
    def _matching(self) -> Matching:
        return Matching(self.entries, self.ahead, whole_from=self._whole_from, name=self.name)

    @property
    def _whole_from(self) -> datetime:
        """When the time begins of which all entries are here."""
        return self.entries[-1].created if self.has_more and self.entries else _FIRST

    def cost_of(self, reply: Asked, claims: Claims) -> Spent | None:
        """Return what `reply` cost: see `poe_tui.poe.matching.Matching.cost_of`."""
        return self._matching.cost_of(reply, claims)

    def may_have(self, reply: Asked, claims: Claims) -> bool:
        """Return whether any entry could be that of `reply`, another reply's guess included."""
        return bool(self._matching.possible(reply, claims))

    def certain(self, cluster: Sequence[Asked]) -> set[str]:
        """Return whose entry is certain: see `poe_tui.poe.matching.Matching.certain`."""
        return self._matching.certain(cluster)


class Usage:
    """Poe's /usage/ addresses."""

    def __init__(self, client: LookUps, name: Callable[[str], str] = str.casefold) -> None:
        """`name` returns the same for all names of a bot: Poe may book it under any of them."""
        self._client = client
        self.name = name

    async def balance(self, key: Secret | None = None) -> int:
        """Return the points left; with `key`, those of that key (to check one before it is kept).

        Raises KeyRefused, NetworkDown or another ReplyError.
        """
        answer = await self._client.get_json("/usage/current_balance", key=key)
        points = _points(answer.get("current_point_balance")) if isinstance(answer, dict) else None
        if points is None:
            raise BotFailed("Poe did not say how many points are left.", hint="Try again later.")
        return points

    async def history(self, limit: int = PAGE, starting_after: str = "") -> UsagePage:
        """Return up to `limit` (1 to 100) of the last 30 days' queries, newest first.

        `starting_after` is the `query_id` of the last entry seen; "" begins at the newest. Raises a
        ReplyError.
        """
        params: dict[str, str | int] = {"limit": max(1, min(LARGEST_PAGE, limit))}
        if starting_after:
            params["starting_after"] = starting_after
        answer = await self._client.get_json("/usage/points_history", params=params)
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
            raise BotFailed("Poe's list of past queries can't be read.", hint="Try again later.")
        found = (_entry_of(each) for each in answer["data"] if isinstance(each, dict))
        entries = tuple(entry for entry in found if entry is not None)
        return UsagePage(entries, answer.get("has_more") is True, self._client.ahead, self.name)

    async def since(self, moment: datetime) -> UsagePage:
        """Return the entries since `moment` (by our clock), newest first, and a few before it.

        Reads as many pages as it takes, at most 20 of 100 entries. Raises a ReplyError.
        """
        entries: list[UsageEntry] = []
        for _ in range(MOST_PAGES):
            after = entries[-1].query_id if entries else ""
            page = await self.history(LARGEST_PAGE, after)
            entries += page.entries
            whole = not page.has_more or not page.entries or not entries[-1].query_id
            if whole or entries[-1].created < moment + page.ahead - SLACK:
                break
        return UsagePage(tuple(entries), page.has_more, page.ahead, self.name)


def _entry_of(fields: dict[str, Any]) -> UsageEntry | None:
    """Return the entry; None when it lacks the bot, the time or the points."""
    bot = fields.get("bot_name") or fields.get("app_name")
    created, points = _moment(fields.get("creation_time")), _points(fields.get("cost_points"))
    if not isinstance(bot, str) or created is None or points is None:
        return None
    parts = fields.get("cost_breakdown_in_points") or fields.get("cost_breakdown")
    return UsageEntry(
        bot=bot,
        created=created,
        points=points,
        query_id=str(fields.get("query_id") or ""),
        dollars=_number(fields.get("cost_usd")),
        breakdown={str(name): str(value) for name, value in parts.items()}
        if isinstance(parts, dict)
        else {},
        kind=str(fields.get("usage_type") or ""),
    )


def _moment(value: object) -> datetime | None:
    """Return the moment of micro-, milli- or seconds since 1970: Poe has used all three."""
    number = _number(value)
    if number is None:
        return None
    seconds = number / 1e6 if number > 1e14 else number / 1e3 if number > 1e11 else number
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _points(value: object) -> int | None:
    number = _number(value)
    return None if number is None or number < 0 else round(number)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
