"""What the subcommands' arguments have in common."""

from __future__ import annotations

import argparse

from poe_tui.errors import UsageError


class Parser(argparse.ArgumentParser):
    """An argument parser without abbreviations; what it can't understand is a UsageError."""

    def __init__(
        self, command: str, description: str, *, usage: str = "", epilog: str = ""
    ) -> None:
        name = f"poe-tui {command}".strip()
        super().__init__(
            prog=name,
            usage=f"{name} {usage}" if usage else None,
            description=description,
            epilog=epilog or None,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.add_argument(
            "--demo",
            action="store_true",
            help="use the built-in demo service: no key, no network, a data directory of its own",
        )

    def error(self, message: str) -> None:  # type: ignore[override]  # argparse says NoReturn
        """Raise UsageError with argparse's own words."""
        raise UsageError(
            f"{message[:1].upper()}{message[1:]}.\n{self.format_usage().strip()}",
            hint=f"`{self.prog} --help` tells more.",
            title="Wrong usage",
        )


def add_conversation(parser: Parser) -> None:
    """Add -c and --conversation: which conversation to go on with."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "-c",
        "--continue",
        dest="last",
        action="store_true",
        help="go on with the conversation that changed last",
    )
    which.add_argument(
        "--conversation",
        default="",
        metavar="ID",
        help="go on with this one; the beginning of an id is enough",
    )
