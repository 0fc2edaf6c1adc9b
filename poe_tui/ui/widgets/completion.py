"""The bots that fit what is typed after an @, in a small list over the composer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from poe_tui.bots import BotChoices
from poe_tui.chat.mention import mentioning
from poe_tui.ui.palette import Palette
from poe_tui.ui.screens.bot_picker import BotRows
from poe_tui.ui.screens.dialog import key_hints
from poe_tui.ui.widgets.composer import Composer
from poe_tui.ui.widgets.line_list import LineList

#: Rows that are shown at a time.
ROWS: Final = 6

_NAMING: Final = re.compile(r'\s*@("?)([^"\n]*)')
_BARE: Final = re.compile(r"[^\s@,:;]*")


def partial_name(before: str) -> str | None:
    """Return the name that a prompt begins with and that is being typed; None for anything else.

    `before` is the text before the cursor. A name without quotes ends at the first space.
    """
    found = _NAMING.fullmatch(before)
    if found is None or (not found[1] and not _BARE.fullmatch(found[2])):
        return None
    return found[2]


class Completion(Vertical):
    """Open while a name is typed and some bot fits it. The composer keeps the focus and asks here
    first what to do with a key; closed by escape, it stays so until another name is begun.
    """

    DEFAULT_CSS = """
    Completion {
        display: none;
        height: auto;
        overlay: screen;
        offset-y: -100%;
        padding: 0 1;
        background: $panel;
        border: round $line;
        border-subtitle-color: $dim;
        border-subtitle-background: $panel;
        &.-open { display: block; }
        BotRows { height: auto; background: $panel; }
    }
    """

    def __init__(
        self, composer: Composer, choices: Callable[[], BotChoices], palette: Palette
    ) -> None:
        super().__init__(id="completion")
        self.border_subtitle = key_hints([("tab", "complete"), ("@@", "sends an @")])
        self._composer = composer
        self._choices = choices
        self.rows = BotRows("", ())
        self.rows.set_palette(palette)
        self._dismissed = False

    def compose(self) -> ComposeResult:
        yield self.rows

    @property
    def is_open(self) -> bool:
        """True while it takes keys."""
        return self.has_class("-open")

    def set_palette(self, palette: Palette) -> None:
        """Draw in the colours of `palette`."""
        self.rows.set_palette(palette)

    def follow(self) -> None:
        """Take in what stands before the cursor now: open, show other bots, or close."""
        name = partial_name(self._composer.before_cursor)
        if name is None:
            self._dismissed = False
        if name is None or self._dismissed:
            self.close()
            return
        found = self._choices().find(name, free=False)
        self.rows.choices = found
        self.rows.highlighted = 0
        self.rows.styles.height = max(1, min(ROWS, len(found)))
        self.rows.scroll_to(y=0, animate=False)
        self.rows.rows_changed()
        self.set_class(bool(found), "-open")

    def close(self) -> None:
        """Close; typing on may open it again."""
        self.remove_class("-open")

    def takes(self, key: str) -> bool:
        """Do what `key` means to an open list and return True; False for a key that it leaves."""
        if not self.is_open:
            return False
        if key in ("up", "down"):
            self.rows.action_step(1 if key == "down" else -1)
        elif key in ("pageup", "pagedown"):
            self.rows.action_page(1 if key == "pagedown" else -1)
        elif key in ("tab", "enter"):
            self._complete(self.rows.highlighted_key())
        elif key == "escape":
            self._dismissed = True
            self.close()
        else:
            return False
        return True

    def _complete(self, name: str | None) -> None:
        if name is not None:
            self._composer.replace_before_cursor(mentioning(name, ""))
        self.close()

    @on(LineList.Chosen)
    def _clicked(self, event: LineList.Chosen) -> None:
        event.stop()
        self._complete(event.key)
        self._composer.focus()
