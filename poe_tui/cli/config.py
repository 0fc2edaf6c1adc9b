"""`poe-tui config`: the settings, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from poe_tui.cli.arguments import Parser
from poe_tui.cli.compose import Composition
from poe_tui.paths import find_paths
from poe_tui.settings import load_settings, where_from


def run(words: Sequence[str], composition: Composition) -> int:
    """Print the path of the settings, or the settings as TOML with the origin of each."""
    parser = Parser("config", "Show the settings, each with where it comes from; or their file.")
    parser.add_argument("what", nargs="?", choices=("path", "show"), default="show")
    options = parser.parse_args(list(words))
    file = find_paths(demo=options.demo).config_file
    if options.what == "path":
        print(file)
        return 0
    import tomli_w

    settings = msgspec.to_builtins(load_settings(file))
    origins = where_from(file)
    for name, value in settings.items():
        # A table would swallow what follows it, so `keys` comes last, as it does in Settings.
        shown = tomli_w.dumps({name: value}).strip() or f"[{name}]"
        print(f"# {origins[name]}\n{shown}")
    return 0
