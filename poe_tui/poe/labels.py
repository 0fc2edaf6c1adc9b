"""What is said of a bot in few cells: the picker and `poe-tui bots` say the same."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from poe_tui.chat.figures import BotFigures
from poe_tui.poe.catalog import Bot

_PLURALS: Final = {"image": "images", "file": "files", "video": "videos"}


def tokens(count: int | None) -> str:
    """Return a number of tokens in few cells: 8,192 → `8 K`, 1,048,576 → `1 M`; — for None."""
    if count is None:
        return "—"
    if count < 1_000:
        return str(count)
    if count < 999_500:
        return f"{count / 1_000:.0f} K"
    return f"{count / 1_000_000:.1f}".removesuffix(".0") + " M"


def dollars(amount: float) -> str:
    """Return US dollars with two digits that matter: `$13`, `$2.60`, `$0.0075`, `$0`."""
    if amount == 0:
        return "$0"
    if amount >= 10:
        return f"${amount:,.0f}"
    if amount >= 0.1:
        return f"${amount:.2f}"
    return f"${amount:.2g}" if amount >= 1e-4 else f"${amount:.0e}"


def kinds(names: Collection[str]) -> str:
    """Return modalities as words: `text and images`, `text, images and audio`."""
    words = [_PLURALS.get(name, name) for name in names]
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def modalities(bot: Bot) -> str:
    """Return what it takes and gives, in few words: `text image`, `text → image`."""
    takes, gives = " ".join(bot.inputs), " ".join(bot.outputs)
    return takes if gives == "text" else f"{takes} → {gives}"


def price(bot: Bot) -> str:
    """Return what it costs in a million tokens in and out, or a message; — when unknown.

    `$2.60 · $13`, `$0.04 each`.
    """
    if bot.request_price is not None and not bot.prompt_price:
        return f"{dollars(bot.request_price)} each"
    prices = [each for each in (bot.prompt_price, bot.completion_price) if each is not None]
    return " · ".join(dollars(each * 1e6) for each in prices) or "—"


def price_in_words(bot: Bot) -> str:
    """Return what it costs and for what; empty when unknown."""
    said = [
        f"{dollars(each * scale)} {unit}"
        for each, scale, unit in (
            (bot.prompt_price, 1e6, "per million tokens in"),
            (bot.completion_price, 1e6, "per million out"),
            (bot.request_price, 1, "per message"),
        )
        if each is not None
    ]
    return ", ".join(said)


def yours(figures: BotFigures) -> str:
    """Return the user's own figures of a bot; empty before its first reply.

    `first text 0.9 s · 344 chars/s · 312 pts a reply · 0 of 41 failed`: medians of the last 50;
    what is unknown is left out.
    """
    if not figures.replies:
        return ""
    first, speed, points = figures.first_text, figures.speed, figures.points
    said = [
        "" if first is None else f"first text {first:.1f} s",
        "" if speed is None else f"{speed:,.0f} chars/s",
        "" if points is None else f"{points:,.0f} pts a reply",
        f"{figures.failures} of {figures.replies} failed",
    ]
    return " · ".join(filter(None, said))
