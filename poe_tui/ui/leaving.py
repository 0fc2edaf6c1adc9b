"""Leaving the app in good order, however it ends: by key, by a signal, with its terminal."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING

from poe_tui.errors import PoeTuiError
from poe_tui.ui.rescue import rescue

if TYPE_CHECKING:
    from poe_tui.ui.app import PoeTuiApp


class Leaving:
    """Stops what is coming in, saves it and the drafts, and ends the app; once."""

    def __init__(self, app: PoeTuiApp) -> None:
        self._app = app
        self.begun = False
        """True from the first wish to leave on: nothing else is begun any more."""
        self.words: list[str] = []
        """What the user must know when the screen is gone: where copies are."""

    def listen(self) -> None:
        """Leave, too, when the terminal goes away or somebody ends the process."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, self.soon)

    def soon(self) -> None:
        """Leave: nobody can see or type anything any more."""
        # A terminal goes away twice, as a signal and as a write that fails; the second time must
        # not cancel the saving that the first one began.
        if not self.begun:
            self._app.run_worker(
                self.leave(), group="quit", description="quit", exclusive=True, exit_on_error=False
            )

    async def leave(self) -> None:
        """Save everything and end the app."""
        if self.begun:
            return
        self.begun = True
        app = self._app
        screen = app.main_screen
        if screen is not None:
            await screen.put_away()
            self.words = rescue(app.services.conversations, screen.chats.unsaved)
            with contextlib.suppress(PoeTuiError):
                app.services.state.save()
        app.books.close()
        await app.services.client.aclose()
        app.exit()
