"""The keys as lists to read: for the help screen, the README and `poe-tui keys`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from poe_tui.ui.command import PLACES, Command, Where
from poe_tui.ui.commands import commands_at
from poe_tui.ui.keymap import display, keys_for, keys_of

_NONE: Final[Mapping[str, str]] = {}


class KeyRow(NamedTuple):
    """One line: `keys` as people read them (empty: only in the palette), what they do, and more."""

    keys: str
    title: str
    description: str = ""


class HelpSection(NamedTuple):
    """The keys of one place."""

    title: str
    rows: tuple[KeyRow, ...]


def key_rows(where: Where, keymap: Mapping[str, str] = _NONE) -> list[KeyRow]:
    """Return the lines of one place; a run of numbered commands is one line, `alt+1 … alt+9`."""
    rows: list[KeyRow] = []
    series: list[Command] = []
    for command in commands_at(where):
        if command.series:
            series.append(command)
            continue
        if series:
            rows.append(_series_row(series, keymap))
            series = []
        rows.append(KeyRow(_shown(command, keymap), command.title, command.description))
    if series:
        rows.append(_series_row(series, keymap))
    return rows


def help_sections(first: Where = "app", keymap: Mapping[str, str] = _NONE) -> list[HelpSection]:
    """Return every place with its keys, that of the focus first."""
    order = sorted(PLACES, key=lambda where: where != first)
    return [
        HelpSection(PLACES[where], tuple(rows))
        for where in order
        if (rows := key_rows(where, keymap))
    ]


def key_table() -> str:
    """Return the default keys as a Markdown table, for the README."""
    lines = ["| key | where | does |", "|---|---|---|"]
    for where, place in PLACES.items():
        lines += [
            f"| {_cell(row.keys)} | {place.lower()} | {_cell(_sentence(row))} |"
            for row in key_rows(where)
            if row.keys
        ]
    return "\n".join(lines) + "\n"


def _shown(command: Command, keymap: Mapping[str, str]) -> str:
    return ", ".join(display(key) for key in keys_of(keys_for(command, keymap)))


def _series_row(series: list[Command], keymap: Mapping[str, str]) -> KeyRow:
    shown = [_shown(command, keymap) for command in series]
    return KeyRow(f"{shown[0]} … {shown[-1]}", series[0].series)


def _sentence(row: KeyRow) -> str:
    return f"{row.title}. {row.description}" if row.description else row.title


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")
