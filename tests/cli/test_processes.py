"""poe-tui as a process of its own: signals, pipes that break, terminals."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from poe_tui.demo.service import DemoService
from poe_tui.paths import find_paths

PROGRAM = (sys.executable, "-m", "poe_tui")
PATIENCE = 30.0
"""Seconds after which a test gives up waiting."""


@pytest.fixture(autouse=True)
def beside(demo: DemoService, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo service in Poe's place, for whatever is started here."""
    monkeypatch.setenv("POE_TUI_BASE_URL", demo.base)
    monkeypatch.setenv("POE_API_KEY", demo.key)
    monkeypatch.setenv("TERM", "xterm")


@contextlib.contextmanager
def started(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run poe-tui with pipes at all three ends."""
    process = subprocess.Popen(
        [*PROGRAM, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def saved_answers(directory: Path | None = None) -> list[dict[str, object]]:
    return [
        message
        for file in (directory or find_paths().conversations).glob("*.json")
        for message in json.loads(file.read_text())["messages"]
        if message["role"] == "bot"
    ]


def until_read(process: subprocess.Popen[bytes], ending: bytes) -> bytes:
    """Read stdout up to `ending`."""
    assert process.stdout is not None
    got = b""
    while not got.endswith(ending):
        piece = os.read(process.stdout.fileno(), 1)
        assert piece, f"stdout ended after {got!r}"
        got += piece
    return got


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_stops_the_reply_and_keeps_what_arrived(
    demo: DemoService, number: signal.Signals, code: int
) -> None:
    with started("ask", "-b", "Echo", "first\nthen --delay 0.3 " + "more " * 200) as process:
        until_read(process, b"first\n")
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == code
    assert b"stopped" in err
    assert b"Traceback" not in err
    (answer,) = saved_answers()
    assert answer["status"] == "stopped"
    assert str(answer["text"]).startswith("first\n")
    assert (b"first\n" + out).decode().strip() == str(answer["text"]).strip()


def test_a_closed_terminal_stops_the_reply_and_keeps_what_arrived() -> None:
    controller, terminal = pty.openpty()
    words = ("ask", "-b", "Echo", "first\nthen --delay 0.3 " + "more " * 200)
    with subprocess.Popen(
        [*PROGRAM, *words],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    ) as process:
        os.close(terminal)
        seen = b""
        while b"then" not in seen:
            seen += os.read(controller, 1024)
        os.close(controller)
        assert process.wait(PATIENCE) == 129
    (answer,) = saved_answers()
    assert answer["status"] == "stopped"
    assert str(answer["text"]).startswith("first\nthen")
    assert not find_paths().log_file.exists()


def test_nohup_is_heeded() -> None:
    words = ("ask", "-b", "Echo", "first\nthen --delay 0.05 last")
    process = subprocess.Popen(
        ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *PROGRAM, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    with process:
        until_read(process, b"first\n")
        process.send_signal(signal.SIGHUP)
        rest, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert b"last" in rest


def test_an_output_that_knows_few_characters_is_no_reason_to_fail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = subprocess.run(
        [*PROGRAM, "ask", "-b", "Echo", "na\u00efve"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout) == (0, b"na?ve\n")


def test_a_pipe_that_stays_open_is_no_riddle() -> None:
    process = subprocess.Popen(
        [*PROGRAM, "ask", "-b", "Echo", "hello"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.stderr is not None
        assert b"waiting for stdin" in process.stderr.readline()
        out, _ = process.communicate(b"under it", timeout=PATIENCE)
    assert out == b"hello\n\nunder it\n"


def test_a_reader_that_leaves_stops_the_reply_quietly(demo: DemoService) -> None:
    with started("ask", "-b", "Firehose", "go") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        err = process.stderr.read()
        process.wait(PATIENCE)
    assert err == b""
    assert process.returncode == 0


def test_a_table_into_a_closed_pipe_is_quiet() -> None:
    with started("bots") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        process.wait(PATIENCE)
    assert (process.returncode, err) == (0, b"")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("ask", "-b", "Echo", "hello"), "What arrived is in the conversation"),
        (("ask", "-b", "Echo", "--json", "hello"), "What arrived is in the conversation"),
        (("ask", "-b", "Echo", "--no-save", "hello"), "It is lost"),
        (("balance",), "Make room"),
    ],
)
def test_a_full_disk_under_stdout_is_told(words: tuple[str, ...], told: str) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*PROGRAM, *words],
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
        )
    assert done.returncode == 1
    err = done.stderr.decode()
    assert "can't be written to stdout: No space left" in err
    assert told in err
    assert "mistake" not in err
    assert "Exception" not in err


@pytest.mark.parametrize(
    ("closed", "bot", "code", "out", "err"),
    [
        ("<", "Echo", 0, b"hello\n", b""),
        (">", "Echo", 0, b"", b""),
        ("2>", "Error", 1, b"", b""),
    ],
)
def test_a_stream_that_the_caller_has_closed_leads_to_nowhere(
    closed: str, bot: str, code: int, out: bytes, err: bytes
) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}&-', "sh", *PROGRAM, "ask", "-b", bot, "hello"],
        capture_output=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout, done.stderr) == (code, out, err)
    (answer,) = saved_answers()
    assert answer["text"] == ("hello" if bot == "Echo" else "")


def on_terminal(*words: str) -> tuple[int, bytes]:
    """Run poe-tui at a terminal of its own and return its exit code and what the screen got."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, *words], stdin=terminal, stdout=terminal, stderr=terminal, close_fds=True
    )
    os.close(terminal)
    screen = b""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if select.select([controller], [], [], 0.1)[0]:
            try:
                screen += os.read(controller, 65536)
            except OSError:  # Linux says EIO when the other end is closed
                break
    os.close(controller)
    return process.wait(PATIENCE), screen


@pytest.mark.parametrize("how", [(), ("--json",)])
def test_a_terminal_never_gets_a_bots_control_characters(how: tuple[str, ...]) -> None:
    code, screen = on_terminal("ask", *how, "-b", "Evil", "hello")
    assert code == 0
    assert not set(screen.decode()) & set("\x1b\x07\x9b\u202e")
    assert len(screen) > 100


def test_a_terminal_never_gets_control_characters_of_files() -> None:
    paths = find_paths(demo=True)
    paths.conversations.mkdir(parents=True)
    evil = "\x1b]52;c;eA==\x07\x9b2J\u202e"
    (paths.conversations / f"a ({evil} conflicted copy).json").write_text("{}")
    role = {"format": 1, "title": evil, "bot": evil, "messages": [{"id": "x", "role": evil}]}
    (paths.conversations / "b.json").write_text(json.dumps(role))
    paths.config.mkdir(parents=True)
    paths.config_file.write_text(f"bot = {json.dumps(evil)}\n[aliases]\n{json.dumps(evil)} = 'x'")
    for words in (("list",), ("list", "--json"), ("config",), ("bots",), ("show", "b")):
        _, screen = on_terminal(*words)
        assert not set(screen.decode()) & set("\x1b\x07\x9b\u202e"), words
        assert screen


def test_a_terminal_is_no_stdin_to_wait_for() -> None:
    assert on_terminal("ask", "-b", "Echo", "hello") == (0, b"hello\r\n")


class App:
    """The app at a terminal of 100 by 30 cells."""

    def __init__(self, *words: str) -> None:
        self._controller, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.process = subprocess.Popen(
            [*PROGRAM, *words], stdin=terminal, stdout=terminal, stderr=terminal, close_fds=True
        )
        os.close(terminal)
        self.screen = b""

    def wait_for(self, text: str) -> None:
        """Read what is drawn until `text` has been."""
        self.wait_until(lambda: text.encode() in self.screen)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Read what is drawn until `condition` is true."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, self.screen[-3000:]
            if select.select([self._controller], [], [], 0.1)[0]:
                self.screen += os.read(self._controller, 65536)

    def __enter__(self) -> App:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._controller)

    def press(self, keys: str) -> None:
        """Type `keys`; what was drawn before is forgotten."""
        self.screen = b""
        os.write(self._controller, keys.encode())

    def quit(self) -> int:
        """Press ctrl+q, read to the end, and return the exit code."""
        self.press("\x11")
        with contextlib.suppress(OSError):  # Linux says EIO when the other end is closed
            while os.read(self._controller, 65536):
                pass
        return self.process.wait(PATIENCE)


def test_the_app_opens_on_the_demo_chats_and_finds_everything_again() -> None:
    conversations = find_paths(demo=True).conversations
    with App("--demo", "-b", "Echo", "what", "was", "that?") as app:
        app.wait_for("DEMO")
        app.wait_until(lambda: [a["status"] for a in saved_answers(conversations)] == ["complete"])
        assert app.quit() == 0
    assert saved_answers(conversations)[0]["text"] == "what was that?"
    with App("--demo", "-c") as again:
        again.wait_for("what was that?")
        assert again.quit() == 0


def test_the_demo_answers_without_key_and_network(tmp_path: Path) -> None:
    hidden = ("POE_API_KEY", "POE_TUI_BASE_URL")
    done = subprocess.run(
        [*PROGRAM, "ask", "--demo", "-b", "Echo", "hello"],
        env={name: value for name, value in os.environ.items() if name not in hidden},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"hello\n", b"")
