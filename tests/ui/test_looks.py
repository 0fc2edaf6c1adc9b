"""How it looks: snapshots at fixed sizes, with the clock stopped and the cursor still."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from poe_tui.keys import KeyChain
from poe_tui.ui.screens.onboarding import Onboarding
from tests.scenes import scene, settle
from tests.ui.desk import Desk, services, wait_until

SMALL, LARGE = (80, 24), (120, 40)


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def told_by_the_loop() -> None:
    """Let pilots wait by the clock: what is compared is a screen that was looked at for a while."""


def after(desk: Desk, *keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Return what brings the screen to rest, then presses `keys`."""

    async def prepare(pilot: Pilot[Any]) -> None:
        await settle(desk, pilot)
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        await pilot.pause(0.3)
        for written in pilot.app.screen.query(Input):
            written.cursor_blink = False
        await pilot.pause()

    return prepare


@pytest.mark.parametrize(
    ("conversation", "theme", "size", "keys"),
    [
        pytest.param("borrow", "night", LARGE, (), id="night-large"),
        pytest.param("borrow", "night", SMALL, (), id="night-small"),
        pytest.param("borrow", "day", LARGE, (), id="day-large"),
        pytest.param("lisbon", "night", LARGE, (), id="states-large"),
        pytest.param("lisbon", "day", SMALL, (), id="states-small"),
        pytest.param("borrow", "night", LARGE, ("ctrl+o", "s", "o", "n"), id="picker-large"),
        pytest.param("borrow", "day", SMALL, ("ctrl+o",), id="picker-small"),
        pytest.param(
            "borrow",
            "night",
            LARGE,
            ("ctrl+o", "tab", *"8000", "down", "right", "right"),
            id="parameters-large",
        ),
        pytest.param("borrow", "night", LARGE, ("slash", *"context", "enter"), id="context-large"),
        pytest.param("borrow", "day", SMALL, ("slash", *"context", "enter"), id="context-small"),
        pytest.param("borrow", "night", SMALL, ("f1",), id="help-small"),
        pytest.param("borrow", "night", LARGE, ("ctrl+p",), id="commands-large"),
        pytest.param("borrow", "night", LARGE, ("ctrl+f", *"rust"), id="find-large"),
    ],
)
def test_the_main_screen_and_what_opens_over_it(
    snap_compare: Callable[..., bool],
    conversation: str,
    theme: str,
    size: tuple[int, int],
    keys: tuple[str, ...],
) -> None:
    desk = scene(conversation, theme=theme)
    assert snap_compare(desk.app, terminal_size=size, run_before=after(desk, *keys))


def test_a_newcomer_without_a_key(snap_compare: Callable[..., bool]) -> None:
    desk = Desk(services(keys=KeyChain(Path("nowhere"), use_keyring=False)))

    async def prepare(pilot: Pilot[Any]) -> None:
        await wait_until(pilot, lambda: isinstance(desk.app.screen, Onboarding))
        await pilot.pause(0.3)
        for written in pilot.app.screen.query(Input):
            written.cursor_blink = False
        await pilot.pause()

    assert snap_compare(desk.app, terminal_size=SMALL, run_before=prepare)
