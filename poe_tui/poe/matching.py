"""Which entry of Poe's books is whose: they name the bot and the moment, and no reply."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from poe_tui.chat.expenses import Asked, Claims, Spent

LAG: Final = timedelta(seconds=30)
"""How long after a reply its entry may be dated."""

SLACK: Final = timedelta(seconds=2)
"""How much earlier than the send it may be dated: some answers give whole seconds, and Poe's clock
is known to half a second.
"""


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


class Matching:
    """Looks among `entries` for those of replies.

    `ahead` is how far the clock that dates them is ahead of ours; all entries since `whole_from`,
    by that clock, are there.
    """

    def __init__(
        self, entries: Iterable[UsageEntry], ahead: timedelta, *, whole_from: datetime
    ) -> None:
        self._ahead = ahead
        self._whole_from = whole_from
        self._entries: dict[str, list[UsageEntry]] = {}
        for entry in entries:
            if entry.kind.casefold() in ("", "api"):  # not what was chatted on poe.com meanwhile
                self._entries.setdefault(entry.bot.casefold(), []).append(entry)
        for listed in self._entries.values():
            listed.sort(key=_date)

    def meet(self, one: Asked, other: Asked) -> bool:
        """Return whether an entry could belong to either of two replies."""
        return self._span(one).meets(self._span(other))

    def possible(self, reply: Asked, claims: Claims) -> list[UsageEntry]:
        """Return the entries that could be that of `reply`, oldest first."""
        found = self._between(self._span(reply))
        return [each for each in found if not claims.bars(each.query_id, reply)]

    def cost_of(self, reply: Asked, claims: Claims) -> Spent | None:
        """Return what `reply` cost; None when its entry is not there.

        Entries carry nothing that names a reply, so it is the bot and the time that match. The cost
        is a guess (`exact` is False) when several entries could be it, when another reply of that
        bot could be meant, and when these entries end before the time of asking is reached. Of
        several it is the one dated nearest to the asking. No entry is given to two replies.

        A reply keeps an entry that it has been given when it was the only one, while whatever else
        comes near it can be told from it: as the entries of replies that were asked for later. It
        is a guess again when there is an entry too many, which some other program has paid for.
        """
        span, possible = self._span(reply), self.possible(reply, claims)
        own = next(
            (each for each in possible if reply.query and each.query_id == reply.query), None
        )
        if own is not None:
            undecided = self._asked_before_it_was_seen(reply, claims)
            if undecided or self._whole_from >= span.earliest:
                exact = reply.exact and not undecided
                return Spent(own.points, exact, own.query_id, own.dollars)
            if self._is_told_from_all(own, reply, claims):
                return Spent(own.points, True, own.query_id, own.dollars)
        free = [each for each in possible if not claims.taken(each.query_id, reply)]
        if not free:
            return None
        nearest = min(free, key=lambda each: abs(each.created - span.asked))
        exact = own is None and len(possible) == 1 and self._whole_from < span.earliest
        exact = exact and not any(span.meets(self._span(each)) for each in claims.rivals(reply))
        return Spent(nearest.points, exact, nearest.query_id, nearest.dollars)

    def _asked_before_it_was_seen(self, reply: Asked, claims: Claims) -> bool:
        """Return whether another reply could have the entry of `reply` as well."""
        span = self._span(reply)
        return any(
            (reply.seen is None or rival.at <= reply.seen) and span.meets(self._span(rival))
            for rival in claims.rivals(reply)
        )

    def _is_told_from_all(self, own: UsageEntry, reply: Asked, claims: Claims) -> bool:
        """Return whether all that is near `own` can be the entries of other replies, one each."""
        left = [self._span(rival) for rival in claims.rivals(reply)]
        near: list[_Span] = []
        around = self._span(reply)
        while met := [span for span in left if span.meets(around)]:
            near += met
            left = [span for span in left if not span.meets(around)]
            around = around.with_all(met)
        found = self._between(around)
        others = [each for each in found if each is not own]
        others = [each for each in others if not claims.bars(each.query_id, reply)]
        return _fit(others, near)

    def _span(self, reply: Asked) -> _Span:
        asked = reply.at + self._ahead
        latest = asked + timedelta(seconds=reply.seconds) + LAG
        return _Span(reply.bot.casefold(), asked, asked - SLACK, latest)

    def _between(self, span: _Span) -> list[UsageEntry]:
        listed = self._entries.get(span.bot, [])
        first = bisect_left(listed, span.earliest, key=_date)
        return listed[first : bisect_right(listed, span.latest, key=_date)]


class _Span(msgspec.Struct, frozen=True):
    """When a reply of a bot could have been booked, by Poe's clock."""

    bot: str
    asked: datetime
    earliest: datetime
    latest: datetime

    def meets(self, other: _Span) -> bool:
        same = self.bot == other.bot
        return same and self.earliest <= other.latest and other.earliest <= self.latest

    def with_all(self, others: Iterable[_Span]) -> _Span:
        """Return the time from the first to the last of them."""
        spans = [self, *others]
        first, last = min(s.earliest for s in spans), max(s.latest for s in spans)
        return msgspec.structs.replace(self, earliest=first, latest=last)


def _date(entry: UsageEntry) -> datetime:
    return entry.created


def _fit(entries: Sequence[UsageEntry], spans: Iterable[_Span]) -> bool:
    """Return whether each of `entries`, oldest first, can be in a span of its own."""
    coming = sorted(spans, key=lambda span: span.earliest, reverse=True)
    ends: list[datetime] = []
    for entry in entries:
        while coming and coming[-1].earliest <= entry.created:
            heapq.heappush(ends, coming.pop().latest)
        while ends and ends[0] < entry.created:
            heapq.heappop(ends)
        if not ends:
            return False
        heapq.heappop(ends)
    return True
