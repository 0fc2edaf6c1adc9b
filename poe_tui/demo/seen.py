"""The requests that the demo service has seen, for tests to ask about."""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from typing import Any, Literal

import msgspec

MOST = 2_000
"""Requests that are remembered; older ones are dropped."""

Auth = Literal["none", "bearer", "raw"]


class SeenRequest(msgspec.Struct, kw_only=True):
    """One request, and what became of its answer. Never holds the key."""

    id: int
    at: float
    """When it came, in seconds since 1970."""
    method: str
    path: str
    """Decoded."""
    raw_path: str
    """As it was sent, percent signs and all, without the query string."""
    query: str
    headers: dict[str, str]
    """Names in lower case, `authorization` left out."""
    auth: Auth
    """How the key came: as `Bearer KEY`, as `KEY` alone, or not at all."""
    size: int
    """Bytes of the body."""
    body: Any = None
    """The body when it was JSON (or a form, as a dict); else None."""
    status: int | None = None
    """The HTTP status; None: not answered yet."""
    sent: int = 0
    """Bytes of the answer so far."""
    done: bool = False
    """The answer has been sent to its end, or cut off on purpose."""
    disconnected: bool = False
    """The client went away before the end."""
    disconnected_after: float | None = None
    """Seconds from the request to that moment."""

    @property
    def kind(self) -> str:
        """The request's `type`: query, settings, report_error, …; empty when it has none."""
        return str(self.body.get("type", "")) if isinstance(self.body, dict) else ""


class RequestLog:
    """The last requests, oldest first. Written by the server's thread, read by any."""

    def __init__(self, *, keep: bool) -> None:
        self._keep = keep
        self._seen: deque[SeenRequest] = deque(maxlen=MOST)
        self._ids = itertools.count(1)
        self._lock = threading.Lock()

    def add(self, **facts: Any) -> SeenRequest:
        """Return a new record of a request that has just come; it is kept if this log keeps any."""
        seen = SeenRequest(id=next(self._ids), at=time.time(), **facts)
        if self._keep:
            with self._lock:
                self._seen.append(seen)
        return seen

    def all(self) -> list[SeenRequest]:
        """Return the requests so far, oldest first."""
        with self._lock:
            return list(self._seen)

    def clear(self) -> None:
        """Forget them."""
        with self._lock:
            self._seen.clear()
