"""kill -9 in the middle of a reply: at most the last 250 ms of received text may be missing."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import IO

from poe_tui.store.conversations import ConversationStore
from tests.store.writer import PROMPT, piece

KILLS = 50
AT_ONCE = 3
MAY_BE_LOST = 0.25
"""Seconds."""


def received(output: IO[bytes]) -> Iterator[tuple[float, int]]:
    """Yield when the writer had how many characters, from its output."""
    for line in output:
        moment, length = line.split()
        yield float(moment), int(length)


def killed(directory: Path, conversation_id: str, delay: float) -> tuple[int, int]:
    """Let a writer receive for `delay` seconds and kill it.

    Returns the least and the most characters that may be found: what it had 250 ms before the kill,
    and what it had at the end with the piece it was at.
    """
    command = [sys.executable, "-m", "tests.store.writer", str(directory), conversation_id]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        progress = received(process.stdout)
        seen = [next(progress)]
        for moment, length in progress:
            seen.append((moment, length))
            if moment - seen[0][0] >= delay:
                break
        killed_at = time.monotonic()
        process.kill()
        seen += list(progress)
    due = [length for moment, length in seen if moment < killed_at - MAY_BE_LOST]
    return max(due, default=0), seen[-1][1] + len(piece(10**6))


def test_a_killed_process_loses_at_most_the_last_250_ms(tmp_path: Path) -> None:
    drawn = random.Random(250)
    delays = [drawn.uniform(0, 0.6) for _ in range(KILLS)]
    ids = [f"conversation{number}" for number in range(KILLS)]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        bounds = list(threads.map(killed, [tmp_path] * KILLS, ids, delays))
    assert sum(least > 0 for least, _ in bounds) > KILLS // 4, "the kills came too early to tell"
    store = ConversationStore(tmp_path)
    for conversation_id, (least, most) in zip(ids, bounds, strict=True):
        prompt, reply = store.load(conversation_id).path()
        assert prompt.text == PROMPT
        assert reply.status == "truncated"
        assert least <= len(reply.text) <= most
        said = map(piece, count())
        whole = ""
        while len(whole) < len(reply.text):
            whole += next(said)
        assert reply.text == whole
    assert store.list()[1] == []
    assert not list(tmp_path.glob("*.journal"))
