"""The heights of a long column, held against a plain list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poe_tui.ui.transcript.layout import Heights

ROWS = st.integers(0, 9)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), ROWS, ROWS),
        st.tuples(st.just("set"), st.integers(0, 99), ROWS),
        st.tuples(st.just("truncate"), st.integers(0, 99), ROWS),
    ),
    max_size=40,
)


def naive_at(heights: list[int], row: int) -> tuple[int, int]:
    rest = max(0, row)
    for index, height in enumerate(heights):
        if rest < height:
            return index, rest
        rest -= height
    last = max((index for index, height in enumerate(heights) if height), default=0)
    return last, max(0, heights[last] - 1)


@given(st.lists(ROWS, max_size=40), STEPS)
def test_heights_agree_with_a_plain_list_after_any_changes(
    first: list[int], steps: list[tuple[str, int, int]]
) -> None:
    plain, heights = list(first), Heights(first)
    for what, index, rows in steps:
        if what == "append":
            plain.append(rows)
            heights.append(rows)
        elif what == "truncate":
            del plain[index:]
            heights.truncate(index)
        elif index < len(plain):
            grown = rows - plain[index]
            plain[index] = rows
            assert heights.set(index, rows) == grown
    assert len(heights) == len(plain)
    assert heights.total == sum(plain)
    assert [heights.start(i) for i in range(len(plain) + 1)] == [
        sum(plain[:i]) for i in range(len(plain) + 1)
    ]
    if plain:
        assert [heights.at(y) for y in range(-1, sum(plain) + 3)] == [
            naive_at(plain, y) for y in range(-1, sum(plain) + 3)
        ]


def test_an_empty_column_has_no_entry_at_any_row() -> None:
    with pytest.raises(IndexError):
        Heights().at(0)


def test_a_negative_height_is_refused() -> None:
    heights = Heights([3])
    with pytest.raises(ValueError, match="negative"):
        heights.set(0, -1)
    with pytest.raises(ValueError, match="negative"):
        heights.append(-1)
    with pytest.raises(ValueError, match="negative"):
        Heights([2, -2])


def test_a_hundred_thousand_entries_change_and_are_found_in_few_steps() -> None:
    heights = Heights([7] * 100_000)
    heights.set(50_000, 9)
    assert heights.at(heights.start(99_999) + 3) == (99_999, 3)
    assert heights.total == 700_002
