"""The limits a user sets on spending, and what they say to one more prompt."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal

import msgspec

from poe_tui.chat.estimate import Estimate
from poe_tui.errors import OverCap


class Caps(msgspec.Struct, frozen=True, kw_only=True):
    """What the user allows, in points; 0: no limit. See the settings of the same names."""

    confirm_over: int = 0
    session_cap: int = 0
    daily_cap: int = 0

    def __bool__(self) -> bool:
        return bool(self.session_cap or self.daily_cap)


class Verdict(msgspec.Struct, frozen=True):
    """Whether a prompt may be sent."""

    kind: Literal["allowed", "confirm", "refused"]
    """`confirm`: ask the user first."""
    estimate: Estimate | None
    """What it will cost; None when unknown."""
    error: OverCap | None = None
    """Why it is refused, to be shown or raised."""
    question: str = ""
    """What to ask before it is sent."""


class Budget:
    """What this run has spent, and everybody today, against the caps.

    What is under way counts with what it is expected to cost, so that several prompts sent at once
    don't slip under a cap together.
    """

    def __init__(self, caps: Caps, spent_today: Callable[[Collection[str]], int]) -> None:
        """`spent_today` returns the points of today, of all processes, this one's included.

        The replies whose ids it is given do not count: they are held here.
        """
        self.caps = caps
        """Put others in place to raise or lower them for this run."""
        self._spent: dict[str, int] = {}
        self._spent_today = spent_today
        self._held: dict[str, int] = {}

    @property
    def session(self) -> int:
        """Points that this run has spent, as far as they are known or were expected."""
        return sum(self._spent.values())

    def check(self, estimate: Estimate | None, *, prompts: int = 1) -> Verdict:
        """Return whether a prompt of that cost may be sent; `prompts`: so many of them together.

        `estimate` is for all of them; None is unknown, which is refused only when a cap is reached
        already. May read the ledger.
        """
        expected = estimate.points if estimate is not None else 0
        error = self._over("session_cap", self.caps.session_cap, expected)
        error = error or self._over("daily_cap", self.caps.daily_cap, expected)
        if error is not None:
            return Verdict("refused", estimate, error)
        limit = self.caps.confirm_over
        if limit and expected > limit:
            what = "This" if prompts == 1 else f"These {prompts} prompts"
            about = f"about {expected:,} points{_beside(estimate)}"
            question = f"{what} will cost {about}. Send anyway?"
            return Verdict("confirm", estimate, question=question)
        return Verdict("allowed", estimate)

    def hold(self, message_id: str, estimate: Estimate | None) -> None:
        """Count what the reply `message_id` is expected to cost, until `settle`."""
        self._held[message_id] = estimate.points if estimate is not None else 0

    def held(self, message_id: str) -> int | None:
        """Return what is held for a reply; None when nothing is."""
        return self._held.get(message_id)

    def settle(self, message_id: str, points: int) -> None:
        """Count `points` in place of what was expected, or known before, for an ended reply.

        0 for one that was never paid for.
        """
        self._held.pop(message_id, None)
        self._spent[message_id] = points

    def _over(self, name: str, cap: int, expected: int) -> OverCap | None:
        if not cap:
            return None
        before = self.session if name == "session_cap" else self._spent_today(self._held.keys())
        spent = before + sum(self._held.values())
        if spent < cap and spent + expected <= cap:
            return None
        when = "in this session" if name == "session_cap" else "today"
        more = f", and this would cost about {expected:,} more" if expected else ""
        wait = "start poe-tui again" if name == "session_cap" else "wait until tomorrow"
        return OverCap(
            f"Your limit is {cap:,} points {when} ({name}). {spent:,} are spent{more}. "
            "Nothing was sent.",
            hint=f"Raise {name} in the settings, choose a cheaper bot, or {wait}.",
        )


def _beside(estimate: Estimate | None) -> str:
    """Return what is said of files that nobody knows the price of."""
    files = estimate.uncounted if estimate is not None else 0
    return f", and what {'the file costs' if files == 1 else f'{files} files cost'}" * bool(files)
