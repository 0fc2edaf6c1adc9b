"""The bots that a user can name: aliases, favourites, those used lately, and Poe's list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from poe_tui.chat.figures import BotFigures
from poe_tui.errors import StoreError
from poe_tui.services import Services

if TYPE_CHECKING:
    from poe_tui.bots import BotChoices


class Roster:
    """What names mean, and which bots come first. `say` tells what could not be remembered."""

    def __init__(self, services: Services, say: Callable[[str, str], None]) -> None:
        self._services = services
        self._say = say
        self._choices: BotChoices | None = None
        self._made_of: tuple[object, ...] = ()

    def called(self, name: str) -> str:
        """Return the bot that `name` stands for, spelt as it is known; else the name as it is."""
        meant = self._services.settings.bot_called(name)
        listed = self._services.catalog.find(meant)
        if listed is not None:
            return listed.name
        folded = meant.casefold()
        return next((known for known in self._used() if known.casefold() == folded), meant)

    def choices(self) -> BotChoices:
        """Return all of them to choose from; made again only when something has changed."""
        from poe_tui.bots import BotChoices

        bots, state = self._services.catalog.bots, self._services.state.state
        made_of = (id(bots), len(bots), tuple(state.favourites), tuple(state.recent))
        if self._choices is None or made_of != self._made_of:
            self._choices = BotChoices(
                bots, state.favourites, state.recent, self._services.settings.aliases
            )
            self._made_of = made_of
        return self._choices

    def figures_of(self, bot: str) -> BotFigures:
        """Return the user's own figures of `bot`."""
        return self._services.spending.figures.of(bot)

    @property
    def mention_context(self) -> str:
        """What a mentioned bot sees where nothing else has been chosen."""
        return self._services.settings.mention_context

    @property
    def favourites(self) -> list[str]:
        """The user's favourites."""
        return self._services.state.state.favourites

    @property
    def recent(self) -> list[str]:
        """Those used lately, the last one first."""
        return self._services.state.state.recent

    def _used(self) -> Iterator[str]:
        yield from self.favourites
        yield from self.recent

    # -- remembering ----------------------------------------------------------------------------

    def toggle_favourite(self, bot: str) -> None:
        """Make a bot a favourite, or no longer one."""
        self._remember(lambda: self._services.state.toggle_favourite(bot))

    def use(self, bot: str) -> None:
        """Remember that `bot` is used."""
        self._remember(lambda: self._services.state.use_bot(bot))

    def asked(self, bot: str, typed: str, *, leads: bool) -> None:
        """Remember that `bot` has been asked what was typed; `leads`: it is not only mentioned."""
        state = self._services.state
        self._remember(lambda: state.add_prompt(typed))
        if leads and (state.state.bot != bot or bot not in self.recent):
            self.use(bot)
        else:
            self.asked_once(bot)

    def asked_once(self, bot: str) -> None:
        """Remember that `bot` has been asked beside the one that leads the conversation."""
        if bot not in self.recent:
            self._services.state.state.recent = [bot, *self.recent]
            self._remember(self._services.state.save)

    def _remember(self, write: Callable[[], object]) -> None:
        try:
            write()
        except StoreError as error:
            self._say(f"{error.heading}. {error.explanation}", "warning")
