"""Following the end, letting go of it, and keeping what is read where it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender, ScrollDown, ScrollTo, ScrollUp
from textual.strip import Strip

from poe_tui.chat.message import Message
from poe_tui.markdown.rows import row_text
from poe_tui.ui.transcript import column
from poe_tui.ui.transcript.column import Column
from poe_tui.ui.transcript.window import thumb
from tests.ui.transcript.stage import Scene, long_talk, settle, staged, talk


async def wheel(scene: Scene, kind: type[events.MouseEvent]) -> None:
    transcript = scene.transcript
    transcript.post_message(
        kind(transcript, 5, 5, 0, 0, 0, False, False, False, screen_x=5, screen_y=5)
    )
    await scene.pilot.pause()


def grow(scene: Scene, message: Message, text: str) -> None:
    message.text += text
    scene.transcript.changed(message, "text")


async def test_a_conversation_opens_at_its_end() -> None:
    async with staged(long_talk(40)) as scene:
        assert "message 39" in scene.screen()
        assert scene.transcript.following
        assert scene.transcript.at_end


async def test_the_end_stays_in_view_while_an_answer_grows() -> None:
    conversation = talk("one", "two", "three")
    answer = conversation.reply("Echo")
    async with staged(conversation) as scene:
        for number in range(40):
            grow(scene, answer, f"line {number}\n\n")
        await scene.until(lambda: "line 39" in scene.screen())
        assert scene.transcript.at_end


async def test_scrolling_up_lets_go_of_the_end() -> None:
    conversation = long_talk(40)
    conversation.ask("more")
    answer = conversation.reply("Echo")
    async with staged(conversation) as scene:
        await scene.pilot.press("pageup")
        before = scene.lines()[:-1]
        for number in range(30):
            grow(scene, answer, f"line {number}\n\n")
        await scene.still_text(answer)
        assert scene.lines()[:-1] == before
        assert not scene.transcript.following
        assert "↓ 1 new below" in scene.lines()[-1]


@pytest.mark.parametrize("key", ["up", "pageup", "g"])
async def test_a_key_that_can_not_scroll_up_does_not_let_go_of_the_end(key: str) -> None:
    conversation = talk("one")
    answer = conversation.reply("Echo")
    async with staged(conversation) as scene:
        await scene.pilot.press(key)
        for number in range(30):
            grow(scene, answer, f"line {number}\n\n")
        await scene.until(lambda: "line 29" in scene.screen())


@pytest.mark.parametrize("how", ["wheel", "down"])
async def test_an_end_that_a_higher_screen_shows_is_followed_when_the_reader_wants_to_go_on(
    how: str,
) -> None:
    conversation = long_talk(40)
    conversation.ask("more")
    answer = conversation.reply("Echo")
    async with staged(conversation, size=(60, 24)) as scene:
        await give(scene, 12)
        await scene.pilot.press("up")
        await give(scene, 20)
        assert scene.transcript.at_end
        assert not scene.transcript.following
        if how == "down":
            await scene.pilot.press("down")
        else:
            await wheel(scene, events.MouseScrollDown)
        for number in range(30):
            grow(scene, answer, f"line {number}\n\n")
        await scene.until(lambda: "line 29" in scene.screen())


async def test_arriving_at_the_end_follows_it_again() -> None:
    conversation = long_talk(40)
    conversation.ask("more")
    answer = conversation.reply("Echo")
    async with staged(conversation) as scene:
        await scene.pilot.press("pageup")
        grow(scene, answer, "first words\n\n")
        await scene.pilot.press("pagedown", "pagedown")
        assert scene.transcript.following
        for number in range(30):
            grow(scene, answer, f"line {number}\n\n")
        await scene.until(lambda: "line 29" in scene.screen())
        assert "new below" not in scene.screen()


async def give(scene: Scene, rows: int) -> None:
    """Give the transcript another height, as a composer that grows or shrinks does."""
    scene.transcript.styles.height = rows
    await scene.until(lambda: scene.transcript.size.height == rows)
    await scene.pilot.pause()


async def test_a_screen_that_grows_or_shrinks_goes_on_following_the_end() -> None:
    async with staged(long_talk(40)) as scene:
        for rows in (12, 20, 8, 16):
            await give(scene, rows)
            assert scene.transcript.following
            assert "message 39" in scene.screen()


async def test_a_screen_that_grows_or_shrinks_keeps_its_first_row() -> None:
    async with staged(long_talk(40)) as scene:
        await scene.pilot.press("home", "pagedown")
        first = scene.lines()[0]
        for rows in (12, 20, 8, 16):
            await give(scene, rows)
            assert scene.lines()[0] == first
            assert not scene.transcript.following


async def test_the_wheel_lets_go_and_follows_again() -> None:
    async with staged(long_talk(40)) as scene:
        await wheel(scene, events.MouseScrollUp)
        assert not scene.transcript.following
        await wheel(scene, events.MouseScrollDown)
        assert scene.transcript.following


async def test_the_scroll_bar_goes_with_the_wheel() -> None:
    async with staged(long_talk(40)) as scene:
        bar, end = scene.transcript.vertical_scrollbar, scene.transcript.scroll_y
        await wheel(scene, events.MouseScrollUp)
        assert bar.position == scene.transcript.scroll_y < end


@pytest.mark.parametrize("how", ["drag", "clicks"])
async def test_the_scroll_bar_leads_to_the_end_though_it_moves_on_meanwhile(how: str) -> None:
    conversation = long_talk(40)
    conversation.ask("more")
    answer = conversation.reply("Echo")
    async with staged(conversation) as scene:
        transcript = scene.transcript
        bar = transcript.vertical_scrollbar
        bar.post_message(ScrollTo(y=3))
        await scene.pilot.pause()
        assert round(transcript.scroll_y) == 3
        assert not transcript.following
        bar.post_message(ScrollUp())
        await scene.until(lambda: transcript.scroll_y == 0)
        steps = [ScrollTo(y=1_000)] if how == "drag" else [ScrollDown() for _ in range(12)]
        for number in range(30):
            if number < len(steps):
                bar.post_message(steps[number])
            grow(scene, answer, f"line {number}\n\n")
            await scene.pilot.pause(0.01)
        await scene.until(lambda: "line 29" in scene.screen())
        assert transcript.following


async def test_the_end_key_goes_back_to_the_end() -> None:
    async with staged(long_talk(40)) as scene:
        await scene.pilot.press("home")
        assert "message 0" in scene.lines()[1]
        await scene.pilot.press("end")
        assert scene.transcript.following
        assert "message 39" in scene.screen()


async def test_an_answer_growing_above_does_not_move_what_is_read() -> None:
    conversation = talk("one")
    above = conversation.reply("Echo")
    above.text = "early\n\n"
    conversation.ask("two")
    for number in range(20):
        if number % 2 == 0:
            settle(conversation.reply("Echo"), f"answer {number}\n\nwith rows\n\nand rows")
        else:
            conversation.ask(f"prompt {number}")
    async with staged(conversation) as scene:
        await scene.pilot.press("pageup")
        before, row = scene.lines(), scene.transcript.top
        scene.transcript.column.entry(1)  # type: ignore[union-attr]
        for number in range(30):
            grow(scene, above, f"line {number}\n\n")
        await scene.still_text(above)
        assert scene.lines() == before
        assert scene.transcript.top == row


async def test_heights_found_in_the_background_do_not_move_what_is_read() -> None:
    async with staged(long_talk(400)) as scene:
        scene.transcript.show_from(200, 0)
        scene.transcript.following = False
        await scene.pilot.pause()
        before = scene.lines()
        await scene.still()
        assert scene.lines() == before


async def test_the_scroll_bar_is_drawn_only_when_it_looks_different(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[ScrollBar] = []
    monkeypatch.setattr(ScrollBar, "refresh", lambda bar, *_, **__: drawn.append(bar))
    async with staged(long_talk(600)) as scene:
        column, bar = scene.transcript.column, scene.transcript.vertical_scrollbar
        assert column is not None
        drawn.clear()
        for index in range(500):
            column.glance(index)
            scene.transcript.hold_top()
        assert len(drawn) < 50
        assert (bar.window_virtual_size, bar.position) == (
            column.heights.total,
            scene.transcript.scroll_y,
        )
        drawn.clear()
        scene.transcript.show_from(0, 0)
        assert drawn == [bar]


@given(
    cells=st.integers(1, 60),
    totals=st.tuples(st.integers(1, 3_000), st.integers(1, 3_000)),
    places=st.tuples(st.integers(0, 3_000), st.integers(0, 3_000)),
)
def test_bars_of_one_thumb_look_alike(
    cells: int, totals: tuple[int, int], places: tuple[int, int]
) -> None:
    told = [(total + cells, min(place, total)) for total, place in zip(totals, places, strict=True)]
    (one, other) = [thumb(cells, cells, *each) for each in told]
    looks = [
        ScrollBarRender.render_bar(cells, total, cells, place).segments for total, place in told
    ]
    assert one != other or looks[0] == looks[1]


async def test_resizing_keeps_the_message_on_top() -> None:
    async with staged(long_talk(200)) as scene:
        scene.transcript.following = False
        scene.transcript.show_from(101, 0)
        await scene.pilot.pause()
        assert "Echo" in scene.lines()[0]
        await scene.resize(35, 15)
        assert scene.transcript.top == (101, 0)
        assert "message 101" in scene.lines()[1]
        await scene.resize(90, 25)
        assert scene.transcript.top == (101, 0)


async def test_no_frame_at_a_new_width_shows_text_laid_out_for_the_old_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with staged(long_talk(200)) as scene:
        transcript, drawn = scene.transcript, list[tuple[int, int]]()
        usual = transcript.render_lines

        def render_lines(crop: Region) -> list[Strip]:
            strips = usual(crop)
            assert transcript.column is not None
            drawn.append((transcript.column.width, transcript.text_width))
            return strips

        monkeypatch.setattr(transcript, "render_lines", render_lines)
        before = transcript.text_width
        await scene.resize(35, 12)
        assert transcript.text_width < before
        assert drawn
        assert all(laid_out == given for laid_out, given in drawn)


KINDS = {
    "prose": "\n\n".join(f"Paragraph {n}: " + f"word{n} " * 40 for n in range(40)),
    "one paragraph": " ".join(f"word{n}" for n in range(3_000)),
    "code": "```python\n" + "\n".join(f"x{n} = {n}\n\n" for n in range(200)) + "\n```",
    "list": "\n".join(f"- item{n} " + "and so on " * 12 for n in range(80)),
    "table": "| a | b |\n|---|---|\n"
    + "\n".join(f"| cell{n} | words and words of {n} |" for n in range(80)),
    "wide": "日本語の文章は折り返しが難しいです。" * 100,
}


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("kind", KINDS)
async def test_another_width_keeps_the_line_on_top_and_back_again_the_row(
    kind: str, live: bool
) -> None:
    conversation = talk("before", "it", "and")
    answer = conversation.reply("Echo")
    answer.text = KINDS[kind]
    if not live:
        settle(answer, answer.text)
    conversation.ask("after")
    async with staged(conversation, size=(60, 20)) as scene:
        transcript = scene.transcript
        column = transcript.column
        assert column is not None
        if live:
            await scene.still_text(answer)
        transcript.following = False
        transcript.show_from(3, column.entry(3).height // 2)
        top = transcript.top
        word = row_text(column.entry(3).row(top[1])).split()[:1]
        for width, height in ((33, 20), (33, 12), (110, 30), (20, 20), (60, 20)):
            await scene.resize(width, height)
            if live:
                answer.text += " more"
                transcript.changed(answer, "text")
                await scene.still_text(answer)
                await scene.pilot.pause()
            assert transcript.top[0] == 3
            if word and kind != "wide":
                assert word[0] in row_text(column.entry(3).row(transcript.top[1]))
        assert transcript.top == top


async def test_a_width_and_back_leads_back_also_where_things_are_folded() -> None:
    thought = "*Thinking...*\n\n" + "".join(f"> thought {n}\n>\n" for n in range(20))
    text = thought + "\n" + KINDS["code"] + "\n\n" + KINDS["prose"]
    async with staged(talk("one", text), size=(60, 20)) as scene:
        transcript, column = scene.transcript, scene.transcript.column
        assert column is not None
        transcript.toggle_fold(1, transcript.codes_of(1)[0][0])
        transcript.following = False
        transcript.show_from(1, 90)
        top = transcript.top
        await scene.resize(30, 20)
        assert transcript.top != top
        await scene.resize(60, 20)
        assert transcript.top == top


async def test_resizing_at_the_end_stays_at_the_end() -> None:
    async with staged(long_talk(200)) as scene:
        await scene.resize(35, 12)
        assert scene.transcript.at_end
        assert scene.transcript.following


async def test_paging_up_and_down_visits_every_row_once() -> None:
    async with staged(long_talk(60), size=(40, 12)) as scene:
        transcript = scene.transcript
        seen: list[tuple[int, int]] = []
        for _ in range(500):
            seen.append(transcript.top)
            if transcript.top == (0, 0):
                break
            transcript.move_by(-1)
        heights = transcript.column.heights  # type: ignore[union-attr]
        rows = [heights.start(index) + offset for index, offset in seen]
        assert rows == list(range(rows[0], -1, -1))


async def test_an_answer_that_scrolls_into_view_goes_on_growing() -> None:
    conversation = talk("one")
    early = conversation.reply("Echo")
    for number in range(20):
        conversation.ask(f"prompt {number}")
        settle(conversation.reply("Echo"), f"answer {number}")
    async with staged(conversation) as scene:
        early.text = "begun"
        scene.transcript.changed(early, "text")
        await scene.pilot.press("home")
        assert "begun" in scene.screen()
        grow(scene, early, " and gone on")
        await scene.until(lambda: "begun and gone on" in scene.screen())
        settle(early, early.text)
        scene.transcript.changed(early, "finished")
        await scene.until(lambda: "esc stops" not in scene.screen())


async def test_a_reply_that_ended_while_another_conversation_was_shown_is_whole() -> None:
    first, second = talk("one"), talk("else")
    answer = first.reply("Echo")
    async with staged(first) as scene:
        grow(scene, answer, "begun")
        await scene.show(second)
        settle(answer, "begun and ended")
        scene.transcript.changed(answer, "finished")
        await scene.show(first)
        assert "begun and ended" in scene.screen()
        assert "esc stops" not in scene.screen()


async def test_a_replaced_text_leaves_nothing_of_the_old_one() -> None:
    conversation = talk("one")
    answer = conversation.reply("Echo")
    async with staged(conversation) as scene:
        grow(scene, answer, "old text\n\n" * 30)
        await scene.until(lambda: "old text" in scene.screen())
        answer.text = "all new"
        scene.transcript.changed(answer, "replaced")
        await scene.until(lambda: "all new" in scene.screen())
        assert "old text" not in scene.screen()
        assert scene.transcript.following


async def test_a_switch_and_back_returns_to_the_same_place() -> None:
    first, second = long_talk(100), long_talk(80)
    async with staged(first) as scene:
        scene.transcript.following = False
        scene.transcript.show_from(40, 0)
        await scene.pilot.pause()
        before = scene.lines()
        await scene.show(second)
        assert scene.transcript.following
        await scene.show(first)
        assert scene.lines() == before
        assert not scene.transcript.following


async def test_a_switch_and_back_returns_into_the_middle_of_a_long_answer_that_is_coming() -> None:
    first, second = talk("one", "two", "three"), long_talk(40)
    answer = first.reply("Echo")
    answer.text = "\n\n".join(f"line {n} of many " + "words " * 20 for n in range(2_000))
    async with staged(first) as scene:
        await scene.still_text(answer)
        await scene.pilot.press("pageup")
        scene.transcript.show_from(3, 2_001)
        before = scene.lines()[:-1]
        await scene.show(second)
        answer.text += "\n\nmore"
        await scene.show(first)
        await scene.still_text(answer)
        await scene.pilot.pause()
        assert scene.lines()[:-1] == before
        assert not scene.transcript.following
        await scene.show(second)
        await scene.resize(40, 20)
        await scene.show(first)
        await scene.still_text(answer)
        await scene.pilot.pause()
        assert scene.lines()[0].split()[:3] == before[0].split()[:3]


async def test_another_version_begins_on_the_row_where_the_first_one_did() -> None:
    conversation = long_talk(40)
    short = conversation.path()[-1]
    long = settle(conversation.regenerate(short.id), "\n\n".join(f"row {n}" for n in range(30)))
    conversation.step_sibling(long.id, -1)
    async with staged(conversation) as scene:
        row = next(y for y, line in enumerate(scene.lines()) if "1/2" in line)
        await scene.pilot.press("k", "j")
        conversation.step_sibling(short.id, 1)
        await scene.show(conversation)
        assert "2/2" in scene.lines()[row]
        assert "row 0" in scene.lines()[row + 1]
        assert scene.transcript.cursor == long.id
        assert not scene.transcript.following
        conversation.step_sibling(long.id, -1)
        await scene.show(conversation)
        assert "1/2" in scene.lines()[row]
        assert scene.transcript.cursor == short.id
        assert scene.transcript.following


async def test_the_cursor_stays_on_a_message_in_the_middle_when_its_version_changes() -> None:
    conversation = long_talk(7)
    second = conversation.path()[3]
    other = settle(conversation.regenerate(second.id), "another")
    for text in ("and", "so on"):
        conversation.ask(text)
        settle(conversation.reply("Echo"), text)
    async with staged(conversation, size=(60, 50)) as scene:
        scene.transcript.put_cursor(3)
        conversation.step_sibling(other.id, -1)
        await scene.show(conversation)
        assert scene.transcript.cursor == second.id


async def test_another_version_of_what_is_read_far_down_begins_at_the_top() -> None:
    conversation = talk("one", "\n\n".join(f"row {n}" for n in range(60)))
    first = conversation.path()[1]
    other = settle(conversation.regenerate(first.id), "another, " + "word " * 300)
    async with staged(conversation) as scene:
        conversation.step_sibling(other.id, -1)
        await scene.show(conversation)
        scene.transcript.move_by(30)
        conversation.step_sibling(first.id, 1)
        await scene.show(conversation)
        assert "2/2" in scene.lines()[0]
        assert "another, word" in scene.lines()[1]


async def test_new_messages_below_are_counted_until_the_end_is_seen() -> None:
    conversation = long_talk(60)
    async with staged(conversation) as scene:
        await scene.pilot.press("home")
        conversation.ask("one more")
        settle(conversation.reply("Echo"), "and its answer")
        await scene.show(conversation)
        assert "↓ 2 new below" in scene.lines()[-1]
        await scene.pilot.press("G")
        assert "new below" not in scene.screen()
        assert "and its answer" in scene.screen()


async def test_what_has_been_seen_on_the_way_down_is_not_new_any_more() -> None:
    conversation = long_talk(60)
    async with staged(conversation) as scene:
        await scene.pilot.press("pageup")
        for number in range(3):
            conversation.ask(f"more {number}")
            settle(conversation.reply("Echo"), "words\n\n" * 6)
        await scene.show(conversation)
        assert "↓ 6 new below" in scene.lines()[-1]
        for left in (5, 4, 3):
            row = "new below"
            while f"↓ {left} {row}" not in scene.lines()[-1]:
                assert row in scene.lines()[-1]
                await scene.pilot.press("down")


async def test_opening_costs_the_view_and_not_the_conversation() -> None:
    async with staged() as scene:
        for size in (5_000, 100_000):
            conversation = long_talk(size)
            scene.transcript.show(conversation)
            column = scene.transcript.column
            assert column is not None
            assert column.rendered <= 20
            assert f"message {size - 1}" in scene.screen()


async def test_what_is_far_above_in_a_very_long_conversation_is_guessed_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    talked = long_talk(120)
    exact = Column(talked, 40, {})
    monkeypatch.setattr(column, "SHAPED", 30)
    guessed = Column(talked, 40, {})
    for width in (40, 33):
        guessed.resize(width)
        exact.resize(width)
        for index in range(len(exact)):
            exact.settle(index)
        assert abs(guessed.heights.start(90) / exact.heights.start(90) - 1) < 0.2
        assert min(guessed.heights[index] for index in range(90)) >= 3
