"""run_turn: one reply from request to disk."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator

import pytest

from poe_tui.chat.events import (
    BotRequest,
    ContentTyped,
    DataReceived,
    FileReceived,
    ReplyEvent,
    ReplySuggested,
    TextDelta,
    TextReplaced,
    WentSilent,
)
from poe_tui.chat.message import Attachment, Message
from poe_tui.chat.pace import PER_SECOND
from poe_tui.chat.turn import Change, run_turn
from poe_tui.errors import BotFailed, RateLimited, StoreError, Truncated, UsageError
from tests.chat.turn_scene import MemoryStore, Scene


async def test_a_reply_is_streamed_saved_and_its_journal_removed() -> None:
    scene = Scene()
    updated = scene.conversation.updated
    result = await scene.run(scene.script(TextDelta("Hello "), TextDelta("world")))
    assert result is scene.message
    assert (result.text, result.status, result.error) == ("Hello world", "complete", None)
    assert result.finished is not None
    assert result.first_text is not None
    assert result.waited is None
    assert scene.store.saved == [["complete", "streaming"], ["complete", "complete"]]
    assert scene.store.journal.events == [TextDelta("Hello "), TextDelta("world")]
    assert scene.store.journal.end == "removed"
    assert scene.conversation.updated > updated
    assert scene.changes[0] == ("started", "", "streaming")
    assert scene.changes[-1] == ("finished", "Hello world", "complete")


async def test_the_bot_sees_the_context_of_the_reply() -> None:
    scene = Scene()
    await scene.run(scene.script())
    (request,) = scene.requests
    assert request.bot == "Alpha"
    assert [turn.text for turn in request.turns] == ["Why?"]


async def test_the_prompt_is_saved_before_the_request() -> None:
    scene = Scene()
    saves: list[int] = []

    async def stream(request: BotRequest) -> AsyncIterator[ReplyEvent]:
        saves.append(len(scene.store.saved))
        yield TextDelta("x")

    await scene.run(stream)
    assert saves == [1]


async def test_an_answer_without_text_is_complete() -> None:
    scene = Scene()
    message = await scene.run(scene.script())
    assert (message.status, message.text, message.first_text) == ("complete", "", None)


async def test_a_bot_that_replaces_its_text_leaves_the_last_one() -> None:
    scene = Scene()
    message = await scene.run(
        scene.script(TextDelta("Thinking…"), TextReplaced("Done"), TextDelta("."))
    )
    assert message.text == "Done."
    assert ("replaced", "Done.", "streaming") in scene.changes


async def test_everything_else_a_bot_says_is_kept_beside_the_text() -> None:
    scene = Scene()
    file = Attachment(name="cat.png")
    message = await scene.run(
        scene.script(
            ContentTyped("text/plain"),
            TextDelta("Look"),
            FileReceived(file),
            ReplySuggested("Another"),
            DataReceived({"tool": 1}),
        )
    )
    assert message.text == "Look"
    assert message.content_type == "text/plain"
    assert message.attachments == (file,)
    assert message.suggested_replies == ("Another",)
    assert message.data == ({"tool": 1},)
    assert scene.kinds == ["started", "text", "file", "suggestion", "finished"]


async def test_parallel_responses_become_sections_in_order() -> None:
    scene = Scene()
    message = await scene.run(
        scene.script(
            TextDelta("b", index=2),
            TextDelta("main", index=0),
            TextDelta("a", index=1),
            TextDelta(" text"),
            TextReplaced("B", index=2),
        )
    )
    assert message.text == "main text\n\n---\n\na\n\n---\n\nB"


async def test_text_that_comes_before_other_text_is_told_as_new_text_not_as_more() -> None:
    scene = Scene()
    await scene.run(scene.script(TextDelta("a", index=0), TextDelta("b", index=1)))
    assert scene.kinds == ["started", "text", "text", "finished"]
    scene = Scene()
    await scene.run(scene.script(TextDelta("b", index=1), TextDelta("a", index=0)))
    assert scene.kinds == ["started", "text", "replaced", "finished"]


async def test_a_replacement_without_index_voids_all_sections() -> None:
    scene = Scene()
    message = await scene.run(
        scene.script(TextDelta("a"), TextDelta("b", index=1), TextReplaced("new"))
    )
    assert message.text == "new"


async def test_a_character_cut_in_two_comes_together() -> None:
    scene = Scene()
    message = await scene.run(scene.script(TextDelta("\ud83d"), TextDelta("\ude00")))
    assert message.text == "\U0001f600"


async def test_silence_is_shown_and_not_written_down() -> None:
    scene = Scene()
    await scene.run(scene.script(WentSilent(20.0), TextDelta("x")))
    assert "silent" in scene.kinds
    assert scene.store.journal.events == [TextDelta("x")]


async def test_a_truncated_reply_says_so_and_keeps_its_text() -> None:
    scene = Scene()
    message = await scene.run(scene.script(TextDelta("half"), Truncated("No end came.")))
    assert (message.text, message.status) == ("half", "truncated")
    assert message.error is not None
    assert message.error.kind == "truncated"
    assert scene.store.saved[-1] == ["complete", "truncated"]


async def test_a_failed_reply_keeps_its_text_and_the_words_of_the_error() -> None:
    scene = Scene()
    message = await scene.run(scene.script(TextDelta("half"), RateLimited("Slow", retry_after=3)))
    assert (message.text, message.status) == ("half", "failed")
    assert message.error is not None
    assert (message.error.kind, message.error.retry_after) == ("rate_limited", 3)


async def test_an_error_of_ours_that_is_no_reply_error_is_told_in_its_words() -> None:
    scene = Scene()
    message = await scene.run(scene.script(UsageError("No such setting.")))
    assert message.error is not None
    assert message.error.explanation == "No such setting."
    assert message.error.actions


async def test_a_mistake_of_ours_is_recorded_without_its_words_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene()
    with caplog.at_level(logging.ERROR, logger="poe_tui"):
        message = await scene.run(scene.script(TextDelta("half"), KeyError("Bearer secret")))
    assert (message.text, message.status) == ("half", "failed")
    assert message.error is not None
    assert message.error.kind == "internal"
    assert "KeyError" in message.error.explanation
    assert "secret" not in str(message.error)
    assert caplog.records[0].exc_info


async def test_a_message_without_a_prompt_ends_in_an_error_and_no_request() -> None:
    scene = Scene()
    scene.message.parent = None
    message = await scene.run(scene.script(TextDelta("x")))
    assert message.status == "failed"
    assert scene.requests == []


async def test_a_stopped_reply_keeps_its_text_and_is_saved() -> None:
    scene = Scene()
    received = asyncio.Event()

    async def stream(request: BotRequest) -> AsyncIterator[ReplyEvent]:
        yield TextDelta("half")
        yield TextDelta(" more")
        received.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(scene.run(stream))
    await received.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (scene.message.text, scene.message.status) == ("half more", "stopped")
    assert scene.message.finished is not None
    assert scene.store.saved[-1] == ["complete", "stopped"]
    assert scene.store.journal.end == "removed"
    assert scene.changes[-1] == ("finished", "half more", "stopped")


async def test_the_stream_is_closed_when_a_reply_ends_early() -> None:
    scene = Scene()
    task = asyncio.create_task(scene.run(scene.script(*[TextDelta("x")] * 100, pause=0.01)))
    while not scene.message.text:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert scene.closed


async def test_a_stream_may_be_any_iterator() -> None:
    class Events:
        def __init__(self) -> None:
            self.left = [TextDelta("b"), TextDelta("a")]

        def __aiter__(self) -> AsyncIterator[ReplyEvent]:
            return self

        async def __anext__(self) -> ReplyEvent:
            if not self.left:
                raise StopAsyncIteration
            return self.left.pop()

    scene = Scene()
    assert (await scene.run(lambda request: Events())).text == "ab"


@pytest.mark.parametrize("journal_fails", [True, False])
async def test_nothing_is_sent_when_the_prompt_can_not_be_saved(journal_fails: bool) -> None:
    scene = Scene(MemoryStore(refuse=[1]))
    if journal_fails:
        scene.store.journal_error = StoreError("The disk is full.")
    message = await scene.run(scene.script(TextDelta("x")))
    assert scene.requests == []
    assert message.status == "failed"
    assert message.error is not None
    assert message.error.kind == "disk"
    assert "The disk is full." in message.error.explanation
    assert scene.conversation.unsaved is not None
    assert scene.changes[-1] == ("finished", "", "failed")
    assert scene.store.journal.end == ("" if journal_fails else "removed")


async def test_a_reply_that_can_not_be_saved_stays_in_memory_and_in_its_journal() -> None:
    scene = Scene(MemoryStore(refuse=[2]))
    message = await scene.run(scene.script(TextDelta("all of it")))
    assert (message.text, message.status, message.error) == ("all of it", "complete", None)
    assert scene.kinds[-2:] == ["finished", "unsaved"]
    assert scene.conversation.unsaved is not None
    assert scene.conversation.unsaved.kind == "disk"
    assert scene.store.journal.end == "kept"
    again = scene.conversation.regenerate(message.id)
    scene.message, scene.store = again, MemoryStore()
    await scene.run(scene.script(TextDelta("x")))
    assert scene.conversation.unsaved is None


async def test_a_mistake_while_saving_does_not_leave_the_reply_streaming(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene(MemoryStore(refuse=[2], error=TypeError("oops")))
    message = await scene.run(scene.script(TextDelta("all of it")))
    assert (message.status, scene.kinds[-1]) == ("complete", "unsaved")
    assert scene.store.journal.end == "kept"
    assert "unexpected" in caplog.text


async def test_a_screen_that_fails_does_not_end_the_reply(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene()

    def on_change(message: Message, change: Change) -> None:
        raise RuntimeError("widget is gone")

    message = await run_turn(
        scene.conversation,
        scene.message,
        stream=scene.script(BotFailed("no")),
        store=scene.store,
        on_change=on_change,
    )
    assert message.status == "failed"
    assert "showing a reply failed" in caplog.text


async def test_text_is_shown_at_a_steady_pace_and_whole_at_the_end() -> None:
    scene = Scene()
    loop = asyncio.get_running_loop()
    times: list[float] = []

    def on_change(message: Message, change: Change) -> None:
        if change == "text":
            times.append(loop.time())
        scene.on_change(message, change)

    events = [TextDelta(f"{number} ") for number in range(60)]
    await run_turn(
        scene.conversation,
        scene.message,
        stream=scene.script(*events, pause=0.003),
        store=scene.store,
        on_change=on_change,
    )
    gaps = [after - before for before, after in itertools.pairwise(times[:-1])]
    assert min(gaps) >= 1 / PER_SECOND - 0.001
    shown = [text for change, text, _ in scene.changes if change == "text"]
    assert shown[0] == "0 "
    assert shown[-1] == "".join(event.text for event in events)


async def test_a_pause_after_a_burst_still_shows_the_rest_of_it() -> None:
    scene = Scene()
    shown = asyncio.Event()

    def on_change(message: Message, change: Change) -> None:
        if message.text == "one two three":
            shown.set()

    async def stream(request: BotRequest) -> AsyncIterator[ReplyEvent]:
        for word in ("one", " two", " three"):
            yield TextDelta(word)
        await shown.wait()

    await run_turn(
        scene.conversation, scene.message, stream=stream, store=scene.store, on_change=on_change
    )
    assert scene.message.status == "complete"


async def test_the_text_is_not_joined_again_for_each_of_20_000_events() -> None:
    scene = Scene()
    message = await scene.run(scene.script(*[TextDelta("0123456789")] * 20_000))
    assert len(message.text) == 200_000
    # A burst that never gives the loop a turn is shown by its clock: far less often than it speaks.
    assert len(scene.changes) < 2_000
