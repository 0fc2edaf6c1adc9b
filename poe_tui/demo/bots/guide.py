"""The guide: the first bot that a newcomer meets."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence

from poe_tui.demo.bots.guide_words import LOST, LOST_NEXT, TOPICS, Topic
from poe_tui.demo.script import Prompt, Said, ScriptedBot, say_words, suggest

QUOTED = 48
"""Characters of an earlier prompt that the guide repeats."""
RECALL = frozenset({"remember", "earlier", "before", "said", "asked", "recall", "memory", "first"})


class Guide(ScriptedBot):
    """Explains the app by keyword, remembers what was asked, and suggests what to ask next."""

    name = "Guide"
    about = "Shows you around: ask about keys, bots, files, money, privacy or themes."

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield an answer at reading pace, and three suggestions."""
        text, suggestions = guidance(prompt.text, prompt.earlier)
        async for said in say_words(prompt, text):
            yield said
        await prompt.pause(0.1)
        for reply in suggestions:
            yield suggest(reply)


def guidance(text: str, earlier: Sequence[str]) -> tuple[str, tuple[str, str, str]]:
    """Return what the guide says to `text` after the prompts in `earlier`, and its suggestions."""
    spoken = set(re.findall(r"[\w.]+", text.casefold()))
    if earlier and spoken & RECALL:
        return recollection(earlier), LOST_NEXT
    topic = find_topic(text)
    if topic is None:
        return LOST, LOST_NEXT
    return introduction(topic, earlier) + topic.text, topic.next


def find_topic(text: str) -> Topic | None:
    """Return the topic that most of the words in `text` belong to; None: none do."""
    spoken = set(re.findall(r"[\w.]+", text.casefold()))
    best = max(TOPICS, key=lambda topic: len(topic.words & spoken))
    return best if best.words & spoken else None


def introduction(topic: Topic, earlier: Sequence[str]) -> str:
    """Return how the guide picks up the thread: nothing for a first prompt."""
    if not earlier:
        return ""
    if any(find_topic(prompt) is topic for prompt in earlier):
        return f"You asked about {topic.name} before; here it is once more.\n\n"
    if len(earlier) == 1:
        return f"On from “{quoted(earlier[0])}”:\n\n"
    return ""


def recollection(earlier: Sequence[str]) -> str:
    """Return what the guide remembers."""
    lines = "\n".join(f"{number}. “{quoted(text)}”" for number, text in enumerate(earlier, 1))
    return (
        f"You wrote, in this conversation:\n\n{lines}\n\n"
        "I know because all of it is sent along with each prompt. A bot on Poe remembers in "
        "exactly the same way, which is why long conversations cost more."
    )


def quoted(text: str) -> str:
    """Return the beginning of `text` on one line."""
    line = " ".join(text.split())
    return line if len(line) <= QUOTED else line[: QUOTED - 1].rstrip() + "…"
