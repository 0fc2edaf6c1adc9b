"""Files of bots in the app: saved where one says, listed, opened, and their links copied."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot

from poe_tui.chat.message import Attachment
from poe_tui.demo.service import DemoService
from poe_tui.poe.files import Files
from poe_tui.saving import Wanted, save_all
from poe_tui.state import StateFile
from poe_tui.ui import clipboard
from poe_tui.ui.saving import save_folder, told
from poe_tui.ui.screens.dialogs import LinkDialog
from poe_tui.ui.screens.file_list import FileList
from poe_tui.ui.screens.folder_picker import FolderPicker
from tests.ui.desk import Desk, screen_lines, services, wait_until
from tests.ui.test_on_the_wire import on

SIZE = (110, 40)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home directory without anything in it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def shown(desk: Desk) -> str:
    return "\n".join(screen_lines(desk.app))


async def opened(desk: Desk, pilot: Pilot[Any], kind: type) -> None:
    await wait_until(pilot, lambda: isinstance(desk.app.screen, kind))
    await pilot.pause()


async def choose(desk: Desk, pilot: Pilot[Any], folder: str) -> None:
    """Choose a folder that is not there yet, below the one that is offered."""
    await opened(desk, pilot, FolderPicker)
    await pilot.press(*folder)
    await wait_until(pilot, lambda: "enter makes it" in shown(desk))
    await pilot.press("enter")


async def test_files_are_saved_where_one_says_and_then_there_again(
    demo: DemoService, home: Path
) -> None:
    desk = on(demo, bot="Painter")
    async with desk.app.run_test(size=SIZE) as pilot:
        await desk.ask(pilot, "a quiet harbour")
        await pilot.press("shift+tab", "S")
        await choose(desk, pilot, "pictures")
        await wait_until(pilot, lambda: desk.notice == "Saved a-quiet-harbour.png in ~/pictures.")
        await pilot.press("s")
        await wait_until(pilot, lambda: "a-quiet-harbour-2.png in ~/pictures" in desk.notice)
        await pilot.press("S")
        await opened(desk, pilot, FolderPicker)
        assert "~/pictures/" in shown(desk)
        await pilot.press("escape")
    assert len(list((home / "pictures").iterdir())) == 2
    again = StateFile(desk.services.paths.state_file)
    assert again.state.save_folder == str(home / "pictures")


async def test_the_files_of_the_last_answer_are_saved_wherever_one_has_read_before(
    demo: DemoService, home: Path
) -> None:
    desk = on(demo, bot="Painter")
    async with desk.app.run_test(size=SIZE) as pilot:
        await desk.ask(pilot, "a quiet harbour")
        await pilot.press("shift+tab", "k", "escape")
        await desk.ask(pilot, "two boats")
        await pilot.press("shift+tab", "s")
        await wait_until(pilot, lambda: desk.notice == "Saved two-boats.png in ~.")


def test_the_folder_is_the_last_one_then_the_one_of_the_settings_then_downloads(
    home: Path,
) -> None:
    given = services()
    assert save_folder(given) == home
    (home / "Downloads").mkdir()
    assert save_folder(given) == home / "Downloads"
    given.settings = msgspec.structs.replace(given.settings, downloads=str(home / "bots"))
    assert save_folder(given) == home / "bots"
    given.state.state.save_folder = str(home / "stick")
    assert save_folder(given) == home / "bots", "what has been unplugged is not made anew"
    (home / "stick").mkdir()
    assert save_folder(given) == home / "stick"


async def test_each_file_of_a_conversation_is_opened_saved_and_its_link_copied_by_key(
    demo: DemoService, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []

    async def copy(_app: object, text: str) -> str:
        copied.append(text)
        return "to the clipboard"

    monkeypatch.setattr(clipboard, "copy", copy)
    desk = on(demo, bot="Painter")
    async with desk.app.run_test(size=SIZE) as pilot:
        for prompt in ("a quiet harbour", "two boats"):
            await desk.ask(pilot, prompt)
        first, second = (desk.current.path()[n].attachments[0] for n in (1, 3))
        await pilot.press("shift+tab", "F")
        await opened(desk, pilot, FileList)
        assert "a-quiet-harbour.png" in shown(desk)
        assert shown(desk).count("Painter") >= 2
        await pilot.press("c")
        await wait_until(pilot, lambda: "Copied the link to the clipboard." in shown(desk))
        await pilot.press("k", "c")
        await wait_until(pilot, lambda: copied == [second.url, first.url])
        await pilot.press("s")
        await wait_until(pilot, lambda: "Saved a-quiet-harbour.png in ~." in shown(desk))
        assert [each.name for each in home.glob("*.png")] == ["a-quiet-harbour.png"]
        await pilot.press("S")
        await choose(desk, pilot, "sea")
        await wait_until(pilot, lambda: "Saved a-quiet-harbour.png in ~/sea." in shown(desk))
        await pilot.press("o")
        await opened(desk, pilot, LinkDialog)
        await wait_until(pilot, lambda: "/files/" in shown(desk))
        assert "next link" not in shown(desk)
        await pilot.press("o")
        assert isinstance(desk.app.screen, LinkDialog)
        await pilot.press("escape")
        await opened(desk, pilot, FileList)
        await pilot.press("escape")
        await wait_until(pilot, lambda: desk.app.screen is desk.main)


async def test_the_list_begins_at_the_message_one_is_at_and_knows_the_users_own_files(
    demo: DemoService, home: Path
) -> None:
    desk = on(demo, bot="Painter")
    async with desk.app.run_test(size=(60, 18)) as pilot:
        await desk.ask(pilot, "a quiet harbour")
        prompt = desk.current.path()[0]
        name = "\x1b[31msketch \u202egnp.exe"
        prompt.attachments = (Attachment(name=name, path=f"/gone/{name}"),)
        await desk.ask(pilot, "two boats")
        await pilot.press("shift+tab", "g", "F")
        await opened(desk, pilot, FileList)
        lines = [line for line in screen_lines(desk.app) if "sketch" in line and "You" in line]
        assert len(lines) == 1
        assert "▌" in lines[0]
        assert "\u202e" not in lines[0]
        await pilot.press("s")
        await wait_until(pilot, lambda: "It has not been sent yet." in shown(desk))
        await pilot.press("q")
        await wait_until(pilot, lambda: desk.app.screen is desk.main)
    assert list(home.glob("*.exe")) == []


async def test_without_files_there_is_nothing_to_list_or_to_save() -> None:
    desk = Desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        await desk.ask(pilot, "Hello")
        await pilot.press("shift+tab", "F")
        await wait_until(pilot, lambda: desk.notice == "This conversation has no files.")
        for key in ("s", "S"):
            await pilot.press(key)
            await wait_until(pilot, lambda: "no file that could be saved" in desk.notice)
            desk.main.status.clear()


class Some(Files):
    """Files of which every one with `gone` in its address is gone."""

    async def get(self, address: str, limit: int = 0) -> bytes:
        from poe_tui.poe.files import FileError

        if "gone" in address:
            raise FileError("It is gone.", hint="Ask again.")
        return b"x"


@pytest.mark.parametrize(
    ("addresses", "saved", "said"),
    [
        (["a", "b"], ["a", "b"], "Saved a, b in ~."),
        (["gone", "b"], ["b"], "gone: The file did not come. It is gone. Ask again. Saved b in ~."),
        (["gone"], [], "gone: The file did not come. It is gone. Ask again."),
    ],
)
async def test_a_file_that_does_not_come_does_not_keep_the_others(
    home: Path, addresses: Sequence[str], saved: list[str], said: str
) -> None:
    files = [Wanted(each, f"https://x/{each}") for each in addresses]
    words, severity = told(await save_all(Some(home / "cache", home=""), files, home), home)
    assert words == said
    assert severity == ("information" if addresses == saved else "error")
    assert sorted(each.name for each in home.iterdir()) == saved


@pytest.mark.parametrize(("images", "saved"), [("ask", ["pier.png"]), ("never", [])])
async def test_pictures_that_the_text_shows_are_saved_as_the_answer_ends_too(
    home: Path, images: str, saved: list[str]
) -> None:
    given = services(downloads=str(home / "bots"), images=images)
    given.files = Some(home / "cache", home="")
    desk = Desk(given)
    async with desk.app.run_test(size=SIZE) as pilot:
        await desk.ask(pilot, "![a pier](https://x/pier.png) and [no picture](https://x/y.png)")
        if saved:
            await wait_until(pilot, lambda: desk.notice.startswith("Saved pier.png in"))
        await wait_until(
            pilot, lambda: not [each for each in desk.app.workers if each.group == "downloads"]
        )
    found = (home / "bots").iterdir() if saved else []
    assert [each.name for each in found] == saved
