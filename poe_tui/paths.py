"""Where things live on this machine. Nothing is made here: directories appear when first written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Paths:
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
    def key_file(self) -> Path:
        """The key, 0600, where there is no keyring."""
        return self.config / "key"


def find_paths(*, demo: bool = False) -> Paths:
    """Return the directories from the environment (POE_TUI_DATA_DIR, …_CONFIG_DIR, …_CACHE_DIR), else
    platformdirs'; the demo's are `demo` directories under each of them.
    """
    raise NotImplementedError
