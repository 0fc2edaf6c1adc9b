"""The first screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input

from poe_tui.errors import KeyRefused, NetworkDown, PoeTuiError
from poe_tui.keys import Secret
from poe_tui.ui.screens.onboarding import Onboarding
from tests.ui.screens.host import Host, screen_text, wait_until

KEY = "pk-0123456789abcdef"


class Account:
    """Stands for Poe and the keyring."""

    def __init__(self, *, error: Exception | None = None, disk: Exception | None = None) -> None:
        self.error = error
        self.disk = disk
        self.checked: list[str] = []
        self.kept: list[str] = []

    async def check(self, key: Secret) -> int:
        self.checked.append(key.reveal())
        if self.error is not None:
            raise self.error
        return 12_345

    def remember(self, key: Secret) -> str:
        if self.disk is not None:
            raise self.disk
        self.kept.append(key.reveal())
        return "the system keyring"

    def screen(self, *, can_demo: bool = True) -> Onboarding:
        return Onboarding(self.check, self.remember, can_demo=can_demo)


async def paste(pilot: Pilot[Any], text: str = KEY) -> None:
    """Paste into the box, as terminals do: in one piece."""
    pilot.app.screen.query_one(Input).post_message(Paste(text))
    await pilot.pause()


def says(app: Host[str], words: str) -> Callable[[], bool]:
    return lambda: words in " ".join(screen_text(app).replace("│", "").split())


def host(account: Account, *, can_demo: bool = True) -> Host[str]:
    return Host(account.screen(can_demo=can_demo))  # type: ignore[arg-type]


async def test_a_key_is_checked_then_kept_and_its_place_is_said() -> None:
    account = Account()
    app = host(account)
    async with app.run_test() as pilot:
        await paste(pilot, f"  {KEY}\n")
        await pilot.press("enter")
        await wait_until(pilot, says(app, "12,345 points. Kept in the system keyring."))
        assert (account.checked, account.kept) == ([KEY], [KEY])
        await pilot.press("enter")
        assert app.results == ["key"]
        assert account.checked == [KEY]


async def test_the_key_is_never_on_the_screen() -> None:
    app = host(Account(error=KeyRefused("Poe answered 401.")))
    async with app.run_test() as pilot:
        await paste(pilot)
        assert KEY not in screen_text(app)
        await pilot.press("enter")
        await wait_until(pilot, says(app, "Poe refused the key"))
        assert KEY not in screen_text(app)
        assert KEY not in repr(app.screen.query_one(Input))


async def test_a_kept_key_is_taken_out_of_the_box() -> None:
    app = host(Account())
    async with app.run_test() as pilot:
        await paste(pilot)
        await pilot.press("enter")
        await wait_until(pilot, says(app, "The key works"))
        assert app.screen.query_one(Input).value == ""


@pytest.mark.parametrize(
    "error",
    [
        KeyRefused("Poe answered 401.", hint="Make a new one."),
        NetworkDown("The name api.poe.com is not known.", hint="Press enter to try again."),
    ],
)
async def test_what_went_wrong_is_said_in_place_and_the_key_can_be_tried_again(
    error: PoeTuiError,
) -> None:
    account = Account(error=error)
    app = host(account)
    async with app.run_test() as pilot:
        await paste(pilot)
        await pilot.press("enter")
        await wait_until(pilot, says(app, error.heading))
        assert says(app, error.explanation)()
        assert says(app, error.hint)()
        assert account.kept == []
        account.error = None
        await pilot.press("enter")
        await wait_until(pilot, says(app, "The key works"))
        assert account.kept == [KEY]


async def test_a_key_that_cannot_be_kept_is_said_so() -> None:
    account = Account(disk=PermissionError(13, "Permission denied"))
    app = host(account)
    async with app.run_test() as pilot:
        await paste(pilot)
        await pilot.press("enter")
        await wait_until(pilot, says(app, "The key could not be kept Permission denied."))
        assert app.results == []


async def test_a_fault_of_ours_leaves_the_box_alive_and_the_key_unseen() -> None:
    account = Account(error=RuntimeError(KEY))
    app = host(account)
    async with app.run_test() as pilot:
        await paste(pilot)
        await pilot.press("enter")
        await wait_until(pilot, says(app, "RuntimeError, which is a fault of poe-tui."))
        assert KEY not in screen_text(app)
        account.error = None
        await pilot.press("enter")
        await wait_until(pilot, says(app, "The key works"))


async def test_an_empty_box_asks_nobody() -> None:
    account = Account()
    app = host(account)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await wait_until(pilot, says(app, "Nothing was pasted"))
        assert account.checked == []


async def test_the_demo_is_one_key_away() -> None:
    app = host(Account())
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "^t demo" in screen_text(app)
        await pilot.press("ctrl+t")
        assert app.results == ["demo"]


async def test_where_there_is_no_demo_none_is_offered() -> None:
    app = host(Account(), can_demo=False)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+t")
        assert "demo" not in screen_text(app)
        assert app.results == []


async def test_escape_leaves_without_a_key() -> None:
    app = host(Account())
    async with app.run_test() as pilot:
        await pilot.press(*"qd", "escape")
        assert app.results == [None]


async def test_escape_after_the_key_was_kept_begins_as_enter_does() -> None:
    app = host(Account())
    async with app.run_test() as pilot:
        await paste(pilot)
        await pilot.press("enter")
        await wait_until(pilot, says(app, "The key works"))
        await pilot.press("escape")
        assert app.results == ["key"]


async def test_words_of_an_error_are_shown_as_text() -> None:
    app = host(Account(error=KeyRefused("\x1b[31m[red]no[/]")))
    async with app.run_test() as pilot:
        await paste(pilot)
        await pilot.press("enter")
        await wait_until(pilot, says(app, "[red]no[/]"))
        assert "\x1b" not in screen_text(app)


async def test_it_fits_a_small_terminal() -> None:
    app = host(Account())
    async with app.run_test(size=(40, 12)) as pilot:
        await paste(pilot)
        await pilot.pause()
        assert "•" in screen_text(app)
