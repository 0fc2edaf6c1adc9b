"""Fuzzy matching."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poe_tui.fuzzy import match

BOTS = ["Claude-Sonnet-4.5", "Perplexity-Sonar", "GPT-5.1", "Gemini-3-Pro", "Reasoner", "FLUX-pro"]


def ranked(query: str) -> list[str]:
    found = [(result.score, bot) for bot in BOTS if (result := match(query, bot))]
    return [bot for _, bot in sorted(found, key=lambda pair: -pair[0])]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("sonn", "Claude-Sonnet-4.5"),
        ("sonar", "Perplexity-Sonar"),
        ("cs4", "Claude-Sonnet-4.5"),
        ("g5", "GPT-5.1"),
        ("pro flux", "FLUX-pro"),
        ("GEMINI", "Gemini-3-Pro"),
        ("reas", "Reasoner"),
    ],
)
def test_the_bot_one_means_comes_first(query: str, first: str) -> None:
    assert ranked(query)[0] == first


def test_the_start_of_a_word_beats_its_middle() -> None:
    assert ranked("son") == ["Perplexity-Sonar", "Claude-Sonnet-4.5", "Reasoner"]


def test_a_letter_that_is_missing_is_no_match() -> None:
    assert match("sonnetz", "Claude-Sonnet-4.5") is None
    assert match("sonnet gpt", "Claude-Sonnet-4.5") is None


def test_nothing_typed_fits_everything() -> None:
    assert match("", "anything") == (0.0, ())
    assert match("  ", "") == (0.0, ())


def test_a_letter_that_folds_to_two_keeps_the_offsets_true() -> None:
    found = match("b", "ßb")
    assert found is not None
    assert found.offsets == (1,)


@given(st.text(max_size=12), st.text(max_size=40))
def test_offsets_point_at_letters_of_the_query(query: str, candidate: str) -> None:
    found = match(query, candidate)
    if found is None:
        return
    assert list(found.offsets) == sorted(set(found.offsets))
    letters = set(query.casefold()) | set(query)
    assert all(
        candidate[at] in letters or candidate[at].casefold() in letters for at in found.offsets
    )


@given(st.text(alphabet="ab-", max_size=8), st.text(alphabet="ab-", max_size=20))
def test_letters_in_order_always_match(query: str, candidate: str) -> None:
    rest = iter(candidate)
    in_order = all(letter in rest for letter in query)
    assert (match(query, candidate) is not None) or not in_order


def test_a_hostile_query_costs_no_more_than_its_length() -> None:
    assert match("a" * 2_000 + "b", "a" * 4_000) is None
