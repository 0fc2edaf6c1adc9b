"""Settings: who wins, and what a user reads when one can't be understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from poe_tui.errors import UsageError
from poe_tui.paths import find_paths
from poe_tui.settings import Settings, load_settings, where_from


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def refusal(config: Path, text: str) -> UsageError:
    config.write_text(text)
    with pytest.raises(UsageError) as caught:
        load_settings(config)
    return caught.value


def test_a_missing_file_means_the_defaults(config: Path) -> None:
    assert load_settings(config) == Settings()


def test_the_command_line_wins_over_environment_over_file(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text('base_url = "https://file.example"\nbot = "FromFile"\n')
    assert load_settings(config).base_url == "https://file.example"
    monkeypatch.setenv("POE_TUI_BASE_URL", "https://env.example/")
    assert load_settings(config).base_url == "https://env.example"
    chosen = {"base_url": "https://line.example"}
    settings = load_settings(config, overrides=chosen)
    assert (settings.base_url, settings.bot) == ("https://line.example", "FromFile")
    origins = where_from(config, overrides=chosen)
    assert origins["base_url"] == "command line"
    assert origins["bot"] == str(config)
    assert origins["theme"] == "default"
    assert where_from(config)["base_url"] == "POE_TUI_BASE_URL"


def test_an_unknown_setting_is_named_with_the_nearest_known_one(config: Path) -> None:
    error = refusal(config, 'them = "day"')
    assert "'them'" in error.explanation
    assert str(config) in error.explanation
    assert "'theme'" in error.hint
    assert error.exit_code == 2


def test_a_setting_like_no_other_is_answered_with_all_of_them(config: Path) -> None:
    error = refusal(config, "xyzzy = 1")
    assert "sidebar_width" in error.hint


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("sidebar_width = 'wide'", "whole number from 16 to 80"),
        ("sidebar_width = 900", "whole number from 16 to 80"),
        ("send_key = 'space'", '"enter" or "ctrl+enter"'),
        ("silent_after = 0", "seconds above 0"),
        ("theme = 7", "text in quotes"),
        ("keys = 'ctrl+t'", "table of actions"),
        ("keys = { a = 1 }", "table of actions"),
        ("aliases = 'c'", "table of short names"),
        ("mention_context = 'some'", "since_switch"),
        ("mention_context = 'last_03'", "since_switch"),
        ("mention_context = 'last_'", "such as"),
    ],
)
def test_a_wrong_value_is_answered_with_what_is_allowed(
    config: Path, text: str, allowed: str
) -> None:
    error = refusal(config, text)
    assert allowed in error.explanation
    assert text.split(" = ")[0] in error.explanation


def test_a_file_that_is_not_toml_is_named_with_the_place(config: Path) -> None:
    error = refusal(config, "theme = \n")
    assert str(config) in error.explanation
    assert "line 1" in error.explanation


def test_a_file_that_is_not_text_is_refused_in_words(config: Path) -> None:
    config.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="not valid TOML"):
        load_settings(config)


def test_a_directory_in_the_place_of_the_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be read"):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    "form", ['[keys]\nconversation.new = "ctrl+t"', '[keys]\n"conversation.new" = "ctrl+t"']
)
def test_keys_may_be_written_with_dots_or_in_quotes(config: Path, form: str) -> None:
    config.write_text(form)
    assert load_settings(config).keys == {"conversation.new": "ctrl+t"}


def test_an_alias_stands_for_a_bot_whatever_its_case(config: Path) -> None:
    config.write_text('[aliases]\nc = "Claude-Sonnet-4.5"\ngpt5.1 = "GPT-5.1"')
    settings = load_settings(config)
    assert settings.bot_called(" C ") == "Claude-Sonnet-4.5"
    assert settings.bot_called("GPT5.1") == "GPT-5.1"
    assert settings.bot_called("Echo") == "Echo"


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com",
        "http://127.0.0.1.example.com",
        "ftp://127.0.0.1",
        "example.com",
        "https://",
        "https://user:pass@example.com",
        "https://example.com?a=1",
        "https://[::1",
        "https://example.com:port",
    ],
)
@pytest.mark.parametrize("setting", ["base_url", "upload_url"])
def test_the_key_goes_nowhere_in_clear(config: Path, setting: str, address: str) -> None:
    error = refusal(config, f'{setting} = "{address}"')
    assert setting in error.explanation


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:9", "https://a.b/c"]
)
def test_https_and_this_machine_are_fine(config: Path, address: str) -> None:
    config.write_text(f'base_url = "{address}/"')
    assert load_settings(config).base_url == address


def test_the_demo_has_directories_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POE_TUI_DATA_DIR", str(tmp_path))
    assert find_paths().data == tmp_path
    assert find_paths(demo=True).data == tmp_path / "demo"
    assert find_paths().config != find_paths(demo=True).config
    assert not list(tmp_path.iterdir())


def test_without_the_environment_directories_are_where_the_system_has_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for kind in ("DATA", "CONFIG", "CACHE"):
        monkeypatch.delenv(f"POE_TUI_{kind}_DIR")
    paths = find_paths()
    assert len({paths.data, paths.config, paths.cache}) == 3
    assert "poe-tui" in str(paths.data)
