"""`poe-tui show`: one conversation, as Markdown, JSON or HTML."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from poe_tui.cli import rendition
from poe_tui.cli.arguments import Parser
from poe_tui.cli.compose import Composition
from poe_tui.cli.conversations import find_conversation
from poe_tui.cli.plain import suited


def run(words: Sequence[str], composition: Composition) -> int:
    """Print the branch of a conversation that is on screen in the app."""
    parser = Parser("show", "Print a conversation: the branch that is on screen in the app.")
    parser.add_argument("id", metavar="ID", help="its id; the beginning is enough")
    parser.add_argument("--format", choices=sorted(rendition.FORMATS), default="markdown")
    options = parser.parse_args(list(words))
    store = composition.build_services(demo=options.demo).conversations
    conversation = store.load(find_conversation(store, options.id))
    print(suited(rendition.FORMATS[options.format](conversation), sys.stdout))
    return 0
