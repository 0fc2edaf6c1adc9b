"""Answers that are coming in, drawn at most thirty times a second and never for long."""

from __future__ import annotations

import time
from typing import Final

from textual.timer import Timer

from poe_tui.chat.message import Message
from poe_tui.chat.turn import Change
from poe_tui.ui.transcript.canvas import Canvas
from poe_tui.ui.transcript.facts import SPINNER_RATE
from poe_tui.ui.transcript.growing import Growing

FRAME: Final = 1 / 30
"""Seconds from one flush to the next at least."""

BUDGET: Final = 0.006
"""Seconds of rendering in one flush, for all answers together."""

SHARE: Final = 4
"""After a flush of t seconds the loop is left alone for at least 4 t."""


class Streams:
    """Feeds the live documents of a canvas and draws what changed, and nothing else."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._timer: Timer | None = None
        self._spinner: Timer | None = None
        self._next = 0.0

    def changed(self, message: Message, change: Change) -> bool:
        """Take in a change; return False when the message is not on the branch on screen."""
        column = self._canvas.column
        index = None if column is None else column.index_of(message.id)
        if column is None or index is None:
            return False
        growing = column.live.get(message.id)
        if growing is not None:
            self._take(growing, message, change)
        if change in ("finished", "suggestion", "file"):
            column.remake(message.id)
            self._canvas.refit()
            self._canvas.repaint_entry(index)
        elif change == "started":
            self.watch()
        self._flush_soon()
        return True

    @staticmethod
    def _take(growing: Growing, message: Message, change: Change) -> None:
        if change == "replaced":
            growing.replace(message.text)
        elif change == "silent":
            growing.go_silent()
        elif change in ("text", "finished"):
            growing.take(message.text)
        growing.ended = not message.streaming

    def resume(self) -> None:
        """Go on with whatever is still coming in the canvas's column, which may be a new one."""
        column = self._canvas.column
        if column is None or not column.live:
            return
        for key, growing in column.live.items():
            index = column.index_of(key)
            message = None if index is None else column.message(index)
            growing.ended = message is None or not message.streaming
            if message is not None:
                growing.take(message.text)
        self.watch()

    def watch(self) -> None:
        """Keep spinners turning and text coming for the answers of the canvas's column."""
        if self._spinner is None:
            self._spinner = self._canvas.set_interval(1 / SPINNER_RATE, self._tick)
        self._spinner.resume()
        self._flush_soon()

    def _flush_soon(self) -> None:
        if self._timer is None:
            delay = max(0.001, self._next - time.perf_counter())
            self._timer = self._canvas.set_timer(delay, self._flush)

    def _flush(self) -> None:
        self._timer = None
        column = self._canvas.column
        if column is None:
            return
        began = time.perf_counter()
        busy = [(k, g) for k, g in column.live.items() if g.document.pending or g.ended]
        dirty: list[tuple[str, int]] = []
        grew = False
        for key, growing in busy:
            first, rows = self._advance(key, growing, BUDGET / len(busy))
            grew = grew or rows != 0
            if first is not None:
                dirty.append((key, first))
        if grew:
            self._canvas.refit()
        for key, first in dirty:
            index = column.index_of(key)
            if index is not None:
                # What follows a message that grew has moved down as well.
                self._canvas.repaint_entry(index, first, last=1 << 30 if grew else None)
        took = time.perf_counter() - began
        self._next = began + took + max(FRAME - took, SHARE * took)
        if any(growing.document.pending for growing in column.live.values()):
            self._flush_soon()

    def _advance(self, key: str, growing: Growing, budget: float) -> tuple[int | None, int]:
        """Render some of what is pending; return the first changed row of the entry and its growth.

        The row is None when nothing has changed.
        """
        column = self._canvas.column
        assert column is not None
        entry = column.kept(key)
        if entry is None:
            return None, 0
        cursor_row = entry.body_height
        first = growing.document.flush(budget)
        if growing.ended and not growing.document.pending:
            growing.document.finish()
            del column.live[key]
            rows = column.grown(key, whole=True)
            column.remake(key)
            return 0, rows
        if first is None:
            return None, 0
        rows = column.grown(key, whole=first == 0)
        # The block cursor stood on what was the last row.
        return min(first + 1, cursor_row), rows

    def _tick(self) -> None:
        column = self._canvas.column
        keys = list(column.live) if column is not None else []
        turning = False
        for key in keys:
            index = column.tick(key) if column is not None else None
            if index is not None:
                turning = True
                self._canvas.repaint_entry(index, 0, 1)
        if not turning and self._spinner is not None:
            self._spinner.pause()
