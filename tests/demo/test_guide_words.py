"""What the guide says of the app is true."""

from __future__ import annotations

import re

from poe_tui.cli.run import COMMANDS as SUBCOMMANDS
from poe_tui.demo.bots.guide_words import LOST, TOPICS
from poe_tui.errors import ExitCode
from poe_tui.ui.commands import command
from poe_tui.ui.themes import builtin_themes

TEXT = "\n".join([*(topic.text for topic in TOPICS), LOST])
MEANT = {
    "ctrl+o": "bot.switch",
    "ctrl+n": "conversation.new",
    "ctrl+p": "palette.open",
    "ctrl+q": "app.quit",
    "f1": "help.open",
    "tab": "pane.next",
    "escape": "reply.stop",
    "alt+up": "conversation.previous",
    "alt+down": "conversation.next",
    "enter": "composer.send",
    "ctrl+j": "composer.newline",
    "alt+enter": "composer.newline",
    "up": "pane.previous",
    "j": "transcript.next",
    "k": "transcript.previous",
    "y": "transcript.copy_message",
    "r": "transcript.regenerate",
    "e": "transcript.edit",
    "[": "transcript.previous_sibling",
    "]": "transcript.next_sibling",
}
"""Every key that the guide names, and what it says that the key does."""


def test_every_key_it_names_does_what_it_says() -> None:
    named = re.findall(r"`((?:ctrl|alt|shift)\+\w+|f\d+|tab|enter|escape|up|down|[^\s`])`", TEXT)
    assert set(named) == set(MEANT)
    for key, command_id in MEANT.items():
        said = command(command_id)
        assert key in said.keys.split(",") or f"{key} goes" in said.description, key


def test_every_subcommand_theme_and_exit_code_it_names_exists() -> None:
    subcommands = set(re.findall(r"poe-tui (\w+)", TEXT))
    assert subcommands
    assert subcommands <= set(SUBCOMMANDS)
    assert all((builtin_themes() / f"{name}.toml").exists() for name in ("night", "day"))
    codes = re.search(r"The exit code says what happened: (.*?) and so on", TEXT)
    assert codes is not None
    assert {int(code) for code in re.findall(r"\d+", codes[1])} <= set(ExitCode)
