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
        tried = settings(
            max_examples=300 if seconds else 60,
            derandomize=not seconds,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )(test)
        end = time.monotonic() + seconds
        tried()
        while time.monotonic() < end:
            tried()

    return run
