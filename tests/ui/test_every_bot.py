"""Mentions, parameters and the odd shapes of answers, in the app and over real HTTP."""

from __future__ import annotations

import asyncio

import pytest
from textual.pilot import Pilot

from poe_tui.demo.service import DemoService
from poe_tui.poe.catalog import Bot, Catalog
from poe_tui.ui.screens.bot_picker import BotPicker
from poe_tui.ui.screens.parameter_form import Field, ParameterForm
from tests.ui.desk import Desk, screen_lines, wait_until
from tests.ui.test_on_the_wire import on


async def listed(desk: Desk, pilot: Pilot[None]) -> None:
    """Wait for Poe's list: a bot that is in it is asked at once."""
    await wait_until(pilot, lambda: desk.services.catalog.bots, turns=1_000)


async def test_a_mentioned_bot_is_sent_the_conversation_without_its_own_name(
    demo: DemoService,
) -> None:
    desk = on(demo)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await listed(desk, pilot)
        await desk.ask(pilot, "first")
        await desk.ask(pilot, "@guide hello there")
        await desk.ask(pilot, "and back")
        (guided,) = demo.requests("/bot/Guide")
        said = [turn["content"] for turn in guided.body["query"]]
        assert said == ["first", "first", "hello there"]
        back = demo.requests("/bot/Echo")[-1].body["query"]
        assert [turn["content"] for turn in back][2] == "@Guide hello there"
        bots = [message.bot for message in desk.current.path()]
        assert bots == ["Echo", "Echo", "Guide", "Guide", "Echo", "Echo"]


async def test_parameters_of_every_kind_reach_the_bot(demo: DemoService) -> None:
    typed = {
        "thinking_budget": "8,000",
        "reasoning_effort": "h",
        "web_search": "yes",
        "seed": "9007199254740993",
        "tags": "one, two\\, three",
        "negative_prompt": ' no "cats" ',
        "style": '{"grain": [1, null], "deep": {"er": true}}',
        "temperature": "0.5",
        "stop_sequences": "END, \\n\\n",
    }
    desk = on(demo, bot="Parameters")
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await listed(desk, pilot)
        await desk.ask(pilot, "/params")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, ParameterForm))
        for field in desk.app.screen.query(Field):
            field.value = typed.get(field.parameter.name, "")
        await pilot.press("enter")
        await wait_until(pilot, lambda: desk.app.screen is desk.main)
        await desk.ask(pilot, "what arrived?")
        await desk.ask(pilot, "@Echo nothing of it here")
        body = demo.requests("/bot/Parameters")[-1].body
        assert body["query"][-1]["parameters"] == {
            "thinking_budget": 8000,
            "reasoning_effort": "high",
            "web_search": True,
            "seed": 9007199254740993,
            "tags": ["one", "two, three"],
            "negative_prompt": 'no "cats"',
            "style": {"grain": [1, None], "deep": {"er": True}},
        }
        assert (body["temperature"], body["stop_sequences"]) == (0.5, ["END", "\n\n"])
        assert "- `web_search`: True" in desk.texts[1]
        other = demo.requests("/bot/Echo")[-1].body
        assert [turn["parameters"] for turn in other["query"]] == [{}, {}, {}]
        assert (other["temperature"], other["stop_sequences"]) == (None, [])
        kept = desk.on_disk().parameters_of("Parameters")
        assert kept["stop_sequences"] == ["END", "\n\n"]


async def test_parallel_answers_of_one_bot_stand_under_each_other(demo: DemoService) -> None:
    desk = on(demo, bot="Multi")
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await listed(desk, pilot)
        seen: set[str] = set()

        def is_done() -> bool:
            seen.update(line[30:].strip() for line in screen_lines(desk.app) if "Anoth" in line)
            return desk.idle()

        await desk.ask(pilot, "two, please --delay 0.05", wait=False)
        await wait_until(pilot, lambda: demo.requests("/bot/Multi"))
        await wait_until(pilot, is_done)
        assert all("Another one altogether.".startswith(line.rstrip("▍ ")) for line in seen), seen
        assert desk.texts[-1] == "The first answer. \n\n---\n\nAnother one altogether. "
        await wait_until(
            pilot, lambda: "Another one altogether." in "\n".join(screen_lines(desk.app))
        )
        lines = "\n".join(screen_lines(desk.app))
        assert lines.index("The first answer.") < lines.index("Another one altogether.")


async def test_plain_text_is_shown_as_it_is(demo: DemoService) -> None:
    desk = on(demo, bot="Plain")
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await listed(desk, pilot)
        await desk.ask(pilot, "plainly")
        assert desk.current.path()[-1].content_type == "text/plain"
        await wait_until(pilot, lambda: "*not bold*" in "\n".join(screen_lines(desk.app)))
        shown = "\n".join(screen_lines(desk.app))
        assert "# not a heading" in shown
        assert "two spaces, `kept`" in shown
        assert "[not](a link)" in shown


async def test_an_open_picker_takes_in_the_list_when_it_comes(
    demo: DemoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_come = asyncio.Event()
    asked = Catalog.refresh

    async def later(self: Catalog, *, force: bool = False) -> list[Bot]:
        await may_come.wait()
        return await asked(self, force=force)

    monkeypatch.setattr(Catalog, "refresh", later)
    desk = on(demo)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await pilot.press("ctrl+o")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, BotPicker))
        assert "has not come" in "\n".join(screen_lines(desk.app))
        may_come.set()
        await wait_until(pilot, lambda: " bots" in "\n".join(screen_lines(desk.app)), turns=1_000)
        await pilot.press(*"parameters")
        await wait_until(pilot, lambda: "poe-tui demo" in "\n".join(screen_lines(desk.app)))


async def test_a_list_that_is_a_day_old_is_shown_at_once_and_brought_up_to_date_behind(
    demo: DemoService,
) -> None:
    desk = on(demo)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await listed(desk, pilot)
        catalog = desk.services.catalog
        catalog._show([Bot(name="Echo"), Bot(name="Yesterdays-Bot")])
        catalog._fetched = 0.0
        demo.knobs.fail = {"/v1/models": 503}
        await pilot.press("ctrl+o")
        await wait_until(pilot, lambda: "2 bots" in "\n".join(screen_lines(desk.app)))
        await wait_until(pilot, lambda: len(demo.requests("/v1/models")) == 2)
        await pilot.press("escape")
        demo.knobs.fail = {}
        await pilot.press("ctrl+o")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, BotPicker))
        await wait_until(
            pilot, lambda: f"{len(catalog.bots)} bots" in "\n".join(screen_lines(desk.app))
        )
        assert len(catalog.bots) > 300
        await pilot.press("escape", "ctrl+o")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, BotPicker))
        assert len(demo.requests("/v1/models")) == 3


async def test_your_own_figures_are_in_the_picker_after_a_reply(demo: DemoService) -> None:
    desk = on(demo)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await listed(desk, pilot)
        await desk.ask(pilot, "hello")
        figures = desk.services.spending
        await wait_until(pilot, lambda: figures.figures.of("Echo").replies == 1, turns=1_000)
        await pilot.press("ctrl+o")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, BotPicker))
        await pilot.press(*"echo")
        await wait_until(pilot, lambda: "0 of 1 failed" in "\n".join(screen_lines(desk.app)))
