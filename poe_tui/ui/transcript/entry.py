"""One message, or one queued prompt, as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from poe_tui.chat.conversation import QueuedPrompt
from poe_tui.chat.events import Uploading
from poe_tui.chat.mention import mention_length
from poe_tui.chat.message import Message
from poe_tui.markdown.document import Block
from poe_tui.markdown.rows import BLANK, BOLD, DECOR, Look, Row, Span
from poe_tui.ui.palette import hue_of
from poe_tui.ui.transcript.body import Body
from poe_tui.ui.transcript.facts import (
    SPINNER_RATE,
    limited_facts,
    settled_facts,
    upload_facts,
    waiting_facts,
)
from poe_tui.ui.transcript.files import PICTURE, File
from poe_tui.ui.transcript.pieces import (
    failure_rows,
    header_row,
    row_of,
    suggestion_rows,
    tinted,
)
from poe_tui.ui.transcript.strips import AIR, Strips
from poe_tui.ui.wait import Wait

if TYPE_CHECKING:
    from poe_tui.ui.transcript.find import Found
    from poe_tui.ui.transcript.growing import Growing
    from poe_tui.ui.wait import Waiting

_BAR: Final = (Span("▌", Look("accent", DECOR)), Span(" ", Look("text", DECOR)))
_CURSOR: Final = Span("▍", Look("accent", DECOR))
_BLANK_CURSOR: Final = row_of([_CURSOR])


class Spot(NamedTuple):
    """A row of an entry that neither folding nor growing renames: row `row` of block `block`.

    Of the rows of a block those that are folded away count too. `block` is -1 for the header and
    TAIL for what hangs on the text.
    """

    block: int
    row: int


TAIL: Final = 1 << 30


class Place(msgspec.Struct, frozen=True):
    """Where a message stands in its conversation."""

    sibling: int = 1
    siblings: int = 1
    last: bool = False
    """True: its suggested replies are shown."""


class Hung(NamedTuple):
    """A picture in the tail of an entry: its address, and which rows of the tail are its own."""

    address: str
    first: int
    last: int


class Entry:
    """The rows of one message: header, body, what hangs on it, and one blank row after it.

    `key` is the message's id. `ground` is what all of its rows stand on, empty for the
    transcript's own. Row 0 is the header.
    """

    def __init__(self, key: str, body: Body, width: int, *, ground: str = "") -> None:
        self.key = key
        self.body = body
        self.width = width
        self.ground = ground
        self.header = BLANK
        self.tail: Sequence[Row] = ()
        self.files: Sequence[File] = ()
        self.hung: Sequence[Hung] = ()
        """The pictures that are here and shown."""
        self.lead: tuple[Span, ...] = AIR
        self.first_lead: tuple[Span, ...] = AIR
        self.live: Growing | None = None
        self.limit: Row | None = None
        """What stands in place of a text that has not begun: its request waits for its turn."""
        self.dimmed = False
        self.called: tuple[int, Look] | None = None
        """How many characters at the start of the text name a bot, and their look."""
        self.strips: Strips = {}
        self.found: Found | None = None
        """What was looked for in it last."""

    @property
    def body_height(self) -> int:
        """The rows of the text; at least one while it is still coming."""
        height = self.body.height
        return max(1, height) if self.live is not None else height

    @property
    def height(self) -> int:
        """All rows, the blank one after the message included."""
        return 2 + self.body_height + len(self.tail)

    def row(self, y: int) -> Row:
        """Return row `y`; an empty one past the end."""
        if y == 0:
            return self.header
        y -= 1
        height = self.body_height
        if y < height:
            row = self.body.row(y)
            if self.limit is not None and not self.body.height:
                return self.limit
            if self.live is not None and y == height - 1:
                return self._with_cursor(row)
            row = _dimmed(row) if self.dimmed else row
            return tinted(row, *self.called) if self.called is not None and y == 0 else row
        y -= height
        return self.tail[y] if y < len(self.tail) else BLANK

    def lead_of(self, y: int) -> tuple[Span, ...]:
        """Return the two cells left of row `y`: the bot's dot, a prompt's bar, or nothing."""
        if y == 0:
            return self.first_lead
        return self.lead if y < self.height - 1 else AIR

    def ground_of(self, y: int) -> str:
        """Return what row `y` stands on; the blank row after a message has the transcript's own."""
        return self.ground if y < self.height - 1 else ""

    def block_at(self, y: int) -> Block | None:
        """Return the block that row `y` is in; None for header, tail and blank rows."""
        return self.body.block_at(y - 1) if 0 < y <= self.body.height else None

    def start_of(self, block: Block, number: int = 0) -> int:
        """Return the row at which row `number` of `block` is, or what it is folded into."""
        return 1 + self.body.start_of(block, number)

    def spot_at(self, y: int) -> Spot:
        """Return what row `y` is called; a row between two blocks goes with the one above."""
        if y <= 0:
            return Spot(-1, 0)
        if y > self.body.height:
            return Spot(TAIL, y - 1 - self.body_height)
        document = self.body.document
        block = document.index_at(y - 1)
        if block < 0:
            return Spot(-1, 0)
        return Spot(block, document.blocks[block].number_of(y - 1 - document.start(block)))

    def row_at(self, spot: Spot) -> int:
        """Return the row of that name; the nearest one where it is folded away, or gone."""
        blocks = self.body.document.blocks
        if spot.block < 0:
            return 0
        if spot.block >= len(blocks):
            past = max(0, spot.row) if spot.block == TAIL else 0
            return min(1 + self.body_height + past, self.height - 1)
        block = blocks[spot.block]
        row = self.body.document.start(spot.block) + min(block.place_of(spot.row), block.height)
        return 1 + min(row, max(0, self.body_height - 1))

    def file_at(self, number: int) -> int:
        """Return the row that names file `number`; that of the header for one that has none."""
        link = f"{PICTURE}{number}"
        for y, row in enumerate(self.tail):
            if any(span.look.link == link for span in row.spans):
                return 1 + self.body_height + y
        return 0

    @property
    def tail_start(self) -> int:
        """The row at which the tail begins."""
        return 1 + self.body_height

    def hung_at(self, y: int) -> Hung | None:
        """Return the picture that row `y` is a part of; None for any other row."""
        if self.hung:
            y -= self.tail_start
            return next((hung for hung in self.hung if hung.first <= y < hung.last), None)
        return None

    def hang(self, sizes: Mapping[str, tuple[int, int]]) -> None:
        """Note where in the tail the pictures are: under the rows that name them.

        `sizes` has the columns and rows of those that are here, by their address.
        """
        hung = []
        for y, row in enumerate(self.tail):
            link = next((s.look.link for s in row.spans if s.look.link.startswith(PICTURE)), "")
            number = link.removeprefix(PICTURE)
            if number:
                address = self.files[int(number)].address
                if address in sizes:
                    hung.append(Hung(address, y + 1, y + 1 + sizes[address][1]))
        self.hung = hung

    def _with_cursor(self, row: Row) -> Row:
        if row.cells + 1 > self.width:
            return row
        if not row.spans:
            return _BLANK_CURSOR
        return row._replace(spans=(*row.spans, _CURSOR), cells=row.cells + 1)


def answer_entry(
    message: Message, body: Body, width: int, place: Place, files: Sequence[Row], today: datetime
) -> Entry:
    """Return the entry of an answer (or of a system message); `files` are the rows of its files."""
    entry = Entry(message.id, body, width)
    name = message.bot or ("System" if message.role == "system" else "Bot")
    dot = Look(f"hue{hue_of(name)}", DECOR)
    entry.first_lead = (Span("● ", dot),)
    entry.header = settled_header(message, width, place, today)
    entry.tail = _tail(message, body, width, place, files)
    return entry


def prompt_entry(
    message: Message, body: Body, width: int, place: Place, files: Sequence[Row], today: datetime
) -> Entry:
    """Return the entry of what the reader said: a bar at its left, on a ground of its own."""
    entry = Entry(message.id, body, width, ground="prompt")
    entry.lead = entry.first_lead = _BAR
    entry.called = _called(message.text, message.bot)
    entry.header = settled_header(message, width, place, today)
    entry.tail = files
    return entry


def queued_entry(prompt: QueuedPrompt, body: Body, width: int, files: Sequence[Row]) -> Entry:
    """Return the entry of a prompt that waits for the reply before it."""
    entry = Entry(prompt.id, body, width, ground="prompt")
    entry.lead = entry.first_lead = _BAR
    entry.dimmed = True
    entry.called = _called(prompt.text, prompt.bot)
    entry.header = header_row("You", ["e edit · x drop"], width, dim=True, badge="queued")
    entry.tail = files
    return entry


def _called(text: str, bot: str | None) -> tuple[int, Look] | None:
    length = mention_length(text, bot)
    return (length, Look(f"hue{hue_of(bot or '')}", BOLD)) if length else None


def settled_header(message: Message, width: int, place: Place, today: datetime) -> Row:
    """Return the header of a message that has ended; of `today` the time of day is enough."""
    name = "You" if message.role == "user" else message.bot or message.role.capitalize()
    facts = settled_facts(message, today)
    return header_row(name, facts, width, place=(place.sibling, place.siblings))


def waiting_header(
    message: Message,
    width: int,
    place: Place,
    growing: Growing | None,
    moment: datetime,
    wait: Waiting | None = None,
) -> Row:
    """Return the header that an answer which is still coming has at `moment`.

    `wait` is what it waits for; None when the request has been sent.
    """
    number = (place.sibling, place.siblings)
    if isinstance(wait, Uploading):
        return header_row(message.bot or "Bot", upload_facts(wait), width, place=number)
    if isinstance(wait, Wait):
        return header_row(message.bot or "Bot", limited_facts(wait.left), width, place=number)
    since = max(0.0, (moment - message.created).total_seconds())
    silent = growing.silent_seconds if growing is not None else None
    here = wait is None
    facts = waiting_facts(since, silent, int(moment.timestamp() * SPINNER_RATE), here=here)
    return header_row(message.bot or "Bot", facts, width, place=number)


def _tail(
    message: Message, body: Body, width: int, place: Place, files: Sequence[Row]
) -> list[Row]:
    rows: list[Row] = []
    parts = [files]
    if message.error is not None and not message.streaming:
        parts.append(failure_rows(message.error, width))
    if place.last and not message.streaming:
        parts.append(suggestion_rows(message.suggested_replies, width))
    for part in parts:
        if part and (rows or body.height):
            rows.append(BLANK)
        rows += part
    return rows


def _dimmed(row: Row) -> Row:
    return row._replace(
        spans=tuple(span._replace(look=span.look._replace(role="dim")) for span in row.spans)
    )
