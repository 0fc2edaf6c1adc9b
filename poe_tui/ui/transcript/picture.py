"""Pictures as cells: decoded in a thread, measured at once, drawn as half blocks."""

from __future__ import annotations

import time
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

DECODING: Final = 10.0
"""Seconds; a JPEG of a megabyte can be made that takes minutes."""

_BLOCK: Final = 4_096
"""Bytes that a decoder gets at once: between two of them it can be stopped."""

MOST_COLUMNS: Final = 72
MOST_ROWS: Final = 24

Pixels = tuple[int, int]
"""Width and height."""

SHARP: Final[Pixels] = (1_024, 1_024)
"""At most of a picture that a terminal scales by itself."""

COARSE: Final[Pixels] = (MOST_COLUMNS, 2 * MOST_ROWS)
"""At most where we draw it: two pixels in a cell. It is what is kept of every picture on show."""

USUAL_SHAPE: Final = 2.0
"""How many times as high as wide a cell is where the terminal does not say."""

_OPAQUE: Final = 128


class PictureError(PoeTuiError):
    """Bytes that are no picture, or one that is not decoded."""

    title = "This picture can't be shown"


class Picture(NamedTuple):
    """A decoded picture: RGBA and scaled down, with the width and height in pixels it had."""

    image: Image
    width: int
    height: int

    def cells(self, room: int, shape: float = USUAL_SHAPE) -> tuple[int, int]:
        """Return the columns and rows it takes where there are `room` columns.

        `shape` is how many times as high as wide a cell is. There are never more columns than the
        picture has pixels.
        """
        columns = max(1, min(room, MOST_COLUMNS, self.width))
        rows = max(1, round(columns * self.height / self.width / shape))
        if rows > MOST_ROWS:
            rows = MOST_ROWS
            columns = min(columns, max(1, round(rows * shape * self.width / self.height)))
        return columns, rows

    def png(self) -> bytes:
        """Return it as a PNG file with nothing in it but the pixels."""
        out = BytesIO()
        self.image.save(out, "PNG", icc_profile=None)
        return out.getvalue()

    def rows(self, columns: int, rows: int) -> list[Row]:
        """Return it in half blocks: two pixels, one above the other, in each cell."""
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


class _Hourglass(BytesIO):
    """A file that can't be read any more when its time is up."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._until = time.monotonic() + DECODING

    def read(self, size: int | None = -1) -> bytes:
        if time.monotonic() > self._until:
            raise TimeoutError
        return super().read(size)


def decode(content: bytes, bound: Pixels = COARSE) -> Picture:
    """Return the picture in `content`, scaled down to fit in `bound`; may take a second.

    Of an animation it is the first picture. A large one takes 300 MB of memory meanwhile.
    Raises PictureError for anything that is no PNG, JPEG, GIF or WebP, is damaged, has more than
    PIXELS pixels, or takes longer than DECODING.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(_Hourglass(content), formats=FORMATS) as image:
            width, height = image.size
            if width * height <= PIXELS:
                image.decodermaxblock = _BLOCK
                image.draft("RGB", bound)
                upright = ImageOps.exif_transpose(image)
                if upright.mode not in ("RGB", "RGBA"):
                    upright = upright.convert("RGBA")
                if (upright.width > upright.height) != (width > height):
                    width, height = height, width
                upright.thumbnail(bound)
                return Picture(upright.convert("RGBA"), width, height)
    except TimeoutError as error:
        raise PictureError(f"Decoding it takes longer than {DECODING:.0f} seconds.") from error
    except Exception as error:
        # Decoders meet hostile bytes with all kinds of exceptions; each means the same here.
        raise PictureError("It is no PNG, JPEG, GIF or WebP, or it is damaged.") from error
    raise PictureError(
        f"It has {width:,} × {height:,} pixels; more than {PIXELS // 1_000_000} million are "
        "not decoded."
    )
