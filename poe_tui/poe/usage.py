"""The points: the balance, and what each reply cost."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from poe_tui.chat.expenses import Asked, Spent
from poe_tui.errors import BotFailed
from poe_tui.keys import Secret
from poe_tui.poe.catalog import JsonSource

LAG: Final = timedelta(seconds=30)
"""How long after a reply its entry may be dated."""

SLACK: Final = timedelta(seconds=1)
"""How much earlier than the send it may be dated: some answers give whole seconds."""

PAGE: Final = 20
LARGEST_PAGE: Final = 100
MOST_PAGES: Final = 20
"""Read when looking back: 2,000 queries."""

REMEMBERED: Final = 200
"""Of how many replies it is remembered which entry was theirs."""


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


@dataclass(frozen=True, slots=True)
class _Span:
    """When a reply of a bot could have been booked."""

    bot: str
    earliest: datetime
    latest: datetime

    @classmethod
    def of(cls, bot: str, sent_at: datetime, seconds: float) -> _Span:
        latest = sent_at + timedelta(seconds=seconds) + LAG
        return cls(bot.casefold(), sent_at - SLACK, latest)

    def holds(self, entry: UsageEntry) -> bool:
        same = entry.bot.casefold() == self.bot
        ours = entry.kind.casefold() in ("", "api")  # not what was chatted on poe.com meanwhile
        return same and ours and self.earliest <= entry.created <= self.latest

    def meets(self, other: _Span) -> bool:
        same = self.bot == other.bot
        return same and self.earliest <= other.latest and other.earliest <= self.latest


class Usage:
    """Poe's /usage/ addresses."""

    def __init__(self, client: JsonSource) -> None:
        self._client = client
        self._asked: deque[_Span] = deque(maxlen=REMEMBERED)
        self._open: list[tuple[str, datetime]] = []
        self._taken: deque[str] = deque(maxlen=REMEMBERED)

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
        return UsagePage(entries, answer.get("has_more") is True)

    def sent(self, bot: str, sent_at: datetime) -> None:
        """Take notice that `bot` is being asked: from now on, an entry of it may be that reply's.

        Without it, a reply that ends while another of its bot is still coming might be given the
        other's entry for its own.
        """
        self._open.append((bot.casefold(), sent_at))

    def forget(self, bot: str, sent_at: datetime) -> None:
        """Take notice that `points_of` will not be asked about that reply."""
        if (bot.casefold(), sent_at) in self._open:
            self._open.remove((bot.casefold(), sent_at))

    async def points_of(
        self,
        bot: str,
        sent_at: datetime,
        seconds: float,
        *,
        delays: Sequence[float] = (1.0, 2.0, 4.0),
        taken: Collection[str] = (),
    ) -> Spent | None:
        """Return what a reply cost that was asked for at `sent_at` and took `seconds`.

        Poe's entries carry nothing that names a reply, so it is the bot and the time that match:
        `exact` is False as soon as two entries could be it, or another reply of that bot that was
        asked about could be meant. No entry is given to two replies, nor one of `taken`, the
        `query_id`s that other processes know to be theirs. Entries lag behind, so it looks again
        after each of `delays` seconds; None when none has appeared by then. Raises a ReplyError.
        """
        span = _Span.of(bot, sent_at, seconds)
        self.forget(bot, sent_at)
        self._asked.append(span)
        for delay in delays:
            await asyncio.sleep(delay)
            page = await self.history()
            spent = match(page, bot, sent_at, seconds, taken={*taken, *self._taken})
            if spent is None:
                continue
            self._taken.append(spent.query_id)
            exact = spent.exact and not self._has_rivals(span)
            if exact:
                self._asked.remove(span)  # it has its entry, and is no rival of a later reply
            return msgspec.structs.replace(spent, exact=exact)
        return None

    async def past_costs(
        self, asked: Sequence[Asked], taken: Collection[str] = ()
    ) -> list[Spent | None]:
        """Return what replies of the last 30 days cost, in their order; None for what is not there.

        `taken` are the `query_id`s of entries that belong to others. Reads as many pages as it
        takes, at most 20 of 100 entries. Raises a ReplyError.
        """
        if not asked:
            return []
        page = await self._back_to(min(each.at for each in asked) - SLACK)
        spans = [_Span.of(each.bot, each.at, each.seconds) for each in asked]
        used = {*taken, *self._taken}
        found: list[Spent | None] = []
        for each, span in zip(asked, spans, strict=True):
            spent = match(page, each.bot, each.at, each.seconds, taken=used)
            if spent is not None:
                used.add(spent.query_id)
                alone = sum(span.meets(other) for other in spans) == 1
                spent = msgspec.structs.replace(spent, exact=spent.exact and alone)
            found.append(spent)
        return found

    async def _back_to(self, moment: datetime) -> UsagePage:
        """Return the entries since `moment`, newest first, and a few before it."""
        entries: list[UsageEntry] = []
        for _ in range(MOST_PAGES):
            after = entries[-1].query_id if entries else ""
            page = await self.history(LARGEST_PAGE, after)
            entries += page.entries
            if not page.has_more or not page.entries or entries[-1].created < moment:
                return UsagePage(tuple(entries), page.has_more)
        return UsagePage(tuple(entries), has_more=True)

    def _has_rivals(self, span: _Span) -> bool:
        """Return whether what `span` holds could be another reply's, ended or still coming."""
        ended = sum(span.meets(other) for other in self._asked) > 1
        coming = any(bot == span.bot and sent_at <= span.latest for bot, sent_at in self._open)
        return ended or coming


def match(
    page: UsagePage, bot: str, sent_at: datetime, seconds: float, *, taken: Collection[str] = ()
) -> Spent | None:
    """Return the cost of the reply of `bot` in `page`; None when it is not there.

    Of several that fit, it is the one dated nearest to the sending, and a guess. It is a guess,
    too, when the page ends before the time of sending is reached. `taken` are the `query_id`s of
    entries that belong to other replies.
    """
    span = _Span.of(bot, sent_at, seconds)
    fitting = [entry for entry in page.entries if span.holds(entry)]
    free = [entry for entry in fitting if not entry.query_id or entry.query_id not in taken]
    if not free:
        return None
    nearest = min(free, key=lambda entry: abs(entry.created - sent_at))
    all_seen = not page.has_more or page.entries[-1].created < span.earliest
    exact = len(fitting) == 1 and all_seen
    return Spent(nearest.points, exact, nearest.query_id, nearest.dollars)


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
    return None if number is None else round(number)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
