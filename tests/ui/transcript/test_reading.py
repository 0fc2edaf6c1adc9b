"""The message cursor, folding, copying, links, finding and selecting."""

from __future__ import annotations

import pytest

from poe_tui.ui.palette import Palette
from poe_tui.ui.themes import builtin_themes, load_theme
from tests.ui.transcript.stage import Scene, long_talk, settle, staged, talk

CODE = "Look:\n\n```python\nprint(1)\n```\n\nand\n\n```\nsecond\n```\n\nend"


def marked(scene: Scene) -> list[str]:
    """Return the rows under the message cursor."""
    return [line for line in scene.lines() if line.startswith(("▎", "▌"))]


async def test_j_and_k_move_the_cursor_by_a_message() -> None:
    async with staged(talk("one", "two", "three", "four")) as scene:
        assert "four" in "".join(marked(scene))
        await scene.pilot.press("k")
        assert "three" in "".join(marked(scene))
        await scene.pilot.press("g")
        assert "one" in "".join(marked(scene))
        await scene.pilot.press("j")
        assert "two" in "".join(marked(scene))
        await scene.pilot.press("G")
        assert "four" in "".join(marked(scene))


async def test_the_cursor_goes_through_a_long_conversation_and_stays_in_view() -> None:
    async with staged(long_talk(60), size=(40, 12)) as scene:
        for number in range(58, 40, -1):
            await scene.pilot.press("k")
            assert f"message {number} " in "".join(marked(scene)) + " "


@pytest.mark.parametrize(("there", "back"), [("pageup", "pagedown"), ("up", "down")])
async def test_the_cursor_comes_along_when_its_message_is_scrolled_off_the_screen(
    there: str, back: str, copied: list[str]
) -> None:
    async with staged(long_talk(60), size=(40, 12)) as scene:
        for key in [there] * 30 + [back] * 20:
            await scene.pilot.press(key)
            assert marked(scene), "keys act on something that is seen"
            await scene.pilot.press("y")
            await scene.app.workers.wait_for_complete()
            index = int(copied[-1].split()[1])
            assert scene.transcript.top[0] <= index <= scene.transcript.last_visible()


async def test_an_answer_that_pushes_the_prompt_off_the_screen_gets_the_cursor() -> None:
    conversation = talk("one", "two", "three")
    answer = conversation.reply("Echo")
    async with staged(conversation) as scene:
        await scene.pilot.press("k")
        assert "three" in "".join(marked(scene))
        answer.text = "\n\n".join(f"line {n}" for n in range(30))
        scene.transcript.changed(answer, "text")
        await scene.until(lambda: "line 29" in scene.screen())
        assert scene.transcript.cursor == answer.id


async def test_the_cursor_goes_to_what_is_asked_now() -> None:
    conversation = talk("one", "two")
    async with staged(conversation) as scene:
        await scene.pilot.press("k")
        scene.transcript.blur()
        conversation.ask("three")
        answer = conversation.reply("Echo")
        await scene.show(conversation)
        scene.transcript.follow_end()
        scene.transcript.focus()
        await scene.pilot.pause()
        assert scene.transcript.cursor == answer.id
        assert "one" in scene.screen()


async def test_moving_past_the_last_message_is_reported() -> None:
    async with staged(talk("one", "two")) as scene:
        await scene.pilot.press("j")
        assert scene.app.requested[-1][0] == "at_end"


async def test_capital_j_and_k_move_by_an_answer() -> None:
    async with staged(talk("one", "two", "three", "four")) as scene:
        await scene.pilot.press("K")
        assert "two" in "".join(marked(scene))
        await scene.pilot.press("J")
        assert "four" in "".join(marked(scene))


async def test_braces_move_by_a_code_block() -> None:
    async with staged(talk("one", CODE, "three", "```\nlast\n```"), size=(50, 40)) as scene:
        await scene.pilot.press("g", "right_curly_bracket")
        assert any(line.startswith("▌") and "print(1)" in line for line in scene.lines())
        await scene.pilot.press("right_curly_bracket", "right_curly_bracket")
        assert any(line.startswith("▌") and "last" in line for line in scene.lines())
        await scene.pilot.press("left_curly_bracket")
        assert any(line.startswith("▌") and "second" in line for line in scene.lines())


PARTS = "\n\n".join(f"part {n}\n\n" + "words\n\n" * 12 + f"```\ncode_{n}()\n```" for n in range(5))


async def test_the_next_code_block_is_the_one_that_follows_what_is_read(copied: list[str]) -> None:
    async with staged(talk("one", PARTS, "two", "```\nlast\n```"), size=(50, 20)) as scene:
        transcript = scene.transcript

        def under_cursor() -> str:
            return "".join(
                line for line in scene.lines() if line.startswith("▌") and "c_" not in line
            )

        column = transcript.column
        assert column is not None
        transcript.put_cursor(1)
        transcript.show_from(1, column.entry(1).height // 2)
        assert "part 2" not in scene.screen()
        await scene.pilot.press("right_curly_bracket")
        assert "code_2" in under_cursor()
        await scene.pilot.press("right_curly_bracket")
        assert "code_3" in under_cursor()
        transcript.put_cursor(1)
        transcript.show_from(1, column.entry(1).height // 2)
        await scene.pilot.press("left_curly_bracket")
        assert "code_1" in under_cursor()
        transcript.put_cursor(1)
        transcript.show_from(1, column.entry(1).height // 2)
        await scene.pilot.press("c")
        await scene.until(lambda: bool(copied))
        assert copied == ["code_2()"]


async def test_at_the_end_the_next_code_block_is_the_first_of_the_answer() -> None:
    async with staged(talk("one", PARTS + "\n\n" + "words\n\n" * 30), size=(50, 20)) as scene:
        await scene.pilot.press("right_curly_bracket")
        assert any(line.startswith("▌") and "code_0" in line for line in scene.lines())


async def test_without_focus_there_is_no_cursor() -> None:
    async with staged(talk("one", "two")) as scene:
        scene.app.set_focus(None)
        await scene.pilot.pause()
        assert not marked(scene)


async def test_y_copies_the_source_and_says_how(copied: list[str]) -> None:
    async with staged(talk("one", "**bold** words")) as scene:
        await scene.pilot.press("y")
        await scene.until(lambda: bool(scene.app.noticed))
        assert copied == ["**bold** words"]
        assert scene.app.noticed == ["Copied the message to the clipboard."]


async def test_c_walks_the_code_blocks_and_shows_which(copied: list[str]) -> None:
    async with staged(talk("one", CODE), size=(50, 30)) as scene:
        await scene.pilot.press("c")
        await scene.until(lambda: len(scene.app.noticed) == 1)
        assert any(line.startswith("▌") and "print(1)" in line for line in scene.lines())
        await scene.pilot.press("c", "c")
        await scene.until(lambda: len(scene.app.noticed) == 3)
        assert [text.strip() for text in copied] == ["print(1)", "second", "print(1)"]
        assert "code block 1 of 2 (python)" in scene.app.noticed[0]


async def test_a_message_without_code_says_so(copied: list[str]) -> None:
    async with staged(talk("one", "two")) as scene:
        await scene.pilot.press("c")
        await scene.until(lambda: bool(scene.app.noticed))
        assert not copied


async def test_capital_y_copies_the_conversation(copied: list[str]) -> None:
    async with staged(talk("one", "two")) as scene:
        await scene.pilot.press("Y")
        await scene.until(lambda: bool(copied))
        assert "**You**\n\none" in copied[0]
        assert "**Echo**\n\ntwo" in copied[0]


async def test_space_folds_a_message_and_unfolds_it() -> None:
    async with staged(
        talk("one", "\n\n".join(f"row {n}" for n in range(9))), size=(50, 30)
    ) as scene:
        await scene.pilot.press("space")
        assert "row 8" not in scene.screen()
        assert "▸ 14 more rows" in scene.screen()
        await scene.pilot.press("space")
        assert "row 8" in scene.screen()


async def test_long_code_folds_to_a_line_and_opens_again() -> None:
    code = "```python\n" + "\n".join(f"line_{n}()" for n in range(40)) + "\n```\n\nafter"
    async with staged(talk("one", code), size=(50, 24)) as scene:
        await scene.pilot.press("right_curly_bracket", "space")
        assert "line_39" not in scene.screen()
        assert "after" in scene.screen()
        await scene.pilot.press("space")
        await scene.pilot.press("G")
        assert "line_39" in scene.screen()


LINES = [f"line_{n}()" for n in range(40)]
DEEP = (
    "1. an item\n\n   ```python\n"
    + "".join(f"   {line}\n" for line in LINES)
    + "   ```\n\n2. another\n\n> - quoted\n>\n>   ```\n"
    + "".join(f">   {line}\n" for line in LINES)
    + ">   ```\n>\n> after\n"
)


async def test_long_code_in_a_list_or_a_quote_folds_by_itself(copied: list[str]) -> None:
    async with staged(talk("one", DEEP), size=(50, 30)) as scene:
        await scene.pilot.press("g", "right_curly_bracket", "space")
        (row,) = (y for y, line in enumerate(scene.lines()) if "▸ python   40 lines" in line)
        assert scene.lines()[row].startswith("▌     ▸"), "where the code was, behind the item"
        assert "another" in scene.screen()
        await scene.pilot.press("right_curly_bracket", "space")
        (row,) = (y for y, line in enumerate(scene.lines()) if "▸ code   40 lines" in line)
        assert scene.lines()[row].startswith("▌  ▌   ▸")
        assert "▌ after" in scene.screen()
        assert "line_" not in scene.screen()
        await scene.pilot.press("c")
        await scene.until(lambda: bool(copied))
        assert copied == ["\n".join(LINES)]
        for word in ("code", "python"):
            (row,) = (y for y, line in enumerate(scene.lines()) if f"▸ {word}" in line)
            await scene.pilot.click(scene.transcript, offset=(12, row))
            assert "line_0()" in scene.lines()[row + 1]


async def test_what_is_folded_in_an_answer_stays_so_while_it_grows_and_at_every_width() -> None:
    conversation = talk("one")
    answer = conversation.reply("Echo")
    answer.text = DEEP[: DEEP.index("   line_30")]
    async with staged(conversation, size=(50, 70)) as scene:
        await scene.still_text(answer)
        await scene.pilot.press("right_curly_bracket", "space")
        assert "▸ python   30 lines" in scene.screen()
        answer.text = DEEP
        scene.transcript.changed(answer, "text")
        await scene.still_text(answer)
        await scene.until(lambda: "▸ python   40 lines" in scene.screen())
        await scene.resize(40, 70)
        await scene.until(lambda: "▸ python   40 lines" in scene.screen())
        settle(answer, DEEP)
        scene.transcript.changed(answer, "finished")
        column = scene.transcript.column
        assert column is not None
        await scene.until(lambda: not column.live)
        assert "▸ python   40 lines" in scene.screen()
        assert column.heights[1] == column.entry(1).height


async def test_a_click_on_copy_of_folded_code_copies_it_and_leaves_it_folded(
    copied: list[str],
) -> None:
    async with staged(talk("one", DEEP), size=(50, 30)) as scene:
        await scene.pilot.press("g", "right_curly_bracket", "space")
        (row,) = (y for y, line in enumerate(scene.lines()) if "▸ python" in line)
        await scene.pilot.click(
            scene.transcript, offset=(scene.lines()[row].index("c copy") + 2, row)
        )
        await scene.until(lambda: bool(copied))
        assert copied == ["\n".join(LINES)]
        assert "▸ python" in scene.screen()


async def test_code_that_is_too_short_to_fold_says_so() -> None:
    async with staged(talk("one", CODE)) as scene:
        await scene.pilot.press("left_curly_bracket", "right_curly_bracket", "space")
        assert "too short to fold" in scene.app.noticed[-1]


THOUGHT = "*Thinking...*\n\n> first thought\n>\n> second thought\n>\n> third thought\n\n"


async def test_reasoning_is_one_line_until_space_or_a_click_opens_it() -> None:
    async with staged(talk("one", THOUGHT + "the answer")) as scene:
        assert "first thought" not in scene.screen()
        assert "▸ Thought" in scene.screen()
        await scene.pilot.press("space")
        assert "first thought" in scene.screen()
        assert "the answer" in scene.screen()
        await scene.pilot.press("space")
        assert "first thought" not in scene.screen()
        row = next(y for y, line in enumerate(scene.lines()) if "▸ Thought" in line)
        await scene.pilot.click(scene.transcript, offset=(6, row))
        assert "third thought" in scene.screen()
        await scene.pilot.click(scene.transcript, offset=(6, row))
        assert "▸ Thought" in scene.screen()


async def test_reasoning_stays_folded_or_open_while_it_streams() -> None:
    conversation = talk("one")
    answer = conversation.reply("Echo")
    text = THOUGHT + "words of the answer " * 20
    async with staged(conversation, size=(50, 30)) as scene:
        for start in range(0, len(text), 9):
            answer.text += text[start : start + 9]
            scene.transcript.changed(answer, "text")
            await scene.pilot.pause(0.04 if start < 80 else None)
            if start == 72:
                assert "third thought" not in scene.screen()
                await scene.pilot.press("space")
        await scene.still_text(answer)
        await scene.until(lambda: "third thought" in scene.screen())
        column = scene.transcript.column
        assert column is not None
        entry = column.entry(1)
        assert column.heights[1] == entry.height
        settle(answer, answer.text)
        scene.transcript.changed(answer, "finished")
        await scene.until(lambda: not column.live)
        assert "third thought" in scene.screen()
        assert "words of the answer" in scene.screen()


async def test_folds_are_kept_while_another_conversation_is_on_screen() -> None:
    first, second = talk("one", "\n\n".join(f"row {n}" for n in range(9))), talk("else")
    async with staged(first) as scene:
        await scene.pilot.press("space")
        await scene.show(second)
        await scene.show(first)
        assert "▸ 14 more rows" in scene.screen()


async def test_e_asks_to_edit_the_prompt_of_the_answer_under_the_cursor() -> None:
    conversation = talk("one", "two")
    async with staged(conversation) as scene:
        await scene.pilot.press("e", "x", "r", "g", "r", "escape")
        prompt, answer = (message.id for message in conversation.path())
        assert scene.app.requested == [
            ("edit", prompt, ""),
            ("exclude", answer, ""),
            ("regenerate", answer, ""),
            ("regenerate", answer, ""),
            ("compose", prompt, ""),
        ]


async def test_o_shows_each_link_in_turn_before_anything_opens() -> None:
    text = "[a](https://a.example/) and [b](https://b.example/)"
    async with staged(talk("one", text)) as scene:
        await scene.pilot.press("o", "o", "o")
        targets = [detail for action, _, detail in scene.app.requested if action == "open_link"]
        assert targets == ["https://a.example/", "https://b.example/", "https://a.example/"]


async def test_a_click_on_a_link_asks_to_open_it() -> None:
    conversation = talk("one", "go [there](https://a.example/) now")
    async with staged(conversation) as scene:
        row = next(y for y, line in enumerate(scene.lines()) if "go there" in line)
        await scene.pilot.click(scene.transcript, offset=(8, row))
        assert scene.app.requested == [
            ("open_link", conversation.path()[1].id, "https://a.example/")
        ]


async def test_a_click_on_the_copy_mark_of_code_copies_it(copied: list[str]) -> None:
    async with staged(talk("one", CODE), size=(50, 30)) as scene:
        row = max(y for y, line in enumerate(scene.lines()) if line.endswith("c copy"))
        column = scene.lines()[row].index("c copy")
        await scene.pilot.click(scene.transcript, offset=(column + 2, row))
        await scene.until(lambda: bool(copied))
        assert copied[0].strip() == "second"


async def test_a_change_of_colours_renders_nothing_again() -> None:
    async with staged(talk("one", CODE)) as scene:
        column = scene.transcript.column
        assert column is not None
        rendered, before = column.rendered, scene.lines()
        scene.transcript.set_palette(load_theme(builtin_themes() / "day.toml"))
        assert scene.lines() == before
        assert column.rendered == rendered


@pytest.mark.parametrize("live", [False, True])
async def test_a_change_of_colours_changes_every_one_of_them(live: bool) -> None:
    conversation = talk("one")
    answer = conversation.reply("Echo")
    answer.text = CODE
    if not live:
        settle(answer, CODE)
    day, night = (load_theme(builtin_themes() / f"{name}.toml") for name in ("day", "night"))
    async with staged(conversation, size=(50, 40)) as scene:
        if live:
            await scene.still_text(answer)
        transcript = scene.transcript

        def colours() -> set[str]:
            styles = [
                segment.style
                for y in range(transcript.size.height)
                for segment in transcript.render_line(y)
                if segment.style
            ]
            found = [colour for style in styles for colour in (style.color, style.bgcolor)]
            return {colour.name for colour in found if colour}

        def of(palette: Palette) -> set[str]:
            return {*palette.colours.values(), *palette.hues, *palette.syntax.values()}

        before = colours()
        transcript.set_palette(day)
        assert colours() <= of(day)
        assert not colours() & (of(night) - of(day))
        answer.text += "\n\n```python\ndef more(): ...\n```\n"
        transcript.changed(answer, "text")
        await scene.pilot.pause(0.05)
        assert colours() <= of(day)
        transcript.set_palette(night)
        assert before <= colours() <= of(night)


async def test_find_counts_marks_and_walks_the_matches() -> None:
    conversation = long_talk(300)
    conversation.ask("a needle here")
    settle(conversation.reply("Echo"), "NEEDLE and needle")
    for number in range(40):
        conversation.ask(f"after {number}")
        settle(conversation.reply("Echo"), "nothing")
    async with staged(conversation) as scene:
        transcript = scene.transcript
        assert transcript.find("needle") == 3
        assert transcript.find_step(1) == 1
        assert "a needle here" in scene.screen()
        await scene.pilot.press("n", "n")
        assert "NEEDLE and needle" in scene.screen()
        assert transcript.find_step(1) == 1
        assert transcript.find_step(-1) == 3
        grounds = {
            segment.style.bgcolor.name
            for y in range(transcript.size.height)
            for segment in transcript.render_line(y)
            if segment.text.lower() == "needle" and segment.style and segment.style.bgcolor
        }
        palette = transcript.palette
        assert palette is not None
        assert {palette.background("match"), palette.background("current")} <= grounds
        await scene.pilot.press("escape")
        assert transcript.finder is None
        await scene.pilot.press("escape")
        assert scene.app.requested[-1][0] == "compose"


async def test_find_opens_what_is_folded_over_a_match() -> None:
    async with staged(talk("one", "\n\n".join(f"row {n}" for n in range(9)))) as scene:
        await scene.pilot.press("space")
        assert scene.transcript.find("row 7") == 1
        scene.transcript.find_step(1)
        assert "row 7" in scene.screen()


@pytest.mark.parametrize(
    "text",
    [
        "*Thinking...*\n\n> a hidden needle\n\nThe answer.",
        "```python\n" + "x = 1\n" * 30 + "a hidden needle\n```",
        "- an item\n\n  ```python\n" + "  x = 1\n" * 30 + "  a hidden needle\n  ```",
    ],
)
async def test_find_opens_reasoning_and_code_that_are_folded_over_a_match(text: str) -> None:
    conversation = talk("one", text)
    async with staged(conversation) as scene:
        if "```" in text:
            await scene.pilot.press("right_curly_bracket", "space")
        assert "hidden needle" not in scene.screen()
        assert scene.transcript.find("hidden needle") == 1
        assert scene.transcript.find_step(1) == 1
        assert "hidden needle" in scene.screen()
        assert conversation.path()[1].text == text


async def test_find_sees_a_phrase_across_emphasis_and_wrapped_quotes() -> None:
    text = "the **quick** _brown_ fox\n\n> jumps over\n> the dog"
    async with staged(talk("one", text)) as scene:
        for phrase in ("the quick brown fox", "jumps over the dog"):
            assert scene.transcript.find(phrase) == 1
            assert scene.transcript.find_step(1) == 1
            finder = scene.transcript.finder
            assert finder is not None
            assert finder.current is not None
            assert finder.current.pieces


async def test_find_matches_over_the_end_of_a_wrapped_row() -> None:
    async with staged(talk("one", "word " * 9 + "split phrase " + "word " * 9)) as scene:
        assert scene.transcript.find("split  phrase") == 1
        assert scene.transcript.find_step(1) == 1
        assert scene.transcript.finder is not None
        current = scene.transcript.finder.current
        assert current is not None
        assert sum(last - first for _, first, last in current.pieces) in (11, 12)


async def test_find_without_a_match_says_nothing_is_there() -> None:
    async with staged(talk("one", "two")) as scene:
        assert scene.transcript.find("zebra") == 0
        assert scene.transcript.find_step(1) == 0
        assert scene.transcript.find("  ") == 0
