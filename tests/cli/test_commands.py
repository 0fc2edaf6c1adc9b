"""The small commands: list, show, bots, balance, keys, config, and poe-tui without a terminal."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from poe_tui import __version__
from poe_tui.cli.listing import age
from poe_tui.cli.run import COMMANDS, split_command
from poe_tui.demo.service import DemoService
from poe_tui.paths import find_paths
from poe_tui.state import StateFile
from tests.cli.shell import Shell


def only_id(shell: Shell) -> str:
    """Return the id of the one conversation there is."""
    (entry,) = shell("list", "--json").json
    return str(entry["id"])


def test_the_version_is_told(shell: Shell) -> None:
    assert shell("--version").out == f"poe-tui {__version__}\n"
    assert shell("--demo", "--version").out == f"poe-tui {__version__}\n"


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_has_help(shell: Shell, command: str) -> None:
    result = shell(*filter(None, [command]), "--help")
    assert result.code == 0
    assert "--demo" in result.out


def test_the_help_names_every_command(shell: Shell) -> None:
    out = shell("--help").out
    assert all(re.search(rf"^  {command} ", out, re.MULTILINE) for command in COMMANDS)


def test_without_a_terminal_the_app_says_so_and_names_ask(shell: Shell) -> None:
    for stdin in (None, "piped"):
        result = shell("--demo", "hello", stdin=stdin)
        assert result.code == 2
        assert "poe-tui ask" in result.err
        assert result.out == ""


@pytest.mark.parametrize(
    "words",
    [("--nonsense",), ("ask", "--jso", "x"), ("show",), ("list", "surplus"), ("show", "a", "b")],
)
def test_words_that_fit_nothing_are_wrong_usage(shell: Shell, words: tuple[str, ...]) -> None:
    result = shell(*words)
    assert result.code == 2
    assert "--help" in result.err


@pytest.mark.parametrize(
    ("line", "command", "rest"),
    [
        ("", "", ""),
        ("ask hello", "ask", "hello"),
        ("--demo ask hello", "ask", "--demo hello"),
        ("-b ask hello", "", "-b ask hello"),
        ("-b Echo list", "list", "-b Echo"),
        ("--theme=day list", "list", "--theme=day"),
        ("tell me to ask", "", "tell me to ask"),
        ("-- list the planets", "", "-- list the planets"),
        ("-", "", "-"),
    ],
)
def test_the_first_word_may_be_a_command(line: str, command: str, rest: str) -> None:
    assert split_command(line.split()) == (command, rest.split())


def test_list_is_a_plain_table(poe: Shell) -> None:
    poe("ask", "-b", "Echo", "What is\tRust? \x1b[31m")
    result = poe("list")
    heading, line = result.out.splitlines()
    assert heading.split() == ["ID", "AGE", "MESSAGES", "BOT", "TITLE"]
    assert line.split()[:4] == [only_id(poe), "now", "2", "Echo"]
    assert "\x1b" not in result.out


def test_list_of_nothing_says_how_to_begin(shell: Shell) -> None:
    result = shell("list")
    assert (result.code, result.out) == (0, "")
    assert "poe-tui ask" in result.err
    assert shell("list", "--json").json == []


def test_a_file_that_can_not_be_read_is_told_and_costs_only_itself(poe: Shell) -> None:
    poe("ask", "-b", "Echo", "hello")
    (find_paths().conversations / "1m84rsbpre83rsqm.json").write_text("{")
    result = poe("list")
    assert result.code == 0
    assert "1m84rsbpre83rsqm" in result.err
    assert "hello" in result.out


def test_the_demo_has_conversations_of_its_own(shell: Shell) -> None:
    assert shell("ask", "--demo", "-b", "Echo", "in the demo").out == "in the demo\n"
    assert shell("list", "--json").json == []
    assert len(shell("list", "--demo", "--json").json) == 1
    assert "in the demo" in shell("--demo", "list").out


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(0, "now"), (59, "59 min"), (60, "1 h"), (1440, "1 d"), (526_000, "1 y"), (-5, "now")],
)
def test_ages_are_in_their_largest_unit(minutes: int, shown: str) -> None:
    assert age(timedelta(minutes=minutes)) == shown


def test_show_prints_markdown(poe: Shell) -> None:
    poe("ask", "-b", "Echo", "-s", "Be brief.", "hello there")
    result = poe("show", only_id(poe)[:12])
    assert result.out == (
        "# hello there\n\n## System\n\nBe brief.\n\n## You\n\nhello there\n\n## Echo\n\n"
        f"{poe('ask', '--json', '--no-save', '-b', 'Echo', 'hello there').json['answer']}\n"
    )


def test_show_prints_json(poe: Shell) -> None:
    poe("ask", "-b", "Echo", "hello")
    shown = poe("show", only_id(poe), "--format", "json").json
    assert shown["id"] == only_id(poe)
    assert [(m["role"], m["text"]) for m in shown["messages"]] == [
        ("user", "hello"),
        ("bot", "hello"),
    ]


def test_show_tells_that_an_answer_is_not_whole(poe: Shell) -> None:
    poe("ask", "--trust", "-b", "NoDone", "hello")
    assert "*cut off: " in poe("show", only_id(poe)).out


def test_show_says_when_a_conversation_needs_a_newer_poe_tui(poe: Shell) -> None:
    poe("ask", "-b", "Echo", "hello")
    (file,) = find_paths().conversations.glob("*.json")
    file.write_text(file.read_text().replace('"format": 1', '"format": 2'))
    shown = poe("show", file.stem)
    assert shown.code == 1
    assert "newer" in shown.err
    assert '"format": 2' in file.read_text()


def test_show_of_an_unknown_id_is_wrong_usage(shell: Shell) -> None:
    result = shell("show", "nothing")
    assert result.code == 2
    assert "poe-tui list" in result.err


def test_bots_are_listed_and_filtered(poe: Shell) -> None:
    everything = poe("bots").out.splitlines()
    assert len(everything) > 100
    assert everything[0].split() == ["BOT", "OWNER", "KIND", "CONTEXT", "PRICE", "YOURS", "ABOUT"]
    some = poe("bots", "anthropic", "SONNET").out
    assert "Claude-Sonnet" in some
    assert len(some.splitlines()) < 20
    assert poe("bots", "--json", "echo").json[0]["name"] == "Echo"


def test_bots_are_found_and_ordered_as_in_the_picker(poe: Shell) -> None:
    find_paths().config_file.parent.mkdir(parents=True, exist_ok=True)
    find_paths().config_file.write_text('[aliases]\nc = "Claude-Opus-4.1"\n')
    state = StateFile(find_paths().state_file)
    state.toggle_favourite("o3")
    state.use_bot("My-Own-Writer")
    first = [line.split()[0] for line in poe("bots").out.splitlines()[1:4]]
    assert first == ["o3", "My-Own-Writer", "Claude-Opus-4.1"]
    assert "not listed" in poe("bots").out.splitlines()[2]
    assert [bot["name"] for bot in poe("bots", "--json", "mywri").json] == ["My-Own-Writer"]
    (meant, *_) = poe("bots", "--json", "c").json
    assert (meant["name"], meant["aliases"], meant["listed"]) == ("Claude-Opus-4.1", ["c"], True)
    (own,) = poe("bots", "--json", "My-Own-Writer").json
    assert (own["listed"], own["favourite"], own["inputs"], own["yours"]) == (
        False,
        False,
        [],
        None,
    )


def test_no_bot_that_fits_is_no_error(poe: Shell) -> None:
    result = poe("bots", "no such bot anywhere zzqq")
    assert (result.code, result.out) == (0, "")
    assert "No bot fits" in result.err


def test_bots_need_no_key(poe: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POE_API_KEY")
    assert "Echo" in poe("bots").out


def test_bots_are_known_without_a_network(
    poe: Shell, demo: DemoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    poe("bots")
    (file,) = find_paths().cache.glob("models.json")
    file.write_text(re.sub(r'"fetched":"\d{4}', '"fetched":"2001', file.read_text()))
    monkeypatch.setenv("POE_TUI_BASE_URL", "http://127.0.0.1:9")
    assert "Echo" in poe("bots").out


def test_without_network_and_memory_there_are_no_bots(shell: Shell) -> None:
    assert shell("bots").code == 6


def test_bots_are_listed_with_your_own_figures(poe: Shell) -> None:
    poe("ask", "-v", "-b", "Echo", "word " * 40)
    poe("ask", "--trust", "-b", "ErrorMid", "hello")
    (line,) = (line for line in poe("bots", "echo").out.splitlines() if line.startswith("Echo "))
    assert re.search(r"first text \d+\.\d s · .*\d pts a reply · 0 of 1 failed  Repeats", line)
    (echo,) = (bot for bot in poe("bots", "--json").json if bot["name"] == "Echo")
    assert (echo["yours"]["replies"], echo["yours"]["failures"]) == (1, 0)
    assert echo["yours"]["points"] > 0
    assert poe("bots", "--json", "anthropic").json[0]["yours"] is None


def test_the_balance_is_told(poe: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert poe("balance").out == "12,345 points\n"
    assert poe("balance", "--json").json["points"] == 12345
    monkeypatch.setenv("POE_API_KEY", "bad-key")
    assert poe("balance").code == 3


def test_keys_are_listed_as_they_are_set(shell: Shell) -> None:
    assert re.search(r"^bot\.switch +ctrl\+o ", shell("keys").out, re.MULTILINE)
    config = find_paths().config_file
    config.parent.mkdir(parents=True)
    config.write_text('[keys]\nbot.switch = "ctrl+t"\n')
    assert re.search(r"^bot\.switch +ctrl\+t ", shell("keys").out, re.MULTILINE)


def test_the_settings_are_shown_with_where_they_come_from(shell: Shell) -> None:
    config = find_paths().config_file
    config.parent.mkdir(parents=True)
    config.write_text('theme = "day"\n[keys]\nbot.switch = "ctrl+t"\n')
    out = shell("config").out
    assert f'# {config}\ntheme = "day"\n' in out
    assert '# default\nsend_key = "enter"\n' in out
    assert "# POE_TUI_BASE_URL\nbase_url" in out
    assert tomllib.loads(out)["keys"] == {"bot.switch": "ctrl+t"}


def test_the_settings_can_be_found(shell: Shell) -> None:
    assert Path(shell("config", "path").out.strip()) == find_paths().config_file
    assert "demo" in shell("config", "path", "--demo").out


def test_a_mistake_of_ours_is_logged_without_the_key(
    poe: Shell, demo: DemoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError(f"with {demo.key} inside")

    monkeypatch.setattr("poe_tui.cli.balance._balance", fail)
    result = poe("balance")
    log = find_paths().log_file
    assert result.code == 1
    assert "ZeroDivisionError" in result.err
    assert str(log) in result.err
    assert "Traceback" in log.read_text()
    assert demo.key not in log.read_text() + result.err
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_log_that_can_not_be_written_is_no_second_mistake(
    poe: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("poe_tui.cli.balance._balance", None)
    find_paths().data.parent.mkdir(parents=True, exist_ok=True)
    find_paths().data.write_text("in the way")
    result = poe("balance")
    assert result.code == 1
    assert "can't be written either" in result.err
