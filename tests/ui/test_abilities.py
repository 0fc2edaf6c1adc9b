"""What a terminal says it can do: read between the keys, and never taken for one."""

from __future__ import annotations

import struct
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from textual import events
from textual._parser import ParseError

from poe_tui.ui.abilities import ALONE, LONGEST, SOON, WHOLE, Abilities, Answers
from poe_tui.ui.driver import TerminalDriver, _Reader
from poe_tui.ui.terminal import Terminal, terminal_of

XTERM = "\x1bP>|XTerm(379)\x1b\\\x1b[?1;0;256S\x1b[?2;0;1000;748S\x1b[?63;1;2;4;6;22c"
KITTY = "\x1bP>|kitty(0.41.1)\x1b\\\x1b[4;748;1040t\x1b[6;17;8t\x1b[?62;c"
MLTERM = "\x1b[?1;0;1024S\x1b[?1;3;0S\x1b[4;456;800t\x1b[6;19;10t\x1b[?63;1;2;3;4;29c"


class Desk:
    """Answers on a clock that stands still, and what they told."""

    def __init__(self) -> None:
        self.now = 100.0
        self.told: list[Abilities] = []
        self.answers = Answers(lambda: self.now)
        self.reader = _Reader(self.answers)

    def expect(self) -> Desk:
        self.answers.expect(self.told.append)
        return self

    def keys(self, *reads: str) -> list[str]:
        """Return the keys that are made of what comes."""
        found: list[Any] = []
        for data in reads:
            found += self.reader.feed(data)
            found += self.reader.tick()
        return [event.key for event in found if isinstance(event, events.Key)]


@pytest.mark.parametrize(
    ("said", "abilities"),
    [
        (XTERM, Abilities("XTerm(379)", sixel=True, largest=(1000, 748))),
        (KITTY, Abilities("kitty(0.41.1)", area=(1040, 748), cell=(8, 17))),
        (MLTERM, Abilities(sixel=True, area=(800, 456), cell=(10, 19))),
        ("\x1b[?6c", Abilities()),
        ("\x1b[?1;0;16S\x1b[?62;4c", Abilities(sixel=True, colours=16)),
        ("\x1b[?1;3S\x1b[?2;3S\x1b[?64;1;22c", Abilities()),
        ("\x1b[6;0;0t\x1b[4;999999999999;1t\x1b[?;;4;c", Abilities(sixel=True)),
        ("\x1bP>|foot(1.21.0)\x07\x1b[?62;4;22;28;29c", Abilities("foot(1.21.0)", sixel=True)),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_answers_are_understood_however_they_are_cut(
    said: str, abilities: Abilities, size: int
) -> None:
    desk = Desk().expect()
    reads = [said[start : start + size] for start in range(0, len(said), size)]
    assert desk.keys(*reads) == []
    assert desk.told == [abilities]
    assert not desk.answers.expected


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_keys_between_answers_stay_keys(size: int) -> None:
    desk = Desk().expect()
    said = "a\x1b[A" + XTERM.replace("\x1b[?2", "é\x1b[1;5C\x1b[?2") + "\rb"
    reads = [said[start : start + size] for start in range(0, len(said), size)]
    assert desk.keys(*reads) == ["a", "up", "é", "ctrl+right", "enter", "b"]
    assert desk.told[0].name == "XTerm(379)"


def test_escape_is_a_key_even_while_answers_are_awaited() -> None:
    desk = Desk().expect()
    assert desk.keys("\x1b") == []
    desk.now += ALONE
    late = desk.answers.overdue()
    assert late == "\x1b"
    desk.now += SOON
    assert desk.answers.take("\x1b") == "\x1b"
    assert desk.answers.take("\x1b[") == "\x1b["


def test_what_began_like_an_answer_and_never_ended_is_let_go() -> None:
    desk = Desk().expect()
    assert desk.answers.take("x\x1b[?1;2") == "x"
    desk.now += ALONE
    assert desk.answers.overdue() == ""
    desk.now += WHOLE
    assert desk.answers.overdue() == "\x1b[?1;2"
    assert desk.answers.take("\x1b[?2026;2$y") == "\x1b[?2026;2$y"


def test_an_answer_without_end_is_neither_kept_nor_typed() -> None:
    desk = Desk().expect()
    assert desk.keys("\x1bP>|" + "x" * 10_000, *["y" * 4_096] * 20) == []
    assert len(desk.answers._held) <= LONGEST
    assert desk.keys("\x1b\\", "\x1b[?62;4c", "z") == ["z"]
    assert len(desk.told[0].name) <= LONGEST
    silent = Desk().expect()
    assert silent.keys("\x1bP>|" + "x" * 10_000) == []
    silent.now += WHOLE
    assert silent.keys("k") == ["k"]


def test_nothing_is_looked_at_before_the_question_and_nothing_told_after_the_last_answer() -> None:
    desk = Desk()
    assert desk.answers.take(XTERM) == XTERM
    desk.expect()
    assert desk.keys(KITTY) == []
    assert desk.keys(XTERM) == []
    assert [each.name for each in desk.told] == ["kitty(0.41.1)"]
    desk.now += 2 * SOON
    assert desk.answers.take("\x1b") == "\x1b", "escape is not held for ever"


@pytest.mark.parametrize(
    "late", ["\x1bP>|tmux 3.5a\x1b\\", "\x1b[6;17;8t", "\x1b[?1;0;256S", KITTY]
)
@pytest.mark.parametrize(("wait", "size"), [(0.0, 1), (0.0, 5), (SOON, 1000), (60.0, 1000)])
def test_an_answer_that_comes_after_the_last_one_is_not_typed(
    late: str, wait: float, size: int
) -> None:
    desk = Desk().expect()
    assert desk.keys("\x1b[?62;4c") == []
    desk.now += wait
    reads = [late[start : start + size] for start in range(0, len(late), size)]
    assert desk.keys("a", *reads, "b") == ["a", "b"]


@pytest.mark.parametrize("wait", [SOON, 60.0])
def test_answers_are_understood_however_late_they_come(wait: float) -> None:
    desk = Desk().expect()
    desk.now += wait
    assert desk.keys("a", XTERM[:9], XTERM[9:], "b") == ["a", "b"]
    assert [each.name for each in desk.told] == ["XTerm(379)"]


def test_the_end_of_all_input_reaches_the_reader() -> None:
    desk = Desk().expect()
    assert list(desk.reader.feed("")) == []
    with pytest.raises(ParseError):
        list(desk.reader.feed("a"))


@pytest.mark.parametrize(
    ("name", "draws"),
    [
        ("kitty(0.41.1)", True),
        ("kitty(0.28.0)", True),
        ("kitty(0.26.5)", False),
        ("ghostty 1.1.3", True),
        ("WezTerm 20240203-110809-5046fc22", False),
        ("Konsole 24.02", False),
        ("tmux 3.5a", False),
        ("", False),
    ],
)
def test_cells_that_stand_for_pictures_are_for_those_who_draw_them(name: str, draws: bool) -> None:
    assert Abilities(name).placeholders is draws


class FakeDriver:
    """A terminal that answers at once."""

    def __init__(self, answer: Abilities, cell: tuple[int, int] | None = None) -> None:
        self.answer = answer
        self.size = cell
        self.written: list[str] = []
        self.asked = 0

    def ask(self, told: Callable[[Abilities], None]) -> None:
        self.asked += 1
        told(self.answer)

    def cell(self) -> tuple[int, int] | None:
        return self.size

    def cells(self) -> tuple[int, int]:
        return 100, 40

    def write(self, sequence: str) -> None:
        self.written.append(sequence)


def asked(driver: FakeDriver, *, true_colour: bool = True) -> Terminal:
    terminal = Terminal(cast("TerminalDriver", driver), true_colour=true_colour)
    terminal.ask(lambda: None)
    terminal.ask(lambda: None)
    assert driver.asked == 1
    return terminal


def test_a_terminal_is_asked_once_and_its_cell_is_what_the_system_says_first() -> None:
    answer = Abilities(sixel=True, cell=(8, 16), area=(900, 800))
    assert asked(FakeDriver(answer, (9, 18))).cell == (9, 18)
    assert asked(FakeDriver(answer)).cell == (8, 16)
    assert asked(FakeDriver(Abilities(area=(900, 800)))).cell == (9, 20)
    assert asked(FakeDriver(Abilities(area=(90, 8)))).cell is None


def test_sixels_need_the_size_of_a_cell_and_kitty_s_cells_their_true_colour() -> None:
    assert asked(FakeDriver(Abilities(sixel=True), (9, 18))).sixel
    assert not asked(FakeDriver(Abilities(sixel=True))).sixel
    assert not asked(FakeDriver(Abilities(), (9, 18))).sixel
    assert not asked(FakeDriver(Abilities("tmux 3.5a", sixel=True), (9, 18))).sixel
    assert not asked(FakeDriver(Abilities(sixel=True), (1_920, 1_080))).sixel
    assert not asked(FakeDriver(Abilities(sixel=True, cell=(10, 20_000)))).sixel
    kitty = Abilities("kitty(0.41.1)")
    assert asked(FakeDriver(kitty)).placeholders
    assert not asked(FakeDriver(kitty), true_colour=False).placeholders


def test_terminals_without_pictures_are_not_asked() -> None:
    driver = TerminalDriver.__new__(TerminalDriver)
    app: Any = SimpleNamespace(
        is_headless=False, _driver=driver, console=SimpleNamespace(color_system="truecolor")
    )
    usual = {"TERM": "xterm-256color"}
    assert terminal_of(app, usual) is not None
    for environ in ({}, {"TERM": "linux"}, {"TERM": "dumb"}):
        assert terminal_of(app, environ) is None
    assert terminal_of(app, {**usual, "NO_COLOR": "1"}) is None
    assert terminal_of(app, {**usual, "STY": "1.pts"}) is None
    assert terminal_of(app, {**usual, "TMUX": "/tmp/x,1,0"}) is None
    app.is_headless = True
    assert terminal_of(app, usual) is None


@pytest.mark.parametrize(
    ("size", "cell"),
    [
        ((44, 130, 1044, 752), (8, 17)),
        ((24, 80, 0, 0), None),
        ((0, 0, 640, 480), None),
        ((24, 80, 79, 480), None),
    ],
)
def test_the_size_of_a_cell_is_what_the_system_knows_of_the_window(
    size: tuple[int, ...], cell: tuple[int, int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = TerminalDriver.__new__(TerminalDriver)
    driver.fileno = 0
    monkeypatch.setattr("fcntl.ioctl", lambda *_: struct.pack("HHHH", *size))
    assert driver.cell() == cell
