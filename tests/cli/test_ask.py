"""`poe-tui ask`, over real HTTP: the answer on stdout, the rest on stderr, a code for the shell."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from poe_tui.demo.picture import paint
from poe_tui.demo.service import DemoService
from poe_tui.paths import find_paths
from tests.cli.shell import Shell


def sent(demo: DemoService, bot: str) -> list[dict[str, object]]:
    """Return the messages of the last query to `bot`."""
    body = demo.requests(f"/bot/{bot}")[-1].body
    assert isinstance(body, dict)
    query: list[dict[str, object]] = body["query"]
    return query


def saved() -> list[dict[str, object]]:
    """Return the conversations on disk."""
    return [json.loads(file.read_text()) for file in find_paths().conversations.glob("*.json")]


def test_the_answer_alone_is_on_stdout(poe: Shell) -> None:
    result = poe("ask", "-b", "Echo", "hello", "world")
    assert (result.code, result.out, result.err) == (0, "hello world\n", "")


def test_without_a_bot_the_one_of_the_settings_is_asked(poe: Shell) -> None:
    config = find_paths().config_file
    config.parent.mkdir(parents=True)
    config.write_text('bot = "Echo"')
    assert poe("ask", "hi").out == "hi\n"


def test_an_alias_of_the_settings_stands_for_a_bot(poe: Shell) -> None:
    config = find_paths().config_file
    config.parent.mkdir(parents=True)
    config.write_text('bot = "e"\n[aliases]\ne = "Echo"\ns = "Suggest"')
    assert poe("ask", "--json", "hi").json["bot"] == "Echo"
    assert poe("ask", "--json", "-b", "S", "hi").json["bot"] == "Suggest"


def test_what_is_piped_in_goes_under_the_prompt(poe: Shell, demo: DemoService) -> None:
    poe("ask", "-b", "Echo", "Explain:", stdin="some\ncode\n")
    assert sent(demo, "Echo")[0]["content"] == "Explain:\n\nsome\ncode"


@pytest.mark.parametrize("words", [(), ("-",)])
def test_what_is_piped_in_can_be_the_prompt(
    poe: Shell, demo: DemoService, words: tuple[str, ...]
) -> None:
    poe("ask", "-b", "Echo", *words, stdin="  indented\n")
    assert sent(demo, "Echo")[0]["content"] == "  indented"


def test_options_may_stand_between_the_words(poe: Shell) -> None:
    assert poe("ask", "one", "-b", "Echo", "two", "--no-save", "three").out == "one two three\n"


def test_a_prompt_may_begin_with_a_dash_after_two(poe: Shell) -> None:
    assert poe("ask", "-b", "Echo", "--", "-1", "+", "1").out == "-1 + 1\n"


@pytest.mark.parametrize("stdin", [None, "", " \n"])
def test_asking_nothing_is_wrong_usage(poe: Shell, stdin: str | None) -> None:
    result = poe("ask", "-b", "Echo", stdin=stdin)
    assert result.code == 2
    assert "no prompt" in result.err
    assert result.out == ""


@pytest.mark.parametrize("stdin", [b"\xff\xfe\x00", b"a\0b"])
def test_piped_in_bytes_that_are_no_text_are_refused(poe: Shell, stdin: bytes) -> None:
    result = poe("ask", "-b", "Echo", "what is this?", stdin=stdin)
    assert result.code == 2
    assert "-a FILE" in result.err


def test_a_system_prompt_is_sent_first(poe: Shell, demo: DemoService) -> None:
    poe("ask", "-b", "Echo", "-s", "Be brief.", "hello")
    assert [(turn["role"], turn["content"]) for turn in sent(demo, "Echo")] == [
        ("system", "Be brief."),
        ("user", "hello"),
    ]


def test_the_conversation_is_kept_and_can_be_gone_on_with(poe: Shell, demo: DemoService) -> None:
    poe("ask", "-b", "Echo", "first")
    poe("ask", "-c", "second")
    (conversation,) = saved()
    assert [turn["content"] for turn in sent(demo, "Echo")] == ["first", "first", "second"]
    identity = str(conversation["id"])
    other = poe("ask", "--conversation", identity[:14], "-b", "Plain", "third")
    assert other.code == 0
    assert [turn["content"] for turn in sent(demo, "Plain")][-1] == "third"
    (conversation,) = saved()
    assert conversation["bot"] == "Echo"
    messages = conversation["messages"]
    assert isinstance(messages, list)
    assert [message["bot"] for message in messages if message["role"] == "bot"] == [
        "Echo",
        "Echo",
        "Plain",
    ]


def test_there_is_nothing_to_go_on_with_at_first(poe: Shell) -> None:
    result = poe("ask", "-c", "hello")
    assert result.code == 2
    assert "no conversation yet" in result.err


def test_an_id_that_fits_nothing_is_wrong_usage(poe: Shell) -> None:
    poe("ask", "-b", "Echo", "hello")
    result = poe("ask", "--conversation", "zzz", "hello")
    assert result.code == 2
    assert "poe-tui list" in result.err


def test_an_id_that_fits_two_is_wrong_usage(poe: Shell) -> None:
    poe("ask", "-b", "Echo", "one")
    poe("ask", "-b", "Echo", "two")
    result = poe("ask", "--conversation", str(saved()[0]["id"])[0], "hello")
    assert result.code == 2
    assert "2 conversations" in result.err


def test_no_save_keeps_nothing(poe: Shell) -> None:
    assert poe("ask", "--no-save", "-b", "Echo", "hello").out == "hello\n"
    assert saved() == []


def test_no_save_leaves_a_conversation_as_it_was(poe: Shell, demo: DemoService) -> None:
    poe("ask", "-b", "Echo", "one")
    before = saved()
    poe("ask", "--no-save", "-c", "two")
    assert len(sent(demo, "Echo")) == 3
    assert saved() == before


def test_json_is_one_object_with_everything_known(poe: Shell) -> None:
    result = poe("ask", "--json", "-b", "Suggest", "hello")
    answer = result.json
    (conversation,) = saved()
    assert answer["status"] == "complete"
    assert answer["bot"] == "Suggest"
    assert answer["conversation"] == conversation["id"]
    assert answer["message"] == conversation["head"]
    assert answer["error"] is None
    assert answer["seconds"] >= 0
    assert len(answer["suggested_replies"]) == 3
    assert set(answer) >= {"answer", "points", "attachments"}
    assert result.out.count("\n") == 1


def test_json_tells_of_failures_too(poe: Shell) -> None:
    result = poe("ask", "--trust", "--json", "-b", "ErrorMid", "hello")
    assert result.code == 1
    assert result.json["status"] == "failed"
    assert result.json["error"]["kind"] == "bot_failed"
    assert "first half" in result.json["answer"]


def test_suggested_replies_and_cost_are_told_only_when_asked_for(poe: Shell) -> None:
    assert poe("ask", "-b", "Suggest", "hello").err == ""
    told = poe("ask", "-v", "-b", "Suggest", "hello").err
    assert told.count("suggested reply:") == 3
    assert re.search(r"bot: Suggest · (≈ )?\d+ points · ", told)


def test_the_cost_that_was_looked_up_is_kept(poe: Shell) -> None:
    told = poe("ask", "-v", "--json", "-b", "Echo", "hello").json
    points = told["points"]
    assert points > 0
    assert not told["points_exact"], "one look at the books proves nothing"
    messages = saved()[0]["messages"]
    assert isinstance(messages, list)
    assert messages[-1]["points"] == points


def test_a_cost_nobody_tells_is_unknown_and_no_error(poe: Shell, demo: DemoService) -> None:
    demo.knobs.fail = {"/usage/": 500}
    result = poe("ask", "-v", "-b", "Echo", "hello")
    assert result.code == 0
    assert "points unknown" in result.err


def test_files_are_sent_along(poe: Shell, demo: DemoService, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("remember the milk")
    assert poe("ask", "-b", "Echo", "-a", str(note), "read this").code == 0
    attachments = sent(demo, "Echo")[0]["attachments"]
    assert isinstance(attachments, list)
    assert [(file["name"], file["content_type"]) for file in attachments] == [
        ("note.txt", "text/plain")
    ]


def test_several_files_go_up_and_v_says_so(poe: Shell, demo: DemoService, tmp_path: Path) -> None:
    demo.knobs.upload_delay = 0.3
    files = [tmp_path / name for name in ("a.txt", "b.txt")]
    for file in files:
        file.write_text(file.name)
    named = [word for file in files for word in ("-a", str(file))]
    result = poe("ask", "-v", "-b", "Echo", *named, "read these")
    assert result.code == 0
    assert "uploading 2 files" in result.err
    attachments = sent(demo, "Echo")[0]["attachments"]
    assert isinstance(attachments, list)
    assert [file["name"] for file in attachments] == ["a.txt", "b.txt"]


def test_a_file_that_is_too_large_stops_everything_before_it_is_sent(
    poe: Shell, demo: DemoService, tmp_path: Path
) -> None:
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(51 * 1024 * 1024)
    result = poe("ask", "-b", "Echo", "-a", str(large), "read this")
    assert result.code == 2
    assert "50 MB at most" in result.err
    assert demo.requests("/bot/Echo") == []


def test_a_file_that_poe_refuses_fails_and_asks_nothing(
    poe: Shell, demo: DemoService, tmp_path: Path
) -> None:
    demo.knobs.upload_limit = 3
    note = tmp_path / "note.txt"
    note.write_text("remember the milk")
    result = poe("ask", "-b", "Echo", "-a", str(note), "read this")
    assert result.code == 1
    assert "too large" in result.err
    assert demo.requests("/bot/Echo") == []


def test_a_missing_file_stops_everything_before_it_is_sent(
    poe: Shell, demo: DemoService, tmp_path: Path
) -> None:
    for name in (tmp_path / "absent.txt", tmp_path):
        result = poe("ask", "-b", "Echo", "-a", str(name), "read this")
        assert result.code == 2
        assert str(name) in result.err
    assert demo.requests("/bot/") == []
    assert saved() == []


def test_files_of_an_answer_are_named_on_stderr(poe: Shell) -> None:
    result = poe("ask", "-b", "Filer", "a file please")
    assert result.code == 0
    assert "http://127.0.0.1" in result.err
    assert "http" not in result.out


def test_a_text_that_was_taken_back_is_not_in_a_pipe(poe: Shell) -> None:
    shown = poe("ask", "-b", "Replace", "hello").out
    whole = poe("ask", "--json", "-b", "Replace", "hello").json["answer"]
    assert shown == whole.rstrip("\n") + "\n"


def test_a_pipe_gets_what_the_bot_sent_unchanged(poe: Shell) -> None:
    shown = poe("ask", "-b", "Evil", "hello").out
    assert "\x1b" in shown
    assert shown.rstrip("\n") == poe("ask", "--json", "-b", "Evil", "x").json["answer"].rstrip("\n")


@pytest.mark.parametrize(
    ("bot", "code"),
    [
        ("Error", 1),
        ("ErrorNoRetry", 1),
        ("TooLong", 1),
        ("No-Such-Bot", 1),
        ("AccessDenied", 3),
        ("Broke", 4),
        ("RateLimited", 5),
        ("Reset", 7),
        ("MidFin", 7),
        ("NoDone", 7),
    ],
)
def test_the_shell_hears_how_it_ended(poe: Shell, bot: str, code: int) -> None:
    config = find_paths().config_file
    config.parent.mkdir(parents=True)
    config.write_text("wait_when_limited = 0")
    result = poe("ask", "--trust", "-b", bot, "hello")
    assert result.code == code
    assert result.err.startswith("poe-tui: ")
    assert len(result.err.splitlines()) >= 2
    assert len(saved()) == 1


@pytest.mark.parametrize(
    ("key", "code"), [("bad-key", 3), ("revoked", 3), ("poor-key", 4), ("", 3)]
)
def test_the_shell_hears_what_is_wrong_with_the_key(
    poe: Shell, monkeypatch: pytest.MonkeyPatch, key: str, code: int
) -> None:
    monkeypatch.setenv("POE_API_KEY", key)
    result = poe("ask", "-b", "Echo", "hello")
    assert (result.code, result.out) == (code, "")
    assert "-key" not in result.err


def test_no_network_is_told_and_the_prompt_is_kept(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POE_API_KEY", "some-key")
    assert shell("ask", "-b", "Echo", "hello").code == 6
    assert len(saved()) == 1


def test_the_part_of_an_answer_that_came_is_printed(poe: Shell) -> None:
    result = poe("ask", "--trust", "-b", "NoDone", "hello")
    assert "part2" in result.out
    assert "cut off" in result.err


def test_a_disk_that_refuses_the_prompt_stops_everything(poe: Shell, demo: DemoService) -> None:
    data = find_paths().data
    data.parent.mkdir(parents=True, exist_ok=True)
    data.write_text("a file in the way")
    result = poe("ask", "-b", "Echo", "hello")
    assert result.code == 1
    assert "Nothing was sent" in result.err
    assert demo.requests("/bot/") == []


def test_a_wrong_setting_is_told_before_anything_happens(poe: Shell) -> None:
    config = find_paths().config_file
    config.parent.mkdir(parents=True)
    config.write_text("bott = 'Echo'")
    result = poe("ask", "hi")
    assert result.code == 2
    assert "'bot'" in result.err


def test_the_key_is_never_sent_in_clear_to_another_machine(
    poe: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POE_TUI_BASE_URL", "http://example.com")
    result = poe("ask", "hi")
    assert result.code == 2
    assert "https://" in result.err


def test_files_of_an_answer_are_saved_where_a_folder_is_set(
    poe: Shell, demo: DemoService, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "pictures"
    config = find_paths().config_file
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f'downloads = "{folder}"')
    asked = poe("ask", "-b", "Painter", "two boats")
    assert asked.code == 0
    assert f"poe-tui: saved: {folder / 'two-boats.png'}" in asked.err.splitlines()
    assert (folder / "two-boats.png").read_bytes() == paint("two boats")
    poe("ask", "--no-save", "-b", "Painter", "two boats")
    assert len(list(folder.iterdir())) == 1
    demo.knobs.fail = {"/files/": 404}
    lost = poe("ask", "-b", "Painter", "no boats")
    assert lost.code == 0
    assert "not saved: no-boats.png: 127.0.0.1" in lost.err
