"""Own figures of bots, and what they say about the next prompt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poe_tui.chat.estimate import Estimate, estimate
from poe_tui.chat.figures import KEPT, BotFigures, Figures, Sample, sample_of
from poe_tui.chat.message import Failure, Message
from poe_tui.poe.catalog import Bot

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LISTED = Bot(name="Norm", prompt_price=0.000001, completion_price=0.000004)


def paid(number: int, points: int | None, asked: int = 600, answered: int = 400) -> Sample:
    return Sample(message=f"m{number:04}", asked=asked, answered=answered, points=points)


def figures(*samples: Sample, rate: bool = False) -> Figures:
    made = Figures()
    for sample in samples:
        made.add("Norm", sample)
    if rate:
        made.add_price(300, 0.01)
    return made


def test_nothing_known_is_no_estimate() -> None:
    assert estimate("Norm", 1000, Figures(), None) is None
    assert estimate("Norm", 1000, figures(paid(1, None), rate=True), Bot(name="Norm")) is None


def test_a_price_in_dollars_is_no_estimate_before_anything_was_paid() -> None:
    assert estimate("Norm", 1000, Figures(), LISTED) is None


def test_a_listed_price_is_turned_into_points_by_what_was_paid_before() -> None:
    expected = estimate("Norm", 4000, figures(rate=True), LISTED)
    # 1,000 tokens in, 375 tokens (1,500 characters) out: 0.0025 dollars, at 30,000 points each.
    assert expected == Estimate(75, "prices")


def test_a_price_for_each_message_is_an_estimate() -> None:
    painter = Bot(name="Painter", request_price=0.02)
    assert estimate("Painter", 9, figures(rate=True), painter) == Estimate(600, "prices")


def test_three_replies_say_more_than_a_price() -> None:
    samples = [paid(n, points) for n, points in enumerate((10, 20, 30))]
    two = estimate("norm", 600, figures(*samples[:2], rate=True), LISTED)
    three = estimate("norm", 600, figures(*samples, rate=True), LISTED)
    assert two is not None
    assert two.basis == "prices"
    assert three == Estimate(20, "history")


def test_one_reply_is_better_than_nothing() -> None:
    assert estimate("Norm", 1600, figures(paid(1, 10)), None) == Estimate(20, "history")


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 10**6))),
    st.integers(0, 10**7),
)
def test_an_estimate_is_never_negative_and_rises_with_the_request(
    replies: list[tuple[int, int, int]], asked: int
) -> None:
    known = figures(*(paid(n, *reply) for n, reply in enumerate(replies)), rate=True)
    smaller, larger = (estimate("Norm", chars, known, LISTED) for chars in (asked, asked + 10_000))
    assert smaller is not None
    assert larger is not None
    assert 0 <= smaller.points <= larger.points


def test_figures_are_medians_of_the_last_replies() -> None:
    own = BotFigures()
    for n in range(KEPT + 10):
        own.add(Sample(message=f"m{n:04}", first_text=n / 10, speed=n, failed=n % 2 == 0))
    assert own.replies == KEPT
    assert own.failures == KEPT // 2
    assert own.first_text == pytest.approx(3.45)
    assert own.speed == 34.5
    assert own.points is None
    assert own.answered is None


def test_a_reply_counts_once() -> None:
    own = figures(paid(1, None), paid(1, 12)).of("NORM")
    assert (own.replies, own.points) == (1, 12)


def test_a_free_reply_teaches_no_price() -> None:
    made = Figures()
    made.add_price(0, 0.0)
    made.add_price(5, 0.0)
    assert made.points_per_dollar is None


def reply(text: str, seconds: float, first_text: float | None, status: str) -> Message:
    message = Message(role="bot", bot="Norm", text=text, created=START, first_text=first_text)
    message.finished = START + timedelta(seconds=seconds)
    if status == "failed":
        message.status = "failed"
        message.error = Failure(kind="bot_failed", title="The bot failed")
    return message


def test_the_speed_is_that_of_the_text_without_the_wait_for_it() -> None:
    sample = sample_of(reply("x" * 300, 5.0, 2.0, "complete"), asked=10)
    assert (sample.speed, sample.first_text, sample.failed) == (100.0, 2.0, False)


def test_what_came_all_at_once_or_not_at_all_has_no_speed() -> None:
    assert sample_of(reply("x" * 300, 2.0, 2.0, "complete"), asked=None).speed is None
    failed = sample_of(reply("", 2.0, None, "failed"), asked=None)
    assert (failed.speed, failed.first_text, failed.failed) == (None, None, True)
