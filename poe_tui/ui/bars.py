"""Bars of block characters: days beside each other, and names with a bar each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import msgspec
from rich.cells import cell_len
from textual.content import Content

from poe_tui.ui.widgets.line_list import fit

_RISING: Final = " ▁▂▃▄▅▆▇█"
_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)


class Bar(msgspec.Struct, frozen=True):
    """A name, how much, and what is said of it on the right."""

    name: str
    amount: int
    said: str
    more: str = ""
    """Said after it, in dim."""


def across(share: float, cells: int) -> str:
    """Return a thin bar that fills `share` (0 to 1) of `cells`; half a cell at least above 0."""
    halves = min(2 * cells, max(1 if share > 0 else 0, round(share * 2 * cells)))
    return ("━" * (halves // 2) + "╸" * (halves % 2)).ljust(cells)


def day_text(day: date) -> str:
    """Return a day as one reads it: 4 Mar."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def day_columns(
    amounts: Sequence[int], last: date, width: int, height: int = 6, *, highest: str
) -> list[Content]:
    """Return a column for each day, `last` the last of them, over a line that names some days.

    As many of the last days as `width` cells have room for. On the left, `highest` tells how much
    the highest is.
    """
    top = max(amounts, default=0)
    label = f" {highest} "
    room = max(1, width - len(label))
    pitch = next((cells for cells in (3, 2) if len(amounts) * cells <= room), 1)
    shown = list(amounts)[-(room // pitch) :]
    lines = []
    for row in range(height, 0, -1):
        margin = label if row == height and top else " " * len(label)
        cells = [_column(amount, top, row, height).ljust(pitch) for amount in shown]
        if pitch == 3:
            cells = [(cell[0] * 2 if cell[0] != "·" else "· ") + " " for cell in cells]
        lines.append(Content.assemble((margin, "$dim"), ("".join(cells), "$accent")))
    margin = " " * len(label)
    lines.append(Content.assemble(margin, (_dates(len(shown), last, pitch), "$dim")))
    return lines


def _column(amount: int, top: int, row: int, height: int) -> str:
    """Return the cell of a column in `row`, 1 the lowest; a thin line where nothing was spent."""
    if not amount:
        return "▁" if row == 1 and not top else "·" if row == 1 else " "
    eighths = max(1, round(amount / top * height * 8)) - (row - 1) * 8
    return _RISING[min(8, max(0, eighths))]


def _dates(days: int, last: date, pitch: int) -> str:
    """Return the line below the columns: every seventh day by name, counted from today."""
    line = [" "] * (days * pitch)
    taken = days * pitch + 1
    for back in range(0, days, 7):
        text = "today" if back == 0 else day_text(last - timedelta(days=back))
        start = (days - 1 - back) * pitch
        if back == 0:
            start = min(start, days * pitch - len(text))
        if start >= 0 and start + len(text) < taken:
            line[start : start + len(text)] = text
            taken = start
    return "".join(line).rstrip()


def named_bars(bars: Sequence[Bar], width: int) -> list[Content]:
    """Return a line for each bar: its name, the bar, what is said of it."""
    top = max((bar.amount for bar in bars), default=0)
    names = min(max((cell_len(bar.name) for bar in bars), default=0), max(8, width // 3))
    said = max((len(bar.said) for bar in bars), default=0)
    more = max((len(bar.more) for bar in bars), default=0)
    cells = width - names - said - more - 7
    if cells < 8:
        cells, more = cells + more + 2, 0
    lines = []
    for bar in bars:
        parts: list[Content | tuple[str, str] | str] = [
            (f" {fit(bar.name, names)}  ", "$text"),
            (across(bar.amount / top if top else 0.0, max(1, cells)), "$accent"),
            (f"  {bar.said:>{said}}", "bold $text"),
        ]
        if more:
            parts.append((f"  {bar.more:>{more}}", "$dim"))
        lines.append(Content.assemble(*parts))
    return lines
