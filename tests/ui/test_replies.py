"""Replies in flight, started, stopped and waited for."""

from __future__ import annotations

import asyncio
from collections import Counter

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Message
from poe_tui.chat.turn import Change
from poe_tui.paths import find_paths
from poe_tui.store.conversations import ConversationStore
from poe_tui.ui.replies import Cancellable, Replies, Work
from tests.ui.desk import ScriptedBots


class Bench:
    """Replies that run as plain tasks, and what they have reported."""

    def __init__(self) -> None:
        self.bots = ScriptedBots()
        self.store = ConversationStore(find_paths().conversations)
        self.changes: list[Change] = []
        self.ended: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.conversation = Conversation(bot="Echo")
        self.replies = Replies(
            stream=lambda conversation, message, request: self.bots.stream(request),
            store=self.store,
            launch=self._launch,
            on_change=lambda conversation, message, change: self.changes.append(change),
            on_end=lambda conversation, message: self.ended.append(message.status),
        )

    def _launch(self, work: Work, group: str) -> Cancellable:
        task = asyncio.get_running_loop().create_task(work())
        self.tasks.append(task)
        return task

    def ask(self, text: str) -> Message:
        """Begin a reply to `text`."""
        prompt = self.conversation.ask(text)
        answer = self.conversation.reply("Echo", parent=prompt.id)
        self.replies.start(self.conversation, answer)
        return answer


async def test_a_reply_is_known_until_it_has_ended() -> None:
    bench = Bench()
    answer = bench.ask("Hello")
    assert bench.replies.of(bench.conversation.id) == [answer]
    assert bench.replies.conversations() == {bench.conversation.id}
    await bench.replies.settled()
    assert len(bench.replies) == 0
    assert (answer.text, bench.ended) == ("Echo: Hello", ["complete"])


async def test_a_reply_that_is_stopped_before_its_first_step_ends_as_stopped() -> None:
    bench = Bench()
    answer = bench.ask("Hello")
    assert bench.replies.stop(bench.conversation.id) == 1
    await bench.replies.settled()
    assert answer.status == "stopped"
    assert answer.finished is not None
    assert bench.ended == ["stopped"]
    assert bench.bots.requests == []
    saved = ConversationStore(find_paths().conversations).load(bench.conversation.id)
    assert [message.text for message in saved.path()] == ["Hello", ""]


async def test_stopping_everything_waits_until_all_is_saved() -> None:
    bench = Bench()
    bench.bots.hold()
    first, second = bench.ask("one"), bench.ask("two")
    while len(bench.bots.requests) < 2:
        await asyncio.sleep(0)
    await bench.replies.stop_all()
    assert {first.status, second.status} == {"stopped"}
    saved = ConversationStore(find_paths().conversations).load(bench.conversation.id)
    assert saved.messages[first.id].status == "stopped"
    assert bench.replies.stop(bench.conversation.id) == 0


async def test_replies_that_begin_or_end_at_once_are_written_one_in_a_turn_of_the_event_loop() -> (
    None
):
    bench = Bench()
    turn, written = 0, Counter[int]()

    def write(conversation: Conversation) -> bool:
        written[turn] += 1
        return True

    bench.store.save = write  # type: ignore[method-assign]
    bench.bots.hold()
    for number in range(20):
        bench.ask(f"number {number}")
    settled = asyncio.create_task(bench.replies.settled())
    while not settled.done():
        turn += 1
        await asyncio.sleep(0)
        if len(bench.bots.requests) == 20:
            bench.bots.let_go()
    assert bench.ended == ["complete"] * 20
    assert set(written.values()) == {1}
