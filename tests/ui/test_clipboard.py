"""Copying says truthfully what came of it."""

from __future__ import annotations

import base64

import pyperclip
import pytest
from textual.app import App

from poe_tui.ui import clipboard
from poe_tui.ui.clipboard import Outcome, copy, osc52


def no_clipboard(*_: object) -> None:
    raise pyperclip.PyperclipException("no clipboard here")


async def test_text_that_can_be_read_back_is_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[str] = []
    monkeypatch.setattr(pyperclip, "copy", held.append)
    monkeypatch.setattr(pyperclip, "paste", lambda: held[-1])
    app: App[None] = App()
    async with app.run_test():
        assert await copy(app, "some text") == Outcome.CONFIRMED
        assert held == ["some text"]
        assert app.clipboard == "some text"


async def test_what_a_bot_wrote_is_copied_without_escape_sequences(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held: list[str] = []
    monkeypatch.setattr(pyperclip, "copy", held.append)
    monkeypatch.setattr(pyperclip, "paste", lambda: held[-1])
    app: App[None] = App()
    async with app.run_test():
        assert await copy(app, "ls\x1b[201~\rrm -rf ~\x9b\n\tüß") == Outcome.CONFIRMED
        assert held == ["ls[201~\nrm -rf ~\n\tüß"]
        assert app.clipboard == held[0]


async def test_text_that_reads_back_differently_is_not_confirmed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pyperclip, "copy", lambda text: None)
    monkeypatch.setattr(pyperclip, "paste", lambda: "something else")
    app: App[None] = App()
    async with app.run_test():
        assert await copy(app, "some text") == Outcome.WRITTEN


async def test_without_a_system_clipboard_only_the_terminal_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pyperclip, "copy", no_clipboard)
    app: App[None] = App()
    async with app.run_test():
        assert await copy(app, "some text") == Outcome.SENT
        assert await copy(app, "x" * clipboard.OSC_LIMIT) == Outcome.REFUSED


async def test_a_clipboard_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    gate = threading.Event()
    monkeypatch.setattr(pyperclip, "copy", lambda text: gate.wait(5))
    monkeypatch.setattr(clipboard, "TIMEOUT", 0.05)
    app: App[None] = App()
    async with app.run_test():
        assert await copy(app, "some text") == Outcome.SENT
        gate.set()


def test_inside_tmux_the_sequence_is_wrapped_and_its_escapes_doubled() -> None:
    code = base64.b64encode("ö".encode()).decode()
    assert osc52("ö", tmux=False) == f"\x1b]52;c;{code}\a"
    assert osc52("ö", tmux=True) == f"\x1bPtmux;\x1b\x1b]52;c;{code}\a\x1b\\"
