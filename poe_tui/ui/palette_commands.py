"""What the command palette offers: every action that can be done now, and the themes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Final, NamedTuple

from textual.actions import parse
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode
from textual.theme import BUILTIN_THEMES

from poe_tui.fuzzy import WORST, Match, match
from poe_tui.ui.command import Command
from poe_tui.ui.commands import COMMANDS
from poe_tui.ui.keymap import display, keys_for, keys_of

#: Cells of the palette in the style sheet, its frame included, and of frame and scroll bar alone.
_WIDTH: Final = 84
_FRAME: Final = 8


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
        found = [(fit, offer) for offer in self._offers() if (fit := match(query, offer.title))]
        floor = max((fit.score for fit, _ in found), default=0.0) * WORST
        for fit, offer in found:
            if fit.score >= floor:
                yield Hit(
                    fit.score,
                    self._shown(offer, fit),
                    self._doing(offer),
                    text=offer.title,
                    help=offer.help or None,
                )

    def _shown(self, offer: _Offer, found: Match | None) -> Content:
        """Return the title, what was matched in the accent, and the key at the right edge."""
        title = Content(offer.title)
        for at in found.offsets if found else ():
            title = title.stylize("bold $accent", at, at + 1)
        room = min(_WIDTH, self.app.size.width) - _FRAME - title.cell_length
        if not offer.key or room <= len(offer.key):
            return title
        return Content.assemble(title, (offer.key.rjust(room), "not bold $dim"))

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
