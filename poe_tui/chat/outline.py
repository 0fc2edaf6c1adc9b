"""Exactly what a prompt would send, message by message: for `/context`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from poe_tui.chat.context import Piece, pieces
from poe_tui.chat.conversation import Conversation
from poe_tui.chat.estimate import CHARACTERS_A_TOKEN
from poe_tui.chat.events import BotRequest
from poe_tui.chat.mention import ALL, SINCE_SWITCH, is_choice
from poe_tui.chat.message import Attachment, Message
from poe_tui.chat.rehearsal import rehearse

CHOICES: Final = (ALL, SINCE_SWITCH, "last_3", "last_1", "last_0")
"""What `/context` offers for what a mentioned bot sees; a file may hold any other number."""


class Outline(NamedTuple):
    """What goes out for one prompt."""

    request: BotRequest
    system: str
    """The instructions at the top of the request; empty for none."""
    pieces: Sequence[Piece]
    """The messages of the branch, what is left out included; the last one is the prompt."""

    @property
    def characters(self) -> int:
        """All that is sent, files not counted; joined messages have a blank line between them."""
        return sum(len(turn.text) for turn in self.request.turns)

    @property
    def sent(self) -> int:
        """How many messages are sent."""
        return sum(not piece.left_out for piece in self.pieces)

    @property
    def files(self) -> int:
        """How many files are sent."""
        return sum(len(turn.attachments) for turn in self.request.turns)


def outline(
    conversation: Conversation,
    text: str,
    *,
    bot: str | None = None,
    attachments: Sequence[Attachment] = (),
    sees: str = "",
    instead_of: str | None = None,
) -> Outline:
    """Return what would be sent if `text` were asked of `bot` (None: the conversation's) now.

    `sees` is what a mentioned bot sees (`Conversation.mention_context`). `instead_of` is the prompt
    that `text` is to stand beside; None for a new one at the end. The conversation stays as it is.
    Raises KeyError when `instead_of` is not here.
    """
    found: list[Piece] = []

    def act(stage: Conversation) -> Message:
        stage.mention_context = sees
        if instead_of is None:
            prompt = stage.ask(text, bot=bot, attachments=attachments)
        else:
            prompt = stage.edit(instead_of, text, bot=bot, attachments=attachments)
        reply = stage.reply(prompt.bot or stage.bot, parent=prompt.id)
        found.extend(pieces(stage, reply))
        return reply

    request = rehearse(conversation, act)
    first = request.turns[0]
    return Outline(request, first.text if first.role == "system" else "", found)


def tokens_of(characters: int) -> int:
    """Return about how many tokens so many characters are."""
    return round(characters / CHARACTERS_A_TOKEN)


def next_choice(choice: str) -> str:
    """Return the choice of what a mentioned bot sees that comes after `choice`."""
    place = CHOICES.index(choice) if choice in CHOICES else -1
    return CHOICES[(place + 1) % len(CHOICES)]


def choice_in_words(choice: str) -> str:
    """Return what `choice` lets a mentioned bot see; what is no choice lets it see everything."""
    if choice == ALL or not is_choice(choice):
        return "the whole conversation"
    if choice == SINCE_SWITCH:
        return "what was said since the last switch of bot"
    number = int(choice.removeprefix("last_"))
    if number == 0:
        return "only what it is asked"
    return "the last prompt and its answer" if number == 1 else f"the last {number} prompts"
