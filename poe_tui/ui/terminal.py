"""The terminal, as far as pictures are concerned: what it can draw, and how large its cells are."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace
from textual.app import App

from poe_tui.ui.abilities import Abilities

if TYPE_CHECKING:
    from poe_tui.ui.driver import TerminalDriver

LARGEST_CELL: Final = 200
"""Pixels: of larger cells a screen has no room for forty lines. A picture is made as large as its
cells, and a terminal that names the size of its window instead would fill the memory.
"""

_NOT_ASKED: Final = ("", "dumb", "linux")
"""Kinds of terminal that have no pictures and may print what they don't understand."""


class Terminal:
    """What can be asked of, and told to, the terminal that `driver` drives.

    `true_colour` says whether a cell's colour reaches it as it is.
    """

    def __init__(self, driver: TerminalDriver, *, true_colour: bool) -> None:
        self._driver = driver
        self._true_colour = true_colour
        self._asked = False
        self.abilities = Abilities()

    @property
    def placeholders(self) -> bool:
        """True when it draws kitty's cells that stand for pictures: their colour is a number."""
        return self.abilities.placeholders and self._true_colour

    @property
    def sixel(self) -> bool:
        """True when it draws Sixels, and we know how large they must be.

        tmux says that it does whatever it runs in; where that draws none, tmux 3.5 covers the left
        of the screen with plus signs.
        """
        known = self.abilities.sixel and self.cell is not None
        return known and not self.abilities.name.startswith("tmux")

    @property
    def cell(self) -> tuple[int, int] | None:
        """The width and height of a cell in pixels; None when nobody knows, or none can be so."""
        cell = self._driver.cell() or self.abilities.cell
        return cell if cell is not None and max(cell) <= LARGEST_CELL else None

    def ask(self, told: Callable[[], None]) -> None:
        """Ask it, once, what it can do; `told` is called when it has said so, if it ever does."""
        if self._asked:
            return
        self._asked = True

        def take(abilities: Abilities) -> None:
            if abilities.cell is None and abilities.area is not None:
                columns, rows = self._driver.cells()
                cell = abilities.area[0] // columns, abilities.area[1] // rows
                abilities = replace(abilities, cell=cell if min(cell) > 0 else None)
            self.abilities = abilities
            told()

        self._driver.ask(take)

    def write(self, sequence: str) -> None:
        """Send a control sequence, after all that is drawn already."""
        self._driver.write(sequence)


def terminal_of(app: App[Any], environ: Mapping[str, str] = os.environ) -> Terminal | None:
    """Return the terminal that `app` runs in; None where pictures can only be drawn in cells.

    Nothing is asked of terminals without pictures, nor through tmux and screen, which let none
    through.
    """
    if any(environ.get(name) for name in ("NO_COLOR", "TMUX", "STY")):
        return None
    if environ.get("TERM", "") in _NOT_ASKED or app.is_headless:
        return None
    from poe_tui.ui.driver import TerminalDriver

    driver = app._driver
    if not isinstance(driver, TerminalDriver):
        return None
    return Terminal(driver, true_colour=app.console.color_system == "truecolor")
