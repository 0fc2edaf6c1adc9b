"""The figures of the usage screen: totals, bars, and what is said of what is not known."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from poe_tui.chat.expenses import Expense
from poe_tui.ui.bars import Bar, across, day_columns, named_bars
from poe_tui.ui.screens.usage import MOST, usage_lines

TODAY = date(2026, 3, 4)


def expense(points: int | None, *, back: int = 0, **more: object) -> Expense:
    """Return a reply at noon, `back` days ago."""
    at = datetime(2026, 3, 4, 12, tzinfo=UTC) - timedelta(days=back)
    given = {"message": f"{back}-{points}", "conversation": "c", "bot": "Echo", "exact": True}
    return Expense(**{**given, **more}, at=at, points=points)  # type: ignore[arg-type]


def shown(expenses: list[Expense], *, width: int = 90) -> str:
    """Return the whole screen as text."""
    titles = {"c": "Borrow checker"}
    lines = usage_lines(expenses, titles=titles, today=TODAY, left=12_345, width=width)
    assert all(line.cell_length <= width for line in lines)
    return "\n".join(line.plain for line in lines)


def test_totals_are_of_today_the_week_and_the_month() -> None:
    said = shown([expense(5), expense(20, back=6), expense(300, back=7)])
    assert said.splitlines()[0].split() == [
        *("12,345", "left", "5", "today", "25", "7", "days", "325", "30", "days")
    ]


def test_what_is_guessed_or_unknown_is_said() -> None:
    said = shown([expense(5, exact=False), expense(None, back=1)])
    assert said.splitlines()[2].split()[:2] == ["≈", "5"], "the highest day"
    assert re.search(r"Echo .* ≈ 5 +2 replies", said)
    assert "Part of it is a guess" in said
    assert "1 reply whose cost" in said
    sure = shown([expense(5)])
    assert "≈" not in sure
    assert "guess" not in sure


def test_conversations_without_a_title_are_told_apart() -> None:
    said = shown([expense(1), expense(2, conversation="", back=1), expense(3, conversation="gone")])
    assert "Borrow checker" in said
    assert "asked without saving" in said
    assert "deleted (gone)" in said


def test_conversations_of_one_title_are_both_told() -> None:
    both = [expense(700), expense(40, conversation="d")]
    lines = usage_lines(both, titles={"c": "hello", "d": "hello"}, today=TODAY, left=None, width=90)
    told = [line.plain.split() for line in lines if line.plain.strip().startswith("hello")]
    assert [words[-3] for words in told] == ["700", "40"]


def test_nothing_spent_is_said_in_words() -> None:
    assert "Nothing has been spent" in shown([])


def test_of_many_bots_the_dearest_are_listed() -> None:
    many = [expense(n, bot=f"Bot-{n}", message=str(n)) for n in range(1, MOST + 6)]
    said = shown(many)
    assert f"Bot-{MOST + 5} " in said
    assert "Bot-5 " not in said
    assert "and 5 more" in said


@given(st.floats(0, 1), st.integers(1, 60))
def test_a_bar_keeps_to_its_cells_and_shows_anything_above_nothing(
    share: float, cells: int
) -> None:
    bar = across(share, cells)
    assert len(bar) == cells
    assert bool(bar.strip()) == (share > 0)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30), st.integers(20, 140))
def test_columns_fit_and_the_highest_reaches_the_top(amounts: list[int], width: int) -> None:
    lines = day_columns(amounts, TODAY, width, highest=f"≈ {max(amounts):,}")
    assert all(line.cell_length <= width for line in lines)
    if amounts[-1] and amounts[-1] == max(amounts):
        assert "█" in lines[0].plain


@given(
    st.lists(st.tuples(st.text(max_size=40), st.integers(0, 10**6)), min_size=1, max_size=8),
    st.integers(40, 120),
)
def test_named_bars_fit_whatever_the_names(named: list[tuple[str, int]], width: int) -> None:
    bars = [Bar(name, amount, f"{amount:,}", "12 replies") for name, amount in named]
    assert all(line.cell_length <= width for line in named_bars(bars, width))
