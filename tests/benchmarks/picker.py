"""The bot picker with 300 bots: its first paint, and each key typed into it. Processor time."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from typing import Any, Final

from textual.app import App
from textual.pilot import Pilot

from poe_tui.demo.catalog import others
from poe_tui.poe.catalog import Bot
from poe_tui.ui.palette import Palette
from poe_tui.ui.screens.bot_picker import BotPicker
from poe_tui.ui.themes import load_themes, textual_theme, theme_variables
from poe_tui.ui.transcript.garbage import QuietCollector
from tests.benchmarks.figures import Figure

BOTS: Final = 300
SIZE: Final = (120, 38)
TYPED: Final = ("sonnet 4", "gpt", "image", "an", "google flash", "no such bot")
OPENINGS: Final = 12


def bots() -> list[Bot]:
    """Return that many bots with names, owners, prices and descriptions as Poe has them."""
    named = [
        Bot(
            name=name,
            owner=family.owner,
            description=family.about,
            inputs=family.inputs,
            outputs=family.outputs,
            context=family.context,
            prompt_price=2.6e-6,
            completion_price=1.3e-5,
        )
        for name, family in others()
    ]
    more = (Bot(name=f"Community-Bot-{n}", owner="poe") for n in range(BOTS))
    return [*named, *more][:BOTS]


class _Stage(App[None]):
    """An app with nothing on it, in the colours of ours."""

    def __init__(self, palette: Palette) -> None:
        self._palette = palette
        super().__init__()
        self.register_theme(textual_theme(palette))
        self.theme = palette.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return theme_variables(self._palette)


COLUMNS: Final = {"ours": "poe-tui"}


def run() -> list[Figure]:
    """Return milliseconds of processor time: medians, and the worst key."""
    return asyncio.run(_measure())


async def _measure() -> list[Figure]:
    palette = load_themes()[0]["night"]
    listed = bots()
    opened: list[float] = []
    keys: list[float] = []
    app = _Stage(palette)
    collector = QuietCollector()
    async with app.run_test(size=SIZE) as pilot:
        collector.start()  # as the app does: one full collection costs more than five keys
        for _ in range(OPENINGS):
            picker = BotPicker(listed, favourites=["GPT-5.1"], recent=["o3"], palette=palette)
            begun = time.process_time()
            await app.push_screen(picker)
            await pilot.pause()
            opened.append(time.process_time() - begun)
            for key in _keys(TYPED[len(opened) % len(TYPED)]):
                keys.append(await _press(pilot, key))
            await pilot.press("escape")
            await pilot.pause()
    collector.stop()
    found = {
        f"{BOTS} bots: first paint, ms of CPU": (statistics.median(opened), "≤ 50"),
        f"{BOTS} bots: a key, median, ms of CPU": (statistics.median(keys), "≤ 16"),
        f"{BOTS} bots: a key, the slowest, ms of CPU": (max(keys), ""),
    }
    return [Figure(what, {"ours": 1e3 * took}, target) for what, (took, target) in found.items()]


async def _press(pilot: Pilot[Any], key: str) -> float:
    """Return the seconds of processor time that a key costs, its frame included."""
    begun = time.process_time()
    await pilot.press(key)
    await pilot.pause()
    return time.process_time() - begun


def _keys(text: str) -> Iterator[str]:
    for character in text:
        yield "space" if character == " " else character
    yield from ("down", "backspace", "backspace")
