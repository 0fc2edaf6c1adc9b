"""Typing what to find."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from poe_tui.ui.transcript.find_bar import FindBar
from poe_tui.ui.transcript.view import Transcript
from tests.ui.transcript.stage import Stage, long_talk


class StageWithBar(Stage):
    def compose(self) -> ComposeResult:
        transcript = Transcript(id="transcript")
        with Vertical():
            yield transcript
            yield FindBar(transcript)


def count_shown(app: StageWithBar) -> str:
    return str(app.query_one("#find-count", Static).content)


async def test_typing_finds_at_once_and_enter_goes_on() -> None:
    app = StageWithBar()
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.show(long_talk(100))
        bar = app.query_one(FindBar)
        assert not bar.is_open
        bar.open()
        await pilot.press(*"sage 7")
        await pilot.pause()
        assert count_shown(app) == "1 of 11"
        await pilot.press("enter")
        assert count_shown(app) == "2 of 11"
        await pilot.press("up", "up")
        assert count_shown(app) == "11 of 11"
        await pilot.press("x")
        await pilot.pause()
        assert count_shown(app) == "nothing found"
        await pilot.press("escape")
        assert not bar.is_open
        assert app.transcript.finder is None
        assert app.transcript.has_focus
