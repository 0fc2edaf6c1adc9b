"""What the terminal says it can do: asked once, and read out of what comes between the keys."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Final

import msgspec
from msgspec.structs import replace

QUESTIONS: Final = "\x1b[>0q\x1b[?1;1;0S\x1b[?2;1;0S\x1b[14t\x1b[16t\x1b[c"
"""What it is called, how many colours and pixels a Sixel may have, how large text area and cell are
in pixels, and last what every terminal answers: the kinds of sequence it knows.

Kitty's own question, whether there are graphics, is not among them: Konsole and WezTerm say yes and
don't know the cells that stand for pictures. The name is what tells.
"""

LONGEST: Final = 200
"""Characters that are kept of an answer, whatever it goes on with."""

ALONE: Final = 0.05
"""Seconds for which an escape that may begin an answer is held: it may be the key."""

WHOLE: Final = 1.0
"""Seconds for which the beginning of what can't be a key is held."""

SOON: Final = 2.0
"""Seconds after the question in which an escape may begin an answer."""

_SIXEL: Final = 4
_COLOURS: Final = "1"
_LARGEST: Final = "2"

_ANSWER: Final = re.compile(
    r"\x1b\[\?(?P<kinds>[\d;]*)c"
    r"|\x1b\[\?(?P<graphics>[\d;]*)S"
    r"|\x1b\[(?P<pixels>[46];\d+;\d+)t"
    r"|\x1bP>\|(?P<name>[^\x1b\x07\x9c]*)(?:\x1b\\|\x07|\x9c)"
)
_BEGUN: Final = re.compile(
    r"\x1b(?:\[(?:\?[\d;]*|[46](?:;\d*){0,2})?|P(?:>(?:\|[^\x1b\x07\x9c]*\x1b?)?)?)?\Z"
)
_VERSION: Final = re.compile(r"(kitty|ghostty)\W+(\d+)\.(\d+)", re.IGNORECASE)
_PLACEHOLDERS: Final = {"kitty": (0, 28), "ghostty": (1, 0)}
"""From which version on these draw cells that stand for pictures."""


class Abilities(msgspec.Struct, frozen=True):
    """What a terminal can do. All of it is the least until the terminal has said more."""

    name: str = ""
    """With its version, as it calls itself; empty when it does not say."""
    sixel: bool = False
    colours: int = 256
    """The colours a Sixel may have."""
    largest: tuple[int, int] | None = None
    """The pixels a Sixel may have, width and height; None when it does not say."""
    area: tuple[int, int] | None = None
    """The width and height of all cells together in pixels."""
    cell: tuple[int, int] | None = None
    """The width and height of a cell in pixels."""

    @property
    def placeholders(self) -> bool:
        """True for a terminal that draws kitty's cells that stand for pictures."""
        found = _VERSION.match(self.name)
        return (
            found is not None and (int(found[2]), int(found[3])) >= _PLACEHOLDERS[found[1].lower()]
        )


class Answers:
    """Takes a terminal's answers out of what it sends, so that none is ever taken for keys.

    `take` and `overdue` are for the thread that reads; `told` is called there, once, when the last
    answer has come. Nothing is looked at before `expect`. What comes behind the last answer is not
    told any more, but taken out all the same: a multiplexer may answer some questions itself, and
    others when its own terminal has answered.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.abilities = Abilities()
        self._clock = clock
        self._told: Callable[[Abilities], None] | None = None
        self._asked: float | None = None
        self._held = ""
        self._held_until = 0.0

    @property
    def expected(self) -> bool:
        """True from the question to the last answer."""
        return self._told is not None

    def expect(self, told: Callable[[Abilities], None]) -> None:
        """Look out for answers: `QUESTIONS` are about to be asked."""
        self._asked, self._told = self._clock(), told

    def take(self, data: str) -> str:
        """Return `data` without answers, and without what may be the beginning of one."""
        if self._asked is None:
            return data
        held = self.overdue() or self._held
        data, self._held = held + data, ""
        rest = _ANSWER.sub(self._note, data)
        begun = _BEGUN.search(rest)
        if begun is None:
            return rest
        held, now = begun[0], self._clock()
        may_be_a_key = len(held) < 3
        if may_be_a_key and now - self._asked > SOON:
            return rest
        self._held, self._held_until = held[:LONGEST], now + (ALONE if may_be_a_key else WHOLE)
        return rest[: begun.start()]

    def overdue(self) -> str:
        """Return what was held for the beginning of an answer and has been for too long."""
        if not self._held or self._clock() < self._held_until:
            return ""
        held, self._held = self._held, ""
        return "" if held.startswith("\x1bP>|") else held

    def _note(self, answer: re.Match[str]) -> str:
        kind, said = answer.lastgroup, answer[answer.lastgroup or 0]
        if kind == "name":
            self.abilities = replace(self.abilities, name=said[:LONGEST])
        elif kind == "kinds":
            self._finish(_numbers(said))
        elif kind == "graphics":
            self._note_graphics(said)
        elif kind == "pixels":
            which, height, width = _numbers(said)
            if 0 < width < 100_000 and 0 < height < 100_000:
                size = width, height
                now = self.abilities
                self.abilities = replace(now, cell=size) if which == 6 else replace(now, area=size)
        return ""

    def _note_graphics(self, said: str) -> None:
        item, _, values = said.partition(";")
        status, *numbers = _numbers(values) or [1]
        if status != 0:
            return
        if item == _COLOURS and numbers and numbers[0] > 1:
            self.abilities = replace(self.abilities, colours=min(256, numbers[0]))
        elif item == _LARGEST and len(numbers) == 2 and min(numbers) > 0:
            self.abilities = replace(self.abilities, largest=(numbers[0], numbers[1]))

    def _finish(self, kinds: list[int]) -> None:
        self.abilities = replace(self.abilities, sixel=_SIXEL in kinds)
        told, self._told = self._told, None
        if told is not None:
            told(self.abilities)


def _numbers(text: str) -> list[int]:
    return [min(int(part), 999_999) for part in text.split(";") if part]
