"""What crashes and sync tools leave behind comes back into the conversation."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.events import FileReceived, ReplyEvent, ReplySuggested, TextDelta
from poe_tui.chat.message import Attachment, Failure, Message, Status
from poe_tui.errors import StoreError
from poe_tui.store.codec import encode
from poe_tui.store.conversations import ConversationStore
from poe_tui.store.names import Names, journal_name
from tests.store.scenes import answered, names, saved, store_in


def crashed(
    store: ConversationStore, events: Sequence[ReplyEvent], *, torn: bytes = b""
) -> tuple[Conversation, Message]:
    """Return a conversation whose last reply was cut off by a crash, as it was in memory."""
    conversation = saved(store)
    conversation.ask("And then?")
    message = conversation.reply("Alpha")
    store.save(conversation)
    leave_journal(store, conversation, message, events, torn=torn)
    return conversation, message


def leave_journal(
    store: ConversationStore,
    conversation: Conversation,
    message: Message,
    events: Sequence[ReplyEvent],
    *,
    torn: bytes = b"",
) -> Path:
    """Write the journal of a process that is no more."""
    header = {"type": "journal", "message": msgspec.to_builtins(message)}
    path = store.directory / journal_name(conversation.id, message.id)
    lines = [msgspec.json.encode(line) + b"\n" for line in (header, *events)]
    path.write_bytes(b"".join(lines) + torn)
    return path


EVENTS = (TextDelta("Half of "), TextDelta("it"), ReplySuggested("Go on"))


@pytest.mark.parametrize("by_list", [True, False])
def test_a_reply_cut_off_by_a_crash_is_folded_in_as_truncated(
    tmp_path: Path, by_list: bool
) -> None:
    conversation, message = crashed(store_in(tmp_path), EVENTS)
    store = store_in(tmp_path)
    if by_list:
        assert store.list()[1] == []
        assert names(store) == [f"{conversation.id}.json"]
    loaded = store.load(conversation.id)
    found = loaded.messages[message.id]
    assert (found.text, found.status) == ("Half of it", "truncated")
    assert found.suggested_replies == ("Go on",)
    assert found.error is not None
    assert found.error.kind == "truncated"
    assert "interrupted" in found.error.explanation
    assert found.finished is not None
    assert loaded.head == message.id
    assert names(store) == [f"{conversation.id}.json"]
    assert store_in(tmp_path).load(conversation.id) == loaded


@pytest.mark.parametrize("torn", [b'{"type":"text","te', b"\xff", b'{"type":"text","text":"x"}'])
def test_a_torn_last_line_is_left_out(tmp_path: Path, torn: bytes) -> None:
    conversation, message = crashed(store_in(tmp_path), EVENTS, torn=torn)
    assert store_in(tmp_path).load(conversation.id).messages[message.id].text == "Half of it"


def test_a_journal_cut_at_any_byte_never_harms_the_conversation(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation, message = crashed(store, EVENTS)
    file = store.directory / f"{conversation.id}.json"
    journal = store.directory / journal_name(conversation.id, message.id)
    before, whole = file.read_bytes(), journal.read_bytes()
    for length in range(0, len(whole) + 1, 7):
        file.write_bytes(before)
        journal.write_bytes(whole[:length])
        found = store_in(tmp_path).load(conversation.id).messages[message.id]
        assert found.status == "truncated"
        assert "Half of it".startswith(found.text)


def test_events_of_a_newer_version_are_passed_over(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    torn = b'{"type":"hologram","x":1}\n{"type":"text","text":" now"}\n'
    conversation, message = crashed(store, EVENTS, torn=torn)
    assert store.load(conversation.id).messages[message.id].text == "Half of it now"


def test_the_journal_of_a_living_window_is_left_alone(tmp_path: Path) -> None:
    here, there = store_in(tmp_path), store_in(tmp_path)
    conversation = saved(here)
    conversation.ask("And then?")
    message = conversation.reply("Alpha")
    journal = here.open_journal(conversation, message)
    here.save(conversation)
    assert there.list()[1] == []
    seen = there.load(conversation.id)
    assert seen.messages[message.id].status == "streaming"
    assert not there.refresh(seen)
    journal.append(TextDelta("Half"))
    journal.keep()
    assert there.refresh(seen)
    assert seen.messages[message.id].status == "truncated"
    assert seen.messages[message.id].text == "Half"


def test_a_reply_running_here_is_not_touched_by_a_merge(tmp_path: Path) -> None:
    here, there = store_in(tmp_path), store_in(tmp_path)
    conversation = saved(here)
    conversation.ask("And then?")
    message = conversation.reply("Alpha")
    here.open_journal(conversation, message)
    here.save(conversation)
    theirs = there.load(conversation.id)
    theirs.messages[message.id].status = "truncated"
    answered(theirs, "meanwhile")
    there.save(theirs)
    message.text = "so far"
    here.refresh(conversation)
    assert (message.text, message.status) == ("so far", "streaming")
    message.status = "complete"
    here.save(conversation)
    there.refresh(theirs)
    assert theirs.messages[message.id].status == "complete"


def test_a_reply_that_nobody_receives_and_nobody_wrote_down_is_truncated(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation, message = crashed(store, ())
    (store.directory / journal_name(conversation.id, message.id)).unlink()
    found = store_in(tmp_path).load(conversation.id).messages[message.id]
    assert (found.status, found.text) == ("truncated", "")


def test_a_message_id_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    message = Message(id="../../x", role="bot", parent=conversation.head, status="streaming")
    conversation.messages[message.id] = message
    store.save(conversation)
    assert store.load(conversation.id).messages["../../x"].status == "truncated"
    with pytest.raises(StoreError):
        store.open_journal(conversation, message)


@pytest.mark.parametrize("status", ["complete", "stopped", "failed"])
def test_a_journal_of_a_reply_that_ended_is_only_thrown_away(
    tmp_path: Path, status: Status
) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    answer = answered(conversation, text="All of it", status=status)
    store.save(conversation)
    leave_journal(store, conversation, answer, [TextDelta("All of it and some more")])
    assert store.load(conversation.id).messages[answer.id].text == "All of it"
    assert names(store) == [f"{conversation.id}.json"]


def test_the_longer_of_file_and_journal_is_believed(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation, message = crashed(store, [TextDelta("short")])
    message.text = "saved in between, and longer"
    (store.directory / f"{conversation.id}.json").write_bytes(encode(conversation))
    found = store_in(tmp_path).load(conversation.id).messages[message.id]
    assert (found.text, found.status) == ("saved in between, and longer", "truncated")


def test_a_journal_that_knows_no_more_does_not_change_why_a_reply_was_cut_off(
    tmp_path: Path,
) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    answer = answered(conversation, text="Half", status="truncated")
    answer.error = Failure(kind="truncated", title="The answer was cut off")
    store.save(conversation)
    leave_journal(store, conversation, answer, [TextDelta("Half")])
    assert store.load(conversation.id).messages[answer.id] == answer


def test_a_reply_that_another_machine_gave_up_is_filled_up_from_the_journal(
    tmp_path: Path,
) -> None:
    store = store_in(tmp_path)
    conversation, message = crashed(store, EVENTS)
    given_up = Conversation(id=conversation.id, messages=dict(conversation.messages))
    given_up.head = message.id
    message.status = "truncated"
    (store.directory / f"{conversation.id}.json").write_bytes(encode(given_up))
    assert store_in(tmp_path).load(conversation.id).messages[message.id].text == "Half of it"


def test_a_file_that_can_not_be_moved_aside_is_still_reported_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_in(tmp_path)
    saved(store)
    (store.directory / "bad.json").write_bytes(b"{")

    def refuse(source: Path, target: Path) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "rename", refuse)
    assert [problem.set_aside for problem in store.list()[1]] == [None]
    assert store.list()[1] == []
    with pytest.raises(StoreError, match="left where it is"):
        store.load("bad")


def test_names_that_lead_nowhere_are_nobodys() -> None:
    found = Names.sort(
        ["..json", ".x.m.journal", ".x (conflicted copy).json", "a.b.json", "a.m.journal", "c"]
    )
    assert found == Names(conversations=["a.b"], journals=[("a", "a.m.journal")])


def test_a_reply_that_is_only_in_its_journal_joins_the_conversation(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    prompt = conversation.ask("And then?")
    store.save(conversation)
    message = conversation.reply("Alpha")
    picture = FileReceived(Attachment(name="cat.png"))
    leave_journal(store, conversation, message, [picture])
    loaded = store.load(conversation.id)
    assert loaded.messages[message.id].parent == prompt.id
    assert loaded.messages[message.id].attachments == (picture.attachment,)
    assert loaded.head == message.id


def test_a_journal_without_a_conversation_goes_to_the_trash(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    stranger = Conversation()
    stranger.ask("Why?")
    journal = leave_journal(store, stranger, stranger.reply("Alpha"), EVENTS)
    assert len(store.list()[0]) == 1
    assert names(store) == [f"{conversation.id}.json"]
    assert (store.directory / "trash" / journal.name).exists()


def test_what_a_killed_write_left_is_swept_away(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    (store.directory / f".{conversation.id}.json.abcd1234").write_bytes(b"{")
    store.list()
    assert names(store) == [f"{conversation.id}.json"]


@pytest.mark.parametrize(
    "ending",
    [
        ".sync-conflict-20260102-030405-ABCDEFG.json",
        " (conflicted copy 2026-01-02 030405).json",
        " (Anna's conflicted copy 2026-01-02).json",
        " (Conflicted Copy).json",
    ],
)
@pytest.mark.parametrize("by_list", [True, False])
def test_a_sync_tools_conflict_copy_is_folded_in(
    tmp_path: Path, ending: str, by_list: bool
) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    elsewhere = store_in(tmp_path).load(conversation.id)
    there = answered(elsewhere, "on the laptop")
    answered(conversation, "on the desktop")
    store.save(conversation)
    copy = store.directory / f"{conversation.id}{ending}"
    copy.write_bytes(encode(elsewhere))
    if by_list:
        assert [entry.messages for entry in store.list()[0]] == [6]
    loaded = store.load(conversation.id)
    assert there.id in loaded.messages
    assert len(loaded.messages) == 6
    assert names(store) == [f"{conversation.id}.json"]
    assert (store.directory / "trash" / copy.name).exists()
    assert store.refresh(conversation)
    assert conversation.messages == loaded.messages


def test_a_conflict_copy_alone_becomes_the_conversation(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    file = store.directory / f"{conversation.id}.json"
    file.rename(file.with_name(f"{conversation.id}.sync-conflict-20260102-030405-A.json"))
    assert [entry.id for entry in store.list()[0]] == [conversation.id]
    assert names(store) == [file.name]


def test_a_broken_conflict_copy_costs_only_itself(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    copy = store.directory / f"{conversation.id}.sync-conflict-20260102-030405-A.json"
    copy.write_bytes(b"{")
    entries, (problem,) = store.list()
    assert len(entries) == 1
    assert problem.path == copy
    assert names(store) == [f"{conversation.id}.json", f"{copy.name}.broken"]
    assert store.load(conversation.id) == conversation


def test_a_conflict_copy_of_a_newer_format_stays(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    copy = store.directory / f"{conversation.id}.sync-conflict-20260102-030405-A.json"
    copy.write_bytes(encode(conversation).replace(b'"format": 1', b'"format": 99'))
    entries, (problem,) = store.list()
    assert len(entries) == 1
    assert "newer" in problem.reason
    assert copy.exists()
    assert store.load(conversation.id) == conversation


@pytest.mark.parametrize("content", [b"{", b'{"format": 99, "updated": "2026-01-01T00:00:00Z"}'])
def test_leftovers_beside_a_file_that_can_not_be_read_stay_in_reach(
    tmp_path: Path, content: bytes
) -> None:
    store = store_in(tmp_path)
    conversation, message = crashed(store, EVENTS)
    file = store.directory / f"{conversation.id}.json"
    file.write_bytes(content)
    entries, problems = store.list()
    assert entries == []
    assert len(problems) == 1
    left = list(tmp_path.rglob(journal_name(conversation.id, message.id)))
    assert len(left) == 1


def test_a_crashed_reply_can_be_read_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation, message = crashed(store_in(tmp_path), EVENTS)
    store = store_in(tmp_path)
    before = names(store)

    def refuse(handle: int) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "fsync", refuse)
    assert store.load(conversation.id).messages[message.id].text == "Half of it"
    assert names(store) == before
    assert [entry.id for entry in store.list()[0]] == [conversation.id]
    assert names(store) == before
