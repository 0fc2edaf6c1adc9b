"""`/context`: exactly what will be sent, on the screen and over real HTTP."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot
from textual.widgets import TextArea

from poe_tui.chat.message import Attachment, Message, Role
from poe_tui.demo.service import DemoService
from poe_tui.errors import BotFailed
from poe_tui.ui.screens.context_sheet import ContextSheet, SentRows
from poe_tui.ui.screens.sent_text import SentText
from tests.ui.desk import Desk, screen_lines, wait_until
from tests.ui.test_on_the_wire import on

SIZE = (120, 38)


def shown(desk: Desk) -> str:
    """Return what is on the screen."""
    return "\n".join(screen_lines(desk.app))


async def context(desk: Desk, pilot: Pilot[Any], text: str = "") -> ContextSheet:
    """Open the sheet for `text`, which stays in the composer, and return it."""
    await desk.ask(pilot, f"/context {text}", wait=False)
    await wait_until(pilot, lambda: isinstance(desk.app.screen, ContextSheet))
    await pilot.pause()
    assert isinstance(desk.app.screen, ContextSheet)
    return desk.app.screen


async def words_of(desk: Desk, pilot: Pilot[Any], row: int) -> str:
    """Return a row's message word for word, as the sheet shows it."""
    rows = desk.app.screen.query_one(SentRows)
    rows.focus()
    rows._highlight(row)
    await pilot.press("enter")
    await wait_until(pilot, lambda: isinstance(desk.app.screen, SentText))
    await wait_until(pilot, lambda: desk.app.screen.query(TextArea))
    text = desk.app.screen.query_one(TextArea).text
    await pilot.press("escape")
    await wait_until(pilot, lambda: isinstance(desk.app.screen, ContextSheet))
    return text


async def unread(desk: Desk) -> str:
    """Return the line of the sheet that sums up."""
    return next(line for line in screen_lines(desk.app) if " characters · " in line)


async def test_what_it_shows_is_what_the_server_gets_to_the_last_character(
    demo: DemoService,
) -> None:
    desk = on(demo, bot="Echo")
    async with desk.app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: desk.services.catalog.bots, turns=1_000)
        desk.main.chats.set_system(desk.current, "Be brief.\n\nBe kind. ü")
        desk.main.chats.set_parameters(
            desk.current, "Guide", {"temperature": 0.25, "stop_sequences": ["END"], "depth": 3}
        )
        await desk.ask(pilot, "first\n  line two\t😀")
        await desk.ask(pilot, "@Error this fails")
        await desk.ask(pilot, "second")
        await desk.ask(pilot, "third")
        desk.main.chats.toggle_excluded(desk.current, desk.current.path()[-1].id)
        sheet = await context(desk, pilot, "@guide what did I say?")
        rows = sheet.query_one(SentRows)
        said = [
            await words_of(desk, pilot, row)
            for row in range(rows.row_count())
            if (piece := rows.piece(row)) is None or not piece.left_out
        ]
        summed_up = await unread(desk)
        text = shown(desk)
        await pilot.press("escape")
        await wait_until(pilot, lambda: desk.app.screen is desk.main)
        await pilot.press("enter")
        await wait_until(pilot, lambda: demo.requests("/bot/Guide"))
        await wait_until(pilot, desk.idle, turns=1_000)
    (seen,) = demo.requests("/bot/Guide")
    sent = [turn["content"] for turn in seen.body["query"]]
    assert said == [
        "Be brief.\n\nBe kind. ü",
        "first\n  line two\t😀",
        "first\n  line two\t😀",
        "second",
        "second",
        "third",
        "what did I say?",
    ]
    assert sent == [*said[:5], "third\n\nwhat did I say?"]
    assert [turn["role"] for turn in seen.body["query"]] == ["system", *["user", "bot"] * 2, "user"]
    assert f" {sum(map(len, sent))} characters · " in summed_up
    assert "6 of 9 messages" in summed_up
    assert "+ You" in text
    assert "not answered" in text
    assert "left out by x" in text
    assert "With depth 3 · temperature 0.25 · stop sequences END." in text
    assert seen.body["query"][-1]["parameters"] == {"depth": 3}
    assert (seen.body["temperature"], seen.body["stop_sequences"]) == (0.25, ["END"])


async def test_a_prompt_that_failed_is_not_sent_again_and_the_sheet_says_so() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=SIZE) as pilot:
        desk.bots.error = BotFailed("It broke.")
        await desk.ask(pilot, "Hello")
        failed = desk.current.path()[-1]
        failed.text = ""
        desk.bots.error = None
        await context(desk, pilot, "Another thing")
        await wait_until(pilot, lambda: "not answered" in shown(desk))
        assert "1 of 3 messages · 13 characters" in shown(desk)
        await pilot.press("escape", "enter")
        await wait_until(pilot, lambda: len(desk.bots.requests) == 2 and desk.idle())
        assert [turn.text for turn in desk.bots.requests[-1].turns] == ["Another thing"]


async def test_a_message_is_read_word_for_word_with_its_controls_made_visible() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=SIZE) as pilot:
        await desk.ask(pilot, "Hello")
        desk.current.path()[-1].text = "one\ntwo \x1b[31m\u202e" + " end" * 400
        await context(desk, pilot)
        rows = desk.app.screen.query_one(SentRows)
        rows._highlight(1)
        await pilot.press("enter")
        await wait_until(pilot, lambda: "Claude-Sonnet-4.5 · as it is sent" in shown(desk))
        assert desk.app.screen.query_one(TextArea).text.startswith("one\ntwo ␛[31m⟨U+202E⟩ end")
        assert "1,614 characters" in shown(desk)
        await pilot.press("x")
        assert desk.app.screen.query_one(TextArea).text.endswith(" end")
        await pilot.press("escape")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, ContextSheet))


async def test_no_size_is_cut_however_large_or_many_files_it_has() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=(80, 24)) as pilot:
        await desk.ask(pilot, "Hello")
        prompt, answer = desk.current.path()
        prompt.attachments = tuple(Attachment(name=f"{n}.txt", url="https://x") for n in range(12))
        answer.text = "long " * 300_000
        await context(desk, pilot)
        await wait_until(pilot, lambda: "12 files + 5        ≈ 1 tok" in shown(desk))
        assert "1,500,000  ≈ 375,000 tok" in shown(desk)
        assert "Hello" in shown(desk)
        await pilot.press("up", "up", "x")
        await wait_until(pilot, lambda: "left out by x" in shown(desk))


async def test_a_digit_lets_mentioned_bots_see_the_last_so_many_prompts() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=SIZE) as pilot:
        for word in ("one", "two", "three"):
            await desk.ask(pilot, word)
        await context(desk, pilot, "@GPT-5.1 and you?")
        await pilot.press("2")
        await wait_until(pilot, lambda: "sees the last 2 prompts" in shown(desk))
        assert desk.on_disk().mention_context == "last_2"
        await pilot.press("escape", "enter")
        await wait_until(pilot, lambda: len(desk.bots.requests) == 4 and desk.idle())
        assert [turn.text for turn in desk.bots.requests[-1].turns][::2] == [
            "two",
            "three",
            "and you?",
        ]


async def test_an_edited_prompt_goes_to_whom_the_sheet_says() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=SIZE) as pilot:
        await desk.ask(pilot, "@GPT-5.1 hello")
        desk.main.pane.edit_message(desk.current.path()[0].id)
        sheet = await context(desk, pilot, "hello, all of you")
        assert sheet._look().request.bot == "Claude-Sonnet-4.5"
        await pilot.press("escape", "enter")
        await wait_until(pilot, lambda: len(desk.bots.requests) == 2 and desk.idle())
        assert desk.bots.asked[-1] == ("Claude-Sonnet-4.5", "hello, all of you")


async def test_what_is_still_to_come_is_named() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=SIZE) as pilot:
        desk.bots.hold()
        await desk.ask(pilot, "Hello", wait=False)
        await wait_until(pilot, lambda: desk.bots.requests)
        await desk.ask(pilot, "Next", wait=False)
        await wait_until(pilot, lambda: desk.current.queue)
        await context(desk, pilot, "Last")
        said = "Goes out after what is still coming in and 1 queued prompt, and takes that along."
        await wait_until(pilot, lambda: said in shown(desk))
        await pilot.press("escape")
        desk.bots.let_go()
        await wait_until(pilot, desk.idle)


async def test_a_sheet_of_many_messages_asks_for_no_more_rows_than_fit() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=SIZE) as pilot:
        parent = None
        for number in range(600):
            role: Role = "bot" if number % 2 else "user"
            message = Message(role=role, parent=parent, bot="GPT-5.1", text=f"message {number}")
            desk.current.messages[message.id] = message
            parent = message.id
        desk.current.head = parent
        sheet = await context(desk, pilot, "so?")
        await wait_until(pilot, lambda: "601 of 601 messages" in shown(desk))
        await wait_until(pilot, lambda: "message 599" in shown(desk))
        assert sheet.query_one(SentRows).highlighted == 600
