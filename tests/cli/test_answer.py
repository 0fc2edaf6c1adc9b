"""An answer on stdout: pieces on a terminal, whole lines in a pipe, the final text in the end."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poe_tui.cli.answer import PipedAnswer, TerminalAnswer, answer_for


class Terminal(io.StringIO):
    """A terminal that remembers what it was sent."""

    def isatty(self) -> bool:
        return True


def piped(*states: str) -> tuple[str, str]:
    """Return what stdout and stderr hold after an answer has gone through `states`."""
    out, notes = io.StringIO(), io.StringIO()
    answer = PipedAnswer(out, notes)
    for text in states:
        answer.show(text)
    answer.end(states[-1])
    return out.getvalue(), notes.getvalue()


def typed(*states: str) -> tuple[str, str]:
    """Return the same for a terminal."""
    out, notes = Terminal(), io.StringIO()
    answer = TerminalAnswer(out, notes)
    for text in states:
        answer.show(text)
    answer.end(states[-1])
    return out.getvalue(), notes.getvalue()


def test_a_pipe_gets_each_line_as_it_is_finished() -> None:
    out = io.StringIO()
    answer = PipedAnswer(out, io.StringIO())
    answer.show("one\ntw")
    assert out.getvalue() == "one\n"
    answer.show("one\ntwo\nthree")
    assert out.getvalue() == "one\ntwo\n"
    answer.end("one\ntwo\nthree")
    assert out.getvalue() == "one\ntwo\nthree\n"


def test_progress_on_one_line_never_reaches_a_pipe() -> None:
    assert piped("Thinking 1 s", "Thinking 2 s", "", "The answer\nis 42") == (
        "The answer\nis 42\n",
        "",
    )


def test_lines_that_a_pipe_has_got_and_the_bot_took_back_are_owned_up_to() -> None:
    out, notes = piped("A draft\n", "The answer", "The answer\nis 42")
    assert out == "A draft\n\nThe answer\nis 42\n"
    assert "took back" in notes


def test_a_replacement_that_goes_on_where_the_pipe_is_needs_no_remark() -> None:
    assert piped("One\nTwo", "One\nThree") == ("One\nThree\n", "")


def test_an_empty_answer_prints_nothing() -> None:
    assert piped("") == ("", "")
    assert typed("") == ("", "")


@given(st.text(alphabet="ab\n\x1b", max_size=60), st.lists(st.integers(0, 60), max_size=8))
def test_a_text_that_only_grows_arrives_unchanged(text: str, cuts: list[int]) -> None:
    out, notes = piped(*(text[:cut] for cut in sorted(cuts)), text)
    assert out == text + ("" if text.endswith("\n") or not text else "\n")
    assert notes == ""


@given(st.lists(st.text(alphabet="ab\n", max_size=20), min_size=1, max_size=6))
def test_the_final_text_stands_whole_at_the_end_of_a_pipe(states: list[str]) -> None:
    out, notes = piped(*states)
    final = states[-1] + ("" if states[-1].endswith("\n") or not states[-1] else "\n")
    assert out.endswith(final)
    assert notes or out == final


def test_a_terminal_gets_pieces_at_once_and_no_control_characters() -> None:
    out = Terminal()
    answer = TerminalAnswer(out, io.StringIO())
    answer.show("red \x1b[31m")
    assert "red" in out.getvalue()
    answer.end("red \x1b[31m alert\a\x9b2J\u202e")
    assert not set(out.getvalue()) & set("\x1b\a\x9b\u202e")
    assert "alert" in out.getvalue()


def test_a_short_line_that_is_replaced_is_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    assert typed("Thinking 1 s", "The answer") == ("Thinking 1 s\r\x1b[KThe answer\n", "")


@pytest.mark.parametrize(
    ("term", "first"), [("dumb", "Thinking"), ("xterm", "two\nlines"), ("xterm", "x" * 79)]
)
def test_what_can_not_be_wiped_is_divided_from_what_follows(
    monkeypatch: pytest.MonkeyPatch, term: str, first: str
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("COLUMNS", "80")
    out, notes = typed(first, "The answer")
    assert out == f"{first}\nThe answer\n"
    assert "replaced" in notes


def test_where_the_answer_goes_decides() -> None:
    assert isinstance(answer_for(Terminal(), io.StringIO()), TerminalAnswer)
    assert isinstance(answer_for(io.StringIO(), io.StringIO()), PipedAnswer)
