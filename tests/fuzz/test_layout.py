"""Whatever happens to a column of messages, and whatever is in them: its heights are those of its
rows, and what is drawn of them is as wide as the screen and safe.
"""

from __future__ import annotations

import random
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from poe_tui.chat.conversation import Conversation, QueuedPrompt
from poe_tui.chat.message import Attachment, Message
from poe_tui.ui.transcript.body import CodeSpot, Folds
from poe_tui.ui.transcript.column import Column
from poe_tui.ui.transcript.strips import MARGIN, RIGHT, strip_of
from tests.fuzz.conftest import Fuzz
from tests.fuzz.texts import odd_text
from tests.markdown.corpus import answer
from tests.ui.transcript.stage import night

_NIGHT = night()

_STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["ask", "reply", "grow", "end", "resize", "fold", "measure", "settle", "queue", "other"]
        ),
        st.integers(0, 1 << 16),
    ),
    max_size=25,
)


def _text(chance: random.Random, blocks: int) -> str:
    return odd_text(chance) if chance.random() < 0.4 else answer(chance, blocks)


class Stack:
    """A column, its conversation, and what can happen to them."""

    def __init__(self) -> None:
        self.conversation = Conversation(bot="Echo")
        self.folds: dict[str, Folds] = {}
        self.column = Column(self.conversation, 40, self.folds)

    def act(self, what: str, number: int) -> None:
        """Do one thing, and let the column know of it."""
        getattr(self, what)(random.Random(number))
        self.column.sync()

    def ask(self, chance: random.Random) -> None:
        self.end(chance)
        self.conversation.ask(_text(chance, 1))

    def reply(self, chance: random.Random) -> None:
        path = self.conversation.path()
        if path and path[-1].role == "user":
            message = self.conversation.reply("Echo")
            message.text = "*Thinking...*\n\n> a thought\n\n" if chance.random() < 0.3 else ""
            if chance.random() < 0.3:
                message.attachments = (Attachment(name="a.png", url="https://a.example/a.png"),)

    def _streaming(self) -> Message | None:
        path = self.conversation.path()
        return path[-1] if path and path[-1].streaming else None

    def grow(self, chance: random.Random) -> None:
        message = self._streaming()
        if message is None:
            return
        message.text += _text(chance, 2)[: chance.randint(1, 300)]
        growing = self.column.live.get(message.id)
        if growing is not None:
            growing.take(message.text)
            first = growing.document.flush(1.0)
            self.column.grown(message.id, whole=first == 0)

    def end(self, chance: random.Random) -> None:
        message = self._streaming()
        if message is None:
            return
        message.status = "complete"
        growing = self.column.live.pop(message.id, None)
        if growing is not None:
            growing.take(message.text)
            growing.document.flush(None)
            growing.document.finish()
            self.column.grown(message.id, whole=True)
            self.column.remake(message.id)

    def resize(self, chance: random.Random) -> None:
        self.column.resize(chance.randint(1, 100))

    def fold(self, chance: random.Random) -> None:
        if len(self.column):
            entry = self.column.entry(chance.randrange(len(self.column)))
            folds = self.column.folds_of(entry)
            blocks = [block for block in entry.body.document.blocks if block.summary]
            codes = [
                CodeSpot(block.first_line, nth)
                for block in entry.body.document.blocks
                for nth, code in enumerate(block.codes)
                if code.summary
            ]
            if blocks and chance.random() < 0.4:
                folds.toggle(chance.choice(blocks))
            elif codes and chance.random() < 0.7:
                folds.toggle_code(chance.choice(codes))
            else:
                folds.collapsed = not folds.collapsed
            self.column.grown(entry.key, whole=True)

    def measure(self, chance: random.Random) -> None:
        if len(self.column):
            self.column.glance(chance.randrange(len(self.column)))

    def settle(self, chance: random.Random) -> None:
        if len(self.column):
            self.column.settle(chance.randrange(len(self.column)))

    def queue(self, chance: random.Random) -> None:
        if chance.random() < 0.5 and self.conversation.queue:
            self.conversation.queue.pop()
        else:
            self.conversation.queue.append(QueuedPrompt(text=_text(chance, 1)))

    def other(self, chance: random.Random) -> None:
        path = self.conversation.path()
        if len(path) > 1 and path[1].role == "bot" and not self._streaming():
            again = self.conversation.regenerate(path[1].id)
            again.text, again.status = _text(chance, 2), "complete"


def check(stack: Stack) -> None:
    """Assert that what is called exact is, and that the sums are right."""
    column = stack.column
    heights = column.heights
    for index in range(len(column)):
        if column.is_exact(index):
            assert heights[index] == column.entry(index).height
    assert heights.total == sum(heights[index] for index in range(len(column)))


def check_drawn(column: Column) -> None:
    """Assert that every row is drawn on exactly its line, and holds nothing a terminal obeys."""
    width = column.width + MARGIN + RIGHT
    for index in range(len(column)):
        entry = column.entry(index)
        for y in range(entry.height):
            strip = strip_of(entry.row(y), width=width, palette=_NIGHT)
            assert strip.cell_length == width
            for char in strip.text:
                assert unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp"), repr(char)
                assert not 0x202A <= ord(char) <= 0x202E, repr(char)
                assert not 0x2066 <= ord(char) <= 0x2069, repr(char)


def test_heights_are_those_of_the_rows_whatever_happens(fuzz: Fuzz) -> None:
    @given(_STEPS)
    def run(steps: list[tuple[str, int]]) -> None:
        stack = Stack()
        for what, number in steps:
            stack.act(what, number)
            check(stack)
        check_drawn(stack.column)
        stack.end(random.Random(0))
        column = stack.column
        column.sync()
        shown = [column.settle(index) for index in range(len(column))]
        afresh = Column(stack.conversation, column.width, stack.folds)
        assert [afresh.settle(index) for index in range(len(afresh))] == shown
        for index in range(len(column)):
            entry, other = column.entry(index), afresh.entry(index)
            assert [entry.row(y) for y in range(1, entry.height)] == [
                other.row(y) for y in range(1, other.height)
            ]

    fuzz(run)
