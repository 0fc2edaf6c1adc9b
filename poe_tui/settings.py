"""Settings: what the user chooses, in config.toml, in the environment and on the command line."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import msgspec

from poe_tui.errors import UsageError


class Settings(msgspec.Struct, kw_only=True, frozen=True):
    """What a user can choose. The text under a field is its manual, for README and app alike."""

    theme: str = "night"
    """The theme's name: night, day, or one of your own in themes/*.toml of the config directory."""
    bot: str = "Claude-Sonnet-4.5"
    """The bot of a new conversation, until you have used another."""
    send_key: Literal["enter", "ctrl+enter"] = "enter"
    """`enter` or `ctrl+enter`: the key that sends. The other one makes a new line."""
    api_key_command: str = ""
    """A command that prints your Poe key, for example `pass show poe`."""
    base_url: str = "https://api.poe.com"
    """Where Poe is. Your key is sent there: https, or http on this machine alone."""
    upload_url: str = "https://www.quora.com/poe_api"
    """Where files are uploaded to. Your key is sent there too."""
    silent_after: Annotated[float, msgspec.Meta(gt=0)] = 20.0
    """Seconds without any text after which a reply is called silent. It is not stopped."""
    give_up_after: Annotated[float, msgspec.Meta(gt=0)] = 600.0
    """Seconds without any text after which a silent reply is given up."""
    wait_when_limited: Annotated[float, msgspec.Meta(ge=0)] = 180.0
    """Seconds a request may wait, in all, when Poe says that there were too many. 0: not at all."""
    confirm_over: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Points. You are asked before a prompt that is expected to cost more. 0: never."""
    session_cap: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Points that one run of poe-tui may spend; beyond that nothing is sent. 0: no limit."""
    daily_cap: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Points that all runs of poe-tui may spend in a day. 0: no limit."""
    images: Literal["never", "ask", "always"] = "ask"
    """Pictures that bots send: fetched and shown by a key (`ask`), by themselves, or not at all."""
    image_limit: Annotated[float, msgspec.Meta(gt=0, le=50)] = 20.0
    """Megabytes. A larger picture is not fetched."""
    downloads: str = ""
    """A folder in which the files of every answer are saved as it ends, for their links expire."""
    mention_context: Annotated[
        str, msgspec.Meta(pattern=r"^(all|since_switch|last_(0|[1-9]\d{0,3}))$")
    ] = "all"
    """What a bot asked by `@Bot` gets to see: `all`, `since_switch`, or the `last_3` prompts."""
    sidebar_width: Annotated[int, msgspec.Meta(ge=16, le=80)] = 30
    """Cells, from 16 to 80."""
    keys: dict[str, str] = {}
    """Your keys, by action: `conversation.new = "ctrl+t"`. `poe-tui keys` lists the actions."""
    aliases: dict[str, str] = {}
    """Short names of bots: `c = "Claude-Sonnet-4.5"` makes `-b c` and `@c` ask it."""

    def bot_called(self, name: str) -> str:
        """Return the bot that `name` stands for: that of the alias, else the name as it is."""
        folded = name.strip().casefold()
        aliases = {alias.casefold(): bot for alias, bot in self.aliases.items()}
        return aliases.get(folded) or name.strip()


ENVIRONMENT: Final = {"base_url": "POE_TUI_BASE_URL", "upload_url": "POE_TUI_UPLOAD_URL"}
"""The settings that the environment can set, and by which variable."""

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_ALLOWED: Final = {
    "send_key": 'either "enter" or "ctrl+enter"',
    "silent_after": "a number of seconds above 0",
    "give_up_after": "a number of seconds above 0",
    "wait_when_limited": "a number of seconds, or 0",
    "confirm_over": "a whole number of points, or 0",
    "session_cap": "a whole number of points, or 0",
    "daily_cap": "a whole number of points, or 0",
    "images": 'either "never", "ask" or "always"',
    "image_limit": "a number of megabytes above 0, 50 at most",
    "mention_context": 'either "all", "since_switch" or "last_" and a number, such as "last_3"',
    "sidebar_width": "a whole number from 16 to 80",
    "keys": 'a table of actions and keys, such as conversation.new = "ctrl+t"',
    "aliases": 'a table of short names and bots, such as c = "Claude-Sonnet-4.5"',
}


def load_settings(path: Path, *, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings: `overrides` (command line) over environment over `path` over defaults.

    A missing file means the defaults. Raises UsageError for a file or value that can't be
    understood, naming file, key and what is allowed.
    """
    values: dict[str, Any] = {}
    for origin, chosen in _sources(path, overrides):
        values.update({name: _checked(name, value, origin) for name, value in chosen.items()})
    return Settings(**values)


def where_from(path: Path, *, overrides: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Return, for each setting, where its value comes from.

    That is "default", "command line", or the name of the file or the variable.
    """
    origins = dict.fromkeys(Settings.__struct_fields__, "default")
    for origin, chosen in _sources(path, overrides):
        origins.update(dict.fromkeys(chosen, origin))
    return origins


def _sources(
    path: Path, overrides: Mapping[str, Any] | None
) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the places that settings come from, the last one winning."""
    sources: list[tuple[str, Mapping[str, Any]]] = [(str(path), _read(path))]
    for name, variable in ENVIRONMENT.items():
        # What the command line overrules is not even looked at: the demo's addresses overrule both.
        if os.environ.get(variable) and name not in (overrides or {}):
            sources.append((variable, {name: os.environ[variable]}))
    sources.append(("command line", overrides or {}))
    return sources


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path} is not valid TOML: {error}.",
            hint="Correct it, or move it away to start afresh.",
        ) from None


def _checked(name: str, value: Any, origin: str) -> Any:
    """Return `value` as the setting `name` takes it; raises UsageError in words."""
    if name not in Settings.__struct_fields__:
        raise UsageError(
            f"{origin} has {name!r}, which is no setting of poe-tui.", hint=_nearest(name)
        )
    if name in ("keys", "aliases") and isinstance(value, dict):
        value = _flat(value)
    try:
        value = getattr(msgspec.convert({name: value}, Settings), name)
    except msgspec.ValidationError:
        allowed = _ALLOWED.get(name, "a text in quotes")
        raise UsageError(f"{origin}: {name} must be {allowed}, not {value!r}.") from None
    return _address(name, value, origin) if name in ENVIRONMENT else value


def _nearest(name: str) -> str:
    """Return a hint that names the setting most like `name`, or all of them."""
    import difflib

    known = Settings.__struct_fields__
    nearest = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {nearest[0]!r}?" if nearest else f"There are: {', '.join(known)}."


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return `table` with the dotted names that TOML took apart put together again."""
    flat: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat.update(_flat(value, f"{prefix}{name}."))
        else:
            flat[prefix + name] = value
    return flat


def _address(name: str, value: str, origin: str) -> str:
    """Return an address without its last slash; no address to which the key would go in clear."""
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    plain = parts.scheme == "http" and host in _LOOPBACK
    if not host or parts.query or parts.fragment or "@" in parts.netloc:
        raise UsageError(
            f"{origin}: {name} must be an address such as {getattr(Settings(), name)}, "
            f"not {value!r}."
        )
    if parts.scheme != "https" and not plain:
        raise UsageError(
            f"{origin}: {name} must begin with https://, not {value!r}: your key is sent there. "
            "http:// is for this machine alone (127.0.0.1, ::1, localhost)."
        )
    return value.rstrip("/")
