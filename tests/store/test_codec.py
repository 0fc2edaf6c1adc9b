"""Bytes to conversations and back, whatever is in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Attachment, Message
from poe_tui.errors import StoreError
from poe_tui.store import codec
from poe_tui.store.codec import NewerFormat, Unreadable, decode, encode
from poe_tui.store.index import entry_of
from tests.store.scenes import answered

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)

KNOWN = {"format", *Conversation.__struct_fields__} - {"extra"}


def file(**fields: Any) -> bytes:
    """Return a small file with some fields of the caller's."""
    return json.dumps({"format": 1, "updated": "2026-01-02T03:04:05Z", **fields}).encode()


def test_there_is_one_field_or_message_a_line() -> None:
    conversation = Conversation(bot="Alpha")
    answered(conversation, "line one\nline two")
    lines = encode(conversation).decode().splitlines()
    assert lines[0] == "{"
    assert lines[1] == '  "format": 1,'
    assert [line.startswith('    {"id":') for line in lines[-4:-2]] == [True, True]
    assert lines[-2:] == ["  ]", "}"]
    assert encode(Conversation()).decode().splitlines()[-2] == '  "messages": []'


def test_unknown_fields_survive_at_every_level() -> None:
    raw = {
        "format": 1,
        "future": {"a": [1]},
        "draft_attachments": [{"name": "d", "new": 0}],
        "extra": "of that name",
        "queue": [{"id": "q", "text": "", "new": 1, "attachments": [{"name": "n", "new": 2}]}],
        "messages": [
            {
                "id": "m",
                "role": "bot",
                "status": "failed",
                "new": 3,
                "extra": {"x": 1},
                "attachments": [{"name": "", "new": 4}],
                "error": {"kind": "", "title": "", "new": 5},
            },
            {"id": "n", "role": "user", "error": {"kind": "k", "title": "t", "new": 6}},
            {"id": "o", "role": "user", "attachments": [{"name": "a", "new": 7}]},
        ],
    }
    conversation = decode(json.dumps(raw).encode(), "c")
    written = json.loads(encode(conversation))
    assert written["future"] == {"a": [1]}
    assert written["extra"] == "of that name"
    assert written["queue"] == raw["queue"]
    assert written["draft_attachments"] == raw["draft_attachments"]
    first, second, third = written["messages"]
    assert (first["new"], first["extra"], first["attachments"][0]["new"]) == (3, {"x": 1}, 4)
    assert first["error"] == {"kind": "", "title": "", "new": 5}
    assert second["error"]["new"] == 6
    assert third["attachments"] == [{"name": "a", "new": 7}]
    assert decode(encode(conversation), "c") == conversation


def test_unknown_fields_never_hide_known_ones() -> None:
    conversation = Conversation(title="Real", extra={"title": "x", "messages": 1, "format": 9})
    conversation.ask("Why?").extra = {"text": "x"}
    written = json.loads(encode(conversation))
    assert (written["title"], written["format"]) == ("Real", 1)
    assert written["messages"][0]["text"] == "Why?"


def test_a_file_by_hand_needs_little_and_its_times_are_utc() -> None:
    data = file(
        created="2026-01-02T03:04:05",
        updated="2026-01-02T03:04:05",
        messages=[
            {"id": "m", "role": "user", "text": "Hi"},
            {"id": "n", "role": "bot", "created": "2026-01-02T03:04:05", "finished": "LATER"},
        ],
    ).replace(b"LATER", b"2026-01-03T00:00:00")
    conversation = decode(data, "c")
    assert conversation.updated == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert conversation.messages["m"].created == conversation.created
    assert conversation.messages["n"].finished == datetime(2026, 1, 3, tzinfo=UTC)
    assert conversation.head is not None
    assert entry_of(data, "c").updated == conversation.updated


@pytest.mark.parametrize(
    ("fields", "year"),
    [
        ("", 1970),
        ('"created": "2020-01-01T00:00:00Z",', 2020),
        ('"updated": "2021-01-01T00:00:00Z",', 2021),
    ],
)
def test_a_file_without_times_has_the_same_ones_every_time(fields: str, year: int) -> None:
    data = f'{{{fields} "format": 1}}'.encode()
    assert decode(data, "c").updated.year == year
    assert decode(data, "c").created.year == year
    assert entry_of(data, "c").updated == decode(data, "c").updated


def test_a_message_that_git_has_merged_in_twice_is_kept_once() -> None:
    short = {"id": "m", "role": "bot", "status": "streaming", "text": "a long text"}
    done = {"id": "m", "role": "bot", "status": "complete", "text": "done"}
    conversation = decode(file(messages=[done, short]), "c")
    assert [message.text for message in conversation.messages.values()] == ["done"]


def test_what_many_messages_say_alike_is_in_memory_once() -> None:
    conversation = Conversation(bot="Alpha")
    answered(conversation, "first")
    answered(conversation, "second")
    first, *others = decode(encode(conversation), "c").path()
    alike = ("bot", "content_type", "parameters", "extra")
    assert len(others) == 3
    assert all(getattr(each, name) is getattr(first, name) for each in others for name in alike)


def test_half_a_character_anywhere_does_not_stop_a_save() -> None:
    conversation = Conversation(title="a\ud83d")
    conversation.ask("Why?").note = "\ud83d\ude00"
    conversation.messages["m"] = Message(
        id="m", role="user", attachments=(Attachment(name="\udc80", extra={"k": "\ud83d"}),)
    )
    written = json.loads(encode(conversation))
    assert written["title"] == "a�"
    assert written["messages"][0]["note"] == "\U0001f600"
    assert written["messages"][1]["attachments"][0]["name"] == "�"


@pytest.mark.parametrize(
    "fields",
    [
        {"messages": [{"role": "user"}]},
        {"messages": ["text"]},
        {"messages": [{"id": "m", "role": "assistant"}]},
        {"messages": [{"id": "m", "role": "bot", "status": "odd"}]},
        {"messages": [{"id": "m", "role": "bot", "attachments": ["x"]}]},
        {"messages": [{"id": "m", "role": "bot", "attachments": 5}]},
        {"messages": {}},
        {"queue": ["x"]},
        {"queue": 1},
        {"title": 5},
        {"format": 0},
        {"format": "1"},
    ],
)
def test_what_is_no_conversation_says_why(fields: dict[str, Any]) -> None:
    with pytest.raises(Unreadable, match=r"\w"):
        decode(file(**fields), "c")


def test_deep_nesting_is_unreadable_and_no_crash() -> None:
    with pytest.raises(Unreadable):
        decode(b'{"format": 1, "x": ' + b"[" * 100_000, "c")
    with pytest.raises(Unreadable):
        entry_of(b'{"format": 1, "x": ' + b"[" * 100_000, "c")


def test_a_newer_format_is_named() -> None:
    with pytest.raises(NewerFormat, match="format is 7") as error:
        decode(file(format=7), "c")
    assert isinstance(error.value, StoreError)


def test_an_older_format_is_upgraded_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def first(raw: dict[str, Any]) -> dict[str, Any]:
        return {**raw, "title": raw.pop("name")}

    def second(raw: dict[str, Any]) -> dict[str, Any]:
        return {**raw, "title": raw["title"].upper()}

    monkeypatch.setattr(codec, "FORMAT", 3)
    monkeypatch.setattr(codec, "UPGRADES", {1: first, 2: second})
    conversation = decode(file(name="old"), "c")
    assert conversation.title == "OLD"
    assert json.loads(encode(conversation))["format"] == 3


@given(extra=st.dictionaries(st.text().filter(lambda name: name not in KNOWN), JSON, max_size=4))
@settings(deadline=None)
def test_any_unknown_field_comes_back_as_it_was(extra: dict[str, Any]) -> None:
    conversation = decode(file(**extra), "c")
    assert conversation.extra == extra
    assert decode(encode(conversation), "c") == conversation


@given(messages=JSON, queue=JSON, other=st.dictionaries(st.text(), JSON, max_size=3))
@settings(max_examples=200, deadline=None)
def test_any_json_is_read_or_refused(messages: Any, queue: Any, other: dict[str, Any]) -> None:
    data = file(**{**other, "format": 1, "messages": messages, "queue": queue})
    try:
        conversation = decode(data, "c")
    except Unreadable:
        return
    assert decode(encode(conversation), "c") == conversation


@given(data=st.binary(max_size=200))
def test_any_bytes_are_refused_in_words(data: bytes) -> None:
    for read in (decode, entry_of):
        with pytest.raises((Unreadable, NewerFormat)):
            read(data, "c")
