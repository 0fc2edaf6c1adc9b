"""When an app under test has come to rest: what its event loop knows of that, instead of a clock.

Textual's pilot waits after each key until the process has used next to no processor time for 20 ms,
twice; that was half of the time that all tests took. Most often the loop can tell at once that
nothing is to come: no callback is ready, no timer is due, the screen is painted, no thread is at
work for it and no socket is open.
"""

from __future__ import annotations

import asyncio
import inspect
import math
import time

import pytest
from textual.timer import Timer

WINDOW = 0.02
"""Seconds: timers that are due within it are waited for, and so long must a process be idle."""

BUSY = 0.001
"""Seconds of processor time within a window, with which a process is not idle."""

STEP = 0.004
"""Seconds between two looks at threads."""

LOOKS = 50
"""So often it is looked at least: on a busy machine, time goes by in which nothing was done."""


async def rest(_at_least: float = 0, at_most: float = 1.0) -> None:
    """Wait until the app has done what there is to do, and has painted its screen.

    Threads that work for the loop are waited for, for `at_most` seconds. What a socket will bring
    can't be known: while one is open, this waits until the process has been idle for a window. What
    is done again and again is not waited for, but for the painting: a test that needs that waits
    for what it brings.
    """
    loop = asyncio.get_running_loop()
    end, looks = loop.time() + at_most, 0
    while (now := loop.time()) < end or looks < LOOKS:
        looks += 1
        await asyncio.sleep(0)
        if loop._ready:  # type: ignore[attr-defined]
            continue
        if (due := _next_timer(loop)) < now + WINDOW:
            await asyncio.sleep(max(due - now, 0))
        elif _has_threads_at_work(loop):
            await asyncio.sleep(STEP)
        elif len(loop._selector.get_map()) == 1:  # type: ignore[attr-defined]  # its own waker
            return
        else:
            used = time.process_time()
            await asyncio.sleep(WINDOW)
            if time.process_time() - used < BUSY:
                return


def _next_timer(loop: asyncio.AbstractEventLoop) -> float:
    """Return when the next timer is due that is waited for, in the loop's own time."""
    handles = loop._scheduled  # type: ignore[attr-defined]
    return min((each.when() for each in handles if _is_waited_for(each)), default=math.inf)


def _is_waited_for(handle: asyncio.TimerHandle) -> bool:
    if handle.cancelled():
        return False
    timer = _timer_of(handle)
    if timer is None or timer._repeat is not None:
        return True
    return timer.name == "screen_update" and timer._active.is_set()


def _timer_of(handle: asyncio.TimerHandle) -> Timer | None:
    """Return the timer of Textual that the handle wakes; None when it wakes anything else."""
    for future in handle._args or ():
        for waiting, _ in getattr(future, "_callbacks", None) or ():
            task = getattr(waiting, "__self__", None)
            if isinstance(task, asyncio.Task) and inspect.iscoroutine(coro := task.get_coro()):
                timer = inspect.getcoroutinelocals(coro).get("self")
                return timer if isinstance(timer, Timer) else None
    return None


def _has_threads_at_work(loop: asyncio.AbstractEventLoop) -> bool:
    executor = loop._default_executor  # type: ignore[attr-defined]
    return executor is not None and len(executor._threads) > executor._idle_semaphore._value


@pytest.fixture(autouse=True)
def told_by_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pilots wait until the app is at rest, and no longer."""
    for module in ("app", "pilot"):
        monkeypatch.setattr(f"textual.{module}.wait_for_idle", rest)
