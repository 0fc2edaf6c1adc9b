"""Asking another bot for one turn: `@`, its completion, and what happens to the conversation."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from poe_tui.chat.conversation import Conversation
from poe_tui.ui.widgets.completion import Completion, partial_name
from tests.ui.desk import Desk, FixedCatalog, screen_lines, services, wait_until


def offered(desk: Desk) -> list[str]:
    """Return the names in the open list; empty when it is closed."""
    found = list(desk.main.query(Completion))
    if not found or not found[0].is_open:
        return []
    return [choice.name for choice in found[0].rows.choices]


async def typed(desk: Desk, pilot: Pilot[Any], text: str) -> None:
    """Type key by key."""
    desk.main.pane.composer.focus()
    for character in text:
        await pilot.press({" ": "space", "@": "@", '"': "quotation_mark"}.get(character, character))
    await pilot.pause()


async def test_a_mention_asks_another_bot_for_one_turn() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "Hello")
        await desk.ask(pilot, "@gpt-5.1 do you agree?")
        assert desk.bots.asked[-1] == ("GPT-5.1", "do you agree?")
        assert desk.current.bot == "Claude-Sonnet-4.5"
        assert desk.texts[2] == "@GPT-5.1 do you agree?"
        assert desk.current.path()[3].bot == "GPT-5.1"
        await desk.ask(pilot, "And now?")
        assert desk.bots.asked[-1][0] == "Claude-Sonnet-4.5"


async def test_a_mentioned_bot_becomes_a_recent_one_and_not_the_next_default() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "Hello")
        await desk.ask(pilot, "@GPT-5.1 and you?")
        state = desk.services.state.state
        await wait_until(pilot, lambda: "GPT-5.1" in state.recent)
        assert state.bot == "Claude-Sonnet-4.5"


async def test_the_composer_says_whom_a_mention_goes_to() -> None:
    desk = Desk(services(aliases={"g": "GPT-5.1"}), bot="Claude-Sonnet-4.5")
    async with desk.app.run_test() as pilot:
        composer = desk.main.pane.composer
        await typed(desk, pilot, "@g hi")
        await wait_until(pilot, lambda: composer.border_title == "GPT-5.1 · this once")
        desk.bots.hold()
        await pilot.press("enter")
        await wait_until(pilot, lambda: len(desk.bots.requests) == 1)
        await wait_until(pilot, lambda: composer.border_title == "Claude-Sonnet-4.5")
        desk.bots.let_go()
        await wait_until(pilot, desk.idle)


async def test_an_alias_asks_the_bot_it_stands_for() -> None:
    desk = Desk(services(aliases={"g": "GPT-5.1"}), bot="Claude-Sonnet-4.5")
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "@g hi")
        assert desk.bots.asked == [("GPT-5.1", "hi")]


async def test_two_signs_send_one_and_ask_nobody_else() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "@@dataclass class A")
        assert desk.bots.asked == [("Claude-Sonnet-4.5", "@dataclass class A")]


async def test_an_unknown_name_is_asked_about_and_the_text_stays_until_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(FixedCatalog, "unlisted", frozenset({"Nobody"}))
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "@Nobody hi", wait=False)
        await wait_until(pilot, lambda: "Nobody" in "\n".join(screen_lines(desk.app)))
        await wait_until(pilot, lambda: desk.app.screen is not desk.main)
        await pilot.press("n")
        await wait_until(pilot, lambda: desk.app.screen is desk.main)
        assert desk.composed == "@Nobody hi"
        assert desk.bots.requests == []


async def test_a_name_alone_says_what_is_missing() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "@GPT-5.1 ", wait=False)
        await wait_until(pilot, lambda: "what to ask" in desk.notice)
        assert desk.composed == "@GPT-5.1 "
        assert desk.bots.requests == []


async def test_what_a_mentioned_bot_sees_comes_from_the_settings_first() -> None:
    desk = Desk(services(mention_context="last_0"), bot="Claude-Sonnet-4.5")
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "Hello")
        assert desk.current.mention_context == ""
        await desk.ask(pilot, "@GPT-5.1 and you?")
        assert len(desk.bots.requests[-1].turns) == 1
        assert desk.on_disk().mention_context == "last_0"


async def test_a_mention_waits_in_the_queue_for_its_own_bot() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test() as pilot:
        desk.bots.hold()
        await desk.ask(pilot, "Hello", wait=False)
        await wait_until(pilot, lambda: desk.bots.requests)
        await desk.ask(pilot, "@GPT-5.1 and you?", wait=False)
        await wait_until(pilot, lambda: desk.current.queue)
        desk.bots.let_go()
        await wait_until(pilot, lambda: len(desk.bots.requests) == 2 and desk.idle())
        assert desk.bots.asked[-1] == ("GPT-5.1", "and you?")


async def test_an_edited_mention_may_go_to_another_bot_or_to_none() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test() as pilot:
        await desk.ask(pilot, "@GPT-5.1 and you?")
        prompt = desk.current.path()[0]
        desk.main.pane.edit_message(prompt.id)
        assert desk.composed == "@GPT-5.1 and you?"
        await desk.ask(pilot, "@Gemini-3-Pro and you?")
        desk.main.pane.edit_message(prompt.id)
        await desk.ask(pilot, "and you?")
        assert [bot for bot, _ in desk.bots.asked] == [
            "GPT-5.1",
            "Gemini-3-Pro",
            "Claude-Sonnet-4.5",
        ]


# -- completion -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ("@", ""),
        ("@gpt", "gpt"),
        ('@"my b', "my b"),
        ("@gpt ", None),
        ("@gpt,", None),
        ("@@", None),
        ("hi @gpt", None),
        ("", None),
        ("@a\n", None),
        ("  @gpt", "gpt"),
    ],
)
def test_a_name_is_being_typed_only_where_a_prompt_begins(before: str, name: str | None) -> None:
    assert partial_name(before) == name


async def test_an_at_opens_the_bots_and_tab_completes_the_name() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test() as pilot:
        await typed(desk, pilot, "@")
        assert offered(desk)[:2] == ["Claude-Sonnet-4.5", "GPT-5.1"]
        await typed(desk, pilot, "gp")
        assert offered(desk) == ["GPT-5.1"]
        await pilot.press("tab")
        await wait_until(pilot, lambda: desk.composed == "@GPT-5.1 ")
        assert offered(desk) == []
        assert desk.main.focused is desk.main.pane.composer


async def test_empty_lines_before_a_name_change_nothing() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test() as pilot:
        composer = desk.main.pane.composer
        composer.focus()
        await pilot.press("ctrl+j", "space", "ctrl+j", "@", "g", "p")
        await wait_until(pilot, lambda: offered(desk) == ["GPT-5.1"])
        await pilot.press("tab")
        await wait_until(pilot, lambda: desk.composed == "@GPT-5.1 ")
        composer.replace_text("\n \n@gpt-5.1 do you agree?")
        await wait_until(pilot, lambda: composer.border_title == "GPT-5.1 · this once")
        await pilot.press("enter")
        await wait_until(pilot, lambda: len(desk.bots.requests) == 1 and desk.idle())
        assert desk.bots.asked == [("GPT-5.1", "do you agree?")]
        assert desk.current.bot == "Claude-Sonnet-4.5"


async def test_arrows_choose_and_enter_completes_without_sending() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test() as pilot:
        await typed(desk, pilot, "@")
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: desk.composed == "@GPT-5.1 ")
        assert desk.bots.requests == []


async def test_a_click_completes_the_name_and_the_composer_keeps_the_focus() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await typed(desk, pilot, "@")
        await wait_until(pilot, lambda: offered(desk))
        await pilot.pause()
        rows = desk.main.query_one(Completion).rows
        await pilot.click(rows, offset=(6, 2))
        await wait_until(pilot, lambda: desk.composed == "@Gemini-3-Pro ")
        assert offered(desk) == []
        assert desk.main.focused is desk.main.pane.composer
        assert desk.bots.requests == []


async def test_an_alias_is_completed_to_the_name_of_its_bot() -> None:
    desk = Desk(services(aliases={"x": "GPT-5.1"}), bot="Claude-Sonnet-4.5")
    async with desk.app.run_test() as pilot:
        await typed(desk, pilot, "@x")
        assert offered(desk)[0] == "GPT-5.1"
        await pilot.press("tab")
        await wait_until(pilot, lambda: desk.composed == "@GPT-5.1 ")


async def test_escape_closes_the_list_and_leaves_the_keys_alone() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test() as pilot:
        await typed(desk, pilot, "@gp")
        await pilot.press("escape")
        await typed(desk, pilot, "t")
        assert offered(desk) == []
        await pilot.press("tab")
        assert desk.main.focused is not desk.main.pane.composer
        assert desk.composed == "@gpt"


async def test_a_name_that_no_bot_has_takes_no_keys() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test() as pilot:
        await typed(desk, pilot, "@xyzzyq")
        assert offered(desk) == []


async def test_a_name_with_spaces_is_completed_in_quotes() -> None:
    given = services()
    given.state.state.favourites = ["My Own Bot"]
    desk = Desk(given, bot="Claude-Sonnet-4.5")
    async with desk.app.run_test() as pilot:
        await typed(desk, pilot, "@own")
        await pilot.press("tab")
        await wait_until(pilot, lambda: desk.composed == '@"My Own Bot" ')


async def test_a_draft_that_begins_with_a_name_opens_nothing() -> None:
    given = services()
    earlier = Conversation(bot="GPT-5.1", draft="@gp")
    given.conversations.save(earlier)
    desk = Desk(given, conversation=earlier.id)
    async with desk.app.run_test() as pilot:
        await wait_until(pilot, lambda: desk.composed == "@gp")
        await pilot.pause()
        assert offered(desk) == []


async def test_the_list_is_drawn_over_the_composer() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=(100, 30)) as pilot:
        before = desk.main.pane.transcript.size
        await typed(desk, pilot, "@g")
        await wait_until(pilot, lambda: offered(desk))
        await pilot.pause()
        lines = screen_lines(desk.app)
        assert any("GPT-5.1" in line and "not" not in line for line in lines)
        assert any("tab complete" in line.replace("⇥", "tab") for line in lines)
        assert desk.main.pane.transcript.size == before
