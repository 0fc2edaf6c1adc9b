"""The small questions."""

from __future__ import annotations

import pytest

from poe_tui.ui.screens.dialogs import ConfirmDialog, LinkDialog, RenameDialog
from tests.ui.screens.host import Host, screen_text

EVIL = "a\x1b]52;c;aGk=\x07b [red]c[/nope] \u202ed"


@pytest.mark.parametrize(
    ("key", "answer"), [("y", True), ("enter", True), ("n", False), ("escape", False)]
)
async def test_a_question_is_answered_with_one_key(key: str, answer: bool) -> None:
    app = Host(ConfirmDialog("Delete it?", "12 messages.", "delete", "keep"))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "Delete it?" in screen_text(app)
        assert "y delete · n keep" in screen_text(app)
        await pilot.press(key)
        assert app.results == [answer]


async def test_text_from_others_is_shown_as_text() -> None:
    for dialog in (ConfirmDialog(EVIL, EVIL), RenameDialog(EVIL, EVIL), LinkDialog(EVIL)):
        app: Host[object] = Host(dialog)  # type: ignore[arg-type]
        async with app.run_test() as pilot:
            await pilot.pause()
            shown = screen_text(app)
            assert "[red]c[/nope]" in shown
            assert "\x1b" not in shown
            assert "\x07" not in shown
            assert "\u202e" not in shown


async def test_a_line_of_a_dialog_is_selected_by_three_clicks_and_copied() -> None:
    app: Host[object] = Host(LinkDialog("https://poe.com/help"))  # type: ignore[arg-type]
    async with app.run_test() as pilot:
        await pilot.pause()
        line = next(y for y, text in enumerate(screen_text(app).split("\n")) if "poe.com" in text)
        await pilot.click(offset=(app.size.width // 2, line), times=3)
        await pilot.press("ctrl+c")
        assert "https://poe.com/help" in app.clipboard


async def test_a_new_name_is_given_without_space_around_it() -> None:
    app = Host(RenameDialog("Rename", "Trip"))
    async with app.run_test() as pilot:
        await pilot.press("end", *" to Lisbon  ", "enter")
        assert app.results == ["Trip to Lisbon"]


@pytest.mark.parametrize("keys", [["enter"], ["escape"], ["ctrl+u", "enter"], ["space", "enter"]])
async def test_no_new_name_changes_nothing(keys: list[str]) -> None:
    app = Host(RenameDialog("Rename", "Trip"))
    async with app.run_test() as pilot:
        await pilot.press("end", *keys)
        assert app.results == [None]


@pytest.mark.parametrize(
    ("key", "answer"),
    [("enter", "open"), ("o", "next"), ("c", "copy"), ("n", None), ("escape", None)],
)
async def test_a_link_shows_where_it_leads_before_it_is_opened(key: str, answer: str) -> None:
    app = Host(LinkDialog("https://example.org/a?b=c"))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "https://example.org/a?b=c" in screen_text(app)
        await pilot.press(key)
        assert app.results == [answer]


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http:///nowhere",
        "https://[::1",
        "https://example.org/\x1b[0m",
        "https://example\u202e.org",
        "data:text/html,hi",
        "",
    ],
)
async def test_what_is_not_an_address_of_the_web_is_never_opened(address: str) -> None:
    app = Host(LinkDialog(address))
    async with app.run_test() as pilot:
        await pilot.press("enter", "y")
        assert app.results == []
        assert "can't be opened" in screen_text(app)
        await pilot.press("c")
        assert app.results == ["copy"]


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://example.org/a", "example.org"),
        ("http://h/http", "h"),
        ("https://Example.ORG:8080", "Example.ORG:8080"),
        ("https://bank.example@evil.example/bank.example", "evil.example"),
        ("https://a@b@c/", "c"),
    ],
)
async def test_the_host_a_link_leads_to_is_in_bold(address: str, host: str) -> None:
    app = Host(LinkDialog(address))
    async with app.run_test() as pilot:
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        bold = [s.text for strip in strips for s in strip if s.style and s.style.bold]
        assert "".join(bold).startswith(host + "↵")


@pytest.mark.parametrize("size", [(40, 12), (24, 6)])
async def test_a_dialog_fits_a_small_terminal(size: tuple[int, int]) -> None:
    app = Host(ConfirmDialog("Delete it?", "Twelve messages go to the trash. " * 3, "delete"))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "y delete" in screen_text(app)
        await pilot.press("y")
        assert app.results == [True]
