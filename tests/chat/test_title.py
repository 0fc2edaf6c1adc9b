"""Titles made from prompts."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poe_tui.chat.title import TITLE_CELLS, title_from


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("Why does Rust need no collector?", "Why does Rust need no collector?"),
        ("# Trip to **Lisbon**\n\nThree days.", "Trip to Lisbon"),
        ("---\n> - [ ] see [the docs](https://example.org 'x') now", "see the docs now"),
        ("```python\nprint(1)\n```", "print(1)"),
        ("First sentence. Second sentence.", "First sentence."),
        ("What is e.g. a monad? Tell me", "What is e.g. a monad?"),
        ("snake_case_name and *this* and _that_", "snake_case_name and this and that"),
        ("\x1b[31mred\x1b[0m\x07 \u202etext\u200b", "red text"),
        ("1. one\n2. two", "one"),
        ("日本語の質問。二つ目", "日本語の質問。"),
        ("   \n\t\n", ""),
        ("```\n---\n***", ""),
        ("", ""),
    ],
)
def test_the_first_sentence_becomes_the_title(prompt: str, title: str) -> None:
    assert title_from(prompt) == title


def test_a_long_sentence_is_cut_at_a_word() -> None:
    title = title_from("Please explain the difference between processes and threads in detail")
    assert title == "Please explain the difference between processes…"


def test_one_long_word_is_cut_inside() -> None:
    assert title_from("a" * 60) == "a" * (TITLE_CELLS - 1) + "…"


@given(st.text(max_size=300))
def test_no_title_is_wide_or_holds_a_control_character(prompt: str) -> None:
    title = title_from(prompt)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in title)
    combining = sum(unicodedata.category(char) in ("Mn", "Me", "Cf") for char in title)
    assert len(title) + wide - combining <= TITLE_CELLS + wide
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in title)
    assert title == title.strip()
