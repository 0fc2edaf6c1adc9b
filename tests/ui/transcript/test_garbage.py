"""Full garbage collections wait for a moment of rest."""

from __future__ import annotations

import gc

import pytest

from poe_tui.ui.transcript import garbage
from poe_tui.ui.transcript.garbage import QuietCollector
from tests.ui.desk import Desk, wait_until
from tests.ui.transcript.stage import staged, talk


async def test_a_transcript_puts_full_collections_off_and_on_again() -> None:
    before = gc.get_threshold()
    async with staged(talk("one")):
        assert gc.get_threshold()[2] > 100_000
        assert gc.get_threshold()[:2] == before[:2]
    assert gc.get_threshold() == before


def test_garbage_is_collected_at_rest_and_never_while_something_moves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    collected: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda: collected.append(1))
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, garbage.ENOUGH))
    collector = QuietCollector()
    collector.busy()
    assert not collector.rest()
    monkeypatch.setattr(garbage, "REST", 0.0)
    assert collector.rest()
    assert collected == [1]
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 1))
    assert not collector.rest()


async def test_nothing_is_collected_while_somebody_types_or_a_dialog_is_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    collected: list[int] = []
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        transcript = desk.main.pane.transcript
        monkeypatch.setattr(gc, "collect", lambda: collected.append(1))
        monkeypatch.setattr(gc, "get_count", lambda: (0, 0, garbage.ENOUGH))
        transcript._garbage._busy = -garbage.REST
        desk.main.pane.composer.focus()
        await pilot.press("a")
        transcript._collect()
        transcript._garbage._busy = -garbage.REST
        await pilot.press("ctrl+o")
        await wait_until(pilot, lambda: desk.app.screen is not desk.main)
        transcript._collect()
        assert collected == []
        await pilot.press("escape")
        await wait_until(pilot, lambda: desk.app.screen is desk.main)
        transcript._garbage._busy = -garbage.REST
        transcript._collect()
        assert collected == [1]
        monkeypatch.undo()


def test_a_launch_without_collections_ends_at_the_first_rest() -> None:
    collector = QuietCollector()
    gc.disable()
    try:
        collector.start()
        assert not gc.isenabled()
        collector.rest()
        assert gc.isenabled()
    finally:
        gc.enable()
        collector.stop()
        gc.unfreeze()
