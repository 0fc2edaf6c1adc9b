"""Whatever happens in whatever order, the screen is a window on the entries' rows."""

from __future__ import annotations

import random

import pytest

from poe_tui.chat.message import Message
from tests.ui.transcript.stage import Scene, settle, staged, talk

PIECES = (
    "words ",
    "a longer run of words that wraps over the edge of the screen ",
    "\n\n",
    "\n- item ",
    "\n\n```python\nx = 1\n",
    "\n```\n\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n",
    "**bold** ",
    "\n> quoted\n>\n> again\n",
)


def expected(scene: Scene) -> list[str]:
    """Return what the screen must show, taken row by row from the entries."""
    column = scene.transcript.column
    assert column is not None
    index, offset = scene.transcript.top
    rows: list[str] = []
    while len(rows) < scene.transcript.size.height and index < len(column):
        entry = column.entry(index)
        for y in range(offset, entry.height):
            text = "".join(span.text for span in (*entry.lead_of(y), *entry.row(y).spans))
            rows.append(text.rstrip())
        index, offset = index + 1, 0
    return rows[: scene.transcript.size.height]


def check(scene: Scene) -> None:
    transcript = scene.transcript
    column = transcript.column
    assert column is not None
    index, offset = transcript.top
    assert column.heights.start(index) + offset == transcript.scroll_y
    assert 0 <= transcript.scroll_y <= transcript.max_scroll_y
    assert transcript.virtual_size.height == column.heights.total
    lines = [line[1:].rstrip() for line in scene.lines()]
    wanted = expected(scene)
    if not transcript.footnote():
        assert lines[: len(wanted)] == wanted
    assert not any(lines[len(wanted) :])
    if transcript.following:
        assert transcript.at_end


async def act(scene: Scene, chance: random.Random, answers: list[Message]) -> None:
    transcript = scene.transcript
    column = transcript.column
    assert column is not None
    what = chance.randrange(9)
    answer = chance.choice(answers)
    if what <= 2:
        transcript.move_by(chance.choice((-40, -7, -1, 1, 3, 30)))
    elif what <= 5 and answer.streaming:
        answer.text += "".join(chance.choices(PIECES, k=chance.randint(1, 12)))
        transcript.changed(answer, "text")
    elif what == 6:
        transcript.toggle_fold(chance.randrange(len(column)), whole=chance.random() < 0.5)
    elif what == 7:
        await scene.resize(chance.randint(12, 70), chance.randint(4, 30))
    elif chance.random() < 0.5:
        transcript.put_cursor(chance.randrange(len(column)))
    else:
        transcript.scroll_to(y=chance.randrange(200), animate=False)
    await scene.pilot.pause(0.03 if what <= 5 else None)


@pytest.mark.parametrize("seed", range(6))
async def test_any_order_of_events_leaves_a_true_screen(seed: int) -> None:
    chance = random.Random(seed)
    turns = ["".join(chance.choices(PIECES, k=chance.randint(1, 30))) for _ in range(31)]
    conversation = talk(*turns)
    prompt = conversation.path()[-1]
    answers = [conversation.reply("Echo", parent=prompt.id)]
    if seed % 2:
        answers[0].text = "*Thinking...*\n\n> a thought\n>\n> and another\n"
    async with staged(conversation) as scene:
        for _ in range(40):
            await act(scene, chance, answers)
            check(scene)
        settle(answers[0], answers[0].text)
        scene.transcript.changed(answers[0], "finished")
        column = scene.transcript.column
        assert column is not None
        await scene.until(lambda: not column.live)
        check(scene)
