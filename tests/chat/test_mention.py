"""`@Bot text`: whom it asks, what is sent, and what the bot gets to see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poe_tui.chat.context import context, pieces
from poe_tui.chat.conversation import Conversation
from poe_tui.chat.mention import is_aside, is_choice, mention_in, mentioning
from poe_tui.chat.message import Message, now


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("@GPT-5.1 do you agree?", "GPT-5.1", "do you agree?"),
        ("@GPT-5.1: do you agree?", "GPT-5.1", "do you agree?"),
        ("@GPT-5.1, do you?", "GPT-5.1", "do you?"),
        ('@"My Bot" hello', "My Bot", "hello"),
        ("@c\nline two", "c", "line two"),
        ("@c", "c", ""),
        ("@c   ", "c", ""),
        ("@日本語 hi", "日本語", "hi"),
        ("\n@c hi", "c", "hi"),
        (" \n\t\r\n  @c\n\nhi", "c", "hi"),
    ],
)
def test_a_mention_is_a_name_that_a_prompt_begins_with(text: str, name: str, rest: str) -> None:
    assert mention_in(text) == (name, rest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hi @c",
        "hi\n@c hi",
        "\n",
        " @",
        "@",
        "@ c",
        "@@c hi",
        "@a@b.org hi",
        '@"open hi',
        "@a,b hi",
    ],
)
def test_anything_else_is_text(text: str) -> None:
    assert mention_in(text) is None


@given(
    name=st.text(st.characters(exclude_characters='"\n', exclude_categories=("C", "Z")), min_size=1)
    | st.sampled_from(["A bot", "with, comma", "a@b", "x:"]),
    rest=st.sampled_from(["", "hi", "two\nlines"]),
)
def test_a_written_mention_is_read_as_it_was_meant(name: str, rest: str) -> None:
    assert mention_in(mentioning(name, rest)) == (name, rest)


def say(conversation: Conversation, bot: str, text: str, answer: str) -> Message:
    """Ask `bot` and let it answer."""
    conversation.ask(text, bot=bot)
    reply = conversation.reply(bot)
    reply.text, reply.status, reply.finished = answer, "complete", now()
    return reply


def aside(conversation: Conversation, bot: str, text: str) -> Message:
    """Mention `bot`; return the answer that is coming."""
    conversation.ask(mentioning(bot, text), bot=bot)
    return conversation.reply(bot)


def seen(conversation: Conversation, reply: Message) -> list[str]:
    """Return what is sent for `reply`."""
    return [turn.text for turn in context(conversation, reply)]


def two_leaders() -> Conversation:
    """Return a conversation that Gemini led, and Claude leads; GPT was asked in each."""
    conversation = Conversation(bot="Claude")
    say(conversation, "Gemini", "one", "g1")
    say(conversation, "GPT", "@GPT two", "x2")
    say(conversation, "Gemini", "three", "g3")
    say(conversation, "Claude", "four", "c4")
    say(conversation, "GPT", "@GPT five", "x5")
    say(conversation, "Claude", "six", "c6")
    return conversation


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("", ["one", "g1", "two", "x2", "three", "g3", "four", "c4", "five", "x5", "six", "c6"]),
        ("all", ["one", "g1", "two", "x2", "three", "g3", "four", "c4", "five", "x5", "six", "c6"]),
        ("since_switch", ["four", "c4", "five", "x5", "six", "c6"]),
        ("last_0", []),
        ("last_1", ["six", "c6"]),
        ("last_2", ["five", "x5", "six", "c6"]),
        ("last_99", ["one", "g1", "two", "x2", "three", "g3", "four", "c4"]),
    ],
)
def test_what_a_mentioned_bot_sees_is_a_choice(choice: str, expected: list[str]) -> None:
    conversation = two_leaders()
    conversation.mention_context = choice
    told = seen(conversation, aside(conversation, "GPT", "do you agree?"))
    assert told[: len(expected)] == expected
    assert told[-1] == "do you agree?"


def test_the_choice_is_for_mentioned_bots_only() -> None:
    conversation = two_leaders()
    conversation.mention_context = "last_0"
    conversation.ask("seven")
    assert len(seen(conversation, conversation.reply("Claude"))) == 13
    mentioned = aside(conversation, "GPT", "and you?")
    assert seen(conversation, mentioned) == ["and you?"]
    assert len(seen(conversation, conversation.regenerate(mentioned.id, bot="Gemini"))) > 1


def test_without_a_switch_a_mentioned_bot_sees_all_since_the_start() -> None:
    conversation = Conversation(bot="Claude", mention_context="since_switch")
    say(conversation, "Claude", "one", "uno")
    told = seen(conversation, aside(conversation, "GPT", "do you agree?"))
    assert told == ["one", "uno", "do you agree?"]


def test_a_bot_reads_no_mention_of_itself_and_others_read_who_was_asked() -> None:
    conversation = Conversation(bot="Claude")
    reply = aside(conversation, "GPT", "do you agree?")
    assert seen(conversation, reply) == ["do you agree?"]
    reply.text, reply.status = "Mostly.", "complete"
    conversation.ask("Why?")
    assert seen(conversation, conversation.reply("Claude"))[0] == "@GPT do you agree?"


def test_a_word_with_an_at_that_is_not_the_bot_is_sent() -> None:
    conversation = Conversation(bot="Claude")
    prompt = conversation.ask("@dataclass class A: what is wrong?")
    assert not is_aside(prompt)
    told = seen(conversation, conversation.reply("Claude"))
    assert told == ["@dataclass class A: what is wrong?"]


def test_every_message_that_is_not_sent_says_why() -> None:
    conversation = Conversation(bot="Claude", mention_context="last_1")
    say(conversation, "Claude", "one", "uno")
    conversation.exclude(say(conversation, "Claude", "two", "due").id)
    say(conversation, "Claude", "three", "").status = "failed"
    reasons = [piece.left_out for piece in pieces(conversation, aside(conversation, "GPT", "so?"))]
    assert reasons == ["unseen", "unseen", "", "excluded", "unanswered", "failed", ""]


def test_a_choice_is_one_of_three() -> None:
    assert all(is_choice(choice) for choice in ("all", "since_switch", "last_0", "last_12"))
    assert not any(is_choice(choice) for choice in ("", "last", "last_-1", "last_x", "none"))
