"""What a prompt would cost before it is sent, and an answer before it is asked for again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from textual.content import Content
from textual.timer import Timer

from poe_tui.chat.budget import Verdict
from poe_tui.chat.estimate import Weight, weigh
from poe_tui.chat.events import Turn
from poe_tui.chat.typed import Prompt
from poe_tui.ui.figures import counted, points
from poe_tui.ui.transcript.rest import Rest
from poe_tui.ui.widgets.writing import Writing

PAUSE: Final = 0.25
"""Seconds after the last key until the price is told: a guess that flickers helps nobody."""


class PriceTag:
    """Tells in the composer's border what the prompt in it would cost.

    A moment after the last key, and nothing while it is unknown.
    """

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


class PriceAgain:
    """Knows what asking again would cost, for the answer that the reader's cursor rests on.

    `changed` is called when `price` is another. A key that moves the cursor costs a look at the
    clock: what was said before is weighed when it has rested.
    """

    def __init__(self, pane: Writing, changed: Callable[[], object]) -> None:
        self.price = ""
        """`≈ 12 pts`; empty while it is unknown."""
        self._pane = pane
        self._changed = changed
        self._moved = 0.0
        self._rest: Rest | None = None
        self._weighed: tuple[object, ...] = ()
        self._weight = Weight()

    def soon(self) -> None:
        """Find it out when the cursor has rested for a moment; until then it is unknown."""
        self._moved = time.monotonic()
        if self._rest is None:
            self._rest = Rest(
                self._pane, self._find_out, busy=self._is_moving, after=lambda _more: None
            )
        self._rest.soon()
        self._tell("")

    def _is_moving(self) -> bool:
        return time.monotonic() - self._moved < PAUSE

    def _find_out(self) -> bool:
        verdict = self._verdict() if self._pane.transcript.has_focus else None
        self._tell(price_of(verdict).plain)
        return False

    def _tell(self, price: str) -> None:
        if price != self.price:
            self.price = price
            self._changed()

    def _verdict(self) -> Verdict | None:
        conversation, transcript = self._pane.chats.current, self._pane.transcript
        index = transcript.asked_again
        message = None if index is None else transcript.message_at(index)
        if message is None or message.streaming:
            return None
        key = (conversation.id, conversation.updated, conversation.head, message.id)
        try:
            if key != self._weighed:
                self._weight = self._pane.chats.weigh_again(conversation, message.id)
                self._weighed = key
        except (KeyError, ValueError):
            return None  # it can't be asked for again
        return self._pane.chats.foresee(message.bot or conversation.bot, self._weight)


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
