"""How long to search for texts that break the renderer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

import pytest
from hypothesis import HealthCheck, settings


class Fuzz(Protocol):
    """Runs a hypothesis test for as long as it was asked to."""

    def __call__(self, test: Callable[[], None], examples: int = 60) -> None: ...


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --fuzz-seconds."""
    parser.addoption(
        "--fuzz-seconds",
        type=float,
        default=0.0,
        help="seconds each fuzz test goes on; 0 (the default) tries a few examples only",
    )


@pytest.fixture
def fuzz(request: pytest.FixtureRequest) -> Fuzz:
    """Return what runs a hypothesis test once, or again and again for the time that was asked.

    `examples` are tried when no time was asked, and five times as many in one go when it was.
    """
    seconds = float(request.config.getoption("--fuzz-seconds"))

    def run(test: Callable[[], None], examples: int = 60) -> None:
        tried = settings(
            max_examples=5 * examples if seconds else examples,
            derandomize=not seconds,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )(test)
        end = time.monotonic() + seconds
        tried()
        while time.monotonic() < end:
            tried()

    return run
