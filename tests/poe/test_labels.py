"""What is said of a bot in few cells."""

from __future__ import annotations

import pytest

from poe_tui.chat.figures import BotFigures, Sample
from poe_tui.poe.catalog import Bot
from poe_tui.poe.labels import dollars, kinds, modalities, price, price_in_words, tokens, yours


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (None, "—"),
        (512, "512"),
        (8_192, "8 K"),
        (200_000, "200 K"),
        (1_048_576, "1 M"),
        (1_500_000, "1.5 M"),
    ],
)
def test_tokens_are_short(count: int | None, shown: str) -> None:
    assert tokens(count) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "$0"),
        (13, "$13"),
        (1234.5, "$1,234"),
        (2.6, "$2.60"),
        (0.04, "$0.04"),
        (0.0075, "$0.0075"),
        (2.1e-7, "$2e-07"),
    ],
)
def test_dollars_have_the_digits_that_matter(amount: float, shown: str) -> None:
    assert dollars(amount) == shown


def test_modalities_are_said_in_words() -> None:
    assert kinds(("text",)) == "text"
    assert kinds(("text", "image")) == "text and images"
    assert kinds(("text", "image", "audio")) == "text, images and audio"
    assert kinds(()) == ""


@pytest.mark.parametrize(
    ("bot", "short", "long"),
    [
        (Bot(name="a"), "—", ""),
        (Bot(name="a", request_price=0.04), "$0.04 each", "$0.04 per message"),
        (
            Bot(name="a", prompt_price=2.6e-6, completion_price=1.3e-5),
            "$2.60 · $13",
            "$2.60 per million tokens in, $13 per million out",
        ),
        (Bot(name="a", prompt_price=2.6e-6), "$2.60", "$2.60 per million tokens in"),
    ],
)
def test_a_price_is_what_poe_says_or_nothing(bot: Bot, short: str, long: str) -> None:
    assert (price(bot), price_in_words(bot)) == (short, long)


def test_what_a_bot_gives_is_said_when_it_is_not_text() -> None:
    assert modalities(Bot(name="a", inputs=("text", "image"))) == "text image"
    assert modalities(Bot(name="a", outputs=("image",))) == "text → image"


def test_own_figures_leave_out_what_is_unknown() -> None:
    figures = BotFigures()
    assert yours(figures) == ""
    figures.add(Sample(message="1", failed=True))
    assert yours(figures) == "1 of 1 failed"
    figures.add(Sample(message="2", first_text=0.9, speed=344.0, points=312))
    assert yours(figures) == "first text 0.9 s · 344 chars/s · 312 pts a reply · 1 of 2 failed"
