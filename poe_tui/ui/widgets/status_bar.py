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
from poe_tui.ui.account import Account
from poe_tui.ui.widgets.balance import balance_text
from poe_tui.ui.widgets.line_list import fit

_COLOURS: Final = {"information": "$good", "warning": "$warn", "error": "$bad"}
_GLYPHS: Final = {"information": "✓", "warning": "⚠", "error": "✗"}

_BALANCE: Final = 22
"""Cells that the balance may take, with its age, however narrow the screen is."""

#: Seconds a notice stays: long enough to be read, errors longer.
_STAYS: Final = {"information": 5.0, "warning": 8.0, "error": 12.0}


class StatusBar(Widget):
    """Keys with their verbs. A notice takes their place for some seconds."""

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
            self.refresh()

    def show_account(self, account: Account) -> None:
        """Show the points that are left, where nothing else on the screen does."""
        self._account = account
        self.refresh()

    def say(self, text: str, severity: str = "information") -> None:
        """Show a notice for some seconds."""
        self.notice = " ".join(text.split())
        self._severity = severity if severity in _COLOURS else "information"
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_STAYS[self._severity], self.clear)
        self.refresh()

    def clear(self) -> None:
        """Take the notice away."""
        self.notice = ""
        self.refresh()

    def render(self) -> Content:
        right = self._right(balance=True)
        room = self._room_beside(right)
        if self.notice and cell_len(self.notice) + 2 > room:
            right = self._right(balance=False)
            room = self._room_beside(right)
        left = self._said(room) if self.notice else self._verbs(room)
        return Content.assemble(
            left, " " * max(0, self.size.width - left.cell_length - right.cell_length), right
        )

    def _room_beside(self, right: Content) -> int:
        return self.size.width - right.cell_length - (2 if right.cell_length else 0)

    def _right(self, *, balance: bool) -> Content:
        parts: list[Content | tuple[str, str] | str] = []
        if self._streaming:
            parts += [("●", "$good"), (f" {self._streaming} streaming", "$dim")]
        if balance and not self._told_beside():
            left = balance_text(self._account, self._now(), max(_BALANCE, self.size.width // 2))
            parts += [" " if parts else "", left]
        if self._demo:
            parts += ["  " if parts else "", ("DEMO", "bold $warn")]
        return Content.assemble(*parts)

    def _said(self, room: int) -> Content:
        colour = _COLOURS[self._severity]
        text = self.notice
        if cell_len(text) > room - 2:
            text = fit(text, room - 2)
        return Content.assemble((f"{_GLYPHS[self._severity]} ", colour), (text, "$text"))

    def _verbs(self, room: int) -> Content:
        shown = Content("")
        for key, verb in self._keys:
            gap = "   " if shown.cell_length else ""
            longer = Content.assemble(shown, gap, (key, "bold $text"), (f" {verb}", "$dim"))
            if longer.cell_length > room:
                break
            shown = longer
        return shown
