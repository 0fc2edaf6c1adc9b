"""How the events of our widgets are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

from textual.message import Message

Event = TypeVar("Event", bound=Message)


@dataclass_transform(eq_default=False)
def event(cls: type[Event]) -> type[Event]:
    """Return `cls` with its annotated fields as the parameters of its constructor.

    A dataclass that is neither compared nor printed: Python writes and compiles those methods at
    import, and two dozen events are on the way to the first frame.
    """
    return dataclass(eq=False, repr=False)(cls)
