"""The user's say before something is sent: whether a bot may be asked, and what it may cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual.app import App

from poe_tui.chat.budget import Budget, Caps, Verdict
from poe_tui.errors import OverCap
from poe_tui.ui.figures import grouped

if TYPE_CHECKING:
    from poe_tui.ui.screens.consent import ConsentDialog


_NO_LIST: Final = "Poe's list of bots can't be had. "


class Consent:
    """Puts the gate's questions on the screen. To be awaited in a worker."""

    def __init__(
        self,
        app: App[None],
        balance: Callable[[], int | None],
        say: Callable[[str, str], None],
    ) -> None:
        """`balance` returns the points that are left, None while nobody has said."""
        self._app = app
        self._balance = balance
        self.say = say

    async def trust(
        self, bot: str, warning: str, source: str, *, refused: bool, unlisted: bool
    ) -> bool:
        """Return whether a bot may be asked that Poe does not list, as far as is known."""
        from poe_tui.ui.screens.consent import ConsentDialog

        title = f"{bot} is not in Poe's list of bots" if unlisted else f"Is {bot} to be trusted?"
        text = (
            f"{'' if unlisted else _NO_LIST}"
            f"{'You have said no to it before. ' if refused else ''}"
            f"It may be a private bot of yours, or anybody's. {warning}\n\n"
            "Yes is for good. No leaves your prompt where it is, unsent."
        )
        return await self._agreed(ConsentDialog(title, text, source, yes="ask it", no="don't"))

    async def cost(self, bot: str, verdict: Verdict) -> bool:
        """Return whether a prompt may be sent that costs more than the user wants unasked."""
        from poe_tui.ui.screens.consent import ConsentDialog

        left = self._balance()
        known = "Your balance is unknown." if left is None else f"You have {grouped(left)} points."
        return await self._agreed(
            ConsentDialog(
                f"Send this to {bot}?",
                f"{verdict.question}\n{known}",
                "You are asked because of the setting confirm_over.",
                yes="send",
                no="keep the prompt",
            )
        )

    async def caps(self, error: OverCap | None, caps: Caps) -> Caps | None:
        """Show the caps, and why one is in the way; return those to go on with, None for no."""
        from poe_tui.ui.screens.consent import CapsDialog

        return await self._app.push_screen_wait(CapsDialog(caps, error))

    async def change_caps(self, budget: Budget) -> None:
        """Let the user set the caps of this run."""
        chosen = await self.caps(None, budget.caps)
        if chosen is not None:
            budget.caps = chosen
            self.say("Set until you quit.", "information")

    async def _agreed(self, dialog: ConsentDialog) -> bool:
        return await self._app.push_screen_wait(dialog) is True
