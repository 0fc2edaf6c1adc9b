"""A user at a shell: poe-tui in this process, spoken to and listened to as a shell does."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from poe_tui.cli import main


@dataclass(frozen=True, slots=True)
class Result:
    """What the shell gets back."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Stdout as JSON."""
        return json.loads(self.out)


class Stdin(io.TextIOWrapper):
    """A stdin that holds `content`, or, with None, a terminal at which nobody types."""

    def __init__(self, content: bytes | None) -> None:
        super().__init__(io.BytesIO(content or b""), encoding="utf-8")
        self._terminal = content is None

    def isatty(self) -> bool:
        return self._terminal


class Shell:
    """Runs poe-tui with arguments and returns its exit code and what it printed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capfd = capfd

    def __call__(self, *words: str, stdin: str | bytes | None = None) -> Result:
        content = stdin.encode() if isinstance(stdin, str) else stdin
        self._monkeypatch.setattr("sys.stdin", Stdin(content))
        self._capfd.readouterr()
        code = main(words)
        out, err = self._capfd.readouterr()
        return Result(code, out, err)


Run = Callable[..., Result]
