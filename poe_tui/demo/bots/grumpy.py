"""A bot that fails, each time in another way, so that one can see what failing looks like."""

from __future__ import annotations

from collections.abc import AsyncIterator

from poe_tui.demo.bots.errors import Failure, fail
from poe_tui.demo.script import Prompt, Said, ScriptedBot, say_words

MOODS: dict[str, Failure] = {
    "overloaded": Failure("The model is overloaded right now. Try again later."),
    "middle": Failure(
        "The model stopped responding.",
        before="Fine. I'll explain it, but only once. The thing you have to understand is ",
    ),
    "money": Failure(
        "You do not have enough points to send this message.", False, "insufficient_fund"
    ),
    "long": Failure("The message is too long for this bot.", False, "user_message_too_long"),
    "refuse": Failure("This bot refuses to talk about that.", False, "user_caused_error"),
    "rate": Failure(
        "You have exceeded rate limit to query bot using User API Key. Try again later."
    ),
    "internal": Failure("Internal server error"),
    "denied": Failure("Access denied", allow_retry=False),
}
"""By keyword; in this order when the prompt names none."""


class Grumpy(ScriptedBot):
    """Fails as the prompt says (`money`, `long`, …), else in the next way in turn."""

    name = "Grumpy"
    about = "Fails in a different way each time, and only means well."

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield a failure; every ninth time, a grudging answer."""
        mood = self.mood(prompt.text)
        await prompt.pause(0.5)
        if mood is None:
            async for said in say_words(prompt, "Oh, all right. **Hello.** Happy now?"):
                yield said
            return
        async for said in fail(prompt, MOODS[mood]):
            yield said

    def mood(self, text: str) -> str | None:
        """Return how to fail this time; None: not at all.

        The last mood named counts: prompts that got no answer come again, before the new one.
        """
        for word in reversed(text.casefold().split()):
            if word in MOODS:
                return word
        turns = [*MOODS, None]
        return turns[(self.world.attempt(self.name) - 1) % len(turns)]
