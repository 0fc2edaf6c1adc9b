"""A pilot waits for what an app is about to do."""

from __future__ import annotations

import asyncio
import threading

from tests.ui.transcript.stage import Stage


async def test_what_a_timer_and_what_was_called_by_it_are_about_to_do_is_waited_for() -> None:
    app, done = Stage(), list[str]()
    async with app.run_test() as pilot:
        app.set_timer(0.01, lambda: app.call_after_refresh(done.append, "done"))
        await pilot.pause()
        assert done == ["done"]


async def test_a_thread_that_works_for_the_app_is_waited_for() -> None:
    app, may_end, done = Stage(), threading.Event(), list[bool]()
    async with app.run_test() as pilot:

        async def work() -> None:
            done.append(await asyncio.to_thread(may_end.wait, 10))

        app.run_worker(work())
        app.set_timer(0.01, may_end.set)
        await pilot.pause()
        assert done == [True]
