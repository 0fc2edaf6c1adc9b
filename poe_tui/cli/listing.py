"""`poe-tui list`: the conversations."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from poe_tui.cli.arguments import Parser
from poe_tui.cli.compose import Composition
from poe_tui.cli.plain import print_json
from poe_tui.cli.run import say
from poe_tui.cli.table import print_table


def run(words: Sequence[str], composition: Composition) -> int:
    """Print the conversations, pinned ones first, then the newest."""
    parser = Parser("list", "List the conversations: pinned first, then the newest.")
    parser.add_argument("--json", action="store_true", help="print a JSON array")
    options = parser.parse_args(list(words))
    entries, problems = composition.build_services(demo=options.demo).conversations.list()
    for problem in problems:
        aside = f" It is now {problem.set_aside}." if problem.set_aside else ""
        say(f"poe-tui: {problem.path}: {problem.reason}{aside}")
    if options.json:
        import msgspec

        print_json(msgspec.to_builtins(entries), indent=2)
    elif not entries:
        print('No conversations yet. Start one: poe-tui ask "Hello"', file=sys.stderr)
    else:
        now = datetime.now(UTC)
        print_table(
            ("ID", "AGE", "MESSAGES", "BOT", "TITLE"),
            [
                (entry.id, age(now - entry.updated), str(entry.messages), entry.bot, entry.title)
                for entry in entries
            ],
            right="AGE MESSAGES",
        )
    return 0


def age(since: timedelta) -> str:
    """Return how long ago that was, in its largest unit: `now`, `5 min`, `3 h`, `12 d`, `2 y`."""
    minutes = int(since.total_seconds() // 60)
    for size, unit in ((525_600, "y"), (1440, "d"), (60, "h"), (1, "min")):
        if minutes >= size:
            return f"{minutes // size} {unit}"
    return "now"
