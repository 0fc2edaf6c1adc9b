"""The bot that answers for all those in the catalog that a demo can't have."""

from __future__ import annotations

from collections.abc import AsyncIterator

import fastapi_poe as fp

from poe_tui.demo.bots.guide import quoted
from poe_tui.demo.prose import unwrap
from poe_tui.demo.script import Prompt, Said, ScriptedBot, read_prompt, say_words, suggest

WORDS = unwrap("""
This is the demo, so **{name}** itself is not here. I'm its stand-in: a script on your own machine,
which has read “{start}” and has nothing clever to say about it.

With a Poe key of your own, {name} would answer in my place, over the same wire and in this same
window. What you can try with me: stop me with `escape`, switch to another bot with `ctrl+o`, or ask
**Guide** how things work.
""")


class StandIn(ScriptedBot):
    """Answers under any name that the catalog lists and no other bot has."""

    name = "{name:path}"

    async def get_response_with_context(
        self, request: fp.QueryRequest, context: fp.RequestContext
    ) -> AsyncIterator[Said]:
        """Yield the apology of the bot that was asked for."""
        asked_for = context.http_request.path_params["name"]
        async for said in self.apology(read_prompt(request, pace=self.world.pace), asked_for):
            yield said

    async def apology(self, prompt: Prompt, asked_for: str) -> AsyncIterator[Said]:
        """Yield why `asked_for` does not answer itself."""
        text = WORDS.format(name=asked_for, start=quoted(prompt.text))
        async for said in say_words(prompt, text):
            yield said
        yield suggest("How do I use my own key?")
