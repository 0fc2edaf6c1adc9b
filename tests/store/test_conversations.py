"""The store: what is saved is there, whatever happens around it."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Failure
from poe_tui.errors import StoreError
from poe_tui.store.conversations import ConversationStore
from tests.store.scenes import answered, names, saved, store_in


def test_nothing_is_made_before_the_first_save(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    assert store.list() == ([], [])
    assert list(tmp_path.iterdir()) == []


def test_a_saved_conversation_is_loaded_as_it_was(tmp_path: Path) -> None:
    conversation = saved(store_in(tmp_path))
    assert store_in(tmp_path).load(conversation.id) == conversation


def test_files_and_directories_are_private(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    file = store.directory / f"{conversation.id}.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.directory.stat().st_mode) == 0o700


def test_the_list_has_pinned_ones_first_and_then_the_newest(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    old, middle, new = (saved(store, prompt) for prompt in ("old", "middle", "new"))
    old.pinned = True
    store.save(old)
    entries, problems = store.list()
    assert [entry.id for entry in entries] == [old.id, new.id, middle.id]
    assert problems == []
    assert (entries[0].title, entries[0].messages, entries[0].bot) == ("old", 2, "Alpha")
    assert (entries[0].pinned, entries[0].updated) == (True, old.updated)


def test_the_list_notices_what_has_changed(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    kept, gone = saved(store), saved(store)
    store.list()
    kept.rename("Another title")
    store.save(kept)
    (store.directory / f"{gone.id}.json").unlink()
    entries, _ = store.list()
    assert [entry.title for entry in entries] == ["Another title"]


def test_the_start_of_an_id_is_enough_if_no_other_begins_like_it(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    for conversation_id in ("abc1", "abc2", "abd"):
        store.save(Conversation(id=conversation_id, title=conversation_id))
    assert store.load("abd").title == "abd"
    assert store.load("abc1").title == "abc1"
    with pytest.raises(StoreError, match="2 conversations begin with abc: abc1, abc2"):
        store.load("abc")
    with pytest.raises(StoreError, match="There is no conversation x"):
        store.load("x")


def test_an_id_that_is_the_start_of_another_is_itself(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    store.save(Conversation(id="ab", title="short"))
    store.save(Conversation(id="abc", title="long"))
    assert store.load("ab").title == "short"


def test_many_ambiguous_ids_are_not_all_listed(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    for number in range(7):
        store.save(Conversation(id=f"x{number}"))
    with pytest.raises(StoreError, match="x0, x1, x2, x3, x4 …"):
        store.load("x")


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a/b", "", ".hidden", "a\0b", "-c"])
def test_an_id_can_not_lead_out_of_the_directory(tmp_path: Path, name: str) -> None:
    store = store_in(tmp_path)
    with pytest.raises(StoreError, match="not the id"):
        store.load(name)
    with pytest.raises(StoreError):
        store.save(Conversation(id=name))
    with pytest.raises(StoreError):
        store.delete(name)
    assert list(tmp_path.iterdir()) == []


def test_a_file_copied_under_another_name_is_a_conversation_of_its_own(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    original = store.directory / f"{conversation.id}.json"
    (store.directory / "My copy.json").write_bytes(original.read_bytes())
    assert {entry.id for entry in store.list()[0]} == {conversation.id, "My copy"}
    copy = store.load("My copy")
    answered(copy, "more")
    store.save(copy)
    assert len(store.load("My copy").messages) == 4
    assert len(store.load(conversation.id).messages) == 2


# -- two windows --------------------------------------------------------------------------------


def test_two_windows_do_not_overwrite_each_other(tmp_path: Path) -> None:
    here, there = store_in(tmp_path), store_in(tmp_path)
    mine = saved(here)
    theirs = there.load(mine.id)
    answered(theirs, "from there")
    there.save(theirs)
    answered(mine, "from here")
    assert here.save(mine)
    assert {m.text for m in mine.messages.values()} >= {"from here", "from there"}
    assert here.load(mine.id) == mine
    assert there.refresh(theirs)
    assert theirs.messages == mine.messages
    assert not there.refresh(theirs)
    assert not here.save(mine)


def test_a_window_knows_whether_another_has_saved_or_deleted_since_it_read_the_list(
    tmp_path: Path,
) -> None:
    here, there = store_in(tmp_path), store_in(tmp_path)
    mine = saved(there)
    assert here.has_news()
    here.list()
    assert not here.has_news()
    there.delete(mine.id)
    assert here.has_news()


def test_a_rename_in_one_window_survives_a_later_save_in_another(tmp_path: Path) -> None:
    here, there = store_in(tmp_path), store_in(tmp_path)
    mine = saved(here)
    theirs = there.load(mine.id)
    theirs.rename("Renamed there")
    there.save(theirs)
    answered(mine, "later")
    here.save(mine)
    assert mine.title == "Renamed there"
    assert there.load(mine.id).titled


def test_two_copies_in_one_window_do_not_overwrite_each_other(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    one = saved(store)
    two = store.load(one.id)
    answered(two, "from the second copy")
    store.save(two)
    answered(one, "from the first copy")
    store.save(one)
    assert len(store.load(one.id).messages) == 6


def test_a_reader_stays_where_he_is_unless_the_talk_goes_on_from_there(tmp_path: Path) -> None:
    here, there = store_in(tmp_path), store_in(tmp_path)
    mine = saved(here)
    theirs = there.load(mine.id)
    follow_up = answered(theirs, "going on")
    there.save(theirs)
    here.refresh(mine)
    assert mine.head == follow_up.id
    sibling = theirs.regenerate(follow_up.id)
    sibling.status = "complete"
    there.save(theirs)
    here.refresh(mine)
    assert mine.head == follow_up.id
    assert sibling.id in mine.messages


def test_a_conversation_deleted_elsewhere_comes_back_with_the_next_save(tmp_path: Path) -> None:
    here, there = store_in(tmp_path), store_in(tmp_path)
    mine = saved(here)
    there.delete(mine.id)
    assert not here.refresh(mine)
    here.save(mine)
    assert there.load(mine.id) == mine


# -- the trash ----------------------------------------------------------------------------------


def test_a_deleted_conversation_can_be_brought_back(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    store.delete(conversation.id)
    assert store.list() == ([], [])
    assert store.restore(conversation.id) == conversation
    assert len(store.list()[0]) == 1


def test_deleting_what_was_never_saved_is_fine(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    store.delete("neversaved")
    assert store.list() == ([], [])


def test_what_is_not_in_the_trash_can_not_be_brought_back(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="trash"):
        store_in(tmp_path).restore("gone")


def test_the_end_of_a_reply_in_a_deleted_conversation_comes_back_with_it(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    store.delete(conversation.id)
    answered(conversation, "still running")
    store.save(conversation)
    assert store.list() == ([], [])
    assert len(store.restore(conversation.id).messages) == 4


def test_bringing_back_a_conversation_that_has_come_back_already_merges_them(
    tmp_path: Path,
) -> None:
    here, there = store_in(tmp_path), store_in(tmp_path)
    mine = saved(here)
    theirs = there.load(mine.id)
    answered(mine, "here")
    here.save(mine)
    here.delete(mine.id)
    answered(theirs, "there")
    there.save(theirs)
    restored = here.restore(mine.id)
    assert {m.text for m in restored.messages.values()} >= {"here", "there"}
    assert names(here) == [f"{mine.id}.json"]


def test_the_trash_never_overwrites(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    for _ in range(3):
        saved(store)
        store.save(Conversation(id="same"))
        (store.directory / "trash").mkdir(exist_ok=True)
        store_in(tmp_path).delete("same")
    assert len(list((store.directory / "trash").iterdir())) == 3


# -- trouble ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b'{"format": 1, "messages": 5}', b'{"title": "x"}'],
)
def test_a_broken_file_is_set_aside_and_costs_only_itself(tmp_path: Path, content: bytes) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    (store.directory / "bad.json").write_bytes(content)
    entries, (problem,) = store.list()
    assert [entry.id for entry in entries] == [conversation.id]
    assert problem.path == store.directory / "bad.json"
    assert problem.set_aside == store.directory / "bad.json.broken"
    assert problem.set_aside.read_bytes() == content
    assert problem.reason
    assert store.list()[1] == []


def test_setting_aside_never_overwrites_an_older_broken_file(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    saved(store)
    for content in (b"one", b"two", b"three"):
        (store.directory / "bad.json").write_bytes(content)
        with pytest.raises(StoreError, match="set aside as"):
            store.load("bad")
    assert (store.directory / "bad.json.broken").read_bytes() == b"one"
    assert (store.directory / "bad.json.broken.2").read_bytes() == b"two"
    assert (store.directory / "bad.json.broken.3").read_bytes() == b"three"


def test_a_file_broken_behind_a_running_window_does_not_lose_what_is_in_memory(
    tmp_path: Path,
) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    file = store.directory / f"{conversation.id}.json"
    file.write_bytes(b"<<<<<<< HEAD\n")
    store.save(conversation)
    assert store.load(conversation.id) == conversation
    assert [problem.path for problem in store.list()[1]] == [file]


def test_a_newer_format_is_refused_and_left_untouched(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    file = store.directory / f"{conversation.id}.json"
    newer = file.read_bytes().replace(b'"format": 1', b'"format": 2')
    file.write_bytes(newer)
    with pytest.raises(StoreError, match="format is 2") as error:
        store.load(conversation.id)
    assert "Update" in error.value.hint
    with pytest.raises(StoreError, match="format is 2"):
        store.save(conversation)
    entries, problems = store.list()
    assert entries == []
    assert [problem.set_aside for problem in problems] == [None]
    assert store.list()[1] == []
    assert file.read_bytes() == newer
    assert names(store) == [file.name]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "not permitted"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_disk_that_refuses_is_told_in_words_and_leaves_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    before = (store.directory / f"{conversation.id}.json").read_bytes()

    def refuse(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    answered(conversation, "more")
    with pytest.raises(StoreError, match=words):
        store.save(conversation)
    assert names(store) == [f"{conversation.id}.json"]
    assert (store.directory / f"{conversation.id}.json").read_bytes() == before
    monkeypatch.undo()
    conversation.unsaved = Failure(kind="disk", title="Could not save")
    store.save(conversation)
    assert conversation.unsaved is None
    assert len(store.load(conversation.id).messages) == 4


def test_a_directory_that_is_none_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "conversations").write_text("a file")
    store = store_in(tmp_path)
    with pytest.raises(StoreError, match="conversations"):
        store.save(Conversation())
    entries, problems = store.list()
    assert entries == []
    assert [problem.path for problem in problems] == [tmp_path / "conversations"]
    with pytest.raises(StoreError):
        store.load("x")


def test_a_file_that_may_not_be_read_is_reported_and_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ConversationStore(tmp_path / "conversations")
    conversation = saved(store)
    (store.directory / "folder.json").mkdir()
    entries, problems = store.list()
    assert [entry.id for entry in entries] == [conversation.id]
    assert [problem.set_aside for problem in problems] == [None]
    with pytest.raises(StoreError, match="directory"):
        store.load("folder")


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    conversation = saved(store)
    for name in ("notes.txt", ".stignore", "x.journal", ".DS_Store", "a.json.broken"):
        (store.directory / name).write_text("theirs")
    assert len(store.list()[0]) == 1
    assert store.list()[1] == []
    assert len(names(store)) == 6
    assert store.load(conversation.id) == conversation


@pytest.mark.parametrize("name", ["odd.json", "{}.m1.journal", "{} (conflicted copy).json"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_pipe_or_a_device_among_the_conversations_keeps_nobody_waiting(
    tmp_path: Path, name: str, kind: str
) -> None:
    conversation = saved(store_in(tmp_path))
    store = store_in(tmp_path)
    odd = store.directory / name.format(conversation.id)
    os.mkfifo(odd) if kind == "pipe" else odd.symlink_to("/dev/null")
    assert [entry.id for entry in store.list()[0]] == [conversation.id]
    assert store.load(conversation.id) == conversation
    if name == "odd.json":
        with pytest.raises(StoreError, match="pipe or a device"):
            store.load("odd")
    assert os.path.lexists(odd)
