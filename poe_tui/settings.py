"""Settings (the user's, TOML) and state (the app's own memory, TOML)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec


class Settings(msgspec.Struct, kw_only=True, frozen=True):
    """What a user can choose. The text under a field is its manual: README and settings screen show it."""

    theme: str = "night"
    """The theme's name: night, day, or one of your own in themes/*.toml of the config directory."""
    bot: str = "Claude-Sonnet-4.5"
    """The bot of a new conversation, until you have used another."""
    send_key: str = "enter"
    """`enter` or `ctrl+enter`: the key that sends. The other one makes a new line."""
    api_key_command: str = ""
    """A command that prints your Poe key, for example `pass show poe`."""
    base_url: str = "https://api.poe.com"
    upload_url: str = "https://www.quora.com/poe_api/"
    silent_after: float = 20.0
    """Seconds without any text after which a reply is called silent. It is not stopped."""
    give_up_after: float = 600.0
    """Seconds without any text after which a silent reply is given up."""
    sidebar_width: int = 30
    """Cells."""
    keys: dict[str, str] = {}
    """Your keys, by action: `conversation.new = "ctrl+t"`. `poe-tui keys` lists the actions."""


def load_settings(path: Path, *, overrides: dict[str, Any] | None = None) -> Settings:
    """Return the settings: `overrides` (command line) over environment over `path` over the defaults.

    A missing file means the defaults. Raises UsageError for a file or value that can't be understood,
    naming file, key and what is allowed.
    """
    raise NotImplementedError


class State(msgspec.Struct, kw_only=True):
    """What the app remembers between runs."""

    bot: str = ""
    """The bot last used."""
    favourites: list[str] = msgspec.field(default_factory=list)
    recent: list[str] = msgspec.field(default_factory=list)
    """Bots, the one last used first; at most 20."""
    last_conversation: str = ""
    history: list[str] = msgspec.field(default_factory=list)
    """Prompts sent, newest last; at most 200."""


class StateFile:
    """The state on disk: read at first use, written at each change, shared with other windows."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state = State()

    def use_bot(self, bot: str) -> None:
        """Remember that `bot` was used last, and save."""
        raise NotImplementedError

    def toggle_favourite(self, bot: str) -> bool:
        """Add `bot` to the favourites or take it from them, save, and return whether it is one now."""
        raise NotImplementedError

    def save(self) -> None:
        """Write the state atomically, merged with what another window has written; raises StoreError."""
        raise NotImplementedError
