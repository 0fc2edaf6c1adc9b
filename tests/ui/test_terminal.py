"""The app in a real terminal: what it leaves behind when something ends that nobody expected."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from poe_tui.paths import find_paths
from poe_tui.store.conversations import ConversationStore
from tests.benchmarks.terminal import Terminal
from tests.ui.desk import Desk

PROMPT = "--delay 0.02 --n 900"


@contextmanager
def talking(
    root: Path,
    *,
    ignore_hangup: bool = False,
    bot: str = "Slow",
    prompt: str = PROMPT,
    begun: bytes = b"word5",
    kinds: bytes = b"\x1b[?62;22c",
) -> Iterator[Terminal]:
    """Open the app on the demo in a terminal, with an answer that has got as far as `begun`."""
    prefix = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh"] if ignore_hangup else []
    argv = [*prefix, sys.executable, "-m", "poe_tui", "--demo", "-b", bot, "--", prompt]
    with Terminal(argv, env={**os.environ, "HOME": str(root)}, kinds=kinds) as terminal:
        assert terminal.wait_for(b"esc stops") is not None
        assert terminal.wait_for(begun) is not None
        yield terminal


@pytest.mark.parametrize("ignore_hangup", [False, True])
def test_a_terminal_that_goes_away_costs_nothing_that_has_arrived(
    tmp_path: Path, ignore_hangup: bool
) -> None:
    with talking(tmp_path, ignore_hangup=ignore_hangup) as terminal:
        terminal.hang_up()
        assert terminal.wait_for_end(timeout=20)
    store = ConversationStore(find_paths(demo=True).conversations)
    (entry,) = store.list()[0]
    prompt, answer = store.load(entry.id).path()
    assert prompt.text == PROMPT
    assert answer.status == "stopped"
    assert answer.text


def test_a_termination_signal_saves_what_has_arrived(tmp_path: Path) -> None:
    with talking(tmp_path) as terminal:
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.wait_for_end(timeout=20)
    store = ConversationStore(find_paths(demo=True).conversations)
    (entry,) = store.list()[0]
    assert store.load(entry.id).path()[-1].status == "stopped"


def test_a_paste_that_is_no_utf8_costs_only_the_bytes_that_are_none(tmp_path: Path) -> None:
    with talking(tmp_path) as terminal:
        terminal.send(b"\x1b[200~caf\xe9 au lait\x1b[201~")
        assert terminal.wait_for("caf\ufffd au lait".encode()) is not None
        terminal.send(b"\x11")
        assert terminal.wait_for_end(timeout=20)


def test_a_burst_of_keys_is_obeyed_in_the_order_in_which_it_was_typed(tmp_path: Path) -> None:
    with talking(tmp_path) as terminal:
        terminal.send("one\ntwo\x1b\rth\x17three \u200dx\x7f\x7fy\rrest".encode())
        assert terminal.wait_for(b"queued") is not None
        terminal.send(b"\x11")
        assert terminal.wait_for_end(timeout=20)
    store = ConversationStore(find_paths(demo=True).conversations)
    (entry,) = store.list()[0]
    conversation = store.load(entry.id)
    assert [prompt.text for prompt in conversation.queue] == ["one\ntwo\nthree y"]
    assert conversation.draft == "rest"


@pytest.mark.parametrize(
    ("typed", "sent", "draft"),
    [
        ("hello\r", "hello", ""),
        ("hello", None, "hello"),
        ("\r\r", None, ""),
        ("one\rtwo", None, "one\ntwo"),
        ("\rone\rtwo\r", "one\ntwo", ""),
    ],
)
def test_what_is_typed_before_the_app_is_there_is_written_and_sent_by_the_last_enter(
    tmp_path: Path, typed: str, sent: str | None, draft: str
) -> None:
    argv = [sys.executable, "-m", "poe_tui", "--demo", "-b", "Echo"]
    with Terminal(argv, env={**os.environ, "HOME": str(tmp_path)}) as terminal:
        terminal.send(typed.encode())
        assert terminal.wait_for(b"CONVERSATIONS") is not None
        terminal.settle(quiet=0.3)  # a cursor blinks every half second
        terminal.send(b"\x11")
        assert terminal.wait_for_end(timeout=20)
    store = ConversationStore(find_paths(demo=True).conversations)
    found = [store.load(entry.id) for entry in store.list()[0]]
    assert [each.draft for each in found] == [draft] * len(found)
    assert [each.path()[0].text if each.path() else None for each in found] == (
        [sent] if sent or draft else []
    )


def test_alt_and_a_digit_send_that_suggested_reply_from_any_terminal(tmp_path: Path) -> None:
    with talking(tmp_path, bot="Suggest", prompt="hello", begun=b"Suggest") as terminal:
        store = ConversationStore(find_paths(demo=True).conversations)

        def said() -> list[str]:
            (entry,) = store.list()[0]
            return [message.text for message in store.load(entry.id).path()]

        def suggestions() -> tuple[str, ...]:
            (entry,) = store.list()[0]
            return store.load(entry.id).path()[1].suggested_replies

        assert terminal.wait_until(lambda: bool(said()) and len(suggestions()) == 3)
        terminal.settle(quiet=0.3)  # a cursor blinks every half second
        terminal.send(b"\x1b2")
        assert terminal.wait_until(lambda: suggestions()[1] in said()[2:])


def test_a_bot_that_tries_every_trick_gets_nothing_but_text_to_the_terminal(
    tmp_path: Path,
) -> None:
    looks = ((b"\x1b[Z", b"copy"), (b"g", b"Clear the screen"), (b"\x1b[6~", b"Markup"))
    with talking(tmp_path, bot="Evil", prompt="hello", begun=b"xxxxxxxx") as terminal:
        for keys, shown in looks:
            terminal.send(keys)
            assert terminal.wait_for(shown) is not None
        terminal.settle(quiet=0.3)  # else a sequence may be cut in two
        drawn = bytes(terminal.output)
        terminal.send(b"\x11")
        assert terminal.wait_for_end(timeout=20)
    # Textual itself sets the shape of the mouse pointer; titles, links and clipboards are others'.
    assert set(re.findall(rb"\x1b\](\d+)", drawn)) <= {b"22"}
    assert not re.search(rb"\x1b[Pc_X^]|\x1b\[20[01]~|\x1b\[\?1049l|\x1b\[2J", drawn)
    sequences = rb"\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b\[[0-?]*[ -/]*[@-~]"
    text = re.sub(sequences, b"", drawn).decode()
    controls = [chr(code) for code in (*range(32), *range(0x7F, 0xA0)) if chr(code) not in "\r\n"]
    reordering = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029"
    assert not set(text) & {*controls, *reordering}


async def test_an_unexpected_error_is_kept_for_the_log_and_prints_no_variables(
    capfd: pytest.CaptureFixture[str],
) -> None:
    desk = Desk()

    def fail() -> None:
        secret = "sk-do-not-print"
        raise RuntimeError(f"broken {len(secret)}")

    async def run() -> None:
        async with desk.app.run_test() as pilot:
            desk.app.call_later(fail)
            await pilot.pause()

    with pytest.raises(RuntimeError, match="broken"):
        await run()
    assert isinstance(desk.app.crash, RuntimeError)
    said = capfd.readouterr()
    assert "sk-do-not-print" not in said.out + said.err
