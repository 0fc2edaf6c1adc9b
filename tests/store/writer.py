"""A process that receives a long reply, to be killed: `python -m tests.store.writer DIRECTORY ID`.

It prints a line for every piece that run_turn has taken: the moment (monotonic seconds, one clock
for all processes of a machine) and how many characters there were by then.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.events import BotRequest, ReplyEvent, TextDelta
from poe_tui.chat.turn import run_turn
from poe_tui.store.conversations import ConversationStore

PROMPT = "Count to a million."
PIECES = 1_000_000


def piece(number: int) -> str:
    """Return what the bot says as its `number`th event."""
    return f"{number} "


async def count(request: BotRequest) -> AsyncIterator[ReplyEvent]:
    """Say one number after the other, 300 or so a second."""
    length = 0
    for number in range(PIECES):
        length += len(piece(number))
        yield TextDelta(piece(number))
        os.write(1, f"{time.monotonic()} {length}\n".encode())
        await asyncio.sleep(0.003)


async def main(directory: Path, conversation_id: str) -> None:
    """Ask, and receive until killed."""
    conversation = Conversation(id=conversation_id, bot="Counter")
    conversation.ask(PROMPT)
    await run_turn(
        conversation,
        conversation.reply("Counter"),
        stream=count,
        store=ConversationStore(directory),
        on_change=lambda message, change: None,
    )


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
