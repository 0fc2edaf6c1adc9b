"""The picture in the clipboard, read by programs that stand in for the system's."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from poe_tui.ui import clipboard_image
from poe_tui.ui.clipboard_image import NoImage, read_image

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Wayland session whose programs are those in the folder that is given."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-1")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    return programs


def install(programs: Path, name: str, script: str) -> None:
    """Put a shell script in the folder."""
    program = programs / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)


def giving(types: str, content: bytes) -> str:
    """Return a script that lists `types`, and else writes `content`."""
    coded = base64.b64encode(content).decode()
    return (
        f'case "$*" in *list-types*|*TARGETS*) printf "{types}" ;; '
        f"*) echo {coded} | base64 -d ;; esac"
    )


@pytest.mark.parametrize(
    ("types", "content", "ending"),
    [
        ("text/html\\nimage/png\\n", PNG, "png"),
        ("image/jpeg\\n", b"\xff\xd8\xff\xe0", "jpg"),
        ("image/gif\\nimage/webp\\n", b"RIFF....WEBP", "webp"),
    ],
)
async def test_a_picture_is_read_in_the_best_kind_there_is(
    desktop: Path, types: str, content: bytes, ending: str
) -> None:
    install(desktop, "wl-paste", giving(types, content))
    assert await read_image() == (content, ending)


async def test_under_x11_it_is_xclip_that_reads(
    desktop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY")
    install(desktop, "xclip", giving("TARGETS\\nimage/png\\n", PNG))
    assert await read_image() == (PNG, "png")


async def test_on_a_mac_it_is_pngpaste(desktop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    install(desktop, "pngpaste", giving("", PNG))
    assert await read_image() == (PNG, "png")


async def test_without_a_picture_the_words_say_so(desktop: Path) -> None:
    for script, words in (
        (giving("text/plain\\n", b"words"), "no picture"),
        (giving("image/png\\n", b"<html>"), "no picture"),
        ("exit 1", "empty"),
    ):
        install(desktop, "wl-paste", script)
        with pytest.raises(NoImage, match=words):
            await read_image()


async def test_a_program_that_hangs_is_given_up(
    desktop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard_image, "TIMEOUT", 0.05)
    install(desktop, "wl-paste", "exec sleep 60")
    with pytest.raises(NoImage, match="did not answer"):
        await read_image()


async def test_without_a_program_or_a_desktop_the_words_say_what_helps(
    desktop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(desktop))
    monkeypatch.setenv("DISPLAY", ":0")
    with pytest.raises(NoImage, match="wl-paste or xclip") as caught:
        await read_image()
    assert caught.value.hint == "Install wl-paste or xclip."
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY")
    with pytest.raises(NoImage, match="SSH"):
        await read_image()


async def test_a_program_that_can_t_be_started_is_no_crash(desktop: Path) -> None:
    install(desktop, "wl-paste", "")
    (desktop / "wl-paste").write_bytes(b"\0\0\0 not a program")
    with pytest.raises(NoImage, match="could not be started"):
        await read_image()
