"""Sixels: what a terminal makes of them is the picture, within its colours."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import product

import pytest
from PIL import Image

from poe_tui.ui.transcript.picture import decode
from poe_tui.ui.transcript.sixel import encoded, flattened, with_palette

Colour = tuple[int, int, int]


class Screen:
    """A terminal's Sixels, as the VT330/VT340 programmer reference has them."""

    def __init__(self, sequence: str) -> None:
        found = re.fullmatch(r'\x1bP0;1q"1;1;(\d+);(\d+)(.*)\x1b\\', sequence, re.DOTALL)
        assert found is not None
        self.size = int(found[1]), int(found[2])
        self.pixels: dict[tuple[int, int], Colour] = {}
        self.colours: dict[int, Colour] = {}
        self._colour, self._x, self._y = -1, 0, 0
        parts = re.compile(r"#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)([?-~])|([?-~])|([$-])")
        at = 0
        for part in parts.finditer(found[3]):
            assert part.start() == at, found[3][at : at + 20]
            at = part.end()
            self._take(part)
        assert at == len(found[3])

    def _take(self, part: re.Match[str]) -> None:
        if part[1]:
            red, green, blue = (round(int(part[n]) * 2.55) for n in (2, 3, 4))
            self.colours[int(part[1])] = red, green, blue
        elif part[5]:
            self._colour = int(part[5])
        elif part[9]:
            self._x, self._y = 0, self._y + (6 if part[9] == "-" else 0)
        else:
            for _ in range(int(part[6] or 1)):
                self._paint(ord(part[7] or part[8]) - 63)

    def _paint(self, bits: int) -> None:
        for bit in range(6):
            if bits >> bit & 1:
                self.pixels[self._x, self._y + bit] = self.colours[self._colour]
        self._x += 1


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (12, 6), (40, 34), (300, 13)])
def test_every_pixel_is_painted_in_its_colour_and_none_beside_the_picture(
    size: tuple[int, int],
) -> None:
    image = Image.effect_noise(size, 90).convert("RGB").quantize(16)
    screen = Screen(encoded(image))
    assert screen.size == size
    assert set(screen.pixels) == set(product(range(size[0]), range(size[1])))
    meant = image.convert("RGB")
    for place, colour in screen.pixels.items():
        wanted = meant.getpixel(place)
        assert isinstance(wanted, tuple)
        assert all(abs(a - b) <= 2 for a, b in zip(colour, wanted, strict=True))


def test_a_part_of_a_picture_has_the_colours_of_the_whole() -> None:
    image = Image.linear_gradient("L").resize((30, 60)).convert("RGB").quantize(32)
    whole = Screen(encoded(image))
    lower = Screen(encoded(image.crop((0, 17, 30, 51))))
    assert lower.pixels == {
        (x, y - 17): colour for (x, y), colour in whole.pixels.items() if 17 <= y < 51
    }


def test_long_runs_are_written_once() -> None:
    image = Image.new("RGB", (700, 480), "#336699").quantize(4)
    assert len(encoded(image)) < 1_000


def test_what_is_transparent_shows_the_ground_behind() -> None:
    picture = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    picture.paste((255, 0, 0, 255), (0, 0, 4, 8))
    out = BytesIO()
    picture.save(out, "PNG")
    flat = flattened(decode(out.getvalue()), (80, 80), "#fafafa")
    assert flat.getpixel((10, 40)) == (255, 0, 0)
    assert flat.getpixel((70, 40)) == (250, 250, 250)
    screen = Screen(encoded(with_palette(flat, 256, "#fafafa")))
    assert len(screen.pixels) == 80 * 80
    assert screen.pixels[70, 40] == (250, 250, 250)


def test_with_few_colours_a_small_light_is_still_seen() -> None:
    night = Image.linear_gradient("L").resize((200, 200)).point(lambda light: light // 4)
    night = night.convert("RGB")
    night.paste((255, 240, 200), (90, 90, 110, 110))
    screen = Screen(encoded(with_palette(night, 16, "#11121a")))
    assert min(screen.pixels[100, 100]) > 180


@pytest.mark.parametrize("colours", [2, 16, 64, 256])
def test_no_more_colours_are_used_than_the_terminal_has(colours: int) -> None:
    noise = Image.merge("RGB", [Image.effect_noise((60, 60), 90) for _ in range(3)])
    screen = Screen(encoded(with_palette(noise, colours, "#11121a")))
    assert len(screen.colours) <= colours
    assert max(screen.colours) < colours
