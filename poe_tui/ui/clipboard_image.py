"""The picture in the clipboard of this machine, by the programs that the system has for it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from poe_tui.errors import PoeTuiError

TIMEOUT: Final = 5.0
"""Seconds for each program: whoever owns the selection may hang."""

#: How files of the kinds that Poe's bots read begin, and what they are called.
_BEGINNINGS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"RIFF", "webp"),
)
_TYPES: Final = ("image/png", "image/jpeg", "image/webp", "image/gif")


class NoImage(PoeTuiError):
    """There is no picture to be had; the words say why, and what would help."""

    title = "No picture in the clipboard"


class _Reader(msgspec.Struct, frozen=True):
    """A program that reads the clipboard. `types` lists what is in it; empty: it can't tell."""

    name: str
    types: Sequence[str]
    get: Sequence[str]

    def getting(self, kind: str) -> list[str]:
        return [part.replace("{type}", kind) for part in self.get]


_WAYLAND: Final = _Reader(
    "wl-paste", ("wl-paste", "--list-types"), ("wl-paste", "--no-newline", "--type", "{type}")
)
_X11: Final = _Reader(
    "xclip",
    ("xclip", "-selection", "clipboard", "-t", "TARGETS", "-o"),
    ("xclip", "-selection", "clipboard", "-t", "{type}", "-o"),
)
_MAC: Final = _Reader("pngpaste", (), ("pngpaste", "-"))


async def read_image() -> tuple[bytes, str]:
    """Return the picture in the clipboard and its ending, `png`. Raises NoImage."""
    reader = _reader(os.environ, sys.platform)
    kind = _TYPES[0]
    if reader.types:
        offered = (await _run(reader.types)).decode(errors="replace").split()
        found = [each for each in _TYPES if each in offered]
        if not found:
            raise NoImage("What is there is no picture.", hint="Copy one first.")
        kind = found[0]
    data = await _run(reader.getting(kind))
    ending = next((name for start, name in _BEGINNINGS if data.startswith(start)), "")
    if not ending:
        raise NoImage("What is there is no picture.", hint="Copy one first.")
    return data, ending


def _reader(environment: Mapping[str, str], platform: str) -> _Reader:
    """Return the program to ask; raises NoImage when this session has none."""
    if platform == "darwin":
        fitting = [_MAC]
    else:
        fitting = [_WAYLAND] if environment.get("WAYLAND_DISPLAY") else []
        fitting += [_X11] if environment.get("DISPLAY") else []
    if not fitting:
        raise NoImage(
            "No desktop is within reach of this terminal, as over SSH.",
            hint="Save the picture as a file and attach that.",
        )
    for reader in fitting:
        if shutil.which(reader.name):
            return reader
    needed = " or ".join(reader.name for reader in fitting)
    raise NoImage(f"Reading it takes {needed}, which is not installed.", hint=f"Install {needed}.")


async def _run(command: Sequence[str]) -> bytes:
    """Return what a program writes; raises NoImage when it fails or takes too long."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise NoImage(f"{command[0]} could not be started: {reason}.") from error
    try:
        out, _ = await asyncio.wait_for(process.communicate(), TIMEOUT)
    except TimeoutError:
        raise NoImage(f"{command[0]} did not answer in {TIMEOUT:.0f} seconds.") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        raise NoImage("The clipboard is empty, or holds no picture.", hint="Copy one first.")
    return out
