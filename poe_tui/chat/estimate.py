"""What a prompt will cost, before it is sent."""

from __future__ import annotations

from typing import Final, Literal, Protocol

import msgspec

from poe_tui.chat.figures import BotFigures, Figures, median_of

CHARACTERS_A_TOKEN: Final = 4.0
USUAL_ANSWER: Final = 1500.0
"""Characters; for a bot of which nothing is known yet."""

ENOUGH: Final = 3
"""Replies after which the user's own figures say more than a price list."""


class Prices(Protocol):
    """A bot's prices, in US dollars; None where Poe did not say. See `poe_tui.poe.catalog.Bot`."""

    @property
    def prompt_price(self) -> float | None:
        """For a token that is sent."""

    @property
    def completion_price(self) -> float | None:
        """For a token of the answer."""

    @property
    def request_price(self) -> float | None:
        """For a message."""


class Estimate(msgspec.Struct, frozen=True):
    """A guess at points; always shown with ≈."""

    points: int
    basis: Literal["history", "prices"]
    """From what the bot's last replies cost, or from Poe's price list."""


def estimate(
    bot: str, request_chars: int, figures: Figures, prices: Prices | None
) -> Estimate | None:
    """Return what a reply of `bot` to `request_chars` characters will cost; None when unknown.

    The characters are those of everything that is sent, history included; files are not counted.
    `prices` are None for a bot that is not listed. Prices are in dollars: before the first reply
    that Poe has told the cost of, they can't be turned into points.
    """
    own = figures.of(bot)
    paid = _paid_per_character(own)
    if len(paid) >= ENOUGH:
        return _from_history(own, paid, request_chars)
    listed = _from_prices(own, prices, request_chars, figures.points_per_dollar)
    if listed is not None:
        return listed
    return _from_history(own, paid, request_chars) if paid else None


def _paid_per_character(own: BotFigures) -> list[float]:
    """Return the points for a character, sent or received, of each reply that tells."""
    return [
        sample.points / (sample.asked + sample.answered)
        for sample in own.samples
        if sample.points is not None and sample.asked
    ]


def _from_history(own: BotFigures, paid: list[float], request_chars: int) -> Estimate:
    characters = request_chars + (own.answered or 0.0)
    return Estimate(max(0, round((median_of(paid) or 0.0) * characters)), "history")


def _from_prices(
    own: BotFigures, prices: Prices | None, request_chars: int, rate: float | None
) -> Estimate | None:
    if prices is None or rate is None:
        return None
    named = (prices.request_price, prices.prompt_price, prices.completion_price)
    if all(price is None for price in named):
        return None
    request, prompt, completion = (price or 0.0 for price in named)
    answer = own.answered or USUAL_ANSWER
    dollars = request + (prompt * request_chars + completion * answer) / CHARACTERS_A_TOKEN
    return Estimate(max(1, round(dollars * rate)), "prices")
