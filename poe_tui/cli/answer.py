"""An answer on stdout while it comes: as it is typed on a terminal, exact in a pipe."""

from __future__ import annotations

import os
import shutil
from typing import Protocol, TextIO

from poe_tui.cli.plain import is_terminal
from poe_tui.markdown.safe import visible


class Answer(Protocol):
    """Where an answer goes. Both methods raise BrokenPipeError when its reader has left."""

    def show(self, text: str) -> None:
        """Take the whole text as it is so far; it may differ from the former one anywhere."""

    def end(self, text: str) -> None:
        """Take the final text, whole."""


class NoAnswer:
    """An answer that nobody reads while it comes: `--json` prints it at the end."""

    def show(self, text: str) -> None:
        """Do nothing."""

    def end(self, text: str) -> None:
        """Do nothing."""


class PipedAnswer:
    """An answer for a program, unchanged: whole lines as they are finished, the rest at the end.

    Bots replace their text while they think ("Thinking … 3 s"), and what a pipe has got can't be
    taken back. So the last line waits until it is finished, and after a replacement that goes
    further back than that everything waits for the end.
    """

    def __init__(self, out: TextIO, notes: TextIO) -> None:
        self._out = out
        self._notes = notes
        self._written = ""

    def show(self, text: str) -> None:
        """Write the lines that are finished."""
        self._write(text[: text.rfind("\n") + 1])

    def end(self, text: str) -> None:
        """Write what is missing, and a newline where the text has none at its end."""
        if not text.startswith(self._written):
            print(
                "poe-tui: the bot took back what is on stdout so far; its answer follows whole "
                "(--json gives the answer alone)",
                file=self._notes,
            )
            self._out.write("\n")
            self._written = ""
        self._write(text)
        if text and not text.endswith("\n"):
            self._out.write("\n")
        self._out.flush()

    def _write(self, text: str) -> None:
        if len(text) > len(self._written) and text.startswith(self._written):
            self._out.write(text[len(self._written) :])
            self._out.flush()
            self._written = text


class TerminalAnswer:
    """An answer for a person: each piece at once, control characters made visible.

    A replaced text is wiped when it is one short line, as progress is; else a line on stderr says
    that the answer starts again.
    """

    def __init__(self, out: TextIO, notes: TextIO) -> None:
        self._out = out
        self._notes = notes
        self._shown = ""

    def show(self, text: str) -> None:
        """Write what is new."""
        if not text.startswith(self._shown):
            self._start_again()
        self._out.write(visible(text[len(self._shown) :]))
        self._out.flush()
        self._shown = text

    def end(self, text: str) -> None:
        """Write what is new and end the line."""
        self.show(text)
        if text and not text.endswith("\n"):
            self._out.write("\n")
        self._out.flush()

    def _start_again(self) -> None:
        # A character takes at most two cells; a line that wrapped can't be wiped by one sequence.
        short = 2 * len(self._shown) < shutil.get_terminal_size().columns
        if short and "\n" not in self._shown and os.environ.get("TERM", "dumb") != "dumb":
            self._out.write("\r\x1b[K")
        else:
            self._out.write("" if self._shown.endswith("\n") else "\n")
            self._out.flush()
            print("── the bot replaced its answer ──", file=self._notes, flush=True)
        self._shown = ""


def answer_for(out: TextIO, notes: TextIO) -> Answer:
    """Return the answer that suits `out`; remarks go to `notes`."""
    return TerminalAnswer(out, notes) if is_terminal(out) else PipedAnswer(out, notes)
