"""What a command is: something a user can do, in words, with its keys and where they work."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Where = Literal["app", "composer", "transcript", "find", "sidebar", "picker"]


class Command(msgspec.Struct, frozen=True):
    """Something a user can do."""

    id: str
    """What settings call it, `conversation.new`; stable from release to release."""
    title: str
    """A line of the palette and of the help: an imperative, without a full stop."""
    keys: str
    """The default keys; empty for an action that is only in the palette."""
    where: Where
    """What must have the focus; `app` for anywhere."""
    action: str
    """The Textual action, looked for on the node that carries the binding."""
    description: str = ""
    """More than the title says; empty when the title is enough."""
    verb: str = ""
    """One word for the status line; empty for a command that is not shown there."""
    series: str = ""
    """What a run of commands that differ only in a number is called in the help; else empty."""
    in_palette: bool = True
    """False for moves that make sense under a key only."""
    priority: bool = False
    """True: the key acts even where it could be typed, and at once: what is typed behind it, in a
    burst, comes after it."""


#: How the scopes are called in help and README, in the order they are shown there.
PLACES: Final[dict[Where, str]] = {
    "app": "Anywhere",
    "composer": "Writing",
    "transcript": "Reading",
    "find": "Finding",
    "sidebar": "Conversations and bots",
    "picker": "Choosing a bot",
}
