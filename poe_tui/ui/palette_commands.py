"""What the command palette offers: every action that can be done now, and the themes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import NamedTuple

from textual.actions import parse
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode
from textual.theme import BUILTIN_THEMES

from poe_tui.ui.commands import COMMANDS, Command
from poe_tui.ui.fuzzy import Match, match
from poe_tui.ui.keymap import display, keys_for, keys_of


class _Offer(NamedTuple):
    """An action and how it is shown. `node` is where it is done; None: it is a theme's name."""

    title: str
    key: str
    help: str
    node: DOMNode | None
    action: str


class PoeTuiCommands(Provider):
    """Offers the actions of the calling screen, each with its key.

    An action is done on the screen or the app, else on the node that carries its binding. One that
    none of them has, or that its node says it can't do now, is left out. Themes are those that the
    app has registered beside Textual's own.
    """

    async def discover(self) -> Hits:
        for offer in self._offers():
            yield DiscoveryHit(
                self._shown(offer, None),
                self._doing(offer),
                text=offer.title,
                help=offer.help or None,
            )

    async def search(self, query: str) -> Hits:
        for offer in self._offers():
            found = match(query, offer.title)
            if found is not None:
                yield Hit(
                    found.score,
                    self._shown(offer, found),
                    self._doing(offer),
                    text=offer.title,
                    help=offer.help or None,
                )

    def _shown(self, offer: _Offer, found: Match | None) -> Content:
        title = Content(offer.title)
        for at in found.offsets if found else ():
            title = title.stylize("bold $accent", at, at + 1)
        return Content.assemble(title, (f"   {offer.key}", "not bold $dim")) if offer.key else title

    def _doing(self, offer: _Offer) -> Callable[[], Awaitable[None]]:
        async def do() -> None:
            if offer.node is None:
                self.app.theme = offer.action
            else:
                await self.app.run_action(offer.action, offer.node)

        return do

    def _offers(self) -> Iterator[_Offer]:
        keymap = self.app._keymap
        for command in COMMANDS:
            node = self._node_for(command) if command.in_palette else None
            if node is not None and _can(node, command.action):
                keys = keys_of(keys_for(command, keymap))
                yield _Offer(
                    command.title,
                    display(keys[0]) if keys else "",
                    command.description,
                    node,
                    command.action,
                )
        yield from self._themes()

    def _themes(self) -> Iterator[_Offer]:
        for name in self.app.available_themes:
            if name not in BUILTIN_THEMES and name != self.app.theme:
                yield _Offer(f"Theme: {name}", "", "", None, name)

    def _node_for(self, command: Command) -> DOMNode | None:
        method = f"action_{parse(command.action)[1]}"
        owners: tuple[DOMNode, ...] = (self.screen, self.app)
        bearers = (node for node in self.screen.walk_children() if _binds(node, command.id))
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
