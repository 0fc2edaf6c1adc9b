"""`poe-tui config`: the settings, and where they come from."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import msgspec

from poe_tui.cli.arguments import Parser
from poe_tui.cli.compose import Composition
from poe_tui.cli.plain import suited
from poe_tui.paths import find_paths
from poe_tui.settings import load_settings, where_from


def run(words: Sequence[str], composition: Composition) -> int:
    """Print the path of the settings, or, as TOML, all of them, each with its origin."""
    parser = Parser(
        "config", "Show where things live, and the settings with where each comes from."
    )
    parser.add_argument("what", nargs="?", choices=("path", "show"), default="show")
    options = parser.parse_args(list(words))
    paths = find_paths(demo=options.demo)
    file = paths.config_file
    if options.what == "path":
        print(file)
        return 0
    import tomli_w

    print(f"# conversations, state and log: {paths.data}\n# themes of your own: {paths.themes}")
    print(f"# what can be made again: {paths.cache}\n")
    settings = msgspec.to_builtins(load_settings(file))
    origins = where_from(file)
    for name, value in settings.items():
        # A table would swallow what follows it, so `keys` comes last, as it does in Settings.
        shown = tomli_w.dumps({name: value}).strip() or f"[{name}]"
        print(suited(f"# {origins[name]}\n{shown}", sys.stdout))
    return 0
