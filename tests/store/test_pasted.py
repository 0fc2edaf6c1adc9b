"""Pictures from the clipboard stay as long as a conversation, a draft or a queue speaks of them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from poe_tui.chat.attaching import attach
from poe_tui.chat.conversation import Conversation
from poe_tui.store.conversations import ConversationStore
from poe_tui.store.pasted import KEPT, keep_pasted, tidy_pasted


@pytest.fixture
def pasted(tmp_path: Path) -> Path:
    return tmp_path / "pasted"


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path / "conversations")


def picture(pasted: Path, content: bytes, *, age: float = KEPT + 60) -> Path:
    """Keep a picture, and let it be `age` seconds old."""
    path = keep_pasted(pasted, content, "png")
    then = time.time() - age
    os.utime(path, (then, then))
    return path


def test_two_pictures_of_one_second_are_two_files_readable_by_their_owner(pasted: Path) -> None:
    one, other = keep_pasted(pasted, b"1", "png"), keep_pasted(pasted, b"2", "png")
    assert one != other
    assert (one.read_bytes(), other.read_bytes()) == (b"1", b"2")
    assert one.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("where", ["message", "draft", "queue", "trash", "set aside"])
def test_what_is_spoken_of_stays(pasted: Path, store: ConversationStore, where: str) -> None:
    kept, forgotten = picture(pasted, b"1"), picture(pasted, b"2")
    talk = Conversation(bot="Norm")
    if where == "draft":
        talk.draft_attachments = [attach(kept)]
    elif where == "queue":
        talk.enqueue("look", attachments=[attach(kept)])
    else:
        talk.ask("look", attachments=[attach(kept)])
    store.save(talk)
    if where == "trash":
        store.delete(talk.id)
    elif where == "set aside":
        (file,) = pasted.with_name("conversations").glob("*.json")
        file.rename(file.with_name(f"{file.name}.broken"))
    assert tidy_pasted(pasted, pasted.with_name("conversations")) == 1
    assert kept.exists()
    assert not forgotten.exists()


def test_what_is_new_and_what_is_not_ours_stays(pasted: Path, store: ConversationStore) -> None:
    store.save(Conversation(bot="Norm", draft="hello"))
    new = picture(pasted, b"1", age=3600)
    other = pasted / "holiday.png"
    other.write_bytes(b"2")
    os.utime(other, (0, 0))
    assert tidy_pasted(pasted, pasted.with_name("conversations")) == 0
    assert new.exists()
    assert other.exists()


def test_when_something_can_not_be_read_all_stay(
    pasted: Path, store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = picture(pasted, b"1")
    store.save(Conversation(bot="Norm", draft="hello"))

    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert tidy_pasted(pasted, pasted.with_name("conversations")) == 0
    assert old.exists()


def test_without_either_directory_nothing_happens(pasted: Path) -> None:
    assert tidy_pasted(pasted, pasted.with_name("conversations")) == 0
    old = picture(pasted, b"1")
    assert tidy_pasted(pasted, pasted.with_name("conversations")) == 0
    assert old.exists()
