"""The first screen of a newcomer: paste a key, or try the demo."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, Literal

from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from poe_tui.errors import PoeTuiError
from poe_tui.keys import Secret
from poe_tui.markdown.safe import plain
from poe_tui.ui.screens.dialog import Dialog, key_hints

_log: Final = logging.getLogger("poe_tui")

#: Where Poe shows and makes keys.
KEY_PAGE: Final = "poe.com/api/keys"

Check = Callable[[Secret], Awaitable[int]]
Remember = Callable[[Secret], str]


class Onboarding(Dialog[Literal["key", "demo"] | None]):
    """Gives `key` when a key was checked and kept, `demo` when the demo is wanted, else None.

    `check` returns the points of a key or raises a PoeTuiError; `remember` keeps it and says where,
    and runs in a thread because a keyring may ask its user. The typed key is masked, and taken out
    of the box as soon as it is kept.
    """

    DEFAULT_CSS = """
    Onboarding {
        & > #panel { width: 72; }
        #welcome, #why, #key { margin-bottom: 1; }
        #why { color: $dim; }
        #key { background: $line; padding: 0 1; }
        #key:focus { background: $line; }
        #said { min-height: 2; }
    }
    Onboarding.-small #why { display: none; }
    """

    BINDINGS = [  # noqa: RUF012  (Textual's own declaration)
        Binding("ctrl+t", "demo", "Try the demo", show=False, priority=True)
    ]

    def __init__(
        self,
        check: Check,
        remember: Remember,
        *,
        can_demo: bool = False,
        title: str = "Welcome to poe-tui",
    ) -> None:
        self._can_demo = can_demo
        super().__init__(title, self._keys("check the key"))
        self._check = check
        self._remember = remember
        self._kept = False

    def compose_panel(self) -> Iterable[Widget]:
        yield Static(self._welcome(), id="welcome")
        yield Static(self._why(), id="why", markup=False)
        yield Input(password=True, placeholder="Paste your key here", id="key", max_length=500)
        yield Static("", id="said", markup=False)

    def _welcome(self) -> Content:
        return Content.assemble(
            "Poe answers whoever has a key. Yours is at ", (KEY_PAGE, "bold $accent"), "."
        )

    def _why(self) -> str:
        checked = (
            "It is checked by asking Poe for your balance, which costs nothing, and kept in your "
            "system’s keyring, or else in a file that only you can read."
        )
        demo = "\n\nNo key at hand? The demo needs none, and no network."
        return checked + (demo if self._can_demo else "")

    def _keys(self, verb: str) -> list[tuple[str, str]]:
        demo = [("ctrl+t", "demo")] if self._can_demo else []
        return [("enter", verb), *demo, ("escape", "later")]

    # -- what is said under the box -------------------------------------------------------------

    def _say(self, content: Content) -> None:
        self.query_one("#said", Static).update(content)

    def _fail(self, title: str, explanation: str, hint: str) -> None:
        lines = [Content.styled(f"✗ {plain(title)}", "bold $bad")]
        lines += [Content(plain(text)) for text in (explanation, hint) if text]
        self._say(Content("\n").join(lines))

    # -- the key --------------------------------------------------------------------------------

    @on(Input.Submitted, "#key")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        key = Secret(event.value)
        if self._kept and not key:
            self.dismiss("key")
            return
        if not key:
            self._fail("Nothing was pasted", "", f"Copy a key at {KEY_PAGE} and paste it here.")
            return
        event.input.disabled = True
        self._say(Content.styled("Asking Poe …", "$dim"))
        self.run_worker(
            self._try(key),
            group="onboarding",
            description="check the key",
            exclusive=True,
            exit_on_error=False,
        )

    async def _try(self, key: Secret) -> None:
        box = self.query_one("#key", Input)
        try:
            points = await self._check(key)
            where = await asyncio.to_thread(self._remember, key)
        except PoeTuiError as error:
            self._fail(error.heading, error.explanation, error.hint)
            self._again(box)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self._fail("The key could not be kept", f"{reason}.", "Press enter to try once more.")
            self._again(box)
        else:
            self._succeed(box, points, where)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say what nobody expected, too: the box must never stay dead."""
        error = event.worker.error
        if event.state is WorkerState.ERROR and error is not None:
            _log.error("while the key was checked: %s", type(error).__name__)
            self._fail(
                "Something went wrong",
                f"{type(error).__name__}, which is a fault of poe-tui.",
                "Press enter to try once more.",
            )
            self._again(self.query_one("#key", Input))

    def _again(self, box: Input) -> None:
        box.disabled = False
        box.focus()

    def _succeed(self, box: Input, points: int, where: str) -> None:
        self._kept = True
        box.value = ""
        box.placeholder = "Press enter to begin"
        self._again(box)
        self._say(
            Content.assemble(
                ("✓ The key works: ", "bold $good"),
                (f"{points:,} points.", "bold $text"),
                (f"\nKept in {plain(where)}.", "$dim"),
            )
        )
        self.query_one("#panel").border_subtitle = key_hints([("enter", "begin")])

    def action_demo(self) -> None:
        """Close and ask for the demo, where there is one."""
        if self._can_demo and not self._kept:
            self.dismiss("demo")

    def action_leave(self) -> None:
        """Close: with `key` when one was kept, else without a result."""
        self.dismiss("key" if self._kept else None)
