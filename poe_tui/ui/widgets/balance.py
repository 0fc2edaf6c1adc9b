"""The points that are left, wherever there is room for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from textual.content import Content
from textual.widget import Widget

from poe_tui.ui.account import Account
from poe_tui.ui.figures import age, grouped, of_total


def balance_text(account: Account, now: datetime, room: int) -> Content:
    """Return the points that are left, and those of today, behind a blank, in `room` cells.

    `—` is unknown. What Poe could not be asked about again is dim, with its age.
    """
    points = "—" if account.points is None else grouped(account.points)
    shown = Content.assemble(
        (f" {points}", "$dim" if account.stale else "bold $text"),
        (" pt" if account.points == 1 else " pts", "$dim"),
    )
    parts = []
    if account.stale and account.asked is not None:
        parts.append(f"  {age(account.asked, now)} old".replace("now old", "just now"))
    if account.today is not None and account.today.replies:
        parts.append(f"   today {of_total(account.today)}")
    for part in parts:
        if shown.cell_length + len(part) <= room:
            shown = Content.assemble(shown, (part, "$faint" if "today" in part else "$dim"))
    return shown


class Balance(Widget):
    """The points that are left, and those spent today; both dim with their age when it is old."""

    DEFAULT_CSS = """
    Balance { height: 1; }
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self.account = Account()

    def show(self, account: Account) -> None:
        """Show an account."""
        self.account = account
        self.refresh()

    def render(self) -> Content:
        return balance_text(self.account, self._now(), self.size.width)
