"""The last line: what is said there is said whole."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from poe_tui.ui.themes import builtin_themes, load_theme, textual_theme
from poe_tui.ui.widgets.status_bar import StatusBar

LONG = (
    "Lisbon.json could not be read: it was written by a newer version, in format 7. "
    "It is untouched; install the newest poe-tui, and open it again."
)


class Bar(App[None]):
    """A status bar under something."""

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static("above", id="above")
            yield StatusBar(demo=True)

    def on_mount(self) -> None:
        self.register_theme(textual_theme(load_theme(builtin_themes() / "night.toml")))
        self.theme = "night"
        self.query_one("#above").styles.height = "1fr"


def shown(app: Bar) -> list[str]:
    """Return the rows of the bar."""
    bar = app.query_one(StatusBar)
    return [bar.render_line(y).text for y in range(bar.size.height)]


@pytest.mark.parametrize("width", [40, 64, 120, 250])
async def test_a_long_notice_is_said_whole_at_any_width(width: int) -> None:
    app = Bar()
    async with app.run_test(size=(width, 20)) as pilot:
        app.query_one(StatusBar).say(LONG, "warning")
        await pilot.pause()
        said = " ".join(" ".join(shown(app)).replace("DEMO", "").split())
        assert said == f"⚠ {LONG}"
        app.query_one(StatusBar).clear()
        await pilot.pause()
        assert len(shown(app)) == 1


async def test_a_notice_is_broken_anew_when_the_width_changes() -> None:
    app = Bar()
    async with app.run_test(size=(200, 20)) as pilot:
        app.query_one(StatusBar).say(LONG)
        await pilot.pause()
        assert len(shown(app)) == 1
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert "open it again." in "".join(shown(app))


async def test_a_notice_takes_half_of_a_small_screen_at_most_and_says_that_it_goes_on() -> None:
    app = Bar()
    async with app.run_test(size=(20, 5)) as pilot:
        app.query_one(StatusBar).say(LONG)
        await pilot.pause()
        assert len(shown(app)) == 2
        assert "…" in shown(app)[-1]
