"""Copying text, by every way there is, and saying truthfully what came of it."""

from __future__ import annotations

import asyncio
import os
from base64 import b64encode
from enum import StrEnum
from typing import Any, Final

from textual.app import App

TIMEOUT: Final = 2.0
"""Seconds to wait for the system clipboard: its program may hang on a display that is gone."""

OSC_LIMIT: Final = 100_000
"""Characters of base64 that a terminal takes in one OSC 52: xterm and tmux stop near it."""


_KEPT_CONTROLS: Final = "\n\t"


def clean(text: str) -> str:
    """Return text on its way in or out by the clipboard: one kind of line end, no controls.

    A prompt would send the control characters unseen; a shell into which an answer is pasted could
    take an escape sequence for the end of the paste, and run what follows.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        character
        for character in text
        if character in _KEPT_CONTROLS or not (ord(character) < 32 or 127 <= ord(character) < 160)
    )


class Outcome(StrEnum):
    """How sure it is that the text is in the clipboard."""

    CONFIRMED = "to the clipboard"
    """It was read back from the system clipboard."""
    WRITTEN = "to the clipboard, unconfirmed"
    """The clipboard program took it; reading it back did not work."""
    SENT = "by the terminal (OSC 52), which does not confirm it"
    """Only the terminal was told, and many ignore it."""
    REFUSED = "nowhere: no clipboard was found, and it is too long for the terminal"


async def copy(app: App[Any], text: str) -> str:
    """Copy `text`, cleaned, and return how it went, to stand behind "Copied …".

    The terminal is told by OSC 52, wrapped for tmux where that is what we run in; the system
    clipboard is written by pyperclip in a thread, and read back. Never raises.
    """
    text = clean(text)
    sent = _send_to_terminal(app, text)
    system = await _copy_to_system(text)
    if system is not None:
        return system
    return Outcome.SENT if sent else Outcome.REFUSED


def osc52(text: str, *, tmux: bool) -> str:
    """Return the sequence that asks a terminal to put `text` into its clipboard.

    Inside tmux it is wrapped for passing through to the terminal outside (tmux(1),
    allow-passthrough), with every escape doubled.
    """
    sequence = f"\x1b]52;c;{b64encode(text.encode(errors='replace')).decode()}\a"
    if tmux:
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return sequence


def _send_to_terminal(app: App[Any], text: str) -> bool:
    if len(text.encode(errors="replace")) * 4 // 3 > OSC_LIMIT:
        return False
    app.copy_to_clipboard(text)
    driver = app._driver  # Textual has no public way to write a sequence of one's own.
    if os.environ.get("TMUX") and driver is not None:
        driver.write(osc52(text, tmux=True))
    return True


async def _copy_to_system(text: str) -> Outcome | None:
    """Write the system clipboard; None when there is none, or it does not answer in time."""
    try:
        return await asyncio.wait_for(asyncio.to_thread(_write_and_read, text), TIMEOUT)
    except TimeoutError:
        return None


def _write_and_read(text: str) -> Outcome | None:
    import pyperclip

    try:
        pyperclip.copy(text)
    except (pyperclip.PyperclipException, OSError):
        return None
    try:
        return Outcome.CONFIRMED if pyperclip.paste() == text else Outcome.WRITTEN
    except (pyperclip.PyperclipException, OSError):
        return Outcome.WRITTEN
