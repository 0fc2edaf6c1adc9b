"""The app: what is there before, behind and after the main screen."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen
from textual.theme import Theme
from textual.worker import Worker, WorkerState

from poe_tui.errors import KeyMissing, PoeTuiError, ReplyError
from poe_tui.services import Services
from poe_tui.ui.account import Books
from poe_tui.ui.chats import in_words
from poe_tui.ui.consent import Consent
from poe_tui.ui.gate import Gate
from poe_tui.ui.keymap import keymap_for
from poe_tui.ui.leaving import Leaving
from poe_tui.ui.palette import Palette
from poe_tui.ui.replies import Work
from poe_tui.ui.saving import Downloads
from poe_tui.ui.screens.main import MainScreen
from poe_tui.ui.shelf import Shelf
from poe_tui.ui.themes import ThemeProblem, load_themes, textual_theme, theme_variables
from poe_tui.ui.type_ahead import TypeAhead

#: Seconds between two looks at the balance while nothing is asked.
_BALANCE_EVERY: Final = 300.0
#: Seconds between two looks at what other windows have written; two stats when there is nothing.
_DISK_EVERY: Final = 2.0

if TYPE_CHECKING:
    from poe_tui.ui.screens.bot_picker import BotPicker

_log: Final = logging.getLogger("poe_tui")


class PoeTuiApp(App[None]):
    """poe-tui on screen. Everything slow is begun after the first frame."""

    TITLE = "poe-tui"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="app.quit"),
        Binding("ctrl+c", "copy_or_stop", "Stop", show=False, system=True, id="copy_or_stop"),
    ]
    ENABLE_COMMAND_PALETTE = False  # ours is `CommandPicker`
    PAUSE_GC_ON_SCROLL = True

    def __init__(
        self,
        services: Services,
        *,
        bot: str = "",
        conversation: str = "",
        prompt: str = "",
        theme: str = "",
        start_demo: Callable[[], Awaitable[Services]] | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        """Show `conversation` (its id), or a new one; `prompt` is sent at once.

        `bot` and `theme` win over what is remembered and set. `start_demo` gives the services of a
        demo, for a newcomer without a key; None means that none is offered. `clock` says what time
        it is, in UTC; None for the clock of the machine.
        """
        self.services = services
        self.palettes, self._theme_problems = self._read_themes(services)
        self._clock = clock
        self._start_demo = start_demo
        self._wished = {"bot": bot, "conversation": conversation, "prompt": prompt}
        self.leaving = Leaving(self)
        self.type_ahead = TypeAhead(self, super().on_event)
        self.type_ahead.opening(self, longest=None)
        self.crash: Exception | None = None
        """What nobody expected and ended the app; None while all is well."""
        self._main: MainScreen | None = None
        self.consent = Consent(self, lambda: self.books.account.points, self.say)
        self.books: Books
        """What replies cost, and what is left; there from the first screen on."""
        self.shelf: Shelf
        """The conversations on disk; there from the first screen on."""
        self._themes = {name: textual_theme(self.palettes[name]) for name in self.palettes}
        self._set_first_theme(theme or services.state.state.theme or services.settings.theme)
        super().__init__()
        for known in self._themes.values():
            self.register_theme(known)
        self.keymap, self._key_problems = keymap_for(
            services.settings.keys, services.settings.send_key
        )
        self.set_keymap(self.keymap)

    # -- how it looks ---------------------------------------------------------------------------

    @staticmethod
    def _read_themes(services: Services) -> tuple[dict[str, Palette], list[ThemeProblem]]:
        return load_themes(services.paths.themes)

    @property
    def palette(self) -> Palette:
        """The colours in use; those of `night` under a theme that is not ours."""
        return self.palettes.get(self.theme) or self.palettes["night"]

    @property
    def current_theme(self) -> Theme:
        # Textual asks at each line it draws, and would copy the dict of all themes twice.
        return self._themes.get(self.theme) or super().current_theme

    def _set_first_theme(self, name: str) -> None:
        self._unknown_theme = "" if name in self.palettes else name
        # Not as a change, before Textual has read a style sheet: a change has it read all again.
        self.set_reactive(App.theme, name if name in self.palettes else "night")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return theme_variables(self.palettes["night"])

    def _theme_changed(self, theme: Theme) -> None:
        screen = self.main_screen
        if screen is not None:
            screen.set_palette(self.palette)
        state = self.services.state
        if state.state.theme != theme.name:
            state.state.theme = theme.name
            self._remember_state()

    def _remember_state(self) -> None:
        try:
            self.services.state.save()
        except PoeTuiError as error:
            self.say(in_words(error), "warning")

    # -- the clock ------------------------------------------------------------------------------

    def now(self) -> datetime:
        """Return the present moment, in UTC: ages on screen are counted from it."""
        return self._clock() if self._clock is not None else datetime.now(UTC)

    # -- starting -------------------------------------------------------------------------------

    def get_default_screen(self) -> Screen[None]:
        return self._new_main_screen()

    def _new_main_screen(self) -> MainScreen:
        state, settings = self.services.state.state, self.services.settings
        self.books = Books(
            self.services, launch=self._launch, now=self.now, screen=lambda: self.main_screen
        )
        self.shelf = Shelf(
            self.services, run=self._run, screen=lambda: self.main_screen, say=self.say
        )
        self._main = MainScreen(
            self.services,
            gate=Gate(self.services, launch=self._launch, asker=self.consent),
            launch=self._launch,
            ended=Downloads(
                self.services, launch=self._launch, say=self.say, then=self.books.reply_ended
            ).reply_ended,
            now=self.now,
            bot=self._wished["bot"] or state.bot or settings.bot_called(settings.bot),
            palette=self.palette,
            keymap=self.keymap,
            type_ahead=self.type_ahead,
        )
        return self._main

    @property
    def main_screen(self) -> MainScreen | None:
        """The main screen, whatever lies over it; None before it is there, and after."""
        # Textual takes the screen apart from within: while that goes on, parts of it are missing.
        there = self._main is not None and self._main.ready and self.is_running
        return self._main if there else None

    def _launch(self, work: Work, group: str) -> Worker[None]:
        return self.run_worker(
            work, name=group, group=group, description=group, exit_on_error=False
        )

    def _run(self, work: Work, group: str) -> Worker[None]:
        """Run `work` beside everything else; another of its group that still runs is given up."""
        return self.run_worker(
            work, name=group, group=group, description=group, exclusive=True, exit_on_error=False
        )

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, self._theme_changed)
        self.screen_change_signal.subscribe(self, self._screen_changed, immediate=True)
        if not self.is_headless:
            self.leaving.listen()
        self.set_interval(_BALANCE_EVERY, self.look_at_balance)
        self.set_interval(_DISK_EVERY, self.look_at_disk)

    def on_main_screen_ready(self) -> None:
        self.call_after_refresh(self._begin)

    async def on_event(self, event: events.Event) -> None:
        await self.type_ahead.take(event)

    def _screen_changed(self, screen: Screen[Any]) -> None:
        if self.main_screen is not None:
            self.type_ahead.on_screen(screen)

    def _begin(self) -> None:
        for problem in self._problems():
            self.say(problem, "warning")
        self._run(self._read_conversations, "conversations")
        self._run(self._meet_poe, "poe")

    def _problems(self) -> list[str]:
        found = [f"Theme {problem}" for problem in self._theme_problems]
        found += [f"Keys: {problem}" for problem in self._key_problems]
        if self._unknown_theme:
            found.append(
                f"There is no theme “{self._unknown_theme}”. There are: {', '.join(self.palettes)}."
            )
        if self.services.state.problem:
            found.append(self.services.state.problem)
        return found

    async def _read_conversations(self) -> None:
        screen = self.main_screen
        if screen is None:
            return
        try:
            self._grant_wishes(screen)
        finally:
            self.type_ahead.opened(self)
        await self.shelf.list()
        await self.shelf.tidy()

    def _grant_wishes(self, screen: MainScreen) -> None:
        if self._wished["conversation"]:
            screen.open_conversation(self._wished["conversation"])
            if self._wished["bot"]:
                screen.use_bot(self._wished["bot"])
        if self._wished["prompt"]:
            screen.pane.ask(self._wished["prompt"])
        self._wished = dict.fromkeys(self._wished, "")

    def on_app_focus(self) -> None:
        """Look at once: a person has come back from somewhere, perhaps from another window."""
        self.look_at_disk()

    def look_at_disk(self) -> None:
        """Take in what another window, or a sync tool, has written meanwhile."""
        if not self.leaving.begun:
            self.shelf.look()

    async def _meet_poe(self) -> None:
        """Find the key, and ask for the balance and the list of bots, which needs no key."""
        services = self.services
        await asyncio.to_thread(services.catalog.load)
        try:
            key = await asyncio.to_thread(services.keys.find)
        except KeyMissing as error:
            self.say(in_words(error), "error")
        else:
            if key is None and not services.demo:
                await self._welcome()
                return
            self.look_at_balance()
        try:
            await services.catalog.refresh()
        except ReplyError as error:
            _log.info("the list of bots could not be refreshed: %s", error.heading)
        for screen in self.screen_stack:
            if callable(update := getattr(screen, "update_bots", None)):
                update(services.catalog.bots)

    # -- the key --------------------------------------------------------------------------------

    async def _welcome(self) -> None:
        from poe_tui.ui.screens.onboarding import Onboarding

        chosen = await self.push_screen_wait(
            Onboarding(
                self.services.usage.balance,
                self.services.keys.remember,
                can_demo=self._start_demo is not None and not self.services.demo,
            )
        )
        if chosen == "demo" and self._start_demo is not None:
            await self._go_to(await self._start_demo())
        elif chosen == "key":
            self._run(self._meet_poe, "poe")

    async def _go_to(self, services: Services) -> None:
        """Go on with other services, on a main screen of their own."""
        screen = self.main_screen
        if screen is not None:
            await screen.put_away()
        self.books.close()
        await self.services.client.aclose()
        self.services = services
        # On top of the old one: Textual can't switch away from its first screen.
        await self.push_screen(self._new_main_screen())

    def on_bot_picker_favourite_toggled(self, event: BotPicker.FavouriteToggled) -> None:
        if self.main_screen is not None:
            self.main_screen.toggle_favourite(event.bot)

    def on_bot_picker_parameters_wanted(self, event: BotPicker.ParametersWanted) -> None:
        if self.main_screen is not None:
            self.main_screen.edit_parameters(event.bot)

    def on_main_screen_key_wanted(self) -> None:
        self._run(self._welcome, "key")

    # -- points ---------------------------------------------------------------------------------

    def action_usage(self) -> None:
        self.push_screen(self.books.usage_screen())

    def action_caps(self) -> None:
        self._launch(partial(self.consent.change_caps, self.services.spending.budget), "caps")

    def look_at_balance(self) -> None:
        """Ask for the points that are left, beside everything else."""
        if not self.leaving.begun:
            self._run(self.books.look, "balance")

    # -- saying and stopping --------------------------------------------------------------------

    def say(self, text: str, severity: str = "information") -> None:
        """Show a notice in the status line of the main screen."""
        screen = self.main_screen
        if screen is not None:
            screen.say(text, severity)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            _log.error("in %s", event.worker.description, exc_info=error)
            said = in_words(error) if isinstance(error, PoeTuiError) else type(error).__name__
            self.say(f"That went wrong ({event.worker.description}): {said}", "error")

    def action_copy_or_stop(self) -> None:
        screen = self.main_screen
        if screen is not None:
            screen.stop_or_hint()

    async def action_quit(self) -> None:
        await self.leaving.leave()

    def get_driver_class(self) -> type[Driver]:
        """Return Textual's driver, made fit for a terminal that goes away while we draw."""
        usual = super().get_driver_class()
        if usual.__name__ != "LinuxDriver":
            return usual
        from poe_tui.ui.driver import TerminalDriver

        return TerminalDriver

    def _fatal_error(self) -> None:
        """End without Textual's traceback, which prints variables, and so perhaps the key."""
        self.crash = self._exception
        self._close_messages_no_wait()

    def terminal_gone(self) -> None:
        """Save everything and leave: nobody can see or type anything any more."""
        self.leaving.soon()
