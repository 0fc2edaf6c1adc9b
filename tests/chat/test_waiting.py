"""run_turn while a request waits for its turn."""

from __future__ import annotations

import pytest

from poe_tui.chat.events import TextDelta, Waiting
from poe_tui.chat.message import Message
from poe_tui.chat.turn import run_turn
from tests.chat.turn_scene import Scene


async def test_a_wait_is_told_with_its_seconds_and_is_no_part_of_the_reply() -> None:
    scene, told = Scene(), list[Waiting]()

    def on_wait(message: Message, wait: Waiting) -> None:
        assert message is scene.message
        told.append(wait)

    await run_turn(
        scene.conversation,
        scene.message,
        stream=scene.script(Waiting(40.0), Waiting(12.0, refused=True), TextDelta("There.")),
        store=scene.store,
        on_change=scene.on_change,
        on_wait=on_wait,
    )
    assert told == [Waiting(40.0), Waiting(12.0, refused=True)]
    assert scene.message.text == "There."
    assert scene.message.first_text == 0.0
    assert scene.store.journal.events == [TextDelta("There.")]
    assert scene.kinds == ["started", "text", "finished"]


async def test_a_screen_that_fails_to_show_a_wait_does_not_end_the_reply(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene()

    def on_wait(message: Message, wait: Waiting) -> None:
        raise ValueError("no room")

    message = await run_turn(
        scene.conversation,
        scene.message,
        stream=scene.script(Waiting(1.0), TextDelta("There.")),
        store=scene.store,
        on_change=scene.on_change,
        on_wait=on_wait,
    )
    assert message.status == "complete"
    assert "showing a wait failed" in caplog.text
