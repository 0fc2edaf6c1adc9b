"""Sixel: a picture as a control sequence that paints pixels where the cursor is.

A Sixel is a column of six pixels. Each band of six rows is painted colour by colour, a colour's
Sixels from the left, repeats as `!count`. See chapter 14 of the VT330/VT340 programmer reference.

No library fits: textual-image's encoder is private to it and differs between the versions for
Python 3.11 and 3.12; libsixel-python wants a C library that is not always there; others want numpy.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final

from poe_tui.ui.transcript.picture import Picture, Pixels

if TYPE_CHECKING:
    from PIL.Image import Image

BAND: Final = 6

FEW: Final = 64
"""Colours with which a picture of noise is a third lighter; with fewer, dithering is worth it."""

_SAMPLE: Final = (160, 160)
"""Pixels that the colours are chosen from: among all of them it would take half a second."""

_RUN: Final = re.compile(rb"(.)\1{3,}")
_PRINTED: Final = bytes((bits + 63) & 255 for bits in range(256))


def flattened(picture: Picture, size: Pixels, ground: str) -> Image:
    """Return a picture at exactly `size`, what is transparent in the colour `ground`, #rrggbb."""
    from PIL import Image

    image = picture.image.resize(size, Image.Resampling.LANCZOS)
    behind = Image.new("RGBA", size, ground)
    return Image.alpha_composite(behind, image).convert("RGB")


def with_palette(image: Image, colours: int, ground: str) -> Image:
    """Return an RGB image in at most that many colours, from 2 to 256. One of them is `ground`: a
    shade beside it would draw the outline of what is transparent.
    """
    from PIL import Image as Pillow
    from PIL import ImageColor

    sample = image.copy()
    sample.thumbnail(_SAMPLE)
    # The median cut shades best, and has no colour left for what is small when there are few.
    method = Pillow.Quantize.MAXCOVERAGE if colours <= FEW else Pillow.Quantize.MEDIANCUT
    chosen = sample.quantize(colours - 1, method=method).getpalette() or []
    palette = Pillow.new("P", (1, 1))
    palette.putpalette([*ImageColor.getrgb(ground)[:3], *chosen[: 3 * (colours - 1)]])
    # With many colours the noise of dithering costs several times the bytes, and shows more.
    dither = Pillow.Dither.FLOYDSTEINBERG if colours < FEW else Pillow.Dither.NONE
    painted = image.quantize(palette=palette, dither=dither)
    painted.paste(0, mask=_same(image, ground))  # Pillow takes a near colour, not the nearest
    return painted


def _same(image: Image, colour: str) -> Image:
    """Return a mask of the pixels that have exactly this colour."""
    from PIL import Image as Pillow
    from PIL import ImageChops

    red, green, blue = ImageChops.difference(image, Pillow.new("RGB", image.size, colour)).split()
    apart = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return apart.point([255] + [0] * 255)


def encoded(image: Image) -> str:
    """Return an image with a palette as a Sixel sequence; may take half a second."""
    width, height = image.size
    data, palette = image.tobytes(), image.getpalette() or []
    head = b'\x1bP0;1q"1;1;%d;%d' % (width, height)
    colours = b"".join(
        b"#%d;2;%d;%d;%d" % (colour, *(round(part / 2.55) for part in palette[3 * colour :][:3]))
        for colour in sorted(set(data))
    )
    bands = [
        _band(data[top * width : (top + BAND) * width], width) for top in range(0, height, BAND)
    ]
    return (head + colours + b"-".join(bands) + b"\x1b\\").decode("ascii")


def _band(data: bytes, width: int) -> bytes:
    """Return up to six rows of colours, colour by colour."""
    time.sleep(0)  # lets the event loop have its turn: this runs in a thread beside it
    lines: dict[int, bytearray] = {}
    for row in range(len(data) // width):
        bit = 1 << row
        for x, colour in enumerate(data[row * width : (row + 1) * width]):
            line = lines.get(colour)
            if line is None:
                line = lines[colour] = bytearray(width)
            line[x] |= bit
    return b"$".join(b"#%d%b" % (colour, _shortened(line)) for colour, line in lines.items())


def _shortened(line: bytearray) -> bytes:
    return _RUN.sub(
        lambda run: b"!%d%b" % (len(run[0]), run[1]), line.rstrip(b"\0").translate(_PRINTED)
    )
