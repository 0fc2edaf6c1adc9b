"""Figures side by side: ours, the baselines, and the target."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple


class Figure(NamedTuple):
    """One line: what was measured, for whom, and what design and issue ask of ours.

    A value is None where it was not measured; `note` then says why. `target` is `≤` and a number,
    or empty.
    """

    what: str
    values: Mapping[str, float | None]
    target: str = ""
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether ours, the first value, is within the target; None without one or the other."""
        number = re.fullmatch(r"≤ ([\d.]+)", self.target)
        ours = next(iter(self.values.values()), None)
        return None if number is None or ours is None else ours <= float(number[1])


_NAME: Final = 58
_CELL: Final = 12
_MARKS: Final = {True: "✓", False: "✗", None: " "}


def table(figures: Iterable[Figure], columns: Mapping[str, str]) -> str:
    """Return the figures as text; `columns` are the keys of values and their titles.

    The first column is ours; behind each other value stands how many times ours it is. Figures of
    one thing, which the words before a colon name, stand under its name.
    """
    first, *others = columns
    head = f"{'':{_NAME}}{columns[first]:>{_CELL}}"
    head += "".join(f"{columns[other]:>{2 * _CELL - 2}}" for other in others)
    lines = [f"{head}  target"]
    thing, said = "", ""
    for figure in figures:
        named, colon, what = figure.what.partition(": ")
        if colon and named != thing:
            said = figure.note
            lines += ["", f"{named}{f'   ({said})' if said else ''}"]
        elif thing and not colon:
            lines.append("")
        thing = named if colon else ""
        name = f"  {what}" if colon else figure.what
        note = "" if colon and figure.note == said else figure.note
        lines.append(_line(name, figure, first, others, note))
    return "\n".join(lines)


def verdict(figures: Iterable[Figure]) -> str:
    """Return how many targets are met, and the lines of those that are not."""
    judged = [figure for figure in figures if figure.met is not None]
    missed = [figure for figure in judged if not figure.met]
    lines = [f"{len(judged) - len(missed)} of {len(judged)} targets met"]
    for figure in missed:
        ours = next(iter(figure.values.values()))
        lines.append(f"  ✗ {figure.what}: {_number(ours)}, target {figure.target}")
    return "\n".join(lines)


def _line(name: str, figure: Figure, first: str, others: list[str], note: str) -> str:
    ours = figure.values.get(first)
    line = f"{name:{_NAME}}{_number(ours):>{_CELL}}"
    for other in others:
        value = figure.values.get(other)
        line += f"{_number(value):>{_CELL}}{_times(value, ours):>{_CELL - 2}}"
    return f"{line}  {_MARKS[figure.met]} {figure.target:7} {note}".rstrip()


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")


def _times(value: float | None, ours: float | None) -> str:
    if value is None or not ours:
        return ""
    ratio = value / ours
    return f"× {ratio:,.0f}" if ratio >= 10 else f"× {ratio:.1f}"
