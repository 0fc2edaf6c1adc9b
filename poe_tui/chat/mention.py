"""`@Bot text`: a prompt that asks another bot for one turn, and what that bot gets to see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from poe_tui.chat.message import Message

ALL: Final = "all"
SINCE_SWITCH: Final = "since_switch"

_MENTION: Final = re.compile(
    r'\s*(?P<called>@(?:"(?P<quoted>[^"\n]+)"|(?P<bare>[^\s@",:;]+)))[,:;]?(?=\s|$)\s*'
)
_LAST: Final = re.compile(r"last_(0|[1-9][0-9]{0,3})")


class Mention(NamedTuple):
    """The bot that a prompt begins with, and what it is asked."""

    name: str
    rest: str


def mention_in(text: str) -> Mention | None:
    """Return the mention that `text` begins with: `@Name …` or `@"A name" …`; else None.

    Spaces and empty lines before it don't matter. A comma or colon behind the name is not part of
    it, so no bare name contains one.
    """
    found = _MENTION.match(text)
    if found is None:
        return None
    return Mention((found["quoted"] or found["bare"]).strip(), text[found.end() :])


def mentioning(name: str, rest: str) -> str:
    """Return the prompt that asks `name` for `rest`, the name in quotes where it needs them."""
    bare = mention_in(f"@{name}")
    return f"@{name} {rest}" if bare is not None and bare.name == name else f'@"{name}" {rest}'


def is_aside(prompt: Message) -> bool:
    """Return whether the prompt was put to its bot by a mention."""
    return prompt.role == "user" and mention_length(prompt.text, prompt.bot) > 0


def mention_length(text: str, bot: str | None) -> int:
    """Return how many characters the mention of `bot` has that `text` begins with; 0 for none."""
    found = _MENTION.match(text)
    if found is None or not bot or not _same(found["quoted"] or found["bare"], bot):
        return 0
    return len(found["called"])


def _same(name: str, bot: str) -> bool:
    return name.strip().casefold() == bot.strip().casefold()


def as_sent(prompt: Message, bot: str) -> str:
    """Return what a prompt says to `bot`: a bot never reads a mention of itself."""
    found = mention_in(prompt.text) if is_aside(prompt) else None
    return found.rest if found is not None and _same(found.name, bot) else prompt.text


def is_choice(choice: str) -> bool:
    """Return whether `choice` says what a mentioned bot sees: all, since_switch, or last_N."""
    return choice in (ALL, SINCE_SWITCH) or _LAST.fullmatch(choice) is not None


def first_seen(path: Sequence[Message], choice: str, sent: Sequence[bool]) -> int:
    """Return from which place of `path` on the bot mentioned by its last prompt gets to see it.

    `all`, and what is no choice: from 0. `since_switch`: from where the bot that leads the
    conversation took over; asides to other bots are no switch. `last_N`: the last N prompts and
    what was answered; with `last_0` only the prompt itself. `sent` says of each message before the
    last whether it is sent at all: prompts that are not do not count.
    """
    last = len(path) - 1
    counted = _LAST.fullmatch(choice)
    if counted is not None:
        prompts = [at for at in range(last) if sent[at] and path[at].role == "user"]
        number = int(counted[1])
        return last if number == 0 else (prompts[-number] if len(prompts) >= number else 0)
    return _since_switch(path, last) if choice == SINCE_SWITCH else 0


def _since_switch(path: Sequence[Message], last: int) -> int:
    leading: str | None = None
    start = 0
    for place in range(last - 1, -1, -1):
        prompt = path[place]
        if prompt.role != "user" or is_aside(prompt):
            continue
        answer = path[place + 1]
        asked = ((answer.bot if answer.role == "bot" else None) or prompt.bot or "").casefold()
        if leading is not None and asked != leading:
            return start
        leading, start = asked, place
    return 0
