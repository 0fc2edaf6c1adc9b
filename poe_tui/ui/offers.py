"""What the command palette offers: every action that can be done now, and the themes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from textual.actions import parse
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES

from poe_tui.ui.command import Command
from poe_tui.ui.commands import COMMANDS
from poe_tui.ui.keymap import display, keys_for, keys_of


class Offer(NamedTuple):
    """Something that can be done: its title, its key (empty without one), and more about it."""

    title: str
    key: str
    description: str
    do: Callable[[], Awaitable[object]]


def offers(screen: Screen[Any], keymap: Mapping[str, str]) -> Iterator[Offer]:
    """Return what can be done on `screen` now, in the order of the help, then the themes.

    An action is done on the screen or the app, else on the node that carries its binding. One that
    none of them has, or that its node says it can't do now, is left out. Themes are those that the
    app has registered beside Textual's own, but for the one in use.
    """
    for command in COMMANDS:
        node = _node_for(command, screen) if command.in_palette else None
        if node is not None and _can(node, command.action):
            keys = keys_of(keys_for(command, keymap))
            yield Offer(
                command.title,
                display(keys[0]) if keys else "",
                command.description,
                partial(screen.app.run_action, command.action, node),
            )
    for name in screen.app.available_themes:
        if name not in BUILTIN_THEMES and name != screen.app.theme:
            yield Offer(f"Theme: {name}", "", "", partial(_use_theme, screen.app, name))


async def _use_theme(app: App[Any], name: str) -> None:
    app.theme = name


def _node_for(command: Command, screen: Screen[Any]) -> DOMNode | None:
    method = f"action_{parse(command.action)[1]}"
    owners: tuple[DOMNode, ...] = (screen, screen.app)
    bearers = (node for node in screen.walk_children() if _binds(node, command.id))
    return next((node for node in (*owners, *bearers) if hasattr(node, method)), None)


def _binds(node: DOMNode, command_id: str) -> bool:
    return any(
        isinstance(binding, Binding) and binding.id == command_id
        for kind in type(node).__mro__
        for binding in vars(kind).get("BINDINGS", ())
    )


def _can(node: DOMNode, action: str) -> bool:
    _, name, parameters = parse(action)
    return node.check_action(name, parameters) is True
