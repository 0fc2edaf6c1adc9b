"""A bot that answers with a picture."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator

import fastapi_poe as fp

from poe_tui.demo.picture import paint
from poe_tui.demo.script import Prompt, Said, ScriptedBot, say, say_words, suggest


class Painter(ScriptedBot):
    """Paints a landscape from the words of the prompt, and sends it as a PNG."""

    name = "Painter"
    about = "Paints a small landscape from your words and sends it as a file."
    outputs = ("image",)

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield a sentence, the file, and the text that shows it."""
        words = " ".join(prompt.text.split()) or "an empty canvas"
        async for said in say_words(prompt, "Mixing colours …\n\n"):
            yield said
        content = await asyncio.to_thread(paint, words)
        await prompt.pause(0.8)
        name = file_name(words)
        file = self.world.files.put(name, "image/png", content)
        reference = hashlib.sha256(words.encode()).hexdigest()[:8]
        title = re.sub(r"[\[\]\\]", "", words)[:60]
        attachment = fp.Attachment(
            url=f"{self.world.base}/files/{file.id}",
            content_type="image/png",
            name=name,
            inline_ref=reference,
        )
        yield fp.PartialResponse(text=f"![{title}][{reference}]\n\n", attachment=attachment)
        yield say("The same words always give the same picture. Change one, and see.")
        for reply in (f"{title}, at night", f"{title}, in winter", "a quiet harbour at dawn"):
            yield suggest(reply)


def file_name(words: str) -> str:
    """Return a plain file name made of `words`."""
    plain = re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-")[:40].rstrip("-")
    return f"{plain or 'picture'}.png"
