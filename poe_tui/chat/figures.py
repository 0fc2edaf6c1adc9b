"""A user's own figures of each bot: how fast it is, what it costs, how often it fails."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from poe_tui.chat.message import Message

KEPT: Final = 50
"""Replies that are remembered of each bot, and prices of all bots together."""

_SHORTEST: Final = 0.05
"""Seconds of text below which a speed says more about the clock than about the bot."""


class Sample(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reply, in numbers."""

    message: str
    """The reply's id; made so that it sorts by time."""
    asked: int | None = None
    """Characters of all that was sent; None when it is not known any more."""
    answered: int = 0
    """Characters of the answer."""
    first_text: float | None = None
    """Seconds; None when no text came."""
    speed: float | None = None
    """Characters per second once text came; None when there was too little to tell."""
    points: int | None = None
    files: int = 0
    """Files that were sent along, with this prompt or earlier ones."""
    failed: bool = False
    """It did not come, or not whole, and not because it was stopped."""


class BotFigures(msgspec.Struct):
    """The last replies of one bot, at most 50, oldest first."""

    samples: list[Sample] = msgspec.field(default_factory=list)

    def add(self, sample: Sample) -> None:
        """Take in `sample`, in place of an earlier one of the same reply."""
        kept = [each for each in self.samples if each.message != sample.message]
        self.samples = sorted([*kept, sample], key=lambda each: each.message)[-KEPT:]

    @property
    def replies(self) -> int:
        """How many replies the other figures are from."""
        return len(self.samples)

    @property
    def failures(self) -> int:
        """How many of `replies` failed or were cut off."""
        return sum(sample.failed for sample in self.samples)

    @property
    def first_text(self) -> float | None:
        """The median of the seconds to the first text."""
        return median_of(sample.first_text for sample in self.samples)

    @property
    def speed(self) -> float | None:
        """The median of the characters per second."""
        return median_of(sample.speed for sample in self.samples)

    @property
    def points(self) -> float | None:
        """The median of the points of a reply."""
        return median_of(sample.points for sample in self.samples)

    @property
    def answered(self) -> float | None:
        """The median of the characters of an answer that came whole."""
        return median_of(s.answered for s in self.samples if s.answered and not s.failed)


class Price(msgspec.Struct, frozen=True):
    """What Poe took for one query, in both of its currencies."""

    points: int
    dollars: float


class Figures(msgspec.Struct):
    """All bots' figures."""

    bots: dict[str, BotFigures] = msgspec.field(default_factory=dict)
    """By casefolded name."""
    prices: list[Price] = msgspec.field(default_factory=list)
    """The last ones, oldest first, at most 50."""

    def of(self, bot: str) -> BotFigures:
        """Return the figures of `bot`; empty ones when it has never answered."""
        return self.bots.get(bot.casefold()) or BotFigures()

    def add(self, bot: str, sample: Sample) -> None:
        """Take in one reply of `bot`."""
        self.bots.setdefault(bot.casefold(), BotFigures()).add(sample)

    def add_price(self, points: int, dollars: float) -> None:
        """Take in what a query cost in both currencies; nothing is learned from a free one."""
        if points > 0 and dollars > 0:
            self.prices = [*self.prices, Price(points, dollars)][-KEPT:]

    @property
    def points_per_dollar(self) -> float | None:
        """What a US dollar of Poe's prices is in points, from what was paid; None: unknown."""
        dollars = sum(price.dollars for price in self.prices)
        return sum(price.points for price in self.prices) / dollars if dollars else None


def sample_of(message: Message, asked: int | None, files: int = 0) -> Sample:
    """Return the numbers of the reply `message`, for which so much was sent."""
    speed = None
    if message.writing is not None and message.writing >= _SHORTEST and message.text:
        speed = len(message.text) / message.writing
    return Sample(
        message=message.id,
        asked=asked,
        answered=len(message.text),
        first_text=message.first_text,
        speed=speed,
        points=message.points,
        files=files,
        failed=message.status in ("failed", "truncated"),
    )


def median_of(values: Iterable[float | None]) -> float | None:
    """Return the median of what is known; None when nothing is."""
    from statistics import median

    known = [value for value in values if value is not None]
    return median(known) if known else None
