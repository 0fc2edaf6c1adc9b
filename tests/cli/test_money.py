"""Money and trust at the shell, over real HTTP."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from functools import partial

import msgspec
import pytest

from poe_tui.chat.message import now
from poe_tui.cli import compose
from poe_tui.demo.service import DemoService
from poe_tui.paths import find_paths
from poe_tui.poe.limiter import Limiter
from poe_tui.store.ledger import LedgerFile
from tests.cli.shell import Shell


def configure(text: str) -> None:
    config = find_paths().config_file
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(text)


def saved_errors() -> list[str]:
    """Return the kinds of failure in the conversations on disk."""
    found = [json.loads(file.read_text()) for file in find_paths().conversations.glob("*.json")]
    return [m["error"]["kind"] for talk in found for m in talk["messages"] if m.get("error")]


def test_a_bot_that_is_not_listed_is_asked_only_with_trust(poe: Shell, demo: DemoService) -> None:
    refused = poe("ask", "-b", "Tools", "hello")
    assert refused.code == 1
    assert "entire point balance" in refused.err
    assert "--trust -b Tools" in refused.err
    assert demo.requests("/bot/") == []
    assert saved_errors() == ["not_trusted"]
    assert poe("ask", "--trust", "-b", "Tools", "hello").code == 0
    assert poe("ask", "-b", "tools", "hello").code == 0


def test_the_list_is_asked_for_once_and_then_remembered(poe: Shell, demo: DemoService) -> None:
    for _ in range(2):
        assert poe("ask", "-b", "Echo", "hello").code == 0
    assert len(demo.requests("/v1/models")) == 1


def test_without_a_list_a_bot_is_asked_only_with_trust(poe: Shell, demo: DemoService) -> None:
    """It may be anybody's, and could take all points."""
    demo.knobs.fail = {"/v1/": 500}
    refused = poe("ask", "-b", "Echo", "hello")
    assert refused.code == 1
    assert "list of public bots can't be had" in refused.err
    assert "--trust -b Echo" in refused.err
    assert demo.requests("/bot/") == []
    trusted = poe("ask", "--trust", "-b", "Echo", "hello")
    assert (trusted.code, trusted.out.strip(), trusted.err) == (0, "hello", "")
    assert poe("ask", "-b", "Echo", "hello").code == 0


@pytest.mark.parametrize("cap", ["daily_cap", "session_cap"])
def test_a_daily_cap_refuses_with_its_own_code_and_keeps_the_prompt(
    poe: Shell, demo: DemoService, cap: str
) -> None:
    assert poe("ask", "-v", "-b", "Echo", "word " * 400).code == 0
    sent = len(demo.requests("/bot/"))
    configure(f"{cap} = 5")
    refused = poe("ask", "--json", "-b", "Echo", "word " * 400)
    assert refused.code == 4
    assert refused.json["error"]["kind"] == "over_cap"
    assert cap in refused.err + refused.json["error"]["hint"]
    assert len(demo.requests("/bot/")) == sent
    assert saved_errors() == ["over_cap"]
    configure(f"{cap} = 100000")
    assert poe("ask", "-b", "Echo", "word " * 400).code == 0


def test_what_ask_spends_counts_towards_the_day_of_all_runs(poe: Shell, demo: DemoService) -> None:
    configure("daily_cap = 1")
    assert poe("ask", "-b", "Echo", "hello").code == 0
    assert poe("ask", "-b", "Echo", "hello").code == 4
    assert poe("ask", "--no-save", "-b", "Echo", "hello").code == 4
    assert len(demo.requests("/bot/")) == 1


def test_a_dear_prompt_needs_a_yes(poe: Shell) -> None:
    poe("ask", "-v", "-b", "Echo", "word " * 400)
    configure("confirm_over = 3")
    refused = poe("ask", "-b", "Echo", "word " * 400)
    assert refused.code == 4
    assert "--yes" in refused.err
    assert poe("ask", "--yes", "-b", "Echo", "word " * 400).code == 0


@pytest.mark.parametrize("name", ["confirm_over", "session_cap", "daily_cap"])
def test_a_limit_below_nothing_is_wrong_usage(poe: Shell, demo: DemoService, name: str) -> None:
    configure(f"{name} = -1")
    result = poe("ask", "-b", "Echo", "hello")
    assert result.code == 2
    assert f"{name} must be a whole number of points, or 0" in result.err
    assert demo.requests() == []


def test_a_wait_is_told_and_waited_out(poe: Shell) -> None:
    configure("wait_when_limited = 10")
    result = poe("ask", "--trust", "-b", "RateLimited", "hello")
    assert (result.code, result.out) == (0, "Now there is time for you.\n")
    assert result.err.count("sending in 1 s, Ctrl-C stops waiting") == 2


def test_ask_waits_for_what_others_have_sent(
    poe: Shell, demo: DemoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is one for all processes: it is scaled down here, and used up by another one."""
    window = 1.0
    monkeypatch.setattr(compose, "Limiter", partial(Limiter, limit=2, window=window))
    others = Limiter(find_paths().request_log, limit=2, window=window)
    asyncio.run(_send(others, 2))
    result = poe("ask", "-b", "Echo", "hello")
    assert (result.code, result.out) == (0, "hello\n")
    assert "500 requests in a minute are enough; sending in 1 s" in result.err
    assert len(demo.requests("/bot/")) == 1


async def _send(limiter: Limiter, requests: int) -> None:
    for _ in range(requests):
        ticket = limiter.ticket()
        async for _ in ticket.waits():
            pass
        ticket.answered()
    limiter.close()


def test_the_balance_tells_where_the_points_went(
    poe: Shell, demo: DemoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo.knobs.ledger_lag = 0
    poe("ask", "-b", "Echo", "word " * 100)
    poe("ask", "-b", "Plain", "hello")
    told = poe("balance")
    assert told.out.splitlines()[3].split()[1:4] == ["≈", str(12_345 - demo.balance), "2"]
    monkeypatch.setattr("poe_tui.chat.spending.now", lambda: now() + timedelta(minutes=10))
    told = poe("balance")
    lines = told.out.splitlines()
    assert lines[0] == f"{demo.balance:,} points"
    assert lines[2].split() == ["day", "points", "replies", "unknown"]
    assert lines[3].split()[1:] == [str(12_345 - demo.balance), "2", "—"]
    assert [line.split()[0] for line in lines[6:]] == ["Echo", "Plain"]
    kept = [json.loads(file.read_text()) for file in find_paths().conversations.glob("*.json")]
    assert sum(talk["messages"][1]["points"] for talk in kept) == 12_345 - demo.balance, (
        "the conversations know what their replies cost, too"
    )
    facts = poe("balance", "--json").json
    assert facts["points"] == demo.balance
    assert facts["days"][0]["points"] == 12_345 - demo.balance
    assert [bot["bot"] for bot in facts["bots"]] == ["Echo", "Plain"]
    assert all(bot["exact"] for bot in facts["bots"])
    assert len(facts["conversations"]) == 2


def test_the_cost_of_a_reply_is_told_where_it_is_asked_for(poe: Shell, demo: DemoService) -> None:
    demo.knobs.ledger_lag = 0
    assert "Echo · ≈ 1 point ·" in poe("ask", "-v", "-b", "Echo", "hello").err
    refused = poe("ask", "-v", "-b", "Tools", "hello")
    assert "Tools · no points ·" in refused.err, "nothing was sent"


def test_runs_at_the_same_time_count_each_others_replies(poe: Shell, demo: DemoService) -> None:
    """One that is still on its way has its expected cost in the ledger of the other."""
    poe("ask", "-v", "-b", "Echo", "word " * 400)
    ledger = LedgerFile(find_paths().spending)
    (paid,) = ledger.expenses()
    coming = msgspec.structs.replace(
        paid, message="other", points=None, exact=False, query="", estimated=90, coming=True
    )
    ledger.record(coming)
    configure("daily_cap = 150")
    refused = poe("ask", "-b", "Echo", "word " * 400)
    assert refused.code == 4
    assert "daily_cap" in refused.err
    ledger.record(msgspec.structs.replace(coming, coming=False, void=True))
    assert poe("ask", "-b", "Echo", "word " * 400).code == 0


def test_the_balance_is_told_though_the_history_is_not(poe: Shell, demo: DemoService) -> None:
    poe("ask", "-b", "Echo", "hello")
    demo.knobs.fail = {"/usage/points_history": 500}
    told = poe("balance")
    assert told.code == 0
    assert told.out.splitlines()[3].split()[1:] == ["—", "1", "1"]
