"""What a bot gets to see."""

from __future__ import annotations

import pytest

from poe_tui.chat.context import context, pieces
from poe_tui.chat.conversation import CONTINUE, Conversation
from poe_tui.chat.message import Attachment, Message, Status, now


def answered(
    conversation: Conversation, prompt: str, text: str, status: Status = "complete"
) -> Message:
    """Ask and answer, and return the answer."""
    conversation.ask(prompt)
    reply = conversation.reply("Alpha")
    reply.text, reply.status, reply.finished = text, status, now()
    return reply


def sent(conversation: Conversation, message: Message) -> list[tuple[str, str]]:
    """Return role and text of what is sent for `message`."""
    return [(turn.role, turn.text) for turn in context(conversation, message)]


def test_the_branch_above_the_reply_is_sent_after_the_system_prompt() -> None:
    conversation = Conversation(system="Be brief.")
    answer = answered(conversation, "one", "uno")
    conversation.regenerate(answer.id)
    conversation.select(answer.id)
    conversation.ask("two")
    reply = conversation.reply("Beta")
    assert sent(conversation, reply) == [
        ("system", "Be brief."),
        ("user", "one"),
        ("bot", "uno"),
        ("user", "two"),
    ]


def test_system_messages_of_the_branch_join_the_system_prompt() -> None:
    imported = Message(role="system", text="Speak Latin.")
    conversation = Conversation(
        system="Be brief.", messages={imported.id: imported}, head=imported.id
    )
    conversation.ask("one")
    reply = conversation.reply("Alpha")
    assert sent(conversation, reply)[0] == ("system", "Be brief.\n\nSpeak Latin.")
    imported.excluded = True
    assert sent(conversation, reply)[0] == ("system", "Be brief.")


def test_an_answer_that_is_still_coming_is_not_sent_and_its_prompt_is() -> None:
    conversation = Conversation()
    answered(conversation, "one", "half", "streaming")
    conversation.ask("two")
    assert sent(conversation, conversation.reply("Alpha")) == [("user", "one\n\ntwo")]


def test_a_prompt_that_failed_is_not_sent_again_with_the_next_one() -> None:
    conversation = Conversation()
    answered(conversation, "one", "uno")
    answered(conversation, "two", "", "failed")
    answered(conversation, "three", " ", "failed")
    conversation.ask("four")
    reply = conversation.reply("Alpha")
    assert sent(conversation, reply) == [("user", "one"), ("bot", "uno"), ("user", "four")]
    reasons = [piece.left_out for piece in pieces(conversation, reply)]
    assert reasons == ["", "", "unanswered", "failed", "unanswered", "failed", ""]


def test_a_prompt_that_failed_is_sent_once_it_has_been_answered_after_all() -> None:
    conversation = Conversation()
    failed = answered(conversation, "one", "", "failed")
    again = conversation.regenerate(failed.id)
    assert sent(conversation, again) == [("user", "one")]
    again.text, again.status = "uno", "complete"
    conversation.ask("two")
    assert sent(conversation, conversation.reply("Alpha")) == [
        ("user", "one"),
        ("bot", "uno"),
        ("user", "two"),
    ]


@pytest.mark.parametrize("status", ["complete", "stopped", "truncated", "failed"])
def test_what_an_answer_said_before_it_ended_is_sent(status: Status) -> None:
    conversation = Conversation()
    answered(conversation, "one", "half", status)
    conversation.ask("two")
    assert sent(conversation, conversation.reply("Alpha")) == [
        ("user", "one"),
        ("bot", "half"),
        ("user", "two"),
    ]


@pytest.mark.parametrize("status", ["complete", "stopped", "truncated"])
def test_an_answer_of_nothing_is_not_sent_and_its_prompt_is(status: Status) -> None:
    conversation = Conversation()
    answered(conversation, "one", " ", status)
    conversation.ask("two")
    assert sent(conversation, conversation.reply("Alpha")) == [("user", "one\n\ntwo")]


def test_an_answer_that_is_only_a_file_is_sent() -> None:
    conversation = Conversation()
    picture = Attachment(name="cat.png", url="https://example.org/cat.png")
    answered(conversation, "Draw a cat", "").attachments += (picture,)
    conversation.ask("Make it blue")
    turns = context(conversation, conversation.reply("Alpha"))
    assert turns[1].attachments == (picture,)


def test_excluded_messages_and_notes_are_not_sent() -> None:
    conversation = Conversation()
    first = answered(conversation, "one", "uno")
    second = answered(conversation, "two", "due")
    first.excluded = True
    second.note = "secret"
    conversation.ask("three")
    reply = conversation.reply("Alpha")
    assert sent(conversation, reply) == [
        ("user", "one\n\ntwo"),
        ("bot", "due"),
        ("user", "three"),
    ]


def test_answers_without_their_prompt_do_not_come_first() -> None:
    conversation = Conversation()
    answer = answered(conversation, "one", "uno")
    conversation.exclude(answer.parent or "")
    conversation.ask("two")
    assert sent(conversation, conversation.reply("Alpha")) == [("user", "two")]


def test_the_prompt_itself_is_sent_even_if_excluded() -> None:
    conversation = Conversation()
    prompt = conversation.ask("one")
    conversation.exclude(prompt.id)
    assert sent(conversation, conversation.reply("Alpha")) == [("user", "one")]


def test_joined_turns_keep_their_attachments_in_order() -> None:
    conversation = Conversation()
    a, b = Attachment(name="a"), Attachment(name="b")
    conversation.ask("one", attachments=[a])
    last = conversation.ask("", attachments=[b])
    (turn,) = context(conversation, conversation.reply("Alpha"))
    assert (turn.text, turn.attachments, turn.message_id) == ("one", (a, b), last.id)


def test_a_joined_turn_is_plain_only_if_all_of_it_is() -> None:
    conversation = Conversation()
    conversation.ask("one").content_type = "text/plain"
    conversation.ask("two").content_type = "text/plain"
    reply = conversation.reply("Alpha")
    assert context(conversation, reply)[0].content_type == "text/plain"
    conversation.head = reply.parent
    conversation.ask("three")
    reply = conversation.reply("Alpha")
    assert context(conversation, reply)[0].content_type == "text/markdown"


def test_parameters_go_with_the_last_turn() -> None:
    conversation = Conversation()
    answered(conversation, "one", "uno")
    conversation.ask("two").parameters = {"a": 1, "b": 1}
    reply = conversation.reply("Alpha", parameters={"b": 2})
    assert [turn.parameters for turn in context(conversation, reply)] == [{}, {}, {"a": 1, "b": 2}]


@pytest.mark.parametrize("status", ["truncated", "stopped", "failed"])
def test_continuing_sends_the_partial_answer(status: Status) -> None:
    conversation = Conversation()
    partial = answered(conversation, "one", "half", status)
    reply = conversation.continue_(partial.id)
    assert sent(conversation, reply) == [("user", "one"), ("bot", "half"), ("user", CONTINUE)]


def test_a_message_that_answers_nothing_has_no_context() -> None:
    greeting = Message(role="bot", text="Hello")
    conversation = Conversation(messages={greeting.id: greeting}, head=greeting.id)
    with pytest.raises(ValueError, match="no prompt"):
        context(conversation, greeting)
