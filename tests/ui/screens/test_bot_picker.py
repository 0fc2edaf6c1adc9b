"""The bot picker."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from poe_tui.bots import BotChoices
from poe_tui.markdown.rows import Span
from poe_tui.poe.catalog import Bot
from poe_tui.ui.screens.bot_picker import BotPicker, BotRows
from poe_tui.ui.themes import load_themes
from tests.ui.screens.host import Host, screen_text

PALETTE = load_themes()[0]["night"]

SONNET = Bot(
    name="Claude-Sonnet-4.5",
    owner="Anthropic",
    description="Balanced model for writing and code.",
    inputs=("text", "image"),
    context=200_000,
    prompt_price=2.6e-6,
    completion_price=1.3e-5,
)
GPT = Bot(name="GPT-5.1", owner="OpenAI", inputs=("text", "image"), context=400_000)
FLUX = Bot(
    name="FLUX-pro", owner="Black Forest Labs", outputs=("image",), request_price=0.04, context=None
)
BOTS = [FLUX, GPT, SONNET, *(Bot(name=f"Model-{number}", owner="poe") for number in range(300))]


def picker(**changes: Any) -> BotPicker:
    given: dict[str, Any] = {
        "favourites": ["claude-sonnet-4.5"],
        "recent": ["My-Writer", "GPT-5.1"],
        "current": "gpt-5.1",
        "palette": PALETTE,
    }
    bots = changes.pop("bots", BOTS)
    return BotPicker(bots, **{**given, **changes})


def names(pilot: Pilot[Any]) -> list[str]:
    return [choice.name for choice in pilot.app.screen.query_one(BotRows).choices]


async def test_favourites_come_first_then_recents_then_poe_s_list_each_bot_once() -> None:
    async with Host(picker()).run_test() as pilot:
        await pilot.pause()
        assert names(pilot)[:5] == [
            "Claude-Sonnet-4.5",
            "My-Writer",
            "GPT-5.1",
            "FLUX-pro",
            "Model-0",
        ]
        assert len(names(pilot)) == len(BOTS) + 1
        assert "303 bots" in screen_text(pilot.app)


async def test_the_bot_in_use_is_highlighted_so_that_enter_keeps_it() -> None:
    app = Host(picker())
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("enter")
        assert app.results == ["GPT-5.1"]


async def test_a_few_letters_and_enter_choose_a_bot() -> None:
    app = Host(picker())
    async with app.run_test(size=(120, 38)) as pilot:
        await pilot.press(*"son")
        await pilot.pause()
        assert names(pilot) == ["Claude-Sonnet-4.5", "son"]
        assert "1 of 303 bots" in screen_text(app)
        await pilot.press("enter")
        assert app.results == ["Claude-Sonnet-4.5"]


async def test_owner_and_modality_find_a_bot_as_well() -> None:
    async with Host(picker()).run_test() as pilot:
        await pilot.press(*"anthropic")
        await pilot.pause()
        assert names(pilot)[0] == "Claude-Sonnet-4.5"
        await pilot.press("ctrl+u", *"image black")
        await pilot.pause()
        assert names(pilot)[0] == "FLUX-pro"


async def test_a_name_that_nobody_lists_can_be_used_and_is_warned_of() -> None:
    app = Host(picker())
    async with app.run_test(size=(120, 38)) as pilot:
        await pilot.press(*"zz-private")
        await pilot.pause()
        shown = screen_text(app)
        assert "not listed" in shown
        assert "can spend your whole balance" in " ".join(shown.split())
        await pilot.press("enter")
        assert app.results == ["zz-private"]


async def test_a_name_that_is_listed_is_not_offered_twice() -> None:
    async with Host(picker()).run_test() as pilot:
        await pilot.press(*"gpt-5.1")
        await pilot.pause()
        assert names(pilot)[0] == "GPT-5.1"
        assert [name.casefold() for name in names(pilot)].count("gpt-5.1") == 1


async def test_arrows_move_while_the_filter_keeps_the_focus() -> None:
    app = Host(picker(current="Claude-Sonnet-4.5"))
    async with app.run_test() as pilot:
        await pilot.press("down", "down", "up", "down", "enter")
        assert app.results == ["GPT-5.1"]


async def test_the_bar_is_where_the_highlight_is_and_the_bot_in_use_is_ticked() -> None:
    app = Host(picker(current="Claude-Sonnet-4.5"))
    async with app.run_test() as pilot:
        await pilot.press("down")
        await pilot.pause()
        rows = [line for line in screen_text(app).splitlines() if "●" in line or "○" in line]
        ticked = next(row for row in rows if "✓" in row)
        barred = next(row for row in rows if "▌" in row)
        assert "Claude-Sonnet-4.5" in ticked
        assert barred != ticked
        assert sum("▌" in row for row in rows) == 1


async def test_the_list_scrolls_with_the_highlight() -> None:
    app = Host(picker(current="", bots=BOTS[:40]))
    async with app.run_test() as pilot:
        await pilot.press(*["pagedown"] * 8)
        await pilot.pause()
        assert "Model-36" in screen_text(app)
        await pilot.press("enter")
        assert app.results == ["Model-36"]


async def test_escape_leaves_everything_as_it_is() -> None:
    app = Host(picker())
    async with app.run_test() as pilot:
        await pilot.press(*"son", "escape")
        assert app.results == [None]


async def test_a_star_makes_a_favourite_and_is_not_typed() -> None:
    toggled: list[BotPicker.FavouriteToggled] = []

    class Listening(Host[str | None]):
        def on_bot_picker_favourite_toggled(self, event: BotPicker.FavouriteToggled) -> None:
            toggled.append(event)

    app = Listening(picker())
    async with app.run_test(size=(120, 38)) as pilot:
        await pilot.pause()
        stars = screen_text(app).count("★")
        await pilot.press("*")
        await pilot.pause()
        assert screen_text(app).count("★") == stars + 1
        assert [message.bot for message in toggled] == ["GPT-5.1"]
        assert toggled[0].control is app.opened
        await pilot.press("*")
        await pilot.pause()
        assert screen_text(app).count("★") == stars
        assert len(names(pilot)) == len(BOTS) + 1


async def test_a_click_chooses() -> None:
    app = Host(picker())
    async with app.run_test(size=(120, 38)) as pilot:
        await pilot.pause()
        await pilot.click(BotRows, offset=(5, 0))
        assert app.results == ["Claude-Sonnet-4.5"]


async def test_before_poe_s_list_has_come_favourites_and_any_name_work() -> None:
    app = Host(picker(bots=[]))
    async with app.run_test(size=(120, 38)) as pilot:
        await pilot.pause()
        assert "Poe’s list has not come" in screen_text(app)
        assert names(pilot) == ["claude-sonnet-4.5", "My-Writer", "GPT-5.1"]


async def test_the_list_may_come_while_one_types() -> None:
    app = Host(picker(bots=[], favourites=[], recent=[]))
    async with app.run_test(size=(120, 38)) as pilot:
        await pilot.press(*"flux")
        app.opened.update_bots(BOTS)  # type: ignore[attr-defined]
        await pilot.pause()
        assert names(pilot)[0] == "FLUX-pro"
        assert "1 of 303" in screen_text(app)


async def test_nothing_known_and_nothing_typed_says_what_to_do() -> None:
    app = Host(picker(bots=[], favourites=[], recent=[]))
    async with app.run_test(size=(120, 38)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert app.results == []
        assert "Type the name of any bot on Poe." in screen_text(app)


async def test_details_say_what_the_highlighted_bot_is_and_costs() -> None:
    app = Host(picker())
    async with app.run_test(size=(120, 38)) as pilot:
        await pilot.press(*"claude")
        await pilot.pause()
        shown = " ".join(screen_text(app).split())
        assert "Anthropic · 200 K context · text and images in, text out" in shown
        assert "Balanced model for writing and code." in shown
        assert "$2.60 per million tokens in, $13 per million out" in shown


async def test_what_a_bot_says_of_itself_reaches_the_screen_as_text() -> None:
    evil = Bot(name="Evil[red]", owner="\x1b[31mme", description="[@click=app.quit]x[/] \u202ey")
    app = Host(picker(bots=[evil]))
    async with app.run_test(size=(120, 38)) as pilot:
        await pilot.press(*"evil")
        await pilot.pause()
        shown = screen_text(app)
        assert "Evil[red]" in shown
        assert "[@click=app.quit]x[/]" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        await pilot.press("enter")
        assert app.results == ["Evil[red]"]


@pytest.mark.parametrize("size", [(30, 8), (40, 12), (64, 20), (80, 24), (200, 50)])
async def test_every_row_fills_the_list_exactly(size: tuple[int, int]) -> None:
    app = Host(picker(bots=[*BOTS, Bot(name="文" * 30, owner="文" * 20, context=2_000_000)]))
    async with app.run_test(size=size) as pilot:
        await pilot.press(*"文" if size[0] > 60 else "o")
        await pilot.pause()
        rows = app.screen.query_one(BotRows)
        for index in range(min(rows.row_count(), 30)):
            spans, _ = rows.row_spans(index, rows.size.width)
            assert sum(cell_len(span.text) for span in spans) <= max(rows.size.width, 6)


async def test_a_small_terminal_shows_names_and_which_are_not_listed() -> None:
    app = Host(picker())
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        shown = screen_text(app)
        assert "Claude-Sonnet-4.5" in shown
        assert "not listed" in shown
        assert "use" in shown


async def test_a_key_press_draws_no_more_rows_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Host(picker())
    async with app.run_test(size=(120, 38)) as pilot:
        await pilot.pause()
        rows = app.screen.query_one(BotRows)
        drawn: list[int] = []

        def counting(index: int, width: int) -> tuple[list[Span], str]:
            drawn.append(index)
            return BotRows.row_spans(rows, index, width)

        monkeypatch.setattr(rows, "row_spans", counting)
        await pilot.press("m")
        await pilot.pause()
        assert rows.row_count() > 200
        assert 0 < len(drawn) <= 3 * rows.size.height


def test_a_sentence_is_not_offered_as_a_name() -> None:
    assert BotChoices([], [], []).find("why " * 40) == []


@pytest.mark.parametrize("query", ["forest", "black forest", "antropic", "labs flux", "imge"])
def test_owners_and_modalities_are_found_by_any_word_and_by_nearly_all_letters(query: str) -> None:
    found = [choice.name for choice in BotChoices(BOTS, [], []).find(query, free=False)]
    assert found[0] in ("FLUX-pro", "Claude-Sonnet-4.5")
    assert not any(name.startswith("Model") for name in found)


def test_what_is_narrowed_down_letter_by_letter_is_what_is_found_at_once() -> None:
    bots = [*BOTS, *(Bot(name=f"Agent {n} of {n % 7}", owner="Somebody else") for n in range(60))]
    choices = BotChoices(bots, ["GPT-5.1"], ["Model-7"], {"c": "Claude-Sonnet-4.5"})
    for query in ("son", "s", "sx", "so el", "so els ag", "model 1 poe", "c", "im"):
        for end in range(len(query) + 1):
            fresh = BotChoices(bots, ["GPT-5.1"], ["Model-7"], {"c": "Claude-Sonnet-4.5"})
            assert choices.find(query[:end]) == fresh.find(query[:end])


async def test_the_alias_of_a_bot_finds_it_first_and_is_told() -> None:
    aliases = {"flu": "GPT-5.1", "c": "Claude-Sonnet-4.5", "s": "claude-sonnet-4.5"}
    async with Host(picker(aliases=aliases)).run_test() as pilot:
        await pilot.press(*"flu")
        assert names(pilot)[:2] == ["GPT-5.1", "FLUX-pro"]
        assert "GPT-5.1   @flu · OpenAI" in screen_text(pilot.app)
        await pilot.press("ctrl+u", *"sonnet")
        assert "Claude-Sonnet-4.5   @c @s · Anthropic" in screen_text(pilot.app)
