"""The list's cache: quick when nothing has changed, and never needed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from poe_tui.chat.conversation import Conversation
from poe_tui.store.codec import encode
from poe_tui.store.conversations import ConversationStore
from tests.store.scenes import saved, store_in


def filled(tmp_path: Path, number: int = 40) -> ConversationStore:
    """Return a new window on a directory of many conversations, whose cache is written."""
    store = store_in(tmp_path)
    store.save(Conversation())
    for count in range(number):
        conversation = Conversation(title=f"Number {count}")
        (store.directory / f"{conversation.id}.json").write_bytes(encode(conversation))
    store.list()
    return store_in(tmp_path)


def test_unchanged_conversations_are_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = filled(tmp_path)

    def refuse(data: bytes, conversation_id: str) -> None:
        raise AssertionError("a file was read")

    monkeypatch.setattr("poe_tui.store.index.entry_of", refuse)
    assert len(store.list()[0]) == 41


def test_a_changed_conversation_is_read_again(tmp_path: Path) -> None:
    store = filled(tmp_path)
    conversation = store.load(store.list()[0][0].id)
    conversation.rename("Another title")
    store.save(conversation)
    assert store_in(tmp_path).list()[0][0].title == "Another title"


@pytest.mark.parametrize("content", [b"", b"\xc1", b"\x93\x01\xa1x\x80", b"\x93\x02\xa1x\x80"])
def test_a_cache_that_is_broken_or_anothers_is_made_anew(tmp_path: Path, content: bytes) -> None:
    filled(tmp_path)
    (tmp_path / "cache" / "conversations.msgpack").write_bytes(content)
    entries, problems = store_in(tmp_path).list()
    assert (len(entries), problems) == (41, [])


def test_a_cache_that_can_not_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    entries, problems = filled(tmp_path).list()
    assert (len(entries), problems) == (41, [])


def test_no_cache_directory_means_no_cache(tmp_path: Path) -> None:
    saved(store_in(tmp_path))
    store = ConversationStore(tmp_path / "conversations")
    for _ in range(40):
        store.save(Conversation())
    assert len(store.list()[0]) == 41
    assert not (tmp_path / "cache").exists()


def test_a_conversation_deleted_while_the_list_is_read_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    scan = store._files.scan

    def scan_and_delete() -> dict[str, os.DirEntry[str]]:
        found = scan()
        (store.directory / f"{conversation.id}.json").unlink()
        return found

    monkeypatch.setattr(store._files, "scan", scan_and_delete)
    assert store.list() == ([], [])


def test_the_cache_forgets_what_is_gone(tmp_path: Path) -> None:
    store = filled(tmp_path)
    assert len(store.list()[0]) == 41
    for path in sorted(store.directory.glob("*.json"))[:40]:
        path.unlink()
    assert len(store.list()[0]) == 1
    assert (tmp_path / "cache" / "conversations.msgpack").stat().st_size < 500
