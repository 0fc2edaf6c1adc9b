"""Two copies of a conversation become one, and nothing that was said is lost."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Attachment, Status, now
from poe_tui.store.codec import decode, encode
from poe_tui.store.conversations import ConversationStore
from poe_tui.store.merge import Base, fold_in, richer
from tests.chat.operations import OPERATIONS, perform, steps
from tests.store.scenes import answered

Steps = list[tuple[str, str, int]]


def copy_of(conversation: Conversation) -> Conversation:
    """Return a conversation that shares nothing with the one given."""
    return decode(encode(conversation), conversation.id)


def two_copies() -> tuple[Conversation, Conversation, Base]:
    """Return one conversation in two windows, and what both have seen."""
    ours = Conversation(bot="Alpha", extra={"kept": 1, "dropped": 1})
    answered(ours)
    return ours, copy_of(ours), Base.of(ours)


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("streaming", "truncated"),
        ("truncated", "failed"),
        ("failed", "stopped"),
        ("stopped", "complete"),
    ],
)
def test_the_copy_that_has_got_further_wins(worse: Status, better: Status) -> None:
    ours, theirs, _ = two_copies()
    answer = ours.head or ""
    ours.messages[answer].status, ours.messages[answer].text = worse, "a longer text, but"
    theirs.messages[answer].status = better
    kept = ours.messages[answer]
    assert fold_in(ours, theirs)
    assert (kept.status, kept.text) == (better, "Because.")


def test_of_two_equal_copies_the_longer_text_wins() -> None:
    ours, theirs, _ = two_copies()
    answer = ours.head or ""
    theirs.messages[answer].text = "Because of ownership."
    assert richer(ours.messages[answer], theirs.messages[answer]) is theirs.messages[answer]
    assert richer(theirs.messages[answer], ours.messages[answer]) is theirs.messages[answer]


def test_each_sides_changes_are_kept_when_the_other_has_made_none() -> None:
    ours, theirs, base = two_copies()
    answer = ours.head or ""
    theirs.rename("Theirs")
    theirs.system, theirs.tags = "Be brief.", ["x"]
    theirs.messages[answer].note = "theirs"
    theirs.extra = {"kept": 2, "new": 3}
    ours.draft = "ours"
    ours.pinned = True
    ours.messages[answer].points, ours.messages[answer].points_exact = 5, True
    ours.extra["mine"] = 4
    ours.updated = theirs.updated + timedelta(days=1)
    assert fold_in(ours, theirs, base=base)
    assert (ours.title, ours.titled, ours.system, ours.tags) == ("Theirs", True, "Be brief.", ["x"])
    assert (ours.draft, ours.pinned) == ("ours", True)
    message = ours.messages[answer]
    assert (message.note, message.points, message.points_exact) == ("theirs", 5, True)
    assert ours.extra == {"kept": 2, "new": 3, "mine": 4}


def test_a_draft_keeps_its_files_whoever_wrote_it_and_takes_no_others() -> None:
    ours, theirs, base = two_copies()
    theirs.draft, theirs.draft_attachments = "theirs", [Attachment(name="theirs.txt")]
    fold_in(ours, theirs, base=base)
    assert (ours.draft, ours.draft_attachments) == ("theirs", [Attachment(name="theirs.txt")])
    ours, theirs, base = two_copies()
    theirs.draft_attachments = [Attachment(name="theirs.txt")]
    ours.draft = "ours"
    ours.updated = theirs.updated + timedelta(days=1)
    fold_in(ours, theirs, base=base)
    assert (ours.draft, ours.draft_attachments) == ("ours", [])


def test_an_unknown_field_removed_here_stays_away() -> None:
    ours, theirs, base = two_copies()
    del ours.extra["dropped"]
    fold_in(ours, theirs, base=base)
    assert ours.extra == {"kept": 1}


@pytest.mark.parametrize("ours_is_later", [True, False])
def test_of_two_changes_to_one_field_the_later_copy_wins(ours_is_later: bool) -> None:
    ours, theirs, base = two_copies()
    ours.rename("Ours")
    theirs.rename("Theirs")
    ours.messages[ours.head or ""].note = "ours"
    theirs.messages[ours.head or ""].note = "theirs"
    ours.extra["kept"], theirs.extra["kept"] = "ours", "theirs"
    ours.updated = theirs.updated + timedelta(hours=1 if ours_is_later else -1)
    fold_in(ours, theirs, base=base)
    winner = "Ours" if ours_is_later else "Theirs"
    assert ours.title == winner
    assert ours.messages[ours.head or ""].note == winner.lower()
    assert ours.extra["kept"] == winner.lower()


def test_queued_prompts_stay_until_one_side_has_sent_or_dropped_them() -> None:
    ours, theirs, _ = two_copies()
    for text in ("sent there", "dropped here", "edited there"):
        ours.enqueue(text)
    base = Base.of(ours)
    theirs = copy_of(ours)
    theirs.ask_queued()
    theirs.queue[1].text = "edited"
    added_there = theirs.enqueue("added there")
    ours.drop_queued(ours.queue[1].id)
    added_here = ours.enqueue("added here")
    fold_in(ours, theirs, base=base)
    assert {queued.text for queued in ours.queue} == {"edited", "added there", "added here"}
    assert {added_here.id, added_there.id} < {queued.id for queued in ours.queue}
    assert "sent there" in {message.text for message in ours.messages.values()}


def test_a_message_that_streams_here_is_left_alone() -> None:
    ours, theirs, base = two_copies()
    answer = ours.messages[ours.head or ""]
    answer.status, answer.text = "streaming", "so far"
    assert not fold_in(ours, theirs, base=base, live={answer.id})
    assert (answer.status, answer.text) == ("streaming", "so far")


def test_the_head_follows_the_later_copy_when_nothing_is_known() -> None:
    ours, theirs, _ = two_copies()
    follow_up = theirs.ask("more")
    mine = ours.ask("mine")
    assert mine.created > follow_up.created
    fold_in(theirs, copy_of(ours))
    assert theirs.head == mine.id


def test_an_empty_conversation_takes_everything_over() -> None:
    theirs, _, _ = two_copies()
    ours = Conversation(created=now(), updated=theirs.created)
    assert fold_in(ours, copy_of(theirs))
    assert ours.path() == theirs.path()
    assert not fold_in(ours, Conversation(created=now(), updated=theirs.created))


def diverged(common: Steps, mine: Steps, other: Steps) -> tuple[Conversation, Conversation]:
    """Return two copies that have gone their own ways."""
    origin = perform(Conversation(bot="Alpha"), common)
    return perform(copy_of(origin), mine), perform(copy_of(origin), other)


@given(common=steps, mine=steps, other=steps)
@settings(max_examples=100, deadline=None)
def test_it_does_not_matter_who_merges(common: Steps, mine: Steps, other: Steps) -> None:
    ours, theirs = diverged(common, mine, other)
    one, two = copy_of(ours), copy_of(theirs)
    fold_in(one, copy_of(theirs))
    fold_in(two, copy_of(ours))
    assert one == two
    assert one.messages.keys() == ours.messages.keys() | theirs.messages.keys()


@given(common=steps, mine=steps, other=steps)
@settings(max_examples=100, deadline=None)
def test_merging_again_changes_nothing(common: Steps, mine: Steps, other: Steps) -> None:
    ours, theirs = diverged(common, mine, other)
    assert not fold_in(ours, copy_of(ours))
    fold_in(ours, copy_of(theirs))
    once = copy_of(ours)
    assert not fold_in(ours, copy_of(theirs))
    assert ours == once


in_two_windows = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(sorted(OPERATIONS)),
        st.sampled_from(["", "a", "word", "two words"]),
        st.integers(0, 20),
    ),
    max_size=30,
)


@given(drawn=in_two_windows)
@settings(max_examples=60, deadline=None)
def test_two_windows_that_save_in_turn_never_lose_a_message(
    drawn: list[tuple[int, str, str, int]],
) -> None:
    with tempfile.TemporaryDirectory() as directory, patch("os.fsync"):
        stores = [ConversationStore(Path(directory)) for _ in range(2)]
        first = Conversation(bot="Alpha")
        first.ask("Why?")
        stores[0].save(first)
        windows = [first, stores[1].load(first.id)]
        said: dict[str, str] = {}
        for window, name, text, place in drawn:
            conversation = windows[window]
            OPERATIONS[name](conversation, text, place)
            stores[window].save(conversation)
            said |= {message.id: message.role for message in conversation.messages.values()}
        for store, conversation in zip(stores, windows, strict=True):
            store.refresh(conversation)
            assert conversation.messages.keys() >= said.keys()
        last = ConversationStore(Path(directory)).load(first.id)
        assert last.messages.keys() >= said.keys()
