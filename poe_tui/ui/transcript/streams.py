"""Answers that are coming in, drawn at most thirty times a second and never for long."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from textual.timer import Timer

from poe_tui.chat.message import Message
from poe_tui.chat.turn import Change
from poe_tui.markdown.warm import warm_up
from poe_tui.ui.transcript.canvas import Canvas
from poe_tui.ui.transcript.column import Column
from poe_tui.ui.transcript.facts import SPINNER_RATE
from poe_tui.ui.transcript.growing import Growing

FRAME: Final = 1 / 30
"""Seconds from one flush to the next at least."""

BUDGET: Final = 0.006
"""Seconds of rendering in one flush, for all answers together."""

PAUSE: Final = 0.003
"""Seconds from one flush to the next while there is more than one flush can do."""

SHARE: Final = 4
"""After a flush of t seconds the loop is left alone for at least 4 t."""


_ALL: Final = 1 << 30


class Streams:
    """Feeds the live documents of a canvas and draws what changed, and nothing else."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._timer: asyncio.TimerHandle | None = None
        self._spinner: Timer | None = None
        self._next = 0.0
        self._draw_at = 0.0
        self._turning = False
        self._dirty: dict[str, int] = {}
        self._grew = False

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
            # The bot takes its time before the first word.
            warm_up()
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
        self._flush_soon()
        self.watch()

    def watch(self) -> None:
        """Keep spinners turning and text coming for the answers of the canvas's column."""
        column = self._canvas.column
        if column is not None and any(g.document.pending for g in column.live.values()):
            self._flush_soon()
        if not self._turning:
            self._turning = True
            if self._spinner is None:
                self._spinner = self._canvas.set_interval(1 / SPINNER_RATE, self._tick)
            self._spinner.resume()

    def _flush_soon(self) -> None:
        if self._timer is None:
            # Not by Textual's timer: one so short is dropped, and the answer with it, if the
            # process is held up for that long while the timer starts.
            delay = max(0.001, self._next - time.perf_counter())
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(delay, self._canvas.call_next, self._flush)

    def _flush(self) -> None:
        """Render for BUDGET seconds; draw what has changed once a frame."""
        self._timer = None
        column = self._canvas.column
        if column is None:
            return
        began = time.perf_counter()
        busy = [(k, g) for k, g in column.live.items() if g.document.pending or g.ended]
        for key, growing in busy:
            self._advance(column, key, growing, BUDGET / len(busy))
        behind = any(growing.document.pending for growing in column.live.values())
        if not behind or began >= self._draw_at:
            self._draw(column)
            self._draw_at = time.perf_counter() + FRAME
        now = time.perf_counter()
        self._next = now + (PAUSE if behind else max(FRAME, SHARE * (now - began)))
        if behind:
            self._flush_soon()

    def _draw(self, column: Column) -> None:
        if self._grew:
            self._canvas.refit()
        for key, first in self._dirty.items():
            index = column.index_of(key)
            if index is not None:
                # What follows a message that grew has moved down as well.
                self._canvas.repaint_entry(index, first, last=_ALL if self._grew else None)
        self._dirty.clear()
        self._grew = False

    def _advance(self, column: Column, key: str, growing: Growing, budget: float) -> None:
        """Render some of what is pending, and note which rows are to be drawn again."""
        entry = column.kept(key)
        if entry is None:
            return
        cursor_row = entry.body_height
        first = growing.document.flush(budget, final=growing.ended)
        caught_up = growing.behind and not growing.document.pending
        growing.behind = growing.behind and not caught_up
        if growing.ended and not growing.document.pending:
            growing.document.finish()
            del column.live[key]
            grew = column.grown(key, whole=True) != 0
            column.remake(key)
            self._canvas.rewrapped(key)
            first = -1
        elif first is None:
            return
        else:
            grew = column.grown(key, whole=first == 0) != 0
            if first == 0 or caught_up:
                self._canvas.rewrapped(key)
            if entry.body.folded:
                first = 0
        self._grew = self._grew or grew
        # The block cursor stood on what was the last row.
        self._dirty[key] = min(first + 1, cursor_row, self._dirty.get(key, cursor_row))

    def _tick(self) -> None:
        column = self._canvas.column
        keys = list(column.live) if column is not None else []
        turning = False
        for key in keys:
            index = column.tick(key) if column is not None else None
            if index is not None:
                turning = True
                self._canvas.repaint_entry(index, 0, 2)
        if not turning and self._spinner is not None:
            self._turning = False
            self._spinner.pause()
