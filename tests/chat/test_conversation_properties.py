"""Whatever a user does, every message can be reached and everything that is sent is valid."""

from __future__ import annotations

import itertools

from hypothesis import given, settings

from poe_tui.chat.context import context
from poe_tui.chat.conversation import Conversation
from tests.chat.operations import perform, steps


@given(drawn=steps)
@settings(max_examples=150, deadline=None)
def test_every_message_can_be_put_on_screen(drawn: list[tuple[str, str, int]]) -> None:
    conversation = perform(Conversation(bot="Alpha"), drawn)
    for message in list(conversation.messages.values()):
        assert message in conversation.siblings(message.id)
        conversation.select(message.id)
        path = conversation.path()
        assert message in path
        assert path[0].parent is None
        for above, below in itertools.pairwise(path):
            assert below.parent == above.id
        assert not any(other.parent == path[-1].id for other in conversation.messages.values())


@given(drawn=steps)
@settings(max_examples=150, deadline=None)
def test_every_context_is_a_valid_alternation(drawn: list[tuple[str, str, int]]) -> None:
    conversation = perform(Conversation(bot="Alpha", system="Be brief."), drawn)
    for message in conversation.messages.values():
        if message.role != "bot":
            continue
        turns = context(conversation, message)
        roles = [turn.role for turn in turns]
        assert roles[0] == "system"
        assert len(roles) % 2 == 0
        assert roles[1::2] == ["user"] * (len(roles) // 2)
        assert roles[2::2] == ["bot"] * (len(roles) // 2 - 1)
        assert all(turn.text.strip() or turn.attachments for turn in turns if turn.role == "bot")


@given(drawn=steps)
@settings(max_examples=50, deadline=None)
def test_a_fork_says_the_same_as_the_branch_it_was_made_of(
    drawn: list[tuple[str, str, int]],
) -> None:
    conversation = perform(Conversation(bot="Alpha"), drawn)
    for message in conversation.path()[-1:]:
        fork = conversation.fork(message.id)
        branch = conversation.path()
        assert [copy.text for copy in fork.path()] == [original.text for original in branch]
        assert not fork.streaming
        assert len(fork.messages) == len(branch)
