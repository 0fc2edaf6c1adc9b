"""Typing what to find."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.pilot import Pilot
from textual.widgets import Input, Static

from poe_tui.chat.conversation import Conversation
from poe_tui.ui.transcript.find_bar import FindBar
from poe_tui.ui.transcript.view import Transcript
from tests.ui.transcript.stage import Stage, long_talk, settle


class StageWithBar(Stage):
    def compose(self) -> ComposeResult:
        transcript = Transcript(id="transcript")
        with Vertical():
            yield transcript
            yield FindBar(transcript)


def count_shown(app: StageWithBar) -> str:
    return str(app.query_one("#find-count", Static).content)


@asynccontextmanager
async def finding(
    conversation: Conversation | None = None,
) -> AsyncIterator[tuple[StageWithBar, Pilot[None], FindBar]]:
    """Open a conversation, and the bar below it."""
    app = StageWithBar()
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.show(conversation or long_talk(100))
        app.transcript.focus()
        await pilot.pause()
        bar = app.query_one(FindBar)
        bar.open()
        await pilot.pause()
        yield app, pilot, bar


async def said(app: StageWithBar, pilot: Pilot[None], words: str) -> None:
    """Wait until the bar says `words`."""
    for _ in range(400):
        if count_shown(app) == words:
            return
        await pilot.pause(0.005)
    assert count_shown(app) == words


async def test_typing_finds_at_once_and_arrows_go_on() -> None:
    async with finding() as (app, pilot, bar):
        await pilot.press(*"sage 7")
        await said(app, pilot, "1 of 11")
        await pilot.press("down")
        assert count_shown(app) == "2 of 11"
        await pilot.press("up", "up")
        assert count_shown(app) == "11 of 11"
        await pilot.press("x")
        await said(app, pilot, "nothing found")
        await pilot.press("escape")
        assert not bar.is_open
        assert app.transcript.finder is None
        assert app.transcript.has_focus


async def test_enter_goes_to_the_text_where_n_goes_on_and_the_bar_tells_where() -> None:
    async with finding() as (app, pilot, bar):
        await pilot.press(*"sage 7", "enter")
        assert app.transcript.has_focus
        await pilot.press("n", "n", "N")
        await said(app, pilot, "2 of 11")
        await pilot.press("escape")
        assert not bar.is_open
        assert app.transcript.finder is None


async def test_enter_stays_where_nothing_is_found() -> None:
    async with finding() as (app, pilot, bar):
        await pilot.press(*"zebra", "enter")
        assert bar.query_one(Input).has_focus
        await said(app, pilot, "nothing found")


async def test_a_longer_word_is_looked_for_from_where_finding_began() -> None:
    async with finding() as (app, pilot, bar):
        bar.action_close()
        app.transcript.following = False
        app.transcript.show_from(40, 0)
        bar.open()
        await pilot.press(*"message 4")
        assert app.transcript.cursor_index == 40
        await pilot.press(*"7")
        assert app.transcript.cursor_index == 47
        await pilot.press("backspace")
        assert app.transcript.cursor_index == 40


async def test_the_count_goes_on_while_text_comes_in_and_is_exact_when_it_has_ended() -> None:
    conversation = long_talk(3)
    conversation.ask("go on")
    answer = conversation.reply("Echo")
    async with finding(conversation) as (app, pilot, _):
        await pilot.press(*"needle")
        await said(app, pilot, "looking …")
        for _ in range(5):
            answer.text += "a nee"
            app.transcript.changed(answer, "text")
            answer.text += "dle, [and](https://needle.example/)\n\n"
            app.transcript.changed(answer, "text")
        await said(app, pilot, "0 of ≈ 10")
        settle(answer, answer.text)
        app.transcript.changed(answer, "finished")
        await said(app, pilot, "0 of 5")
        await pilot.press("down")
        assert count_shown(app) == "1 of 5"
