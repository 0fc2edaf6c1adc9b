"""Twice as much text costs about twice as much, whatever it is made of: no bot can stop the app."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from poe_tui.markdown.live import LiveDocument
from poe_tui.markdown.render import render
from tests.markdown.checks import streamed

_RUNS = (
    *(
        "[",
        "![",
        "[a](",
        "](",
        "[^1]",
        "<a ",
        "**a ",
        "*a _b ",
        "` ",
        "`a``b```",
        "$a ",
        "\\(a ",
        "\\[",
    ),
    *("|", "> ", "- ", "&", "http://a.b ", "e\u0301", "👩\u200d", "\u202e"),
)
_LINES = (
    *(
        "> a\nb",
        "- a",
        "a\n===",
        "|a|b|",
        "[a]: b",
        "[^1]: b",
        "    a",
        ">\ta",
        "a\\",
        "[a]: b\n'c",
    ),
    *("|a|b|\n|-|-|", "Thinking... (1s elapsed)", "[a]\n", "- > - a"),
)
_TANGLED = 100_000
_HEADS = (
    "",
    "```python\n",
    "```\n",
    "$$\n",
    "- ",
    "> ",
    "|a|b|\n|-|-|\n",
    "*Thinking...*\n> ",
    "[^1]: ",
)


def calls(work: Callable[[], object]) -> int:
    """Return how many functions `work` calls: what it costs, on any machine."""
    count = 0

    def seen(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def _grows(text: Callable[[int], str], work: Callable[[str], object]) -> float:
    small, large = text(2_500), text(5_000)
    work(small)
    # What is parsed by itself is short, and the more its parts are tangled the more it costs.
    return (calls(lambda: work(large)) - _TANGLED) / calls(lambda: work(small))


def _stream(text: str) -> LiveDocument:
    return streamed(text, 80, list(range(0, len(text), 500)))


@pytest.mark.parametrize("part", [*_RUNS, *(line + "\n" for line in _LINES)])
def test_hostile_text_costs_in_proportion_to_its_length(part: str) -> None:
    def text(size: int) -> str:
        return part * (size // len(part))

    assert _grows(text, lambda source: render(source, 80)) < 2.6
    assert _grows(text, _stream) < 3.5


@pytest.mark.parametrize("head", _HEADS)
def test_one_long_block_costs_in_proportion_to_its_length(head: str) -> None:
    def text(size: int) -> str:
        return head + "some words, `code` and [a link](http://a.b)\n" * (size // 44)

    assert _grows(text, lambda source: render(source, 80)) < 2.6
    assert _grows(text, _stream) < 3.5


@pytest.mark.parametrize("gap", [" ", "\n\n", "\n- "])
def test_labels_that_are_defined_last_cost_in_proportion_to_their_number(gap: str) -> None:
    def text(size: int) -> str:
        count = size // 30
        labels = "".join(f"[a{number}]{gap}" for number in range(count))
        return labels + "\n\n" + "".join(f"[a{number}]: http://a.b\n" for number in range(count))

    assert _grows(text, _stream) < 3.5


@pytest.mark.parametrize(
    "text",
    [
        "```python\n" + "x = f(1)  # code\n" * 200,
        "- an item of **a** list\n" * 200,
        "| h | i |\n|---|---|\n" + "| a | b |\n" * 200,
        "> quoted\n" * 200,
        "words of *prose* " * 200,
    ],
)
def test_what_is_in_an_item_costs_about_what_it_costs_alone(text: str) -> None:
    alone = calls(lambda: _stream(text))
    inside = "1. a\n\n" + "".join(f"   {line}\n" for line in text.splitlines())
    assert calls(lambda: _stream(inside)) < 2 * alone
