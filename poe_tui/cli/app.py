"""`poe-tui`: open the app."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from poe_tui.cli.compose import Composition
from poe_tui.cli.conversations import find_conversation
from poe_tui.cli.plain import is_terminal
from poe_tui.errors import UsageError

if TYPE_CHECKING:
    from poe_tui.cli.arguments import Parser


class Options(msgspec.Struct):
    """What the command line asks for; the default of each is to ask for nothing."""

    bot: str = ""
    conversation: str = ""
    last: bool = False
    theme: str = ""
    demo: bool = False
    prompt: list[str] = msgspec.field(default_factory=list)


def _options(words: Sequence[str]) -> Options:
    if not words:  # a launch without any does without argparse
        return Options()
    return Options(**vars(_parser().parse_intermixed_args(list(words))))


def _parser() -> Parser:
    from poe_tui.cli.arguments import Parser, add_conversation
    from poe_tui.cli.run import COMMANDS

    width = max(map(len, COMMANDS))
    listed = "\n".join(f"  {name:{width}}  {does}" for name, does in COMMANDS.items())
    parser = Parser(
        "",
        "A full-screen terminal chat client for Poe.",
        usage="[--demo] [-b BOT] [-c | --conversation ID] [--theme NAME] [PROMPT]",
        epilog=f"Commands (`poe-tui COMMAND --help`):\n{listed}\n\n"
        "A prompt that begins with the name of a command: poe-tui -- list the planets",
    )
    parser.add_argument("-b", "--bot", default="", help="the bot of the next message")
    add_conversation(parser)
    parser.add_argument("--theme", default="", metavar="NAME", help="night, day, or one of yours")
    parser.add_argument("-V", "--version", action="version", version=_version())
    parser.add_argument("prompt", nargs="*", metavar="PROMPT", help="is sent at once")
    return parser


def run(words: Sequence[str], composition: Composition) -> int:
    """Open the app and return its exit code; raises UsageError where there is no terminal."""
    options = _options(words)
    # Textual draws on stderr, so that one counts as well.
    if not all(map(is_terminal, (sys.stdin, sys.stdout, sys.stderr))):
        raise UsageError(
            "The app needs a terminal for input and output, and at least one of them is none here.",
            hint="`poe-tui ask` answers without one: echo 'Hello' | poe-tui ask",
            title="No terminal",
        )
    overrides = {"theme": options.theme} if options.theme else {}
    services = composition.build_services(demo=options.demo, overrides=overrides)
    conversation = find_conversation(
        services.conversations, options.conversation, last=options.last
    )
    # Textual waits this many milliseconds for what may follow an escape; its own 100 would be twice
    # the time in which a reply has to stand still.
    os.environ.setdefault("ESCDELAY", "20")
    from poe_tui.cli.run import in_words, say
    from poe_tui.ui.app import PoeTuiApp

    app = PoeTuiApp(
        services,
        bot=services.settings.bot_called(options.bot),
        conversation=conversation,
        prompt=" ".join(options.prompt),
        theme=options.theme,
        start_demo=composition.start_demo,
    )
    app.run()
    if app.crash is not None:
        composition.log.report(app.crash)
    for words in app.leaving.words:
        say(in_words(words))
    return int(app.return_code or 0)


def _version() -> str:
    from poe_tui import __version__

    return f"poe-tui {__version__}"
