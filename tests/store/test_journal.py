"""The journal: quick to take events, whole on disk, and gone when it is not needed."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

import pytest

from poe_tui.chat.events import ReplyEvent, ReplySuggested, TextDelta, TextReplaced
from poe_tui.chat.message import Message
from poe_tui.errors import StoreError
from poe_tui.store.journal import JournalFile, is_alive, read_journal
from tests.store.scenes import saved, store_in


def opened(tmp_path: Path) -> JournalFile:
    """Return a journal that has just been started."""
    return JournalFile(tmp_path / "c.m.journal", Message(id="m", role="bot"), on_end=lambda: None)


async def written(path: Path, content: bytes) -> None:
    """Wait until the journal's thread has written `content`."""
    while content not in path.read_bytes():
        await asyncio.sleep(0.005)


async def test_events_reach_the_disk_by_themselves(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal.append(TextDelta("one"))
    await asyncio.wait_for(written(journal.path, b"one"), 5)
    journal.append(TextDelta("two"))
    await asyncio.wait_for(written(journal.path, b"two"), 5)
    await journal.remove()
    assert not journal.path.exists()
    await journal.remove()


def test_neighbouring_text_is_written_as_one_event_and_order_is_kept(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    events: list[ReplyEvent] = [
        TextDelta("a"),
        TextDelta("b"),
        ReplySuggested("s"),
        TextDelta("c", index=1),
        TextDelta("d", index=1),
        TextDelta("e", index=2),
        TextReplaced("f"),
        TextDelta("g"),
    ]
    for event in events:
        journal.append(event)
    journal.keep()
    message, read = read_journal(journal.path)
    assert message is not None
    assert (message.id, message.role) == ("m", "bot")
    text = [event for event in read if isinstance(event, TextDelta) and event.index is None]
    assert "".join(event.text for event in text) == "abg"
    assert [event for event in read if event not in text] == [
        ReplySuggested("s"),
        TextDelta("cd", index=1),
        TextDelta("e", index=2),
        TextReplaced("f"),
    ]
    assert read[-1] == TextDelta("g")


def test_half_a_character_does_not_stop_the_journal(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal.append(TextDelta("a\ud83d"))
    journal.append(ReplySuggested("\ude00"))
    journal.keep()
    assert read_journal(journal.path)[1] == [TextDelta("a�"), ReplySuggested("�")]


def test_a_journal_is_alive_until_it_is_kept(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    assert is_alive(journal.path)
    with pytest.raises(BlockingIOError):
        opened(tmp_path)
    journal.keep()
    assert not is_alive(journal.path)
    assert not is_alive(tmp_path / "none")


@pytest.mark.parametrize("content", [b"", b"{\n", b'{"type":"journal","message":{"role":1}}\n'])
def test_a_journal_without_a_whole_first_line_says_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "c.m.journal"
    path.write_bytes(content)
    assert read_journal(path) == (None, [])


def test_a_disk_that_fills_up_does_not_stop_the_reply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    journal = opened(tmp_path)

    def refuse(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with caplog.at_level(logging.WARNING, logger="poe_tui"):
        journal.append(TextDelta("x"))
        journal.keep()
    assert "No space left" in caplog.text
    journal.append(TextDelta("y"))


def test_a_journal_that_can_not_be_started_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    conversation.ask("And?")
    message = conversation.reply("Alpha")

    def refuse(*arguments: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("poe_tui.store.journal._write", refuse)
    with pytest.raises(StoreError, match="disk is full"):
        store.open_journal(conversation, message)


def test_a_reply_that_is_tried_again_starts_its_journal_anew(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal.append(TextDelta("old"))
    journal.keep()
    opened(tmp_path).keep()
    assert read_journal(journal.path)[1] == []
