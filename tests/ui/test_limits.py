"""A request that has to wait for its turn, on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

from textual import events

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.events import BotRequest, ReplyEvent, TextDelta, Waiting
from poe_tui.demo.service import DemoService
from poe_tui.poe.limiter import Limiter
from tests.poe.test_limiter import most_in_a_window
from tests.ui.desk import Desk, ScriptedBots, screen_lines, services, wait_until
from tests.ui.test_on_the_wire import on


class PatientBots(ScriptedBots):
    """Bots whose requests wait first, until `send` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.send = asyncio.Event()
        self.refused = True

    async def stream(self, request: BotRequest) -> AsyncGenerator[ReplyEvent, None]:
        self.requests.append(request)
        yield Waiting(12.0, refused=self.refused)
        await self.send.wait()
        yield TextDelta("Here I am.")


def desk(*, refused: bool = True) -> tuple[Desk, PatientBots]:
    """Return the app, whose requests have to wait."""
    given, bots = services(), PatientBots()
    bots.refused = refused
    given.client = bots
    return Desk(given), bots


def shown(desk: Desk, text: str) -> str:
    """Return the line of the screen that holds `text`; empty when there is none."""
    return next((line for line in screen_lines(desk.app) if text in line), "")


async def test_a_wait_counts_down_in_the_header_with_a_bar_below_it() -> None:
    waiting, bots = desk(refused=False)
    async with waiting.app.run_test(size=(120, 30)) as pilot:
        await waiting.ask(pilot, "Hello", wait=False)
        await wait_until(pilot, lambda: shown(waiting, "rate limited · esc cancels"))
        header = shown(waiting, "rate limited")
        assert "waiting 12 s · " in header or "waiting 11 s · " in header
        bar = shown(waiting, "Poe allows 500 requests a minute")
        assert bar.count("━") == 40
        bots.send.set()
        await wait_until(pilot, waiting.idle)
        await wait_until(pilot, lambda: shown(waiting, "Here I am."))
        assert not shown(waiting, "rate limited")
        assert not shown(waiting, "━━━━")


async def test_escape_cancels_a_wait_and_nothing_is_sent() -> None:
    waiting, _bots = desk()
    async with waiting.app.run_test(size=(120, 30)) as pilot:
        await waiting.ask(pilot, "Hello", wait=False)
        await wait_until(pilot, lambda: shown(waiting, "Poe refused one too many"))
        await pilot.press("escape")
        await wait_until(pilot, waiting.idle)
        assert waiting.current.path()[-1].status == "stopped"
        await wait_until(pilot, lambda: shown(waiting, "stopped"))
        assert not shown(waiting, "rate limited")


async def test_a_wait_is_still_told_of_after_a_look_at_another_conversation() -> None:
    waiting, _bots = desk()
    async with waiting.app.run_test(size=(120, 30)) as pilot:
        await waiting.ask(pilot, "Hello", wait=False)
        await wait_until(pilot, lambda: shown(waiting, "rate limited"))
        first = waiting.current.id
        await pilot.press("ctrl+n")
        await wait_until(pilot, lambda: not shown(waiting, "rate limited"))
        waiting.main.open_conversation(first)
        await wait_until(pilot, lambda: shown(waiting, "rate limited"))
        await pilot.press("escape")
        await wait_until(pilot, waiting.idle)


async def test_a_narrow_screen_says_first_how_long() -> None:
    waiting, _bots = desk()
    async with waiting.app.run_test(size=(40, 30)) as pilot:
        await waiting.ask(pilot, "Hello", wait=False)
        await wait_until(pilot, lambda: shown(waiting, "waiting 1"))
        await pilot.press("escape")
        await wait_until(pilot, waiting.idle)


async def test_many_prompts_at_once_keep_the_limit_lose_nothing_and_leave_the_keys_alone(
    demo: DemoService, tmp_path: Path
) -> None:
    prompts, limit, window = 90, 30, 1.5
    demo.knobs.rate_limit, demo.knobs.rate_window = limit, window
    limiter = Limiter(tmp_path / "requests.sqlite", limit=limit, window=window)
    desk = on(demo, limiter=limiter)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await wait_until(pilot, lambda: desk.services.catalog.bots, turns=1_000)
        chats = desk.main.chats
        talks = [Conversation(bot="Echo") for _ in range(prompts)]
        for number, talk in enumerate(talks):
            chats.send(talk, f"number {number}", drafted=False)
        desk.main.pane.composer.focus()
        desk.app.post_message(events.Key("k", "k"))
        while "k" not in desk.composed:
            await asyncio.sleep(0)
        # The key has not waited until all prompts were on disk.
        assert len(list(desk.services.paths.conversations.glob("*.json"))) < prompts // 2
        await wait_until(pilot, desk.idle, turns=10_000)
        answers = [desk.on_disk(talk).path()[-1] for talk in talks]
    assert [answer.text for answer in answers] == [f"number {n}" for n in range(prompts)]
    assert {answer.status for answer in answers} == {"complete"}
    seen = demo.requests("/bot/Echo")
    assert len(seen) == prompts
    assert most_in_a_window([each.at for each in seen], window) <= limit
