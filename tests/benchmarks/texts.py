"""What is shown in the measurements: answers of several kinds, the same in every run."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final, Literal, get_args

from poe_tui.chat.conversation import Conversation

Kind = Literal["prose", "list", "table", "fence", "paragraph"]
"""`prose` is an answer of the usual mix; the others are one single block from end to end."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

_TEXT: Final = (
    "the quick **brown** fox jumps over a lazy dog while `code` and [links](https://example.org) "
    "stand beside plain words that make up most of what is said in an answer of this kind"
)
_WORDS: Final = re.split(" ", _TEXT)


def answer_text(chance: random.Random, length: int) -> str:
    """Return Markdown of about `length` characters: paragraphs, lists, code."""
    parts: list[str] = []
    size = 0
    while size < length:
        words = " ".join(chance.choices(_WORDS, k=40))
        kind = chance.random()
        if kind < 0.15:
            words = "```python\n" + "\n".join(f"value_{n} = call({n})" for n in range(8)) + "\n```"
        elif kind < 0.35:
            words = "\n".join(f"- {' '.join(chance.choices(_WORDS, k=10))}" for _ in range(4))
        parts.append(words)
        size += len(words) + 2
    return "\n\n".join(parts)


def text_of(kind: Kind, length: int) -> str:
    """Return `length` characters of a kind."""
    chance = random.Random(11)
    if kind == "prose":
        return answer_text(chance, length)[:length]
    head, line = _LINES[kind]
    parts = [head]
    size = len(head)
    number = 0
    while size < length:
        part = line(chance, number)
        parts.append(part)
        size += len(part)
        number += 1
    return "".join(parts)[:length]


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(_WORDS, k=count))


_LINES: Final[dict[Kind, tuple[str, Callable[[random.Random, int], str]]]] = {
    "list": ("", lambda chance, number: f"- {_words(chance, 12)}\n"),
    "table": (
        "| number | name | remark |\n|---:|---|---|\n",
        lambda chance, number: f"| {number} | name {number % 97} | {_words(chance, 5)} |\n",
    ),
    "fence": (
        "```python\n",
        lambda chance, number: f'value_{number} = call({number}, "text", key=None)  # remark\n',
    ),
    "paragraph": ("", lambda chance, number: f"{_words(chance, 12)} "),
}


def conversation_of(messages: int) -> Conversation:
    """Return a finished conversation, its messages of 600 characters on average."""
    chance = random.Random(7)
    conversation = Conversation(bot="Echo", title="A long one")
    for number in range(messages // 2):
        conversation.ask(f"Prompt {number}: " + _words(chance, 30))
        answer = conversation.reply("Echo")
        answer.text, answer.status = answer_text(chance, chance.randint(200, 1400)), "complete"
        answer.finished = answer.created
    return conversation
