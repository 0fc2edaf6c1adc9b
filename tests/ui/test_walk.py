"""A user's walk through the real app in a real terminal, on the demo service."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from poe_tui.chat.conversation import Conversation
from poe_tui.demo.picture import paint
from poe_tui.paths import find_paths
from poe_tui.store.conversations import ConversationStore
from poe_tui.store.ledger import LedgerFile
from poe_tui.ui.figures import points
from tests.benchmarks.terminal import Terminal

SHIFT_TAB, ENTER, ESCAPE, QUIT = b"\x1b[Z", b"\r", b"\x1b", b"\x11"


def paste(text: str) -> bytes:
    """Return what a terminal sends for a paste, or for a file that is dropped on it."""
    return b"\x1b[200~" + text.encode() + b"\x1b[201~"


def talk() -> Conversation:
    """Return the one conversation on disk."""
    store = ConversationStore(find_paths(demo=True).conversations)
    (entry,) = store.list()[0]
    return store.load(entry.id)


def cost() -> int | None:
    """Return what the first answer has cost, as its conversation says; None until it does."""
    path = talk().path()
    return path[1].points if len(path) > 1 else None


def test_a_file_is_attached_a_picture_painted_and_saved_the_points_seen_and_the_cap_hit(
    tmp_path: Path,
) -> None:
    config = find_paths(demo=True).config_file
    config.parent.mkdir(parents=True)
    config.write_text("session_cap = 2\n")
    notes = tmp_path / "my notes.txt"
    notes.write_text("the sea at night")
    argv = [sys.executable, "-m", "poe_tui", "--demo", "-b", "Painter"]
    with Terminal(argv, env={**os.environ, "HOME": str(tmp_path)}) as terminal:
        assert terminal.wait_for(b"Ask Painter") is not None

        terminal.send(paste(str(notes).replace(" ", "\\ ")))
        assert terminal.wait_for(b"Attached my notes.txt") is not None
        terminal.send(b"a quiet harbour" + ENTER)
        assert terminal.wait_for(b"a-quiet-harbour.png") is not None

        assert terminal.wait_until(lambda: cost() is not None)
        assert terminal.wait_for(points(cost() or 0, exact=False).encode()) is not None
        before = len(terminal.output)
        terminal.send(SHIFT_TAB)
        assert terminal.wait_for(b"again", since=before) is not None
        terminal.send(b"i")
        assert terminal.wait_for("▀".encode()) is not None
        terminal.send(b"s")
        assert terminal.wait_for(b"Saved a-quiet-harbour.png in ~.") is not None

        before = len(terminal.output)
        terminal.send(ESCAPE)
        assert terminal.wait_for(b"msk Painter", since=before) is not None  # behind the cursor
        terminal.send(b"two boats" + ENTER)
        assert terminal.wait_for(b"Over your own limit", since=before) is not None
        assert terminal.wait_for(b"(session_cap)", since=before) is not None
        before = len(terminal.output)
        terminal.send(ESCAPE)
        assert terminal.wait_for(b"two boats", since=before) is not None
        terminal.send(QUIT)
        assert terminal.wait_for_end(timeout=20)

    assert (tmp_path / "a-quiet-harbour.png").read_bytes() == paint("a quiet harbour")
    conversation = talk()
    prompt, answer = conversation.path()
    (file,) = prompt.attachments
    assert (file.name, file.size) == ("my notes.txt", 16)
    assert file.url
    assert file.sha256
    assert conversation.draft == "two boats", "what the cap has refused is still there to be sent"
    (expense,) = LedgerFile(find_paths(demo=True).spending).expenses()
    assert expense.points == answer.points
