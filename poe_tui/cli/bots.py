"""`poe-tui bots`: the public bots."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

import msgspec

from poe_tui.chat.figures import BotFigures
from poe_tui.cli.arguments import Parser
from poe_tui.cli.compose import Composition
from poe_tui.cli.plain import print_json
from poe_tui.cli.table import print_table
from poe_tui.errors import ReplyError
from poe_tui.poe.catalog import Bot
from poe_tui.poe.labels import modalities, price, tokens, yours
from poe_tui.services import Services


def run(words: Sequence[str], composition: Composition) -> int:
    """Print the public bots that fit the query."""
    parser = Parser(
        "bots",
        "List the public bots of Poe. Others answer too: `poe-tui ask -b NAME` takes any name.\n\n"
        "PRICE is in dollars for a million tokens in and out, or for each message. YOURS is how\n"
        "the bot did in your own last 50 replies.",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON array")
    parser.add_argument("query", nargs="*", metavar="QUERY", help="words of name, owner or kind")
    options = parser.parse_intermixed_args(list(words))
    services = composition.build_services(demo=options.demo)
    bots = [bot for bot in asyncio.run(_bots(services)) if fits(bot, options.query)]
    figures = services.spending.figures
    if options.json:
        print_json([_fields(bot, figures.of(bot.name)) for bot in bots], indent=2)
    elif not bots:
        print("No public bot fits.", file=sys.stderr)
    else:
        print_table(
            ("BOT", "OWNER", "KIND", "CONTEXT", "PRICE", "YOURS"),
            [
                (
                    bot.name,
                    bot.owner,
                    modalities(bot),
                    tokens(bot.context),
                    price(bot),
                    yours(figures.of(bot.name)),
                )
                for bot in bots
            ],
            right="CONTEXT",
        )
    return 0


async def _bots(services: Services) -> list[Bot]:
    """Return the bots as Poe lists them now, or, where it can't be reached, as it did last."""
    known = services.catalog.load()
    try:
        # The demo's bots cost nothing to ask for, and change with its version.
        return await services.catalog.refresh(force=services.demo)
    except ReplyError as error:
        if not known:
            raise
        print(f"poe-tui: {error.heading}; this is the list of last time", file=sys.stderr)
        return known
    finally:
        await services.client.aclose()


def fits(bot: Bot, query: Sequence[str]) -> bool:
    """Return whether every word of the query is in the bot's name, owner or kinds."""
    text = " ".join((bot.name, bot.owner, *bot.inputs, *bot.outputs)).casefold()
    return all(word in text for part in query for word in part.casefold().split())


def _fields(bot: Bot, figures: BotFigures) -> dict[str, Any]:
    """Return all that is known of a bot; `yours` is null before its first reply."""
    own = {
        "replies": figures.replies,
        "failures": figures.failures,
        "first_text": figures.first_text,
        "characters_per_second": figures.speed,
        "points": figures.points,
    }
    return {**msgspec.to_builtins(bot), "yours": own if figures.replies else None}
