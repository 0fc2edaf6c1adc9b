"""Runs of styled text to rows of a width: where lines break, and what joins them when copied."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from poe_tui.markdown.cells import calm, cell_len, clusters, expand_tabs, is_simple
from poe_tui.markdown.rows import DECOR, Look, Row, Span

Run = tuple[str, Look]
"""Text that looks the same. Only a run that is just a newline breaks the line."""

_NOT_FIRST: Final = frozenset("。，、．：；！？）］｝」』】〉》ー々…,.!?)]}")
"""Not put at the start of a line when a line of ideographs is broken."""


class Cut(NamedTuple):
    """One row of a text: `text[start:end]`, and what was taken out before it."""

    start: int
    end: int
    joint: str


def wrap(
    runs: Sequence[Run], width: int, *, line: int = -1, joint: str = "\n", hard: bool = False
) -> list[Row]:
    """Return the rows of `runs`, none wider than `width` cells; one empty row for no text.

    Lines break at spaces and between ideographs, else anywhere; `hard` breaks at the edge only and
    drops no space. `joint` is that of the first row.
    """
    rows: list[Row] = []
    for part in _lines(runs):
        rows += _wrap_line(_narrowed(part, width), width, line, joint, hard)
        joint = "\n"
    return rows


def _lines(runs: Sequence[Run]) -> list[list[Run]]:
    """Part the runs at line breaks; neighbours that look the same become one."""
    lines: list[list[Run]] = [[]]
    for text, look in runs:
        if text == "\n":
            lines.append([])
        elif text:
            lines[-1].append((expand_tabs(text), look))
    return [[_calmed(run) for run in merged(line)] for line in lines]


def _calmed(run: Run) -> Run:
    return run if is_simple(run[0]) else (calm(run[0]), run[1])


def _narrowed(runs: list[Run], width: int) -> list[Run]:
    """Replace what is two cells wide where there is room for one only."""
    if width > 1:
        return runs
    return [
        (
            "".join(text[a:b] if cells <= width else "·" for a, b, cells in clusters(text)),
            look,
        )
        for text, look in runs
    ]


def _wrap_line(runs: list[Run], width: int, line: int, joint: str, hard: bool) -> list[Row]:
    simple = all(is_simple(text) for text, _ in runs)
    length = sum(len(text) for text, _ in runs)
    if simple and length <= width:
        return [Row(tuple(Span(*run) for run in runs), length, "", joint, line)]
    text = "".join(
        "\xa0" * len(text) if look.attrs & DECOR and text.isspace() else text for text, look in runs
    )
    if hard:
        cuts = _hard_cuts(runs, width, simple, length)
    elif simple:
        cuts = _simple_cuts(text, width)
    else:
        cuts = _cluster_cuts(text, runs, width)
    return _sliced(runs, cuts, simple, line, joint)


def _simple_cuts(text: str, width: int) -> list[Cut]:
    cuts: list[Cut] = []
    start, joint = 0, ""
    end_of_text = len(text)
    while end_of_text - start > width:
        edge = text.rfind(" ", start, start + width + 1)
        end = edge
        while end > start and text[end - 1] == " ":
            end -= 1
        if end <= start:
            cuts.append(Cut(start, start + width, joint))
            start, joint = start + width, ""
            continue
        cuts.append(Cut(start, end, joint))
        start, joint = edge, " "
        while start < end_of_text and text[start] == " ":
            start += 1
    if start < end_of_text or not cuts:
        cuts.append(Cut(start, end_of_text, joint))
    return cuts


def _run_clusters(runs: list[Run]) -> list[tuple[int, int, int]]:
    """Return the clusters of each run by itself, because each becomes a span of its own."""
    found: list[tuple[int, int, int]] = []
    offset = 0
    for text, _ in runs:
        found += [(offset + a, offset + b, cells) for a, b, cells in clusters(text)]
        offset += len(text)
    return found


def _hard_cuts(runs: list[Run], width: int, simple: bool, length: int) -> list[Cut]:
    if simple:
        edges = [*range(0, length, width), length] if length else [0, 0]
        return [Cut(a, b, "") for a, b in pairwise(edges)]
    cuts: list[Cut] = []
    start = used = 0
    for a, _, cells in _run_clusters(runs):
        if used + cells > width:
            cuts.append(Cut(start, a, ""))
            start, used = a, 0
        used += cells
    cuts.append(Cut(start, length, ""))
    return cuts


def _cluster_cuts(text: str, runs: list[Run], width: int) -> list[Cut]:
    parts = _run_clusters(runs)
    cuts: list[Cut] = []
    index, total, joint = 0, len(parts), ""
    while index < total:
        stop, after, next_joint = _fit(text, parts, index, width)
        cuts.append(Cut(parts[index][0], parts[stop - 1][1] if stop > index else 0, joint))
        index, joint = after, next_joint
    return cuts or [Cut(0, 0, "")]


def _fit(
    text: str, parts: list[tuple[int, int, int]], first: int, width: int
) -> tuple[int, int, str]:
    """Return the end of the row from cluster `first`, the start of the next one, its joint."""
    used, index, total = 0, first, len(parts)
    good = (0, 0, "")
    seen_text = False
    while index < total:
        start, _, cells = parts[index]
        space = text[start] == " "
        if space and seen_text and text[parts[index - 1][0]] != " ":
            good = (index, 0, " ")
        elif seen_text and _between_ideographs(text, parts, index):
            good = (index, index, "")
        if used + cells > width:
            break
        seen_text = seen_text or not space
        used += cells
        index += 1
    else:
        return total, total, ""
    if not good[0]:
        return max(index, first + 1), max(index, first + 1), ""
    stop, after, joint = good
    if joint:
        after = stop
        while after < total and text[parts[after][0]] == " ":
            after += 1
    return stop, after, joint


def _between_ideographs(text: str, parts: list[tuple[int, int, int]], index: int) -> bool:
    before, here = parts[index - 1], parts[index]
    if before[2] != 2 and here[2] != 2:
        return False
    if "가" <= text[before[0]] <= "힣" and "가" <= text[here[0]] <= "힣":
        # Korean has spaces between its words.
        return False
    return (
        text[here[0]] not in _NOT_FIRST
        and text[before[0]] not in " \xa0（［｛「『【〈《([{"
        and text[here[0]] != "\xa0"
        and here[2] > 0
    )


def merged(runs: Sequence[Run]) -> list[Run]:
    """Return `runs` with neighbours that look the same made one."""
    if len(runs) < 2:
        return list(runs)
    out: list[Run] = []
    for text, look in runs:
        if out and out[-1][1] == look:
            out[-1] = (out[-1][0] + text, look)
        else:
            out.append((text, look))
    return out


def _sliced(
    runs: list[Run], cuts: list[Cut], simple: bool, line: int, first_joint: str
) -> list[Row]:
    rows: list[Row] = []
    index = offset = 0
    for number, (start, end, joint) in enumerate(cuts):
        part: list[Run] = []
        while index < len(runs) and offset + len(runs[index][0]) <= start:
            offset += len(runs[index][0])
            index += 1
        at, base = index, offset
        while at < len(runs) and base < end:
            text, look = runs[at]
            piece = text[max(0, start - base) : end - base]
            if piece:
                part.append((piece, look))
            base += len(text)
            at += 1
        spans = tuple(Span(*run) for run in merged(part))
        cells = max(0, end - start) if simple else sum(cell_len(span.text) for span in spans)
        rows.append(Row(spans, cells, "", joint if number else first_joint, line))
    return rows
