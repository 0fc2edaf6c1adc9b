"""What goes with the prompts: /context, /system and /params, and the same by the palette."""

from __future__ import annotations

import pytest
from textual.widgets import Input, TextArea

from poe_tui.poe.catalog import Bot
from poe_tui.ui.screens.bot_picker import BotPicker
from poe_tui.ui.screens.context_sheet import ContextSheet, SentRows
from poe_tui.ui.screens.parameter_form import Field, ParameterForm
from poe_tui.ui.screens.system_prompt import SystemPromptDialog
from tests.ui.desk import Desk, FixedCatalog, screen_lines, wait_until

THINKER = Bot(
    name="Claude-Sonnet-4.5",
    parameters=(
        {
            "name": "thinking_budget",
            "schema": {"type": "number", "minimum": 0, "maximum": 31999},
            "default_value": 0,
            "description": "Tokens for thinking",
        },
        {"name": "effort", "schema": {"type": "string", "enum": ["low", "high"]}},
    ),
)


@pytest.fixture(autouse=True)
def thinker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Claude have parameters."""
    known = FixedCatalog.find

    def find(self: FixedCatalog, name: str) -> Bot | None:
        return THINKER if name.casefold() == THINKER.name.casefold() else known(self, name)

    monkeypatch.setattr(FixedCatalog, "find", find)


def shown(desk: Desk) -> str:
    """Return what is on the screen."""
    return "\n".join(screen_lines(desk.app))


async def test_context_shows_what_would_be_sent_for_the_text_behind_it() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=(120, 38)) as pilot:
        await desk.ask(pilot, "Hello")
        await desk.ask(pilot, "/context @gpt-5.1 do you agree?")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, ContextSheet))
        await wait_until(pilot, lambda: "3 of 3 messages" in shown(desk))
        text = shown(desk)
        assert "GPT-5.1   3 of 3 messages · 29 characters · ≈ 7 tokens" in text
        assert "do you agree?" in text
        assert len(desk.bots.requests) == 1
        await pilot.press("escape")
        await wait_until(pilot, lambda: desk.app.screen is desk.main)
        assert desk.composed == "@gpt-5.1 do you agree?"


async def test_messages_are_left_out_and_taken_in_again_there_as_well() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=(120, 38)) as pilot:
        await desk.ask(pilot, "Hello")
        await desk.ask(pilot, "/context")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, ContextSheet))
        await wait_until(pilot, lambda: desk.app.screen.query_one(SentRows).highlighted == 2)
        await pilot.press("x")
        await pilot.press("up", "x")
        await wait_until(pilot, lambda: "left out by x" in shown(desk))
        answer = desk.current.path()[1]
        assert answer.excluded
        assert desk.on_disk().messages[answer.id].excluded
        await pilot.press("x")
        await wait_until(pilot, lambda: not answer.excluded)


async def test_what_a_mentioned_bot_sees_can_be_chosen_for_the_conversation() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=(120, 38)) as pilot:
        await desk.ask(pilot, "Hello")
        await desk.ask(pilot, "/context @GPT-5.1 and you?")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, ContextSheet))
        await pilot.press("m", "m", "m", "m")
        await wait_until(pilot, lambda: "sees only what it is asked" in shown(desk))
        assert "not for @bots" in shown(desk)
        assert desk.on_disk().mention_context == "last_0"
        await pilot.press("escape", "enter")
        await wait_until(pilot, lambda: len(desk.bots.requests) == 2 and desk.idle())
        assert [turn.text for turn in desk.bots.requests[-1].turns] == ["and you?"]


async def test_a_system_prompt_is_set_by_its_text() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(120, 38)) as pilot:
        await desk.ask(pilot, "/system Be brief.\nBe kind.")
        await wait_until(pilot, lambda: desk.current.system == "Be brief.\nBe kind.")
        assert desk.composed == ""
        await wait_until(pilot, lambda: "system prompt" in screen_lines(desk.app)[1])
        await desk.ask(pilot, "Hello")
        first = desk.bots.requests[-1].turns[0]
        assert (first.role, first.text) == ("system", "Be brief.\nBe kind.")


async def test_a_system_prompt_is_written_in_several_lines_and_taken_away() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(120, 38)) as pilot:
        await desk.ask(pilot, "/system")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, SystemPromptDialog))
        await pilot.press("a", "enter", "b", "ctrl+s")
        await wait_until(pilot, lambda: desk.current.system == "a\nb")
        await desk.ask(pilot, "/system")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, SystemPromptDialog))
        desk.app.screen.query_one(TextArea).text = ""
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: desk.current.system == "")


async def test_escape_leaves_the_system_prompt_as_it_was() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(120, 38)) as pilot:
        await desk.ask(pilot, "/system Be brief.")
        await wait_until(pilot, lambda: desk.current.system)
        await desk.ask(pilot, "/system")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, SystemPromptDialog))
        await pilot.press("x", "escape")
        await wait_until(pilot, lambda: desk.app.screen is desk.main)
        assert desk.current.system == "Be brief."


async def test_parameters_are_set_kept_and_sent() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=(120, 38)) as pilot:
        await desk.ask(pilot, "/params")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, ParameterForm))
        await pilot.press(*"8000", "down", "right", "down", *"0.2", "enter")
        await wait_until(pilot, lambda: desk.app.screen is desk.main)
        await desk.ask(pilot, "Hello")
        request = desk.bots.requests[-1]
        assert request.turns[-1].parameters == {"thinking_budget": 8000, "effort": "low"}
        assert request.temperature == 0.2
        assert desk.on_disk().parameters_of(THINKER.name)["effort"] == "low"


async def test_a_value_out_of_range_is_refused_in_words() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=(120, 38)) as pilot:
        await desk.ask(pilot, "/params")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, ParameterForm))
        await pilot.press(*"99999", "enter")
        await wait_until(pilot, lambda: "a number, 0 to 31,999, please" in shown(desk))
        assert isinstance(desk.app.screen, ParameterForm)
        await pilot.press("escape")
        await wait_until(pilot, lambda: desk.app.screen is desk.main)
        assert desk.current.parameters == {}


async def test_what_is_wrong_with_another_field_is_said_until_it_is_changed() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=(120, 38)) as pilot:
        await desk.ask(pilot, "/params")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, ParameterForm))
        await pilot.press(*"99999", "down", "down", "down", "enter")
        await wait_until(pilot, lambda: getattr(desk.app.screen.focused, "id", "") == "field-0")
        await pilot.pause()
        assert "thinking budget: a number, 0 to 31,999, please." in shown(desk)
        await pilot.press("down", "up")
        assert "a number, 0 to 31,999, please" in shown(desk)
        await pilot.press("backspace")
        await wait_until(pilot, lambda: "Tokens for thinking" in shown(desk))


async def test_what_is_set_is_in_the_form_and_an_empty_field_takes_it_away() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=(120, 38)) as pilot:
        desk.current.set_parameters(THINKER.name, {"thinking_budget": 8000, "unknown": [1]})
        await desk.ask(pilot, "/params")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, ParameterForm))
        field = desk.app.screen.query_one("#field-0", Input)
        assert field.value == "8000"
        field.value = ""
        await pilot.press("enter")
        await wait_until(pilot, lambda: desk.app.screen is desk.main)
        assert desk.current.parameters_of(THINKER.name) == {"unknown": [1]}


async def test_arrows_go_through_the_values_and_the_one_that_is_set_is_bold() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=(120, 38)) as pilot:
        await desk.ask(pilot, "/params")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, ParameterForm))
        await pilot.press("down")
        field = desk.app.screen.query_one("#field-1", Field)
        seen = []
        for key in ("right", "right", "right", "left", "left"):
            await pilot.press(key)
            seen.append(field.value)
        assert seen == ["low", "high", "", "high", "low"]
        allowed = field.allowed()
        assert allowed.plain == "low · high"
        assert [span.style for span in allowed.spans] == ["bold $text", "$dim", "$dim"]


async def test_all_can_be_left_to_the_bot_again() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=(120, 38)) as pilot:
        desk.current.set_parameters(THINKER.name, {"thinking_budget": 8000, "temperature": 1})
        await desk.ask(pilot, "/params")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, ParameterForm))
        await pilot.press("ctrl+r", "enter")
        await wait_until(pilot, lambda: desk.app.screen is desk.main)
        assert desk.current.parameters_of(THINKER.name) == {}


async def test_the_picker_opens_the_parameters_of_the_bot_in_it() -> None:
    desk = Desk(bot="GPT-5.1")
    async with desk.app.run_test(size=(120, 38)) as pilot:
        await pilot.press("ctrl+o")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, BotPicker))
        await pilot.press(*"claude", "tab")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, ParameterForm))
        await pilot.press("5", "enter")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, BotPicker))
        assert desk.current.parameters_of(THINKER.name) == {"thinking_budget": 5}
        assert desk.current.bot == "GPT-5.1"


async def test_the_palette_shows_what_will_be_sent_for_the_draft() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=(120, 38)) as pilot:
        desk.main.pane.composer.replace_text("a draft of mine")
        await pilot.press("ctrl+p")
        await pilot.press(*"will be sent")
        await wait_until(pilot, lambda: "Every message with its size" in shown(desk))
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, ContextSheet))
        assert "a draft of mine" in shown(desk)


async def test_two_slashes_send_one_and_an_unknown_order_is_sent_with_a_hint() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(120, 38)) as pilot:
        await desk.ask(pilot, "//context")
        assert desk.bots.requests[-1].turns[-1].text == "/context"
        await desk.ask(pilot, "/help me")
        assert desk.bots.requests[-1].turns[-1].text == "/help me"
        await wait_until(pilot, lambda: "/help is no command" in desk.notice)


async def test_asking_another_bot_for_an_answer_says_so() -> None:
    desk = Desk(bot="Claude-Sonnet-4.5")
    async with desk.app.run_test(size=(120, 38)) as pilot:
        await desk.ask(pilot, "Hello")
        desk.main.pane.transcript.focus()
        await pilot.press("b")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, BotPicker))
        assert "Ask another bot" in shown(desk)
