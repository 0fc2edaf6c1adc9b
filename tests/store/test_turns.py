"""A reply from its request to the disk, with the real store."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.events import BotRequest, ReplyEvent, TextDelta
from poe_tui.chat.message import Message
from poe_tui.chat.turn import Change, run_turn
from tests.store.scenes import names, store_in


def ignore(message: Message, change: Change) -> None:
    """Show nothing."""


async def words(request: BotRequest) -> AsyncIterator[ReplyEvent]:
    """Say two words."""
    yield TextDelta("two ")
    yield TextDelta("words")


def asked() -> tuple[Conversation, Message]:
    """Return a conversation with a prompt and the reply to come."""
    conversation = Conversation(bot="Alpha")
    conversation.ask("Why?")
    return conversation, conversation.reply("Alpha")


async def test_a_stopped_reply_is_on_disk_and_its_journal_gone(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation, message = asked()
    received = asyncio.Event()

    async def stream(request: BotRequest) -> AsyncIterator[ReplyEvent]:
        yield TextDelta("half")
        received.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(
        run_turn(conversation, message, stream=stream, store=store, on_change=ignore)
    )
    await received.wait()
    assert len(names(store)) == 2
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    found = store_in(tmp_path).load(conversation.id).messages[message.id]
    assert (found.text, found.status) == ("half", "stopped")
    assert names(store) == [f"{conversation.id}.json"]


async def test_replies_of_several_bots_at_once_all_arrive(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation, first = asked()
    replies = [first, *(conversation.regenerate(first.id, bot=f"Bot {n}") for n in range(4))]
    await asyncio.gather(
        *(
            run_turn(conversation, reply, stream=words, store=store, on_change=ignore)
            for reply in replies
        )
    )
    loaded = store_in(tmp_path).load(conversation.id)
    assert loaded == conversation
    assert [loaded.messages[reply.id].text for reply in replies] == ["two words"] * 5


async def test_a_reply_that_could_not_be_saved_survives_a_crash_and_a_later_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_in(tmp_path)
    conversation, message = asked()

    def refuse(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    async def stream(request: BotRequest) -> AsyncIterator[ReplyEvent]:
        monkeypatch.setattr(os, "replace", refuse)
        yield TextDelta("all of it")

    await run_turn(conversation, message, stream=stream, store=store, on_change=ignore)
    assert conversation.unsaved is not None
    assert "disk is full" in conversation.unsaved.explanation
    monkeypatch.undo()
    in_another_window = store_in(tmp_path).load(conversation.id).messages[message.id]
    assert (in_another_window.text, in_another_window.status) == ("all of it", "truncated")
    store.save(conversation)
    found = store_in(tmp_path).load(conversation.id).messages[message.id]
    assert (found.text, found.status) == ("all of it", "complete")
    assert names(store) == [f"{conversation.id}.json"]
