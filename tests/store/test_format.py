"""docs/format.md and its schema are true of the files that are written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from hypothesis import given, settings

from poe_tui.chat.conversation import Conversation, QueuedPrompt
from poe_tui.chat.message import Attachment, Failure, Message, Status, now
from poe_tui.store.codec import decode, encode
from tests.chat.operations import perform, steps
from tests.store.scenes import answered, store_in

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "conversation.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("status", get_args(Status))
def test_a_real_file_of_every_status_is_valid(tmp_path: Path, status: Status) -> None:
    store = store_in(tmp_path)
    conversation = Conversation(bot="Alpha", tags=["x"], draft="and")
    picture = Attachment(
        name="cat.png",
        url="https://example.org/cat.png",
        size=3,
        path="/home/x/cat.png",
        sha256="00",
        uploaded=now(),
        inline_ref="cat",
    )
    answer = answered(conversation, status=status)
    answer.attachments = (picture,)
    answer.first_text, answer.points, answer.data = 0.5, 12, ({"a": 1},)
    if status == "streaming":
        answer.finished = None
    if status in ("truncated", "failed"):
        answer.error = Failure(
            kind=status, title="It ended", hint="Again", actions=("retry",), retry_after=1.5
        )
    conversation.enqueue("later", bot="Beta", attachments=[picture])
    conversation.draft_attachments = [picture]
    store.save(conversation)
    VALIDATOR.validate(json.loads((store.directory / f"{conversation.id}.json").read_text()))


@given(drawn=steps)
@settings(max_examples=50, deadline=None)
def test_whatever_happens_the_file_is_valid_and_read_as_it_was(
    drawn: list[tuple[str, str, int]],
) -> None:
    conversation = perform(Conversation(bot="Alpha"), drawn)
    data = encode(conversation)
    VALIDATOR.validate(json.loads(data))
    assert decode(data, conversation.id) == conversation
    assert encode(decode(data, conversation.id)) == data


def test_the_example_in_the_documentation_is_a_conversation() -> None:
    example = (DOCS / "format.md").read_text().split("```json\n")[1].split("```")[0]
    VALIDATOR.validate(json.loads(example))
    conversation = decode(example.encode(), "1m84rk8myv24g6bx")
    assert encode(conversation).decode() == example


@pytest.mark.parametrize("kind", [Conversation, Message, Attachment, Failure, QueuedPrompt])
def test_every_field_is_in_the_documentation_and_the_schema(kind: Any) -> None:
    text = (DOCS / "format.md").read_text()
    names = {
        Conversation: SCHEMA,
        Message: SCHEMA["$defs"]["message"],
        Attachment: SCHEMA["$defs"]["attachment"],
        Failure: SCHEMA["$defs"]["failure"],
        QueuedPrompt: SCHEMA["$defs"]["queued"],
    }[kind]["properties"]
    for field in set(kind.__struct_fields__) - {"extra"}:
        assert f"`{field}`" in text
        assert field in names
