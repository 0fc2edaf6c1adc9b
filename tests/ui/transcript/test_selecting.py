"""Selecting text: with the mouse, by keyboard, and what of it is copied."""

from __future__ import annotations

import pytest
from textual import events
from textual.geometry import Offset
from textual.selection import Selection

from poe_tui.ui.transcript.selection import line_number
from tests.ui.transcript.stage import Scene, long_talk, staged, talk

CODE = "Look:\n\n```python\ndef f(x):\n    return x + 1\n\n\nprint(f(3))\n```\n\nend"


def row_with(scene: Scene, text: str) -> int:
    """Return the screen row that says `text`."""
    return next(y for y, line in enumerate(scene.lines()) if text in line)


def selected(scene: Scene) -> str:
    """Return what is selected, as it would be copied; empty for nothing."""
    return scene.app.screen.get_selected_text() or ""


async def mouse(
    scene: Scene, kind: type[events.MouseEvent], x: int, y: int, *, shift: bool = False
) -> None:
    """Let the terminal report the mouse at a place of the screen."""
    button = 0 if kind is events.MouseMove and not scene.seen else 1
    scene.app._driver.send_message(  # type: ignore[union-attr]
        kind(None, x, y, 0, 1, button, shift, False, False, screen_x=x, screen_y=y)
    )
    await scene.pilot.pause()


async def drag(scene: Scene, start: tuple[int, int], *way: tuple[int, int]) -> None:
    """Press at `start`, move along `way` and let go at its end."""
    await mouse(scene, events.MouseDown, *start)
    for place in way:
        await mouse(scene, events.MouseMove, *place)
    await mouse(scene, events.MouseUp, *way[-1])


async def click(scene: Scene, x: int, y: int, times: int = 1, *, shift: bool = False) -> None:
    """Click at a place so many times in a row."""
    for _ in range(times):
        await mouse(scene, events.MouseDown, x, y, shift=shift)
        await mouse(scene, events.MouseUp, x, y, shift=shift)


# -- what is copied ---------------------------------------------------------------------------


async def test_a_selection_copies_visible_text_unwrapped_and_without_decoration() -> None:
    long_line = "word " * 20
    conversation = talk("a prompt", f"{long_line}\n\n- item\n\n```python\ncode()\n```")
    async with staged(conversation, size=(40, 30)) as scene:
        text = scene.transcript.get_selection(Selection(None, None))
        assert text is not None
        assert long_line.strip() in text[0]
        assert "▌" not in text[0]
        assert "copy" not in text[0]
        assert "\ncode()" in text[0]
        assert "a prompt" in text[0]


async def test_code_is_copied_line_by_line_without_label_or_gutter() -> None:
    async with staged(talk("q", CODE), size=(40, 30)) as scene:
        top, bottom = row_with(scene, "Look:"), row_with(scene, "end")
        await drag(scene, (3, top), (10, top + 3), (5, bottom))
        assert selected(scene) == ("Look:\n\ndef f(x):\n    return x + 1\n\n\nprint(f(3))\n\nend")


async def test_dragging_selects_the_characters_under_the_mouse() -> None:
    async with staged(talk("one", "select these words")) as scene:
        row = row_with(scene, "select these")
        await drag(scene, (10, row), (14, row))
        assert selected(scene) == "these"
        await drag(scene, (14, row), (10, row))
        assert selected(scene) == "these"


async def test_wide_characters_and_emoji_are_selected_whole() -> None:
    async with staged(talk("one", "ab日本 👩‍👩‍👧‍👦🇩🇪 e\u0301 z")) as scene:
        row = row_with(scene, "ab日本")
        await drag(scene, (6, row), (7, row))  # the right half of one, the left half of the next
        assert selected(scene) == "日本"
        await drag(scene, (10, row), (12, row))
        assert selected(scene) == "👩‍👩‍👧‍👦🇩🇪"
        await drag(scene, (15, row), (15, row), (16, row))
        assert selected(scene) == "e\u0301"


async def test_a_selection_goes_over_messages_and_from_below_upwards() -> None:
    async with staged(talk("first prompt", "second answer", "third")) as scene:
        start, end = row_with(scene, "first prompt"), row_with(scene, "second answer")
        await drag(scene, (9, end), (9, start))
        assert selected(scene) == "prompt\n\nEcho\nsecond"


async def test_a_drag_past_the_edge_scrolls_until_it_is_let_go() -> None:
    async with staged(long_talk(100), size=(60, 12)) as scene:
        row = row_with(scene, "message 99")
        await mouse(scene, events.MouseDown, 4, row)
        await mouse(scene, events.MouseMove, 4, 3)
        await mouse(scene, events.MouseMove, 4, 0)
        await scene.until(lambda: scene.transcript.top[0] < 90)
        await mouse(scene, events.MouseUp, 4, 0)
        top = scene.transcript.top
        text = selected(scene)
        assert "message 91" in text
        assert "message 98" in text
        await scene.pilot.pause(0.2)
        assert scene.transcript.top == top
        assert selected(scene) == text


async def test_text_that_comes_in_does_not_move_what_is_being_selected() -> None:
    conversation = long_talk(20)
    conversation.ask("go on")
    answer = conversation.reply("Echo")
    async with staged(conversation) as scene:
        await mouse(scene, events.MouseDown, 4, 5)
        await mouse(scene, events.MouseMove, 9, 5)
        before = scene.lines()[:8]
        answer.text = "\n\n".join(f"line {number}" for number in range(40))
        scene.transcript.changed(answer, "text")
        await scene.still_text(answer)
        assert scene.lines()[:8] == before
        await mouse(scene, events.MouseUp, 9, 5)
        assert "line 39" in scene.screen()


@pytest.mark.parametrize(
    ("times", "text"),
    [
        (2, "two-part/word"),
        (3, "a two-part/word. And more of the same line that wraps around the edge"),
        (4, "a two-part/word. And more of the same line that wraps around the edge\n\nlast"),
    ],
)
async def test_clicks_select_a_word_a_line_of_the_text_a_message(times: int, text: str) -> None:
    answer = "a two-part/word. And more of the same line that wraps around the edge\n\nlast"
    async with staged(talk("one", answer), size=(40, 20)) as scene:
        await click(scene, 10, row_with(scene, "two-part"), times)
        assert selected(scene) == text


async def test_a_word_goes_over_the_end_of_a_row_and_in_code_it_is_a_name() -> None:
    address = "https://example.com/" + "path/" * 10
    async with staged(talk("q", f"see {address} there\n\n```\nx.long_name(y)\n```")) as scene:
        await click(scene, 5, row_with(scene, "example.com") + 1, 2)
        assert selected(scene) == address
        await click(scene, 10, row_with(scene, "long_name"), 2)
        assert selected(scene) == "long_name"


async def test_a_click_with_shift_goes_on_to_there() -> None:
    async with staged(talk("first prompt", "second answer")) as scene:
        await click(scene, 9, row_with(scene, "first prompt"))
        await click(scene, 8, row_with(scene, "second answer"), shift=True)
        assert selected(scene) == "prompt\n\nEcho\nsecond"
        await click(scene, 14, row_with(scene, "first prompt"), shift=True)
        assert selected(scene) == "prompt"


async def test_a_click_elsewhere_or_escape_lets_go_of_the_selection() -> None:
    async with staged(talk("one", "some words")) as scene:
        await click(scene, 4, row_with(scene, "some words"), 2)
        assert selected(scene) == "some"
        await click(scene, 30, 15)
        assert not selected(scene)
        await click(scene, 4, row_with(scene, "some words"), 2)
        await scene.pilot.press("escape")
        assert not selected(scene)
        assert not scene.app.requested


async def test_y_copies_what_is_selected(copied: list[str]) -> None:
    async with staged(talk("one", "some **bold** words")) as scene:
        await click(scene, 9, row_with(scene, "bold"), 2)
        await scene.pilot.press("y")
        await scene.until(lambda: bool(scene.app.noticed))
        assert copied == ["bold"]
        assert scene.app.noticed == ["Copied what is selected to the clipboard."]


async def test_a_selection_over_two_messages_is_stable_while_heights_change() -> None:
    async with staged(talk("first prompt", "second answer", "third")) as scene:
        selection = Selection(Offset(0, line_number(0, 1)), Offset(99, line_number(1, 1)))
        text = scene.transcript.get_selection(selection)
        assert text is not None
        assert text[0].splitlines()[0] == "first prompt"
        assert text[0].splitlines()[-1] == "second answer"


@pytest.mark.parametrize("change", ["width", "fold", "branch"])
async def test_a_selection_whose_rows_are_others_is_let_go(change: str) -> None:
    conversation = talk("one", "\n\n".join(f"row {n} " + "word " * 9 for n in range(9)))
    async with staged(conversation, size=(60, 60)) as scene:
        await click(scene, 5, row_with(scene, "row 8"), 2)
        assert selected(scene) == "row"
        if change == "width":
            await scene.resize(30, 60)
        elif change == "fold":
            scene.transcript.toggle_fold(1, whole=True)
        else:
            conversation.regenerate(conversation.path()[1].id)
            await scene.show(conversation)
        assert not selected(scene)


# -- by keyboard ------------------------------------------------------------------------------


async def test_v_selects_by_keyboard_and_y_copies(copied: list[str]) -> None:
    async with staged(talk("one", "alpha beta gamma\n\ndelta")) as scene:
        await scene.pilot.press("v")
        assert selected(scene) == "a"
        await scene.pilot.press("l", "right")
        assert selected(scene) == "alp"
        await scene.pilot.press("w", "w")
        assert selected(scene) == "alpha beta g"
        await scene.pilot.press("b", "h")
        assert selected(scene) == "alpha"
        await scene.pilot.press("dollar_sign")
        assert selected(scene) == "alpha beta gamma"
        await scene.pilot.press("j")
        assert selected(scene) == "alpha beta gamma\n\ndelta"
        await scene.pilot.press("y")
        await scene.until(lambda: bool(copied))
        assert copied == ["alpha beta gamma\n\ndelta"]
        assert not selected(scene)
        assert scene.transcript.caret is None


async def test_the_caret_is_seen_at_whichever_end_it_is() -> None:
    def caret(scene: Scene) -> str:
        palette = scene.transcript.palette
        assert palette is not None
        return "".join(
            segment.text
            for y in range(scene.transcript.size.height)
            for segment in scene.transcript.render_line(y)
            if segment.style
            and segment.style.bgcolor
            and segment.style.bgcolor.name == palette.background("current")
        )

    async with staged(talk("one", "alpha beta")) as scene:
        await scene.pilot.press("w", "v", "w")
        assert caret(scene) == "b"
        await scene.pilot.press("k")
        assert caret(scene) == "o"
        await scene.pilot.press("escape")
        assert caret(scene) == ""


async def test_shift_and_an_arrow_begin_to_select() -> None:
    async with staged(talk("one", "alpha\n\nbeta\n\ngamma")) as scene:
        await scene.pilot.press("shift+down", "shift+down")
        assert selected(scene) == "alpha\n\nbeta\n\ng"
        await scene.pilot.press("shift+end", "shift+up")
        assert selected(scene) == "alpha\n\nbeta"


async def test_a_selection_by_keyboard_goes_over_messages_and_scrolls(copied: list[str]) -> None:
    async with staged(long_talk(60), size=(40, 12)) as scene:
        await scene.pilot.press("K", "v")
        await scene.pilot.press("g")
        assert scene.transcript.top == (0, 0)
        await scene.pilot.press("G")
        assert "message 59" in scene.screen()
        await scene.pilot.press("enter")
        await scene.until(lambda: bool(copied))
        assert copied[0].startswith("message 57")
        assert copied[0].endswith("word")


async def test_selecting_begins_at_the_code_under_the_cursor_or_at_what_was_found() -> None:
    async with staged(talk("q", CODE), size=(40, 30)) as scene:
        await scene.pilot.press("right_curly_bracket", "v", "dollar_sign")
        assert selected(scene) == "def f(x):"
        await scene.pilot.press("escape")
        scene.transcript.find("x + 1")
        await scene.pilot.press("n", "v", "end")
        assert selected(scene) == "x + 1"


async def test_while_text_is_selected_by_keyboard_no_key_does_what_it_does_else() -> None:
    async with staged(talk("one", "alpha")) as scene:
        await scene.pilot.press("v", "r", "e", "x", "s", "f")
        assert not scene.app.requested
        assert selected(scene) == "a"
        await scene.pilot.press("escape")
        assert not selected(scene)
        await scene.pilot.press("e")
        assert scene.app.requested[-1][0] == "edit"


async def test_the_mouse_and_another_focus_end_selecting_by_keyboard() -> None:
    async with staged(talk("one", "alpha")) as scene:
        await scene.pilot.press("v")
        await click(scene, 5, 15)
        assert scene.transcript.caret is None
        await scene.pilot.press("v")
        scene.app.set_focus(None)
        await scene.pilot.pause()
        assert scene.transcript.caret is None


async def test_wide_characters_are_passed_one_at_a_time() -> None:
    async with staged(talk("one", "日本👩‍👩‍👧‍👦🇩🇪x")) as scene:
        await scene.pilot.press("v", "l")
        assert selected(scene) == "日本"
        await scene.pilot.press("l", "l")
        assert selected(scene) == "日本👩‍👩‍👧‍👦🇩🇪"
