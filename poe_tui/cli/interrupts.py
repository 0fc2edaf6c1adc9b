"""Ctrl-C, a closed terminal and `kill` while a reply comes: it is stopped, not lost."""

from __future__ import annotations

import asyncio
import signal
from types import TracebackType
from typing import Any, Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """While entered, a signal cancels `task`. A second one does what it always does: ends us."""

    def __init__(self, task: asyncio.Task[Any]) -> None:
        self._task = task
        self.caught: signal.Signals | None = None
        self._heeded: list[signal.Signals] = []

    @property
    def exit_code(self) -> int:
        """128 and the number of the signal, as shells have it; 130 for Ctrl-C, and for none."""
        return 128 + (self.caught or signal.SIGINT)

    def __enter__(self) -> Interrupts:
        loop = asyncio.get_running_loop()
        # nohup, and shells for their background jobs, want some of them ignored.
        self._heeded = [n for n in _SIGNALS if signal.getsignal(n) is not signal.SIG_IGN]
        for number in self._heeded:
            loop.add_signal_handler(number, self._catch, number)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._release()

    def _catch(self, number: signal.Signals) -> None:
        self.caught = number
        self._release()
        self._task.cancel()

    def _release(self) -> None:
        loop = asyncio.get_running_loop()
        for number in self._heeded:
            loop.remove_signal_handler(number)
        self._heeded = []
