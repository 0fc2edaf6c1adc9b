"""Writing prompts."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from poe_tui.ui.clipboard import clean
from poe_tui.ui.keymap import keymap_for
from poe_tui.ui.themes import load_themes, textual_theme, theme_variables
from poe_tui.ui.widgets.composer import Composer, editor_command


class Page(App[None]):
    """A composer, and what it has posted."""

    CSS = "Composer { dock: bottom; }"

    def __init__(self, send_key: str = "enter") -> None:
        self._palette = load_themes()[0]["night"]
        super().__init__()
        self.register_theme(textual_theme(self._palette))
        self.theme = "night"
        self.set_keymap(keymap_for({}, send_key)[0])
        self.sent: list[str] = []
        self.said: list[str] = []
        self.left = False

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return theme_variables(self._palette)

    def compose(self) -> ComposeResult:
        yield Composer()

    @property
    def composer(self) -> Composer:
        return self.query_exactly_one(Composer)

    def on_composer_submitted(self, event: Composer.Submitted) -> None:
        self.sent.append(event.text)

    def on_composer_left_upwards(self) -> None:
        self.left = True

    def on_composer_noticed(self, event: Composer.Noticed) -> None:
        self.said.append(event.text)


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys and let what they caused happen."""
    await pilot.press(*keys)
    await pilot.pause()


async def test_enter_sends_what_is_written() -> None:
    page = Page()
    async with page.run_test() as pilot:
        await press(pilot, *"hi", "enter")
        assert page.sent == ["hi"]
        assert page.composer.text == "hi", "it is cleared by whoever has taken it"


async def test_alt_with_a_letter_is_a_key_and_no_text() -> None:
    page = Page()
    async with page.run_test() as pilot:
        await press(pilot, "h")
        # As it comes from a terminal that sends an escape and the letter.
        page.composer.post_message(events.Key("alt+z", "z"))
        await press(pilot, "i")
        assert page.composer.text == "hi"


@pytest.mark.parametrize("key", ["ctrl+j", "alt+enter", "shift+enter"])
async def test_the_newline_keys_make_a_new_line(key: str) -> None:
    page = Page()
    async with page.run_test() as pilot:
        await press(pilot, "a", key, "b")
        assert (page.composer.text, page.sent) == ("a\nb", [])


async def test_the_keys_are_swapped_by_the_setting() -> None:
    page = Page("ctrl+enter")
    async with page.run_test() as pilot:
        await press(pilot, "a", "enter", "b")
        assert (page.composer.text, page.sent) == ("a\nb", [])
        await press(pilot, "ctrl+enter")
        assert page.sent == ["a\nb"]


async def test_a_paste_is_inserted_as_it_is_and_never_sends() -> None:
    page = Page()
    async with page.run_test() as pilot:
        page.composer.post_message(events.Paste("one\r\ntwo\r\n\tthree\x1b[31m\x07"))
        await pilot.pause()
        assert page.composer.text == "one\ntwo\n\tthree[31m"
        assert page.sent == []


@given(st.text())
def test_a_cleaned_paste_holds_no_control_characters(text: str) -> None:
    cleaned = clean(text)
    assert not [c for c in cleaned if c not in "\n\t" and (ord(c) < 32 or 127 <= ord(c) < 160)]
    assert clean(cleaned) == cleaned


async def test_the_line_editing_keys_edit_the_line() -> None:
    page = Page()
    async with page.run_test() as pilot:
        await press(pilot, *"one", "space", *"two", "ctrl+w", *"six")
        assert page.composer.text == "one six"
        await press(pilot, "ctrl+a", "ctrl+d")
        assert page.composer.text == "ne six"
        await press(pilot, "ctrl+e", "!", "left", "ctrl+u")
        assert page.composer.text == "!"
        await press(pilot, "ctrl+k")
        assert page.composer.text == ""


async def test_it_grows_to_a_third_of_the_screen() -> None:
    page = Page()
    async with page.run_test(size=(80, 30)) as pilot:
        assert page.composer.outer_size.height == 5
        page.composer.replace_text("\n".join("12345"))
        await pilot.pause()
        assert page.composer.outer_size.height == 7
        page.composer.replace_text("x\n" * 50)
        await pilot.pause()
        assert page.composer.outer_size.height in (9, 10)


async def test_up_leaves_it_only_when_it_is_empty() -> None:
    page = Page()
    async with page.run_test() as pilot:
        await press(pilot, "a", "up")
        assert not page.left
        await press(pilot, "delete", "up")
        assert page.left


async def test_undo_brings_a_replaced_text_back() -> None:
    page = Page()
    async with page.run_test() as pilot:
        await press(pilot, *"mine")
        page.composer.replace_text("from the history")
        await press(pilot, "ctrl+z")
        assert page.composer.text == "mine"


async def test_markup_in_the_name_of_a_bot_is_shown_as_it_is() -> None:
    page = Page()
    async with page.run_test() as pilot:
        page.composer.show_bot("[/x] bot", hint=" …")
        page.composer.show_state("[b]state")
        await pilot.pause()
        assert "[/x] bot" in str(page.composer.border_title)


def test_visual_is_preferred_to_editor_and_may_have_arguments() -> None:
    assert editor_command({"VISUAL": "code --wait", "EDITOR": "vi"}) == ["code", "--wait"]
    assert editor_command({"EDITOR": "'my editor' -x"}) == ["my editor", "-x"]


async def test_a_terminal_that_has_no_editor_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "true")
    page = Page()
    async with page.run_test() as pilot:
        await press(pilot, *"text", "ctrl+x")
        assert page.said == ["An editor can't be opened from this terminal."]
        assert page.composer.text == "text"


async def test_what_the_editor_wrote_is_in_the_composer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf " and more\\n" >> "$1"\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("VISUAL", str(editor))
    page = Page()
    async with page.run_test() as pilot:
        monkeypatch.setattr(page, "suspend", _at_once)
        await press(pilot, *"text", "ctrl+x")
        assert page.composer.text == "text and more"


async def test_an_editor_that_fails_leaves_the_text_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = Page()
    async with page.run_test() as pilot:
        monkeypatch.setattr(page, "suspend", _at_once)
        for command in ("false", "/nowhere/editor"):
            monkeypatch.setenv("VISUAL", command)
            await press(pilot, *"x", "ctrl+x")
        assert page.composer.text == "xx"
        assert len(page.said) == 2


class _at_once:
    """A suspended app that suspends nothing: under test there is no terminal."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("lines", [3, 12, 40, 400])
async def test_a_paste_of_any_height_is_taken_back_and_given_again(lines: int) -> None:
    app = Page()
    async with app.run_test(size=(60, 16)) as pilot:
        await pilot.press("h", "i")
        app.post_message(events.Paste("\n".join(f"line {number}" for number in range(lines))))
        await pilot.pause()
        assert app.composer.document.line_count == lines
        await pilot.pause()
        await pilot.press("ctrl+z")
        assert app.composer.text == "hi"
        await pilot.press("ctrl+y")
        assert app.composer.document.line_count == lines
