"""Pictures in a real terminal: painted when they rest, and never left where they are no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.benchmarks.terminal import Terminal
from tests.ui.glass import Glass
from tests.ui.test_terminal import talking

SIXEL = b"\x1b[?62;4;22c"
NONE = b"\x1b[?62;22c"


class Room:
    """The app in a terminal, and what is to be seen there."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.glass = Glass()
        self._seen = 0

    def look(self) -> Glass:
        """Return the screen as it is now. Pixels are nowhere but on the half blocks of a picture,
        whatever is going on.
        """
        new = bytes(self.terminal.output[self._seen :])
        self._seen += len(new)
        self.glass.take(new)
        return self.glass

    def until(self, true: Callable[[Glass], bool]) -> None:
        """Wait until what is to be seen is so."""
        assert self.terminal.wait_until(lambda: true(self.look()))

    def at_rest(self) -> None:
        """Wait until a picture is on screen, and all of it that is, is painted."""
        self.until(lambda glass: bool(glass.blocks) and glass.pixels == glass.blocks)

    def send(self, keys: bytes) -> None:
        self.terminal.send(keys)

    def quit(self) -> None:
        self.terminal.send(b"\x11")
        assert self.terminal.wait_for_end(timeout=20)


@contextmanager
def painted(root: Path, kinds: bytes) -> Iterator[Room]:
    """Open the app on a picture that is not shown yet, in a terminal of `kinds`."""
    prompt = "a quiet harbour"
    with talking(root, bot="Painter", prompt=prompt, begun=b"harbour.png", kinds=kinds) as terminal:
        room = Room(terminal)
        room.until(lambda glass: glass.says("in winter"))
        room.send(b"\x1b[Z")
        room.until(lambda glass: glass.says("y copy"))
        assert b"\x1b[>0q" not in terminal.output
        yield room


def test_a_picture_is_painted_where_its_half_blocks_are_and_nowhere_after_it_has_gone(
    tmp_path: Path,
) -> None:
    with painted(tmp_path, SIXEL) as room:
        room.send(b"i")
        room.at_rest()
        assert len(room.glass.pixels) == 72 * 22
        room.send(b"i")
        room.until(lambda glass: not glass.blocks)
        assert not room.glass.pixels
        room.quit()


def test_a_picture_that_is_scrolled_is_painted_again_where_it_comes_to_rest(
    tmp_path: Path,
) -> None:
    with painted(tmp_path, SIXEL) as room:
        room.send(b"i")
        room.at_rest()
        for keys in (b"\x1b[<64;60;20M" * 4, b"\x1b[<65;60;20M" * 2, b"g"):
            before = frozenset(room.glass.pixels)
            room.send(keys)
            room.until(partial(_differs, before))
            room.at_rest()
        room.quit()


def _differs(before: frozenset[tuple[int, int]], glass: Glass) -> bool:
    return glass.pixels != before


def test_what_comes_over_a_picture_is_not_painted_on(tmp_path: Path) -> None:
    with painted(tmp_path, SIXEL) as room:
        room.send(b"i")
        room.at_rest()
        room.send(b"\x10")
        room.until(lambda glass: glass.says("what to do …") and not glass.pixels)
        room.terminal.settle(quiet=0.3)  # a cursor blinks every half second
        assert not room.look().pixels
        room.send(b"\x1b")
        room.at_rest()
        assert len(room.glass.pixels) == 72 * 22
        room.quit()


def test_a_terminal_of_another_size_gets_the_picture_anew(tmp_path: Path) -> None:
    with painted(tmp_path, SIXEL) as room:
        room.send(b"i")
        room.at_rest()
        room.terminal.resize(40, 80)
        room.glass.narrow(80)
        before = room.glass.sixels
        room.until(lambda glass: glass.sixels > before)
        room.at_rest()
        assert len({x for x, _ in room.glass.pixels}) < 72
        room.quit()


def test_in_any_other_terminal_a_picture_is_half_blocks(tmp_path: Path) -> None:
    with painted(tmp_path, NONE) as room:
        room.send(b"i")
        room.until(lambda glass: len(glass.blocks) == 72 * 22)
        room.terminal.settle(quiet=0.3)  # a cursor blinks every half second
        assert not room.look().sixels
        room.quit()
