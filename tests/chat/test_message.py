"""Messages, their ids, and text that can be written."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from poe_tui.chat.message import Message, new_id, now
from poe_tui.chat.surrogates import mend, mend_all


def test_ids_are_short_sortable_and_never_the_same() -> None:
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert {len(made) for made in ids} == {16}
    assert all(made.isalnum() and made == made.lower() for made in ids)
    assert [made[:9] for made in ids] == sorted(made[:9] for made in ids)


def test_a_message_knows_how_long_it_took() -> None:
    message = Message(role="bot", created=now())
    assert message.seconds is None
    message.finished = message.created + timedelta(seconds=2.5)
    assert message.seconds == 2.5
    message.finished = message.created - timedelta(seconds=1)
    assert message.seconds == 0.0


def test_halves_of_a_character_are_joined_and_lone_ones_replaced() -> None:
    assert mend("plain") == "plain"
    assert mend("é") == "é"
    assert mend("a\ud83d\ude00b\ud83d") == "a\U0001f600b�"
    assert mend_all({"k\ud83d": ["\ude00", ("x", 1)]}) == {"k�": ["�", ["x", 1]]}


@given(st.text(st.characters(codec=None)))
def test_what_is_mended_can_always_be_written(text: str) -> None:
    assert mend(text).encode().decode() == mend(text)
