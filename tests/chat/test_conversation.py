"""The tree: asking, answering, branching, and what the reader has on screen."""

from __future__ import annotations

import pytest

from poe_tui.chat.conversation import CONTINUE, Conversation
from poe_tui.chat.message import Attachment, Message, now

_THEN = now()


def answered(conversation: Conversation, prompt: str = "Why?", text: str = "Because.") -> Message:
    """Ask and answer, and return the answer."""
    conversation.ask(prompt)
    reply = conversation.reply("Alpha")
    reply.text, reply.status, reply.finished = text, "complete", now()
    return reply


def test_a_new_conversation_has_nothing_on_screen() -> None:
    assert Conversation().path() == []


def test_a_prompt_and_its_reply_follow_the_head() -> None:
    conversation = Conversation(bot="Alpha")
    prompt = conversation.ask("Why?", attachments=[Attachment(name="a.txt")])
    reply = conversation.reply("Beta", parameters={"effort": "high"})
    assert conversation.path() == [prompt, reply]
    assert (prompt.bot, prompt.role, prompt.status) == ("Alpha", "user", "complete")
    assert (reply.bot, reply.status, reply.parent) == ("Beta", "streaming", prompt.id)
    assert reply.parameters == {"effort": "high"}
    assert conversation.streaming == [reply]


def test_only_a_prompt_can_be_answered() -> None:
    conversation = Conversation()
    with pytest.raises(ValueError, match="prompt"):
        conversation.reply("Alpha")
    answer = answered(conversation)
    with pytest.raises(ValueError, match="prompt"):
        conversation.reply("Alpha", parent=answer.id)


def test_the_user_may_ask_again_under_a_prompt() -> None:
    conversation = Conversation()
    first, second = conversation.ask("one"), conversation.ask("two")
    assert second.parent == first.id


def test_regenerating_adds_a_sibling_with_the_same_parameters() -> None:
    conversation = Conversation()
    answer = answered(conversation)
    answer.parameters = {"effort": "high"}
    again = conversation.regenerate(answer.id)
    other = conversation.regenerate(answer.id, bot="Beta")
    assert conversation.siblings(answer.id) == [answer, again, other]
    assert (again.bot, again.parameters) == ("Alpha", {"effort": "high"})
    assert (other.bot, other.parameters) == ("Beta", {})
    assert conversation.path()[-1] is other


def test_only_an_answer_to_a_prompt_can_be_regenerated() -> None:
    conversation = Conversation()
    prompt = conversation.ask("Why?")
    with pytest.raises(ValueError, match="answer"):
        conversation.regenerate(prompt.id)
    greeting = Message(role="bot", text="Hello")
    conversation.messages[greeting.id] = greeting
    with pytest.raises(ValueError, match="answer"):
        conversation.regenerate(greeting.id)


def test_editing_adds_a_sibling_prompt_and_keeps_the_old_one() -> None:
    conversation = Conversation()
    answer = answered(conversation, "Why?")
    prompt = conversation.messages[answer.parent or ""]
    prompt.attachments += (Attachment(name="a.txt"),)
    edited = conversation.edit(prompt.id, "Why not?")
    assert (prompt.text, edited.text, edited.parent) == ("Why?", "Why not?", None)
    assert edited.attachments == prompt.attachments
    assert conversation.path() == [edited]
    with pytest.raises(ValueError, match="prompt"):
        conversation.edit(answer.id, "no")


def test_continuing_asks_the_same_bot_to_go_on() -> None:
    conversation = Conversation()
    partial = answered(conversation, text="The first half")
    partial.status = "truncated"
    reply = conversation.continue_(partial.id)
    assert [message.text for message in conversation.path()[1:]] == ["The first half", CONTINUE, ""]
    assert (reply.bot, reply.streaming) == ("Alpha", True)


def test_an_answer_without_text_can_not_be_continued() -> None:
    conversation = Conversation()
    empty = answered(conversation, text=" \n")
    with pytest.raises(ValueError, match="continued"):
        conversation.continue_(empty.id)
    coming = conversation.regenerate(empty.id)
    coming.text = "so far"
    with pytest.raises(ValueError, match="continued"):
        conversation.continue_(coming.id)


def test_selecting_a_sibling_goes_to_the_leaf_last_on_screen_there() -> None:
    conversation = Conversation()
    first = answered(conversation)
    second = conversation.regenerate(first.id)
    conversation.select(first.id)
    older_leaf = answered(conversation, "older")
    conversation.head = first.id
    newer_leaf = answered(conversation, "newer")
    conversation.select(older_leaf.id)
    conversation.select(second.id)
    assert conversation.head == second.id
    conversation.select(first.id)
    assert conversation.head == older_leaf.id
    assert newer_leaf in conversation.messages.values()


def test_selecting_without_a_memory_goes_to_the_newest_leaf() -> None:
    conversation = Conversation()
    first = answered(conversation)
    followed = conversation.ask("older branch, newest leaf")
    conversation.edit(followed.id, "newer branch")
    conversation.head = followed.id
    leaf = conversation.reply("Alpha")
    other = conversation.regenerate(first.id)
    fresh = Conversation(messages=conversation.messages, head=other.id)
    fresh.select(first.id)
    assert fresh.head == leaf.id


def test_stepping_stays_at_the_ends() -> None:
    conversation = Conversation()
    first = answered(conversation)
    second = conversation.regenerate(first.id)
    assert conversation.step_sibling(second.id, 1) is second
    assert conversation.step_sibling(second.id, -1) is first
    assert conversation.head == first.id
    assert conversation.step_sibling(first.id, -5) is first


def test_siblings_have_the_same_role() -> None:
    conversation = Conversation()
    conversation.ask("one")
    reply = conversation.reply("Alpha")
    conversation.head = reply.parent
    follow_up = conversation.ask("two")
    assert conversation.siblings(follow_up.id) == [follow_up]


def test_a_fork_has_copies_of_the_branch_only() -> None:
    conversation = Conversation(bot="Alpha", system="Be brief.", tags=["x"])
    first = answered(conversation, "Trip to Lisbon")
    conversation.regenerate(first.id)
    fork = conversation.fork(first.id)
    assert fork.title == "Trip to Lisbon (fork)"
    assert [message.text for message in fork.path()] == ["Trip to Lisbon", "Because."]
    assert len(fork.messages) == 2
    assert not fork.messages.keys() & conversation.messages.keys()
    assert (fork.system, fork.bot, fork.tags) == ("Be brief.", "Alpha", ["x"])


def test_a_fork_of_a_reply_that_is_coming_has_it_stopped() -> None:
    conversation = Conversation()
    conversation.ask("Why?")
    coming = conversation.reply("Alpha")
    coming.text = "So far"
    copy = conversation.fork(coming.id).path()[-1]
    assert (copy.text, copy.status, coming.status) == ("So far", "stopped", "streaming")


def test_the_title_comes_from_the_first_prompt_until_the_user_gives_one() -> None:
    conversation = Conversation()
    conversation.ask("  ```")
    assert conversation.title == ""
    conversation.ask("# Borrow **checker**")
    assert conversation.title == "Borrow checker"
    conversation.rename(" My\n title ")
    conversation.ask("something else")
    assert (conversation.title, conversation.titled) == ("My title", True)
    conversation.rename("")
    assert (conversation.title, conversation.titled) == ("Borrow checker", False)


def test_updated_moves_with_changes_and_never_back() -> None:
    conversation = Conversation()
    conversation.updated = future = conversation.updated.replace(year=9000)
    conversation.touch()
    assert conversation.updated == future
    other = Conversation()
    before = other.updated
    message = other.ask("Why?")
    asked = other.updated
    other.exclude(message.id)
    assert before < asked < other.updated
    assert message.excluded
    other.exclude(message.id, False)
    assert not message.excluded


def test_queued_prompts_are_sent_in_order_under_their_own_ids() -> None:
    conversation = Conversation(bot="Alpha")
    first = conversation.enqueue("one", attachments=[Attachment(name="a")])
    second = conversation.enqueue("two", bot="Beta")
    third = conversation.enqueue("three")
    assert conversation.drop_queued(second.id) is second
    with pytest.raises(KeyError):
        conversation.drop_queued(second.id)
    message = conversation.ask_queued()
    assert message is not None
    assert (message.id, message.text, message.bot) == (first.id, "one", "Alpha")
    assert message.attachments == tuple(first.attachments)
    assert conversation.queue == [third]
    conversation.drop_queued(third.id)
    assert conversation.ask_queued() is None


def test_a_branch_of_100_000_messages_needs_no_recursion() -> None:
    messages: dict[str, Message] = {}
    for number in range(100_000):
        parent = str(number - 1) if number else None
        messages[str(number)] = Message(id=str(number), parent=parent, role="user", created=_THEN)
    conversation = Conversation(messages=messages, head="0", title="Long")
    conversation.select("0")
    assert conversation.head == "99999"
    assert len(conversation.path()) == 100_000
    assert len(conversation.fork("99999").messages) == 100_000
    assert conversation.ask("more").parent == "99999"


def test_messages_put_in_from_outside_are_noticed() -> None:
    conversation = Conversation()
    answer = answered(conversation)
    late = Message(role="user", parent=answer.id, text="late")
    conversation.messages[late.id] = late
    conversation.select(answer.id)
    assert conversation.path()[-1] is late


def test_a_lost_head_is_found_anew() -> None:
    conversation = Conversation()
    answer = answered(conversation)
    conversation.head = "gone"
    assert conversation.path() == []
    conversation.reindex()
    assert conversation.path()[-1] is answer


def test_orphans_and_rings_of_parents_still_have_a_path() -> None:
    orphan = Message(id="orphan", parent="gone", role="user")
    ring = [
        Message(id="a", parent="c", role="user"),
        Message(id="b", parent="a", role="bot"),
        Message(id="c", parent="b", role="bot"),
    ]
    conversation = Conversation(messages={message.id: message for message in [orphan, *ring]})
    conversation.select("orphan")
    assert conversation.path() == [orphan]
    conversation.select("a")
    assert conversation.path() == ring
    assert orphan.parent == "gone"
    assert ring[0].parent == "c"


def test_what_the_disk_says_is_kept_off_the_file() -> None:
    conversation = Conversation()
    assert conversation.unsaved is None
    assert conversation.origin is None
    conversation.origin = "somewhere"
    assert conversation.origin == "somewhere"


def test_a_prompt_with_half_a_character_is_mended() -> None:
    assert Conversation().ask("a \ud83d b").text == "a � b"
