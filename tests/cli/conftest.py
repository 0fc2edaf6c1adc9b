"""A shell for each test, beside the demo service in Poe's place."""

from __future__ import annotations

import pytest

from poe_tui.demo.service import DemoService
from tests.cli.shell import Shell


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Shell:
    """poe-tui without a key, with nothing to speak to."""
    monkeypatch.setenv("POE_TUI_BASE_URL", "http://127.0.0.1:9")
    return Shell(monkeypatch, capfd)


@pytest.fixture
def poe(shell: Shell, demo: DemoService, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """poe-tui of a user with a key, speaking to the demo service as if it were Poe."""
    monkeypatch.setenv("POE_TUI_BASE_URL", demo.base)
    monkeypatch.setenv("POE_TUI_UPLOAD_URL", demo.upload)
    monkeypatch.setenv("POE_API_KEY", demo.key)
    return shell
