"""Any sequence of what a user and bots can do to a conversation, as hypothesis draws it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from hypothesis import strategies as st

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.mention import mentioning
from poe_tui.chat.message import Attachment, Failure, Message, Status, now

ENDINGS: Final[tuple[Status, ...]] = ("complete", "stopped", "truncated", "failed")


def finish(message: Message, text: str, status: Status) -> None:
    """End a streaming reply."""
    message.text, message.status, message.finished = text, status, now()
    if status in ("truncated", "failed"):
        message.error = Failure(kind=status, title="It ended early")
    if len(text) % 3 == 2:
        message.attachments += (Attachment(name=text),)


def _ask(conversation: Conversation, text: str, place: int) -> None:
    conversation.ask(text)


def _reply(conversation: Conversation, text: str, place: int) -> None:
    path = conversation.path()
    if path and path[-1].role == "user":
        asked = path[-1].bot if place % 2 else None
        conversation.reply(asked or "Alpha", parameters={"n": place})


def _finish(conversation: Conversation, text: str, place: int) -> None:
    for message in conversation.streaming[:1]:
        finish(message, text, ENDINGS[place % 4])


def _regenerate(conversation: Conversation, text: str, place: int) -> None:
    answers = [message for message in conversation.messages.values() if message.role == "bot"]
    if answers:
        conversation.regenerate(answers[place % len(answers)].id, bot=text or None)


def _edit(conversation: Conversation, text: str, place: int) -> None:
    prompts = [message for message in conversation.messages.values() if message.role == "user"]
    if prompts:
        conversation.edit(prompts[place % len(prompts)].id, text)


def _continue(conversation: Conversation, text: str, place: int) -> None:
    ended = [
        m for m in conversation.path() if m.role == "bot" and not m.streaming and m.text.strip()
    ]
    if ended:
        conversation.continue_(ended[place % len(ended)].id)


def _any(conversation: Conversation, place: int) -> Message | None:
    messages = list(conversation.messages.values())
    return messages[place % len(messages)] if messages else None


def _select(conversation: Conversation, text: str, place: int) -> None:
    if message := _any(conversation, place):
        conversation.select(message.id)


def _step(conversation: Conversation, text: str, place: int) -> None:
    if message := _any(conversation, place):
        conversation.step_sibling(message.id, 1 if len(text) % 2 else -1)


def _exclude(conversation: Conversation, text: str, place: int) -> None:
    if message := _any(conversation, place):
        conversation.exclude(message.id, not message.excluded)
        message.note = text


def _enqueue(conversation: Conversation, text: str, place: int) -> None:
    conversation.enqueue(text)


def _ask_queued(conversation: Conversation, text: str, place: int) -> None:
    conversation.ask_queued()


def _mention(conversation: Conversation, text: str, place: int) -> None:
    bot = ("Beta", "A bot")[place % 2]
    conversation.ask(mentioning(bot, text), bot=bot)


def _lead(conversation: Conversation, text: str, place: int) -> None:
    conversation.bot = text
    conversation.mention_context = ("", "all", "since_switch", f"last_{place}")[place % 4]
    conversation.set_parameters(text, {"temperature": place})


def _rename(conversation: Conversation, text: str, place: int) -> None:
    conversation.rename(text)
    conversation.draft = text
    conversation.draft_attachments = [Attachment(name=text, size=place)] if place % 2 else []
    conversation.pinned = not conversation.pinned


OPERATIONS: Final[Mapping[str, Callable[[Conversation, str, int], None]]] = {
    "ask": _ask,
    "reply": _reply,
    "finish": _finish,
    "regenerate": _regenerate,
    "edit": _edit,
    "continue": _continue,
    "select": _select,
    "step": _step,
    "exclude": _exclude,
    "enqueue": _enqueue,
    "ask queued": _ask_queued,
    "rename": _rename,
    "mention": _mention,
    "lead": _lead,
}

steps = st.lists(
    st.tuples(
        st.sampled_from(sorted(OPERATIONS)),
        st.sampled_from(["", " ", "a", "word", "two words"]),
        st.integers(0, 20),
    ),
    max_size=40,
)


def perform(conversation: Conversation, drawn: list[tuple[str, str, int]]) -> Conversation:
    """Do the drawn steps to a conversation and return it."""
    for name, text, place in drawn:
        OPERATIONS[name](conversation, text, place)
    return conversation
