"""What `/context` tells."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poe_tui.chat.context import request_for
from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Attachment, now
from poe_tui.chat.outline import CHOICES, choice_in_words, next_choice, outline, tokens_of
from tests.chat.operations import perform, steps


def talk() -> Conversation:
    """Return two questions and answers."""
    conversation = Conversation(bot="Claude", system="Be brief.")
    for text, answer in (("one", "uno"), ("two", "due")):
        conversation.ask(text)
        reply = conversation.reply("Claude")
        reply.text, reply.status, reply.finished = answer, "complete", now()
    return conversation


def test_an_outline_is_what_is_sent_then() -> None:
    conversation = talk()
    conversation.set_parameters("Claude", {"temperature": 0.2})
    told = outline(conversation, "three")
    conversation.ask("three")
    sent = request_for(conversation, conversation.reply("Claude"))
    strip = [(turn.role, turn.text, turn.parameters) for turn in sent.turns]
    assert [(turn.role, turn.text, turn.parameters) for turn in told.request.turns] == strip
    assert told.request.temperature == sent.temperature == 0.2
    assert told.characters == sum(len(turn.text) for turn in sent.turns)


def test_an_outline_changes_nothing() -> None:
    conversation = talk()
    before = (conversation.head, list(conversation.messages), conversation.updated)
    outline(conversation, "@GPT three", bot="GPT", sees="last_0")
    assert (conversation.head, list(conversation.messages), conversation.updated) == before
    assert conversation.mention_context == ""


def test_what_is_left_out_is_told_and_not_counted() -> None:
    conversation = talk()
    conversation.exclude(conversation.path()[0].id)
    told = outline(conversation, "three")
    assert [piece.left_out for piece in told.pieces] == ["excluded", "unasked", "", "", ""]
    assert (told.sent, told.system) == (3, "Be brief.")


def test_files_of_the_draft_are_counted() -> None:
    told = outline(talk(), "look", attachments=[Attachment(name="cat.png")])
    assert told.files == 1


def test_a_mention_sees_what_is_chosen() -> None:
    told = outline(talk(), "@GPT three", bot="GPT", sees="last_0")
    assert told.request.bot == "GPT"
    assert [turn.text for turn in told.request.turns] == ["Be brief.", "three"]


def test_an_edited_prompt_is_outlined_in_its_place() -> None:
    conversation = talk()
    file = Attachment(name="cat.png")
    told = outline(conversation, "uh", attachments=[file], instead_of=conversation.path()[0].id)
    assert [piece.text for piece in told.pieces] == ["uh"]
    assert told.request.turns[-1].attachments == (file,)


def test_the_choices_go_round() -> None:
    seen = ["all"]
    while (following := next_choice(seen[-1])) != "all":
        seen.append(following)
    assert tuple(seen) == CHOICES
    assert next_choice("last_77") == "all"


@pytest.mark.parametrize("choice", ["", *CHOICES, "last_12"])
def test_every_choice_has_words(choice: str) -> None:
    assert choice_in_words(choice)


@pytest.mark.parametrize("choice", ["none", "last_03", "last_-1", "last_few"])
def test_what_is_no_choice_is_told_as_what_it_does(choice: str) -> None:
    assert choice_in_words(choice) == "the whole conversation"
    conversation = talk()
    told = outline(conversation, "@Beta so?", bot="Beta", sees=choice)
    assert told.sent == len(told.pieces) == 5


def test_four_characters_are_about_a_token() -> None:
    assert tokens_of(400) == 100


@given(drawn=steps, sees=st.sampled_from(["", *CHOICES, "last_2"]))
@settings(max_examples=100, deadline=None)
def test_whatever_was_said_before_the_outline_is_what_is_sent(
    drawn: list[tuple[str, str, int]], sees: str
) -> None:
    conversation = perform(Conversation(bot="Alpha", system="Be brief."), drawn)
    told = outline(conversation, "@Beta so?", bot="Beta", sees=sees)
    conversation.mention_context = sees
    conversation.ask("@Beta so?", bot="Beta")
    sent = request_for(conversation, conversation.reply("Beta"))
    assert [(turn.role, turn.text, turn.attachments) for turn in told.request.turns] == [
        (turn.role, turn.text, turn.attachments) for turn in sent.turns
    ]
    words = [piece.text for piece in told.pieces if not piece.left_out]
    assert [word for turn in sent.turns for word in turn.text.split()] == " ".join(
        [conversation.system, *words]
    ).split()
