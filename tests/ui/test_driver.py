"""How the terminal is read."""

from __future__ import annotations

import selectors
from typing import Any

import pytest

from poe_tui.ui.driver import BRISK, _Brisk


def test_after_something_has_come_the_wait_for_more_is_brief_until_nothing_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float | None] = []
    coming: list[list[Any]] = [[], [("key", 1)], [("key", 1)], [], []]

    def select(_self: object, timeout: float | None = None) -> list[Any]:
        waits.append(timeout)
        return coming[len(waits) - 1]

    monkeypatch.setattr(selectors.SelectSelector, "select", select)
    selector = _Brisk()
    for _ in coming:
        selector.select(0.1)
    selector.close()
    assert waits == [0.1, 0.1, BRISK, BRISK, 0.1]
