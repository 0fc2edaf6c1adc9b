"""State: what the app remembers by itself between runs, shared by all windows of one user."""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from poe_tui.disk import locked, write_private
from poe_tui.errors import StoreError

_RECENT: Final = 20
_HISTORY: Final = 200

_log = logging.getLogger(__name__)


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
    theme: str = ""
    """The theme chosen in the app; empty: that of the settings."""


class StateFile:
    """The state on disk: read at first use, written at each change, shared with other windows."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem = ""
        """What was wrong with the file on disk, for a notice; empty when nothing was."""
        self._state: State | None = None
        self._base = State()

    @property
    def state(self) -> State:
        """The state as this window sees it; change it and `save`."""
        if self._state is None:
            try:
                self._base = self._read()[0]
            except OSError as error:
                self.problem = f"{self.path} can't be read: {error.strerror}."
            self._state = msgspec.convert(msgspec.to_builtins(self._base), State)
        return self._state

    def use_bot(self, bot: str) -> None:
        """Remember that `bot` was used last, and save; raises StoreError."""
        state = self.state
        state.bot = bot
        state.recent = [bot, *(name for name in state.recent if name != bot)]
        self.save()

    def toggle_favourite(self, bot: str) -> bool:
        """Make `bot` a favourite, or no longer one, save, and return whether it is one now."""
        favourites = self.state.favourites
        if bot in favourites:
            favourites.remove(bot)
        else:
            favourites.append(bot)
        self.save()
        return bot in self.state.favourites

    def add_prompt(self, text: str) -> None:
        """Put `text` at the end of the prompt history, where it stands once, and save."""
        history = self.state.history
        self.state.history = [*(prompt for prompt in history if prompt != text), text]
        self.save()

    def save(self) -> None:
        """Write the state atomically, merged with what other windows wrote; raises StoreError."""
        mine = self.state
        try:
            with locked(self.path):
                theirs, unknown = self._read()
                merged = _merge(self._base, mine, theirs)
                import tomli_w

                text = tomli_w.dumps({**unknown, **msgspec.to_builtins(merged)})
                # The app saves it between two frames; that is no place to wait for a disk.
                write_private(self.path, text.encode(), sync=False)
        except OSError as error:
            raise StoreError(
                f"{self.path} can't be written: {error.strerror}. Favourites, recent bots and the "
                "prompt history of this run are kept until you quit."
            ) from None
        for name in State.__struct_fields__:
            setattr(mine, name, getattr(merged, name))
        self._base = msgspec.convert(msgspec.to_builtins(merged), State)

    def _read(self) -> tuple[State, dict[str, Any]]:
        """Return the state on disk and what a newer version keeps there; sets a broken file aside.

        Raises OSError when the file is there and can't be read.
        """
        try:
            with self.path.open("rb") as file:
                found = tomllib.load(file)
            state = msgspec.convert(found, State)
        except FileNotFoundError:
            return State(), {}
        except (ValueError, msgspec.ValidationError) as error:
            self._set_aside(error)
            return State(), {}
        return state, {k: v for k, v in found.items() if k not in State.__struct_fields__}

    def _set_aside(self, error: Exception) -> None:
        aside = self.path.with_name(self.path.name + ".broken")
        os.replace(self.path, aside)
        self.problem = (
            f"{self.path} could not be understood, so favourites and history start afresh. "
            f"The old file is {aside}."
        )
        _log.warning("%s (%s)", self.problem, type(error).__name__)


def _merge(base: State, mine: State, theirs: State) -> State:
    """Return `theirs` with what changed from `base` to `mine` done to it."""

    def scalar(name: str) -> str:
        own: str = getattr(mine, name)
        other: str = getattr(theirs, name)
        return own if own != getattr(base, name) else other

    def listed(name: str, join: Callable[[list[str], list[str]], list[str]]) -> list[str]:
        before, own = getattr(base, name), getattr(mine, name)
        if own == before:
            kept: list[str] = getattr(theirs, name)
            return kept
        gone = set(before) - set(own)
        return join([entry for entry in getattr(theirs, name) if entry not in gone], own)

    def newest_last(other: list[str], own: list[str]) -> list[str]:
        moved = own[_agreeing(base.history, own) :]
        return [entry for entry in other if entry not in moved] + moved

    return State(
        bot=scalar("bot"),
        last_conversation=scalar("last_conversation"),
        theme=scalar("theme"),
        favourites=listed("favourites", _both),
        recent=listed("recent", lambda other, own: _both(own, other))[:_RECENT],
        history=listed("history", newest_last)[-_HISTORY:],
    )


def _both(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Return the entries of both, each once, those of `first` first."""
    return list(dict.fromkeys([*first, *second]))


def _agreeing(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many entries both begin with."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
