"""Choosing a file by its path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import Input

from poe_tui.ui.screens import file_picker
from poe_tui.ui.screens.file_picker import FilePicker, FileRows, Found, entries, fitting, split
from tests.ui.screens.host import Host, screen_text, wait_until


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a few files, one hidden, and a folder in it."""
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "thesis final.pdf").write_bytes(b"x" * 84_000)
    for name in ("notes.txt", "Photo.PNG", ".hidden", "other notes.md"):
        (tmp_path / name).write_text("x")
    (tmp_path / "broken").symlink_to("nowhere")
    return tmp_path


def names(app: Host[Path | None]) -> list[str]:
    rows = app.screen.query_one(FileRows)
    return [rows.row_key(index) for index in range(rows.row_count())]


def typed(app: Host[Path | None]) -> str:
    return app.screen.query_one("#path", Input).value


async def shows(pilot: Pilot[Any], app: Host[Path | None], expected: list[str]) -> None:
    await wait_until(pilot, lambda: names(app) == expected)


ALL = ["papers", "notes.txt", "other notes.md", "Photo.PNG"]


async def test_the_folder_is_listed_and_enter_gives_the_highlighted_file(folder: Path) -> None:
    app = Host(FilePicker(folder))
    async with app.run_test() as pilot:
        await shows(pilot, app, ALL)
        assert "papers/" in screen_text(app)
        await pilot.press("down", "down", "up", "enter")
        assert app.results == [folder / "notes.txt"]


async def test_a_folder_is_read_once_so_that_the_highlight_stays_where_it_was_moved(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []

    def counted(folder: Path) -> list[Found]:
        read.append(folder)
        return entries(folder)

    monkeypatch.setattr("poe_tui.ui.screens.file_picker.entries", counted)
    app = Host(FilePicker(folder))
    async with app.run_test() as pilot:
        await shows(pilot, app, ALL)
        await pilot.press("down")
        await pilot.pause()
        assert read == [folder]
        assert app.screen.query_one(FileRows).highlighted == 1


async def test_a_few_letters_find_a_file_and_beginnings_come_first(folder: Path) -> None:
    app = Host(FilePicker(folder))
    async with app.run_test() as pilot:
        await shows(pilot, app, ALL)
        await pilot.press(*"notes")
        await shows(pilot, app, ["notes.txt", "other notes.md"])
        await pilot.press("backspace", "backspace", "backspace", "backspace", "backspace")
        await pilot.press(*"ppr")
        await wait_until(pilot, lambda: names(app) == ["papers"])


async def test_tab_completes_and_goes_into_folders(folder: Path) -> None:
    app = Host(FilePicker(folder))
    async with app.run_test() as pilot:
        await shows(pilot, app, ALL)
        await pilot.press(*"pap", "tab")
        assert typed(app).endswith("/papers/")
        await shows(pilot, app, ["thesis final.pdf"])
        assert "84 KB" in screen_text(app)
        await pilot.press("tab")
        assert typed(app).endswith("/papers/thesis final.pdf")
        await pilot.press("enter")
        assert app.results == [folder / "papers" / "thesis final.pdf"]


async def test_enter_on_a_folder_goes_into_it_and_a_click_chooses(folder: Path) -> None:
    app = Host(FilePicker(folder))
    async with app.run_test() as pilot:
        await shows(pilot, app, ALL)
        await pilot.press("enter")
        await shows(pilot, app, ["thesis final.pdf"])
        assert app.results == []
        await pilot.click(FileRows, offset=(4, 0))
        assert app.results == [folder / "papers" / "thesis final.pdf"]


async def test_a_path_in_quotes_is_taken_as_it_is_pasted(folder: Path) -> None:
    app = Host(FilePicker(folder))
    file = folder / "papers" / "thesis final.pdf"
    async with app.run_test() as pilot:
        await shows(pilot, app, ALL)
        app.screen.query_one("#path", Input).value = f"'{file}'"
        await wait_until(pilot, lambda: names(app) == [])
        await pilot.press("enter")
        assert app.results == [file]


async def test_hidden_files_are_shown_to_who_types_a_dot(folder: Path) -> None:
    app = Host(FilePicker(folder))
    async with app.run_test() as pilot:
        await shows(pilot, app, ALL)
        await pilot.press(".")
        await wait_until(pilot, lambda: ".hidden" in names(app))


async def test_a_folder_that_is_not_there_says_so_and_escape_leaves(folder: Path) -> None:
    app = Host(FilePicker(folder))
    async with app.run_test() as pilot:
        await shows(pilot, app, ALL)
        await pilot.press(*"missing/x", "enter")
        await wait_until(pilot, lambda: "No such file or directory" in screen_text(app))
        await pilot.press("enter", "tab", "escape")
        assert app.results == [None]


async def test_a_name_that_nothing_has_stays_to_be_corrected(folder: Path) -> None:
    app = Host(FilePicker(folder))
    async with app.run_test() as pilot:
        await shows(pilot, app, ALL)
        await pilot.press(*"zzz", "enter")
        await wait_until(pilot, lambda: "There is no zzz here." in screen_text(app))
        assert app.results == []


async def test_a_small_terminal_has_room_for_it(folder: Path) -> None:
    app = Host(FilePicker(folder))
    async with app.run_test(size=(40, 10)) as pilot:
        await shows(pilot, app, ALL)
        assert "notes.txt" in screen_text(app)


def test_a_path_is_split_into_folder_and_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/x")
    start = Path("/here")
    assert split("", start) == (start, "")
    assert split("a", start) == (start, "a")
    assert split("b/a", start) == (Path("/here/b"), "a")
    assert split("/a", start) == (Path("/"), "a")
    assert split("~/b/", start) == (Path("/home/x/b"), "")


def test_a_huge_folder_is_looked_at_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_picker, "_MOST", 3)
    for number in range(5):
        (tmp_path / str(number)).touch()
    assert len(entries(tmp_path)) == 3


@given(names=st.lists(st.text(min_size=1), unique=True), query=st.text(max_size=4))
def test_what_fits_is_a_part_of_what_there_is(names: list[str], query: str) -> None:
    found = [Found(name, is_folder=False) for name in names]
    shown = [each for each, _ in fitting(found, query)]
    assert len(shown) == len({each.name for each in shown})
    assert all(each in found for each in shown)
    assert all(each.name.startswith(".") <= query.startswith(".") for each in shown)


def test_a_name_typed_in_full_is_the_file_of_that_name_whatever_else_is_called_alike() -> None:
    found = [Found(name, is_folder=False) for name in ("readme", "README", "README.md")]
    for name in ("readme", "README", "README.md"):
        assert fitting(found, name)[0][0].name == name
