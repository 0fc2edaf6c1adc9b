"""What the right end of a message's header says: state, points, seconds, speed, time of day."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final

from rich.cells import cell_len, set_cell_size

from poe_tui.chat.events import Uploading
from poe_tui.chat.message import Message, now
from poe_tui.chat.parameters import in_words
from poe_tui.markdown.safe import plain
from poe_tui.ui.figures import points

SPINNER: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
SPINNER_RATE: Final = 8
"""Frames a second."""

_LONGEST_NAME: Final = 28
_STATES: Final = {"stopped": "stopped", "truncated": "cut off", "failed": "failed"}


def seconds_text(seconds: float) -> str:
    """Return a duration as one reads it: `0.4 s`, `2.1 s`, `48 s`, `3 min 20 s`."""
    return f"{seconds:.1f} s" if seconds < 10 else whole_seconds(round(seconds))


def whole_seconds(seconds: int) -> str:
    """Return a duration that is counted while one waits: `4 s`, `3 min 20 s`."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def speed_text(message: Message) -> str:
    """Return how fast the answer came, a token taken as four characters; empty when unknown."""
    writing = message.writing
    if writing is None or writing < 0.05 or len(message.text) < 40:
        return ""
    return f"≈ {len(message.text) / 4 / writing:,.0f} tok/s"


def points_text(message: Message) -> str:
    """Return what the answer cost, with ≈ for a guess and — for unknown; empty for one failed."""
    if message.points is None:
        return "" if message.status == "failed" else "— pts"
    return points(message.points, exact=message.points_exact)


def clock_text(moment: datetime, today: datetime | None = None) -> str:
    """Return the local time of day, with the date when it is not today's."""
    local = moment.astimezone()
    if local.date() == (today or now()).astimezone().date():
        return f"{local:%H:%M}"
    return f"{local.day} {local:%b %H:%M}"


def waiting_facts(since: float, silent: float | None, frame: int, *, here: bool) -> list[str]:
    """Return the state of an answer that is still coming.

    `since` is in seconds from the request, `silent` the seconds without text once the bot is called
    silent (None before), `frame` counts the spinner's pictures. `here` is false when another window
    has asked.
    """
    if not here:
        return [f"{SPINNER[frame % len(SPINNER)]} {whole_seconds(int(since))}", "in another window"]
    if silent is not None:
        return [f"⚠ nothing for {whole_seconds(int(silent))}", "esc stops"]
    return [f"{SPINNER[frame % len(SPINNER)]} {whole_seconds(int(since))}", "esc stops"]


def limited_facts(seconds_left: float) -> list[str]:
    """Return what is said of a request that waits for its turn for so many seconds more."""
    return [f"waiting {math.ceil(seconds_left)} s", "rate limited", "esc cancels"]


def upload_facts(upload: Uploading) -> list[str]:
    """Return what is said of files on their way: which, and how much has left this machine."""
    which = f"{upload.files} files"
    if upload.files == 1:
        which = plain(upload.name)
        if cell_len(which) > _LONGEST_NAME:
            which = set_cell_size(which, _LONGEST_NAME - 1) + "…"
    part = upload.sent * 100 // upload.size if upload.size else 100
    return [f"uploading {which} {part} %", "esc cancels"]


def settled_facts(message: Message, today: datetime | None = None) -> list[str]:
    """Return what is known of a message that has ended, the most telling first."""
    facts = ["excluded"] if message.excluded else []
    if message.role != "bot":
        return [*facts, clock_text(message.created, today)]
    facts.append(_STATES.get(message.status, ""))
    facts.append(points_text(message))
    if message.seconds is not None:
        facts.append(seconds_text(message.seconds))
    facts.append(speed_text(message))
    facts.append(in_words(message.parameters))
    return [fact for fact in facts if fact]
