"""Answers as bots write them: maths, money, code, tables, reasoning, sources, letters."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poe_tui.markdown.document import Document
from poe_tui.markdown.live import LiveDocument
from poe_tui.markdown.render import render
from tests.markdown.checks import check_rows, check_same, said, shown

_FILES = sorted(Path(__file__).with_name("answers").glob("*.md"))
_ANSWERS = {path.stem: path.read_text(encoding="utf-8") for path in _FILES}


def _check_code(live: LiveDocument) -> None:
    """Assert that all code that is known is on screen: no fence is blank."""
    for block in live.blocks:
        for code in block.codes:
            rows = block.rows[code.first_row : code.last_row]
            text = "".join(span.text for row in rows for span in row.spans)
            assert "".join(code.text.split()) in "".join(text.replace("▌", "").split())


def _letters(document: Document) -> Counter[str]:
    # No digits: one at the beginning of a line waits for what may make it the number of an item.
    return Counter(filter(str.isalpha, said(document)))


@settings(max_examples=20, deadline=None)
@given(
    name=st.sampled_from(sorted(_ANSWERS)),
    width=st.integers(12, 160),
    sizes=st.lists(st.integers(5, 80), min_size=1, max_size=12),
)
def test_a_streamed_answer_loses_nothing_on_the_way(
    name: str, width: int, sizes: list[int]
) -> None:
    text = _ANSWERS[name]
    live = LiveDocument(width)
    at = 0
    for size in itertools.cycle(sizes):
        live.feed(text[at : at + size])
        live.flush()
        at += size
        _check_code(live)
        assert _letters(render(text[:at], width)) <= _letters(live)
        if at >= len(text):
            break
    live.finish()
    check_same(live, render(text, width))


@pytest.mark.parametrize("name", sorted(_ANSWERS))
@pytest.mark.parametrize("width", [30, 60, 100, 160])
def test_an_answer_fits_in_any_width(name: str, width: int) -> None:
    check_rows(render(_ANSWERS[name], width), width)


@pytest.mark.parametrize("name", ["math_deriv", "calculus", "physics"])
@pytest.mark.parametrize("width", [30, 60, 100, 160])
def test_no_formula_is_left_as_it_was_written(name: str, width: int) -> None:
    text = "\n".join(shown(render(_ANSWERS[name], width)))
    assert "\\" not in text
    assert "$" not in text.replace("$5", "")
