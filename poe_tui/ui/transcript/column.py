"""The entries of a conversation one under the other: which are rendered, and how high each is."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from poe_tui.chat.conversation import Conversation, QueuedPrompt
from poe_tui.chat.message import Message, now
from poe_tui.markdown.estimate import Shape, rows_of, rows_per_character, shape_of
from poe_tui.ui.transcript.body import Body, Folds
from poe_tui.ui.transcript.entry import (
    Entry,
    Place,
    answer_entry,
    prompt_entry,
    queued_entry,
    waiting_header,
)
from poe_tui.ui.transcript.files import file_rows, files_of
from poe_tui.ui.transcript.gallery import Gallery
from poe_tui.ui.transcript.growing import Growing, is_long
from poe_tui.ui.transcript.layout import Heights
from poe_tui.ui.transcript.pieces import limit_row
from poe_tui.ui.wait import Wait, Waiting, no_wait

KEPT: Final = 200
"""How many rendered messages are kept."""

SHAPED: Final = 5_000
"""The height of so many messages is guessed from their shape; that of earlier ones from their
length alone, which takes a tenth of the time, until they are rendered."""

FIRST_FLUSH: Final = 0.006
"""Seconds of rendering at once when an answer that is already long comes on screen."""


class Column:
    """The branch on screen at one width, and after it the queued prompts.

    Heights are estimates until `settle` makes them exact; `rendered` counts how often a message has
    been turned into rows, which is what a frame costs. `gallery` says which pictures are shown,
    `clock` what time it is, in UTC, and `wait_of` what the request for an answer waits for.
    """

    def __init__(
        self,
        conversation: Conversation,
        width: int,
        folds: dict[str, Folds],
        *,
        gallery: Gallery | None = None,
        clock: Callable[[], datetime] = now,
        wait_of: Callable[[str], Waiting | None] = no_wait,
    ) -> None:
        self.conversation = conversation
        self.width = width
        self.folds = folds
        self.gallery = gallery or Gallery()
        self.clock = clock
        self.wait_of = wait_of
        self.heights = Heights()
        self.items: list[Message | QueuedPrompt] = []
        self.live: dict[str, Growing] = {}
        self.rendered = 0
        self._exact = bytearray()
        self._lengths = array("L")
        self._places: dict[str, int] = {}
        self._shapes: dict[str, Shape] = {}
        self._kept: OrderedDict[str, Entry] = OrderedDict()
        self._stamps: dict[str, tuple[object, ...]] = {}
        self._branched = False
        self._last_answer = ""
        self.sync()

    def __len__(self) -> int:
        return len(self.items)

    # -- what there is --------------------------------------------------------------------------

    def sync(self) -> int | None:
        """Take in that the conversation's branch, messages or queue have changed.

        Returns where another message stands now in the place of one; None for nowhere.
        """
        path = self.conversation.path()
        items: list[Message | QueuedPrompt] = [*path, *self.conversation.queue]
        same = 0
        for old, new in zip(self.items, items, strict=False):
            if old is not new:
                break
            same += 1
        gone = {item.id for item in self.items[same:]}
        if gone:
            gone.difference_update(item.id for item in items[same:])
        self.items = items
        if not self._places or same < len(self.heights):
            self._places = {item.id: index for index, item in enumerate(items)}
        else:
            self._places.update((items[i].id, i) for i in range(same, len(items)))
        self._branched = len(self.conversation.messages) > len(path)
        before, self._last_answer = self._last_answer, _last_answer(path)
        self._fit_heights(same)
        for key in gone:
            self._forget(key)
            self.live.pop(key, None)
        for key in (before, self._last_answer):
            if before != self._last_answer and key in self._places:
                self._exact[self._places[key]] = 0
        self._drop_stale()
        return same if gone and same < len(items) else None

    def _fit_heights(self, same: int) -> None:
        self._lengths[same:] = array("L", (len(item.text) for item in self.items[same:]))
        guesses = self._guesses(same)
        if same:
            self.heights.truncate(same)
            for guess in guesses:
                self.heights.append(guess)
        else:
            self.heights.replace(guesses)
        del self._exact[same:]
        self._exact.extend(bytes(len(guesses)))

    def _drop_stale(self) -> None:
        for key in list(self._kept):
            index = self._places.get(key)
            if index is not None and key in self.live:
                self.remake(key)
            elif index is None or self._stamp(self.items[index]) != self._stamps.get(key):
                del self._kept[key]
                if index is not None:
                    self._exact[index] = 0

    def resize(self, width: int) -> None:
        """Render at another width from now on: every height is an estimate again."""
        self.width = width
        for key in [key for key in self._kept if key not in self.live]:
            self._forget(key)
        for growing in self.live.values():
            growing.document.resize(width)
        self.heights.replace(self._guesses())
        self._exact = bytearray(len(self.items))
        for key in self.live:
            self.remake(key)

    def index_of(self, key: str) -> int | None:
        """Return where the message or queued prompt `key` stands; None when it is not here."""
        return self._places.get(key)

    def message(self, index: int) -> Message | None:
        """Return the message at `index`; None for a queued prompt."""
        item = self.items[index]
        return item if isinstance(item, Message) else None

    def is_exact(self, index: int) -> bool:
        """Return whether the height at `index` is known, not guessed."""
        return bool(self._exact[index])

    def inexact_from(self, index: int) -> Iterator[int]:
        """Yield upwards from `index` the entries whose height is a guess."""
        while index >= 0:
            index = self._exact.rfind(0, 0, index + 1)
            if index >= 0:
                yield index
            index -= 1

    # -- rows -----------------------------------------------------------------------------------

    def entry(self, index: int) -> Entry:
        """Return the rendered entry at `index`; its height is exact from now on."""
        key = self.items[index].id
        entry = self._kept.get(key)
        if entry is None:
            entry = self._make(self.items[index])
            self._kept[key] = entry
            self._stamps[key] = self._stamp(self.items[index])
            self._evict()
        else:
            self._kept.move_to_end(key)
        self._note_height(index, entry)
        return entry

    def settle(self, index: int) -> int:
        """Make the height at `index` exact and return it. The rows themselves may be let go."""
        if not self._exact[index]:
            self.entry(index)
        return self.heights[index]

    def is_long(self, index: int) -> bool:
        """Return whether what is at `index` is still to be rendered, bit by bit, once looked at."""
        item = self.items[index]
        return item.id not in self._kept and is_long(item.text)

    def glance(self, index: int) -> Entry:
        """Return the rendered entry at `index`, but keep it only if it is kept already.

        Not for what `is_long`: its rows come while it is kept.
        """
        item = self.items[index]
        if item.id in self._kept or item.id in self.live:
            return self.entry(index)
        entry = self._make(item)
        self._note_height(index, entry)
        return entry

    def grown(self, key: str, *, whole: bool = False) -> int:
        """Take in that the text of `key` has grown, or, `whole`, that all of it or a fold is new;
        return by how many rows it grew.
        """
        index, entry = self._places.get(key), self._kept.get(key)
        if index is None or entry is None:
            return 0
        entry.body.refresh(whole=whole)
        before = self.heights[index]
        self._note_height(index, entry)
        return self.heights[index] - before

    def remake(self, key: str) -> None:
        """Compose header and tail of a message again, keeping its rendered text."""
        index, entry = self._places.get(key), self._kept.get(key)
        if index is None:
            return
        self._exact[index] = 0
        if entry is not None:
            item = self.items[index]
            entry.body.refresh(whole=True)
            self._kept[key] = self._around(item, entry.body)
            self._stamps[key] = self._stamp(item)
            self._note_height(index, self._kept[key])

    def rehang(self, address: str) -> None:
        """Compose again whatever a picture hangs on: it is shown now, or is no more."""
        for index, item in enumerate(self.items):
            entry = self._kept.get(item.id)
            if entry is None:
                if item.attachments or "![" in item.text:
                    self._exact[index] = 0
            elif any(file.address == address for file in entry.files):
                self.remake(item.id)

    def folds_of(self, entry: Entry) -> Folds:
        """Return what is folded in `entry`, to be changed: it is remembered from now on."""
        return self.folds.setdefault(entry.key, entry.body.folds)

    def kept(self, key: str) -> Entry | None:
        """Return the rendered entry of `key` if there is one, without rendering anything."""
        return self._kept.get(key)

    def place(self, message: Message) -> Place:
        """Return where `message` stands among its siblings, and whether it is the last answer."""
        last = message.id == self._last_answer
        if not self._branched:
            return Place(last=last)
        family = [other.id for other in self.conversation.siblings(message.id)]
        return Place(family.index(message.id) + 1, len(family), last)

    # -- making them ----------------------------------------------------------------------------

    def _make(self, item: Message | QueuedPrompt) -> Entry:
        from poe_tui.markdown.render import render

        self.rendered += 1
        folds = self.folds.get(item.id) or Folds()
        refs = {file.inline_ref: file.url for file in item.attachments if file.inline_ref}
        links = {name: url for name, url in refs.items() if name and url}
        plain = _is_plain(item)
        growing = self.live.get(item.id)
        streaming = isinstance(item, Message) and item.streaming
        if growing is None and (streaming or is_long(item.text)):
            growing = self.live[item.id] = Growing(item.text, self.width, plain=plain)
            growing.ended = not streaming
            growing.document.set_refs(links)
            growing.document.flush(FIRST_FLUSH)
        if growing is not None:
            return self._around(item, Body(growing.document, folds))
        return self._around(
            item, Body(render(item.text, self.width, plain=plain, refs=links), folds)
        )

    def _around(self, item: Message | QueuedPrompt, body: Body) -> Entry:
        # A text that is still coming is not searched again and again.
        speaks = isinstance(item, Message) and item.role != "user" and not item.streaming
        pictured = body.document if speaks and "![" in item.text else None
        files = files_of(item.attachments, pictured)
        hung = file_rows(files, self.width, self.gallery)
        if isinstance(item, QueuedPrompt):
            entry = queued_entry(item, body, self.width, hung)
        elif item.role == "user":
            entry = prompt_entry(item, body, self.width, self.place(item), hung, self.clock())
        else:
            entry = answer_entry(item, body, self.width, self.place(item), hung, self.clock())
            if item.streaming:
                entry.live = self.live.get(item.id)
                self._head(item, entry)
        entry.files = files
        here = {file.address: self.gallery.size(file.address, self.width) for file in files}
        entry.hang({address: size for address, size in here.items() if size is not None})
        return entry

    def _head(self, message: Message, entry: Entry) -> None:
        """Say above an answer that is still coming what it waits for."""
        wait = self.wait_of(message.id)
        entry.limit = None
        if isinstance(wait, Wait):
            entry.limit = limit_row(wait.done, wait.refused, self.width)
        place = self.place(message)
        entry.header = waiting_header(message, self.width, place, entry.live, self.clock(), wait)

    def tick(self, key: str) -> int | None:
        """Compose the header of a waiting answer again; return its index, None when not kept."""
        index, entry = self._places.get(key), self._kept.get(key)
        item = None if index is None else self.items[index]
        if entry is None or not isinstance(item, Message) or not item.streaming:
            return None
        self._head(item, entry)
        return index

    def _note_height(self, index: int, entry: Entry) -> bool:
        self._exact[index] = 1
        return bool(self.heights.set(index, entry.height))

    def _guesses(self, first: int = 0) -> list[int]:
        """Return about how high the entries from `first` on are."""
        known = self._shapes.get
        start = max(first, len(self.items) - SHAPED)
        near = self.items[start:]
        rows = rows_of([known(item.id) or self._shape(item) for item in near], self.width)
        each = rows_per_character(self._lengths[start:], rows)
        far = [3 + int(length * each) for length in self._lengths[first:start]]
        return far + [
            2 + some + len(item.attachments) for some, item in zip(rows, near, strict=True)
        ]

    def _shape(self, item: Message | QueuedPrompt) -> Shape:
        shape = shape_of(item.text, plain=_is_plain(item))
        if isinstance(item, Message) and not item.streaming:
            self._shapes[item.id] = shape
        return shape

    def _forget(self, key: str) -> None:
        self._kept.pop(key, None)
        self._stamps.pop(key, None)

    def _evict(self) -> None:
        if len(self._kept) <= KEPT:
            return
        for key in self._kept:
            if key not in self.live:
                self._forget(key)
                return

    def _stamp(self, item: Message | QueuedPrompt) -> tuple[object, ...]:
        """What an entry was made of: when this differs it is made again."""
        if isinstance(item, QueuedPrompt):
            return (item.text, len(item.attachments))
        return (
            item.status,
            item.text if not item.streaming else None,
            item.points,
            item.points_exact,
            item.excluded,
            item.finished,
            item.attachments,
            len(item.suggested_replies),
            self.place(item),
        )


def _is_plain(item: Message | QueuedPrompt) -> bool:
    """Return whether a text is no Markdown; a prompt is shown as it was typed, line by line."""
    return (
        isinstance(item, QueuedPrompt)
        or item.role == "user"
        or item.content_type != "text/markdown"
    )


def _last_answer(path: list[Message]) -> str:
    return path[-1].id if path and path[-1].role == "bot" else ""
