"""`poe-tui bots`: the public bots, and the user's own figures of each."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from poe_tui.bots import BotChoice, BotChoices
from poe_tui.chat.figures import BotFigures
from poe_tui.cli.arguments import Parser
from poe_tui.cli.compose import Composition
from poe_tui.cli.plain import print_json
from poe_tui.cli.table import print_table
from poe_tui.errors import ReplyError
from poe_tui.poe.catalog import Bot
from poe_tui.poe.labels import yours
from poe_tui.services import Services

HEADING: Final = ("BOT", "OWNER", "KIND", "CONTEXT", "PRICE", "YOURS", "ABOUT")


def run(words: Sequence[str], composition: Composition) -> int:
    """Print the bots that fit the query, as the picker of the app finds and orders them."""
    parser = Parser(
        "bots",
        "List the public bots of Poe, your favourites and those used lately first. Others answer\n"
        "too: `poe-tui ask -b NAME` takes any name.\n\n"
        "PRICE is in dollars for a million tokens in and out, or for each message. YOURS is how\n"
        "the bot did in your own last 50 replies: medians, and how many of them failed.",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON array")
    parser.add_argument(
        "query", nargs="*", metavar="QUERY", help="letters of names, owners and kinds; or an alias"
    )
    options = parser.parse_intermixed_args(list(words))
    services = composition.build_services(demo=options.demo)
    state = services.state.state
    bots = asyncio.run(_bots(services))
    choices = BotChoices(bots, state.favourites, state.recent, services.settings.aliases)
    found = choices.find(" ".join(options.query), free=False)
    figures = services.spending.figures
    if options.json:
        told = [_fields(choice, figures.of(choice.name), services) for choice in found]
        print_json(told, indent=2)
    elif not found:
        print("No bot fits. A name that is not listed can be asked all the same.", file=sys.stderr)
    else:
        print_table(HEADING, [_row(each, figures.of(each.name)) for each in found], right="CONTEXT")
    return 0


def _row(choice: BotChoice, figures: BotFigures) -> tuple[str, ...]:
    return (
        choice.name,
        choice.owner,
        choice.modalities,
        choice.context,
        choice.price,
        yours(figures),
        choice.bot.description if choice.bot else "",
    )


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


def _fields(choice: BotChoice, figures: BotFigures, services: Services) -> dict[str, Any]:
    """Return all that is known of a bot; `yours` is null before its first reply."""
    folded = choice.name.casefold()
    own = {
        "replies": figures.replies,
        "failures": figures.failures,
        "first_text": figures.first_text,
        "characters_per_second": figures.speed,
        "points": figures.points,
    }
    return {
        **msgspec.to_builtins(choice.bot or Bot(name=choice.name, inputs=(), outputs=())),
        "listed": choice.bot is not None,
        "favourite": folded in map(str.casefold, services.state.state.favourites),
        "aliases": list(choice.aliases),
        "yours": own if figures.replies else None,
    }
