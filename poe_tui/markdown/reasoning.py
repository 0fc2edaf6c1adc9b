"""Reasoning that stands before an answer: found, counted and summed up; never altered.

Bots on Poe show it as `*Thinking...*` and quoted lines, or as `Thinking... (12s elapsed)`.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from poe_tui.markdown.rows import DECOR, ITALIC, Look, Row
from poe_tui.markdown.wrap import wrap

THINKING: Final = re.compile(
    r"[ ]{0,3}[*_]{0,2}Thinking(?:\.\.\.|…)(?:[ ]*\((\d+)s elapsed\))?[*_]{0,2}[ \t]*$"
)
BLANK_LINES: Final = re.compile(r"(?:[ \t]*\n)+")
_BEGINNING: Final = re.compile(r"Thinking(?:\.\.\.|…)[ ]*(?:\([\dselapd ]*\)?)?[*_]{0,2}[ \t]*$")


def may_become_thinking(line: str) -> bool:
    """Tell whether an unfinished line may become one that says that the bot is thinking."""
    word = line.strip().lstrip("*_")
    return (
        "Thinking...".startswith(word)
        or "Thinking…".startswith(word)
        or _BEGINNING.match(word) is not None
    )


def starts_reasoning(text: str, *, final: bool) -> bool:
    """Tell whether the first line of `text` that is not empty says that the bot is thinking."""
    blank = BLANK_LINES.match(text)
    first, newline, _ = text[blank.end() if blank else 0 :].partition("\n")
    return bool(newline or final) and THINKING.match(first) is not None


class Thought(msgspec.Struct):
    """How long the bot thought, in seconds (0: not said), and how many lines it wrote."""

    seconds: int = 0
    lines: int = 0

    def rows(self, width: int, line: int, *, ended: bool) -> tuple[Row, Row]:
        """Return the row for folded reasoning and the one above open reasoning."""
        words = "Thought" if ended else "Thinking"
        if self.seconds:
            words += f" for {self.seconds} s" if ended else f" {self.seconds} s"
        facts = f"   {self.lines} lines" if self.lines != 1 else "   1 line"
        return self._row("▸ ", words, facts, width, line), self._row(
            "▾ ", words, facts, width, line
        )

    def _row(self, mark: str, words: str, facts: str, width: int, line: int) -> Row:
        runs = [
            (mark, Look("dim", DECOR)),
            (words, Look("dim", DECOR | ITALIC)),
            (facts if self.lines else "", Look("dim", DECOR)),
        ]
        return wrap(runs, width, line=line)[0]
