"""What a server says when it refuses: one form for its two shapes, and what it means.

Poe reports problems in two ways: with an HTTP status and `{"error": {...}}`, and with status 200
and an `error` event, `{"text", "error_type", "allow_retry"}` (both in its documentation; the texts
matched here are those that users reported, fastapi_poe issues 3, 8, 48, 72, 109, 111).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any, Final

import msgspec

from poe_tui.errors import (
    BotFailed,
    KeyRefused,
    MessageTooLong,
    NotEnoughPoints,
    RateLimited,
    ReplyError,
    UnknownBot,
)
from poe_tui.keys import Secret
from poe_tui.poe.plain import plain

LONGEST_WAIT: Final = 24 * 3600.0
_FIRST_EVENT: Final = re.compile(r"^data: ?(\{.*\})\r?$", re.MULTILINE)
_IN_SECONDS: Final = re.compile(r"(?:in|after|for) (\d+(?:\.\d+)?) ?s(?:ec|\b)", re.IGNORECASE)
_SPAN: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_UNIT: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class Complaint(msgspec.Struct):
    """A refusal, whichever way it came."""

    text: str = ""
    """In the server's words, made plain."""
    kind: str = ""
    """`error_type` or `type`; empty when it gave none."""
    retryable: bool | None = None
    """What it said about trying again; None when it said nothing."""
    status: int | None = None
    """The HTTP status; None for an error event."""
    wait: float | None = None
    """Seconds until trying again makes sense; None when nobody said."""


def complaint_in(text: str, key: Secret | None = None) -> Complaint | None:
    """Return the refusal in `text`, be it JSON or an event stream with JSON; None when neither."""
    event = _FIRST_EVENT.search(text)
    for candidate in (text, event[1] if event else ""):
        try:
            data = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        if isinstance(data, dict):
            return _complaint_of(data, key)
    return None


def _complaint_of(data: dict[str, Any], key: Secret | None) -> Complaint:
    inner = data.get("error")
    fields: dict[str, Any] = {**data, **inner} if isinstance(inner, dict) else data
    words = (fields.get(name) for name in ("text", "message", "detail", "error"))
    said = next((word for word in words if isinstance(word, str) and word.strip()), "")
    kinds = (fields.get(name) for name in ("error_type", "type", "code"))
    retryable = fields.get("allow_retry")
    in_seconds = _IN_SECONDS.search(said)
    return Complaint(
        text=plain(said, key),
        kind=next((kind for kind in kinds if isinstance(kind, str)), ""),
        retryable=retryable if isinstance(retryable, bool) else None,
        wait=float(in_seconds[1]) if in_seconds else None,
    )


def seconds_to_wait(value: str, there: float) -> float | None:
    """Return the seconds that a Retry-After or x-ratelimit-reset value means, None for nonsense.

    Understands seconds, an HTTP date, `1m30s`, and a moment in seconds or milliseconds since 1970.
    `there` is the time by the clock of whoever said it, in seconds since 1970.
    """
    value = value.strip()
    seconds = _number(value)
    if seconds is None and _SPAN.sub("", value) == "":
        seconds = sum((float(n) * _UNIT[unit] for n, unit in _SPAN.findall(value)), 0.0) or None
    if seconds is None:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - there
        except (ValueError, TypeError, OverflowError):
            return None
    if seconds > 1e12:
        seconds /= 1000
    if seconds > 1e9:
        seconds -= there
    return min(max(0.0, seconds), LONGEST_WAIT)


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


class _Rule(msgspec.Struct, frozen=True):
    statuses: frozenset[int]
    kinds: frozenset[str]
    texts: re.Pattern[str]
    error: Callable[[Complaint, str], ReplyError]


def verdict(complaint: Complaint, who: str) -> ReplyError:
    """Return what `complaint` of the bot `who` means: by kind or status, else by its words."""
    for rule in _RULES:
        if complaint.kind in rule.kinds or complaint.status in rule.statuses:
            return rule.error(complaint, who)
    for rule in _RULES:
        if rule.texts.search(complaint.text):
            return rule.error(complaint, who)
    return _failed(complaint, who)


def _said(complaint: Complaint) -> str:
    """Return the server's words as a sentence to append; empty when it had none."""
    return f" It said: “{complaint.text}”" if complaint.text else ""


def _points(complaint: Complaint, who: str) -> ReplyError:
    return NotEnoughPoints(
        f"{who} costs more points than this account has left.{_said(complaint)}",
        hint="Choose a cheaper bot, or get points at poe.com/settings.",
    )


def _too_long(complaint: Complaint, who: str) -> ReplyError:
    return MessageTooLong(
        f"{who} does not take this much text at once.{_said(complaint)}",
        hint="Shorten the message, leave earlier messages out, or choose a bot with more context.",
    )


def _rate(complaint: Complaint, who: str) -> ReplyError:
    wait = (
        "Poe did not say for how long; a minute is usually enough."
        if complaint.wait is None
        else f"Wait {math.ceil(complaint.wait)} s."
    )
    return RateLimited(
        f"{who} was asked too often. Poe takes 500 requests a minute.{_said(complaint)}",
        hint=f"{wait} Then try again.",
        retry_after=complaint.wait,
    )


def _key(complaint: Complaint, _who: str) -> ReplyError:
    return KeyRefused(
        f"The key is wrong, was revoked, or may not be used here.{_said(complaint)}",
        hint="Make sure of it at poe.com/api/keys, then enter it again.",
    )


def _unknown(complaint: Complaint, who: str) -> ReplyError:
    return UnknownBot(
        f"Nobody answers to “{who}”. Private bots can't be asked from outside Poe."
        f"{_said(complaint)}",
        hint="Check the spelling, or choose a bot from the list.",
    )


def _moderated(complaint: Complaint, who: str) -> ReplyError:
    return BotFailed(
        f"{who} does not answer this: it was refused as against the rules.{_said(complaint)}",
        hint="Word the message differently, or choose another bot.",
        retryable=False,
    )


def _private(complaint: Complaint, who: str) -> ReplyError:
    return BotFailed(
        f"{who} wants a permission that this account has not given it.{_said(complaint)}",
        hint="Open the bot once on poe.com and accept what it asks for, or choose another bot.",
        retryable=False,
    )


def _your_side(complaint: Complaint, who: str) -> ReplyError:
    return BotFailed(
        f"{who} can't do anything with this message.{_said(complaint)}",
        hint="Change the message, or choose another bot.",
        retryable=False,
    )


def _opaque(_complaint: Complaint, who: str) -> ReplyError:
    return BotFailed(
        f"Poe answered “Internal server error” for {who} and says no more. "
        "It happens when a bot is broken, and sometimes when a key is.",
        hint="Try again in a moment; if it stays so, choose another bot.",
    )


def _failed(complaint: Complaint, who: str) -> ReplyError:
    status = complaint.status
    if status == 403:
        return _key(complaint, who)
    final = status is not None and 400 <= status < 500 and status != 408
    retryable = complaint.retryable is not False and not final
    number = f" ({status})" if status else ""
    failed = BotFailed(
        f"{who} {_REASONS.get(status or 0, 'could not answer')}{number}.{_said(complaint)}",
        hint="Try again, or choose another bot."
        if retryable
        else "Trying again is not likely to help: change the message, or choose another bot.",
        retryable=retryable,
    )
    failed.retry_after = complaint.wait
    return failed


_REASONS: Final = {
    400: "did not understand the request",
    408: "took too long",
    502: "could not be reached from Poe",
    503: "is not available now",
    504: "took too long",
    529: "is overloaded",
}


def _rule(
    error: Callable[[Complaint, str], ReplyError], statuses: set[int], kinds: str, texts: str
) -> _Rule:
    return _Rule(
        frozenset(statuses), frozenset(kinds.split()), re.compile(texts, re.IGNORECASE), error
    )


_NEVER: Final = r"(?!)"
_RULES: Final = (
    _rule(
        _points,
        {402},
        "insufficient_fund insufficient_credits insufficient_quota",
        r"insufficient (?:fund|credit|point|balance)|(?:not enough|out of) (?:compute )?points",
    ),
    _rule(
        _too_long,
        {413},
        "user_message_too_long request_too_large context_length_exceeded",
        r"(?:message|prompt|input|context|conversation)\b.{0,40}\btoo (?:long|large)"
        r"|maximum context",
    ),
    _rule(_moderated, set(), "moderation_error content_policy_violation", _NEVER),
    _rule(_private, set(), "privacy_authorization_error", _NEVER),
    _rule(_your_side, set(), "user_caused_error", _NEVER),
    _rule(_rate, {429}, "rate_limit_error", r"rate limit|too many requests"),
    _rule(
        _key,
        {401},
        "authentication_error invalid_api_key permission_error",
        r"^access denied|(?:invalid|incorrect|wrong) (?:api )?key|not authenticated|unauthorized",
    ),
    _rule(
        _unknown,
        {404},
        "not_found_error",
        r"\bbot\b.{0,100}(?:not found|(?:does not|doesn.t) exist)|(?:no|unknown) (?:such )?bot",
    ),
    _rule(_opaque, set(), "internal_server_error", r"^internal server error"),
)
