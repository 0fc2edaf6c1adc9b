"""Files read and written whole."""

from __future__ import annotations

import os
from mmap import mmap
from pathlib import Path

import pytest

from poe_tui.disk import read_whole

LARGE = 1_000_000


@pytest.mark.parametrize("size", [0, 1, 5_000, LARGE])
def test_a_file_is_read_whole(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    path = tmp_path / "file"
    path.write_bytes(content)
    with path.open("rb") as file:
        assert bytes(read_whole(file)) == content


def test_a_large_file_is_in_memory_of_its_own_which_no_other_program_can_change(
    tmp_path: Path,
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"a" * LARGE)
    with path.open("rb") as file:
        read = read_whole(file)
    os.truncate(path, 1)
    assert isinstance(read, mmap)
    assert bytes(read) == b"a" * LARGE


@pytest.mark.parametrize("more", [-1, 1])
def test_a_file_that_grows_or_shrinks_meanwhile_is_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"a" * LARGE)
    real = os.fstat

    def earlier(handle: int) -> os.stat_result:
        return os.stat_result((*real(handle)[:6], LARGE - more, *real(handle)[7:]))

    with path.open("rb") as file:
        monkeypatch.setattr("poe_tui.disk.os.fstat", earlier)
        read = read_whole(file)
    assert read == b"a" * LARGE
