"""How long to search for texts that break the renderer."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --fuzz-seconds."""
    parser.addoption(
        "--fuzz-seconds",
        type=float,
        default=0.0,
        help="seconds each fuzz test goes on; 0 (the default) tries a few examples only",
    )


@pytest.fixture
def fuzz(request: pytest.FixtureRequest) -> Callable[[Callable[[], None]], None]:
    """Return what runs a hypothesis test once, or again and again for the time that was asked."""
    seconds = float(request.config.getoption("--fuzz-seconds"))

    def run(test: Callable[[], None]) -> None:
        if not seconds:
            test()
            return
        longer = settings(
            max_examples=500,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            longer(test)()

    return run
