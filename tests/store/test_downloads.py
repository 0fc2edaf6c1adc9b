"""Saving what a bot sent: its name can't lead anywhere, and nothing is written over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poe_tui.errors import StoreError
from poe_tui.store.downloads import LONGEST, default_folder, safe_name, save_file


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("picture.png", "picture.png"),
        ("../../x", "x"),
        ("..\\..\\evil.exe", "evil.exe"),
        ("/etc/passwd", "passwd"),
        ("C:\\Windows\\system.ini", "system.ini"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("..", "file"),
        ("...", "file"),
        ("", "file"),
        ("/", "file"),
        (".bashrc", "bashrc"),
        ("--help", "help"),
        ("-rf .png", "rf.png"),
        ("~root", "root"),
        ("a\x00b\x1b[2Jc\n.png", "a b [2Jc.png"),
        ("invoice\u202egnp.exe", "invoice gnp.exe"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("ends with a dot. ", "ends with a dot"),
        ("ünï  codé.png", "ünï codé.png"),
        ("\ud800.png", "png"),
    ],
)
def test_a_name_becomes_a_safe_one(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_is_cut_and_keeps_its_ending() -> None:
    assert safe_name("x" * 300 + ".png") == "x" * (LONGEST - 4) + ".png"
    assert len(safe_name("漢" * 300 + ".jpeg").encode()) <= LONGEST
    assert len(safe_name("x." + "y" * 300).encode()) <= LONGEST


@given(st.text(max_size=400))
def test_no_name_is_anything_but_one_plain_part_of_a_path(name: str) -> None:
    safe = safe_name(name)
    assert safe == os.path.basename(safe) not in ("", ".", "..")
    assert safe[0] not in ".-~ "
    assert len(safe.encode()) <= LONGEST
    assert safe.isprintable()
    assert safe_name(safe) == safe


def test_a_file_is_saved_for_its_owner_alone(tmp_path: Path) -> None:
    path = save_file(b"content", "../../a.png", tmp_path)
    assert path == tmp_path / "a.png"
    assert path.read_bytes() == b"content"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"precious")
    (tmp_path / "a.png").symlink_to(tmp_path / "elsewhere")
    names = [save_file(b"new", "a.png", tmp_path).name for _ in range(3)]
    assert names == ["a-2.png", "a-3.png", "a-4.png"]
    assert (tmp_path / "elsewhere").read_bytes() == b"precious"


def test_a_folder_that_takes_nothing_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"in the way")
    with pytest.raises(StoreError, match="does not take it: Not a directory"):
        save_file(b"new", "a.png", tmp_path / "file" / "missing")


def test_files_go_to_downloads_if_there_is_such_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert default_folder() == tmp_path
    (tmp_path / "Downloads").mkdir()
    assert default_folder() == tmp_path / "Downloads"
