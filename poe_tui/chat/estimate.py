"""What a prompt will cost, before it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, Protocol

import msgspec

from poe_tui.chat.events import Turn
from poe_tui.chat.figures import BotFigures, Figures, Sample, median_of

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

    @property
    def image_price(self) -> float | None:
        """For a picture, sent or made."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """What it gives: text, image and so on."""


class Weight(msgspec.Struct, frozen=True):
    """How much a request carries, what was said before included."""

    chars: int = 0
    files: int = 0
    pictures: int = 0
    """Of `files`, those that are pictures."""

    def __add__(self, other: Weight) -> Weight:
        return Weight(
            self.chars + other.chars, self.files + other.files, self.pictures + other.pictures
        )


def weigh(turns: Iterable[Turn]) -> Weight:
    """Return how much a request of `turns` carries."""
    listed = list(turns)
    types = [each.content_type for turn in listed for each in turn.attachments]
    pictures = sum(kind.startswith("image/") for kind in types)
    return Weight(sum(len(turn.text) for turn in listed), len(types), pictures)


class Estimate(msgspec.Struct, frozen=True):
    """A guess at points; always shown with ≈."""

    points: int
    basis: Literal["history", "prices"]
    """From what the bot's last replies cost, or from Poe's price list."""
    uncounted: int = 0
    """Files that are sent along and cost something that is not in `points`."""


def estimate(bot: str, weight: Weight, figures: Figures, prices: Prices | None) -> Estimate | None:
    """Return what a reply of `bot` to a request of that `weight` will cost; None when unknown.

    `prices` are None for a bot that is not listed. Prices are in dollars: before Poe has told the
    cost of anything in both currencies, they can't be turned into points. Nobody can tell what a
    file will cost, but from what replies to files have cost before; pictures have a price with some
    bots. What is left is `uncounted`.
    """
    own, rate = figures.of(bot), figures.points_per_dollar
    known = [each for each in own.samples if each.points is not None]
    plain = [each for each in known if not each.files]
    with_files = [each for each in known if each.files]
    listed = _from_prices(own, prices, weight, rate)
    text: Estimate | None = None
    if len(plain) >= ENOUGH or (plain and listed is None):
        text = Estimate(_from_history(own, plain, weight.chars, prices), "history")
    if weight.files and len(with_files) >= ENOUGH:
        usual = round(median_of(each.points for each in with_files) or 0.0)
        return Estimate(max(usual, text.points if text else 0), "history")
    if text is None:
        return listed
    if not weight.files:
        return text
    pictures = _price_of_pictures(prices, weight, rate)
    counted = weight.pictures if pictures is not None else 0
    return Estimate(text.points + round(pictures or 0.0), "history", weight.files - counted)


def _from_history(
    own: BotFigures, samples: Sequence[Sample], chars: int, prices: Prices | None
) -> int:
    """Return the points from what the bot took for text before, by its length or a flat sum.

    It is whichever would have told the earlier costs better: painters, say, take the same for every
    prompt. A character that is sent weighs as much less than one of the answer as it is cheaper.
    """
    flat = median_of(each.points for each in samples) or 0.0
    cheaper = _cheaper(prices)
    paid = [
        (each.points or 0, each.asked * cheaper + each.answered) for each in samples if each.asked
    ]
    if not paid:
        return round(flat)
    each_char = median_of(points / chars for points, chars in paid) or 0.0
    by_length = sum(abs(points - each_char * chars) for points, chars in paid)
    if sum(abs(points - flat) for points, _ in paid) < by_length or _is_flat(prices):
        return round(flat)
    return max(0, round(each_char * (chars * cheaper + (own.answered or 0.0))))


def _cheaper(prices: Prices | None) -> float:
    """Return what a character sent costs of one that is answered; 1.0 when nobody says."""
    prompt, completion = (
        (prices.prompt_price, prices.completion_price) if prices is not None else (None, None)
    )
    return prompt / completion if prompt and completion else 1.0


def _is_flat(prices: Prices | None) -> bool:
    """Return whether Poe lists a price for a message and none for its length."""
    if prices is None or not prices.request_price:
        return False
    return not (prices.prompt_price or prices.completion_price)


def _from_prices(
    own: BotFigures, prices: Prices | None, weight: Weight, rate: float | None
) -> Estimate | None:
    if prices is None or rate is None:
        return None
    named = (prices.request_price, prices.prompt_price, prices.completion_price)
    pictures = _price_of_pictures(prices, weight, rate)
    paints = prices.image_price if "image" in prices.outputs else None
    if all(price is None for price in (*named, paints)) and not pictures:
        return None
    request, prompt, completion = (price or 0.0 for price in named)
    answer = own.answered or USUAL_ANSWER
    dollars = request + (prompt * weight.chars + completion * answer) / CHARACTERS_A_TOKEN
    dollars += paints or 0.0
    counted = weight.pictures if pictures is not None else 0
    points = max(1, round(dollars * rate + (pictures or 0.0)))
    return Estimate(points, "prices", weight.files - counted)


def _price_of_pictures(prices: Prices | None, weight: Weight, rate: float | None) -> float | None:
    """Return the points for the pictures that are sent; None when Poe lists no price for them."""
    if prices is None or prices.image_price is None or rate is None:
        return None
    return weight.pictures * prices.image_price * rate
