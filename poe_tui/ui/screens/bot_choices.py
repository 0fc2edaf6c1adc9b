"""The bots to choose from: Poe's list, the user's favourites and recents, and any name typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from poe_tui.markdown.safe import plain
from poe_tui.poe.catalog import Bot
from poe_tui.poe.labels import modalities, price, tokens
from poe_tui.ui.fuzzy import WORST, match

#: A name longer than this is a sentence that was typed into the wrong box.
LONGEST_NAME: Final = 80

#: What a favourite, and a bot used lately, is worth beside another that fits as well.
_FAVOURITE: Final = 1.5
_RECENT: Final = 0.75


@dataclass(frozen=True, slots=True)
class BotChoice:
    """One line of the picker."""

    name: str
    """As it is sent."""
    label: str
    """As it is shown: the name as one safe line."""
    bot: Bot | None = None
    """What Poe says about it; None when Poe does not list it."""
    offsets: tuple[int, ...] = ()
    """The letters of the label that match what was typed."""

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
        self._favourites = {name.casefold() for name in favourites}
        self._recent = {name.casefold() for name in recent}
        self._choices: dict[str, BotChoice] = {}
        named = (*favourites, *recent, *(aliases or {}).values())
        for name in (*named, *(bot.name for bot in listed.values())):
            key = name.casefold()
            bot = listed.get(key)
            known = bot.name if bot else name
            if key not in self._choices and plain(known):
                self._choices[key] = BotChoice(known, plain(known), bot)

    def find(self, query: str, *, free: bool = True) -> list[BotChoice]:
        """Return the bots that fit, the best first; all of them when nothing is typed.

        Each word typed must fit the name, the owner or a modality. The bot of an alias comes
        before all. With `free`, a name that nobody has is the last choice: private and community
        bots are not in Poe's list.
        """
        words = query.split()
        if not words:
            return list(self._choices.values())
        scored = [
            fit
            for choice in self._choices.values()
            if (fit := self._fit(words, choice)) is not None
        ]
        scored.sort(key=lambda fit: -fit[0])
        floor = scored[0][0] * WORST if scored else 0.0
        found = [choice for score, choice in scored if score >= floor]
        typed = " ".join(words)
        meant = self._choices.get(self._aliases.get(typed.casefold(), ""))
        if meant is not None:
            return [meant, *(choice for choice in found if choice.name != meant.name)]
        if free and typed.casefold() not in self._choices and 0 < len(plain(typed)) <= LONGEST_NAME:
            label = plain(typed)
            found.append(BotChoice(typed, label, None, tuple(range(len(label)))))
        return found

    def _fit(self, words: list[str], choice: BotChoice) -> tuple[float, BotChoice] | None:
        score = 0.0
        offsets: set[int] = set()
        for word in words:
            named = match(word, choice.label)
            around = _around(word.casefold(), choice)
            if named is None and not around:
                return None
            if named is not None and named.score >= around:
                score += named.score
                offsets.update(named.offsets)
            else:
                score += around
        key = choice.name.casefold()
        score += _FAVOURITE * (key in self._favourites) + _RECENT * (key in self._recent)
        return score, BotChoice(choice.name, choice.label, choice.bot, tuple(sorted(offsets)))


def _around(word: str, choice: BotChoice) -> float:
    """Return how well a word fits what stands beside the name: the owner, a modality; 0 for not."""
    if choice.bot is None:
        return 0.0
    kinds = (*choice.bot.inputs, *choice.bot.outputs)
    if any(kind.startswith(word) for kind in kinds) or choice.bot.owner.casefold().startswith(word):
        return 1.5 * len(word)
    return 0.0
