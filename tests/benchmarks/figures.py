"""Figures side by side: ours, the baselines, and the target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple


class Figure(NamedTuple):
    """One line: what was measured, for whom, and what design and issue ask of ours.

    A value is None where it was not measured; `note` then says why.
    """

    what: str
    values: Mapping[str, float | None]
    target: str = ""
    note: str = ""


_NAME: Final = 54
_CELL: Final = 12


def table(figures: Iterable[Figure], columns: Mapping[str, str]) -> str:
    """Return the figures as text; `columns` are the keys of values and their titles.

    The first column is ours; behind each other value stands how many times ours it is.
    """
    first, *others = columns
    head = f"{'':{_NAME}}{columns[first]:>{_CELL}}"
    head += "".join(f"{columns[other]:>{2 * _CELL - 2}}" for other in others)
    lines = [f"{head}  target"]
    for figure in figures:
        ours = figure.values.get(first)
        line = f"{figure.what:{_NAME}}{_number(ours):>{_CELL}}"
        for other in others:
            value = figure.values.get(other)
            line += f"{_number(value):>{_CELL}}{_times(value, ours):>{_CELL - 2}}"
        lines.append(f"{line}  {figure.target}{'  ' if figure.note else ''}{figure.note}".rstrip())
    return "\n".join(lines)


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")


def _times(value: float | None, ours: float | None) -> str:
    if value is None or not ours:
        return ""
    ratio = value / ours
    return f"× {ratio:,.0f}" if ratio >= 10 else f"× {ratio:.1f}"
