"""What every test gets: directories of its own, no key, no keyring, and the demo on request."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from hypothesis import settings

from tests.demo_fixture import demo, running_demo

__all__ = ["demo", "running_demo"]

# A run says of a commit what the last one said; `make fuzz` is where new examples are looked for.
settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.load_profile("repeatable")

LEFT_OUT = (
    "DISPLAY",
    "NO_COLOR",
    "POE_ACCESS_KEY",
    "POE_API_KEY",
    "POE_TUI_BASE_URL",
    "POE_TUI_UPLOAD_URL",
    "TMUX",
    "WAYLAND_DISPLAY",
)


def pytest_collection_finish() -> None:
    """Keep the garbage collector off what stays: a fifth of all time went into looking at it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 50)


@pytest.fixture(autouse=True)
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep this test away from directories, key, keyring and clipboard of whoever runs it."""
    for name in LEFT_OUT:
        monkeypatch.delenv(name, raising=False)
    for kind in ("data", "config", "cache"):
        monkeypatch.setenv(f"POE_TUI_{kind.upper()}_DIR", str(tmp_path / "user" / kind))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
