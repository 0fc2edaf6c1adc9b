"""Which entry of Poe's books is whose: they name the bot and the moment, and no reply."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice, takewhile

import msgspec

from poe_tui.chat.expenses import Asked, Claims, Spent


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
    by that clock, are there. `name` returns the same for all names of a bot.
    """

    def __init__(
        self,
        entries: Iterable[UsageEntry],
        ahead: timedelta,
        *,
        whole_from: datetime,
        name: Callable[[str], str] = str.casefold,
    ) -> None:
        self._ahead = ahead
        self._whole_from = whole_from
        self._name = name
        self._entries: dict[str, list[UsageEntry]] = {}
        for entry in entries:
            if entry.kind.casefold() in ("", "api"):  # not what was chatted on poe.com meanwhile
                self._entries.setdefault(name(entry.bot), []).append(entry)
        for listed in self._entries.values():
            listed.sort(key=_date)

    def possible(self, reply: Asked, claims: Claims) -> list[UsageEntry]:
        """Return the entries that could be that of `reply`, oldest first."""
        found = self._between(reply.bot, reply.earliest, reply.latest)
        return [each for each in found if not claims.bars(each.query_id, reply)]

    def cost_of(self, reply: Asked, claims: Claims) -> Spent | None:
        """Return what `reply` cost, most likely; None when its entry is not there.

        Entries carry nothing that names a reply, so it is the bot and the time that match. Of
        several it is the one that the reply has been given before, else, of those that no other
        reply has been given, the one dated nearest to the asking. One that was given before and
        does not fit any more tells that a clock was set; then None is returned, too.
        """
        possible = self.possible(reply, claims)
        if reply.query and not claims.bars(reply.query, reply):
            free = [each for each in possible if each.query_id == reply.query]
        else:
            free = [each for each in possible if not claims.taken(each.query_id, reply)]
        if not free:
            return None
        asked = reply.at + self._ahead
        nearest = min(free, key=lambda each: abs(each.created - asked))
        return Spent(nearest.points, nearest.query_id, nearest.dollars)

    def certain(self, cluster: Sequence[Asked]) -> set[str]:
        """Return the ids of those replies that have been given what is theirs for certain.

        `cluster` is closed (see `poe_tui.chat.clusters`), and oldest first: there is an entry by
        now for each of its replies that came whole. If there are no more than these, none is
        another program's, and one that only one of these replies could have is that one's. What was
        in the books before a reply was asked for is not that one's.
        """
        whole = [each for each in cluster if each.complete]
        earliest, latest = cluster[0].earliest, max(each.latest for each in cluster)
        entries = self._between(cluster[0].bot, earliest, latest)
        if self._whole_from >= earliest + self._ahead or len(entries) != len(whole):
            return set()
        dates = {each.query_id: each.created - self._ahead for each in entries if each.query_id}
        given = Counter(each.query for each in cluster)
        unsure = {each.message: each for each in whole}
        for reply in whole:
            date = dates.get(reply.query)
            if date is None or given[reply.query] > 1:
                continue
            if _is_the_only_one(reply, date, unsure.values()):
                del unsure[reply.message]
        return {each.message for each in whole} - unsure.keys()

    def _between(self, bot: str, earliest: datetime, latest: datetime) -> list[UsageEntry]:
        """Return the entries of `bot` from one moment of our clock to another, oldest first."""
        listed = self._entries.get(self._name(bot), [])
        first = bisect_left(listed, earliest + self._ahead, key=_date)
        return listed[first : bisect_right(listed, latest + self._ahead, key=_date)]


def _is_the_only_one(reply: Asked, date: datetime, replies: Iterable[Asked]) -> bool:
    """Return whether, of `replies`, the oldest first, `reply` alone can have its entry."""
    seen = reply.seen
    before = takewhile(lambda each: seen is None or each.at <= seen, replies)
    able = (each.message for each in before if each.earliest <= date <= each.latest)
    return list(islice(able, 2)) == [reply.message]


def _date(entry: UsageEntry) -> datetime:
    return entry.created
