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
    """Prompts sent, newest last; at most 200. On disk in a file of their own, `prompts.json`: they
    may be long, and TOML takes 10 ms to read 40 KB.
    """
    theme: str = ""
    """The theme chosen in the app; empty: that of the settings."""
    save_folder: str = ""
    """Where files of bots were last saved by choice; empty: where the settings say."""


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
        text = text.encode("utf-8", "replace").decode()  # a lone surrogate can't be written
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
                self._write(merged, theirs, unknown)
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
            found = tomllib.loads(self.path.read_text(encoding="utf-8"))
            state = msgspec.convert(found, State)
        except FileNotFoundError:
            found, state = {}, State()
        except ValueError as error:  # of tomllib, of UTF-8 and of msgspec
            self._set_aside(self.path, error)
            found, state = {}, State()
        try:
            state.history = msgspec.json.decode(self._prompts.read_bytes(), type=list[str])
        except FileNotFoundError:
            state.history = []
        except msgspec.MsgspecError as error:
            self._set_aside(self._prompts, error)
        return state, {k: v for k, v in found.items() if k not in State.__struct_fields__}

    @property
    def _prompts(self) -> Path:
        return self.path.with_name("prompts.json")

    def _write(self, state: State, on_disk: State, unknown: dict[str, Any]) -> None:
        """Write what differs from `on_disk`.

        The app saves it between two frames: that is no place to wait for a disk, and each file
        replaced costs up to 10 ms.
        """
        known, before = msgspec.to_builtins(state), msgspec.to_builtins(on_disk)
        prompts, prompts_before = known.pop("history"), before.pop("history")
        if known != before or not self.path.exists():
            import tomli_w

            write_private(self.path, tomli_w.dumps({**unknown, **known}).encode(), sync=False)
        if prompts != prompts_before:
            write_private(self._prompts, msgspec.json.encode(prompts), sync=False)

    def _set_aside(self, path: Path, error: Exception) -> None:
        aside = path.with_name(path.name + ".broken")
        os.replace(path, aside)
        self.problem = (
            f"{path} could not be understood, so what it remembered starts afresh. "
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
        save_folder=scalar("save_folder"),
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
