"""Pictures in the transcript: fetched when asked for, drawn in cells, and gone again."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Attachment
from poe_tui.demo.picture import paint
from poe_tui.markdown.rows import row_text
from poe_tui.poe.files import Files
from poe_tui.ui.transcript import kitty, picture
from poe_tui.ui.transcript.files import File, files_of
from poe_tui.ui.transcript.gallery import Mode
from poe_tui.ui.transcript.picture import MOST_ROWS, PictureError, decode
from tests.poe.raw import RawServer, raw_server, refusing
from tests.ui.transcript.stage import Scene, settle, staged, talk

ADDRESS = "https://example.com/harbour.png"


def png(width: int, height: int, colour: str = "#ff0000") -> bytes:
    out = BytesIO()
    Image.new("RGBA", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def pictured(*addresses: str, text: str = "Here it is.") -> Conversation:
    conversation = talk("paint a harbour", text)
    conversation.path()[1].attachments = tuple(
        Attachment(name="harbour.png", content_type="image/png", url=address, size=2_000)
        for address in addresses
    )
    return conversation


class Shelf(Files):
    """Files without a network."""

    def __init__(self, content: bytes) -> None:
        super().__init__(Path("/nonexistent"), home="")
        self.content = content
        self.asked: list[str] = []

    async def get(self, address: str, limit: int = 0) -> bytes:
        self.asked.append(address)
        return self.content


def drawn(scene: Scene) -> int:
    """Return how many rows of half blocks are on the screen."""
    return sum("▀" in line for line in scene.lines())


def said(scene: Scene) -> str:
    """Return what the screen says, as one line without the cursor's bar."""
    return " ".join("\n".join(scene.texts()).split())


def equip(scene: Scene, files: Files, mode: Mode = "ask") -> None:
    """Give the transcript its files; it shows its conversation afresh."""
    scene.transcript.use_files(files, mode=mode)


async def test_i_shows_a_picture_and_hides_it_again() -> None:
    conversation = pictured(ADDRESS)
    async with staged(size=(80, 30)) as scene:
        shelf = Shelf(paint("a quiet harbour"))
        equip(scene, shelf)
        await scene.show(conversation)
        assert not shelf.asked
        assert any("▣ harbour.png  PNG picture · 2.0 KB   i shows" in x for x in scene.lines())
        await scene.pilot.press("i")
        await scene.until(lambda: drawn(scene) > 10)
        assert shelf.asked == [ADDRESS]
        assert any("i hides" in line for line in scene.lines())
        await scene.pilot.press("i")
        await scene.until(lambda: not drawn(scene))


async def test_a_click_on_its_name_shows_a_picture_and_its_rows_take_part_in_heights() -> None:
    conversation = pictured(ADDRESS)
    async with staged(size=(80, 30)) as scene:
        equip(scene, Shelf(paint("a quiet harbour")))
        await scene.show(conversation)
        column = scene.transcript.column
        assert column is not None
        before = column.settle(1)
        row = next(y for y, line in enumerate(scene.lines()) if "▣" in line)
        await scene.pilot.click(scene.transcript, offset=(6, row))
        await scene.until(lambda: drawn(scene) > 10)
        assert column.settle(1) == before + 22
        assert scene.transcript.virtual_size.height == column.heights.total


async def test_a_picture_keeps_its_shape_at_every_width() -> None:
    conversation = pictured(ADDRESS)
    async with staged(size=(80, 40)) as scene:
        equip(scene, Shelf(png(400, 400)))
        await scene.show(conversation)
        await scene.pilot.press("i")
        await scene.until(lambda: drawn(scene) == MOST_ROWS)
        await scene.resize(25, 40)
        await scene.until(lambda: drawn(scene) == 10)
        width = scene.transcript.size.width
        strips = [scene.transcript.render_line(y) for y in range(40)]
        assert {strip.cell_length for strip in strips} == {width}


async def test_the_beginning_of_a_picture_higher_than_the_screen_is_shown() -> None:
    async with staged(size=(80, 12)) as scene:
        equip(scene, Shelf(png(400, 400)))
        await scene.show(pictured(ADDRESS))
        await scene.pilot.press("i")
        await scene.until(lambda: drawn(scene) == 11)
        assert "▣ harbour.png" in scene.lines()[0]


async def test_a_picture_is_neither_copied_nor_found() -> None:
    conversation = pictured(ADDRESS)
    async with staged(size=(80, 40)) as scene:
        equip(scene, Shelf(png(40, 40)))
        await scene.show(conversation)
        await scene.pilot.press("i")
        await scene.until(lambda: bool(drawn(scene)))
        scene.transcript.text_select_all()
        selected = scene.app.screen.get_selected_text()
        assert selected is not None
        assert "▀" not in selected
        assert selected.split() == [
            *("Here", "it", "is.", "harbour.png", "PNG", "picture", "·", "2.0", "KB")
        ]
        assert scene.transcript.find("▀") == 0


async def test_what_is_read_stays_in_place_when_a_picture_comes_above_it() -> None:
    conversation = pictured(ADDRESS)
    for number in range(12):
        conversation.ask(f"prompt {number}")
        settle(conversation.reply("Echo"), f"answer {number}")
    async with staged(size=(80, 20)) as scene:
        equip(scene, Shelf(png(40, 40)))
        await scene.show(conversation)
        await scene.still()
        await scene.pilot.press("k", "k", "k")
        before = scene.texts()
        scene.transcript.press_picture(1, 0)
        column = scene.transcript.column
        assert column is not None
        await scene.until(lambda: column.settle(1) > 15)
        await scene.pilot.pause()
        assert scene.texts() == before


async def test_a_picture_that_the_text_names_can_be_shown_as_well() -> None:
    text = f"Look:\n\n![A quiet harbour]({ADDRESS})\n\n```\n![not this](https://a.b/c.png)\n```"
    async with staged(size=(80, 40)) as scene:
        shelf = Shelf(png(40, 40))
        equip(scene, shelf)
        await scene.show(talk("paint", text))
        assert "▣ harbour.png  PNG picture   i shows" in scene.screen()
        await scene.pilot.press("i")
        await scene.until(lambda: bool(drawn(scene)))
        assert shelf.asked == [ADDRESS]


async def test_pictures_come_by_themselves_where_that_is_set_but_only_those_in_view() -> None:
    conversation = pictured("https://example.com/first.png")
    for number in range(12):
        conversation.ask(f"prompt {number}")
        settle(conversation.reply("Echo"), "answer " * 40)
    conversation.path()[-1].attachments = (
        Attachment(name="last.png", url="https://example.com/last.png"),
    )
    async with staged(size=(80, 20)) as scene:
        shelf = Shelf(png(20, 20))
        equip(scene, shelf, "always")
        await scene.show(conversation)
        await scene.until(lambda: bool(drawn(scene)))
        await scene.still()
        assert shelf.asked == ["https://example.com/last.png"]
        await scene.pilot.press("i")
        await scene.until(lambda: not drawn(scene))
        await scene.pilot.press("g")
        await scene.until(lambda: bool(drawn(scene)))
        assert shelf.asked == ["https://example.com/last.png", "https://example.com/first.png"]


async def test_pictures_can_be_switched_off() -> None:
    async with staged(size=(80, 20)) as scene:
        shelf = Shelf(png(20, 20))
        equip(scene, shelf, "never")
        await scene.show(pictured(ADDRESS))
        assert "i shows" not in scene.screen()
        await scene.pilot.press("i")
        await scene.until(lambda: any("never" in text for text in scene.app.noticed))
        assert not shelf.asked


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html>not a picture</html>", "It is no PNG, JPEG, GIF or WebP"),
        (png(30, 30)[:60], "or it is damaged"),
        (b"", "or it is damaged"),
    ],
)
async def test_what_is_no_picture_is_an_error_in_words_in_its_place(
    content: bytes, words: str
) -> None:
    async with staged(size=(80, 20)) as scene:
        equip(scene, Shelf(content))
        await scene.show(pictured(ADDRESS))
        await scene.pilot.press("i")
        await scene.until(lambda: words in said(scene))
        assert "✗ This picture can't be shown." in scene.screen()
        await scene.pilot.press("i")
        await scene.until(lambda: "✗" not in scene.screen())


async def test_a_link_that_has_expired_is_told_in_its_place(tmp_path: Path) -> None:
    async with raw_server(refusing(403, "gone")) as raw, staged(size=(80, 20)) as scene:
        equip(scene, Files(tmp_path, home=raw.base))
        await scene.show(pictured(f"{raw.base}/x.png"))
        await scene.pilot.press("i")
        await scene.until(lambda: "such links expire" in said(scene))


async def test_a_picture_that_is_long_in_coming_can_be_left(tmp_path: Path) -> None:
    async def waits(server: RawServer) -> None:
        await server.seen[0].disconnected.wait()

    async def silent(exchange: object) -> None:
        await raw.seen[-1].until_disconnected()

    async with raw_server(silent) as raw, staged(size=(80, 20)) as scene:
        equip(scene, Files(tmp_path, home=raw.base))
        await scene.show(pictured(f"{raw.base}/x.png"))
        await scene.pilot.press("i")
        await scene.until(lambda: "on its way · i leaves it" in scene.screen() and bool(raw.seen))
        await scene.pilot.press("i")
        await waits(raw)
        await scene.until(lambda: "on its way" not in scene.screen())


def test_a_picture_is_drawn_in_half_blocks_of_its_colours() -> None:
    image = Image.new("RGBA", (4, 4), "#ff0000")
    for x in range(4):
        image.putpixel((x, 1), (0, 0, 255, 255))
        image.putpixel((x, 2), (0, 0, 0, 0))
    out = BytesIO()
    image.save(out, "PNG")
    upper, lower = decode(out.getvalue()).rows(4, 2)
    assert [(s.text, s.look.role, s.look.ground) for s in upper.spans] == [
        ("▀▀▀▀", "#ff0000", "#0000ff")
    ]
    assert [(s.text, s.look.role, s.look.ground) for s in lower.spans] == [("▄▄▄▄", "#ff0000", "")]
    assert not row_text(upper)


@pytest.mark.parametrize(
    ("size", "room", "cells"),
    [
        ((400, 400), 80, (48, 24)),
        ((1600, 800), 80, (72, 18)),
        ((1600, 800), 20, (20, 5)),
        ((16, 16), 80, (16, 8)),
        ((1, 4000), 80, (1, 24)),
        ((4000, 1), 80, (72, 1)),
        ((100, 100), 1, (1, 1)),
        ((1, 1), 80, (1, 1)),
    ],
)
def test_a_picture_fits_and_is_never_drawn_larger_than_it_is(
    size: tuple[int, int], room: int, cells: tuple[int, int]
) -> None:
    picture = decode(png(*size))
    assert picture.cells(room) == cells
    rows = picture.rows(*cells)
    assert [row.cells for row in rows] == [cells[0]] * cells[1]
    assert all(sum(len(span.text) for span in row.spans) == cells[0] for row in rows)


def test_a_picture_with_too_many_pixels_is_not_decoded() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    for side in (9_000, 60_000):
        header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
        bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b"")
        with pytest.raises(PictureError):
            decode(bomb)


def test_a_jpeg_that_would_take_minutes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    out = BytesIO()
    Image.new("L", (1_600, 1_600), 128).save(out, "JPEG", progressive=True)
    whole = out.getvalue()
    last_scan = whole[whole.rindex(b"\xff\xda") : -2]
    endless = whole[:-2] + last_scan * 20_000 + b"\xff\xd9"
    monkeypatch.setattr(picture, "DECODING", 0.05)
    with pytest.raises(PictureError, match="takes longer"):
        decode(endless)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_nothing_but_pixels_is_handed_on_of_a_file(form: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x010E] = "a description"
    out = BytesIO()
    Image.new("RGB", (90, 60), "#ff8000").save(out, form, icc_profile=profile, exif=exif)
    made = decode(out.getvalue()).png()
    chunks, at = [], 8
    while at < len(made):
        length, kind = struct.unpack_from(">I4s", made, at)
        chunks.append(kind)
        at += 12 + length
    assert set(chunks) == {b"IHDR", b"IDAT", b"IEND"}


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1"])
def test_every_usual_kind_of_picture_is_decoded(form: str, mode: str) -> None:
    out = BytesIO()
    Image.new("RGB", (30, 20), "#336699").convert(
        "L" if (form, mode) == ("JPEG", "P") else mode
    ).save(out, form)
    picture = decode(out.getvalue())
    assert (picture.width, picture.height, picture.image.mode) == (30, 20, "RGBA")


def test_files_are_named_with_their_kind() -> None:
    files = files_of(
        [
            Attachment(name="a.png", url=ADDRESS),
            Attachment(name="b", content_type="application/pdf"),
            Attachment(name="c.svg", content_type="image/svg+xml", url=ADDRESS),
            Attachment(name="d.txt", content_type="text/plain; charset=utf-8"),
            Attachment(name="e.csv", content_type="text/csv", url="javascript:alert(1)"),
            Attachment(name="f", content_type="application/octet-stream"),
        ]
    )
    assert files == [
        File("a.png", ADDRESS, "PNG picture", None, True),
        File("b", "", "PDF"),
        File("c.svg", ADDRESS, "picture"),
        File("d.txt", "", "text"),
        File("e.csv", "", "csv text"),
        File("f", "", ""),
    ]


def test_a_large_picture_is_sent_to_kitty_in_pieces() -> None:
    sent = kitty.transmission(7, bytes(10_000)).split("\x1b\\")
    assert len(sent) == 5
    assert [part.partition("m=")[2][0] for part in sent[:-1]] == ["1", "1", "1", "0"]
    assert max(map(len, sent)) < 4200


def test_kitty_s_accents_are_those_of_its_own_table() -> None:
    table = kitty.accents()
    assert len(table) == 129
    assert [ord(table[n]) for n in (0, 1, 2, 3, 12, 60, 128)] == [
        *(0x305, 0x30D, 0x30E, 0x310, 0x350, 0x616, 0x82D)
    ]
