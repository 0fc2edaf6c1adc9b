"""Where things live on this machine. Nothing is made here: that happens at the first write."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec


class Paths(msgspec.Struct, frozen=True):
    """The directories of one user, or of the demo."""

    data: Path
    config: Path
    cache: Path

    @property
    def conversations(self) -> Path:
        """One JSON file a conversation, and the journals of replies in flight."""
        return self.data / "conversations"

    @property
    def config_file(self) -> Path:
        """The user's settings, `config.toml`."""
        return self.config / "config.toml"

    @property
    def themes(self) -> Path:
        """The user's own themes, `*.toml`."""
        return self.config / "themes"

    @property
    def state_file(self) -> Path:
        """What the app remembers by itself: favourites, recents, the bot last used."""
        return self.data / "state.toml"

    @property
    def spending(self) -> Path:
        """What each reply cost: one file a month, without a word of what was said."""
        return self.data / "spending"

    @property
    def figures_file(self) -> Path:
        """How fast and how dear each bot was."""
        return self.data / "figures.json"

    @property
    def trust_file(self) -> Path:
        """Which bots may be asked though Poe does not list them."""
        return self.data / "trust.json"

    @property
    def request_log(self) -> Path:
        """When the requests of the last minute were sent, to keep to Poe's limit."""
        return self.cache / "requests.sqlite"

    @property
    def files(self) -> Path:
        """What bots have sent and somebody has looked at, by the hash of its address."""
        return self.cache / "files"

    @property
    def pasted(self) -> Path:
        """Pictures taken from the clipboard, to go with prompts."""
        return self.data / "pasted"

    @property
    def key_file(self) -> Path:
        """The key, 0600, where there is no keyring."""
        return self.config / "key"

    @property
    def log_file(self) -> Path:
        """What went wrong inside poe-tui, without keys; made when there is something to say."""
        return self.data / "poe-tui.log"


def find_paths(*, demo: bool = False) -> Paths:
    """Return the user's directories; the demo's are `demo` directories under each of them.

    They come from POE_TUI_DATA_DIR, POE_TUI_CONFIG_DIR and POE_TUI_CACHE_DIR, else from
    platformdirs.
    """
    found = {kind: _directory(kind) for kind in ("data", "config", "cache")}
    if demo:
        found = {kind: path / "demo" for kind, path in found.items()}
    return Paths(**found)


def _directory(kind: str) -> Path:
    """Return the user's data, config or cache directory; a relative one counts from here."""
    named = os.environ.get(f"POE_TUI_{kind.upper()}_DIR", "")
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    directory: Path = getattr(platformdirs, f"user_{kind}_path")("poe-tui", appauthor=False)
    return directory
