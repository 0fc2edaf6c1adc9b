"""Numbers and times as the screens show them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from poe_tui.chat.expenses import Total
from poe_tui.chat.message import Message
from poe_tui.chat.spending import is_free

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def grouped(number: int) -> str:
    """Return a number with its thousands apart: 12,345."""
    return f"{number:,}"


def counted(number: int, noun: str, nouns: str = "") -> str:
    """Return a number with its noun, `1 message`; many are `nouns`, or the noun with an s."""
    return f"{grouped(number)} {noun if number == 1 else nouns or noun + 's'}"


def points(number: int, *, exact: bool = True) -> str:
    """Return a number of points as it is shown, `1,140 pts`; a guess has a ≈ before it."""
    return f"{'' if exact else '≈ '}{counted(number, 'pt')}"


def age(moment: datetime, now: datetime) -> str:
    """Return how long ago `moment` was, in at most six cells: now, 2m, 3h, Mon, 4 Mar, 2023."""
    seconds = (now - moment).total_seconds()
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{int(seconds // 60)}m"
    if seconds < 86_400:
        return f"{int(seconds // 3600)}h"
    local = moment.astimezone()
    if seconds < 6 * 86_400:
        return _WEEKDAYS[local.weekday()]
    if local.year == now.astimezone().year:
        return f"{local.day} {_MONTHS[local.month - 1]}"
    return str(local.year)


def spent(messages: Iterable[Message]) -> str:
    """Return what the messages cost together, `1,140 pts`.

    With ≈ when part of it is a guess, or not known; empty when nothing is known.
    """
    listed = [message for message in messages if message.role == "bot" and not message.streaming]
    priced = [message for message in listed if message.points is not None]
    if not priced:
        return ""
    total = sum(message.points or 0 for message in priced)
    exact = all(
        message.points_exact if message.points is not None else is_free(message)
        for message in listed
    )
    return points(total, exact=exact)


def of_total(total: Total) -> str:
    """Return the points of several replies, with ≈ when some of them are a guess or not known."""
    sure = total.exact and not total.unknown
    if not total.points and not sure:
        return "—"
    return f"{'' if sure else '≈ '}{grouped(total.points)}"
