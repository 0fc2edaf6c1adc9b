"""`poe-tui balance`: the points that are left."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

from poe_tui.cli.arguments import Parser
from poe_tui.cli.compose import Composition
from poe_tui.services import Services


def run(words: Sequence[str], composition: Composition) -> int:
    """Print how many points are left; raises a ReplyError when Poe does not say."""
    parser = Parser("balance", "Show how many points are left.")
    parser.add_argument("--json", action="store_true", help='print {"points": N}')
    options = parser.parse_args(list(words))
    points = asyncio.run(_balance(composition.build_services(demo=options.demo)))
    print(json.dumps({"points": points}) if options.json else f"{points:,} points")
    return 0


async def _balance(services: Services) -> int:
    try:
        return await services.usage.balance()
    finally:
        await services.client.aclose()
