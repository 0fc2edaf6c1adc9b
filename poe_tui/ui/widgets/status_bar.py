"""The last line: what can be pressed now, or has just happened; on the right what streams."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from rich.cells import cell_len
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from poe_tui.chat.message import now
from poe_tui.markdown.rows import Look, row_text
from poe_tui.markdown.safe import plain
from poe_tui.markdown.wrap import wrap
from poe_tui.ui.account import Account
from poe_tui.ui.widgets.balance import balance_text
from poe_tui.ui.widgets.line_list import fit

_COLOURS: Final = {"information": "$good", "warning": "$warn", "error": "$bad"}
_GLYPHS: Final = {"information": "✓", "warning": "⚠", "error": "✗"}

_BALANCE: Final = 22
"""Cells that the balance may take, with its age, however narrow the screen is."""

#: Seconds a notice stays: long enough to be read, errors longer.
_STAYS: Final = {"information": 5.0, "warning": 8.0, "error": 12.0}


#: Where a notice has fewer cells beside what streams, it takes the place of that.
_TIGHT: Final = 24


class StatusBar(Widget):
    """Keys with their verbs. A notice takes their place for some seconds, in as many rows as it
    needs, up to half of the screen.
    """

    DEFAULT_CSS = """
    StatusBar { height: 1; }
    """

    def __init__(
        self,
        *,
        demo: bool = False,
        now: Callable[[], datetime] = now,
        told_beside: Callable[[], bool] = lambda: True,
    ) -> None:
        """`told_beside` says whether the points that are left stand elsewhere on the screen."""
        super().__init__(id="status")
        self._now = now
        self._told_beside = told_beside
        self._account = Account()
        self.notice = ""
        self._severity = "information"
        self._keys: Sequence[tuple[str, str]] = ()
        self._streaming = 0
        self._demo = demo
        self._timer: Timer | None = None

    def show_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """Show keys and their verbs, the most important first; the last go where room is short."""
        if keys != self._keys:
            self._keys = keys
            self.refresh()

    def show_streaming(self, replies: int) -> None:
        """Show how many replies are coming in."""
        if replies != self._streaming:
            self._streaming = replies
            self._fit()

    def show_account(self, account: Account) -> None:
        """Show the points that are left, where nothing else on the screen does."""
        if account != self._account or account.stale:  # the age of an old one goes on
            self._account = account
            self._fit()

    def say(self, text: str, severity: str = "information") -> None:
        """Show a notice for some seconds; what a terminal would obey in it is made visible."""
        self.notice = plain(text)
        self._severity = severity if severity in _COLOURS else "information"
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_STAYS[self._severity], self.clear)
        self._fit()

    def clear(self) -> None:
        """Take the notice away."""
        self.notice = ""
        self._fit()

    def on_resize(self) -> None:
        """Break the notice anew."""
        self._fit()

    def _fit(self) -> None:
        self.styles.height = len(self._lines())
        self.refresh()

    def _room(self, right: Content) -> int:
        return max(1, self.size.width - right.cell_length - (2 if right.cell_length else 0))

    def _lines(self) -> list[str]:
        """Return the notice as the lines that there is room for; at least one."""
        most = max(1, self.screen.size.height // 2)
        room = max(1, self._room(self._right()) - 2)
        if room < _TIGHT and cell_len(self.notice) > room:
            room = max(1, self.size.width - 2)
        rows = [row_text(row) for row in wrap([(self.notice, Look())], room)]
        if len(rows) > most:
            rows[most - 1] = fit(rows[most - 1], room - 1).rstrip("… ") + "…"
        return rows[:most]

    def render(self) -> Content:
        right = self._right()
        if self.notice:
            first, *more = self._lines()
            glyph = (f"{_GLYPHS[self._severity]} ", _COLOURS[self._severity])
            left = Content.assemble(glyph, (first, "$text"))
        else:
            left, more = self._verbs(self._room(right)), []
        below = [(f"\n  {line}", "$text") for line in more]
        gap = self.size.width - left.cell_length - right.cell_length
        end = Content.assemble(" " * gap, right) if gap >= 0 else Content()
        return Content.assemble(left, end, *below)

    def _right(self) -> Content:
        parts: list[Content | tuple[str, str] | str] = []
        if self._streaming:
            parts += [("●", "$good"), (f" {self._streaming} streaming", "$dim")]
        if not self._told_beside():
            left = balance_text(self._account, self._now(), max(_BALANCE, self.size.width // 2))
            parts += [" " if parts else "", left]
        if self._demo:
            parts += ["  " if parts else "", ("DEMO", "bold $warn")]
        return Content.assemble(*parts)

    def _verbs(self, room: int) -> Content:
        shown = Content("")
        for key, verb in self._keys:
            gap = "   " if shown.cell_length else ""
            longer = Content.assemble(shown, gap, (key, "bold $text"), (f" {verb}", "$dim"))
            if longer.cell_length > room:
                break
            shown = longer
        return shown
