"""The transcript: every message of a conversation in one widget on Textual's line API."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

import msgspec
from textual import events
from textual.binding import BindingType
from textual.message import Message as Event

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Message, now
from poe_tui.chat.turn import Change
from poe_tui.markdown.rows import Row
from poe_tui.ui.event import event
from poe_tui.ui.keymap import bindings_for
from poe_tui.ui.palette import Palette
from poe_tui.ui.transcript.anchor import Anchor
from poe_tui.ui.transcript.body import Folds
from poe_tui.ui.transcript.column import Column
from poe_tui.ui.transcript.exhibit import Exhibit
from poe_tui.ui.transcript.garbage import CHECK, QuietCollector
from poe_tui.ui.transcript.pieces import TARGET, new_below_row, welcome_rows
from poe_tui.ui.transcript.streams import Streams
from poe_tui.ui.transcript.strips import MARGIN
from poe_tui.ui.wait import Waiting, no_wait

REMEMBERED: Final = 50
"""Conversations whose place, folds and cursor are kept while others are on screen."""


class _Place(msgspec.Struct):
    """Where the reader was in a conversation."""

    following: bool = True
    anchor: Anchor | None = None
    cursor: str | None = None
    folds: dict[str, Folds] = msgspec.field(default_factory=dict)


class Transcript(Exhibit, can_focus=True):
    """Shows the branch of a conversation that is on screen.

    Its cost depends on what is visible, not on how long the conversation is.
    """

    BINDING_GROUP_TITLE = "Reading"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("transcript")]

    @event
    class Requested(Event):
        """The reader pressed a key that acts on a message.

        `action` is one of edit, regenerate, retry, continue, switch_bot, exclude, key, fork,
        previous_sibling, next_sibling, edit_queued, drop_queued, suggestion, open_link, save_files
        (`detail` is `to` when the reader wants to say where), list_files, compose
        (the reader wants to type), find (the find bar is wanted), at_end (moved past the last
        message).
        """

        transcript: Transcript
        action: str
        message_id: str
        detail: str = ""
        """The number of the suggested reply, the address of the link; else empty."""

        @property
        def control(self) -> Transcript:
            """The transcript it comes from."""
            return self.transcript

    @event
    class Noticed(Event):
        """Something to say in the status line, for example that a message was copied, and how."""

        transcript: Transcript
        text: str
        severity: str = "information"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.clock: Callable[[], datetime] = now
        """Says what time it is, in UTC."""
        self.wait_of: Callable[[str], Waiting | None] = no_wait
        """Says what an answer that is coming waits for."""
        self.is_awaited: Callable[[], object] = bool
        """Whether any reply is coming in, be it in another conversation."""
        self._conversation: Conversation | None = None
        self._places: OrderedDict[str, _Place] = OrderedDict()
        self._streams = Streams(self)
        self._unseen: set[str] = set()
        self._garbage = QuietCollector()

    def on_mount(self) -> None:
        """Keep full garbage collections for moments of rest."""
        self._garbage.start()
        self.set_interval(CHECK, self._collect)

    def on_unmount(self) -> None:
        """Leave garbage collection, and the terminal, as they were."""
        self._garbage.stop()
        self.gallery.clear()

    def _collect(self) -> None:
        """Collect when nothing moves, nothing comes in, and no dialog is open to be typed in."""
        if self.app.screen is not self.screen or self.is_awaited():
            self.stir()
        self._garbage.rest()

    def stir(self) -> None:
        """Take in that somebody is typing, beside what moves in here."""
        self._garbage.busy()

    # -- what is shown --------------------------------------------------------------------------

    def set_palette(self, palette: Palette) -> None:
        """Draw in the colours of `palette`; nothing is rendered again."""
        self.palette = palette
        self.redraw()

    def show(self, conversation: Conversation) -> None:
        """Show `conversation`: another one from its end, or where its reader last was; the same
        one, whose branch, messages or queue have changed, with place, folds and cursor kept.
        """
        before = self._conversation
        self._conversation = conversation
        if before is None or before.id != conversation.id or self.column is None:
            if before is not None and before.id != conversation.id:
                self._remember(before.id)
            self._open(conversation)
            return
        self._sync(conversation, self.column)
        self.count_again()
        self.repaint()
        self._streams.resume()
        self.measure_soon()

    def _sync(self, conversation: Conversation, column: Column) -> None:
        """Take in what has changed; the top of the screen, or the end, stays where it is."""
        top, offset = self.top
        key = column.items[top].id if top < len(column) else ""
        known = {item.id for item in column.items} if not self.following else set()
        cursor, line = self.cursor_index, round(self.scroll_y)
        column.conversation = conversation
        other = column.sync()
        if not self.following:
            self._unseen |= {item.id for item in column.items if item.id not in known}
            index = column.index_of(key)
            self.set_top(min(top, len(column) - 1) if index is None else index, offset)
        if other is not None:
            self.drop_selection()
            self._hold_place(column, other, line)
        self.refit()
        if cursor is not None and self.cursor_index is None and len(column):
            self.cursor, self.spot = column.items[min(cursor, len(column) - 1)].id, None
        if self.has_focus:
            self.find_cursor()

    def _hold_place(self, column: Column, index: int, above: int) -> None:
        """Keep the header of message `index`, another version now, on the row where it was.

        `above` rows are above the screen. One that was read further down begins at the top.
        """
        message, row = column.message(index), column.heights.start(index) - above
        if message is not None and not message.streaming and row < self.page:
            self.show_from(index, -max(0, row))
            self.following = self.at_end

    def _open(self, conversation: Conversation) -> None:
        self.clear_find()
        self.drop_selection()
        self._unseen.clear()
        place = self._places.get(conversation.id) or _Place()
        self._places[conversation.id] = place
        self.cursor, self.spot = place.cursor, None
        if not self.size.width:
            self.column = None
            return
        self.column = column = Column(
            conversation,
            self.text_width,
            place.folds,
            gallery=self.gallery,
            clock=self.clock,
            wait_of=self.wait_of,
        )
        anchor = place.anchor
        gone = anchor is None or column.index_of(anchor.key) is None
        self.following = place.following or gone
        self.set_top(-1, -1)
        if self.following or anchor is None:
            self.show_end()
        else:
            self.show_anchor(anchor)
        if self.has_focus:
            self.find_cursor()
        self.repaint()
        self._streams.resume()
        self.measure_soon()

    def _remember(self, conversation_id: str) -> None:
        place, column = self._places.get(conversation_id), self.column
        if place is None or column is None:
            return
        place.following, place.cursor = self.following, self.cursor
        place.anchor = self.hold_anchor()
        self._places.move_to_end(conversation_id)
        if len(self._places) > REMEMBERED:
            self._places.popitem(last=False)

    def on_resize(self, event: events.Resize) -> None:
        """Open what was shown before there was any room."""
        if self.column is None and self._conversation is not None:
            self._open(self._conversation)

    def changed(self, message: Message, change: Change) -> None:
        """Take in a change that `run_turn` reports; ignored for a message that is not on screen."""
        self._garbage.busy()
        shown = self._streams.changed(message, change)
        if shown:
            self.count_again(message.id)
        new = shown and not self.following and self.ends_below(message.id)
        if new and message.id not in self._unseen:
            self._unseen.add(message.id)
            self.repaint(self.page - 1)

    def select_message(self, message_id: str) -> None:
        """Put the message cursor on a message and bring it into view."""
        index = None if self.column is None else self.column.index_of(message_id)
        if index is not None:
            self.put_cursor(index)

    def follow_end(self) -> None:
        """Go to the end, the cursor too, and follow it as it grows."""
        self.action_last()

    def settled(self) -> None:
        """What has come into view is not new any more, and may be growing."""
        super().settled()
        self._garbage.busy()
        if self.column is not None and self.column.live:
            self._streams.watch()
        self.show_unasked()
        new = {key for key in self._unseen if not self.following and self.ends_below(key)}
        if new != self._unseen:
            self._unseen = new
            self.repaint(self.page - 1)

    def empty_rows(self, width: int) -> Sequence[Row]:
        """Return a calm word for an empty conversation."""
        return [] if self._conversation is None else welcome_rows(self._conversation.bot, width)

    def footnote(self) -> Row | None:
        """Return how many messages below have something new; None when the end is followed."""
        if self.following or not self._unseen or self.at_end:
            return None
        return new_below_row(len(self._unseen))

    # -- asking for something -------------------------------------------------------------------

    def request(self, action: str, index: int | None = None, detail: str = "") -> None:
        """Post `Requested` for entry `index`, None for the one that keys act on."""
        place = self.here if index is None else index
        column = self.column
        key = "" if place is None or column is None else column.items[place].id
        self.post_message(self.Requested(self, action, key, detail))

    def notice(self, text: str, severity: str = "information") -> None:
        """Say something in the status line."""
        self.post_message(self.Noticed(self, text, severity))

    def action_request(self, action: str) -> None:
        """Ask for `action` on the message under the cursor; queued prompts have none of these."""
        index = self.here
        if index is not None and self.message_at(index) is not None:
            self.request(action, index)

    def action_edit(self) -> None:
        """Edit the prompt under the cursor, or the one the answer under it replies to."""
        index = self.here
        if index is None:
            return
        message = self.message_at(index)
        if message is None:
            self.request("edit_queued", index)
            return
        while message is not None and message.role != "user" and index > 0:
            index -= 1
            message = self.message_at(index)
        if message is not None and message.role == "user":
            self.request("edit", index)

    def action_exclude(self) -> None:
        """Leave the message out of what is sent, or take it in again; drop a queued prompt."""
        index = self.here
        if index is not None:
            self.request("exclude" if self.message_at(index) else "drop_queued", index)

    @property
    def asked_again(self) -> int | None:
        """The entry of which an answer would be asked for again: under the cursor, or the answer to
        the prompt under it. None for a queued prompt.
        """
        index = self.here
        message = None if index is None else self.message_at(index)
        if index is None or message is None or self.column is None:
            return None
        if message.role == "user" and index + 1 < len(self.column):
            after = self.message_at(index + 1)
            if after is not None and after.role == "bot":
                return index + 1
        return index

    def action_regenerate(self) -> None:
        """Ask again: the answer under the cursor, or the one to the prompt under it."""
        index = self.asked_again
        message = None if index is None else self.message_at(index)
        if message is not None:
            self.request("regenerate" if message.error is None else "retry", index)

    def action_key(self) -> None:
        """Paste another key, where the error under the cursor asks for one."""
        self.request_if_offered("key")

    def action_leave(self) -> None:
        """Let go of what is selected, else of what was found, else ask for the composer.

        While a reply is coming the app stops it at the first such request.
        """
        if self.chosen is not None:
            self.select(None)
        elif self.finder is not None:
            self.clear_find()
        else:
            self.request("compose")

    # -- the mouse ------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the message, and do what was clicked on."""
        place = self.place_at(event.y)
        if place is None or self.click_to_select(event):
            return
        note = self.footnote()
        if (
            note is not None
            and event.y == self.page - 1
            and event.x >= self.size.width - note.cells
        ):
            self.follow_end()
            return
        index, y = place
        self.put_cursor(index, show=False)
        link = self.link_at(event)
        if link.startswith(TARGET):
            self._do(link.removeprefix(TARGET), index, y)
        elif link:
            self.ask_to_open(index, link)
        else:
            self._press_block(index, y, event.x)

    def _press_block(self, index: int, y: int, x: int) -> None:
        """Open or fold the reasoning whose first row is `y`, copy the code whose `c copy` is
        there, or open it where it is folded.
        """
        assert self.column is not None
        entry = self.column.entry(index)
        block = entry.block_at(y)
        if block is None:
            return
        if block.summary is not None and y == entry.start_of(block):
            self.toggle_fold(index)
            return
        for nth, (spot, code) in enumerate(self.codes_of(index)):
            if spot.line == block.first_line and y == entry.start_of(block, code.first_row):
                if x >= self.text_width + MARGIN - len("c copy  ") - 1:
                    self.copy_code(index, nth)
                elif spot.nth in block.closed:
                    self.toggle_fold(index, spot)

    def _do(self, target: str, index: int, y: int) -> None:
        """Do what a link inside the transcript stands for."""
        action, _, detail = target.partition("/")
        if action == "fold" and self.column is not None:
            entry = self.column.entry(index)
            self.toggle_fold(index, whole=entry.block_at(y) is None)
        elif action == "picture":
            self.press_picture(index, int(detail))
        elif action == "edit":
            self.action_edit()
        else:
            self.request(action, index, detail)
