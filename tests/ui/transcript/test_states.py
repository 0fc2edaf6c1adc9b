"""What messages look like, as text: headers, errors, suggestions, attachments, queued prompts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from poe_tui.chat.attaching import size_text
from poe_tui.chat.conversation import Conversation, QueuedPrompt
from poe_tui.chat.mention import mentioning
from poe_tui.chat.message import Attachment, Failure, Message
from poe_tui.markdown.rows import row_text
from poe_tui.ui.palette import hue_of
from poe_tui.ui.transcript.facts import seconds_text, settled_facts
from poe_tui.ui.wait import Elsewhere
from tests.ui.transcript.stage import settle, staged, talk


def answer_of(conversation: Conversation) -> Message:
    return conversation.path()[-1]


def failed(conversation: Conversation, failure: Failure, text: str = "") -> Message:
    conversation.ask("a prompt")
    answer = settle(conversation.reply("GPT-5.1"), text)
    answer.status, answer.error = "failed", failure
    return answer


async def test_an_answer_shows_bot_points_seconds_and_speed() -> None:
    conversation = talk("hello", "x" * 688)
    answer = answer_of(conversation)
    answer.points, answer.points_exact = 1339, True
    answer.finished = answer.created + timedelta(seconds=2.1)
    answer.first_text = 0.1
    async with staged(conversation, size=(80, 24)) as scene:
        header = next(line for line in scene.texts() if "Echo" in line)
        assert header.startswith(" ● Echo ")
        assert header.endswith("1,339 pts · 2.1 s · ≈ 86 tok/s")


async def test_a_guessed_price_says_so_and_an_unknown_one_is_a_dash() -> None:
    answer = answer_of(talk("hello", "hi"))
    answer.points = 60
    assert settled_facts(answer)[0] == "≈ 60 pts"
    answer.points = None
    assert settled_facts(answer) == ["— pts", "0.0 s"]
    answer.status = "failed"
    assert settled_facts(answer) == ["failed", "0.0 s"]


def test_what_was_set_for_the_bot_is_told_last() -> None:
    answer = answer_of(talk("hello", "hi"))
    answer.parameters = {"thinking_budget": 8000}
    assert settled_facts(answer) == ["— pts", "0.0 s", "thinking budget 8,000"]


@pytest.mark.parametrize("name", ["GPT-5.1", "My Bot"])
async def test_a_mention_has_the_hue_of_the_bot_it_asks(name: str) -> None:
    conversation = Conversation(bot="Echo")
    text = mentioning(name, "do you agree?")
    conversation.ask(text, bot=name)
    conversation.enqueue(text, bot=name)
    hue = f"hue{hue_of(name)}"
    async with staged(conversation, size=(60, 20)) as scene:
        column = scene.transcript.column
        assert column is not None
        for index in (0, 1):
            row = column.entry(index).row(1)
            assert row.spans[0].text == text.removesuffix(" do you agree?")
            assert row_text(row) == text
        assert column.entry(0).row(1).spans[0].look.role == hue


async def test_an_at_that_names_another_than_the_bot_is_text() -> None:
    conversation = Conversation(bot="Echo")
    conversation.ask("@dataclass class A")
    async with staged(conversation, size=(60, 20)) as scene:
        column = scene.transcript.column
        assert column is not None
        assert column.entry(0).row(1).spans[0].look.role == "text"


@pytest.mark.parametrize(
    ("status", "word"), [("stopped", "stopped"), ("truncated", "cut off"), ("failed", "failed")]
)
def test_the_state_of_an_answer_is_a_word(status: str, word: str) -> None:
    answer = answer_of(talk("hello", "hi"))
    answer.status = status  # type: ignore[assignment]
    assert settled_facts(answer)[0] == word


async def test_an_error_says_what_happened_and_what_to_press() -> None:
    conversation = Conversation(bot="GPT-5.1")
    failed(
        conversation,
        Failure(
            kind="not_enough_points",
            title="Not enough points",
            explanation="It needs about 320 points; your balance is 41. Nothing is lost.",
            hint="Points: poe.com/settings",
            actions=("retry", "switch_bot", "edit"),
        ),
    )
    async with staged(conversation) as scene:
        assert "   ▌ ✗ Not enough points" in scene.texts()
        assert "   ▌ Points: poe.com/settings" in scene.texts()
        assert "   ▌ r retry    b another bot    e edit the prompt" in scene.texts()


async def test_a_cut_off_answer_keeps_its_text_and_offers_to_continue() -> None:
    conversation = Conversation(bot="GPT-5.1")
    answer = failed(
        conversation,
        Failure(
            kind="truncated",
            title="The answer was cut off",
            actions=("continue", "retry", "switch_bot"),
        ),
        "It opens at ten, and the",
    )
    answer.status = "truncated"
    async with staged(conversation) as scene:
        assert "   It opens at ten, and the" in scene.texts()
        assert "   ▌ ⚠ The answer was cut off" in scene.texts()
        assert "   ▌ c continue    r ask again    b another bot" in scene.texts()
        await scene.pilot.press("c", "r", "b")
        assert [action for action, _, _ in scene.app.requested] == [
            "continue",
            "retry",
            "switch_bot",
        ]


async def test_only_the_last_answer_offers_suggested_replies() -> None:
    conversation = talk("one", "first answer", "two", "second answer")
    path = conversation.path()
    path[1].suggested_replies = ("Gone by now",)
    path[3].suggested_replies = ("Show an example", "What about Rc?", "A third, which is long " * 3)
    async with staged(conversation) as scene:
        assert "Gone by now" not in scene.screen()
        assert "    1  Show an example     2  What about Rc?" in scene.texts()
        row = scene.texts().index("    1  Show an example     2  What about Rc?")
        await scene.pilot.click(scene.transcript, offset=(32, row))
        assert scene.app.requested[-1] == ("suggestion", path[3].id, "2")


async def test_attachments_are_rows_with_name_kind_and_size() -> None:
    conversation = talk("read this")
    conversation.path()[0].attachments = (Attachment(name="notes\x1b[2J.pdf", size=84_000),)
    async with staged(conversation) as scene:
        assert " ▌ ▣ notes␛[2J.pdf  PDF · 84 KB" in scene.texts()


async def test_queued_prompts_wait_after_the_end_and_can_be_edited_or_dropped() -> None:
    conversation = talk("one", "two")
    queued = QueuedPrompt(text="and where do the locals eat?")
    conversation.queue.append(queued)
    async with staged(conversation) as scene:
        header = scene.texts()[-3] if "queued" in scene.texts()[-3] else scene.screen()
        assert "You  queued" in header
        assert "e edit · x drop" in scene.screen()
        assert " ▌ and where do the locals eat?" in scene.screen().replace("▎", " ")
        await scene.pilot.press("G", "e", "x")
        assert scene.app.requested == [
            ("edit_queued", queued.id, ""),
            ("drop_queued", queued.id, ""),
        ]


async def test_an_empty_conversation_says_whom_one_talks_to() -> None:
    async with staged(Conversation(bot="Claude-Sonnet-4.5")) as scene:
        assert "● Claude-Sonnet-4.5" in scene.screen()
        assert "press enter" in scene.screen()


async def test_a_waiting_answer_shows_that_it_is_alive_and_how_to_stop_it() -> None:
    conversation = talk("hello")
    answer = conversation.reply("Echo")
    async with staged(conversation) as scene:
        assert re.search(r"\d s · esc stops", scene.screen())
        assert "▍" in scene.screen()
        scene.transcript.changed(answer, "silent")
        await scene.until(lambda: bool(re.search(r"nothing for \d s · esc stops", scene.screen())))
        answer.text = "here it is"
        scene.transcript.changed(answer, "text")
        await scene.until(lambda: "nothing for" not in scene.screen())
        settle(answer, "here it is")
        scene.transcript.changed(answer, "finished")
        await scene.until(lambda: "esc stops" not in scene.screen())
        await scene.until(lambda: "here it is" in scene.screen())
        assert "▍" not in scene.screen()


async def test_a_reply_of_another_window_does_not_say_that_escape_stops_it() -> None:
    conversation = talk("hello")
    answer = conversation.reply("Echo")
    async with staged() as scene:
        scene.transcript.wait_of = lambda message_id: Elsewhere()
        await scene.show(conversation)
        assert "0 s · in another window" in scene.screen()
        scene.transcript.changed(answer, "silent")
        await scene.pilot.pause()
        assert "esc stops" not in scene.screen()


async def test_a_narrow_header_keeps_the_time_when_there_is_no_room_for_the_key() -> None:
    conversation = talk("hello")
    conversation.reply("A-Bot-Of-Length")
    async with staged(conversation, size=(30, 20)) as scene:
        assert " 0 s" in scene.screen()
        assert "esc stops" not in scene.screen()


async def test_siblings_are_counted_in_the_header() -> None:
    conversation = talk("hello", "first")
    settle(conversation.regenerate(conversation.path()[1].id), "second")
    async with staged(conversation) as scene:
        assert "‹ 2/2 ›" in scene.screen()
        await scene.pilot.press("left_square_bracket", "right_square_bracket")
        assert [action for action, _, _ in scene.app.requested] == [
            "previous_sibling",
            "next_sibling",
        ]


async def test_what_a_bot_calls_itself_can_not_reach_the_terminal() -> None:
    evil = "".join(map(chr, range(0xA0))) + "\u202e\x1b]52;c;AA\x07"
    conversation = Conversation(bot=evil)
    conversation.ask(evil)
    answer = settle(conversation.reply(evil), evil)
    answer.error = Failure(kind=evil, title=evil, explanation=evil, hint=evil)
    answer.suggested_replies = (evil,)
    answer.attachments = (Attachment(name=evil),)
    conversation.queue.append(QueuedPrompt(text=evil, attachments=[Attachment(name=evil)]))
    async with staged(conversation, size=(50, 60)) as scene:
        text = scene.screen().replace("\n", "")
        assert text
        assert not [c for c in text if ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c == "\u202e"]


async def test_a_narrow_screen_drops_facts_and_cuts_names_but_never_overflows() -> None:
    conversation = talk("hello " * 20, "answer " * 20, bot="A-Bot-With-A-Very-Long-Name-Indeed")
    answer_of(conversation).points = 1_234_567
    for width in (6, 12, 20, 31):
        async with staged(conversation, size=(width, 24)) as scene:
            strips = [scene.transcript.render_line(y) for y in range(24)]
            assert {strip.cell_length for strip in strips} == {scene.transcript.size.width}


def test_durations_and_sizes_are_short() -> None:
    assert [seconds_text(value) for value in (0.44, 9.99, 59, 61, 120)] == [
        "0.4 s",
        "10.0 s",
        "59 s",
        "1 min 1 s",
        "2 min",
    ]
    assert [size_text(value) for value in (None, 0, 999, 84_000, 2_500_000, 3_000_000_000)] == [
        "",
        "0 B",
        "999 B",
        "84 KB",
        "2.5 MB",
        "3.0 GB",
    ]
