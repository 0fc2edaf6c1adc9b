"""What the prompt in the composer would cost, in the composer's border."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.timer import Timer

from poe_tui.chat.budget import Verdict
from poe_tui.chat.estimate import Weight, weigh
from poe_tui.chat.events import Turn
from poe_tui.chat.typed import Prompt
from poe_tui.ui.figures import counted, points
from poe_tui.ui.widgets.writing import Writing

PAUSE: Final = 0.25
"""Seconds after the last key until the price is told: a guess that flickers helps nobody."""


class PriceTag:
    """Tells it a moment after the last key, and nothing while it is unknown."""

    def __init__(self, pane: Writing) -> None:
        self._pane = pane
        self._timer: Timer | None = None
        self._weighed: tuple[object, ...] = ()
        self._weight = Weight()

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
        conversation, edit = pane.chats.current, pane.editing
        files = pane.composer.files.attachments
        meant = pane.meant(pane.composer.text) if pane.composer.text.strip() else Prompt("")
        if not isinstance(meant, Prompt):
            return None
        edited = edit.target if edit is not None and not edit.queued else ""
        try:
            bot = pane.aimed(meant)
            if bot is None and edited:
                bot = conversation.messages[edited].bot
            # What was said before is long, and is weighed only when it has changed.
            key = (conversation.id, conversation.updated, conversation.head, bot, edited)
            if key != self._weighed:
                self._weight = pane.chats.weigh(conversation, bot, edited=edited)
                self._weighed = key
        except (KeyError, ValueError):
            return None  # what is being edited has gone meanwhile
        own = weigh([Turn(role="user", text=meant.text, attachments=tuple(files))])
        return pane.chats.foresee(bot or conversation.bot, self._weight + own)


def price_of(verdict: Verdict | None) -> Content:
    """Return what is said of a price: in the colour of a warning when there will be a question.

    Files that nobody knows the price of are named beside it: `≈ 12 pts + 1 file`.
    """
    if verdict is None:
        return Content("")
    expected, price = verdict.estimate, ""
    if expected is not None:
        price = points(expected.points, exact=False)
        price += f" + {counted(expected.uncounted, 'file')}" * bool(expected.uncounted)
    if verdict.kind == "refused":
        return Content.styled(" · ".join(filter(None, (price, "over your cap"))), "$bad")
    return Content.styled(price, "$warn" if verdict.kind == "confirm" else "$dim")
