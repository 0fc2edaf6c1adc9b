"""Expenses, figures and answers about trust on disk: shared, mended, never in the way."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from poe_tui.chat.expenses import Expense, Total, by_bot, by_conversation, by_day, total
from poe_tui.chat.figures import Price, Sample
from poe_tui.errors import NotTrusted, StoreError
from poe_tui.poe.catalog import Bot, Catalog
from poe_tui.store.figures import FiguresFile
from poe_tui.store.ledger import LedgerFile
from poe_tui.store.trust import WARNING, WARNING_SOURCE, Trust

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> LedgerFile:
    return LedgerFile(tmp_path / "data" / "spending")


def expense(
    name: str, points: int | None = 10, *, exact: bool = True, days: int = 0, bot: str = "Norm"
) -> Expense:
    """An expense so many days before NOON."""
    at = NOON - timedelta(days=days)
    return Expense(message=name, conversation="c1", bot=bot, at=at, points=points, exact=exact)


def test_what_is_recorded_is_there_for_others(ledger: LedgerFile) -> None:
    assert ledger.expenses() == []
    ledger.record(expense("m1"))
    other = LedgerFile(ledger.directory)
    assert other.expenses() == [expense("m1")]
    ledger.record(expense("m2"))
    assert other.expenses() == [expense("m1"), expense("m2")]
    (file,) = ledger.directory.glob("*.jsonl")
    assert file.name == "2026-11.jsonl"
    assert file.stat().st_mode & 0o777 == 0o600
    assert ledger.directory.stat().st_mode & 0o777 == 0o700


def test_a_later_line_stands_for_an_earlier_one_unless_it_knows_less(ledger: LedgerFile) -> None:
    for points, exact in ((None, False), (12, False), (10, True), (11, False), (None, False)):
        ledger.record(expense("m1", points, exact=exact))
    assert ledger.expenses() == [expense("m1", 10)]


def test_a_day_is_asked_for_without_the_months_before(ledger: LedgerFile) -> None:
    for days in (0, 1, 40):
        ledger.record(expense(f"m{days}", days=days))
    assert len(ledger.expenses()) == 3
    fresh = LedgerFile(ledger.directory)
    today = expense("m0").day
    assert [each.message for each in fresh.expenses(today)] == ["m0"]
    assert set(fresh._read) == {"2026-11.jsonl"}


def test_a_cut_off_line_costs_only_itself(ledger: LedgerFile) -> None:
    ledger.record(expense("m1"))
    path = ledger.directory / "2026-11.jsonl"
    path.write_bytes(path.read_bytes() + b'{"message": "m2", "conv\xff')
    ledger.record(expense("m3"))
    assert [each.message for each in ledger.expenses()] == ["m1", "m3"]


def test_only_what_was_added_is_read_again_and_a_replaced_file_whole(ledger: LedgerFile) -> None:
    ledger.record(expense("m1"))
    assert len(ledger.expenses()) == 1
    path = ledger.directory / "2026-11.jsonl"
    ledger.record(expense("m2"))
    assert [each.message for each in ledger.expenses()] == ["m1", "m2"]
    path.with_name("new").write_bytes(path.read_bytes().replace(b'"m1"', b'"m0"'))
    path.with_name("new").replace(path)
    assert [each.message for each in ledger.expenses()] == ["m0", "m2"]


def test_a_copy_of_a_sync_tool_is_read_along(ledger: LedgerFile) -> None:
    ledger.record(expense("m1"))
    copy = LedgerFile(ledger.directory.with_name("elsewhere"))
    copy.record(expense("m1"))
    copy.record(expense("m2"))
    made = copy.directory / "2026-11.jsonl"
    made.rename(ledger.directory / "2026-11.sync-conflict-20261123.jsonl")
    assert [each.message for each in ledger.expenses()] == ["m1", "m2"]


def test_processes_that_write_at_once_lose_nothing(ledger: LedgerFile) -> None:
    code = (
        "import sys\nfrom datetime import UTC, datetime\nfrom pathlib import Path\n"
        "from poe_tui.chat.expenses import Expense\nfrom poe_tui.store.ledger import LedgerFile\n"
        "for n in range(100):\n"
        "    LedgerFile(Path(sys.argv[1])).record(Expense(message=sys.argv[2] + str(n), bot='B',"
        " conversation='c', at=datetime.now(UTC), points=1))\n"
    )
    command = [sys.executable, "-c", code, str(ledger.directory)]
    running = [subprocess.Popen([*command, name]) for name in "ab"]
    assert [process.wait(60) for process in running] == [0, 0]
    assert total(ledger.expenses()).points == 200


def test_totals_say_what_is_guessed_and_what_is_unknown() -> None:
    expenses = [
        expense("m1", 100),
        expense("m2", 20, exact=False, bot="norm"),
        expense("m3", None, days=1),
        expense("m4", 500, days=1, bot="Painter"),
    ]
    assert total([]) == Total()
    assert total(expenses) == Total(points=620, exact=False, replies=4, unknown=1)
    days = by_day(expenses)
    assert list(days) == [expenses[0].day, expenses[3].day]
    assert days[expenses[3].day] == Total(points=500, replies=2, unknown=1)
    bots = by_bot(expenses)
    assert [name.casefold() for name in bots] == ["painter", "norm"]
    assert [each.points for each in bots.values()] == [500, 120]
    assert by_conversation(expenses) == {"c1": total(expenses)}


def test_a_day_is_the_users_day() -> None:
    assert isinstance(expense("m1").day, date)
    assert expense("m1").day == NOON.astimezone().date()


def test_a_reply_on_its_way_counts_until_it_is_known_what_became_of_it(
    ledger: LedgerFile,
) -> None:
    coming = msgspec.structs.replace(expense("m1", None), coming=True, estimated=7)
    ledger.record(coming)
    assert [each.counted for each in LedgerFile(ledger.directory).expenses()] == [7]
    ledger.record(expense("m1", 10))
    ledger.record(coming)
    assert ledger.expenses() == [expense("m1", 10)]
    ledger.record(msgspec.structs.replace(coming, message="m2"))
    ledger.record(msgspec.structs.replace(coming, message="m2", coming=False, void=True))
    assert ledger.expenses() == [expense("m1", 10)], "what came to nothing is no expense"


def test_two_runs_can_not_both_be_allowed_what_is_left_for_one(ledger: LedgerFile) -> None:
    """Ten runs at once, each of which stays below three expenses by its own count."""
    run = (
        "import sys; from pathlib import Path; from datetime import UTC, datetime\n"
        "from poe_tui.chat.expenses import Expense; from poe_tui.store.ledger import LedgerFile\n"
        "ledger = LedgerFile(Path(sys.argv[1]))\n"
        "for n in range(5):\n"
        "    name = sys.argv[2] + str(n)\n"
        "    at = datetime(2026, 11, 23, tzinfo=UTC)\n"
        "    expense = Expense(message=name, conversation='c', bot='b', at=at, points=1)\n"
        "    ledger.record(expense, lambda: len(ledger.expenses()) < 3)\n"
    )
    argv = [sys.executable, "-c", run, str(ledger.directory)]
    running = [subprocess.Popen([*argv, name]) for name in "abcd"]
    assert [process.wait() for process in running] == [0] * 4
    assert len(ledger.expenses()) == 3


def test_what_could_not_be_written_still_counts_in_this_run(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    ledger = LedgerFile(tmp_path / "data" / "spending")
    with pytest.raises(StoreError, match="miss a reply"):
        ledger.record(expense("m1"), lambda: True)
    assert not ledger.record(expense("m2"), lambda: False)
    assert ledger.expenses() == [expense("m1")]
    assert LedgerFile(ledger.directory).expenses() == []


@pytest.fixture
def havana(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A place where clocks are changed at midnight, forward in March and back in November."""
    monkeypatch.setenv("TZ", "CST5CDT,M3.2.0/0,M11.1.0/1")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("havana")
@pytest.mark.parametrize("change", [datetime(2026, 3, 8, 5), datetime(2026, 11, 1, 5)])
def test_a_day_has_its_own_expenses_also_when_the_clocks_are_changed(
    ledger: LedgerFile, change: datetime
) -> None:
    for number in range(-30 * 4, 30 * 4):
        at = change.replace(tzinfo=UTC) + timedelta(minutes=15 * number)
        ledger.record(msgspec.structs.replace(expense(f"m{number}", 1), at=at))
    days = by_day(ledger.expenses())
    assert len(days) >= 3
    for day in days:
        counted = sum(each.points for later, each in days.items() if later >= day)
        assert sum(each.points or 0 for each in ledger.expenses(day)) == counted
    assert sorted(each.points for each in days.values())[-1] in (92, 96, 100)


# -- figures --------------------------------------------------------------------------------------


def sample(name: str, points: int = 5) -> Sample:
    return Sample(message=name, asked=10, answered=20, points=points)


def test_figures_are_shared_and_survive(tmp_path: Path) -> None:
    one, other = (FiguresFile(tmp_path / "data" / "figures.json") for _ in range(2))
    one.add([("Norm", sample("m1"))], [Price(30, 0.001)])
    other.add([("norm", sample("m2"))])
    assert one.figures.of("NORM").replies == 2
    assert one.figures.points_per_dollar == pytest.approx(30_000)


def test_what_poe_took_for_anything_else_teaches_what_a_dollar_is(tmp_path: Path) -> None:
    file = FiguresFile(tmp_path / "figures.json")
    file.add([], [Price(300, 0.01), Price(0, 0.0)])
    assert FiguresFile(file.path).figures.points_per_dollar == pytest.approx(30_000)
    assert file.figures.bots == {}


def test_a_broken_figures_file_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    path.write_bytes(b"{nonsense\xff")
    file = FiguresFile(path)
    assert file.figures.bots == {}
    file.add([("Norm", sample("m1"))])
    assert FiguresFile(path).figures.of("Norm").replies == 1


def test_figures_that_can_not_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(StoreError):
        FiguresFile(tmp_path / "data" / "figures.json").add([("Norm", sample("m1"))])


# -- trust ----------------------------------------------------------------------------------------


class NoSource:
    """A Poe that is never asked."""

    async def get_json(self, path: str, **_options: object) -> object:
        raise AssertionError(path)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    made = Catalog(NoSource(), tmp_path / "models.json")
    made._show([Bot(name="Norm")])
    return made


def test_a_listed_bot_needs_no_answer_and_another_one_once(
    tmp_path: Path, catalog: Catalog
) -> None:
    trust = Trust(tmp_path / "data" / "trust.json")
    assert not trust.needed("norm", catalog)
    assert trust.needed("My-Own", catalog)
    assert trust.answer("My-Own") is None
    trust.remember("My-Own", True)
    assert not Trust(trust.path).needed("my-own", catalog)
    assert json.loads(trust.path.read_text()) == {"my-own": True}


def test_after_a_no_it_is_asked_about_again(tmp_path: Path, catalog: Catalog) -> None:
    trust = Trust(tmp_path / "trust.json")
    trust.remember("My-Own", False)
    assert trust.answer("MY-OWN") is False
    assert trust.needed("My-Own", catalog)


def test_without_a_list_nobody_is_trusted(tmp_path: Path) -> None:
    empty = Catalog(NoSource(), tmp_path / "models.json")
    assert Trust(tmp_path / "trust.json").needed("Norm", empty)


def test_a_refusal_quotes_poe_and_says_how_to_go_on(tmp_path: Path, catalog: Catalog) -> None:
    trust = Trust(tmp_path / "trust.json")
    trust.check("Norm", catalog, hint="Do this.")
    with pytest.raises(NotTrusted) as caught:
        trust.check("My-Own", catalog, hint="Do this.")
    assert WARNING in caught.value.explanation
    assert WARNING_SOURCE in caught.value.explanation
    assert caught.value.hint == "Do this."
    trust.remember("my-own", False)
    with pytest.raises(NotTrusted, match="you have said no to it"):
        trust.check("My-Own", catalog, hint="Do this.")


def test_answers_that_can_not_be_read_count_as_none(tmp_path: Path, catalog: Catalog) -> None:
    path = tmp_path / "trust.json"
    path.write_text('{"my-own": "yes"}')
    assert Trust(path).needed("My-Own", catalog)
    Trust(path).remember("My-Own", True)
    assert not Trust(path).needed("My-Own", catalog)


def test_an_answer_that_can_not_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(StoreError, match="asked again"):
        Trust(tmp_path / "data" / "trust.json").remember("My-Own", True)
