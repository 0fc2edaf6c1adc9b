"""Which bots the user lets have the key to all points, though Poe does not list them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import msgspec

from poe_tui.disk import locked, write_private
from poe_tui.errors import NotTrusted, StoreError

WARNING: Final = (
    "Poe warns that querying a bot “makes the API key owner's entire point balance available to "
    "any bot that is queried”, and asks to be “careful about calling bots that are not your own or "
    "are not marked as official”."
)
"""Poe's own words, to be quoted where the user is asked."""

WARNING_SOURCE: Final = (
    "https://creator.poe.com/docs/external-applications/external-application-guide"
)


class Listed(Protocol):
    """The public bots: see `poe_tui.poe.catalog.Catalog`."""

    @property
    def bots(self) -> Sequence[object]:
        """All of them; empty while there is no list."""

    def find(self, name: str) -> object | None:
        """Return the listed bot, whatever the case of its name; None when it is not listed."""


class Trust:
    """The user's answers, in the file `path`; other windows' answers are heard at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def needed(self, bot: str, catalog: Listed) -> bool:
        """Return whether the user has to be asked before `bot` is.

        True for a bot that is neither in the public list nor one the user has said yes to. An empty
        list knows no bot: then all are asked about.
        """
        return catalog.find(bot) is None and self.answer(bot) is not True

    def check(self, bot: str, catalog: Listed, *, hint: str) -> None:
        """Raise NotTrusted, with `hint`, when the user would have to be asked about `bot`."""
        if self.needed(bot, catalog):
            why = f"{bot} is not in Poe's list of public bots"
            if not catalog.bots:
                why = f"Poe's list of public bots can't be had, so {bot} may not be in it"
            raise NotTrusted(
                f"{why}{_said(self.answer(bot))}. {WARNING} ({WARNING_SOURCE}) Nothing was sent.",
                hint=hint,
            )

    def answer(self, bot: str) -> bool | None:
        """Return what the user has said about `bot`; None when never asked."""
        return self._answers().get(bot.casefold())

    def remember(self, bot: str, answer: bool) -> None:
        """Keep the answer; raises StoreError."""
        try:
            with locked(self.path):
                answers = self._answers() | {bot.casefold(): answer}
                write_private(self.path, msgspec.json.format(msgspec.json.encode(answers)))
        except OSError as error:
            raise StoreError(
                f"{self.path} can't be written: {error.strerror}. You will be asked again."
            ) from None

    def _answers(self) -> dict[str, bool]:
        """Return the answers on disk; a file that can't be read holds none, so one is asked."""
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=dict[str, bool])
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return {}


def _said(answer: bool | None) -> str:
    return ", and you have said no to it" if answer is False else ""
