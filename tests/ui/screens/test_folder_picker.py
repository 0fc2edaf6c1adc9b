"""Choosing where files are saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from poe_tui.ui.screens.file_picker import FileRows
from poe_tui.ui.screens.folder_picker import FolderPicker
from tests.ui.screens.host import Host, screen_text, wait_until


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two folders and a file in it."""
    (tmp_path / "pictures" / "harbours").mkdir(parents=True)
    (tmp_path / "papers").mkdir()
    (tmp_path / "notes.txt").touch()
    return tmp_path


def names(app: Host[Path | None]) -> list[str]:
    rows = app.screen.query_one(FileRows)
    return [rows.row_key(index) for index in range(rows.row_count())]


async def shows(pilot: Pilot[Any], app: Host[Path | None], *expected: str) -> None:
    await wait_until(pilot, lambda: names(app) == list(expected))


async def test_enter_takes_the_folder_that_is_offered(folder: Path) -> None:
    app = Host(FolderPicker(folder))
    async with app.run_test() as pilot:
        await shows(pilot, app, ".", "papers", "pictures")
        assert "save here" in screen_text(app)
        await pilot.press("tab", "enter")
        assert app.results == [folder]


async def test_another_one_is_gone_into_by_a_few_letters(folder: Path) -> None:
    app = Host(FolderPicker(folder))
    async with app.run_test() as pilot:
        await shows(pilot, app, ".", "papers", "pictures")
        await pilot.press(*"pic")
        await shows(pilot, app, "pictures")
        await pilot.press("tab")
        await shows(pilot, app, ".", "harbours")
        await pilot.press("down", "enter")
        await shows(pilot, app, ".")
        await pilot.press("enter")
        assert app.results == [folder / "pictures" / "harbours"]


@pytest.mark.parametrize("typed", ["new", "new/deeper/", "new/deeper"])
async def test_a_folder_that_is_not_there_is_one_to_be_made(folder: Path, typed: str) -> None:
    app = Host(FolderPicker(folder))
    async with app.run_test() as pilot:
        await shows(pilot, app, ".", "papers", "pictures")
        await pilot.press(*typed)
        await wait_until(pilot, lambda: "enter makes it" in screen_text(app))
        await pilot.press("enter")
        assert app.results == [folder / typed]
    assert not (folder / "new").exists(), "it is made when something is saved"


async def test_a_click_goes_into_a_folder_and_escape_leaves(folder: Path) -> None:
    app = Host(FolderPicker(folder))
    async with app.run_test() as pilot:
        await shows(pilot, app, ".", "papers", "pictures")
        await pilot.click(FileRows, offset=(4, 1))
        await wait_until(pilot, lambda: app.screen.query_one(Input).value.endswith("/papers/"))
        await pilot.press("escape")
        assert app.results == [None]
