"""What a bot gets to see: the turns that are sent for one reply."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from poe_tui.chat.conversation import CONTINUE, Conversation
from poe_tui.chat.events import Turn
from poe_tui.chat.message import Message


def context(conversation: Conversation, message: Message) -> tuple[Turn, ...]:
    """Return what is sent for the reply `message`: the branch above it, as a valid alternation.

    An optional system turn, then user and bot turns in strict alternation, from a user turn to the
    user turn that is answered. Not sent: excluded messages (but for the prompt itself), answers
    that failed, are still coming or have no text and no file, and notes. A failed answer that was
    continued (`Conversation.continue_`) is sent. What then follows its like is joined with a blank
    line, attachments too. The parameters of the last turn are the prompt's and the reply's
    together.

    Raises ValueError when `message` answers no prompt.
    """
    if message.parent is None or conversation.messages[message.parent].role != "user":
        raise ValueError("the message answers no prompt")
    path = conversation.path_to(message.parent)
    prompt = path[-1]
    system = [conversation.system] + [sent.text for sent in path if _is_instruction(sent)]
    turns: list[Turn] = []
    for sent in _sent(path):
        if turns and turns[-1].role == sent.role:
            turns[-1] = _joined(turns[-1], sent)
        elif turns or sent.role == "user":
            turns.append(_turn(sent))
    turns[-1] = msgspec.structs.replace(
        turns[-1], parameters={**prompt.parameters, **message.parameters}
    )
    instructions = _paragraphs(system)
    if instructions:
        turns.insert(0, Turn(role="system", text=instructions))
    return tuple(turns)


def _sent(path: Sequence[Message]) -> Iterable[Message]:
    """Yield the user and bot messages of `path` that are sent; its last one, the prompt, always."""
    for place, message in enumerate(path[:-1]):
        if message.excluded or message.role == "system":
            continue
        if message.role == "user" or _is_worth_sending(message, path[place + 1]):
            yield message
    yield path[-1]


def _is_worth_sending(answer: Message, following: Message) -> bool:
    if answer.streaming or not (answer.text.strip() or answer.attachments):
        return False
    return answer.status != "failed" or following.text == CONTINUE


def _is_instruction(message: Message) -> bool:
    return message.role == "system" and not message.excluded


def _turn(message: Message) -> Turn:
    return Turn(
        role=message.role,
        text=message.text,
        attachments=tuple(message.attachments),
        message_id=message.id,
        content_type=message.content_type,
    )


def _joined(turn: Turn, message: Message) -> Turn:
    """Return `turn` followed by `message`; it keeps the later id, and is plain only if both are."""
    plain = turn.content_type == message.content_type
    return msgspec.structs.replace(
        turn,
        text=_paragraphs((turn.text, message.text)),
        attachments=turn.attachments + tuple(message.attachments),
        message_id=message.id,
        content_type=turn.content_type if plain else "text/markdown",
    )


def _paragraphs(texts: Iterable[str]) -> str:
    """Return the texts that have words, with a blank line between them."""
    return "\n\n".join(text for text in texts if text.strip())
