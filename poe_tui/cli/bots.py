"""`poe-tui bots`: the public bots."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

import msgspec

from poe_tui.cli.arguments import Parser
from poe_tui.cli.compose import Composition
from poe_tui.cli.plain import print_json
from poe_tui.cli.table import print_table
from poe_tui.errors import ReplyError
from poe_tui.poe.catalog import Bot
from poe_tui.services import Services


def run(words: Sequence[str], composition: Composition) -> int:
    """Print the public bots that fit the query."""
    parser = Parser(
        "bots",
        "List the public bots of Poe. Others answer too: `poe-tui ask -b NAME` takes any name.",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON array")
    parser.add_argument("query", nargs="*", metavar="QUERY", help="words of name, owner or kind")
    options = parser.parse_intermixed_args(list(words))
    services = composition.build_services(demo=options.demo)
    bots = [bot for bot in asyncio.run(_bots(services)) if fits(bot, options.query)]
    if options.json:
        print_json(msgspec.to_builtins(bots), indent=2)
    elif not bots:
        print("No public bot fits.", file=sys.stderr)
    else:
        print_table(
            ("BOT", "OWNER", "OUTPUT", "CONTEXT", "PRICE"),
            [
                (bot.name, bot.owner, ", ".join(bot.outputs), thousands(bot.context), price(bot))
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
    """Return whether every word of the query is in the bot's name, owner or kinds of output."""
    text = " ".join((bot.name, bot.owner, *bot.outputs)).casefold()
    return all(word in text for part in query for word in part.casefold().split())


def thousands(tokens: int | None) -> str:
    """Return a number of tokens, short: `983k`; `—` when it is not known."""
    if tokens is None:
        return "—"
    return f"{tokens // 1000}k" if tokens >= 1000 else str(tokens)


def price(bot: Bot) -> str:
    """Return what the bot costs, in dollars a message or a million tokens in and out."""
    if bot.request_price is not None:
        return f"${bot.request_price:.4g} a message"
    if bot.prompt_price is None and bot.completion_price is None:
        return "—"
    sides = (bot.prompt_price, bot.completion_price)
    each = ["—" if side is None else f"${side * 1e6:.4g}" for side in sides]
    return f"{each[0]} in, {each[1]} out per million tokens"
