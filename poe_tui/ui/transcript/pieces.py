"""The rows of a message that are not its text: header, error, suggested replies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from rich.cells import cell_len, set_cell_size

from poe_tui.chat.message import Failure
from poe_tui.markdown.rows import BOLD, DECOR, Look, Row, Span
from poe_tui.markdown.safe import plain
from poe_tui.ui.palette import hue_of

TARGET: Final = "poe-tui:"
"""Links that begin so are not addresses but what a click does: `poe-tui:retry`."""

LIMIT: Final = "Poe allows 500 requests a minute"

_DIM: Final = Look("dim", DECOR)
_AIR: Final = Look("text", DECOR)

_ACTIONS: Final = {
    "retry": ("r", "retry"),
    "continue": ("c", "continue"),
    "switch_bot": ("b", "another bot"),
    "edit": ("e", "edit the prompt"),
    "key": ("p", "paste a key"),
}
_MILD: Final = frozenset({"truncated", "rate_limited", "silent_bot"})


def row_of(spans: Iterable[Span], *, ground: str = "") -> Row:
    """Return a row of `spans`, its cells counted."""
    kept = tuple(span for span in spans if span.text)
    return Row(kept, sum(cell_len(span.text) for span in kept), ground)


def tinted(row: Row, characters: int, look: Look) -> Row:
    """Return `row` with that look on its first characters."""
    spans: list[Span] = []
    for span in row.spans:
        head, tail = span.text[:characters], span.text[characters:]
        characters -= len(head)
        spans += [Span(head, look), span._replace(text=tail)]
    return row._replace(spans=tuple(span for span in spans if span.text))


def fitted(text: str, cells: int) -> str:
    """Return `text` in at most `cells` cells, with … where it was cut."""
    if cell_len(text) <= cells:
        return text
    if cells < 1:
        return ""
    return set_cell_size(text, cells - 1).rstrip() + "…"


def header_row(
    name: str,
    facts: Sequence[str],
    width: int,
    *,
    place: tuple[int, int] | None = None,
    dim: bool = False,
    badge: str = "",
) -> Row:
    """Return who speaks on the left and `facts` on the right, in exactly `width` cells.

    `place` is which of how many siblings this is. What does not fit goes, the last fact first; then
    the name is cut. `badge` stands behind the name in the colour of a warning.
    """
    left = [Span(plain(name), Look("dim" if dim else "text", BOLD))]
    if badge:
        left += [Span("  ", _AIR), Span(badge, Look("warn", DECOR))]
    taken = sum(cell_len(span.text) for span in left)
    kept = [plain(fact) for fact in facts]
    right = _right_end(kept, place)
    while kept and taken + 2 + _cells(right) > width:
        kept.pop()
        right = _right_end(kept, place)
    if taken + 2 + _cells(right) > width:
        right = []
    room = width - _cells(right) - (2 if right else 0)
    if taken > room:
        left = [left[0]._replace(text=fitted(left[0].text, room))]
        taken = _cells(left)
    gap = Span(" " * max(0, width - taken - _cells(right)), _AIR)
    return row_of([*left, gap, *right])


def _right_end(facts: Sequence[str], place: tuple[int, int] | None) -> list[Span]:
    spans = []
    if place is not None and place[1] > 1:
        spans = [
            Span("‹", _DIM._replace(link=TARGET + "previous_sibling")),
            Span(f" {place[0]}/{place[1]} ", _DIM),
            Span("›", _DIM._replace(link=TARGET + "next_sibling")),
        ]
        if facts:
            spans.append(Span("   ", _AIR))
    if facts:
        spans.append(Span(" · ".join(facts), _DIM))
    return spans


def _cells(spans: Iterable[Span]) -> int:
    return sum(cell_len(span.text) for span in spans)


def failure_rows(failure: Failure, width: int) -> list[Row]:
    """Return an error as a block with a bar: what happened, why, what to press."""
    from poe_tui.markdown.render import render

    mild = failure.kind in _MILD
    role = "warn" if mild else "bad"
    bar = Span("▌ ", Look(role, DECOR))
    glyph = Span("⚠ " if mild else "✗ ", Look(role, BOLD | DECOR))
    room = max(1, width - 2)
    title = Span(fitted(plain(failure.title), max(1, room - 2)), Look(role, BOLD))
    rows = [row_of([bar, glyph, title])]
    for text, tint in ((failure.explanation, "text"), (failure.hint, "dim")):
        if text:
            document = render(text, room, plain=True)
            for y in range(document.height):
                row = document.row(y)
                spans = [span._replace(look=span.look._replace(role=tint)) for span in row.spans]
                rows.append(row_of([bar, *spans])._replace(joint=row.joint))
    rows += [row_of([bar, *spans]) for spans in _key_lines(failure, room)]
    return rows


def _key_lines(failure: Failure, width: int) -> list[list[Span]]:
    lines: list[list[Span]] = []
    for action in failure.actions:
        if action not in _ACTIONS:
            continue
        key, verb = _ACTIONS[action]
        if action == "retry" and failure.kind == "truncated":
            verb = "ask again"
        link = TARGET + action
        item = [
            Span(key, Look("text", BOLD | DECOR, link=link)),
            Span(" " + verb, Look("dim", DECOR, link=link)),
        ]
        if lines and _cells(lines[-1]) + 4 + _cells(item) <= width:
            lines[-1] += [Span("    ", _AIR), *item]
        else:
            lines.append(item)
    return lines


def suggestion_rows(replies: Sequence[str], width: int) -> list[Row]:
    """Return the numbered chips of what the reader might say next, nine at most, in rows."""
    lines: list[list[Span]] = []
    for number, reply in enumerate(replies[:9], 1):
        link = f"{TARGET}suggestion/{number}"
        text = fitted(plain(reply), max(1, width - 5))
        chip = [
            Span(f" {number} ", Look("text", BOLD | DECOR, "accent", link)),
            Span(f" {text} ", Look("text", 0, "line", link)),
        ]
        if lines and _cells(lines[-1]) + 3 + _cells(chip) <= width:
            lines[-1] += [Span("   ", _AIR), *chip]
        else:
            lines.append(chip)
    return [row_of(line) for line in lines]


def limit_row(done: float, refused: bool, width: int) -> Row:
    """Return a thin bar of which `done` (0 to 1) is full, and why a request waits.

    `refused` says that Poe has refused it once; else it is we who keep to the limit.
    """
    words = "Poe refused one too many; sent again then" if refused else LIMIT
    if width < cell_len(words) + 13:
        words = ""
    cells = min(40, max(1, width - cell_len(words) - 2))
    full = round(cells * min(1.0, max(0.0, done)))
    return row_of(
        [
            Span("━" * full, Look("accent", DECOR)),
            Span("━" * (cells - full), Look("line", DECOR)),
            Span("  " + words if words else "", Look("dim")),
        ]
    )


@lru_cache(maxsize=1)
def welcome_rows(bot: str, width: int) -> tuple[Row, ...]:
    """Return what an empty conversation says: whom one talks to, and what to press."""
    name = fitted(plain(bot), width - 2) or "Choose a bot to begin"
    lines = [
        [Span("● ", Look(f"hue{hue_of(bot)}", DECOR)), Span(name, Look("text", BOLD))],
        [],
        [Span("Nothing said yet.", Look("dim"))],
        [Span("Write below and press ", Look("dim")), Span("enter", Look("text", BOLD))],
    ]
    rows = [row_of(line) for line in lines]
    return tuple(centred(row, width) for row in rows if row.cells <= width)


def centred(row: Row, width: int) -> Row:
    """Return `row` in the middle of `width` cells."""
    gap = max(0, width - row.cells) // 2
    return row_of([Span(" " * gap, _AIR), *row.spans])


def new_below_row(count: int) -> Row:
    """Return the mark that there is more below than the reader has seen: so many messages."""
    look = Look("text", BOLD | DECOR, "accent", TARGET + "follow")
    return row_of([Span(f" ↓ {count} new below ", look), Span(" ", _AIR)])
