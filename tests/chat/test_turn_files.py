"""run_turn while files of the prompt go up."""

from __future__ import annotations

import msgspec
import pytest

from poe_tui.chat.events import FileUploaded, TextDelta, Uploading
from poe_tui.chat.message import Attachment, Message, now
from poe_tui.chat.turn import run_turn
from tests.chat.turn_scene import Scene

NOTES = Attachment(name="notes.pdf", path="/tmp/notes.pdf", size=84_000)


async def test_uploads_are_told_and_the_addresses_stay_with_the_prompt() -> None:
    scene, told = Scene(), list[Uploading | None]()
    prompt = scene.conversation.messages[scene.message.parent or ""]
    other = Attachment(name="other.txt")
    prompt.attachments = (NOTES, other)
    uploaded = msgspec.structs.replace(NOTES, url="https://x/1", sha256="00", uploaded=now())
    step = Uploading("notes.pdf", 1, 42_000, 84_000)

    def on_upload(message: Message, upload: Uploading | None) -> None:
        assert message is scene.message
        told.append(upload)

    await run_turn(
        scene.conversation,
        scene.message,
        stream=scene.script(step, FileUploaded(NOTES, uploaded), TextDelta("Read.")),
        store=scene.store,
        on_change=scene.on_change,
        on_upload=on_upload,
    )
    assert told == [step, None]
    assert prompt.attachments == (uploaded, other)
    assert scene.message.text == "Read."
    assert scene.message.first_text is not None
    assert scene.message.waited
    assert scene.message.writing is not None
    assert scene.store.journal.events == [TextDelta("Read.")]
    assert scene.kinds == ["started", "text", "finished"]


async def test_a_screen_that_fails_to_show_an_upload_does_not_end_the_reply(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene()

    def on_upload(message: Message, upload: Uploading | None) -> None:
        raise ValueError("no room")

    message = await run_turn(
        scene.conversation,
        scene.message,
        stream=scene.script(Uploading("a", 1, 0, 1), TextDelta("There.")),
        store=scene.store,
        on_change=scene.on_change,
        on_upload=on_upload,
    )
    assert message.status == "complete"
    assert "showing an upload failed" in caplog.text
