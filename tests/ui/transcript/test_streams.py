"""Text that is coming in reaches the screen, whatever else the machine is doing."""

from __future__ import annotations

from itertools import count

import pytest
from textual import _time

from tests.ui.transcript.stage import staged, talk


async def test_an_answer_goes_on_though_the_process_is_held_up_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    conversation = talk("hello")
    answer = conversation.reply("Echo")
    async with staged(conversation) as scene:
        # Each look at the clock is 5 ms after the one before: Textual drops shorter timers then.
        ticks = count(_time.get_time(), 0.005)
        monkeypatch.setattr(_time, "get_time", lambda: next(ticks))
        for number in range(20):
            answer.text += "word " * 400 + f"\n\npart {number}\n\n"
            scene.transcript.changed(answer, "text")
            await scene.still_text(answer)
        await scene.until(lambda: "part 19" in scene.screen())
