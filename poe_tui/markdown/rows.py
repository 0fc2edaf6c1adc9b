"""Rows of styled cells: what the renderer makes and the transcript draws.

Nothing here is a colour, but for pictures. A `Look` names a role; the theme gives the role its
colour when a row is drawn, so that a change of theme repaints without rendering anything again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

BOLD: Final = 1
ITALIC: Final = 2
UNDERLINE: Final = 4
STRIKE: Final = 8
DECOR: Final = 16
"""Drawn, never copied and never found: bullets' indents, table rules, code padding, gutters."""


class Look(NamedTuple):
    """How a span looks.

    `role` is the colour of the text: text, dim, faint, accent, good, warn, bad, heading, link,
    code, inlinecode, quote, marker, math, hue0…hue5, or `syntax.` and one of keyword, string,
    number, comment, name, function, class, builtin, operator, decorator, inserted, deleted,
    heading, error. Pictures, which no theme colours, have `#rrggbb` here and as `ground`.
    `attrs` is a sum of BOLD, ITALIC, UNDERLINE, STRIKE, DECOR.
    `ground` is the colour behind: empty for the row's own, else prompt, code, inline, panel, line,
    accent, match, current, selection.
    `link` is where it leads, empty for nowhere.
    """

    role: str = "text"
    attrs: int = 0
    ground: str = ""
    link: str = ""


class Span(NamedTuple):
    """A run of cells that look the same. `text` holds no control character and no newline."""

    text: str
    look: Look


class Row(NamedTuple):
    """One screen line.

    `cells` is the width of all spans together. `ground` fills the row to the right edge; empty for
    the transcript's own. `joint` is what stands between this row and the one before it when both
    are copied: a newline, or, where the line was only wrapped, the space it was broken at, or
    nothing.
    `line` is the source line it comes from, counted from 0; -1 for none.
    """

    spans: tuple[Span, ...]
    cells: int
    ground: str = ""
    joint: str = "\n"
    line: int = -1


BLANK: Final = Row((), 0)


def row_text(row: Row) -> str:
    """Return what a row says, without decoration: what is copied and what is searched."""
    return "".join(span.text for span in row.spans if not span.look.attrs & DECOR)


def rows_text(rows: Iterable[Row]) -> str:
    """Return what a selection of whole rows copies.

    Decoration is left out, and so are rows of nothing but rules or labels. Wrapped lines are joined
    again by the `joint` of each row (that of the first row does not count), and no line ends in
    spaces.
    """
    parts: list[str] = []
    for row in rows:
        text = row_text(row)
        if not text and any(span.text.strip(" ▌") for span in row.spans):
            continue
        if parts and row.joint == "\n":
            parts[-1] = parts[-1].rstrip()
        if parts:
            parts.append(row.joint)
        parts.append(text)
    return "".join(parts).rstrip()
