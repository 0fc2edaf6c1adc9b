"""Pictures from words: a sky, a sun, hills and their mist, the same for the same words."""

from __future__ import annotations

import hashlib
import math
import random
import struct
import zlib

import msgspec

Colour = tuple[float, float, float]

SKIES: tuple[tuple[Colour, Colour, Colour], ...] = (
    ((26, 20, 64), (201, 80, 108), (255, 196, 120)),
    ((20, 58, 110), (110, 164, 214), (250, 226, 190)),
    ((12, 16, 44), (70, 60, 130), (224, 120, 150)),
    ((16, 70, 90), (110, 180, 170), (252, 222, 160)),
    ((64, 24, 60), (220, 90, 70), (255, 206, 110)),
    ((34, 44, 84), (148, 130, 180), (248, 200, 190)),
)
"""Colours from the top of the sky over its middle to the horizon."""
LAYERS = 5
"""Ranges of hills, one behind the other."""


class Ridge(msgspec.Struct, frozen=True):
    """One range: a height for each column, in parts of the picture from its top, and a colour."""

    heights: tuple[float, ...]
    colour: Colour


def paint(words: str, *, width: int = 320, height: int = 200) -> bytes:
    """Return a PNG of `width` by `height` pixels, decided by `words` alone."""
    seed = int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], "big")
    chance = random.Random(seed)
    top, middle, horizon = SKIES[chance.randrange(len(SKIES))]
    sun = (chance.uniform(0.2, 0.8), chance.uniform(0.3, 0.5), chance.uniform(0.05, 0.09))
    ridges = [ridge(chance, depth, width, top, horizon) for depth in range(LAYERS)]
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        down = y / height
        sky = sky_colour(down, top, middle, horizon)
        for x in range(width):
            colour = hills_colour(ridges, x, down)
            if colour is None:
                colour = sunlit(sky, x / width, down, sun, width / height)
            rows += bytes(min(255, max(0, round(part))) for part in colour)
    return png(width, height, bytes(rows))


def ridge(chance: random.Random, depth: int, width: int, top: Colour, haze: Colour) -> Ridge:
    """Return a range of hills; the first, of `depth` 0, is the farthest and palest."""
    nearness = (depth + 1) / LAYERS
    base = 0.5 + 0.42 * nearness**1.2
    waves = [
        (chance.uniform(0.5, 1.5) * 2**octave, chance.uniform(0, math.tau), 0.075 / 1.9**octave)
        for octave in range(5)
    ]
    heights = tuple(
        base
        - sum(
            size * math.sin(frequency * math.tau * x / width + phase)
            for frequency, phase, size in waves
        )
        for x in range(width)
    )
    dark = mix(top, (8, 12, 26), 0.55)
    return Ridge(heights, mix(haze, dark, 0.25 + 0.75 * nearness))


def hills_colour(ridges: list[Ridge], x: int, down: float) -> Colour | None:
    """Return the colour of the nearest hill at a point, mist in its valleys; None: open sky."""
    for hill in reversed(ridges):
        below = down - hill.heights[x]
        if below >= 0:
            return mix(hill.colour, (236, 226, 230), min(0.22, below * 0.9))
    return None


def sky_colour(down: float, top: Colour, middle: Colour, horizon: Colour) -> Colour:
    """Return the colour of the sky, `down` from 0 at the top to 1."""
    place = min(1.0, down / 0.62)
    if place < 0.5:
        return mix(top, middle, place * 2)
    return mix(middle, horizon, place * 2 - 1)


def sunlit(
    sky: Colour, across: float, down: float, sun: tuple[float, float, float], aspect: float
) -> Colour:
    """Return `sky` with the sun in it: a disc with a soft edge, and a glow around."""
    sun_x, sun_y, radius = sun
    distance = math.hypot((across - sun_x) * aspect, down - sun_y)
    disc = min(1.0, max(0.0, (radius - distance) / 0.008 + 0.5))
    glow = math.exp(-distance * 5) * 0.55
    return mix(mix(sky, (255, 224, 170), glow), (255, 248, 226), disc)


def mix(first: Colour, second: Colour, part: float) -> Colour:
    """Return the colour `part` of the way from `first` to `second`."""
    return (
        first[0] + (second[0] - first[0]) * part,
        first[1] + (second[1] - first[1]) * part,
        first[2] + (second[2] - first[2]) * part,
    )


def png(width: int, height: int, rows: bytes) -> bytes:
    """Return a PNG of 8-bit RGB `rows`, each after its filter byte (PNG specification, 2003)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows, 6))
        + chunk(b"IEND", b"")
    )
