"""What a test can turn while the demo service runs."""

from __future__ import annotations

from typing import Literal

import msgspec

Style = Literal["http", "sse"]
"""How trouble is told: by an HTTP status with a JSON body, or by an `error` event in a stream."""


class Knobs(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The service's behaviour; the defaults are Poe's, as far as they are known."""

    rate_limit: int = 500
    """Requests to bots that one key may make in a window."""
    rate_window: float = 60.0
    """Seconds."""
    rate_style: Style = "http"
    unknown_style: Style = "http"
    """How a bot that does not exist is told."""
    ledger_lag: float = 0.1
    """Seconds until a query shows in the points history. The balance changes at once."""
    models_style: Literal["new", "old"] = "new"
    """`old`: the list has the fields of 2025: ids as bots are shown, one owner, one modality, the
    context at the top, prices as numbers, and no parameters."""
    usage_style: Literal["new", "old"] = "new"
    """`old`: the history names bots in `app_name` and times in seconds, as Poe once did."""
    balance: int = 12_345
    """Points of the key that works, before any query of this run."""
    balance_extras: bool = True
    """True: the balance comes with the fields that Poe sends and does not document."""
    first_delay: float = 0.0
    """Seconds before a bot's first byte, headers included."""
    upload_limit: int = 50 * 1024 * 1024
    """Bytes."""
    upload_delay: float = 0.0
    """Seconds before an upload is answered."""
    fail: dict[str, int] = {}
    """Beginnings of paths, and the HTTP status with which all their requests are refused."""
