"""Whoever leans on the keyboard: whatever is pressed, typed, pasted or clicked, the app goes on."""

from __future__ import annotations

import asyncio
import logging
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.pilot import Pilot

from poe_tui.ui.commands import COMMANDS
from tests.fuzz.conftest import Fuzz
from tests.fuzz.texts import odd_text
from tests.markdown.corpus import answer
from tests.ui.desk import Desk, services, wait_until

LEAVES = {"ctrl+q", "ctrl+x"}
"""Quits, and starts an editor."""

KEYS = sorted(
    {key for command in COMMANDS for key in command.keys.split(",") if key} - LEAVES
    | {"left", "right", "backspace", "delete", "space", "at", "slash", "minus", "shift+down"}
)

ORDERS = [c.title for c in COMMANDS if c.in_palette and not LEAVES & set(c.keys.split(","))]

STEPS = st.lists(
    st.one_of(
        st.sampled_from(KEYS),
        st.sampled_from(["type", "order", "paste", "click", "resize", "let go", "wait"]),
    ),
    min_size=1,
    max_size=30,
)


async def act(desk: Desk, pilot: Pilot[None], what: str, chance: random.Random) -> None:
    """Do one thing that a hand can do."""
    width, height = pilot.app.size
    if what == "type":
        await pilot.press(*chance.choice(["hello", "@GPT", "/context", "12", "jjkk", "nN"]))
    elif what == "order":
        await pilot.press("ctrl+p", *chance.choice(ORDERS).lower()[:12], "enter")
    elif what == "paste":
        text = odd_text(chance) if chance.random() < 0.5 else answer(chance, 2)
        pilot.app.post_message(events.Paste(text))
    elif what == "click":
        at = chance.randrange(width), chance.randrange(height)
        await pilot.click(offset=at, times=chance.choice([1, 1, 2, 3]))
    elif what == "resize":
        await pilot.resize_terminal(chance.choice([20, 64, 100, 140]), chance.choice([5, 24, 40]))
    elif what == "let go":
        desk.bots.let_go() if chance.random() < 0.7 else desk.bots.hold()
    elif what == "wait":
        await pilot.pause()
    else:
        await pilot.press(what)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep browser, file opener, clipboard and editor of the machine out of it."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("webbrowser.open", lambda _address: False)


async def lean(steps: list[str], seed: int, folder: Path) -> None:
    """Take the steps in a new app; raises whatever the app dies of."""
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("data", "config", "cache"):
            patch.setenv(f"POE_TUI_{kind.upper()}_DIR", str(folder / kind))
        desk, chance = Desk(services()), random.Random(seed)
        desk.bots.suggestions = ["And then?", "Why?"]
        async with desk.app.run_test(size=(100, 30)) as pilot:
            if chance.random() < 0.7:
                await desk.ask(pilot, answer(chance, 3))
            for step in steps:
                await act(desk, pilot, step, chance)
            desk.bots.let_go()
            await wait_until(pilot, desk.idle)


def test_nothing_that_is_pressed_brings_the_app_down(
    fuzz: Fuzz, caplog: pytest.LogCaptureFixture
) -> None:
    @given(STEPS, st.integers(0, 1 << 16))
    def leaning(steps: list[str], seed: int) -> None:
        caplog.clear()
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(lean(steps, seed, Path(folder)))
        assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []

    fuzz(leaning, examples=4)
