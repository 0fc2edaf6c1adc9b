"""Bots about speed and size: as fast, as slow, as long as a test needs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from poe_tui.demo.script import Prompt, Said, ScriptedBot, say, say_words


class Echo(ScriptedBot):
    """Says the last message again, word by word, exactly.

    Attachments and parameters follow in a JSON block; with `--report`, or the parameter `report`,
    the roles of all turns too.
    """

    name = "Echo"
    about = "Repeats what you say, and lists the files and parameters it was sent."

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield the words, then the report when there is something to report."""
        text = prompt.text.replace("--report", "").strip() or "…"
        async for said in say_words(prompt, text):
            yield said
        report = echo_report(prompt, full="--report" in prompt.text)
        if report:
            block = json.dumps(report, indent=2, ensure_ascii=False)
            yield say(f"\n\n```json\n{block}\n```\n")


def echo_report(prompt: Prompt, *, full: bool) -> dict[str, object]:
    """Return what came with a prompt besides its text; empty when nothing did."""
    speed = ("delay", "n", "report")
    parameters = {name: value for name, value in prompt.parameters.items() if name not in speed}
    files = [
        {"name": file.name, "content_type": file.content_type, "url": file.url}
        for turn in prompt.turns[-1:]
        for file in turn.attachments
    ]
    report: dict[str, object] = {}
    if full or prompt.parameters.get("report"):
        report["roles"] = [turn.role for turn in prompt.turns]
    if files:
        report["attachments"] = files
    if parameters:
        report["parameters"] = parameters
    return report
