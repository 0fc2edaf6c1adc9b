"""The conversations on disk, and what is news there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from poe_tui.services import Services
from poe_tui.ui.replies import Launch

if TYPE_CHECKING:
    from poe_tui.ui.screens.main import MainScreen

_log: Final = logging.getLogger("poe_tui")


class Shelf:
    """Lists the conversations of `services` on the main screen, and takes in what others write.

    `run` runs work beside everything else and gives up what still runs of its group. `screen`
    returns None while there is no main screen.
    """

    def __init__(
        self,
        services: Services,
        *,
        run: Launch,
        screen: Callable[[], MainScreen | None],
        say: Callable[[str, str], None],
    ) -> None:
        self._services = services
        self._run = run
        self._screen = screen
        self._say = say

    async def list(self) -> None:
        """List all conversations, and say which can't be read."""
        entries, problems = await asyncio.to_thread(self._services.conversations.list)
        screen = self._screen()
        if screen is not None:
            screen.chats.set_entries(entries)
        for problem in problems:
            _log.warning("%s could not be read: %s", problem.path, problem.reason)
        if len(problems) == 1:
            name, reason = problems[0].path.name, problems[0].reason
            self._say(f"{name} could not be read: {reason}", "warning")
        elif problems:
            log = self._services.paths.log_file
            self._say(
                f"{len(problems)} conversations could not be read; {log} says why.", "warning"
            )

    async def tidy(self) -> None:
        """Delete what was kept for prompts and is of no use to any conversation any more."""
        from poe_tui.store.pasted import tidy_pasted

        paths = self._services.paths
        await asyncio.to_thread(tidy_pasted, paths.pasted, paths.conversations)

    def look(self) -> None:
        """Take in what another window, or a sync tool, has written meanwhile."""
        screen = self._screen()
        if screen is None:
            return
        screen.chats.look_again()
        if self._services.conversations.has_news():
            self._run(self.list, "conversations")
