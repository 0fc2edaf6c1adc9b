"""The side pane: bots above conversations, the balance below them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar, Final, Literal

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from poe_tui.markdown.rows import BOLD, Look, Span
from poe_tui.markdown.safe import plain
from poe_tui.store.conversations import Entry
from poe_tui.ui.event import event
from poe_tui.ui.figures import age
from poe_tui.ui.keymap import bindings_for
from poe_tui.ui.palette import Palette, hue_of
from poe_tui.ui.widgets.balance import Balance
from poe_tui.ui.widgets.line_list import LineList, fit

#: Ten frames a second: what a streaming conversation shows before its title.
SPINNER: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"

_SHOWN_BOTS: Final = 8


class BotList(LineList):
    """The favourites, marked with a star, then the bots used lately."""

    def __init__(self) -> None:
        super().__init__("bots")
        self._bots: list[str] = []
        self._favourites: set[str] = set()
        self._current = ""

    def show(self, favourites: Sequence[str], recent: Sequence[str], current: str) -> None:
        """Show at most eight: all favourites first, `current` always among them."""
        self._favourites = {bot.casefold() for bot in favourites}
        named = dict.fromkeys([*favourites, *recent])
        bots = list(named)[:_SHOWN_BOTS]
        if current and current not in bots:
            bots = [*bots[: _SHOWN_BOTS - 1], current]
        self._bots, self._current = bots, current
        self.rows_changed()

    def row_count(self) -> int:
        return len(self._bots)

    def row_key(self, index: int) -> str:
        return self._bots[index]

    def row_spans(self, index: int, width: int) -> tuple[list[Span], str]:
        bot = self._bots[index]
        chosen = bot == self._current
        barred = index == self.highlighted if self.has_focus else chosen
        ground = "line" if barred else "prompt" if chosen else ""
        star = "★" if bot.casefold() in self._favourites else " "
        name = Look(attrs=BOLD if chosen else 0)
        bar = "▌" if self.is_highlighted(index) else " "
        return [
            Span(bar, Look("accent")),
            Span("● ", Look(f"hue{hue_of(bot)}")),
            Span(fit(plain(bot), width - 6), name),
            Span(f" {star} ", Look("warn")),
        ], ground


class ConversationList(LineList):
    """Every conversation with its age; the one on screen, unread and streaming ones are marked."""

    BINDING_GROUP_TITLE = "Conversations"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("sidebar")]

    @event
    class Wanted(Message):
        """A key was pressed that changes the highlighted conversation."""

        action: Literal["rename", "pin", "delete", "undo"]
        conversation_id: str

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__("conversations")
        self._now = now
        self._entries: Sequence[Entry] = ()
        self._current = ""
        self._unread: set[str] = set()
        self._streaming: set[str] = set()
        self._spinners: list[int] = []
        self._spinning: Timer | None = None

    def on_mount(self) -> None:
        self._spinning = self.set_interval(0.1, self._spin, pause=True)

    def _spin(self) -> None:
        """Draw the rows that stream, and nothing else: it is done ten times a second."""
        top = self.scroll_offset.y
        for index in self._spinners:
            if 0 <= index - top < self.size.height:
                self.refresh(Region(0, index - top, self.size.width, 1))

    def show(
        self, entries: Sequence[Entry], *, current: str, unread: set[str], streaming: set[str]
    ) -> None:
        """Show `entries`; the highlight stays with its conversation."""
        kept = self.highlighted_key() if self.has_focus else current
        self._entries, self._current = entries, current
        self._unread, self._streaming = unread, streaming
        self._spinners = [
            index for index, entry in enumerate(entries) if streaming and entry.id in streaming
        ]
        if self._spinning is not None:
            if streaming:
                self._spinning.resume()
            else:
                self._spinning.pause()
        self.rows_changed()
        if kept and (self.row_count() == 0 or self.highlighted_key() != kept):
            self.highlight_key(kept)

    def _want(self, action: Literal["rename", "pin", "delete", "undo"]) -> None:
        conversation_id = self.highlighted_key()
        if conversation_id is not None or action == "undo":
            self.post_message(self.Wanted(action, conversation_id or ""))

    def action_rename_conversation(self) -> None:
        self._want("rename")

    def action_pin_conversation(self) -> None:
        self._want("pin")

    def action_delete_conversation(self) -> None:
        self._want("delete")

    def action_undo_delete(self) -> None:
        self._want("undo")

    def row_count(self) -> int:
        return len(self._entries)

    def row_key(self, index: int) -> str:
        return self._entries[index].id

    def row_spans(self, index: int, width: int) -> tuple[list[Span], str]:
        entry = self._entries[index]
        chosen, now = entry.id == self._current, self._now()
        unread = entry.id in self._unread
        title_role = "text" if chosen or unread or entry.id in self._streaming else "dim"
        bold = BOLD if chosen or unread else 0
        title = ("⇡ " if entry.pinned else "") + (plain(entry.title) or "New conversation")
        since = Span(age(entry.updated, now), Look("dim"))
        # The bar is where the keys act: on the highlight, or, from another pane, on the one shown.
        barred = index == self.highlighted if self.has_focus else chosen
        mark = self._mark(entry.id, now)
        if barred:
            since = mark if mark.text in SPINNER else since
            mark = Span("▌", Look("accent"))
        room = max(4, len(since.text) + 1)
        return [
            mark,
            Span(" " + fit(title, width - room - 3), Look(title_role, bold)),
            Span(f"{since.text:>{room}} ", since.look),
        ], ("line" if barred else "prompt" if chosen else "")

    def _mark(self, entry_id: str, now: datetime) -> Span:
        if entry_id in self._streaming:
            return Span(SPINNER[int(now.timestamp() * 10) % len(SPINNER)], Look("good"))
        if entry_id in self._unread:
            return Span("•", Look("warn", BOLD))
        return Span(" ", Look())


class Heading(Widget):
    """A pane's name, and the key that does what one does there."""

    DEFAULT_CSS = """
    Heading { height: 1; }
    """

    def __init__(self, text: str, key: str) -> None:
        super().__init__()
        self._text, self._key = text, key

    def render(self) -> Content:
        gap = max(1, self.size.width - len(self._text) - len(self._key) - 2)
        return Content.assemble(
            (f" {self._text}", "bold $dim"), " " * gap, (f"{self._key} ", "$dim")
        )


class Sidebar(Vertical):
    """Bots and conversations."""

    DEFAULT_CSS = """
    Sidebar { width: 30; }
    Sidebar BotList { max-height: 8; margin: 1 0; }
    Sidebar ConversationList { height: 1fr; margin-top: 1; }
    """

    def __init__(self, *, now: Callable[[], datetime], keys: tuple[str, str]) -> None:
        """`keys` are shown beside the two headings: for another bot, for a new conversation."""
        super().__init__(id="sidebar")
        self._now, self._keys = now, keys

    def compose(self) -> ComposeResult:
        yield Heading("BOTS", self._keys[0])
        yield BotList()
        yield Heading("CONVERSATIONS", self._keys[1])
        yield ConversationList(self._now)
        yield Balance(self._now)

    def set_palette(self, palette: Palette) -> None:
        """Draw in the colours of `palette`."""
        for line_list in self.query(LineList):
            line_list.set_palette(palette)
