"""Which subcommand runs, and what the shell hears when one fails."""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from poe_tui.errors import ExitCode, PoeTuiError, StoreError
from poe_tui.markdown.safe import visible

if TYPE_CHECKING:
    from poe_tui.cli.compose import Composition

COMMANDS: Final = {
    "ask": "ask a bot; the answer goes to stdout",
    "list": "list the conversations",
    "show": "print a conversation as Markdown, JSON or HTML",
    "bots": "list the public bots",
    "balance": "show how many points are left",
    "keys": "list the keys of the app",
    "config": "show the settings, or where they are",
}
"""The subcommands, each a module of this package, and what it does."""

_MODULES: Final = {"": "app", "list": "listing"}
"""The modules that are not called like their command: a submodule `list` would hide the type."""

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What a write of ours that names no file can fail of: one to stdout. All others are explained."""

_WITH_VALUE: Final = ("-b", "--bot", "--conversation", "--theme")
"""The options of the app that take a word of their own."""


def run(words: Sequence[str]) -> int:
    """Run the subcommand that `words` name, or the app, and return the exit code."""
    # Classes and widgets are made by the thousand, and hardly any goes again: looking for garbage
    # among them is a tenth of the launch. The transcript turns it on when the screen is there.
    gc.disable()
    _open_what_is_closed()
    try:
        return _run_guarded(words)
    finally:
        gc.enable()


def _run_guarded(words: Sequence[str]) -> int:
    """Turn what can go wrong into words on stderr and an exit code."""
    from poe_tui.cli.compose import Composition

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a locale without ☃ is no reason to fail
            stream.reconfigure(errors="replace")
    composition = Composition()
    try:
        with composition:
            return _run(words, composition)
    except PoeTuiError as error:
        explain(error)
        return int(error.exit_code)
    except SystemExit as left:  # argparse, after --help
        return int(left.code or 0)
    except KeyboardInterrupt:
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        leave_stdout()
        return int(ExitCode.DONE)


def split_command(words: Sequence[str]) -> tuple[str, list[str]]:
    """Return the subcommand ("" for the app) and the other words.

    It is the first word that is not an option. After `--` there are no subcommands, only a prompt.
    """
    position = 0
    while position < len(words) and words[position] != "--":
        word = words[position]
        if not word.startswith("-") or word == "-":
            if word in COMMANDS:
                return word, [*words[:position], *words[position + 1 :]]
            break
        position += 2 if word in _WITH_VALUE else 1
    return "", list(words)


def explain(error: PoeTuiError) -> None:
    """Say on stderr what happened, why, and what to do next."""
    say(in_words(error.heading, error.explanation, error.hint))


def say(text: str) -> None:
    """Print `text` on stderr, with what a terminal would obey in it made visible.

    Nobody is told where that has gone, as with a closed terminal.
    """
    with contextlib.suppress(OSError):
        print(visible(text), file=sys.stderr, flush=True)


def in_words(title: str, *more: str) -> str:
    """Return an error as the user reads it: its title and, indented under it, the rest."""
    lines = [line for text in more for line in visible(text).splitlines()]
    return "\n  ".join([f"poe-tui: {title}", *lines])


def leave_stdout() -> None:
    """Write no more to stdout: who read it has gone, and Python would complain at exit."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    os.close(devnull)


def _open_what_is_closed() -> None:
    """Let a stream that the caller has closed (`>&-`) lead to nowhere.

    Else there is none to write to, and the next file that is opened takes its place.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nowhere, mode, encoding="utf-8"))


def _run(words: Sequence[str], composition: Composition) -> int:
    command, rest = split_command(words)
    module = importlib.import_module(f"poe_tui.cli.{_MODULES.get(command, command)}")
    if command:
        gc.enable()
    try:
        code = int(module.run(rest, composition))
        sys.stdout.flush()
        return code
    except (PoeTuiError, BrokenPipeError):
        raise
    except Exception as error:
        if not (isinstance(error, OSError) and error.errno in _FULL and error.filename is None):
            composition.log.report(error)
            return int(ExitCode.FAILED)
        why = error.strerror
    leave_stdout()
    raise StoreError(
        f"The output can't be written to stdout: {why}.",
        hint="Make room where it goes, or send it elsewhere.",
    )
