"""The ledger: what each reply cost, one line each, shared by all windows and `ask` processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import msgspec

from poe_tui.chat.expenses import Expense
from poe_tui.disk import locked
from poe_tui.errors import StoreError

_encode = msgspec.json.Encoder().encode


class LedgerFile:
    """The expenses in `directory`: a file for each month, `2026-11.jsonl`, only ever added to.

    A later line about the same reply stands in place of an earlier one, unless it knows less.
    Copies that a sync tool makes of a month (`2026-11 (conflict).jsonl`) are read along with it. A
    line that can't be read costs only itself.
    """

    def __init__(self, directory: Path) -> None:
        """The directory need not exist: it is made with the first expense."""
        self.directory = directory
        self._read: dict[str, _Month] = {}
        self._unwritten: list[Expense] = []

    def record(self, expense: Expense, allowed: Callable[[], bool] | None = None) -> bool:
        """Add `expense` if it is `allowed`, and return whether it was.

        No other process adds anything between the answer of `allowed` and the writing. Raises
        StoreError when the disk refuses; then this object alone knows of the expense.
        """
        path = self.directory / f"{expense.at.astimezone(UTC):%Y-%m}.jsonl"
        try:
            with locked(path):
                if allowed is not None and not allowed():
                    return False
                _append(path, _encode(expense))
                return True
        except OSError as error:
            reason = error.strerror
        if allowed is not None and not allowed():
            return False
        self._unwritten.append(expense)
        raise StoreError(
            f"{path} can't be written: {reason}. Other windows, and the totals of later runs, "
            "miss a reply."
        )

    def expenses(self, since: date | None = None) -> list[Expense]:
        """Return the expenses from the day `since` (the user's) on, oldest first.

        None is the beginning. Only what was added since the last time is read. A directory that
        can't be read is empty. What came to nothing is left out.
        """
        known: dict[str, Expense] = {}
        for expense in (*self._lines(since), *self._unwritten):
            former = known.get(expense.message)
            if former is None or expense.knows_more_than(former):
                known[expense.message] = expense
        kept = [each for each in known.values() if not each.void]
        if since is not None:
            # Where clocks are changed at midnight, there is none, or it is an hour off.
            about = datetime.combine(since, time.min).astimezone() - timedelta(hours=2)
            kept = [each for each in kept if each.at >= about and each.day >= since]
        return sorted(kept, key=lambda expense: expense.at)

    def _lines(self, since: date | None) -> Iterable[Expense]:
        # Files go by UTC: where the user is, a day may have begun up to 14 hours before.
        first = "" if since is None else f"{since - timedelta(days=1):%Y-%m}"
        try:
            names = sorted(os.listdir(self.directory))
        except OSError:
            return
        for name in names:
            if name.endswith(".jsonl") and not name.startswith(".") and name[:7] >= first:
                yield from self._month(name)

    def _month(self, name: str) -> list[Expense]:
        path = self.directory / name
        try:
            found = path.stat()
            month = self._read.get(name)
            if month is None or month.inode != found.st_ino or found.st_size < month.size:
                month = self._read[name] = _Month(found.st_ino)
            if found.st_size > month.size:
                month.read_on(path)
        except OSError:
            return []
        return month.expenses


class _Month(msgspec.Struct):
    """What has been read of one file. Another inode is another file: a sync tool's, for one."""

    inode: int
    size: int = 0
    """Bytes, up to the end of the last whole line."""
    expenses: list[Expense] = msgspec.field(default_factory=list)

    def read_on(self, path: Path) -> None:
        """Read the whole lines that were added."""
        with path.open("rb") as file:
            file.seek(self.size)
            added = file.read()
        whole = added[: added.rfind(b"\n") + 1]
        self.expenses += _expenses_in(whole)
        self.size += len(whole)


def _append(path: Path, line: bytes) -> None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        size = os.fstat(handle).st_size
        # A crash may have cut the last line off.
        whole = size == 0 or os.pread(handle, 1, size - 1) == b"\n"
        file.write((b"" if whole else b"\n") + line + b"\n")


def _expenses_in(content: bytes) -> list[Expense]:
    found = []
    for line in content.splitlines():
        try:
            expense = msgspec.json.decode(line, type=Expense)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        found.append(_dated(expense))
    return found


def _dated(expense: Expense) -> Expense:
    """Return `expense` with a time zone: UTC, if a line written by hand names none."""
    at: datetime = expense.at
    return expense if at.tzinfo else msgspec.structs.replace(expense, at=at.replace(tzinfo=UTC))
