"""Files on their way into a prompt: what a paste means, and what can go."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poe_tui.chat import attaching
from poe_tui.chat.attaching import (
    AttachmentError,
    attach,
    checked,
    content_of,
    kind_of,
    pasted_files,
    size_of,
)
from poe_tui.chat.message import Attachment

NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="/\0"),
    min_size=1,
    max_size=20,
).filter(lambda name: name.strip(". ") == name and len(name.encode()) < 200)


def escaped(path: Path) -> str:
    """Return the path as terminals do that put a backslash before what a shell would take."""
    return "".join(char if char.isalnum() or char in "/._-" else f"\\{char}" for char in str(path))


def double_quoted(path: Path) -> str:
    return '"' + "".join(f"\\{char}" if char in '"\\$`' else char for char in str(path)) + '"'


def test_a_path_is_a_file_however_the_terminal_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "my notes (1).pdf"
    file.touch()
    for text in (
        str(file),
        f"  {file}\n",
        shlex.quote(str(file)),
        f"{shlex.quote(str(file))} ",
        f'"{file}"',
        escaped(file),
        file.as_uri(),
        f"file://localhost{quote(str(file))}",
        f"file:{quote(str(file))}",
        "./my notes (1).pdf",
        f"../{tmp_path.name}/my notes (1).pdf",
    ):
        assert pasted_files(text, tmp_path) == [tmp_path / file] or [
            path.resolve() for path in pasted_files(text, tmp_path)
        ] == [file.resolve()], text


def test_a_shells_escapes_in_double_quotes_are_taken_off(tmp_path: Path) -> None:
    files = [tmp_path / "a $5 `note`", tmp_path / "b"]
    for file in files:
        file.touch()
    text = " ".join(double_quoted(file) for file in files)
    assert pasted_files(text, tmp_path) == files


@given(names=st.lists(NAMES, min_size=1, max_size=4, unique_by=str.casefold), data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_files_are_recognised_in_any_writing(
    tmp_path: Path, names: list[str], data: st.DataObject
) -> None:
    files = [tmp_path / name for name in names]
    for file in files:
        file.touch()
    writings = st.sampled_from([lambda path: shlex.quote(str(path)), escaped, double_quoted])
    written = [data.draw(writings)(file) for file in files]
    assert pasted_files(data.draw(st.sampled_from([" ", "\n"])).join(written), tmp_path) == files
    addresses = [file.as_uri() for file in files]
    assert pasted_files("\r\n".join(addresses), tmp_path) == files
    assert pasted_files("\n".join(map(str, files)), tmp_path) == files


@given(text=st.text())
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_text_that_names_no_file_is_text(tmp_path: Path, text: str) -> None:
    assert pasted_files(text, tmp_path / "nowhere") == [] or text.strip().startswith(("/", "~"))


def test_words_folders_and_half_a_paste_are_text(tmp_path: Path) -> None:
    (tmp_path / "Makefile").touch()
    (tmp_path / "docs").mkdir()
    for text in (
        "",
        "  \n",
        "Makefile",
        "./docs",
        "./docs/",
        "~nobody-of-that-name/x",
        f"{tmp_path}/Makefile and more",
        f"{tmp_path}/Makefile\n{tmp_path}/missing",
        f"file://elsewhere{tmp_path}/Makefile",
        "file://[/x",
        "https://example.org/a",
        f"{tmp_path}/Makefile\0",
        f"{tmp_path}/{'x' * 300}",
        "/" * 20_000,
        "it's/never closed",
    ):
        assert pasted_files(text, tmp_path) == [], text


def test_a_file_named_twice_is_one_and_more_than_twenty_are_text(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.touch()
    assert pasted_files(f"{file} {file}", tmp_path) == [file]
    many = [tmp_path / str(number) for number in range(21)]
    for each in many:
        each.touch()
    assert pasted_files(" ".join(map(str, many)), tmp_path) == []


def test_the_home_directory_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.txt").touch()
    assert pasted_files("~/a.txt", Path("/")) == [tmp_path / "a.txt"]


def test_an_attachment_knows_its_name_kind_size_and_place(tmp_path: Path) -> None:
    file = tmp_path / "photo.png"
    file.write_bytes(b"12345")
    made = attach(file)
    assert (made.name, made.content_type, made.size) == ("photo.png", "image/png", 5)
    assert (made.path, made.url) == (str(file), None)
    assert attach_unknown(tmp_path).content_type == "application/octet-stream"


def test_a_file_has_one_path_whichever_way_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.log").touch()
    (tmp_path / "real" / "latest.log").symlink_to("a.log")
    (tmp_path / "shortcut").symlink_to("real")
    ways = ("real/a.log", "real/../real/a.log", "shortcut/a.log")
    assert {attach(tmp_path / way).path for way in ways} == {str(tmp_path / "real" / "a.log")}
    assert attach(tmp_path / "real" / "latest.log").name == "latest.log"


def test_a_size_over_the_limit_is_told_as_larger_than_it(tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    large.touch()
    os.truncate(large, attaching.LARGEST)
    assert attach(large).size == attaching.LARGEST
    os.truncate(large, attaching.LARGEST + 1)
    with pytest.raises(AttachmentError, match=r"large.bin has 52 MB; Poe takes 50 MB at most"):
        attach(large)


def attach_unknown(folder: Path) -> Attachment:
    file = folder / "thing.of-no-kind"
    file.touch()
    return attach(file)


def test_what_can_t_go_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attaching, "LARGEST", 3)
    (tmp_path / "big").write_bytes(b"1234")
    for name, words in (("missing", "does not exist"), ("", "is not a file"), ("big", "at most")):
        with pytest.raises(AttachmentError, match=words) as caught:
            attach(tmp_path / name)
        assert caught.value.hint
    with pytest.raises(AttachmentError, match="can't be read"):
        attach(tmp_path / ("x" * 300))


@pytest.mark.parametrize("name", ["pipe", "/dev/zero", "/dev/tty"])
def test_a_pipe_or_a_device_is_refused_and_never_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    for use in (attach, size_of, content_of):
        with pytest.raises(AttachmentError, match="is not a file"):
            use(tmp_path / name)
    assert pasted_files(str(tmp_path / name), tmp_path) == []


def test_a_file_that_becomes_a_pipe_or_grows_at_the_last_moment_is_no_trap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(attaching, "_unfit", lambda _path: None)
    assert content_of(tmp_path / "pipe") == b""
    (tmp_path / "log").write_bytes(b"123")
    monkeypatch.setattr(attaching, "LARGEST", 3)
    assert content_of(tmp_path / "log") == b"123"
    monkeypatch.setattr(os, "fstat", lambda _handle: os.stat_result((0,) * 10))
    (tmp_path / "log").write_bytes(b"12345")
    with pytest.raises(AttachmentError, match="at most"):
        content_of(tmp_path / "log")


def test_a_name_that_is_no_text_is_shown_as_far_as_it_is(tmp_path: Path) -> None:
    file = Path(os.fsdecode(bytes(tmp_path) + b"/caf\xe9.txt"))
    file.write_text("au lait")
    made = attach(file)
    assert made.name == "caf\ufffd.txt"
    assert content_of(Path(made.path or "")) == b"au lait"


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert attach(tmp_path / "empty").size == 0
    assert content_of(tmp_path / "empty") == b""


def test_a_check_takes_in_what_has_become_of_the_files(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("one")
    local = attach(file)
    sent = Attachment(name="b", path=str(tmp_path / "gone"), url="https://x/b")
    remote = Attachment(name="c", url="https://x/c")
    file.write_text("longer")
    assert [each.size for each in checked([local, sent, remote])] == [6, None, None]
    file.unlink()
    with pytest.raises(AttachmentError, match=r"a\.txt does not exist"):
        checked([remote, local])


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("image/png", "image"),
        ("audio/ogg", "audio"),
        ("video/mp4", "video"),
        ("text/x-python", "text"),
        ("application/json", "text"),
        ("application/pdf", "PDF"),
        ("application/zip", "archive"),
        ("application/x-7z-compressed", "archive"),
        ("application/octet-stream", "file"),
        ("", "file"),
    ],
)
def test_a_kind_is_one_word(content_type: str, kind: str) -> None:
    assert kind_of(content_type) == kind
