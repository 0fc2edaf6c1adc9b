"""What is read stays where it is, whatever happens elsewhere."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Message
from poe_tui.ui.transcript.column import Column
from poe_tui.ui.transcript.layout import Heights
from tests.ui.transcript.stage import Scene, long_talk, settle, staged
from tests.ui.transcript.test_consistency import PIECES

ASIDE = "an [early][link] word, " * 30 + "\n\n*Thinking...* no\n\n"


class Stillness:
    """A long conversation in whose middle somebody reads, while answers come in all around."""

    def __init__(self, scene: Scene, conversation: Conversation, chance: random.Random) -> None:
        self.scene = scene
        self.conversation = conversation
        self.chance = chance
        path = conversation.path()
        self.above, self.below = path[3], path[-1]

    @property
    def column(self) -> Column:
        """The column on screen."""
        assert self.scene.transcript.column is not None
        return self.scene.transcript.column

    def grow(self, message: Message) -> None:
        """Let some text of an answer come in."""
        if message.streaming:
            message.text += "".join(self.chance.choices(PIECES, k=self.chance.randint(1, 9)))
            self.scene.transcript.changed(message, "text")

    async def _rest(self) -> None:
        await self.scene.pilot.pause(self.chance.choice((0.01, 0.05)))

    async def _above_grows(self) -> None:
        self.grow(self.above)

    async def _below_grows(self) -> None:
        self.grow(self.below)

    async def _above_ends(self) -> None:
        if self.chance.random() < 0.3:
            self.above.text += "\n\n[link]: https://example.com/a/long/address\n"
            settle(self.above, self.above.text)
            self.scene.transcript.changed(self.above, "finished")

    async def _above_is_replaced(self) -> None:
        if self.above.streaming and self.chance.random() < 0.3:
            self.above.text = "begun again "
            self.scene.transcript.changed(self.above, "replaced")

    async def _fold_above(self) -> None:
        entry = self.column.entry(self.chance.randrange(0, self.scene.transcript.top[0] - 1))
        folds = self.column.folds_of(entry)
        folds.collapsed = not folds.collapsed
        self.column.grown(entry.key, whole=True)
        self.scene.transcript.refit()

    async def _more_below(self) -> None:
        self.conversation.enqueue("and more")
        await self.scene.show(self.conversation)

    async def _height(self) -> None:
        await self.scene.resize(48, self.chance.randint(20, 26))

    async def _width_and_back(self) -> None:
        height = self.scene.transcript.size.height
        for width in (self.chance.randint(20, 90), self.chance.randint(20, 90), 48):
            await self.scene.resize(width, height)
            self.grow(self.chance.choice((self.above, self.below)))

    async def _measured(self) -> None:
        self.column.glance(self.chance.randrange(len(self.column)))
        self.scene.transcript.hold_top()

    async def _counted(self) -> None:
        self.scene.transcript.find("word", near=self.scene.transcript.top)

    @property
    def events(self) -> list[Callable[[], Awaitable[None]]]:
        """What may happen."""
        return [
            self._rest,
            self._above_grows,
            self._below_grows,
            self._above_ends,
            self._above_is_replaced,
            self._fold_above,
            self._more_below,
            self._height,
            self._width_and_back,
            self._measured,
            self._counted,
        ]

    async def any_event(self) -> None:
        """Let something happen."""
        await self.chance.choice(self.events)()
        await self.scene.pilot.pause()


def scattered(chance: random.Random) -> Conversation:
    """Return a conversation with an answer near its beginning, and one at its end, coming in."""
    conversation = long_talk(3)
    conversation.reply("Echo").text = ASIDE
    for number in range(40):
        conversation.ask("".join(chance.choices(PIECES, k=6)) + f"prompt {number}")
        settle(conversation.reply("Echo"), "".join(chance.choices(PIECES, k=20)))
    conversation.ask("last")
    conversation.reply("Echo")
    return conversation


@pytest.mark.parametrize("seed", range(6))
async def test_nothing_that_happens_elsewhere_moves_the_lines_that_are_read(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Textual waits up to a second for a process at rest, and the slices of rest are none.
    monkeypatch.setattr("textual.pilot.wait_for_idle", lambda *_: asyncio.sleep(0.02))
    chance = random.Random(seed)
    conversation = scattered(chance)
    async with staged(conversation, size=(48, 20)) as scene:
        still = Stillness(scene, conversation, chance)
        transcript = scene.transcript
        transcript.following = False
        transcript.show_from(30 + chance.randrange(30), chance.randrange(3))
        await scene.pilot.pause()
        before = scene.texts()[:19]  # the last row may say that there is more below
        for _ in range(40):
            await still.any_event()
            assert scene.texts()[:19] == before
            assert not transcript.following


async def test_an_early_link_that_is_resolved_late_does_not_move_what_is_read() -> None:
    conversation = long_talk(3)
    answer = conversation.reply("Echo")
    address = "[a rather long name][link] " * 20
    answer.text = address + "\n\n" + "\n\n".join(f"row {n}" for n in range(60)) + "\n\n"
    async with staged(conversation, size=(40, 16)) as scene:
        await scene.still_text(answer)
        transcript, column = scene.transcript, scene.transcript.column
        assert column is not None
        transcript.following = False
        transcript.show_from(3, 60)
        before, height = scene.texts()[:-1], column.heights[3]
        answer.text += "[link]: https://example.com/\n\nand the end"
        settle(answer, answer.text)
        transcript.changed(answer, "finished")
        await scene.until(lambda: not column.live)
        assert column.heights[3] < height
        assert scene.texts()[:-1] == before


async def test_a_fold_by_key_leaves_what_was_folded_on_its_row() -> None:
    conversation = long_talk(60)
    settle(conversation.path()[20], "\n\n".join(f"row {n}" for n in range(30)))
    async with staged(conversation) as scene:
        transcript, column = scene.transcript, scene.transcript.column
        assert column is not None
        transcript.put_cursor(20)
        transcript.move_by(-3)
        row = column.heights.start(20) - transcript.scroll_y
        for folded in (True, False):
            await scene.pilot.press("z")
            assert ("more rows" in scene.screen()) is folded
            assert column.heights.start(20) - transcript.scroll_y == row


def test_a_change_of_one_height_among_a_hundred_thousand_touches_few() -> None:
    class Counted(list[int]):
        touched = 0

        def __getitem__(self, index):  # type: ignore[no-untyped-def]
            Counted.touched += 1
            return super().__getitem__(index)

        def __setitem__(self, index, value):  # type: ignore[no-untyped-def]
            Counted.touched += 1
            super().__setitem__(index, value)

    heights = Heights([7] * 100_000)
    heights._tree = Counted(heights._tree)
    for index in (0, 1, 65_535, 99_999):
        Counted.touched = 0
        heights.set(index, 9)
        assert Counted.touched <= 3 * 17
        Counted.touched = 0
        assert heights.at(heights.start(index)) == (index, 0)
        assert Counted.touched <= 3 * 17
    Counted.touched = 0
    heights.append(3)
    assert Counted.touched <= 3 * 17
    assert heights.total == 700_011
