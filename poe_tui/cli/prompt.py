"""The prompt and the files of `poe-tui ask`, from arguments and stdin."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TextIO

from poe_tui.chat.attaching import AttachmentError, attach
from poe_tui.chat.message import Attachment
from poe_tui.cli.plain import is_terminal
from poe_tui.errors import UsageError

_SILENCE: Final = 2.0
"""Seconds without the end of stdin after which the user hears what we are waiting for."""


def read_prompt(words: Sequence[str], stdin: TextIO | None) -> str:
    """Return the prompt: the words, and under them, after an empty line, what is piped into stdin.

    Stdin is read when it is no terminal, and when `-` is one of the words. Raises UsageError when
    nothing is left, or when stdin is not text.
    """
    typed = " ".join(word for word in words if word != "-").strip()
    piped = ""
    if stdin is not None and ("-" in words or not is_terminal(stdin)):
        piped = _text(stdin)
    prompt = "\n\n".join(part for part in (typed, piped) if part.strip())
    if not prompt:
        raise UsageError(
            "There is no prompt: neither words on the command line nor text on stdin.",
            hint='poe-tui ask "Why is the sky blue?"',
            title="Nothing to ask",
        )
    return prompt


def _text(stdin: TextIO) -> str:
    if stdin.closed:
        return ""
    waiting = threading.Timer(_SILENCE, _say_waiting)
    waiting.daemon = True
    waiting.start()
    try:
        raw = stdin.buffer.read()
    finally:
        waiting.cancel()
    try:
        text: str = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UsageError(
            "What comes in on stdin is not UTF-8 text.", hint="Attach it instead: -a FILE"
        )
    return text.rstrip("\r\n")


def _say_waiting() -> None:
    print(
        "poe-tui: waiting for stdin to end (if nothing is piped in: poe-tui ask … < /dev/null)",
        file=sys.stderr,
    )


def attachment(name: str) -> Attachment:
    """Return the file `name` as an attachment, to be uploaded with the prompt.

    Raises UsageError when it is not there, can't be read, or is larger than Poe takes.
    """
    try:
        return attach(Path(os.path.expanduser(name)))
    except AttachmentError as error:
        wrong = UsageError(error.explanation, hint=error.hint, title=error.heading)
    raise wrong
