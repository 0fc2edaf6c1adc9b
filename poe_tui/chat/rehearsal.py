"""What a prompt would send, found out without sending or changing anything."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from poe_tui.chat.context import request_for
from poe_tui.chat.conversation import Conversation
from poe_tui.chat.events import BotRequest
from poe_tui.chat.message import Message

Act = Callable[[Conversation], Message]
"""Adds an answer that is to come to a conversation, with the prompt it needs, and returns it."""


def rehearse(conversation: Conversation, act: Act) -> BotRequest:
    """Return the request that would be sent if `act` were done to `conversation`.

    The conversation stays as it is. Raises what `act` raises: KeyError or ValueError.
    """
    stage = msgspec.structs.replace(
        conversation, messages=dict(conversation.messages), queue=list(conversation.queue)
    )
    return request_for(stage, act(stage))
