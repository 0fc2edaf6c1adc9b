"""Nothing is sent without the user's say: unlisted bots, dear prompts, caps."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.estimate import Weight
from poe_tui.chat.figures import Sample
from poe_tui.chat.message import new_id
from poe_tui.errors import BotFailed, NetworkDown
from poe_tui.poe.catalog import Bot
from poe_tui.ui.chats import Chats
from poe_tui.ui.screens.bot_picker import BotPicker
from poe_tui.ui.screens.consent import CapsDialog, ConsentDialog
from tests.ui.desk import Desk, FixedCatalog, screen_lines, services, wait_until

SIZE = (120, 34)


def desk(*unlisted: str, dear: int = 0, **settings: Any) -> Desk:
    """Return the app; `unlisted` are not in Poe's list, a reply is known to cost `dear` points."""
    given = services(bot="Echo", **settings)
    assert isinstance(given.catalog, FixedCatalog)
    given.catalog.unlisted = frozenset(unlisted)
    figures = given.spending._figures
    samples = [
        ("Echo", Sample(message=new_id(), asked=1, answered=999, points=dear))
        for _ in range(3 if dear else 0)
    ]
    figures.add(samples)
    return Desk(given)


async def question(desk: Desk, pilot: Pilot[None], kind: type = ConsentDialog) -> str:
    """Wait for a question and return what is on the screen."""
    await wait_until(pilot, lambda: isinstance(desk.app.screen, kind))
    await pilot.pause()
    return re.sub(r"[│\s]+", " ", " ".join(screen_lines(desk.app)))


async def gone(desk: Desk, pilot: Pilot[None]) -> None:
    """Wait until no question is open."""
    await wait_until(pilot, lambda: desk.app.screen is desk.main)
    await pilot.pause()


# -- bots that Poe does not list ----------------------------------------------------------------


async def test_an_unlisted_bot_is_asked_about_in_poes_words_and_no_keeps_the_prompt() -> None:
    asking = desk("Echo")
    async with asking.app.run_test(size=SIZE) as pilot:
        await asking.ask(pilot, "Hello", wait=False)
        said = await question(asking, pilot)
        assert "Echo is not in Poe's list of bots" in said
        assert "entire point balance" in said
        assert "creator.poe.com" in said
        await pilot.press("n")
        await gone(asking, pilot)
        assert asking.composed == "Hello"
        assert asking.current.messages == {}
        assert asking.bots.requests == []
        await pilot.press("enter")
        assert "Echo is not" in await question(asking, pilot)
        await pilot.press("escape")
        await gone(asking, pilot)
        assert asking.composed == "Hello"


async def test_enter_that_has_just_sent_the_prompt_is_no_yes() -> None:
    asking = desk("Echo")
    async with asking.app.run_test(size=SIZE) as pilot:
        await asking.ask(pilot, "Hello", wait=False)
        await question(asking, pilot)
        await pilot.press("enter", "enter")
        assert isinstance(asking.app.screen, ConsentDialog)
        assert asking.bots.requests == []
        await pilot.press("n")


async def test_yes_is_asked_for_once_and_remembered() -> None:
    asking = desk("Echo")
    async with asking.app.run_test(size=SIZE) as pilot:
        await asking.ask(pilot, "Hello", wait=False)
        await question(asking, pilot)
        await pilot.press("y")
        await gone(asking, pilot)
        await wait_until(pilot, lambda: asking.texts == ["Hello", "Echo: Hello"])
        assert asking.composed == ""
        await asking.ask(pilot, "Again")
        assert [text for _, text in asking.bots.asked] == ["Hello", "Again"]
        assert asking.services.trust.answer("echo") is True


async def test_asking_an_unlisted_bot_the_same_again_asks_too() -> None:
    asking = desk("Stranger")
    async with asking.app.run_test(size=SIZE) as pilot:
        await asking.ask(pilot, "Hello")
        answer = asking.current.path()[-1]
        asking.main.chats.regenerate(asking.current, answer.id, bot="Stranger")
        assert "Stranger is not" in await question(asking, pilot)
        await pilot.press("n")
        await gone(asking, pilot)
        assert len(asking.current.messages) == 2
        assert asking.bots.asked == [("Echo", "Hello")]


async def test_editing_and_continuing_pass_the_gate_and_a_no_leaves_the_edit_open() -> None:
    asking = desk()
    async with asking.app.run_test(size=SIZE) as pilot:
        await asking.ask(pilot, "Hello")
        assert isinstance(asking.services.catalog, FixedCatalog)
        asking.services.catalog.unlisted = frozenset({"Echo"})
        asking.main.pane.edit_message(asking.current.path()[0].id)
        asking.main.pane.composer.replace_text("Changed")
        await pilot.press("enter")
        await question(asking, pilot)
        await pilot.press("n")
        await gone(asking, pilot)
        assert asking.composed == "Changed"
        assert asking.main.pane.editing is not None
        answer = asking.current.path()[-1]
        answer.status = "stopped"
        asking.main.chats.continue_(asking.current, answer.id)
        await question(asking, pilot)
        await pilot.press("n")
        await gone(asking, pilot)
        assert len(asking.current.messages) == 2


async def test_a_queued_prompt_is_asked_about_before_it_is_queued() -> None:
    asking = desk("Stranger")
    async with asking.app.run_test(size=SIZE) as pilot:
        asking.bots.hold()
        await asking.ask(pilot, "Hello", wait=False)
        await wait_until(pilot, lambda: asking.bots.requests)
        asking.main.use_bot("Stranger")
        await asking.ask(pilot, "Next", wait=False)
        await question(asking, pilot)
        assert asking.current.queue == []
        await pilot.press("y")
        await gone(asking, pilot)
        assert [queued.text for queued in asking.current.queue] == ["Next"]
        asking.bots.let_go()
        await wait_until(pilot, lambda: len(asking.bots.requests) == 2 and asking.idle())
        assert asking.bots.asked[-1] == ("Stranger", "Next")


async def test_a_queued_prompt_that_is_edited_to_a_stranger_is_asked_about() -> None:
    asking = desk("Stranger")
    async with asking.app.run_test(size=SIZE) as pilot:
        asking.bots.hold()
        await asking.ask(pilot, "Hello", wait=False)
        await wait_until(pilot, lambda: asking.bots.requests)
        await asking.ask(pilot, "Next", wait=False)
        await wait_until(pilot, lambda: asking.current.queue)
        asking.main.pane.edit_queued(asking.current.queue[0].id)
        await asking.ask(pilot, "@Stranger next", wait=False)
        await question(asking, pilot)
        await pilot.press("n")
        await gone(asking, pilot)
        assert asking.composed == "@Stranger next"
        assert asking.main.pane.editing is not None
        assert [queued.text for queued in asking.current.queue] == ["Next"]
        await pilot.press("enter")
        assert "You have said no to it before." in await question(asking, pilot)
        await pilot.press("y")
        await gone(asking, pilot)
        assert [queued.text for queued in asking.current.queue] == ["@Stranger next"]
        asking.bots.let_go()
        await wait_until(pilot, lambda: len(asking.bots.requests) == 2 and asking.idle())
        assert asking.bots.asked[-1] == ("Stranger", "next")


async def test_a_mention_and_a_suggested_reply_pass_the_gate_too() -> None:
    asking = desk("Stranger")
    async with asking.app.run_test(size=SIZE) as pilot:
        asking.bots.suggestions = ["Tell me more"]
        await asking.ask(pilot, "@Stranger hello", wait=False)
        await question(asking, pilot)
        await pilot.press("n")
        await gone(asking, pilot)
        assert asking.services.trust.answer("STRANGER") is False
        await asking.ask(pilot, "Hello")
        asking.main.use_bot("Stranger")
        await pilot.press("alt+1")
        await question(asking, pilot)
        await pilot.press("n")
        await gone(asking, pilot)
        assert asking.bots.asked == [("Echo", "Hello")]


async def test_what_gets_round_the_questions_is_refused_before_the_wire() -> None:
    asking = desk("Echo")
    async with asking.app.run_test(size=SIZE) as pilot:
        prompt = asking.current.ask("Hello")
        answer = asking.current.reply("Echo", parent=prompt.id)
        asking.main.chats.replies.start(asking.current, answer)
        await wait_until(pilot, asking.idle)
        assert answer.error is not None
        assert answer.error.kind == "not_trusted"
        assert asking.bots.requests == []
        assert asking.on_disk().path()[0].text == "Hello"


async def test_a_bot_that_poe_lists_since_lately_is_not_asked_about() -> None:
    class Later(FixedCatalog):
        async def refresh(self, *, force: bool = False) -> list[Bot]:
            self.unlisted = frozenset()
            return self.bots

    asking = desk()
    catalog = Later(asking.bots, asking.services.paths.cache / "models.json")
    asking.services.catalog = catalog
    async with asking.app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        catalog.unlisted = frozenset({"Echo"})
        await asking.ask(pilot, "Hello", wait=False)
        await wait_until(pilot, lambda: asking.texts == ["Hello", "Echo: Hello"])


async def test_a_prompt_given_at_the_start_waits_for_the_list_on_disk_and_no_other() -> None:
    class Cached(FixedCatalog):
        loaded = False

        @property
        def bots(self) -> list[Bot]:
            return super().bots if self.loaded else []

        def find(self, name: str) -> Bot | None:
            return Bot(name=name) if self.loaded else None

        def load(self) -> list[Bot]:
            self.loaded = True
            return self.bots

        async def refresh(self, *, force: bool = False) -> list[Bot]:
            raise NetworkDown("There is no network.")

    given = services(bot="Echo")
    given.catalog = Cached(given.client, given.paths.cache / "models.json")
    asking = Desk(given, prompt="Hello")
    async with asking.app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: asking.texts == ["Hello", "Echo: Hello"])


async def test_without_a_list_every_bot_is_asked_about_and_it_is_said_why() -> None:
    class OutOfOrder(FixedCatalog):
        @property
        def bots(self) -> list[Bot]:
            return []

        def find(self, name: str) -> Bot | None:
            return None

        async def refresh(self, *, force: bool = False) -> list[Bot]:
            raise BotFailed("Poe's list of bots was empty.")

    asking = desk()
    catalog = OutOfOrder(asking.bots, asking.services.paths.cache / "models.json")
    asking.services.catalog = catalog
    async with asking.app.run_test(size=SIZE) as pilot:
        await asking.ask(pilot, "Hello", wait=False)
        said = await question(asking, pilot)
        assert "Is Echo to be trusted?" in said
        assert "Poe's list of bots can't be had." in said
        assert "is not in Poe's list" not in said
        await pilot.press("y")
        await wait_until(pilot, lambda: asking.texts == ["Hello", "Echo: Hello"])


async def test_without_a_network_the_prompt_is_kept_with_the_reason_and_no_question() -> None:
    class Away(FixedCatalog):
        async def refresh(self, *, force: bool = False) -> list[Bot]:
            raise NetworkDown("There is no network.")

    asking = desk()
    catalog = Away(asking.bots, asking.services.paths.cache / "models.json")
    catalog.unlisted = frozenset({"Echo"})
    asking.services.catalog = catalog
    async with asking.app.run_test(size=SIZE) as pilot:
        await asking.ask(pilot, "Hello", wait=False)
        await wait_until(pilot, lambda: len(asking.texts) == 2 and asking.idle())
        error = asking.current.path()[-1].error
        assert error is not None
        assert error.kind == "network_down"
        assert asking.bots.requests == []


# -- what it costs ------------------------------------------------------------------------------


async def test_a_dear_prompt_is_asked_about_with_estimate_and_balance() -> None:
    asking = desk(dear=500, confirm_over=100)
    async with asking.app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: asking.app.books.account.points == 12_345)
        await asking.ask(pilot, "Hello", wait=False)
        said = await question(asking, pilot)
        assert "will cost about 50" in said
        assert "You have 12,345 points" in said
        await pilot.press("n")
        await gone(asking, pilot)
        assert (asking.composed, asking.bots.requests) == ("Hello", [])
        await pilot.press("enter")
        await question(asking, pilot)
        await pilot.press("y")
        await gone(asking, pilot)
        await wait_until(pilot, lambda: asking.texts == ["Hello", "Echo: Hello"])


async def test_a_cap_refuses_names_itself_and_can_be_raised_then_and_there() -> None:
    asking = desk(dear=500, session_cap=400)
    async with asking.app.run_test(size=SIZE) as pilot:
        await asking.ask(pilot, "Hello", wait=False)
        said = await question(asking, pilot, CapsDialog)
        assert "Your limit is 400 points in this session (session_cap)" in said
        assert "would cost about 50" in said
        await pilot.press("escape")
        await gone(asking, pilot)
        assert (asking.composed, asking.bots.requests) == ("Hello", [])
        await pilot.press("enter")
        await question(asking, pilot, CapsDialog)
        field = asking.app.screen.focused
        assert field is not None
        assert field.id == "session_cap"
        await pilot.press("end", "0", "enter")
        await gone(asking, pilot)
        await wait_until(pilot, lambda: asking.texts == ["Hello", "Echo: Hello"])
        assert asking.services.spending.budget.caps.session_cap == 4000
        assert asking.services.settings.session_cap == 400


async def test_a_cap_raised_too_little_refuses_again() -> None:
    asking = desk(dear=500, daily_cap=40)
    async with asking.app.run_test(size=SIZE) as pilot:
        await asking.ask(pilot, "Hello", wait=False)
        await question(asking, pilot, CapsDialog)
        await pilot.press("end", "0", "enter")
        await wait_until(
            pilot, lambda: any("Your limit is 400" in line for line in screen_lines(asking.app))
        )
        await pilot.press("escape")
        await gone(asking, pilot)
        assert asking.bots.requests == []


async def test_a_queued_prompt_over_the_cap_ends_as_an_error_and_is_kept() -> None:
    asking = desk(dear=300, session_cap=700)
    async with asking.app.run_test(size=SIZE) as pilot:
        asking.bots.hold()
        await asking.ask(pilot, "Hello", wait=False)
        await wait_until(pilot, lambda: asking.bots.requests)
        await asking.ask(pilot, "Next", wait=False)
        await wait_until(pilot, lambda: len(asking.current.queue) == 1)
        asking.services.spending.budget.settle("before", 650)
        asking.bots.let_go()
        await wait_until(pilot, lambda: len(asking.texts) == 4 and asking.idle())
        error = asking.current.path()[-1].error
        assert error is not None
        assert error.kind == "over_cap"
        assert "Raise or set the spending caps" in error.hint
        assert len(asking.bots.requests) == 1
        assert asking.on_disk().path()[2].text == "Next"


async def test_the_palette_sets_caps_for_this_run() -> None:
    asking = desk()
    async with asking.app.run_test(size=SIZE) as pilot:
        await asking.app.run_action("caps")
        await question(asking, pilot, CapsDialog)
        await pilot.press("down", "down", "end", "9", "0", "enter")
        await gone(asking, pilot)
        assert asking.services.spending.budget.caps.daily_cap == 90
        assert "until you quit" in asking.notice


async def test_a_cap_that_is_no_number_is_said_to_be_none_and_the_dialog_stays() -> None:
    asking = desk()
    async with asking.app.run_test(size=SIZE) as pilot:
        await asking.app.run_action("caps")
        await question(asking, pilot, CapsDialog)
        await pilot.press("end", "backspace", "enter")
        assert "a whole number of points" in await question(asking, pilot, CapsDialog)
        field = asking.app.screen.query_exactly_one("#confirm_over")
        assert field.size.height == 1, "no frame hides what is typed"
        await pilot.press("7", "enter")
        await gone(asking, pilot)
        assert asking.services.spending.budget.caps.confirm_over == 7


# -- the price in the border --------------------------------------------------------------------


def border(desk: Desk) -> str:
    """Return what is said in the lower border of the composer."""
    lines = (line for line in screen_lines(desk.app) if "╰" in line)
    return next(lines, "").partition("╰")[2].strip("─╯ ")


async def test_the_border_tells_what_the_prompt_would_cost_and_follows_what_is_typed() -> None:
    asking = desk(dear=1000)
    async with asking.app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: border(asking) == "≈ 999 pts")
        asking.main.pane.composer.replace_text("x" * 101)
        await wait_until(pilot, lambda: border(asking) == "≈ 1,100 pts")


async def test_the_border_tells_the_price_of_an_edit_by_what_that_would_send() -> None:
    asking = desk(dear=1000)
    async with asking.app.run_test(size=SIZE) as pilot:
        await asking.ask(pilot, "x" * 50)
        await asking.ask(pilot, "y" * 200)
        await wait_until(pilot, lambda: border(asking) == "≈ 1,511 pts")
        asking.main.pane.edit_message(asking.current.path()[0].id)
        await wait_until(pilot, lambda: border(asking).startswith("≈ 1,049 pts · editing"))
        asking.main.pane.composer.replace_text("x" * 101)
        await wait_until(pilot, lambda: border(asking).startswith("≈ 1,100 pts · editing"))
        await pilot.press("escape")
        await wait_until(pilot, lambda: border(asking) == "≈ 1,511 pts")


async def test_the_border_says_plainly_that_files_are_not_in_the_price(tmp_path: Path) -> None:
    asking = desk(dear=1000)
    file = tmp_path / "paper.pdf"
    file.write_bytes(b"x")
    async with asking.app.run_test(size=SIZE) as pilot:
        await asking.main.pane.composer.files.add([file])
        await wait_until(pilot, lambda: border(asking) == "≈ 999 pts + 1 file")
        asking.main.pane.composer.files.remove()
        await wait_until(pilot, lambda: border(asking) == "≈ 999 pts")


async def test_the_border_is_silent_about_a_price_that_nobody_knows() -> None:
    asking = desk()
    async with asking.app.run_test(size=SIZE) as pilot:
        asking.main.pane.composer.replace_text("Hello")
        tag = asking.main.pane._price
        await wait_until(pilot, lambda: tag._weighed)
        assert border(asking) == ""


async def test_the_border_warns_of_a_cap_before_anything_is_sent() -> None:
    asking = desk(dear=1000, session_cap=500)
    async with asking.app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: border(asking) == "≈ 999 pts · over your cap")


# -- the price of asking again --------------------------------------------------------------------


def status(desk: Desk) -> str:
    return screen_lines(desk.app)[-1]


async def test_the_last_line_tells_what_asking_again_would_cost_for_the_answer_at_the_cursor() -> (
    None
):
    asking = desk(dear=1000)
    async with asking.app.run_test(size=SIZE) as pilot:
        await asking.ask(pilot, "x" * 50)
        await asking.ask(pilot, "y" * 200)
        assert "again" not in status(asking)
        asking.main.pane.transcript.focus()
        await wait_until(pilot, lambda: "r again ≈ 1,305 pts" in status(asking))
        await pilot.press("k", "k")
        await wait_until(pilot, lambda: "r again ≈ 1,049 pts" in status(asking))
        await pilot.press("k")  # the prompt of that answer: the same is asked again
        assert asking.main.pane.price_again == "", "the price of another answer would be wrong"
        await wait_until(pilot, lambda: "r again ≈ 1,049 pts" in status(asking))


async def test_moving_the_cursor_weighs_nothing_until_it_rests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asking = desk(dear=1000)
    weighed: list[str] = []
    weigh = Chats.weigh_again

    def weigh_again(chats: Chats, conversation: Conversation, message_id: str) -> Weight:
        weighed.append(message_id)
        return weigh(chats, conversation, message_id)

    monkeypatch.setattr(Chats, "weigh_again", weigh_again)
    monkeypatch.setattr("poe_tui.ui.widgets.price_tag.PAUSE", 3_600.0)
    async with asking.app.run_test(size=SIZE) as pilot:
        for text in ("one", "two", "three"):
            await asking.ask(pilot, text)
        asking.main.pane.transcript.focus()
        await pilot.press("k", "k", "j", "k", "k")
        await pilot.pause(0.1)
        assert weighed == []
        monkeypatch.setattr("poe_tui.ui.widgets.price_tag.PAUSE", 0.0)
        await wait_until(pilot, lambda: asking.main.pane.price_again)
        assert weighed == [asking.current.path()[3].id]


async def test_the_picker_for_another_bot_tells_what_that_answer_would_cost() -> None:
    asking = desk(dear=1000)
    async with asking.app.run_test(size=(120, 38)) as pilot:
        await asking.ask(pilot, "x" * 50)
        asking.main.pane.transcript.focus()
        await pilot.press("b")
        await wait_until(pilot, lambda: isinstance(asking.app.screen, BotPicker))
        await pilot.press(*"echo")
        await wait_until(
            pilot, lambda: any("now  ≈ 1,049 pts" in x for x in screen_lines(asking.app))
        )
