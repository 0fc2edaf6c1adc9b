"""A bot that reasons aloud before it answers."""

from __future__ import annotations

from collections.abc import AsyncIterator

from poe_tui.demo.prose import unwrap
from poe_tui.demo.script import Prompt, Said, ScriptedBot, replace, say, say_words, suggest

THOUGHTS = (
    (
        "**Understanding the question**",
        "The user wrote {length} characters, beginning with “{start}”. I should first be clear "
        "about what would count as an answer.",
    ),
    (
        "**Weighing two ways**",
        "I could answer at once, which is quick, or take the question apart, which is slower and "
        "usually better. The second seems right: a demo should show what thinking looks like.",
    ),
    (
        "**Checking**",
        "Is there anything I have overlooked? Only that I am a script, and can't really know. "
        "It is honest to say so.",
    ),
)
ANSWER = unwrap("""
I have thought about “{start}”, and this is where I came out:

1. A good question says what would count as an answer. Yours has {words} {noun}, which
   is {judgement}.
2. The part above is my reasoning. Poe sends it as ordinary text, so the app recognises it and can
   fold it away; in the file it stays as it came.
3. A reasoning bot on Poe charges for its thoughts, too.

**In short:** I'm a script, but the real ones look just like this.
""")
TICKS = 4


class Thinker(ScriptedBot):
    """Thinks in a quoted block, then answers. With `--ticks` it counts the seconds instead."""

    name = "Thinker"
    about = "Reasons step by step before it answers, and lets you watch."

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield the thoughts, slowly, and the answer."""
        question = " ".join(prompt.text.replace("--ticks", "").split()) or "…"
        if "--ticks" in prompt.text:
            async for said in count_seconds(prompt):
                yield said
        else:
            yield say("*Thinking...*\n\n")
            async for said in say_words(prompt, thoughts(question), natural=0.05):
                yield said
            yield say("\n\n")
        await prompt.pause(0.6)
        async for said in say_words(prompt, conclusion(question), natural=0.03):
            yield said
        for reply in ("Think again", "Why is that?", "Give me the short version"):
            yield suggest(reply)


async def count_seconds(prompt: Prompt) -> AsyncIterator[Said]:
    """Yield the other form that Poe's reasoning bots use: a line that is replaced each second."""
    yield say("Thinking...")
    for second in range(1, (prompt.count or TICKS) + 1):
        await prompt.pause(1.0)
        yield replace(f"Thinking... ({second}s elapsed)")
    await prompt.pause(1.0)
    yield replace("")


def thoughts(question: str) -> str:
    """Return the reasoning about `question`, each line of it quoted."""
    start = beginning(question)
    blocks = [
        f"> {heading}\n>\n> {thought.format(length=len(question), start=start)}"
        for heading, thought in THOUGHTS
    ]
    return "\n>\n".join(blocks)


def conclusion(question: str) -> str:
    """Return the answer to `question`."""
    count = len(question.split())
    judgement = "brief" if count < 5 else "about right" if count < 40 else "generous"
    noun = "word" if count == 1 else "words"
    return ANSWER.format(start=beginning(question), words=count, noun=noun, judgement=judgement)


def beginning(question: str) -> str:
    """Return the first words of `question`."""
    return question if len(question) <= 40 else question[:39].rstrip() + "…"
