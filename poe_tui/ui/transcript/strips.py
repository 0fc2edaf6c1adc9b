"""Rows of looks become strips of colours."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from rich.segment import Segment
from textual.strip import Strip

from poe_tui.markdown.rows import DECOR, UNDERLINE, Look, Row, Span
from poe_tui.ui.palette import Palette

MARGIN: Final = 3
"""Cells left of the text: the message cursor, the bot's dot or the prompt's bar, one of air."""

RIGHT: Final = 2
"""Cells right of the text: one of air, one under the scroll bar."""

AIR: Final = (Span("  ", Look("text", DECOR)),)
"""The two cells left of a row that has neither dot nor bar."""

Strips = dict[object, tuple[object, ...]]
"""Strips that have been made, with what they were made of."""

MARKERS: Final = {"": " ", "message": "▎", "block": "▌"}


class Stretch(NamedTuple):
    """Characters `first` to `last` (not included) of a row's text, to be shown on `ground`."""

    first: int
    last: int
    ground: str


def strip_of(
    row: Row,
    lead: Sequence[Span] = AIR,
    ground: str = "",
    *,
    width: int,
    palette: Palette,
    marker: str = "",
    stretches: Sequence[Stretch] = (),
) -> Strip:
    """Return `row` as it is drawn: marker, lead, text, and its grounds to the right edge.

    `width` is that of the widget in cells, `marker` a key of MARKERS. Every strip has MARGIN
    cells before the row's own.
    """
    spans = overlaid(row.spans, stretches) if stretches else row.spans
    style = palette.style
    segments = [Segment(MARKERS[marker], style(Look("accent", DECOR)))]
    segments += [Segment(span.text, style(span.look, ground)) for span in lead]
    inner = row.ground or ground
    segments += [Segment(span.text, style(span.look, inner)) for span in spans]
    fill = width - MARGIN - RIGHT - row.cells
    if fill > 0:
        segments.append(Segment(" " * fill, style(Look(), inner)))
    segments.append(Segment(" " * RIGHT, style(Look(), ground)))
    strip = Strip(segments, MARGIN + row.cells + max(0, fill) + RIGHT)
    return strip.crop(0, width) if strip.cell_length > width else strip


def blank_strip(width: int, palette: Palette) -> Strip:
    """Return an empty line on the transcript's ground."""
    return Strip.blank(width, palette.style(Look()))


def overlaid(spans: Sequence[Span], stretches: Sequence[Stretch]) -> list[Span]:
    """Return `spans` with the grounds of `stretches` on them; decoration keeps its own."""
    out: list[Span] = []
    start = 0
    for span in spans:
        end = start + len(span.text)
        cuts = {start, end}
        for first, last, _ in stretches:
            cuts.update(cut for cut in (first, last) if start < cut < end)
        edges = sorted(cuts)
        for left, right in pairwise(edges):
            look = span.look
            if not look.attrs & DECOR:
                for first, last, ground in stretches:
                    if first <= left and right <= last:
                        # Colour alone would be too little to tell a match by.
                        under = UNDERLINE if ground == "match" else 0
                        look = look._replace(ground=ground, attrs=look.attrs | under)
            out.append(Span(span.text[left - start : right - start], look))
        start = end
    return out
