"""The command line: one module per subcommand; `main` is the entry point."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run poe-tui with `argv` (None: the arguments of this process) and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words in (["--version"], ["-V"]):  # nothing else is imported for it
        from poe_tui import __version__

        print(f"poe-tui {__version__}")
        return 0
    from poe_tui.cli.run import run

    return run(words)
