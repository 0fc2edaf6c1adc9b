"""The points: a balance, and what each query took from it."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from poe_tui.demo.knobs import Knobs

CHARACTERS_A_TOKEN = 4
INPUT_POINTS = 0.02
"""Points a token."""
OUTPUT_POINTS = 0.1


class Charge(msgspec.Struct, frozen=True):
    """What one query cost. `created` is in seconds since 1970."""

    query_id: str
    bot: str
    created: float
    settled: float
    input_tokens: int
    output_tokens: int

    @property
    def input_points(self) -> int:
        """Whole points, at least one."""
        return max(1, round(self.input_tokens * INPUT_POINTS))

    @property
    def output_points(self) -> int:
        """Whole points; none for an answer without text."""
        return round(self.output_tokens * OUTPUT_POINTS)

    @property
    def points(self) -> int:
        """What was taken from the balance."""
        return self.input_points + self.output_points

    def as_entry(self, *, old: bool) -> dict[str, Any]:
        """Return the entry of Poe's points history; `old`: with the names of its first version."""
        name = "app_name" if old else "bot_name"
        created = int(self.created) if old else int(self.created * 1_000_000)
        return {
            name: self.bot,
            "creation_time": created,
            "query_id": self.query_id,
            "cost_usd": f"{self.points * 0.00003:.5f}",
            "cost_points": self.points,
            "cost_breakdown_in_points": {
                "Input": f"{self.input_points} points ({self.input_tokens} tokens)",
                "Output": f"{self.output_points} points ({self.output_tokens} tokens)",
                "Total": f"{self.points} points",
            },
            "usage_type": "API",
            "chat_name": None,
            "api_key_name": "demo",
        }


class Ledger:
    """Every query and its cost, oldest first."""

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs
        self._charges: list[Charge] = []
        # Like Poe's, the names of queries are never used again, not even by the next demo.
        self._first = time.time_ns() // 1_000_000

    @property
    def balance(self) -> int:
        """The points left, never below nothing."""
        return max(0, self._knobs.balance - sum(charge.points for charge in self._charges))

    def charge(self, bot: str, created: float, *, asked: int, answered: int) -> Charge:
        """Write down a query to `bot`: `asked` and `answered` are characters."""
        charge = Charge(
            query_id=f"demo{self._first + len(self._charges):014d}",
            bot=bot,
            created=created,
            settled=time.time(),
            input_tokens=max(1, asked // CHARACTERS_A_TOKEN),
            output_tokens=answered // CHARACTERS_A_TOKEN,
        )
        self._charges.append(charge)
        return charge

    def history(self, *, limit: int, starting_after: str = "") -> dict[str, Any]:
        """Return one page of Poe's points history, newest first.

        `starting_after` is the query_id of the last entry of the page before. What is younger than
        the lag is not shown yet.
        """
        visible = time.time() - self._knobs.ledger_lag
        newest_first = [c for c in reversed(self._charges) if c.settled <= visible]
        start = 0
        if starting_after:
            ids = [charge.query_id for charge in newest_first]
            start = ids.index(starting_after) + 1 if starting_after in ids else len(ids)
        page = newest_first[start : start + limit]
        old = self._knobs.usage_style == "old"
        return {
            "has_more": start + limit < len(newest_first),
            "length": len(page),
            "data": [charge.as_entry(old=old) for charge in page],
        }
