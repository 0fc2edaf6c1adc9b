"""What the status line teaches: the keys that do something where the focus is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from poe_tui.ui.commands import COMMANDS
from poe_tui.ui.keymap import display, keys_for, keys_of

Focus = Literal[
    "composer", "attachments", "transcript", "selecting", "find", "found", "conversations", "bots"
]

#: The ids of the widgets that can have the focus.
PANES: Final[tuple[Focus, ...]] = (
    "composer",
    "attachments",
    "transcript",
    "find",
    "conversations",
    "bots",
)

#: Keys that are always the same, and in no table.
_FIXED: Final[Mapping[str, str]] = {
    "sidebar.open": "enter",
    "attachments.remove": "delete",
    "attachments.leave": "enter",
    "selecting.move": "arrows",
    "selecting.words": "w",
    "selecting.copy": "y",
    "selecting.leave": "escape",
}

_AGAIN: Final = ("transcript.regenerate", "again")

_SHOWN: Final[Mapping[Focus, Sequence[tuple[str, str]]]] = {
    "composer": (
        ("composer.send", "send"),
        ("composer.newline", "newline"),
        ("bot.switch", "bot"),
        ("conversation.new", "new"),
        ("palette.open", "commands"),
        ("help.open", "help"),
    ),
    "attachments": (
        ("attachments.remove", "remove the file"),
        ("attachments.leave", "back to writing"),
        ("composer.attach", "attach another"),
        ("help.open", "help"),
    ),
    "transcript": (
        ("transcript.copy_message", "copy"),
        ("transcript.copy_code", "code"),
        ("transcript.edit", "edit"),
        _AGAIN,
        ("help.open", "help"),
        ("transcript.select", "select"),
        ("find.open", "find"),
        ("pane.next", "next pane"),
    ),
    "selecting": (
        ("selecting.copy", "copy"),
        ("selecting.move", "move"),
        ("selecting.words", "by words"),
        ("selecting.leave", "leave"),
        ("help.open", "help"),
    ),
    "find": (
        ("find.accept", "go"),
        ("find.next", "next"),
        ("find.previous", "previous"),
        ("find.close", "clear"),
        ("help.open", "help"),
    ),
    "found": (
        ("transcript.find_next", "next"),
        ("transcript.find_previous", "previous"),
        ("transcript.leave", "clear"),
        ("transcript.copy_message", "copy"),
        ("transcript.copy_code", "code"),
        ("help.open", "help"),
    ),
    "conversations": (
        ("sidebar.open", "open"),
        ("sidebar.rename", "rename"),
        ("sidebar.pin", "pin"),
        ("sidebar.delete", "delete"),
        ("conversation.new", "new"),
        ("help.open", "help"),
    ),
    "bots": (
        ("sidebar.open", "use"),
        ("bot.switch", "all bots"),
        ("pane.next", "next pane"),
        ("help.open", "help"),
    ),
}


#: Where escape leaves something else first.
_ESCAPE_IS_THEIRS: Final = frozenset({"find", "found", "selecting"})


def key_of(command_id: str, keymap: Mapping[str, str], *, short: bool = True) -> str:
    """Return the first key of a command as it is shown; empty for one that has none."""
    if command_id in _FIXED:
        return display(_FIXED[command_id], short=short)
    command = next((each for each in COMMANDS if each.id == command_id), None)
    keys = keys_of(keys_for(command, keymap)) if command is not None else []
    return display(keys[0], short=short) if keys else ""


def verbs(
    focus: Focus,
    *,
    streaming: bool,
    editing: bool,
    keymap: Mapping[str, str],
    price_again: str = "",
) -> list[tuple[str, str]]:
    """Return keys and their verbs, the most important first.

    `streaming` is about the conversation on screen: enter queues then, and escape stops.
    `price_again` is what asking again would cost, empty while that is unknown.
    """
    shown = list(_SHOWN[focus])
    if price_again and _AGAIN in shown:
        shown[shown.index(_AGAIN)] = (_AGAIN[0], f"{_AGAIN[1]} {price_again}")
    if editing and focus == "composer":
        shown[0] = ("composer.send", "send the edit")
        shown.insert(1, ("reply.stop", "leave as it was"))
    elif streaming and focus not in _ESCAPE_IS_THEIRS:
        if focus == "composer":
            shown[0] = ("composer.send", "queue")
        shown.insert(3 if focus == "composer" else 0, ("reply.stop", "stop"))
    return [(key, verb) for name, verb in shown if (key := key_of(name, keymap))]
