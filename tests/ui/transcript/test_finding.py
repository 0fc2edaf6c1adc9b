"""What counts as a match, that all of them are marked, and that the count is what is marked."""

from __future__ import annotations

import pytest

from poe_tui.chat.message import Attachment
from poe_tui.ui.transcript.column import Column
from poe_tui.ui.transcript.find import Finder
from tests.ui.transcript.stage import Scene, long_talk, settle, staged, talk


def counted(query: str, *turns: str, width: int = 40) -> int:
    """Return the exact number of matches in a conversation."""
    finder = Finder(Column(talk(*turns), width, {}), query)
    while finder.refine():
        pass
    assert finder.exact
    return finder.count


def marks(scene: Scene) -> list[str]:
    """Return what stands out on the screen, row by row."""
    transcript = scene.transcript
    palette, column = transcript.palette, transcript.column
    assert palette is not None
    assert column is not None
    grounds = {palette.background("match"), palette.background("current")}
    found = []
    for y in range(transcript.size.height):
        for segment in transcript.render_line(y):
            style = segment.style
            if style and style.bgcolor and style.bgcolor.name in grounds:
                found.append(segment.text)
    return found


@pytest.mark.parametrize(
    ("query", "text", "matches"),
    [
        ("needle", "Needle, needle, NEEDLE", 3),
        ("Needle", "Needle, needle, NEEDLE", 1),
        ("rust", "[Rust](https://www.rust-lang.org/)", 1),
        ("unbelievable", "un**believ**able", 1),
        ("snake_case", r"snake\_case and `snake_case`", 2),
        ("**", "2 ** 3 and **bold**", 1),
        ("a > b", "if a > b", 1),
        ("split phrase", "word " * 6 + "split phrase " + "word " * 6, 1),
        ("of verse", "a line\nof verse, *and one\n  of* verse", 2),
        ("難しい", "日本語の文章は折り返しが難しいです。" * 5, 5),
        ("👩‍👩‍👧‍👦", "x 👩‍👩‍👧‍👦 y", 1),
        ("thought", "*Thinking...*\n\n> a thought\n>\n> another thought\n\nSaid.", 2),
        ("python", "```python\nx\n```", 0),
        ("x", "```python\nx\n```", 1),
    ],
)
def test_what_is_shown_is_what_is_found(query: str, text: str, matches: int) -> None:
    assert counted(query, "q", text) == matches


def test_the_names_of_files_are_found() -> None:
    conversation = talk("read this", "done")
    conversation.path()[0].attachments = (Attachment(name="report.pdf", size=1),)
    finder = Finder(Column(conversation, 40, {}), "report")
    while finder.refine():
        pass
    assert finder.count == 1
    assert finder.step(1) is not None


def test_many_messages_are_counted_without_rendering_them() -> None:
    column = Column(long_talk(5_000), 60, {})
    finder = Finder(column, "message 49", (4_990, 0))
    assert finder.count == 111
    assert column.rendered <= 1
    assert not finder.exact


def test_very_long_conversations_are_counted_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poe_tui.ui.transcript.find.AT_ONCE", 2_000)
    monkeypatch.setattr("poe_tui.ui.transcript.find.SLICE", 2_000)
    column = Column(long_talk(1_000), 60, {})
    finder = Finder(column, "message 0", (900, 0))
    assert finder.count == 0
    assert not finder.exact
    assert finder.step(1) is not None  # it looks on until there is one
    while finder.refine():
        pass
    assert finder.count == 1
    assert finder.exact


def test_steps_go_round_both_ends_and_visit_every_match_once() -> None:
    finder = Finder(Column(talk("a needle", "needle needle", "none", "a needle"), 40, {}), "needle")
    forwards = [finder.step(1) for _ in range(5)]
    assert forwards[0] == forwards[4]
    assert len({*forwards}) == 4
    assert [finder.step(-1) for _ in range(4)] == forwards[3::-1]


def test_the_first_step_leads_to_what_is_below_the_top_of_the_screen() -> None:
    text = "\n\n".join(f"needle {n}" for n in range(50))
    finder = Finder(Column(talk("q", text), 40, {}), "needle", (1, 61))
    found = finder.step(1)
    assert found is not None
    assert finder.at == 30
    assert found[1].y == 61


async def test_all_matches_on_the_screen_are_marked_and_one_is_the_current() -> None:
    text = "needle and needle\n\n- a needle in a list\n\n`needle` in code, need**le** parted"
    async with staged(talk("a needle", text)) as scene:
        scene.transcript.find("needle")
        scene.transcript.find_step(1)
        assert "".join(marks(scene)).replace("needle", "") == ""
        assert "".join(marks(scene)).count("needle") == 6
        assert scene.transcript.finder is not None
        assert scene.transcript.finder.count == 6


async def test_a_match_over_a_row_end_is_marked_in_both_rows_while_it_comes_in() -> None:
    conversation = talk("hello")
    answer = conversation.reply("Echo")
    async with staged(conversation, size=(30, 12)) as scene:
        phrase = ["phrase", "that", "is", "parted"]
        scene.transcript.find(" ".join(phrase))
        answer.text = "word " * 4 + "phrase"
        scene.transcript.changed(answer, "text")
        await scene.still_text(answer)
        assert not marks(scene)
        answer.text += " that is parted and more"
        scene.transcript.changed(answer, "text")
        await scene.until(lambda: " ".join(marks(scene)).split() == phrase)
        settle(answer, answer.text)
        scene.transcript.changed(answer, "finished")
        column = scene.transcript.column
        assert column is not None
        await scene.until(lambda: not column.live)
        assert " ".join(marks(scene)).split() == phrase


async def test_what_is_found_in_folded_text_stays_in_view_when_it_is_unfolded() -> None:
    code = "```python\n" + "x = 1\n" * 60 + "needle\n" + "y = 2\n" * 60 + "```\n\nneedle after"
    async with staged(talk("q", code)) as scene:
        scene.transcript.toggle_fold(1, scene.transcript.codes_of(1)[0][0])
        scene.transcript.toggle_fold(1, whole=True)
        assert scene.transcript.find("needle") == 2
        scene.transcript.find_step(1)
        assert marks(scene) == ["needle"]
        scene.transcript.find_step(1)
        assert "needle after" in scene.screen()
        scene.transcript.find_step(-1)
        assert marks(scene)[0] == "needle"


async def test_what_is_found_in_folded_text_stays_in_view_though_the_end_was_followed() -> None:
    thought = "*Thinking...*\n\n> a needle\n" + "".join(f">\n> thought {n}\n" for n in range(20))
    async with staged(talk("q", thought + "\nthe answer")) as scene:
        assert scene.transcript.following
        scene.transcript.find("needle")
        scene.transcript.find_step(1)
        assert marks(scene) == ["needle"]
        assert not scene.transcript.following


async def test_counting_where_it_is_shown_does_not_move_what_is_read() -> None:
    conversation = long_talk(400)
    async with staged(conversation) as scene:
        scene.transcript.following = False
        scene.transcript.show_from(200, 0)
        scene.transcript.find("word", near=(200, 0))
        before = scene.texts()
        finder = scene.transcript.finder
        assert finder is not None
        await scene.until(lambda: finder.exact)
        assert scene.texts() == before


def test_where_nothing_was_said_nothing_is_found() -> None:
    finder = Finder(Column(talk(), 40, {}), "needle")
    assert finder.step(1) is None
    assert finder.step(-1) is None
    assert not finder.refine()
