"""Own figures of bots, and what they say about the next prompt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poe_tui.chat.estimate import Estimate, Weight, estimate, weigh
from poe_tui.chat.events import Turn
from poe_tui.chat.figures import KEPT, BotFigures, Figures, Sample, sample_of
from poe_tui.chat.message import Attachment, Failure, Message
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
    assert estimate("Norm", Weight(1000), Figures(), None) is None
    assert (
        estimate("Norm", Weight(1000), figures(paid(1, None), rate=True), Bot(name="Norm")) is None
    )


def test_a_price_in_dollars_is_no_estimate_before_anything_was_paid() -> None:
    assert estimate("Norm", Weight(1000), Figures(), LISTED) is None


def test_a_listed_price_is_turned_into_points_by_what_was_paid_before() -> None:
    expected = estimate("Norm", Weight(4000), figures(rate=True), LISTED)
    # 1,000 tokens in, 375 tokens (1,500 characters) out: 0.0025 dollars, at 30,000 points each.
    assert expected == Estimate(75, "prices")


def test_a_price_for_each_message_is_an_estimate() -> None:
    painter = Bot(name="Painter", request_price=0.02)
    assert estimate("Painter", Weight(9), figures(rate=True), painter) == Estimate(600, "prices")


def test_three_replies_say_more_than_a_price() -> None:
    samples = [paid(n, points) for n, points in enumerate((10, 20, 30))]
    two = estimate("norm", Weight(600), figures(*samples[:2], rate=True), LISTED)
    three = estimate("norm", Weight(600), figures(*samples, rate=True), LISTED)
    assert two is not None
    assert two.basis == "prices"
    assert three == Estimate(20, "history")


def test_a_bot_that_takes_a_flat_sum_is_known_by_it() -> None:
    painted = [paid(n, 600, asked=asked, answered=9) for n, asked in enumerate((20, 90, 400))]
    assert estimate("Norm", Weight(5_000), figures(*painted), None) == Estimate(600, "history")
    alike = figures(*(paid(n, 600, asked=20, answered=9) for n in range(3)), rate=True)
    painter = Bot(name="Norm", request_price=0.02)
    assert estimate("Norm", Weight(5_000), alike, painter) == Estimate(600, "history")


def test_a_character_that_is_sent_weighs_as_little_as_it_costs() -> None:
    """A long prompt is not as dear as a long answer where Poe lists the one as cheaper."""
    paid_by_list = [
        paid(n, (asked + 4 * 400) // 100, asked=asked) for n, asked in enumerate((100, 600, 900))
    ]
    expected = estimate("Norm", Weight(10_000), figures(*paid_by_list), LISTED)
    assert expected == Estimate((10_000 + 4 * 400) // 100, "history")


@given(
    st.lists(st.tuples(st.integers(50, 5_000), st.integers(50, 5_000)), min_size=4, max_size=20),
    st.integers(50, 50_000),
)
def test_the_more_is_known_the_better_it_gets(replies: list[tuple[int, int]], asked: int) -> None:
    """A bot whose real price differs from the listed one is learned from what it took."""

    def real(asked: int, answered: int) -> int:
        return round(3 * (asked + 4 * answered) / 400)

    samples = [
        paid(n, real(asked, answered), asked=asked, answered=answered)
        for n, (asked, answered) in enumerate(replies)
    ]
    known = figures(*samples, rate=True)
    usual = int(known.of("Norm").answered or 0)
    expected = estimate("Norm", Weight(asked), known, LISTED)
    listed = estimate("Norm", Weight(asked), figures(rate=True), LISTED)
    assert expected is not None
    assert listed is not None
    truth = real(asked, usual)
    assert abs(expected.points - truth) <= max(3, truth // 20)
    assert abs(expected.points - truth) <= max(3, abs(listed.points - truth))


def test_files_are_said_to_be_uncounted_until_replies_to_files_were_paid() -> None:
    text = [paid(n, 10) for n in range(3)]
    weight = Weight(600, files=2, pictures=1)
    assert estimate("Norm", weight, figures(*text), None) == Estimate(10, "history", uncounted=2)
    read = [msgspec.structs.replace(paid(n, 900), files=1) for n in range(3, 6)]
    assert estimate("Norm", weight, figures(*text, *read), None) == Estimate(900, "history")
    assert estimate("Norm", Weight(600), figures(*text, *read), None) == Estimate(10, "history")
    assert estimate("Norm", weight, figures(rate=True), LISTED) == Estimate(
        50, "prices", uncounted=2
    )


def test_pictures_cost_what_the_list_says_of_them() -> None:
    sees = Bot(name="Norm", prompt_price=0.000001, image_price=0.001)
    weight = Weight(4_000, files=3, pictures=2)
    assert estimate("Norm", weight, figures(rate=True), sees) == Estimate(90, "prices", uncounted=1)
    text = [paid(n, 10) for n in range(3)]
    known = figures(*text, rate=True)
    expected = estimate("Norm", Weight(600, files=1, pictures=1), known, sees)
    assert expected == Estimate(40, "history")
    paints = Bot(name="Norm", image_price=0.02, outputs=("image",))
    assert estimate("Norm", Weight(9), figures(rate=True), paints) == Estimate(600, "prices")


def test_a_request_weighs_all_that_is_sent() -> None:
    picture = Attachment(name="a.png", content_type="image/png")
    turns = [
        Turn(role="user", text="hello", attachments=(picture, Attachment(name="b.pdf"))),
        Turn(role="bot", text="yes"),
        Turn(role="user", text="", attachments=(picture,)),
    ]
    assert weigh(turns) == Weight(8, files=3, pictures=2)
    assert weigh(turns) + Weight(1) == Weight(9, 3, 2)


def test_one_reply_is_better_than_nothing() -> None:
    assert estimate("Norm", Weight(1600), figures(paid(1, 10)), None) == Estimate(20, "history")


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 10**6))),
    st.integers(0, 10**7),
)
def test_an_estimate_is_never_negative_and_rises_with_the_request(
    replies: list[tuple[int, int, int]], asked: int
) -> None:
    known = figures(*(paid(n, *reply) for n, reply in enumerate(replies)), rate=True)
    smaller, larger = (
        estimate("Norm", Weight(chars), known, LISTED) for chars in (asked, asked + 10_000)
    )
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


def test_how_long_files_went_up_says_nothing_of_the_bots_speed() -> None:
    waited = reply("x" * 300, 65.0, 2.0, "complete")
    waited.waited = 60.0
    assert sample_of(waited, asked=10).speed == 100.0


def test_what_came_all_at_once_or_not_at_all_has_no_speed() -> None:
    assert sample_of(reply("x" * 300, 2.0, 2.0, "complete"), asked=None).speed is None
    failed = sample_of(reply("", 2.0, None, "failed"), asked=None)
    assert (failed.speed, failed.first_text, failed.failed) == (None, None, True)
