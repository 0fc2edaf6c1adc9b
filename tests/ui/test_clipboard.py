"""Copying says truthfully what came of it."""

from __future__ import annotations

import base64
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from textual.app import App

from poe_tui.ui import clipboard
from poe_tui.ui.clipboard import Outcome, copy, osc52
from tests.benchmarks.terminal import Terminal
from tests.demo_fixture import eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="stands in for the xclip of Linux")

READS_AND_WRITES = 'case "$*" in *-o*) cat "$0.held";; *) cat > "$0.held";; esac'
TAKES_NOTHING = 'case "$*" in *-o*) echo something else;; *) cat > /dev/null; exit 1;; esac'
CANT_READ = 'case "$*" in *-o*) sleep 60;; *) cat > "$0.held";; esac'
HANGS = 'echo $$ > "$0.pid"; exec sleep 60'
STAYS = 'case "$*" in *-o*) cat "$0.held";; *) cat > "$0.held"; sleep 60 & ;; esac'
COMPLAINS = "echo unable to open the display >&2; exit 1"


def put(folder: Path, name: str, script: str) -> Path:
    """Put a program on the path that does what `script` says."""
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is first on the path, in a session that has a display."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":1")
    return folder


async def copied(text: str) -> tuple[Outcome, str]:
    """Copy a text and return how it went, and what Textual holds."""
    app: App[None] = App()
    async with app.run_test():
        return await copy(app, text), app.clipboard


async def test_text_that_can_be_read_back_is_confirmed(bin_folder: Path) -> None:
    program = put(bin_folder, "xclip", READS_AND_WRITES)
    assert await copied("some täxt\n") == (Outcome.CONFIRMED, "some täxt\n")
    assert Path(f"{program}.held").read_text() == "some täxt\n"


async def test_a_program_that_stays_to_keep_the_text_is_not_waited_for(bin_folder: Path) -> None:
    put(bin_folder, "xclip", STAYS)
    assert (await copied("some text"))[0] == Outcome.CONFIRMED


async def test_what_a_bot_wrote_is_copied_without_escape_sequences(bin_folder: Path) -> None:
    program = put(bin_folder, "xclip", READS_AND_WRITES)
    outcome, held = await copied("ls\x1b[201~\rrm -rf ~\x9b\n\tüß")
    assert outcome == Outcome.CONFIRMED
    assert held == "ls[201~\nrm -rf ~\n\tüß"
    assert Path(f"{program}.held").read_text() == held


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        (TAKES_NOTHING, Outcome.SENT),
        (COMPLAINS, Outcome.SENT),
        (CANT_READ, Outcome.WRITTEN),
        (HANGS, Outcome.SENT),
    ],
)
async def test_a_clipboard_that_fails_is_not_called_written(
    script: str, outcome: Outcome, bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bin_folder, "xclip", script)
    monkeypatch.setattr(clipboard, "TIMEOUT", 1.5)
    assert (await copied("some text"))[0] == outcome


async def test_a_clipboard_that_hangs_is_ended(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = put(bin_folder, "xclip", HANGS)
    monkeypatch.setattr(clipboard, "TIMEOUT", 1.5)
    await copied("some text")
    pid = int(Path(f"{program}.pid").read_text())

    def ended() -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False

    await eventually(ended)


async def test_without_a_system_clipboard_only_the_terminal_is_told() -> None:
    assert (await copied("some text"))[0] == Outcome.SENT
    assert (await copied("x" * clipboard.OSC_LIMIT))[0] == Outcome.REFUSED


async def test_inside_tmux_its_buffer_gets_the_text(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = put(bin_folder, "tmux", 'echo "$*" > "$0.asked"; cat > "$0.held"')
    monkeypatch.delenv("DISPLAY")
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    assert (await copied("some text"))[0] == Outcome.BUFFERED
    assert Path(f"{program}.held").read_text() == "some text"
    assert Path(f"{program}.asked").read_text() == "load-buffer -w -\n"
    assert (await copied("x" * clipboard.OSC_LIMIT))[0] == Outcome.ONLY_BUFFERED
    put(bin_folder, "tmux", "exit 1")
    assert (await copied("some text"))[0] == Outcome.SENT


def test_inside_tmux_the_sequence_is_wrapped_and_its_escapes_doubled() -> None:
    code = base64.b64encode("ö".encode()).decode()
    assert osc52("ö", tmux=False) == f"\x1b]52;c;{code}\a"
    assert osc52("ö", tmux=True) == f"\x1bPtmux;\x1b\x1b]52;c;{code}\a\x1b\\"


@pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux")
@pytest.mark.parametrize(
    "options",
    [
        "set -g set-clipboard on; set -g allow-passthrough off",
        "set -g set-clipboard external; set -g allow-passthrough off",
        "set -g set-clipboard off; set -g allow-passthrough on",
    ],
)
def test_a_real_tmux_passes_the_text_to_its_terminal(tmp_path: Path, options: str) -> None:
    (tmp_path / "tmux.conf").write_text("\n".join(options.split("; ")) + "\n")
    script = tmp_path / "copying.py"
    script.write_text(
        "import asyncio\n"
        "from textual.app import App\n"
        "from poe_tui.ui.clipboard import copy\n"
        "class Copying(App):\n"
        "    async def on_mount(self):\n"
        "        self.call_after_refresh(self.go)\n"
        "    async def go(self):\n"
        "        print(await copy(self, 'some text'))\n"
        "        await asyncio.sleep(0.5)\n"
        "        self.exit()\n"
        "Copying().run()\n"
    )
    socket = tmp_path / "socket"
    tmux = ["tmux", "-S", str(socket), "-f", str(tmp_path / "tmux.conf")]
    environment = {**os.environ, "TERM": "xterm-256color"}
    try:
        with Terminal([*tmux, "new-session", sys.executable, str(script)], env=environment) as it:
            code = base64.b64encode(b"some text")
            assert it.wait_for(b";" + code) is not None
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)
