"""The demo service for tests: one server a test process, as good as new for each test."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

import pytest

from poe_tui.demo.service import DemoService


@pytest.fixture(scope="session")
def running_demo() -> Iterator[DemoService]:
    """The service itself, started at first use. Ask for `demo` instead."""
    with DemoService(pace=0, controls=True) as service:
        yield service


@pytest.fixture
def demo(running_demo: DemoService) -> DemoService:
    """A demo service on loopback with no requests seen, nothing spent and all knobs at rest.

    Its bots do not pause, save where a prompt asks for it: `--delay 0.05` in the text, or the
    parameter `delay`, in seconds between two pieces. `demo.base`, `demo.upload` and `demo.key` are
    what a client needs; `demo.requests("/bot/Echo")` is what it sent.
    """
    running_demo.reset()
    return running_demo


async def eventually(condition: Callable[[], object], *, within: float = 10.0) -> None:
    """Wait on the event loop until `condition()` is true; fail after `within` seconds."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"still not true after {within} s"
        await asyncio.sleep(0.005)
