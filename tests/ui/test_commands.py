"""The table of commands, and the keys that come of it."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.actions import parse
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.dom import DOMNode
from textual.widget import Widget

from poe_tui.ui.app import PoeTuiApp
from poe_tui.ui.command import PLACES, Command, Where
from poe_tui.ui.commands import COMMANDS, command, commands_at
from poe_tui.ui.keymap import (
    FORBIDDEN,
    LINE_EDITING,
    bindings_for,
    canonical,
    collisions,
    display,
    faults,
    keymap_for,
    keys_of,
)
from poe_tui.ui.screens.bot_picker import BotPicker
from poe_tui.ui.screens.main import MainScreen
from poe_tui.ui.transcript.find_bar import FindBar
from poe_tui.ui.transcript.view import Transcript
from poe_tui.ui.widgets.composer import Composer
from poe_tui.ui.widgets.sidebar import ConversationList


def test_every_command_has_an_id_of_its_own_and_a_title() -> None:
    assert [found for found, count in Counter(c.id for c in COMMANDS).items() if count > 1] == []
    assert all(c.title and not c.title.endswith(".") for c in COMMANDS)
    assert {c.where for c in COMMANDS} <= set(PLACES)


@pytest.mark.parametrize("send_key", ["enter", "ctrl+enter"])
def test_no_two_commands_want_the_same_key_at_the_same_time(send_key: str) -> None:
    keymap, problems = keymap_for({}, send_key)
    assert problems == []
    assert collisions(keymap) == []


@pytest.mark.parametrize("send_key", ["enter", "ctrl+enter"])
def test_no_default_key_is_one_that_terminals_swallow_or_line_editing_needs(send_key: str) -> None:
    assert faults(keymap_for({}, send_key)[0]) == []
    bound = {key for c in COMMANDS for key in keys_of(c.keys)}
    assert bound.isdisjoint(FORBIDDEN)
    assert {
        key for c in COMMANDS if c.where in ("app", "composer") for key in keys_of(c.keys)
    }.isdisjoint(LINE_EDITING)


def test_the_design_s_keys_are_the_defaults() -> None:
    keys = {
        "bot.switch": "ctrl+o",
        "conversation.new": "ctrl+n",
        "conversation.previous": "alt+up",
        "conversation.next": "alt+down",
        "find.open": "ctrl+f",
        "palette.open": "ctrl+p",
        "reply.stop": "escape",
        "composer.send": "enter",
        "composer.newline": "ctrl+j,alt+enter,shift+enter",
        "composer.history": "ctrl+r",
        "help.open": "f1",
        "app.quit": "ctrl+q",
    }
    assert {command_id: command(command_id).keys for command_id in keys} == keys


def test_every_binding_carries_its_id_and_a_tooltip() -> None:
    for where in PLACES:
        for binding in bindings_for(where):
            found = command(binding.id or "")
            assert binding.key == found.keys
            assert binding.tooltip
            assert binding.show == bool(found.verb)
        assert {b.id for b in bindings_for(where)} == {c.id for c in commands_at(where) if c.keys}


def test_an_id_that_is_not_in_the_table_raises_key_error() -> None:
    with pytest.raises(KeyError):
        command("conversation.neww")


def test_a_chosen_key_replaces_the_default() -> None:
    assert keymap_for({"conversation.new": "ctrl+t"}) == ({"conversation.new": "ctrl+t"}, [])


def test_two_commands_may_swap_their_keys() -> None:
    chosen = {"conversation.new": "ctrl+o", "bot.switch": "ctrl+n"}
    assert keymap_for(chosen) == (chosen, [])


def test_enter_and_ctrl_enter_swap_when_the_settings_say_so() -> None:
    keymap, problems = keymap_for({}, "ctrl+enter")
    assert problems == []
    assert "ctrl+enter" in keys_of(keymap["composer.send"])
    assert "enter" in keys_of(keymap["composer.newline"])


@pytest.mark.parametrize(
    ("command_id", "keys", "words"),
    [
        ("conversation.neww", "ctrl+t", "did you mean conversation.new?"),
        ("zzzzzz", "ctrl+t", "`poe-tui keys` lists them"),
        ("conversation.new", "ctrl+i", "is Tab to a terminal"),
        ("conversation.new", "ctrl+left_square_bracket", "is Escape to a terminal"),
        ("conversation.new", "ctrl+e", "edits the line"),
        ("conversation.new", "x", "typed into the text box"),
        ("conversation.next", "down", "moves or deletes in the text"),
        ("picker.favourite", "f", "typed into the text box"),
        ("conversation.new", "ctrll+t", "is not a key"),
        ("conversation.new", "controlx", "is not a key"),
        ("conversation.new", "ctrl+", "is not a key"),
        ("conversation.new", "", "no key is given"),
        ("conversation.new", "ctrl+o", "already taken by bot.switch (Switch bot)"),
        ("sidebar.rename", "ctrl+o", "already taken by bot.switch"),
    ],
)
def test_a_choice_that_cannot_work_is_named_and_the_default_stays(
    command_id: str, keys: str, words: str
) -> None:
    keymap, problems = keymap_for({command_id: keys, "help.open": "f9"})
    assert keymap == {"help.open": "f9"}
    assert len(problems) == 1
    assert problems[0].startswith(f"{command_id}: ")
    assert words in problems[0]


@given(
    st.dictionaries(
        st.sampled_from([c.id for c in COMMANDS]),
        st.sampled_from(["ctrl+t", "f5", "x", "ctrl+o", "ctrl+a", "ctrl+i", "alt+up", "nonsense"]),
    )
)
def test_whatever_is_chosen_the_keymap_has_neither_collision_nor_fault(
    chosen: dict[str, str],
) -> None:
    keymap, problems = keymap_for(chosen)
    assert collisions(keymap) == []
    assert faults(keymap) == []
    assert len(keymap) + len(problems) >= len(chosen)


@pytest.mark.parametrize(
    ("key", "spelling"),
    [
        ("ctrl+left_square_bracket", "ctrl+["),
        ("[", "["),
        ("question_mark", "?"),
        ("slash", "/"),
        ("G", "G"),
        ("shift+ctrl+up", "ctrl+shift+up"),
        ("+", "+"),
        ("ctrl++", "ctrl++"),
        ("comma", ","),
        ("f5", "f5"),
    ],
)
def test_one_key_has_one_spelling(key: str, spelling: str) -> None:
    assert canonical(key) == spelling
    assert canonical(spelling) == spelling


@pytest.mark.parametrize(
    ("key", "long", "short"),
    [
        ("ctrl+o", "ctrl+o", "^o"),
        ("enter", "enter", "↵"),
        ("escape", "esc", "esc"),
        ("alt+up", "alt+up", "alt+↑"),
        ("y", "y", "y"),
        ("left_square_bracket", "[", "["),
    ],
)
def test_a_key_is_shown_as_people_read_it(key: str, long: str, short: str) -> None:
    assert display(key) == long
    assert display(key, short=True) == short


async def test_textual_takes_the_swapped_send_keys() -> None:
    class Box(Widget, can_focus=True):
        BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("composer")]
        done: ClassVar[list[str]] = []

        def action_send(self) -> None:
            self.done.append("send")

        def action_newline(self) -> None:
            self.done.append("newline")

    class Boxed(App[None]):
        def compose(self) -> ComposeResult:
            yield Box()

    app = Boxed()
    async with app.run_test() as pilot:
        app.query_one(Box).focus()
        await pilot.press("enter", "ctrl+j")
        assert Box.done == ["send", "newline"]
        app.set_keymap(keymap_for({}, "ctrl+enter")[0])
        Box.done.clear()
        await pilot.press("enter", "shift+enter", "ctrl+enter", "ctrl+j", "alt+enter")
        assert Box.done == ["newline", "newline", "send", "send", "send"]


@pytest.mark.parametrize("found", COMMANDS, ids=lambda found: found.id)
def test_every_action_is_one_that_its_place_can_do(found: Command) -> None:
    places: dict[Where, tuple[type[DOMNode], ...]] = {
        "app": (MainScreen, PoeTuiApp),
        "composer": (Composer,),
        "transcript": (Transcript,),
        "find": (FindBar,),
        "sidebar": (ConversationList,),
        "picker": (BotPicker,),
    }
    namespace, name, _ = parse(found.action)
    bearers = (MainScreen,) if namespace == "screen" else places[found.where]
    assert any(hasattr(bearer, f"action_{name}") for bearer in bearers)
