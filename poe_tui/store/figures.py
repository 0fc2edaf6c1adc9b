"""The user's own figures of each bot on disk: small, shared, and made again when lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from poe_tui.chat.context import context
from poe_tui.chat.conversation import Conversation
from poe_tui.chat.expenses import Spent
from poe_tui.chat.figures import KEPT, Figures, Sample, sample_of
from poe_tui.chat.message import Message
from poe_tui.chat.spending import NOT_ITS_FAULT, request_chars
from poe_tui.disk import locked, write_private
from poe_tui.errors import StoreError


class FiguresFile:
    """The file `figures.json`. One that is missing or broken is empty; `rebuild` fills it again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int] | None = None
        self._figures = Figures()

    @property
    def exists(self) -> bool:
        """False: nothing has been learned yet, or the file was lost."""
        return self.path.exists()

    @property
    def figures(self) -> Figures:
        """All bots' figures; read again when another process has changed them."""
        try:
            found = self.path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
            if stamp != self._stamp:
                self._figures = _decoded(self.path.read_bytes())
                self._stamp = stamp
        except OSError:
            self._figures, self._stamp = Figures(), None
        return self._figures

    def add(self, bot: str, sample: Sample, spent: Spent | None) -> None:
        """Take in one reply of `bot` and what was paid for it; raises StoreError."""

        def change(figures: Figures) -> None:
            figures.add(bot, sample)
            if spent is not None and spent.dollars is not None:
                figures.add_price(spent.points, spent.dollars)

        self._change(change)

    def rebuild(self, conversations: Iterable[Conversation]) -> None:
        """Take in the last replies of each bot in `conversations`; raises StoreError.

        What is there already is kept: that of one reply is the same either way. What points are in
        dollars is not in conversations, and is learned again from the next reply.
        """
        found = [each for talk in conversations for each in samples_of(talk)]

        def change(figures: Figures) -> None:
            for bot, sample in found:
                figures.add(bot, sample)

        self._change(change)

    def _change(self, change: Callable[[Figures], None]) -> None:
        try:
            with locked(self.path):
                self._stamp = None
                figures = self.figures
                change(figures)
                write_private(self.path, msgspec.json.encode(figures), sync=False)
        except OSError as error:
            raise StoreError(f"{self.path} can't be written: {error.strerror}.") from None
        finally:
            self._stamp = None


def samples_of(conversation: Conversation) -> Iterable[tuple[str, Sample]]:
    """Yield bot and numbers of the last replies in `conversation`, at most 50 of each bot."""
    counts: Counter[str] = Counter()
    for message in reversed(conversation.messages.values()):
        bot = (message.bot or "").casefold()
        if bot and _tells(message) and counts[bot] < KEPT:
            counts[bot] += 1
            yield bot, sample_of(message, _asked(conversation, message))


def _tells(message: Message) -> bool:
    if message.role != "bot" or message.streaming:
        return False
    return message.error is None or message.error.kind not in NOT_ITS_FAULT


def _asked(conversation: Conversation, message: Message) -> int | None:
    try:
        return request_chars(context(conversation, message))
    except (ValueError, KeyError):  # its prompt is not there, as in some imports
        return None


def _decoded(content: bytes) -> Figures:
    try:
        return msgspec.json.decode(content, type=Figures)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Figures()
