"""What the prompt in the composer would cost, in the composer's border."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.timer import Timer

from poe_tui.chat.budget import Verdict
from poe_tui.chat.typed import Prompt
from poe_tui.ui.figures import grouped
from poe_tui.ui.widgets.writing import Writing

PAUSE: Final = 0.25
"""Seconds after the last key until the price is told: a guess that flickers helps nobody."""


class PriceTag:
    """Tells it a moment after the last key, and nothing while it is unknown."""

    def __init__(self, pane: Writing) -> None:
        self._pane = pane
        self._timer: Timer | None = None
        self._weighed: tuple[object, ...] = ()
        self._weight = 0

    def soon(self) -> None:
        """Tell the price anew when nothing has been typed for a moment."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._pane.set_timer(PAUSE, self._show)

    def _show(self) -> None:
        self._pane.composer.show_price(price_of(self._verdict()))

    def _verdict(self) -> Verdict | None:
        """Return what the caps say to the prompt as it stands; None when it is none."""
        pane = self._pane
        meant = pane.meant(pane.composer.text)
        if pane.editing is not None or not isinstance(meant, Prompt):
            return None
        conversation = pane.chats.current
        bot = meant.bot or conversation.bot
        # What was said before is long, and is weighed only when it has changed.
        key = (conversation.id, conversation.updated, conversation.head, bot)
        if key != self._weighed:
            self._weighed, self._weight = key, pane.chats.weigh(conversation, meant.bot)
        return pane.chats.foresee(bot, self._weight + len(meant.text))


def price_of(verdict: Verdict | None) -> Content:
    """Return what is said of a price: in the colour of a warning when there will be a question."""
    if verdict is None:
        return Content("")
    price = "" if verdict.estimate is None else f"≈ {grouped(verdict.estimate.points)} pts"
    if verdict.kind == "refused":
        return Content.styled(" · ".join(filter(None, (price, "over your cap"))), "$bad")
    return Content.styled(price, "$warn" if verdict.kind == "confirm" else "$dim")
