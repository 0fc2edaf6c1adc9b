"""A one-line app for a screen under test, in the colours of the real one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from poe_tui.ui.palette import Palette
from poe_tui.ui.themes import load_themes, textual_theme, theme_variables

Result = TypeVar("Result")


class Host(App[None], Generic[Result]):
    """Opens one screen and keeps what it is closed with in `results`."""

    def __init__(self, screen: Screen[Result], *, theme: str = "night") -> None:
        self.palette: Palette = load_themes()[0][theme]
        super().__init__()
        self.opened = screen
        self.results: list[Result | None] = []
        self.register_theme(textual_theme(self.palette))
        self.theme = theme

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return theme_variables(self.palette)

    async def on_mount(self) -> None:
        await self.push_screen(self.opened, self.results.append)


async def wait_until(pilot: Pilot[Any], true: Callable[[], bool], *, turns: int = 200) -> None:
    """Let the app work until `true()`; fails when it has not come after `turns` turns."""
    for _ in range(turns):
        if true():
            return
        await pilot.pause(0.01)
    raise AssertionError("it did not happen")


def screen_text(app: App[Any]) -> str:
    """Return what is on the screen as lines of text."""
    return "\n".join(
        "".join(segment.text for segment in strip).rstrip()
        for strip in app.screen._compositor.render_strips()
    )
