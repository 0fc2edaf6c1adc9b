"""The points: the balance, and what each reply cost."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

import msgspec

from poe_tui.chat.expenses import Asked, Others, Spent
from poe_tui.chat.figures import Price
from poe_tui.errors import BotFailed
from poe_tui.keys import Secret
from poe_tui.poe.catalog import JsonSource

LAG: Final = timedelta(seconds=30)
"""How long after a reply its entry may be dated."""

SLACK: Final = timedelta(seconds=2)
"""How much earlier than the send it may be dated: some answers give whole seconds, and Poe's clock
is known to half a second.
"""

PAGE: Final = 20
LARGEST_PAGE: Final = 100
MOST_PAGES: Final = 20
"""Read when looking back: 2,000 queries."""


class LookUps(JsonSource, Protocol):
    """What the points need of the client: see `PoeClient`."""

    @property
    def ahead(self) -> timedelta:
        """How far Poe's clock is ahead of ours; nothing when it is not known to be."""


class UsageEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One query that was paid for."""

    bot: str
    created: datetime
    points: int
    query_id: str = ""
    """Poe's own name for it; names the place to read on from."""
    dollars: float | None = None
    """None when Poe did not say."""
    breakdown: dict[str, str] = {}
    """What the points were for, in Poe's words: `{"Input": "25 points (2882 tokens)"}`."""
    kind: str = ""
    """API, Chat or Canvas App."""


class UsagePage(msgspec.Struct, frozen=True):
    """Some entries, newest first."""

    entries: tuple[UsageEntry, ...]
    has_more: bool
    ahead: timedelta = timedelta(0)
    """How far the clock that dates the entries is ahead of ours."""

    @property
    def prices(self) -> list[Price]:
        """What was paid in both currencies, oldest first, by whatever program."""
        told = [each for each in self.entries if each.dollars is not None]
        return [Price(each.points, each.dollars or 0.0) for each in reversed(told)]

    def cost_of(self, reply: Asked, others: Others) -> Spent | None:
        """Return what `reply` cost; None when its entry is not there.

        Entries carry nothing that names a reply, so it is the bot and the time that match. The cost
        is a guess (`exact` is False) when several entries could be it, when another reply of that
        bot could be meant, and when this page ends before the time of asking is reached. Of several
        it is the one dated nearest to the asking. No entry is given to two replies.
        """
        span = _Span.of(reply, self.ahead)
        fitting = [each for each in self.entries if span.holds(each)]
        possible = [each for each in fitting if each.query_id not in others.settled]
        free = [each for each in possible if each.query_id not in others.guessed]
        if not free:
            return None
        nearest = min(free, key=lambda each: abs(each.created - span.asked))
        all_seen = not self.has_more or self.entries[-1].created < span.earliest
        alone = not any(span.meets(_Span.of(rival, self.ahead)) for rival in others.rivals)
        exact = len(possible) == 1 and all_seen and alone
        return Spent(nearest.points, exact, nearest.query_id, nearest.dollars)


class _Span(msgspec.Struct, frozen=True):
    """When a reply of a bot could have been booked, by Poe's clock."""

    bot: str
    asked: datetime
    earliest: datetime
    latest: datetime

    @classmethod
    def of(cls, reply: Asked, ahead: timedelta) -> _Span:
        asked = reply.at + ahead
        latest = asked + timedelta(seconds=reply.seconds) + LAG
        return cls(reply.bot.casefold(), asked, asked - SLACK, latest)

    def holds(self, entry: UsageEntry) -> bool:
        same = entry.bot.casefold() == self.bot
        ours = entry.kind.casefold() in ("", "api")  # not what was chatted on poe.com meanwhile
        return same and ours and self.earliest <= entry.created <= self.latest

    def meets(self, other: _Span) -> bool:
        same = self.bot == other.bot
        return same and self.earliest <= other.latest and other.earliest <= self.latest


class Usage:
    """Poe's /usage/ addresses."""

    def __init__(self, client: LookUps) -> None:
        self._client = client

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
        return UsagePage(entries, answer.get("has_more") is True, self._client.ahead)

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
        return UsagePage(tuple(entries), page.has_more, page.ahead)


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
