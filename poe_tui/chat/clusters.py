"""Which replies Poe's books can mistake for each other, and how long they can add to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from poe_tui.chat.expenses import Expense


class Cluster(msgspec.Struct, frozen=True):
    """Replies of one bot, oldest first, that are close to each other.

    Each of them could have an entry of Poe's books that another one of them could have, too; no
    other reply could have any of these.
    """

    replies: tuple[Expense, ...]

    def is_closed(self, moment: datetime) -> bool:
        """Return whether Poe's books had at `moment` all that they will ever have of it."""
        return all(moment >= each.last_booked for each in self.replies)

    def to_look_for(self, moment: datetime) -> list[Expense]:
        """Return the replies of which Poe's books can say at `moment` what is not known yet.

        One that nobody has looked for since it was closed gives away more of the others, too.
        """
        waiting = [each for each in self.replies if each.is_open(moment)]
        if not waiting or not self.is_closed(moment):
            return waiting
        return [each for each in self.replies if not (each.exact or each.missing)]


def clusters(expenses: Iterable[Expense], name: Callable[[str], str]) -> list[Cluster]:
    """Return the clusters of `expenses`, which are oldest first.

    `name` returns the same for all names of a bot.
    """
    found: list[list[Expense]] = []
    last: dict[str, tuple[list[Expense], datetime]] = {}
    for expense in expenses:
        bot, asked = name(expense.bot), expense.asked
        together, until = last.get(bot, ([], asked.latest))
        if not together or asked.earliest > until:
            found.append(together := [])
        together.append(expense)
        last[bot] = together, max(until, asked.latest)
    return [Cluster(tuple(each)) for each in found]
