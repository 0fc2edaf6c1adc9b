"""Which key does what: the defaults of the command table, changed by the user's settings, checked.

Textual ignores an unknown id and takes any string for a key; what is wrong is found here instead,
and said in words. Nothing of Textual is imported before `bindings_for` is called.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from poe_tui.ui.command import Command, Where
from poe_tui.ui.commands import COMMANDS, commands_at

if TYPE_CHECKING:
    from textual.binding import Binding

#: What a terminal sends for another key, or not at all, and the key that tmux takes for itself.
FORBIDDEN: Final[Mapping[str, str]] = {
    "ctrl+i": "is Tab to a terminal",
    "ctrl+m": "is Enter to a terminal",
    "ctrl+h": "is Backspace to a terminal",
    "ctrl+[": "is Escape to a terminal",
    "ctrl+tab": "is not sent by terminals",
    "ctrl+b": "belongs to tmux",
}

#: The line-editing keys: free in the composer, so nothing that works anywhere may take them.
LINE_EDITING: Final = frozenset({"ctrl+a", "ctrl+e", "ctrl+k", "ctrl+u", "ctrl+w", "ctrl+d"})

#: Where the focus may be in a text box: a printable key would never arrive.
_TYPING: Final[frozenset[Where]] = frozenset({"app", "composer", "find", "picker"})

#: The one character that is no part of a bot's name, so that the picker can use it as a key.
NOT_IN_NAMES: Final = "*"

#: Stop here, leave there: the pane that has the focus decides what escape means.
_LAYERED: Final = frozenset({"escape"})

_MODIFIERS: Final = frozenset({"ctrl", "alt", "shift", "super", "meta", "hyper"})
_EDITING = ("enter", "escape", "tab", "space", "backspace", "delete", "insert")
_MOVING = ("home", "end", "pageup", "pagedown", "up", "down", "left", "right")
_NAMED: Final = frozenset((*_EDITING, *_MOVING, *(f"f{number}" for number in range(1, 25))))
#: Alone, these belong to whatever text box has the focus.
_IN_TEXT: Final = frozenset((*_MOVING, "backspace", "delete"))
#: What a box of one line has no use for.
_BESIDE: Final[Mapping[Where, frozenset[str]]] = {"find": frozenset({"up", "down"})}
_OTHER_NAMES: Final[Mapping[str, str]] = {
    "slash": "/",
    "backslash": "\\",
    "at": "@",
    "minus": "-",
    "plus": "+",
    "underscore": "_",
}
_GLYPHS: Final[Mapping[str, str]] = {
    "enter": "↵",
    "escape": "esc",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "delete": "del",
    "pageup": "pgup",
    "pagedown": "pgdn",
}


def canonical(key: str) -> str:
    """Return one key in one spelling: punctuation as its character, `ctrl+[`, modifiers sorted."""
    modifiers, base = _parts(key.strip())
    if len(base) > 1 and base not in _NAMED:
        base = _OTHER_NAMES.get(base) or _character(base) or base
    return "+".join([*sorted(modifiers), base])


def keys_of(keys: str) -> list[str]:
    """Return the keys of a comma-joined list, each in its one spelling."""
    return [canonical(key) for key in keys.split(",") if key.strip()]


def display(key: str, *, short: bool = False) -> str:
    """Return a key as people read it: `ctrl+o`, or `^o` where there is little room."""
    key = canonical(key)
    if not short:
        return "esc" if key == "escape" else key
    modifiers, base = _parts(key)
    if modifiers == {"ctrl"}:
        return "^" + _GLYPHS.get(base, base)
    return "+".join([*sorted(modifiers), _GLYPHS.get(base, base)])


def keys_for(command: Command, keymap: Mapping[str, str]) -> str:
    """Return the keys of a command under the user's `keymap`, comma-joined; empty for none."""
    return keymap.get(command.id, command.keys)


def bindings_for(where: Where) -> list[Binding]:
    """Return the Textual bindings of one place, with ids, so that `App.set_keymap` can change them.

    Commands without a default key have no binding: Textual has no binding without a key.
    """
    from textual.binding import Binding

    return [
        Binding(
            command.keys,
            command.action,
            command.verb or command.title,
            show=bool(command.verb),
            priority=command.priority,
            tooltip=command.description or command.title,
            id=command.id,
        )
        for command in commands_at(where)
        if command.keys
    ]


def keymap_for(
    chosen: Mapping[str, str], send_key: str = "enter"
) -> tuple[dict[str, str], list[str]]:
    """Return the keymap for `App.set_keymap`, and what is wrong with the user's choice, in words.

    `chosen` is `Settings.keys`: keys by action id. A choice that is wrong is left out, so that the
    default goes on working; the others count. `send_key` is `enter` or `ctrl+enter`.
    """
    known = {command.id: command for command in COMMANDS}
    accepted: dict[str, str] = {}
    problems: list[str] = []
    for command_id, keys in chosen.items():
        if command_id not in known:
            problems.append(_unknown(command_id, known))
        elif wrong := [*_faults(known[command_id], keys)]:
            problems.extend(f"{command_id}: {fault}" for fault in wrong)
        else:
            accepted[command_id] = keys
    while refused := _first_collision(accepted, sending(send_key)):
        command_id, fault = refused
        problems.append(f"{command_id}: {fault}")
        del accepted[command_id]
    return {**sending(send_key), **accepted}, problems


def sending(send_key: str) -> dict[str, str]:
    """Return the keymap that `send_key` asks for; empty for the default, where enter sends.

    Many terminals send ctrl+j for ctrl+enter, so both of them send then.
    """
    if send_key == "ctrl+enter":
        return {
            "composer.send": "ctrl+enter,ctrl+j,alt+enter",
            "composer.newline": "enter,shift+enter",
        }
    return {}


def collisions(keymap: Mapping[str, str]) -> list[str]:
    """Return, in words, every key that two commands want at the same time under `keymap`."""
    found: list[str] = []
    for index, command in enumerate(COMMANDS):
        others = COMMANDS[index + 1 :]
        found.extend(
            f"{command.id}: {fault}"
            for fault in _collisions(command, keys_for(command, keymap), keymap, others)
        )
    return found


def faults(keymap: Mapping[str, str]) -> list[str]:
    """Return, in words, every key of `keymap` or the defaults that can't work where it is bound."""
    return [
        f"{command.id}: {fault}"
        for command in COMMANDS
        if (keys := keys_for(command, keymap))
        for fault in _faults(command, keys)
    ]


def _parts(key: str) -> tuple[frozenset[str], str]:
    if key == "+" or key.endswith("++"):
        return frozenset(part for part in key[:-1].split("+") if part), "+"
    *modifiers, base = key.split("+")
    return frozenset(modifiers), base


def _character(name: str) -> str:
    try:
        character = unicodedata.lookup(name.replace("_", " ").upper())
    except KeyError:
        return ""
    return character if character.isprintable() and not character.isspace() else ""


def _first_collision(
    accepted: Mapping[str, str], ground: Mapping[str, str]
) -> tuple[str, str] | None:
    """Return the first of the user's choices that takes a key from another command, and how.

    All choices are looked at together: two commands may swap their keys.
    """
    keymap = {**ground, **accepted}
    for candidate in COMMANDS:
        if candidate.id in accepted:
            for fault in _collisions(candidate, accepted[candidate.id], keymap):
                return candidate.id, fault
    return None


def _unknown(command_id: str, known: Iterable[str]) -> str:
    nearest = difflib.get_close_matches(command_id, known, n=1)
    hint = f"; did you mean {nearest[0]}?" if nearest else "; `poe-tui keys` lists them."
    return f"{command_id}: there is no action of that name{hint}"


def _faults(command: Command, keys: str) -> Iterable[str]:
    spelt = keys_of(keys)
    if not spelt:
        yield "no key is given; leave the line out to keep the default"
    for key in spelt:
        modifiers, base = _parts(key)
        if not modifiers <= _MODIFIERS or (len(base) != 1 and base not in _NAMED):
            yield f"`{key}` is not a key; write for example ctrl+t, alt+up or f5"
        elif key in FORBIDDEN:
            yield f"{key} {FORBIDDEN[key]}; choose another key"
        elif command.where in _TYPING and key in LINE_EDITING:
            yield f"{key} edits the line you write; choose another key"
        elif command.where in _TYPING and key in _IN_TEXT - _BESIDE.get(command.where, frozenset()):
            yield f"`{key}` moves or deletes in the text you write; add ctrl or alt"
        elif _is_typed(key, command.where):
            yield f"`{key}` would be typed into the text box; add ctrl or alt"


def _is_typed(key: str, where: Where) -> bool:
    """Say whether a text box at that place takes the key for a character."""
    modifiers, base = _parts(key)
    if where == "picker" and base == NOT_IN_NAMES:
        return False
    return where in _TYPING and not modifiers - {"shift"} and (len(base) == 1 or base == "space")


def _collisions(
    command: Command,
    keys: str,
    keymap: Mapping[str, str],
    others: Iterable[Command] = COMMANDS,
) -> Iterable[str]:
    mine = set(keys_of(keys)) - _LAYERED
    for other in others:
        if other.id == command.id or not _meet(command.where, other.where):
            continue
        for key in sorted(mine & set(keys_of(keys_for(other, keymap)))):
            yield f"{display(key)} is already taken by {other.id} ({other.title})"


def _meet(one: Where, other: Where) -> bool:
    """Say whether a key press can reach both places. A picker lies over everything else."""
    if "picker" in (one, other):
        return one == other
    return one == other or "app" in (one, other)
