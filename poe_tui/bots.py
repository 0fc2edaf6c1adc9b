"""The bots to choose from: Poe's list, the user's favourites and recents, and any name typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from poe_tui.fuzzy import WORST, Match, find, fold
from poe_tui.markdown.safe import plain
from poe_tui.poe.catalog import Bot
from poe_tui.poe.labels import modalities, price, tokens

#: A name longer than this is a sentence that was typed into the wrong box.
LONGEST_NAME: Final = 80

#: What a favourite, and a bot used lately, is worth beside another that fits as well.
_FAVOURITE: Final = 1.5
_RECENT: Final = 0.75

#: What a letter of the owner or a modality is worth; one of the name is worth two or more.
_BESIDE: Final = 1.5

#: And what a match that is not the beginning of a word there is worth of one in the name.
_NEARLY: Final = 0.5


class BotChoice(msgspec.Struct, frozen=True):
    """One line of the picker."""

    name: str
    """As it is sent."""
    label: str
    """As it is shown: the name as one safe line."""
    bot: Bot | None = None
    """What Poe says about it; None when Poe does not list it."""
    offsets: tuple[int, ...] = ()
    """The letters of the label that match what was typed."""
    aliases: tuple[str, ...] = ()
    """The user's short names for it."""

    @property
    def owner(self) -> str:
        """Who makes it; `not listed` for a bot that Poe does not list."""
        return "not listed" if self.bot is None else plain(self.bot.owner)

    @property
    def modalities(self) -> str:
        """What it takes and gives, in few words: `text image`, `text → image`; ? when unknown."""
        return "?" if self.bot is None else plain(modalities(self.bot))

    @property
    def context(self) -> str:
        """How much it can read, `200 K`; — when unknown."""
        return tokens(self.bot.context if self.bot else None)

    @property
    def price(self) -> str:
        """What it costs, shortly: `$2.60 · $13`, `$0.04 each`; — when unknown."""
        return "—" if self.bot is None else price(self.bot)


class _Entry(NamedTuple):
    """A choice, and what is asked of it at every key."""

    choice: BotChoice
    label: str
    """The label, folded."""
    around: tuple[str, ...]
    """Owner and modalities, folded."""
    bonus: float


class BotChoices:
    """Every bot once: favourites, then recents, then the others as Poe lists them."""

    def __init__(
        self,
        bots: Iterable[Bot],
        favourites: Sequence[str],
        recent: Sequence[str],
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        """`aliases` are short names and the bots they stand for."""
        self._aliases = {alias.casefold(): bot.casefold() for alias, bot in (aliases or {}).items()}
        listed = {bot.name.casefold(): bot for bot in bots}
        self.listed = len(listed)
        """How many Poe lists."""
        best = {name.casefold() for name in favourites}
        used = {name.casefold() for name in recent}
        self._entries: dict[str, _Entry] = {}
        named = (*favourites, *recent, *(aliases or {}).values())
        for name in (*named, *(bot.name for bot in listed.values())):
            key = name.casefold()
            bot = listed.get(key)
            known = bot.name if bot else name
            if key not in self._entries and (label := plain(known)):
                bonus = _FAVOURITE * (key in best) + _RECENT * (key in used)
                short = tuple(
                    alias for alias in aliases or {} if self._aliases[alias.casefold()] == key
                )
                choice = BotChoice(known, label, bot, aliases=short)
                self._entries[key] = _Entry(choice, fold(label), _around(bot), bonus)
        self._narrowed: tuple[list[str], list[_Entry]] = ([], list(self._entries.values()))

    def find(self, query: str, *, free: bool = True) -> list[BotChoice]:
        """Return the bots that fit, the best first; all of them when nothing is typed.

        Each word typed must fit the name, the owner or a modality. The bot of an alias comes
        before all. With `free`, a name that nobody has is the last choice: private and community
        bots are not in Poe's list.
        """
        words = query.split()
        if not words:
            return [entry.choice for entry in self._entries.values()]
        found = self._fitting([fold(word) for word in words])
        typed = " ".join(words)
        key = typed.casefold()
        meant = self._entries.get(self._aliases.get(key, ""))
        if meant is not None:
            first = meant.choice
            return [first, *(choice for choice in found if choice.name != first.name)]
        if free and key not in self._entries and 0 < len(plain(typed)) <= LONGEST_NAME:
            label = plain(typed)
            found.append(BotChoice(typed, label, None, tuple(range(len(label)))))
        return found

    def _fitting(self, words: list[str]) -> list[BotChoice]:
        """Return those that fit the folded words, without what fits far worse than the best."""
        before, entries = self._narrowed
        if not _goes_on(before, words):
            entries = list(self._entries.values())
        scored = [(fit, entry) for entry in entries if (fit := _fit(words, entry)) is not None]
        self._narrowed = (words, [entry for _, entry in scored])
        scored.sort(key=lambda pair: -pair[0].score)
        floor = scored[0][0].score * WORST if scored else 0.0
        return [
            msgspec.structs.replace(entry.choice, offsets=fit.offsets)
            for fit, entry in scored
            if fit.score >= floor
        ]


def _goes_on(before: list[str], words: list[str]) -> bool:
    """Return whether what fits `words` is among what fits `before`: there is only more typed."""
    longer = zip(before, words, strict=False)
    return len(before) <= len(words) and all(new.startswith(old) for old, new in longer)


def _fit(words: list[str], entry: _Entry) -> Match | None:
    score = entry.bonus
    offsets: set[int] = set()
    for word in words:
        named = find(word, entry.label)
        beside = _beside(word, entry.around, nearly=named is None)
        if named is not None and named.score >= beside:
            score += named.score
            offsets.update(named.offsets)
        elif beside:
            score += beside
        else:
            return None
    return Match(score, tuple(sorted(offsets)))


def _around(bot: Bot | None) -> tuple[str, ...]:
    """Return what stands beside the name, folded: the owner and the modalities."""
    if bot is None:
        return ()
    return tuple(fold(each) for each in (bot.owner, *bot.inputs, *bot.outputs) if each)


def _beside(word: str, around: tuple[str, ...], *, nearly: bool) -> float:
    """Return what a word is worth that begins one of the owner or is a modality; 0 for none.

    `nearly` says that its letters with gaps between are enough.
    """
    begun = " " + word
    if any(begun in " " + each for each in around):
        return _BESIDE * len(word)
    if not nearly:
        return 0.0
    fits = (found.score for each in around if (found := find(word, each)) is not None)
    return max(fits, default=0.0) * _NEARLY
