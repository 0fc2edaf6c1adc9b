"""What the tests of the transcript share."""

from __future__ import annotations

import pytest

from poe_tui.ui import clipboard


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was copied, in order; nothing reaches the machine's clipboard."""
    texts: list[str] = []

    async def copy(_app: object, text: str) -> str:
        texts.append(text)
        return "to the clipboard"

    monkeypatch.setattr(clipboard, "copy", copy)
    return texts
