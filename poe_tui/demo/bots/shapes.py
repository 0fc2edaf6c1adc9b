"""Bots that use each kind of event that Poe knows besides text."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import fastapi_poe as fp
from sse_starlette.event import ServerSentEvent

from poe_tui.demo.script import Prompt, Said, ScriptedBot, replace, say, say_words, suggest


class Suggest(ScriptedBot):
    """Answers in one sentence and suggests three replies."""

    name = "Suggest"
    about = "Offers three things you might say next: alt+1, alt+2, alt+3."

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield a sentence and the suggestions."""
        async for said in say_words(prompt, "Here are three ways to go on."):
            yield said
        for reply in ("Tell me more", "Show me an example", "Why is that?"):
            yield suggest(reply)


class Replace(ScriptedBot):
    """Shows its progress by replacing its text, then says the result."""

    name = "Replace"
    about = "Shows its progress in place, then replaces it with the answer."

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield `n` (4) replacements and an answer in two pieces."""
        steps = prompt.count or 4
        yield say("Starting …")
        for step in range(1, steps + 1):
            await prompt.pause(0.4)
            yield replace(f"Working … {step * 100 // steps} %")
        await prompt.pause(0.4)
        yield replace("**Done.** ")
        yield say("Nothing of the progress is left in this answer.")


class Plain(ScriptedBot):
    """Answers in plain text: `*not bold*` has to stay as it is."""

    name = "Plain"
    about = "Answers in plain text, where * and # are only characters."

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield a meta event, then text full of what would be Markdown."""
        yield fp.MetaResponse(text="", content_type="text/plain", suggested_replies=False)
        yield say("*not bold*, # not a heading\n  two spaces, `kept`\n- not a list, [not](a link)")


class Filer(ScriptedBot):
    """Answers with a file and no text."""

    name = "Filer"
    about = "Answers with a text file and not one word."

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield the file."""
        content = f"You wrote:\n\n{prompt.text}\n".encode()
        file = self.world.files.put("notes.txt", "text/plain", content)
        yield self.file_event(f"{self.world.base}/files/{file.id}", "text/plain", "notes.txt")


class Multi(ScriptedBot):
    """Gives two answers at once, interleaved by `index`."""

    name = "Multi"
    about = "Gives two answers at the same time."

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield words of answer 0 and answer 1 in turn."""
        first, other = ("The", "first", "answer."), ("Another", "one", "altogether.")
        for left, right in zip(first, other, strict=True):
            for index, word in enumerate((left, right)):
                data = json.dumps({"text": f"{word} ", "index": index})
                yield ServerSentEvent(data=data, event="text")
                await prompt.pause(0.1)


class Tools(ScriptedBot):
    """Sends a `json` event, as bots do that call functions."""

    name = "Tools"

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield text and a tool call in OpenAI's form."""
        yield say("Looking it up. ")
        call = {"index": 0, "id": "call_1", "function": {"name": "look_up", "arguments": "{}"}}
        chunk = {"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]}
        yield ServerSentEvent(data=json.dumps(chunk), event="json")


class Parameters(ScriptedBot):
    """Says which parameters it was given, one on a line."""

    name = "Parameters"
    about = "Has parameters of several kinds, and tells you which ones arrived."
    parameters = (
        {
            "name": "thinking_budget",
            "schema": {"type": "number", "minimum": 0, "maximum": 31_999},
            "default_value": 0,
            "description": "Token budget for thinking",
        },
        {
            "name": "reasoning_effort",
            "schema": {"type": "string", "enum": ["low", "medium", "high"]},
            "default_value": "medium",
            "description": "How hard to think",
        },
        {
            "name": "aspect_ratio",
            "schema": {"type": "string", "enum": ["1:1", "16:9", "9:16"]},
            "default_value": None,
        },
        {"name": "web_search", "schema": {"type": "boolean"}, "default_value": False},
        {
            "name": "seed",
            "schema": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}]},
            "description": "The same seed gives the same answer",
        },
        {"name": "tags", "schema": {"type": "array", "items": {"type": "string"}}},
        {
            "name": "negative_prompt",
            "schema": {"type": "string", "maxLength": 200},
            "default_value": "",
            "description": "What should not be in it",
        },
        {"name": "style", "schema": {"type": "object"}, "description": "Anything, as JSON"},
    )

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield the parameters."""
        lines = [f"- `{name}`: {value!r}" for name, value in sorted(prompt.parameters.items())]
        yield say("\n".join(lines) or "No parameters were sent.")
