"""The command palette."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from poe_tui.ui.offers import Offer, offers
from poe_tui.ui.screens.command_picker import CommandPicker, OfferRows
from poe_tui.ui.themes import load_themes, textual_theme, theme_variables
from tests.ui.screens.host import screen_text, wait_until


class Reading(Widget, can_focus=True):
    """Stands for the transcript."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy_message", "Copy", id="transcript.copy_message"),
        Binding("x", "exclude", "Leave out", id="transcript.exclude"),
    ]
    done: ClassVar[list[str]] = []

    def action_copy_message(self) -> None:
        self.done.append("copy_message")

    def action_exclude(self) -> None:
        self.done.append("exclude")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "exclude"


class Main(Screen[None]):
    """Stands for the main screen."""

    def compose(self) -> ComposeResult:
        yield Reading()

    def action_new_conversation(self) -> None:
        Reading.done.append("new_conversation")

    def action_rename_conversation(self) -> None:
        Reading.done.append("rename_conversation")


class Palettes(App[None]):
    """An app with a few of the actions, and our themes."""

    def __init__(self, keymap: dict[str, str] | None = None) -> None:
        super().__init__()
        self.keymap = keymap or {}
        for palette in load_themes()[0].values():
            self.register_theme(textual_theme(palette))
        self.theme = "night"
        Reading.done.clear()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return theme_variables(load_themes()[0]["night"])

    async def on_mount(self) -> None:
        await self.push_screen(main := Main())
        await self.push_screen(CommandPicker(list(offers(main, self.keymap))), self._do)

    async def _do(self, offer: Offer | None) -> None:
        if offer is not None:
            await offer.do()


def titles(pilot: Pilot[Any]) -> list[str]:
    """Return what is offered."""
    rows = pilot.app.screen.query_one(OfferRows)
    return [rows.row_key(index) for index in range(rows.row_count())]


async def test_only_what_can_be_done_now_is_offered_and_every_other_theme() -> None:
    async with Palettes().run_test() as pilot:
        offered = titles(pilot)
        assert offered[0] == "New conversation"
        assert "Copy the message" in offered
        assert "Leave out of what is sent" not in offered
        assert "Switch bot" not in offered
        assert [title for title in offered if title.startswith("Theme")] == ["Theme: day"]


@pytest.mark.parametrize(
    ("typed", "done"),
    [
        ("copy mess", "copy_message"),
        ("new conv", "new_conversation"),
        ("rename", "rename_conversation"),
    ],
)
async def test_what_is_chosen_is_done_where_it_belongs(typed: str, done: str) -> None:
    async with Palettes().run_test() as pilot:
        await pilot.press(*typed, "enter")
        await wait_until(pilot, lambda: Reading.done == [done])


async def test_a_theme_is_changed_at_once() -> None:
    app = Palettes()
    async with app.run_test() as pilot:
        await pilot.press(*"day", "enter")
        await wait_until(pilot, lambda: app.theme == "day")


async def test_each_action_shows_the_key_it_has_now() -> None:
    app = Palettes({"conversation.new": "ctrl+t"})
    async with app.run_test(size=(120, 38)) as pilot:
        await pilot.pause()
        line = next(line for line in screen_text(app).splitlines() if "New conversation" in line)
        assert line.rstrip(" │").endswith("ctrl+t")


async def test_letters_that_happen_to_be_there_are_not_offered_beside_a_real_match() -> None:
    async with Palettes().run_test() as pilot:
        await pilot.press(*"copy")
        assert titles(pilot) == ["Copy the message"]


async def test_the_highlight_moves_over_all_that_is_offered() -> None:
    async with Palettes().run_test() as pilot:
        steps = titles(pilot).index("Copy the message")
        await pilot.press(*["down"] * steps, "enter")
        await wait_until(pilot, lambda: Reading.done == ["copy_message"])


async def test_what_is_highlighted_is_described() -> None:
    app = Palettes()
    async with app.run_test(size=(120, 38)) as pilot:
        await pilot.press(*"copy")
        await pilot.pause()
        assert "As Markdown. With text selected, that." in screen_text(app)


async def test_where_nothing_fits_it_says_so_and_enter_does_nothing() -> None:
    app = Palettes()
    async with app.run_test(size=(120, 38)) as pilot:
        await pilot.press(*"qqq", "enter")
        await pilot.pause()
        assert "There is no such command." in screen_text(app)
        assert Reading.done == []


async def test_it_fits_a_small_terminal() -> None:
    app = Palettes()
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        assert "New conversation" in screen_text(app)
