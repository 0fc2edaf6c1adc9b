"""Caps, and what they say to one more prompt."""

from __future__ import annotations

import pytest

from poe_tui.chat.budget import Budget, Caps
from poe_tui.chat.estimate import Estimate
from poe_tui.errors import ExitCode


def costs(points: int) -> Estimate:
    return Estimate(points, "history")


def test_without_caps_everything_is_allowed() -> None:
    budget = Budget(Caps(), lambda _held: 10**9)
    assert budget.check(costs(10**6)).kind == "allowed"
    assert budget.check(None).kind == "allowed"


def test_a_dear_prompt_is_asked_about() -> None:
    budget = Budget(Caps(confirm_over=500), lambda _held: 0)
    assert budget.check(costs(500)).kind == "allowed"
    verdict = budget.check(costs(1_501))
    assert (verdict.kind, verdict.error) == ("confirm", None)
    assert verdict.question == "This will cost about 1,501 points. Send anyway?"
    assert budget.check(costs(501), prompts=3).question.startswith("These 3 prompts")
    assert budget.check(None).kind == "allowed"


@pytest.mark.parametrize("name", ["session_cap", "daily_cap"])
def test_a_cap_refuses_what_would_go_over_it_and_says_how_to_go_on(name: str) -> None:
    caps = Caps(session_cap=100) if name == "session_cap" else Caps(daily_cap=100)
    budget = Budget(caps, lambda _held: 90)
    budget.settle("m0", 90)
    assert budget.check(costs(10)).kind == "allowed"
    verdict = budget.check(costs(11))
    assert verdict.kind == "refused"
    assert verdict.error is not None
    assert verdict.error.kind == "over_cap"
    assert verdict.error.exit_code == ExitCode.POINTS
    for word in ("100", "90", "11", name, "Nothing was sent"):
        assert word in verdict.error.explanation
    assert name in verdict.error.hint


def test_a_cap_that_is_reached_refuses_what_costs_nobody_knows_what() -> None:
    budget = Budget(Caps(daily_cap=100), lambda _held: 100)
    assert budget.check(None).kind == "refused"
    budget.caps = Caps(daily_cap=200)
    assert budget.check(None).kind == "allowed"


def test_prompts_sent_together_do_not_slip_under_a_cap() -> None:
    budget = Budget(Caps(session_cap=100), lambda _held: 0)
    budget.hold("m1", costs(60))
    assert budget.check(costs(60)).kind == "refused"
    budget.settle("m1", 20)
    assert budget.check(costs(60)).kind == "allowed"
    assert budget.session == 20


def test_only_a_cap_makes_caps_worth_looking_at() -> None:
    assert not Caps(confirm_over=5)
    assert Caps(session_cap=5)
    assert Caps(daily_cap=5)
