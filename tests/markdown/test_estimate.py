"""Heights guessed before anything is rendered: near enough for a scroll bar that stays put."""

from __future__ import annotations

import random

import pytest

from poe_tui.markdown.estimate import rows_of, rows_per_character, shape_of
from poe_tui.markdown.render import render
from tests.benchmarks.texts import answer_text
from tests.markdown import corpus


@pytest.mark.parametrize("width", [40, 62, 80, 110])
def test_answers_are_guessed_within_a_tenth_and_odd_ones_within_a_fifth(width: int) -> None:
    chance = random.Random(5)
    usual = [answer_text(chance, 600) for _ in range(60)]
    odd = [corpus.answer(random.Random(seed), 6) for seed in range(40)]
    for texts, near in ((usual, 0.1), (odd, 0.2)):
        guessed = sum(rows_of(map(shape_of, texts), width))
        exact = sum(render(text, width).height for text in texts)
        assert abs(guessed / exact - 1) < near


def test_what_is_guessed_by_length_alone_comes_from_texts_like_it() -> None:
    chance = random.Random(6)
    sample, texts = ([answer_text(chance, 600) for _ in range(80)] for _ in range(2))
    each = rows_per_character([len(text) for text in sample], rows_of(map(shape_of, sample), 80))
    guessed = sum(1 + int(len(text) * each) for text in texts)
    exact = sum(render(text, 80).height for text in texts)
    assert abs(guessed / exact - 1) < 0.1
    assert rows_per_character([0], [1]) == 0


@pytest.mark.parametrize("width", [40, 80])
def test_prompts_are_guessed_as_they_are_shown(width: int) -> None:
    text = "one\ntwo\n\nthree " + "word " * 100
    exact = render(text, width, plain=True).height
    assert abs(rows_of([shape_of(text, plain=True)], width)[0] - exact) <= 1


def test_reasoning_counts_as_the_one_row_it_is_folded_to() -> None:
    thoughts = "*Thinking...*\n\n" + "> a thought\n" * 50 + "\nThe answer."
    assert rows_of([shape_of(thoughts)], 80)[0] <= 4


def test_no_text_has_no_height_and_no_width_is_too_small() -> None:
    assert rows_of([shape_of("")], 80) == [0]
    assert rows_of([shape_of("word")], 1)[0] >= 1
