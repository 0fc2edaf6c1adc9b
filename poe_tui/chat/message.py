"""One message of a conversation, and what hangs on it."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal

import msgspec

from poe_tui.chat.surrogates import mend
from poe_tui.errors import ReplyError

Role = Literal["system", "user", "bot"]
Status = Literal["streaming", "complete", "stopped", "truncated", "failed"]

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id() -> str:
    """Return a fresh id: 16 lower-case characters that sort by the millisecond of their making."""
    number = int(time.time() * 1000) << 35 | int.from_bytes(os.urandom(5)) >> 5
    return "".join([_ALPHABET[(number >> shift) & 31] for shift in range(75, -1, -5)])


def now() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)


class Attachment(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A file that goes with a message, in either direction."""

    name: str
    content_type: str = "application/octet-stream"
    url: str | None = None
    """Where Poe keeps it; None until it has been uploaded."""
    inline_ref: str | None = None
    """The name by which the text refers to it, `![title][ref]`; None when the text does not."""
    size: int | None = None
    """Bytes; None when unknown."""
    path: str | None = None
    """The file on this machine; None for a file that only Poe has."""
    sha256: str | None = None
    uploaded: datetime | None = None
    """When `url` was handed out: Poe promises ten minutes (query.md of its protocol)."""
    extra: dict[str, Any] = msgspec.field(default_factory=dict)
    """Unknown fields of its file, written back as they were read."""

    @property
    def label(self) -> str:
        """What it is called on screen: a file of this machine by its own name.

        A conversation from somebody else could call a private file `notes.txt`.
        """
        return self.name if self.path is None else mend(os.path.basename(self.path)) or self.name


class Failure(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Why a reply did not come, or not whole, as data: see `poe_tui.errors.ReplyError`."""

    kind: str
    title: str
    explanation: str = ""
    hint: str = ""
    actions: tuple[str, ...] = ()
    retry_after: float | None = None
    """Seconds; None when nobody said."""
    extra: dict[str, Any] = msgspec.field(default_factory=dict)
    """Unknown fields of its file, written back as they were read."""

    @classmethod
    def of(cls, error: ReplyError) -> Failure:
        """Return the failure that `error` describes."""
        return cls(
            kind=error.kind,
            title=error.heading,
            explanation=error.explanation,
            hint=error.hint,
            actions=error.actions,
            retry_after=error.retry_after,
        )


class Message(msgspec.Struct, kw_only=True):
    """A prompt or an answer: a node of the conversation's tree.

    Immutable once it has finished, but for `excluded`, `note` and `points`, which may come later.
    """

    id: str = msgspec.field(default_factory=new_id)
    parent: str | None = None
    """The message it follows; None for the first."""
    role: Role
    bot: str | None = None
    """Who answers (role bot) or who was asked (role user); None when not recorded."""
    text: str = ""
    content_type: str = "text/markdown"
    status: Status = "complete"
    error: Failure | None = None
    created: datetime = msgspec.field(default_factory=now)
    waited: float | None = None
    """Seconds before the request of a reply: its files went up, or its turn had not come; None when
    it went at once."""
    first_text: float | None = None
    """Seconds from the request to the first text; None when there was none."""
    finished: datetime | None = None
    """When the reply ended; None while it streams, and for prompts."""
    points: int | None = None
    """What the reply cost; None when unknown."""
    points_exact: bool = False
    """False: `points` is a guess, shown with ≈."""
    attachments: tuple[Attachment, ...] = ()
    suggested_replies: tuple[str, ...] = ()
    data: tuple[dict[str, Any], ...] = ()
    """What else the bot sent: its `json` events, such as tool calls, in order."""
    parameters: dict[str, Any] = msgspec.field(default_factory=dict)
    """Replaced as a whole, never changed in place; so is `extra`."""
    excluded: bool = False
    """True: stays in the file and is never sent."""
    note: str = ""
    """The reader's own; never sent."""
    extra: dict[str, Any] = msgspec.field(default_factory=dict)
    """Fields of a newer version or another program; written back as they were read."""

    @property
    def streaming(self) -> bool:
        """True while the reply is still coming."""
        return self.status == "streaming"

    @property
    def seconds(self) -> float | None:
        """How long the reply took, in seconds; None for prompts and while it streams."""
        if self.finished is None:
            return None
        return max(0.0, (self.finished - self.created).total_seconds())

    @property
    def writing(self) -> float | None:
        """How long the text took to come, in seconds; None without text and while it streams."""
        if self.seconds is None or self.first_text is None:
            return None
        return max(0.0, self.seconds - (self.waited or 0.0) - self.first_text)

    def note_cost(self, points: int | None, *, exact: bool) -> bool:
        """Take in what the reply cost; return whether something else was known before."""
        before = self.points, self.points_exact
        self.points, self.points_exact = points, exact
        return before != (points, exact)


def freeze_parameters(parameters: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a copy of `parameters` that later changes to the original can't reach."""
    return dict(parameters or {})
