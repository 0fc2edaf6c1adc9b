"""Pictures drawn by the terminal: which, when, where, and what is kept of them."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PIL import Image
from rich.console import Console
from rich.segment import Segment
from textual.screen import Screen
from textual.widgets import Static

from poe_tui.chat.conversation import Conversation
from poe_tui.errors import PoeTuiError
from poe_tui.ui.abilities import Abilities
from poe_tui.ui.terminal import Terminal
from poe_tui.ui.transcript import easel as easels
from poe_tui.ui.transcript import gallery as galleries
from poe_tui.ui.transcript import kitty
from poe_tui.ui.transcript.brush import LINES, REST, SOON, Brush, Noted
from poe_tui.ui.transcript.easel import KittyEasel, Seen, SixelEasel, easel_for
from poe_tui.ui.transcript.exhibit import Exhibit
from poe_tui.ui.transcript.gallery import AT_ONCE, KEPT, Gallery
from poe_tui.ui.transcript.picture import COARSE, Picture, decode
from tests.ui.transcript.stage import Scene, staged
from tests.ui.transcript.test_pictures import ADDRESS, Shelf, equip, pictured, png

PLACEHOLDER = "\U0010eeee"


class Ink:
    """A terminal that says at once what it can do, and keeps what it is told."""

    def __init__(self, *, sixel: bool = False, placeholders: bool = False) -> None:
        self.sixel = sixel
        self.placeholders = placeholders
        self.cell = (10, 20)
        self.abilities = Abilities(sixel=sixel)
        self.written: list[str] = []
        self.asked = 0

    def ask(self, told: Callable[[], None]) -> None:
        self.asked += 1
        told()

    def write(self, sequence: str) -> None:
        self.written.append(sequence)


def use(scene: Scene, ink: Ink, content: bytes = b"") -> Shelf:
    shelf = Shelf(content or png(800, 400))
    equip(scene, shelf)
    scene.transcript.terminal = cast("Terminal", ink)
    return shelf


def frame(scene: Scene) -> str:
    """Draw the screen, as Textual does where there is one, and return what it sends."""
    return scene.app.screen._compositor.render_full_update().render_segments(scene.app.console)


async def shown(scene: Scene, conversation: Conversation, ink: Ink) -> None:
    """Show the picture of a conversation, and wait until the terminal has been told to draw it."""
    await scene.show(conversation)
    await scene.pilot.press("i")
    await scene.until(lambda: "i hides" in scene.screen() and "on its way" not in scene.screen())
    frame(scene)
    await scene.until(lambda: bool(ink.written))


def idle(scene: Scene) -> bool:
    """Return whether nothing waits to be drawn by the terminal."""
    brush = scene.transcript.brush
    return brush is not None and brush.idle


def seen_of(address: str, rows: int = 10, first: int = 0, last: int = 10) -> Seen:
    return Seen(address, 40, rows, first, last, 3, 5, "#11121a")


async def content(_: str) -> bytes:
    return png(80, 40)


def easel(kind: type[KittyEasel | SixelEasel], ink: Ink) -> Any:
    return kind(cast("Terminal", ink), content)


# -- kitty ----------------------------------------------------------------------------------------


async def test_kitty_gets_a_picture_once_and_then_cells_that_stand_for_it() -> None:
    ink = Ink(placeholders=True)
    async with staged(size=(80, 40)) as scene:
        shelf = use(scene, ink)
        await shown(scene, pictured(ADDRESS), ink)
        (sent,) = ink.written
        assert sent.startswith("\x1b_Ga=t,f=100,i=")
        number = int(sent.partition("i=")[2].partition(",")[0])
        assert sent.endswith(kitty.placement(number, 72, 18))
        assert scene.screen().count(PLACEHOLDER) == 72 * 18
        assert frame(scene).count(PLACEHOLDER) == 72 * 18
        await scene.pilot.press("k", "j")
        frame(scene)
        await scene.until(lambda: idle(scene))
        assert len(ink.written) == 1
        await scene.resize(40, 40)
        await scene.until(lambda: "▀" in scene.screen())
        frame(scene)
        await scene.until(lambda: len(ink.written) == 2)
        assert ink.written[1] == kitty.placement(number, 35, 9)
        await scene.pilot.press("i")
        await scene.until(lambda: PLACEHOLDER not in scene.screen())
        assert ink.written[2:] == [kitty.removal(number)]
        assert set(shelf.asked) == {ADDRESS}


async def test_a_terminal_that_was_used_for_something_else_gets_its_pictures_again() -> None:
    ink = Ink(placeholders=True)
    async with staged(size=(80, 40)) as scene:
        use(scene, ink)
        await shown(scene, pictured(ADDRESS), ink)
        scene.app.app_resume_signal.publish(scene.app)
        await scene.until(lambda: PLACEHOLDER not in scene.screen())
        frame(scene)
        await scene.until(lambda: len(ink.written) == 2)
        assert ink.written[1].startswith("\x1b_Ga=t")
        assert PLACEHOLDER in scene.screen()


async def test_kitty_forgets_all_pictures_when_the_app_ends() -> None:
    ink = Ink(placeholders=True)
    async with staged(size=(80, 40)) as scene:
        use(scene, ink)
        await shown(scene, pictured(ADDRESS), ink)
        number = int(ink.written[0].partition("i=")[2].partition(",")[0])
    assert ink.written[-1] == kitty.removal(number)


async def test_of_many_pictures_kitty_keeps_those_that_were_drawn_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(easels, "SENT", 2)
    ink = Ink(placeholders=True)
    drawer = easel(KittyEasel, ink)
    for address in ("a", "b"):
        assert (await drawer.prepare(seen_of(address))).startswith("\x1b_Ga=t")
        assert drawer.drawn(seen_of(address))
    assert drawer.cells("a", 40, 10) is not None
    await drawer.prepare(seen_of("c"))
    drawer.drawn(seen_of("c"))
    assert [drawer.cells(name, 40, 10) is not None for name in "abc"] == [True, False, True]
    assert len(ink.written) == 1
    assert "a=d,d=I" in ink.written[0]
    # Those on screen stay, however many: they would be sent again and again.
    drawer.in_view = frozenset("acd")
    await drawer.prepare(seen_of("d"))
    drawer.drawn(seen_of("d"))
    assert [drawer.cells(name, 40, 10) is not None for name in "acd"] == [True, True, True]


# -- Sixel ----------------------------------------------------------------------------------------


async def test_a_sixel_is_written_over_half_blocks_where_they_are() -> None:
    ink = Ink(sixel=True)
    async with staged(size=(80, 40)) as scene:
        use(scene, ink)
        await shown(scene, pictured(ADDRESS), ink)
        (sent,) = ink.written
        row = next(y for y, line in enumerate(scene.lines()) if "▀" in line)
        assert sent.startswith(f'\x1b7\x1b[{row + 1};4H\x1bP0;1q"1;1;720;360#')
        assert sent.endswith("\x1b\\\x1b8")
        await scene.pilot.press("i")
        await scene.until(lambda: "▀" not in scene.screen())
        frame(scene)
        await scene.until(lambda: idle(scene))
        assert len(ink.written) == 1


async def test_what_is_drawn_again_is_painted_again_and_nothing_else_is() -> None:
    ink = Ink(sixel=True)
    async with staged(size=(80, 40)) as scene:
        use(scene, ink)
        await shown(scene, pictured(ADDRESS), ink)
        await scene.until(lambda: idle(scene))
        scene.transcript.repaint(0, 2)
        update = scene.app.screen._compositor.render_update()
        assert update is None or "▀" not in str(cast("Any", update).render_segments(Console()))
        await scene.until(lambda: idle(scene))
        assert len(ink.written) == 1
        frame(scene)
        await scene.until(lambda: len(ink.written) == 2)
        assert ink.written[0] == ink.written[1]


async def test_another_theme_has_the_picture_painted_on_its_own_ground() -> None:
    from poe_tui.ui.themes import builtin_themes, load_theme

    hole = Image.new("RGBA", (80, 80), (0, 0, 0, 0))
    ink = Ink(sixel=True)
    async with staged(size=(80, 40)) as scene:
        use(scene, ink, to_png(hole))
        await shown(scene, pictured(ADDRESS), ink)
        await scene.until(lambda: idle(scene))
        scene.transcript.set_palette(load_theme(builtin_themes() / "day.toml"))
        frame(scene)
        await scene.until(lambda: len(ink.written) == 2)
        night, day = (re.findall(r"#0;2;(\d+);", sent) for sent in ink.written)
        assert night == ["7"]
        assert int(day[0]) > 90


def to_png(image: Image.Image) -> bytes:
    from io import BytesIO

    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


async def test_what_lies_over_a_picture_is_left_out() -> None:
    ink = Ink(sixel=True)
    async with staged(size=(80, 40)) as scene:
        use(scene, ink)
        await shown(scene, pictured(ADDRESS), ink)
        (whole,) = scene.transcript.seen()
        assert (whole.first, whole.last) == (0, whole.rows)
        over = Static("over it")
        over.styles.overlay = "screen"
        over.styles.width, over.styles.height = 20, 2
        over.styles.offset = (30, whole.y + 4 - 40)  # from below the transcript
        await scene.app.screen.mount(over)
        await scene.pilot.pause()
        top = over.region.y
        parts = scene.transcript.seen()
        assert [(part.y, part.last - part.first) for part in parts] == [
            (whole.y, top - whole.y),
            (top + 2, whole.y + whole.rows - top - 2),
        ]
        await scene.until(lambda: idle(scene))
        del ink.written[:]
        frame(scene)
        await scene.until(lambda: len(ink.written) == 2)
        for part, sent in zip(parts, ink.written, strict=True):
            assert sent.startswith(f"\x1b7\x1b[{part.y + 1};4H\x1bP")
        await scene.app.push_screen(Screen())
        assert not scene.transcript.seen()


async def test_what_is_not_on_screen_or_under_the_footnote_is_left_out() -> None:
    ink = Ink(sixel=True)
    async with staged(size=(80, 16)) as scene:
        use(scene, ink)
        await shown(scene, pictured(ADDRESS), ink)
        (part,) = scene.transcript.seen()
        # The last line of all is left out as well: some terminals scroll.
        assert (part.rows, part.first, part.last, part.y) == (18, 0, 14, 1)
        scene.transcript.move_by(4)
        (part,) = scene.transcript.seen()
        assert (part.first, part.last, part.y) == (3, 18, 0)


async def test_a_picture_of_noise_gets_by_with_fewer_colours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def colours(sequence: str) -> int:
        return len(re.findall(r"#\d+;2;", sequence))

    async def noise(_: str) -> bytes:
        return to_png(Image.merge("RGB", [Image.effect_noise((400, 200), 90) for _ in range(3)]))

    heavy = SixelEasel(cast("Terminal", Ink(sixel=True)), noise)
    assert colours(await heavy.prepare(seen_of(ADDRESS))) > 200
    monkeypatch.setattr(easels, "HEAVY", 1_000)
    light = SixelEasel(cast("Terminal", Ink(sixel=True)), noise)
    assert colours(await light.prepare(seen_of(ADDRESS))) <= 64


async def test_what_is_kept_of_sixels_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    drawer = easel(SixelEasel, Ink(sixel=True))
    one = len(await drawer.prepare(seen_of("a")))
    monkeypatch.setattr(easels, "WRITTEN", 3 * one)
    for number in range(10):
        await drawer.prepare(seen_of(f"{number}"))
    assert len(drawer._written) <= 3
    assert len(drawer._flat) == easels.FLAT
    drawer.forget("9")
    assert not any(key[0] == "9" for key in (*drawer._written, *drawer._flat))


async def test_a_file_that_has_gone_meanwhile_leaves_the_half_blocks() -> None:
    ink = Ink(sixel=True)
    async with staged(size=(80, 40)) as scene:
        shelf = use(scene, ink)
        await scene.show(pictured(ADDRESS))
        await scene.pilot.press("i")
        await scene.until(lambda: "▀" in scene.screen())

        async def gone(address: str, limit: int = 0) -> bytes:
            shelf.asked.append("again")
            raise PoeTuiError("It has gone.")

        scene.transcript.gallery._get = gone
        frame(scene)
        await scene.until(lambda: "again" in shelf.asked)
        assert not ink.written
        assert "▀" in scene.screen()


def test_the_best_a_terminal_can_is_used() -> None:
    def best(**abilities: bool) -> object:
        found = easel_for(cast("Terminal", Ink(**abilities)), content)
        return None if found is None else type(found)

    assert best(placeholders=True, sixel=True) is KittyEasel
    assert best(sixel=True) is SixelEasel
    assert best() is None


# -- when -----------------------------------------------------------------------------------------


def test_what_moves_is_drawn_when_it_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 50.0
    waits: list[float] = []
    monkeypatch.setattr("time.monotonic", lambda: now)

    def set_timer(delay: float, _: object) -> object:
        waits.append(delay)
        return object()

    exhibit: Any = SimpleNamespace(set_timer=set_timer, grows=False, is_attached=True)
    brush = Brush(cast("Exhibit", exhibit), easel(SixelEasel, Ink()))
    for _ in range(20):  # the rows of a frame
        brush.smudged(ADDRESS)
        now += 0.001
    assert waits == [pytest.approx(SOON)]
    assert brush._due < now + SOON
    for _ in range(5):  # lines that follow each other
        now += REST / 2
        brush.smudged(ADDRESS)
        assert brush._due == pytest.approx(now + REST)
    exhibit.grows = True
    now += LINES * 0.9
    brush.smudged(ADDRESS)
    assert brush._due == pytest.approx(now + LINES)
    assert len(waits) == 1


def test_a_row_says_when_it_is_drawn_whole_or_in_part() -> None:
    told: list[str] = []
    strip = Noted([Segment("▀▀▀▀▀▀▀▀▀▀")], 10, lambda: told.append("drawn"))
    console = Console()
    assert strip.render(console) == "▀" * 10
    assert strip.crop(2, 4).render(console) == "▀▀"
    assert [part.render(console) for part in strip.divide([3, 10])] == ["▀▀▀", "▀" * 7]
    assert strip.divide([10]) == [strip]
    assert len(told) == 4


# -- what is kept ---------------------------------------------------------------------------------


async def test_only_the_rows_of_a_few_pictures_are_kept_and_little_of_any() -> None:
    gallery = Gallery(Shelf(png(2_000, 1_500)).get)
    for number in range(KEPT + 5):
        gallery.expect(f"{number}")
        await gallery.load(f"{number}")
        gallery.drawing(f"{number}", 80)
    assert len(gallery._drawn) == KEPT
    sizes = {shown.picture.image.size for shown in gallery._shown.values() if shown.picture}
    assert all(size <= most for size, most in zip(*sizes, COARSE, strict=False))
    rows, strips = gallery.drawing("0", 80)
    assert len(rows) == 24
    assert not strips
    gallery.clear()
    assert not gallery._drawn


async def test_a_message_with_very_many_pictures_fetches_a_few_at_a_time() -> None:
    coming = most = 0

    async def get(address: str, limit: int) -> bytes:
        nonlocal coming, most
        coming += 1
        most = max(most, coming)
        await asyncio.sleep(0)
        coming -= 1
        return png(2, 2)

    gallery = Gallery(get)
    for number in range(40):
        gallery.expect(f"{number}")
    await asyncio.gather(*(gallery.load(f"{number}") for number in range(40)))
    assert most == AT_ONCE


async def test_pictures_are_decoded_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    decoding = threading.Semaphore()
    alone = []

    def watched(content: bytes) -> Picture:
        alone.append(decoding.acquire(blocking=False))
        found = decode(content)
        if alone[-1]:
            decoding.release()
        return found

    async def get(address: str, limit: int) -> bytes:
        return large

    large = png(2_000, 2_000)
    monkeypatch.setattr("poe_tui.ui.transcript.gallery.decode", watched)
    gallery = Gallery(get)
    for number in range(AT_ONCE):
        gallery.expect(f"{number}")
    await asyncio.gather(*(gallery.load(f"{number}") for number in range(AT_ONCE)))
    assert alone == [True] * AT_ONCE


async def test_a_picture_may_have_as_many_bytes_as_is_set_and_no_more() -> None:
    asked: list[tuple[str, int]] = []

    async def get(address: str, limit: int) -> bytes:
        asked.append((address, limit))
        return png(2, 2)

    gallery = Gallery(get, limit=123)
    gallery.expect(ADDRESS)
    await gallery.load(ADDRESS)
    await gallery.content(ADDRESS)
    assert asked == [(ADDRESS, 123)] * 2


async def test_a_picture_has_its_true_shape_where_the_size_of_a_cell_is_known() -> None:
    gallery = galleries.Gallery(Shelf(png(800, 400)).get)
    gallery.expect(ADDRESS)
    await gallery.load(ADDRESS)
    assert gallery.size(ADDRESS, 80) == (72, 18)
    assert gallery.fit((10, 15), None)
    assert not gallery.fit((10, 15), None)
    assert gallery.size(ADDRESS, 80) == (72, 24)
    assert gallery.fit((10, 20), (500, 400))
    assert gallery.size(ADDRESS, 80) == (50, 12)


async def test_the_terminal_is_asked_only_when_a_picture_is_wanted() -> None:
    ink = Ink()
    async with staged(size=(80, 40)) as scene:
        use(scene, ink)
        await scene.show(pictured(ADDRESS))
        assert not ink.asked
        await scene.pilot.press("i")
        await scene.until(lambda: "▀" in scene.screen())
        assert [ink.asked] == [1]
        frame(scene)
        assert scene.transcript.brush is None
        assert not ink.written
