"""A program in a real pseudo-terminal: what it draws, when, and what it costs."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

# What Textual asks a terminal at start, and what one like xterm answers.
_ANSWERS = (
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),
    (re.compile(rb"\x1b\[16t"), b"\x1b[6;20;10t"),
    (re.compile(rb"\x1b\[\?u"), b"\x1b[?0u"),
)


class Terminal:
    """Runs `argv` in a pty of `rows` by `columns` cells; `output` is every byte it wrote.

    `kinds` is what it answers when it is asked what kinds of sequence it knows.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        rows: int = 40,
        columns: int = 120,
        kinds: bytes = b"\x1b[?62;22c",
    ) -> None:
        self.output = bytearray()
        self.reads: list[tuple[float, int]] = []
        """When each read came, in seconds since the start, and how many bytes it held."""
        self.ended = False
        self._answers = (*_ANSWERS, (re.compile(rb"\x1b\[c"), kinds))
        self._asked = 0
        self._started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            _become(argv, dict(env if env is not None else os.environ), rows, columns)
        self.resize(rows, columns)

    def resize(self, rows: int, columns: int) -> None:
        """Tell the program that its window has another size."""
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def elapsed(self) -> float:
        """Return the seconds since the program was started."""
        return time.perf_counter() - self._started

    def pump(self, timeout: float = 0.02) -> bytes:
        """Return what the program wrote; empty when nothing came within `timeout` seconds."""
        ready, _, _ = select.select([self._fd], [], [], timeout)
        if not ready:
            return b""
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            data = b""
        if not data:
            self.ended = True
            return b""
        self.reads.append((self.elapsed(), len(data)))
        self.output += data
        self._answer()
        return data

    def _answer(self) -> None:
        fresh = bytes(self.output[self._asked :])
        for question, answer in self._answers:
            for _ in question.findall(fresh):
                os.write(self._fd, answer)
        self._asked = len(self.output)

    def wait_for(self, marker: bytes, *, timeout: float = 30, since: int = 0) -> float | None:
        """Return when the read came that brought `marker`, in seconds; None if it never did.

        `since` is an offset into `output`: only what was written after it counts.
        """
        end = time.perf_counter() + timeout
        while time.perf_counter() < end and not self.ended:
            if marker in self.output[since:]:
                return self.reads[-1][0]
            self.pump(0.01)
        return self.reads[-1][0] if marker in self.output[since:] else None

    def pump_for(self, seconds: float) -> None:
        """Take in what the program writes in the next `seconds`."""
        end = self.elapsed() + seconds
        while (left := end - self.elapsed()) > 0:
            self.pump(min(0.01, left))

    def wait_until(self, true: Callable[[], bool], *, timeout: float = 20) -> bool:
        """Pump until `true()`; False when it has not come after `timeout` seconds."""
        end = time.perf_counter() + timeout
        while time.perf_counter() < end:
            self.pump(0.05)
            if true():
                return True
        return False

    def settle(self, quiet: float = 0.6, timeout: float = 20) -> float:
        """Pump until nothing has come for `quiet` seconds; return when the last byte came."""
        end = time.perf_counter() + timeout
        while time.perf_counter() < end and not self.ended:
            self.pump(0.02)
            if self.reads and self.elapsed() - self.reads[-1][0] > quiet:
                break
        return self.reads[-1][0] if self.reads else 0.0

    def send(self, keys: bytes) -> None:
        """Type `keys`."""
        os.write(self._fd, keys)

    def memory(self) -> float:
        """Return the resident memory of the process, in MiB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        return int(found[1]) / 1024 if found else 0.0

    def cpu(self) -> float:
        """Return the seconds of processor time used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def hang_up(self) -> None:
        """Take the terminal away, as when its window is closed."""
        os.close(self._fd)
        self._fd = -1

    def wait_for_end(self, *, timeout: float) -> bool:
        """Wait for the program to end by itself; False when it has not after `timeout` seconds."""
        end = time.perf_counter() + timeout
        while time.perf_counter() < end:
            if self._fd >= 0:
                self.pump(0.05)
            else:
                time.sleep(0.05)
            pid, _ = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.ended = True
                return True
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self._fd >= 0:
            os.close(self._fd)


def _become(argv: Sequence[str], env: dict[str, str], rows: int, columns: int) -> None:
    """In the child: give the terminal its size and turn into the program; never returns."""
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    env.update(TERM="xterm-256color", COLORTERM="truecolor")
    # A size in the environment would win over that of the terminal; snapshots leave one behind.
    for name in ("TMUX", "STY", "COLUMNS", "LINES"):
        env.pop(name, None)
    try:
        os.execvpe(argv[0], list(argv), env)
    finally:
        os._exit(127)


PYTHON = sys.executable

APP = str(Path(sys.executable).with_name("poe-tui"))
"""The command as pip installs it."""
