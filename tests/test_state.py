"""State: what the app remembers, with other windows at the same file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poe_tui.errors import StoreError
from poe_tui.state import StateFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "state.toml"


def test_nothing_is_read_or_made_before_it_is_used(path: Path) -> None:
    StateFile(path)
    assert not path.parent.exists()


def test_what_was_used_is_there_at_the_next_start(path: Path) -> None:
    first = StateFile(path)
    first.use_bot("Echo")
    first.use_bot("Guide")
    first.use_bot("Echo")
    assert first.toggle_favourite("Guide")
    first.add_prompt("one")
    first.add_prompt("two")
    first.add_prompt("one")
    again = StateFile(path).state
    assert again.bot == "Echo"
    assert again.recent == ["Echo", "Guide"]
    assert again.favourites == ["Guide"]
    assert again.history == ["two", "one"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_favourite_can_be_taken_back(path: Path) -> None:
    state = StateFile(path)
    assert state.toggle_favourite("Echo")
    assert not state.toggle_favourite("Echo")
    assert StateFile(path).state.favourites == []


def test_two_windows_do_not_undo_each_other(path: Path) -> None:
    one, other = StateFile(path), StateFile(path)
    one.toggle_favourite("Old")
    assert other.state.favourites == ["Old"]
    one.toggle_favourite("A")
    one.use_bot("A")
    one.add_prompt("from one")
    other.toggle_favourite("B")
    other.use_bot("B")
    other.add_prompt("from the other")
    other.toggle_favourite("Old")
    merged = StateFile(path).state
    assert merged.favourites == ["A", "B"]
    assert merged.recent == ["B", "A"]
    assert merged.bot == "B"
    assert merged.history == ["from one", "from the other"]


def test_lists_stay_short(path: Path) -> None:
    state = StateFile(path)
    state.state.history = [f"prompt {n}" for n in range(500)]
    state.state.recent = [f"bot {n}" for n in range(50)]
    state.save()
    saved = StateFile(path).state
    assert len(saved.history) == 200
    assert saved.history[-1] == "prompt 499"
    assert saved.recent == [f"bot {n}" for n in range(20)]


def test_what_a_newer_version_keeps_there_survives(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('bot = "Echo"\nfrom_the_future = [1, 2]\n')
    StateFile(path).use_bot("Guide")
    assert tomllib.loads(path.read_text())["from_the_future"] == [1, 2]


@pytest.mark.parametrize("text", ["bot = ", "favourites = 3", "\0", "\ud800"])
def test_a_broken_file_is_set_aside_and_said_so(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text, errors="surrogatepass")
    state = StateFile(path)
    assert state.state.favourites == []
    aside = path.with_name("state.toml.broken")
    assert aside.read_text(errors="surrogatepass") == text
    assert str(aside) in state.problem
    state.use_bot("Echo")
    assert StateFile(path).state.bot == "Echo"


def test_a_disk_that_refuses_is_reported_and_nothing_is_lost(path: Path) -> None:
    path.mkdir(parents=True)
    state = StateFile(path)
    assert state.state.bot == ""
    assert "can't be read" in state.problem
    with pytest.raises(StoreError, match="can't be written"):
        state.use_bot("Echo")
    assert state.state.bot == "Echo"


def test_no_temporary_file_is_left(path: Path) -> None:
    StateFile(path).use_bot("Echo")
    assert {file.name for file in path.parent.iterdir()} == {"state.toml", ".state.toml.lock"}


def test_a_broken_prompt_history_costs_only_itself(path: Path) -> None:
    first = StateFile(path)
    first.use_bot("Echo")
    first.add_prompt("hello")
    prompts = path.with_name("prompts.json")
    assert prompts.stat().st_mode & 0o777 == 0o600
    prompts.write_text("[")
    again = StateFile(path)
    assert (again.state.bot, again.state.history) == ("Echo", [])
    assert "prompts.json.broken" in again.problem


def test_a_prompt_may_hold_anything(path: Path) -> None:
    text = 'quotes """ and \\ and \x00 and\n\ttabs ☃'
    StateFile(path).add_prompt("\ud800")
    StateFile(path).add_prompt(text)
    assert StateFile(path).state.history == ["?", text]


names = st.lists(st.sampled_from("ABCDEF"), max_size=12)


@settings(deadline=None, max_examples=50)
@given(mine=names, theirs=names)
def test_favourites_of_both_windows_end_up_as_toggled(
    tmp_path_factory: pytest.TempPathFactory, mine: list[str], theirs: list[str]
) -> None:
    path = tmp_path_factory.mktemp("state") / "state.toml"
    one, other = StateFile(path), StateFile(path)
    assert one.state == other.state
    for name in mine:
        one.toggle_favourite(name)
    for name in theirs:
        other.toggle_favourite(name)
    other.save()
    saved = StateFile(path).state.favourites
    assert saved == other.state.favourites
    assert len(saved) == len(set(saved))
    touched_here_only = set(mine) - set(theirs)
    assert touched_here_only & set(saved) == {n for n in touched_here_only if mine.count(n) % 2}
