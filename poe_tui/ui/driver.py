"""The terminal, as a thing that can go away and that can be asked what it is able to do."""

from __future__ import annotations

import codecs
import fcntl
import os
import selectors
import struct
import termios
from collections.abc import Callable, Iterable
from functools import partial
from types import SimpleNamespace
from typing import IO, Any, Final, cast

import msgspec
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from poe_tui.ui.abilities import QUESTIONS, Abilities, Answers

BRISK: Final = 0.022
"""Seconds; a little more than the ESCDELAY that the command line sets."""


class Outlet:
    """A file that is written to until its terminal goes away, and is silent from then on.

    Textual's writer thread dies of the first failed write; its queue then fills, and the event loop
    waits for ever for room in it, with the reply that is coming in. `gone` is called once, in the
    thread that wrote.
    """

    def __init__(self, file: IO[str], gone: Callable[[], None]) -> None:
        self._file = file
        self._gone: Final = gone
        self._open = True

    def write(self, text: str) -> int:
        """Write `text`, or drop it where there is no terminal any more; return its length."""
        self._guard(lambda: self._file.write(text))
        return len(text)

    def flush(self) -> None:
        """Send what is buffered on its way."""
        self._guard(self._file.flush)

    def _guard(self, act: Callable[[], object]) -> None:
        if not self._open:
            return
        try:
            act()
        except (OSError, ValueError):  # the terminal hung up, or the file has been closed
            self._open = False
            self._gone()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _forgiving_decoder(encoding: str) -> Callable[[], codecs.IncrementalDecoder]:
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


class _Chord(msgspec.Struct, frozen=True):
    """In the place of a member of Textual's `Keys`, which has no such one."""

    value: str


def _missing_chords() -> dict[str, tuple[_Chord]]:
    """Return what most terminals send for chords with alt that Textual takes for something else.

    Escape and a return would be an enter: a prompt would be sent that was meant to go on. Escape
    and a digit would be what a Mac's option key types, `¡™£`, and no suggested reply would be sent.
    """
    chords = {"\x1b\r": (_Chord("alt+enter"),)}
    chords |= {f"\x1b{digit}": (_Chord(f"alt+{digit}"),) for digit in range(1, 10)}
    return chords


class _Brisk(selectors.SelectSelector):
    """Waits only briefly once something has come: it may be an escape that nothing follows.

    Textual sees that only when the wait for more input ends, after 100 ms; a reply that is to stop
    would go on for as long.
    """

    _came = False

    def select(self, timeout: float | None = None) -> Any:
        events = super().select(BRISK if self._came else timeout)
        self._came = bool(events)
        return events


class _Reader(XTermParser):
    """Makes keys of what the terminal sends, but for its answers."""

    def __init__(self, answers: Answers, ahead: str = "", debug: bool = False) -> None:
        """`ahead` is what was typed before there was anybody to read it."""
        super().__init__(debug)
        self._answers = answers
        self._ahead = ahead

    def feed(self, data: str) -> Iterable[Message]:
        if not data:  # the end of all input
            return super().feed(data)
        data, self._ahead = self._ahead + data, ""
        rest = self._answers.take(data)
        return super().feed(rest) if rest else ()

    def tick(self) -> Iterable[Message]:
        if self._ahead:
            yield from super().feed(self._ahead)
            self._ahead = ""
        if late := self._answers.overdue():
            yield from super().feed(late)
        yield from super().tick()


class TerminalDriver(LinuxDriver):
    """Textual's driver for a terminal that tells the app, by `terminal_gone`, when it is gone."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        file = cast("IO[str]", self._file)
        self._file = cast("Any", Outlet(file, self._tell))
        self._answers = Answers()

    def ask(self, told: Callable[[Abilities], None]) -> None:
        """Ask the terminal what it can do; `told` is called in the app's loop with the answer.

        It is never called where no answer comes.
        """
        if not self.input_tty or self._answers.expected:
            return

        def tell(abilities: Abilities) -> None:
            self._loop.call_soon_threadsafe(told, abilities)

        self._answers.expect(tell)
        self.write(QUESTIONS)
        self.flush()

    def cells(self) -> tuple[int, int]:
        """Return how many columns and rows there are."""
        return self._get_terminal_size()

    def cell(self) -> tuple[int, int] | None:
        """Return the width and height of a cell in pixels; None when the system does not know."""
        try:
            size = fcntl.ioctl(self.fileno, termios.TIOCGWINSZ, bytes(8))
        except OSError:
            return None
        rows, columns, width, height = struct.unpack("HHHH", size)
        if not rows or not columns or width < columns or height < rows:
            return None
        return width // columns, height // rows

    def run_input_thread(self) -> None:
        """Read keys and pastes. A paste in another encoding gets marks of replacement."""
        cast("dict[str, Any]", ANSI_SEQUENCES_KEYS).update(_missing_chords())
        # Textual's decoder is strict: a single byte that is no UTF-8 would end the app.
        vars(linux_driver)["getincrementaldecoder"] = _forgiving_decoder
        vars(linux_driver)["selectors"] = SimpleNamespace(
            SelectSelector=_Brisk, EVENT_READ=selectors.EVENT_READ
        )
        vars(linux_driver)["XTermParser"] = partial(_Reader, self._answers, self._typed_ahead())
        super().run_input_thread()

    def _typed_ahead(self) -> str:
        """Return what was typed while the terminal was still in its mode for whole lines.

        In that mode enter comes as a newline, and what is meant can't be told. The last one sends;
        those before it part lines, so that no more than one prompt is sent, and nothing is lost.
        """
        try:
            waiting = struct.unpack("i", fcntl.ioctl(self.fileno, termios.FIONREAD, bytes(4)))[0]
            typed = os.read(self.fileno, waiting) if waiting else b""
        except OSError:
            return ""
        text = typed.decode(errors="replace").lstrip("\n")
        return text.rstrip("\n") + "\r" if text.endswith("\n") else text

    def _sigcont_application(self, *_: object) -> None:
        # A terminal that hangs up sends SIGCONT behind its SIGHUP. Textual would begin a second
        # time, with a second thread for input, though nothing had been suspended.
        if self._must_signal_resume:
            super()._sigcont_application()
            # Textual draws only what changes from now on, on a screen that is empty.
            self._loop.call_soon_threadsafe(partial(self._app.refresh, layout=True))

    def _tell(self) -> None:
        self._loop.call_soon_threadsafe(self._app.terminal_gone)  # type: ignore[attr-defined]
