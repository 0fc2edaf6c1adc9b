"""`poe-tui balance`: the points that are left, and where the others went."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from poe_tui.chat.expenses import Expense, Total, by_bot, by_conversation, by_day
from poe_tui.cli.arguments import Parser
from poe_tui.cli.compose import Composition
from poe_tui.cli.plain import print_json
from poe_tui.cli.table import print_table
from poe_tui.errors import ReplyError, StoreError
from poe_tui.services import Services
from poe_tui.store.conversations import ConversationStore
from poe_tui.ui.figures import counted, of_total

_DAYS: Final = 7
_BOTS: Final = 10


def run(words: Sequence[str], composition: Composition) -> int:
    """Print how many points are left, and what was spent; raises a ReplyError."""
    parser = Parser(
        "balance",
        "Show how many points are left, and what poe-tui has spent by day and bot.\n\n"
        "≈ marks totals that are partly a guess, because Poe's books name no reply; — is unknown.",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help='print {"points", "days", "bots", "conversations"}, everything there is',
    )
    options = parser.parse_args(list(words))
    services = composition.build_services(demo=options.demo)
    points = asyncio.run(_balance(services))
    expenses = services.spending.ledger.expenses()
    if options.json:
        print_json(
            {
                "points": points,
                "days": _listed("day", by_day(expenses)),
                "bots": _listed("bot", by_bot(expenses)),
                "conversations": _listed("conversation", by_conversation(expenses)),
            }
        )
        return 0
    print(counted(points, "point"))
    _print_totals("day", by_day(expenses), _DAYS)
    _print_totals("bot", by_bot(expenses), _BOTS)
    return 0


async def _balance(services: Services) -> int:
    try:
        points = await services.usage.balance()
        services.catalog.load()  # knows the names that Poe may have booked a bot under
        with contextlib.suppress(ReplyError):  # then some totals are incomplete, and say so
            for expense in await services.spending.catch_up():
                _write_down(services.conversations, expense)
        return points
    finally:
        await services.client.aclose()


def _write_down(conversations: ConversationStore, expense: Expense) -> None:
    """Tell a conversation, if it is still there, what a reply of it has turned out to cost."""
    with contextlib.suppress(StoreError):
        conversation = conversations.load(expense.conversation)
        message = conversation.messages.get(expense.message)
        if message is not None and message.note_cost(expense.points, exact=expense.exact):
            conversations.save(conversation)


def _listed(name: str, totals: Mapping[Any, Total]) -> list[dict[str, Any]]:
    return [
        {
            name: str(key),
            "points": total.points,
            "exact": total.exact,
            "replies": total.replies,
            "unknown": total.unknown,
        }
        for key, total in totals.items()
    ]


def _print_totals(name: str, totals: Mapping[Any, Total], most: int) -> None:
    """Print the first `most` of `totals` under an empty line; nothing when there are none."""
    if not totals:
        return
    rows = [
        (
            str(key),
            of_total(total),
            f"{total.replies:,}",
            f"{total.unknown:,}" if total.unknown else "—",
        )
        for key, total in list(totals.items())[:most]
    ]
    print()
    print_table((name, "points", "replies", "unknown"), rows, right="points replies unknown")
    if len(totals) > most:
        print(f"… and {len(totals) - most} more: poe-tui balance --json")
