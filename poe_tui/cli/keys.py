"""`poe-tui keys`: what the keys of the app do."""

from __future__ import annotations

from collections.abc import Sequence

from poe_tui.cli.arguments import Parser
from poe_tui.cli.compose import Composition
from poe_tui.cli.table import print_table
from poe_tui.paths import find_paths
from poe_tui.settings import load_settings


def run(words: Sequence[str], composition: Composition) -> int:
    """Print every action with its keys, as the settings have them."""
    parser = Parser(
        "keys",
        "List the actions of the app and their keys. Any of them can be changed in config.toml:\n\n"
        '  [keys]\n  conversation.new = "ctrl+t"',
    )
    options = parser.parse_args(list(words))
    from poe_tui.ui.command import PLACES
    from poe_tui.ui.commands import COMMANDS

    yours = load_settings(find_paths(demo=options.demo).config_file).keys
    print_table(
        ("ACTION", "KEYS", "WHERE", "DOES"),
        [
            (
                command.id,
                yours.get(command.id, command.keys).replace(",", ", "),
                PLACES[command.where],
                command.title,
            )
            for command in COMMANDS
        ],
    )
    return 0
