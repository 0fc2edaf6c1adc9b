"""A text so long that rendering it would hold the app up is rendered bit by bit, like a stream."""

from __future__ import annotations

import pytest

from poe_tui.markdown.live import LiveDocument
from poe_tui.markdown.render import render
from poe_tui.ui.transcript.column import Column
from tests.ui.transcript.stage import Scene, staged, talk

LONG = "".join(f"- item {number}\n" for number in range(9_000)) + "\nthe end"


def _column(scene: Scene) -> Column:
    column = scene.transcript.column
    assert column is not None
    return column


async def test_a_long_answer_comes_bit_by_bit_and_ends_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slices: list[float | None] = []
    flush = LiveDocument.flush

    def counted(
        document: LiveDocument, budget: float | None = None, *, final: bool = False
    ) -> int | None:
        slices.append(budget)
        return flush(document, budget, final=final)

    monkeypatch.setattr(LiveDocument, "flush", counted)
    async with staged(talk("short", LONG)) as scene:
        column = _column(scene)
        await scene.until(lambda: not column.live)
        assert len(slices) > 3
        assert None not in slices
        assert "the end" in scene.screen()
        assert scene.transcript.following
        assert column.entry(1).body.document.rows() == render(LONG, column.width).rows()


async def test_a_long_answer_scrolled_to_is_rendered_and_can_be_read_from_its_start() -> None:
    async with staged(talk("one", LONG, *["two", "three"] * 8)) as scene:
        column = _column(scene)
        assert not column.live
        await scene.pilot.press("g")
        await scene.until(lambda: "item 5" in scene.screen())
        await scene.until(lambda: not column.live)
        await scene.pilot.press("G")
        assert "three" in scene.screen()


async def test_a_long_answer_can_be_resized_and_searched_meanwhile() -> None:
    async with staged(talk("one", LONG)) as scene:
        await scene.resize(40, 15)
        scene.transcript.find("item 8999")
        column = _column(scene)
        await scene.until(lambda: not column.live)
        await scene.still()
        assert column.entry(1).body.document.rows() == render(LONG, column.width).rows()


@pytest.mark.parametrize("text", ["x" * 300_000, "word " * 60_000])
async def test_a_long_prompt_is_shown_whole(text: str) -> None:
    async with staged(talk(text, "fine")) as scene:
        await scene.pilot.press("g")
        column = _column(scene)
        await scene.until(lambda: not column.live)
        assert column.entry(0).body.document.rows() == render(text, column.width, plain=True).rows()
