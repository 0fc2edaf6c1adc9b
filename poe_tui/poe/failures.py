"""From whatever went wrong on the wire to an error with words for its reader."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

from poe_tui.errors import BotFailed, NetworkDown, ReplyError, SilentBot, Truncated
from poe_tui.keys import Secret
from poe_tui.poe.clock import ahead_of_ours
from poe_tui.poe.complaint import Complaint, complaint_in, seconds_to_wait, verdict
from poe_tui.poe.plain import plain

WAIT_HEADERS: Final = ("retry-after", "x-ratelimit-reset-requests")
"""The headers that can say how long to wait (Poe's page on its OpenAI-compatible interface)."""

KEPT_HEADERS: Final = (*WAIT_HEADERS, "date")
"""Those and the clock that they go by."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What was going on when it went wrong."""

    base: str
    """The address spoken to."""
    key: Secret | None = field(default=None, repr=False)
    bot: str = ""
    """Who was asked; empty when it was not a bot."""
    heard: bool = False
    """True: part of an answer had come."""

    @property
    def who(self) -> str:
        """The other side, as a sentence begins with it."""
        return plain(self.bot, limit=80) or "Poe"

    @property
    def host(self) -> str:
        """The other side, as a network knows it."""
        return self.base.partition("://")[2].partition("/")[0] or self.base


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer that was not the one hoped for."""

    status: int
    content_type: str
    body: str
    """As much of it as was read, at most 64 KB."""
    headers: dict[str, str]
    """Those of KEPT_HEADERS; empty strings for absent ones."""

    @property
    def is_page(self) -> bool:
        """True for a web page: something between here and Poe, or in front of it, answered."""
        return "html" in self.content_type.lower() or self.body.lstrip()[:15].lower().startswith(
            ("<!doctype html", "<html")
        )


def explain(error: Exception, at: Circumstances) -> ReplyError:
    """Return the error, in words, that `error` means.

    The result is new: it holds no reference to `error`, whose requests and frames hold the key.
    Everything in it that the server wrote is one line of at most 500 characters without control
    characters and without the key.
    """
    answer = getattr(error, "answer", None)
    if isinstance(answer, HttpAnswer):
        return _of_answer(answer, at)
    complaint = complaint_in(str(error), at.key)
    if complaint is not None:
        return verdict(complaint, at.who)
    # fastapi_poe wraps what it does not know; a TimeoutError has a cancellation for its cause.
    cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
    return _of_transport(error, at) or _of_transport(cause, at) or _unreadable(cause, at)


def _of_answer(answer: HttpAnswer, at: Circumstances) -> ReplyError:
    if answer.is_page and answer.status not in (401, 402, 404, 429) and answer.status < 500:
        return NetworkDown(
            f"{at.host} answered with a web page ({answer.status}) instead of an answer. "
            "A proxy, a firewall or a sign-in page of this network may stand in between.",
            hint="Open any page in a browser to see what the network wants, then try again.",
        )
    if 300 <= answer.status < 400:
        return NetworkDown(
            f"{at.host} sends us elsewhere ({answer.status}). The key is not taken along.",
            hint="Check the address in POE_TUI_BASE_URL.",
        )
    found = None if answer.is_page else complaint_in(answer.body, at.key)
    complaint = found or Complaint(text="" if answer.is_page else plain(answer.body, at.key))
    complaint.status = answer.status
    there = time.time() + ahead_of_ours(answer.headers.get("date", "")).total_seconds()
    for name in WAIT_HEADERS:
        if complaint.wait is None:
            complaint.wait = seconds_to_wait(answer.headers.get(name, ""), there)
    return verdict(complaint, at.who)


def _of_transport(error: BaseException, at: Circumstances) -> ReplyError | None:
    """Return what a failing connection means; None when it is not about the connection."""
    from poe_tui.poe.http import httpx

    if isinstance(error, httpx.ReadTimeout):
        return SilentBot(
            f"{at.who} sent nothing for a long time.",
            hint="Try again, or choose another bot.",
        )
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return NetworkDown(
            f"The address {plain(at.base, limit=200)} can't be used.",
            hint="Check POE_TUI_BASE_URL.",
        )
    if not isinstance(error, httpx.TransportError | TimeoutError):
        return None
    if at.heard:
        return Truncated(
            "The connection broke in the middle of the answer.",
            hint="What arrived is kept. Continue the answer, or ask again.",
        )
    return NetworkDown(_why(error, at), hint="Check the connection, then try again.")


def _why(error: BaseException, at: Circumstances) -> str:
    """Return, in a sentence, why the connection failed."""
    from poe_tui.poe.http import httpx

    reasons = " ".join(_chain(error)).lower()
    if isinstance(error, httpx.ProxyError):
        return f"The proxy did not let us through to {at.host}."
    if isinstance(error, httpx.ConnectTimeout):
        return f"{at.host} did not pick up within 10 seconds."
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return f"{at.host} did not answer in time."
    if "certificate" in reasons:
        return (
            f"The certificate of {at.host} could not be verified. "
            "The clock may be wrong, or something in between may be reading along."
        )
    if any(word in reasons for word in _NAME_NOT_FOUND):
        return f"{at.host} could not be found: there may be no network, or no name server."
    if "ssl" in reasons or "tls" in reasons:
        return f"{at.host} and this machine could not agree on an encrypted connection."
    if isinstance(error, httpx.ConnectError):
        return f"{at.host} could not be reached: nobody answers there."
    return f"The connection to {at.host} broke before anything came."


_NAME_NOT_FOUND: Final = (
    "name or service not known",
    "name resolution",
    "nodename nor servname",
    "no address associated",
    "getaddrinfo",
)


def _chain(error: BaseException | None) -> list[str]:
    """Return what each link of the chain of causes says, at most ten of them."""
    said: list[str] = []
    while error is not None and len(said) < 10:
        said.append(f"{type(error).__name__} {error}")
        error = error.__cause__ or error.__context__
    return said


def _unreadable(error: BaseException, at: Circumstances) -> ReplyError:
    detail = plain(str(error), at.key, limit=200)
    return BotFailed(
        f"{at.who} sent something that can't be read ({type(error).__name__}: {detail}).",
        hint="Try again; if it stays so, the bot itself is broken: choose another.",
    )
