"""Pictures as cells: decoded in a thread, measured at once, drawn as half blocks."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from poe_tui.errors import PoeTuiError
from poe_tui.markdown.rows import DECOR, Look, Row, Span

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
"""What is decoded: the fewer decoders, the fewer mistakes in them."""

PIXELS: Final = 32_000_000
"""A picture with more is not decoded, however few bytes it has."""

MOST_COLUMNS: Final = 72
MOST_ROWS: Final = 24

SHARP: Final = 1_024
"""Pixels of width and of height at most of a picture that the terminal draws."""

COARSE: Final = 2 * MOST_COLUMNS
"""The same where we draw it: twice the cells there can be."""

_OPAQUE: Final = 128


class PictureError(PoeTuiError):
    """Bytes that are no picture, or one that is not decoded."""

    title = "This picture can't be shown"


class Picture(NamedTuple):
    """A decoded picture: RGBA and scaled down, with the width and height in pixels it had."""

    image: Image
    width: int
    height: int

    def cells(self, room: int) -> tuple[int, int]:
        """Return the columns and rows it takes where there are `room` columns.

        A cell is taken to be twice as high as wide. A picture is never drawn larger than it is.
        """
        columns = max(1, min(room, MOST_COLUMNS, self.width))
        rows = max(1, round(columns * self.height / self.width / 2))
        if rows > MOST_ROWS:
            rows = MOST_ROWS
            columns = min(columns, max(1, round(rows * 2 * self.width / self.height)))
        return columns, rows

    def coarse(self) -> Picture:
        """Return it without pixels that half blocks can't show."""
        image = self.image.copy()
        image.thumbnail((COARSE, COARSE))
        return self._replace(image=image)

    def png(self) -> bytes:
        """Return it as a PNG file."""
        out = BytesIO()
        self.image.save(out, "PNG")
        return out.getvalue()

    def rows(self, room: int) -> list[Row]:
        """Return it in half blocks: two pixels, one above the other, in each cell."""
        columns, rows = self.cells(room)
        image = self.image.resize((columns, 2 * rows))
        colours = [_colour(pixel) for pixel in _pixels(image)]
        drawn = []
        for start in range(0, len(colours), 2 * columns):
            below = start + columns
            cells = list(map(_cell, colours[start:below], colours[below : below + columns]))
            spans = [
                Span(glyph * len(list(run)), look)
                for (glyph, look), run in groupby(cells, key=lambda cell: cell)
            ]
            drawn.append(Row(tuple(spans), columns))
        return drawn


def _cell(above: str, below: str) -> tuple[str, Look]:
    """Return the half block of two colours; where there is none it shows what is behind."""
    if above and below:
        return "▀", Look(above, DECOR, below)
    if above:
        return "▀", Look(above, DECOR)
    if below:
        return "▄", Look(below, DECOR)
    return " ", Look("text", DECOR)


def _pixels(image: Image) -> Iterator[bytes]:
    data = image.tobytes()
    return (data[start : start + 4] for start in range(0, len(data), 4))


def _colour(pixel: bytes) -> str:
    """Return the colour of four bytes, RGBA; empty for a transparent one."""
    return f"#{pixel[:3].hex()}" if pixel[3] >= _OPAQUE else ""


def decode(content: bytes, bound: int = COARSE) -> Picture:
    """Return the picture in `content`, scaled down to `bound` pixels; may take a second.

    Of an animation it is the first picture.
    Raises PictureError for anything that is no PNG, JPEG, GIF or WebP, is damaged, or has more than
    PIXELS pixels.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            width, height = image.size
            if width * height <= PIXELS:
                image.draft("RGB", (bound, bound))
                upright = ImageOps.exif_transpose(image)
                if upright.mode not in ("RGB", "RGBA"):
                    upright = upright.convert("RGBA")
                if (upright.width > upright.height) != (width > height):
                    width, height = height, width
                upright.thumbnail((bound, bound))
                return Picture(upright.convert("RGBA"), width, height)
    except Exception as error:
        # Decoders meet hostile bytes with all kinds of exceptions; each means the same here.
        raise PictureError("It is no PNG, JPEG, GIF or WebP, or it is damaged.") from error
    raise PictureError(
        f"It has {width:,} × {height:,} pixels; more than {PIXELS // 1_000_000} million are "
        "not decoded."
    )
