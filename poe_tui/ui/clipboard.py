"""Copying text, by every way there is, and saying truthfully what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
from base64 import b64encode
from collections.abc import Sequence
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
    """Where the text is, and how sure that is."""

    CONFIRMED = "to the system clipboard (confirmed)"
    """It was read back from there."""
    WRITTEN = "to the system clipboard (unconfirmed)"
    """The clipboard program took it; it can't be read back."""
    SENT = "by the terminal, OSC 52 (unconfirmed)"
    """Only the terminal was told: it answers nothing, and some ignore it."""
    BUFFERED = "to tmux, and by OSC 52 (unconfirmed)"
    """tmux has it in a buffer, to paste with its own key."""
    ONLY_BUFFERED = "to tmux only: it is too long for the terminal"
    REFUSED = "nowhere: no clipboard was found, and it is too long for the terminal"


async def copy(app: App[Any], text: str) -> Outcome:
    """Copy `text`, cleaned, by every way there is, and return how it went. Never raises.

    The words of an outcome stand behind "Copied …". The terminal is told by OSC 52, wrapped for
    tmux where that is what we run in, tmux is given its own copy, and the system clipboard is
    written by pyperclip, and read back.
    """
    text = clean(text)
    sent = _send_to_terminal(app, text)
    system, buffered = await asyncio.gather(
        asyncio.to_thread(_to_system, text), asyncio.to_thread(_to_tmux, text)
    )
    if system is not None:
        return system
    if buffered:
        return Outcome.BUFFERED if sent else Outcome.ONLY_BUFFERED
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


def _to_system(text: str) -> Outcome | None:
    """Write the system clipboard; None when there is none, or when it has not taken the text."""
    # Not from the folder that the app was started in: -P.
    said = _said([sys.executable, "-P", "-m", "poe_tui.ui.clipboard_child"], text)
    return {b"wr": Outcome.CONFIRMED, b"w": Outcome.WRITTEN}.get(said or b"")


def _to_tmux(text: str) -> bool:
    """Give tmux the text, which by default takes it neither by OSC 52 nor wrapped; say if it did.

    It passes it on to its own terminal as well (tmux(1), set-clipboard).
    """
    if not os.environ.get("TMUX") or shutil.which("tmux") is None:
        return False
    return _said(["tmux", "load-buffer", "-w", "-"], text) == b""


def _said(command: Sequence[str], text: str) -> bytes | None:
    """Return what a program says that is given `text`; None when it could not be started.

    One that hangs is ended, and what it has said by then counts; if that is nothing, all that it
    has started is ended too. One that fails without a word says None.
    """
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return None
    try:
        said, _ = process.communicate(text.encode(errors="replace"), TIMEOUT)
    except subprocess.TimeoutExpired as late:
        if not late.output:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
        return late.output or None
    return said if said or process.returncode == 0 else None
