"""Starting, stopping, themes, keys, points, and what goes wrong behind the screen."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.expenses import Spent
from poe_tui.chat.message import now
from poe_tui.demo.service import DemoService
from poe_tui.errors import KeyMissing, KeyRefused, NetworkDown
from poe_tui.keys import KeyChain
from poe_tui.services import Services
from poe_tui.store.codec import decode
from poe_tui.ui.rescue import RESCUED
from poe_tui.ui.screens.onboarding import Onboarding
from poe_tui.ui.widgets.balance import Balance
from poe_tui.ui.widgets.sidebar import BotList
from tests.ui.desk import NOON, Desk, FixedUsage, screen_lines, services, wait_until
from tests.ui.test_on_the_wire import on

HEAVY = ("fastapi", "fastapi_poe", "httpx", "pydantic", "keyring", "pygments")


def test_importing_the_app_loads_nothing_heavy() -> None:
    code = f"import poe_tui.ui.app, sys; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_without_a_key_a_newcomer_is_welcomed_and_the_key_is_kept(tmp_path: Path) -> None:
    keys = KeyChain(tmp_path / "config" / "key", use_keyring=False)
    desk = Desk(services(keys=keys))
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await wait_until(pilot, lambda: bool(desk.app.screen.query("Onboarding Input")))
        desk.app.screen.query_exactly_one(Input).value = "a-good-key"
        await pilot.press("enter")
        kept = tmp_path / "config" / "key"
        await wait_until(pilot, lambda: "works" in "\n".join(screen_lines(desk.app)))
        assert kept.read_text().strip() == "a-good-key"
        await pilot.press("enter")
        await wait_until(pilot, lambda: desk.app.screen is desk.main)
        await wait_until(
            pilot, lambda: desk.main.query_exactly_one(Balance).account.points == 12_345
        )


async def test_a_newcomer_can_try_the_demo() -> None:
    demo = services(demo=True)

    async def start_demo() -> Services:
        return demo

    desk = Desk(services(keys=KeyChain(Path("nowhere"), use_keyring=False)), start_demo=start_demo)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await wait_until(pilot, lambda: bool(desk.app.screen.query("Onboarding Input")))
        await pilot.press("ctrl+t")
        await wait_until(pilot, lambda: desk.app.services is demo)
        await wait_until(pilot, lambda: "DEMO" in screen_lines(desk.app)[-1])
        desk.services = demo
        await desk.ask(pilot, "Hello")
        assert desk.texts == ["Hello", "Echo: Hello"]


async def test_a_newcomer_who_leaves_can_still_read_and_is_told_when_sending() -> None:
    given = services(keys=KeyChain(Path("nowhere"), use_keyring=False))
    desk = Desk(given)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await wait_until(pilot, lambda: bool(desk.app.screen.query("Onboarding Input")))
        await pilot.press("escape")
        await wait_until(pilot, lambda: desk.app.screen is desk.main)
        desk.bots.error = KeyMissing("There is none.")
        await desk.ask(pilot, "Hello")
        answer = desk.current.path()[-1]
        assert answer.error is not None
        assert answer.error.kind == "key_missing"
        desk.main.action_change_key()
        await wait_until(pilot, lambda: bool(desk.app.screen.query("Onboarding Input")))


async def test_the_list_of_bots_comes_though_no_key_can_be_had(demo: DemoService) -> None:
    """It is public; the program that prints the key may be locked, or wait for somebody."""
    given = on(demo).services
    given.keys = KeyChain(given.paths.key_file, command="false", use_keyring=False)
    desk = Desk(given)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await wait_until(pilot, lambda: "api_key_command" in desk.notice)
        await wait_until(pilot, lambda: given.catalog.bots)
        assert [each.auth for each in demo.requests()] == ["none"]
        assert "api_key_command" in desk.notice


async def test_a_refused_key_can_be_replaced_at_any_time() -> None:
    given = services()
    assert isinstance(given.usage, FixedUsage)
    desk = Desk(given)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        desk.main.action_change_key()
        await wait_until(pilot, lambda: bool(desk.app.screen.query("Onboarding Input")))
        given.usage.refusal = KeyRefused("Poe does not know it.")
        desk.app.screen.query_exactly_one(Input).value = "a-bad-key"
        await pilot.press("enter")
        await wait_until(pilot, lambda: "refused" in "\n".join(screen_lines(desk.app)))
        assert isinstance(desk.app.screen, Onboarding)


async def test_the_balance_is_grouped_and_unknown_is_a_dash() -> None:
    given = services()
    assert isinstance(given.usage, FixedUsage)
    given.usage.refusal = NetworkDown("No route.")
    desk = Desk(given)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert screen_lines(desk.app)[-1].lstrip().startswith("— pts")
        given.usage.refusal = None
        desk.app.look_at_balance()
        await wait_until(pilot, lambda: "12,345 pts" in screen_lines(desk.app)[-1])


async def test_what_a_reply_cost_is_shown_and_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    assert isinstance(desk.services.usage, FixedUsage)
    desk.services.usage.spent = Spent(339, query_id="q")
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "Hello")
        await wait_until(pilot, lambda: desk.current.path()[-1].points == 339)
        assert not desk.on_disk().path()[-1].points_exact
        await wait_until(pilot, lambda: "≈ 339 pts" in screen_lines(desk.app)[1])
        monkeypatch.setattr("poe_tui.chat.spending.now", lambda: now() + timedelta(minutes=11))
        desk.app.look_at_balance()
        await wait_until(pilot, lambda: "· 339 pts" in screen_lines(desk.app)[1])
        assert desk.on_disk().path()[-1].points_exact


async def test_a_broken_theme_is_named_and_the_others_load() -> None:
    given = services()
    given.paths.themes.mkdir(parents=True)
    (given.paths.themes / "mine.toml").write_text("colors = 3")
    desk = Desk(given)
    async with desk.app.run_test(size=(120, 30)) as pilot:
        await wait_until(pilot, lambda: "mine.toml" in desk.notice)
        assert set(desk.app.palettes) == {"night", "day"}


async def test_the_theme_changes_at_once_and_is_remembered() -> None:
    desk = Desk()
    async with desk.app.run_test() as pilot:
        desk.app.theme = "day"
        await wait_until(pilot, lambda: desk.main.pane.transcript.palette is desk.app.palette)
        assert desk.app.palette.name == "day"
        assert desk.services.state.state.theme == "day"
    again = Desk(services())
    async with again.app.run_test():
        assert again.app.theme == "day"


async def test_a_theme_that_is_not_there_is_said_and_the_default_used() -> None:
    desk = Desk(theme="nigth")
    async with desk.app.run_test(size=(120, 30)) as pilot:
        await wait_until(pilot, lambda: "no theme “nigth”" in desk.notice)
        assert desk.app.theme == "night"


async def test_keys_of_the_settings_replace_the_defaults() -> None:
    desk = Desk(remapped())
    async with desk.app.run_test(size=(120, 30)) as pilot:
        await desk.ask(pilot, "Hello")
        first = desk.current.id
        await pilot.press("ctrl+n")
        assert desk.current.id == first
        await pilot.press("ctrl+t")
        assert desk.current.id != first
        assert "^t" in screen_lines(desk.app)[-1]


async def test_a_key_that_cannot_work_is_said() -> None:
    desk = Desk(remapped("conversation.new", "ctrl+i"))
    async with desk.app.run_test(size=(120, 30)) as pilot:
        await wait_until(pilot, lambda: "conversation.new" in desk.notice)


async def test_what_goes_wrong_inside_is_said_and_the_app_goes_on() -> None:
    async def stumble() -> None:
        raise ZeroDivisionError

    desk = Desk()
    async with desk.app.run_test(size=(120, 30)) as pilot:
        desk.app._run(stumble, "testing")
        await wait_until(pilot, lambda: "ZeroDivisionError" in desk.notice)
        await desk.ask(pilot, "Hello")
        assert desk.texts[-1] == "Echo: Hello"


async def test_a_favourite_is_marked_in_the_side_pane() -> None:
    desk = Desk(clock=lambda: NOON)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        desk.main.toggle_favourite("GPT-5.1")
        await pilot.pause()
        shown = [line for line in screen_lines(desk.app) if "GPT-5.1" in line]
        assert "★" in shown[0]
        assert desk.main.query_exactly_one(BotList).row_key(0) == "GPT-5.1"


async def test_a_bot_of_the_side_pane_is_used_with_enter() -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        desk.main.toggle_favourite("GPT-5.1")
        desk.main.query_exactly_one(BotList).focus()
        await pilot.press("home", "enter")
        await wait_until(pilot, lambda: desk.current.bot == "GPT-5.1")
        assert desk.main.focused is desk.main.pane.composer


async def test_a_conversation_of_another_window_appears_in_the_list_and_goes_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("poe_tui.ui.app._DISK_EVERY", 0.02)
    desk, other = Desk(), services()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        theirs = Conversation(bot="GPT-5.1")
        theirs.ask("From the other window")
        other.conversations.save(theirs)
        await wait_until(pilot, lambda: len(desk.main.chats.entries) == 1)
        desk.main.open_conversation(theirs.id)
        desk.main.action_new_conversation()
        other.conversations.delete(theirs.id)
        await wait_until(pilot, lambda: not desk.main.chats.entries)


async def test_what_another_window_writes_into_the_conversation_on_screen_appears_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("poe_tui.ui.app._DISK_EVERY", 0.02)
    desk, other = Desk(), services()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "from here")
        theirs = other.conversations.load(desk.current.id)
        theirs.ask("from the other window")
        other.conversations.save(theirs)
        await wait_until(pilot, lambda: desk.texts[-1] == "from the other window")
        await wait_until(
            pilot, lambda: "from the other window" in "\n".join(screen_lines(desk.app))
        )


async def test_a_conversation_deleted_in_another_window_while_its_reply_comes_in_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("poe_tui.ui.app._DISK_EVERY", 0.02)
    desk, other = Desk(), services()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        desk.bots.hold()
        await desk.ask(pilot, "hello", wait=False)
        await wait_until(pilot, lambda: desk.texts[1:] == ["Echo: "])
        other.conversations.delete(desk.current.id)
        desk.app.look_at_disk()
        desk.bots.let_go()
        await wait_until(pilot, desk.idle)
        assert [message.text for message in desk.on_disk().path()] == ["hello", "Echo: hello"]


async def test_several_files_that_cannot_be_read_are_told_of_together() -> None:
    desk = Desk()
    place = desk.services.paths.conversations
    place.mkdir(parents=True)
    (place / "0000000000000001.json").write_text("{")
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await wait_until(pilot, lambda: "0000000000000001.json could not be read" in desk.notice)
        (place / "0000000000000002.json").write_text("{")
        (place / "0000000000000003.json").write_text("{")
        desk.app.look_at_disk()
        await wait_until(pilot, lambda: "2 conversations could not be read" in desk.notice)


async def ask_where_nothing_can_be_saved(desk: Desk, pilot: Pilot[None]) -> Path:
    """Ask while a file is where the directory should be, and return that file."""
    place = desk.services.paths.conversations
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("in the way")
    await desk.ask(pilot, "precious words")
    return place


async def test_what_could_not_be_saved_is_copied_elsewhere_before_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await ask_where_nothing_can_be_saved(desk, pilot)
        conversation = desk.current
        assert desk.main.chats.unsaved == [conversation]
        await pilot.press("ctrl+q")
    (words,) = desk.app.leaving.words
    copy = tmp_path / RESCUED / f"{conversation.id}.json"
    assert "“precious words” could not be saved." in words
    assert str(copy) in words
    assert decode(copy.read_bytes(), conversation.id).path()[0].text == "precious words"


async def test_what_can_be_saved_at_the_end_after_all_is_not_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        (await ask_where_nothing_can_be_saved(desk, pilot)).unlink()
        conversation = desk.current
        await pilot.press("ctrl+q")
    assert desk.app.leaving.words == []
    assert desk.on_disk(conversation).path()[0].text == "precious words"
    assert not (tmp_path / RESCUED).exists()


def remapped(command: str = "conversation.new", key: str = "ctrl+t") -> Services:
    """Return services whose settings give a command another key."""
    given = services()
    given.settings = msgspec.structs.replace(given.settings, keys={command: key})
    return given
