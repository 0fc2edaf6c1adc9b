"""What a bot gets to see: the turns that are sent for one reply."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.events import BotRequest, Turn
from poe_tui.chat.mention import as_sent, first_seen, is_aside
from poe_tui.chat.message import Message
from poe_tui.chat.parameters import split


class Piece(NamedTuple):
    """One message of the branch: what of it is sent, or why nothing is."""

    message: Message
    text: str
    """As it is sent: a bot does not read a mention of itself."""
    left_out: str = ""
    """Empty: it is sent. Else excluded, failed, streaming, empty, unanswered (a prompt whose answer
    failed), unseen (a mentioned bot does not get to see it), or unasked (an answer that would come
    first)."""


def context(conversation: Conversation, message: Message) -> tuple[Turn, ...]:
    """Return what is sent for the reply `message`: the branch above it, as a valid alternation.

    An optional system turn, then user and bot turns in strict alternation, from a user turn to the
    user turn that is answered. Not sent: excluded messages (but for the prompt itself), answers
    that are still coming or have no text and no file, prompts whose answer failed like that, notes,
    and what a bot asked by a mention does not get to see (`Conversation.mention_context`). What an
    answer said before it was stopped, cut off or failed is sent. What then follows its like is
    joined with a blank line, attachments too. The parameters of the last turn are the prompt's and
    the reply's together, but for temperature and stop sequences: see `request_for`.

    Raises ValueError when `message` answers no prompt.
    """
    found = pieces(conversation, message)
    turns: list[Turn] = []
    for piece in found:
        if piece.left_out or piece.message.role == "system":
            continue
        if turns and turns[-1].role == piece.message.role:
            turns[-1] = _joined(turns[-1], piece)
        else:
            turns.append(_turn(piece))
    own, _, _ = split({**found[-1].message.parameters, **message.parameters})
    turns[-1] = msgspec.structs.replace(turns[-1], parameters=own)
    system = [
        piece.text for piece in found if piece.message.role == "system" and not piece.left_out
    ]
    instructions = _paragraphs([conversation.system, *system])
    if instructions:
        turns.insert(0, Turn(role="system", text=instructions))
    return tuple(turns)


def request_for(conversation: Conversation, message: Message) -> BotRequest:
    """Return the query for the reply `message`; raises ValueError when it answers no prompt."""
    turns = context(conversation, message)
    prompt = conversation.messages[message.parent or ""]
    _, temperature, stop = split({**prompt.parameters, **message.parameters})
    return BotRequest(
        bot=message.bot or conversation.bot,
        turns=turns,
        temperature=temperature,
        stop_sequences=stop,
    )


def pieces(conversation: Conversation, message: Message) -> list[Piece]:
    """Return the messages above the reply `message`, and what is sent of each.

    The last one is the prompt. Raises ValueError when `message` answers no prompt.
    """
    if message.parent is None or conversation.messages[message.parent].role != "user":
        raise ValueError("the message answers no prompt")
    path = conversation.path_to(message.parent)
    bot = message.bot or conversation.bot
    reasons = [_why_not(path, place) for place in range(len(path) - 1)]
    if is_aside(path[-1]) and bot.casefold() == (path[-1].bot or "").casefold():
        sent = [not reason for reason in reasons]
        first = first_seen(path, conversation.mention_context, sent)
        for place, each in enumerate(path[:first]):
            if not reasons[place] and each.role != "system":
                reasons[place] = "unseen"
    found: list[Piece] = []
    asked = False
    for each, left_out in zip(path, reasons, strict=False):
        if not left_out and each.role == "bot" and not asked:
            left_out = "unasked"
        asked = asked or (each.role == "user" and not left_out)
        found.append(Piece(each, as_sent(each, bot), left_out))
    return [*found, Piece(path[-1], as_sent(path[-1], bot))]


def _why_not(path: Sequence[Message], place: int) -> str:
    """Return why a message of `path` before its last is not sent, whoever is asked; else empty."""
    message = path[place]
    if message.excluded:
        return "excluded"
    if message.role == "bot":
        return _silent(message)
    answer = path[place + 1]
    # It has a block of its own with a key to ask again: the next prompt does not repeat it.
    return "unanswered" if answer.role == "bot" and _silent(answer) == "failed" else ""


def _silent(answer: Message) -> str:
    """Return why an answer has nothing that can be sent; empty when it has."""
    if answer.streaming:
        return "streaming"
    if answer.text.strip() or answer.attachments:
        return ""
    return "failed" if answer.status == "failed" else "empty"


def _turn(piece: Piece) -> Turn:
    message = piece.message
    return Turn(
        role=message.role,
        text=piece.text,
        attachments=tuple(message.attachments),
        message_id=message.id,
        content_type=message.content_type,
    )


def _joined(turn: Turn, piece: Piece) -> Turn:
    """Return `turn` followed by `piece`; it keeps the later id, and is plain only if both are."""
    message = piece.message
    plain = turn.content_type == message.content_type
    return msgspec.structs.replace(
        turn,
        text=_paragraphs((turn.text, piece.text)),
        attachments=turn.attachments + tuple(message.attachments),
        message_id=message.id,
        content_type=turn.content_type if plain else "text/markdown",
    )


def _paragraphs(texts: Iterable[str]) -> str:
    """Return the texts that have words, with a blank line between them."""
    return "\n\n".join(text for text in texts if text.strip())
