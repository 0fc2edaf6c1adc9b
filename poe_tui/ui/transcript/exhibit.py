"""What the keys of the transcript do with files: show pictures, save, open."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.worker import Worker

from poe_tui.markdown.rows import Row
from poe_tui.ui.transcript.brush import Brush
from poe_tui.ui.transcript.easel import Seen, easel_for
from poe_tui.ui.transcript.entry import Entry, Hung
from poe_tui.ui.transcript.files import File
from poe_tui.ui.transcript.gallery import Gallery, Mode
from poe_tui.ui.transcript.keys import Keys
from poe_tui.ui.transcript.strips import MARGIN, Strips

if TYPE_CHECKING:
    from poe_tui.poe.files import Files
    from poe_tui.ui.terminal import Terminal


class Exhibit(Keys):
    """A transcript whose messages' files can be looked at and saved."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.gallery = Gallery()
        self.brush: Brush | None = None
        """What has the terminal draw pictures; None where it can't, or has not said so yet."""
        self.terminal: Terminal | None = None
        """Asked what it can do when the first picture is wanted."""
        self._coming: dict[str, Worker[None]] = {}
        self._ready: Collection[int] = ()
        """Rows of the screen that Textual need not render."""

    def on_mount(self) -> None:
        """Draw pictures anew when the terminal comes back from something else."""
        self.app.app_resume_signal.subscribe(self, self._come_back)

    def use_files(self, files: Files, *, mode: Mode = "ask", limit: int = 20_000_000) -> None:
        """Fetch what is looked at from `files`; a picture has `limit` bytes at most.

        `mode` says when pictures are fetched: when the reader asks, always, or never.
        """
        self.gallery.clear()
        self.gallery = Gallery(files.get, mode=mode, limit=limit)
        self.brush = self.terminal = None

    def files_here(self, index: int | None = None) -> Sequence[File]:
        """Return the files of entry `index`, None for the one that keys act on."""
        place = self.here if index is None else index
        return () if self.column is None or place is None else self.column.entry(place).files

    # -- pictures -------------------------------------------------------------------------------

    def action_show_pictures(self) -> None:
        """Show the pictures of the message under the cursor, or hide those that are shown."""
        files = [file for file in self.files_here() if file.is_picture and file.address]
        if not files:
            self.notice("This message has no picture.", "warning")
        elif self.gallery.mode == "never":
            self.notice('Pictures are not shown: images = "never" in config.toml.', "warning")
        else:
            hide = any(self.gallery.is_open(file.address) for file in files)
            for address in {file.address: None for file in files}:
                self._hide(address) if hide else self._show(address, look=True)

    def press_picture(self, index: int, number: int) -> None:
        """Show picture `number` among the files of entry `index`, or hide it."""
        files = self.files_here(index)
        if number < len(files):
            address = files[number].address
            if self.gallery.is_open(address):
                self._hide(address)
            else:
                self._show(address, look=True)

    def show_unasked(self) -> None:
        """Where pictures are always shown, show those that have come into view."""
        column = self.column
        if self.gallery.mode != "always" or column is None or not len(column):
            return
        for index in range(self.top[0], self.last_visible() + 1):
            for file in column.entry(index).files:
                if file.is_picture and file.address and self.gallery.unasked(file.address):
                    self._show(file.address)

    def _show(self, address: str, *, look: bool = False) -> None:
        """Fetch and show a picture; with `look` bring it into view, where the cursor has stayed."""
        gallery, here = self.gallery, self.cursor
        self._ask_terminal()

        async def showing() -> None:
            try:
                await gallery.load(address)
            finally:
                self._coming.pop(address, None)
                self._rehang(address)
            if look and self.cursor == here and self.is_attached:
                self._look_at(address)

        gallery.expect(address)
        self._coming[address] = self.run_worker(
            showing(), group="pictures", description="show a picture", exit_on_error=False
        )
        self.call_later(self._rehang, address)

    def _hide(self, address: str) -> None:
        coming = self._coming.pop(address, None)
        if coming is not None:
            coming.cancel()
        self.gallery.hide(address)
        self._rehang(address)

    def _rehang(self, address: str) -> None:
        if self.column is not None and self.is_attached:
            self.column.rehang(address)
            self.refit()
            self.repaint()
            self.measure_soon()

    def _look_at(self, address: str) -> None:
        """Bring a picture of the message under the cursor into view, its beginning at least."""
        index, column = self.here, self.column
        if index is None or column is None:
            return
        entry = column.entry(index)
        for number, file in enumerate(entry.files):
            if file.address == address and self.gallery.is_open(address):
                first = entry.file_at(number)
                rows = len(self.gallery.rows(address, column.width))
                self.bring_into_view(index, first, first + 1 + rows)
                return

    # -- drawing them ---------------------------------------------------------------------------

    def _ask_terminal(self) -> None:
        """Ask the terminal what it can do, once: who looks at no pictures is spared it."""
        if self.terminal is None:
            from poe_tui.ui.terminal import terminal_of

            self.terminal = terminal_of(self.app)
        if self.terminal is not None:
            self._measure_cells()
            self.terminal.ask(self._told)

    def _told(self) -> None:
        """Let the terminal draw what it can, now that it has said so."""
        if self.terminal is None or not self.is_attached:
            return
        easel = easel_for(self.terminal, self.gallery.content)
        if easel is not None:
            self.gallery.easel, self.brush = easel, Brush(self, easel)
        self._measure_cells()
        self.redraw()

    def _measure_cells(self) -> None:
        """Give pictures their true shape, where it is known how large a cell is."""
        terminal = self.terminal
        cell = None if terminal is None else terminal.cell
        if terminal is None or cell is None:
            return
        if self.gallery.fit(cell, terminal.abilities.largest):
            for address in self.gallery.shown():
                self._rehang(address)

    def on_resize(self, event: events.Resize) -> None:
        """Take in that the cells may be larger or smaller now."""
        self._measure_cells()

    def _come_back(self, _: object) -> None:
        if self.gallery.easel is not None:
            self.gallery.easel.forget_all()
            self.repaint()

    def drawing_of(self, entry: Entry, y: int) -> tuple[Row, Strips, object]:
        hung = entry.hung_at(y)
        if hung is None or self.gallery.size(hung.address, entry.width) is None:
            return super().drawing_of(entry, y)
        rows, strips = self.gallery.drawing(hung.address, entry.width)
        return rows[y - entry.tail_start - hung.first], strips, (entry.key, y)

    def noted(self, strip: Strip, entry: Entry, y: int) -> Strip:
        hung = None if self.brush is None else entry.hung_at(y)
        if hung is None or self.brush is None:
            return strip
        if self.gallery.cells(hung.address, entry.width) is not None:
            return strip
        return self.brush.noted(strip, hung.address)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the strips of `crop`. Those of pictures are ready to be drawn, and bypass what
        Textual does to the style of each of their thousand cells.
        """
        ready: dict[int, Strip] = {}
        self._painting = True
        for _, hung, top in self._hung() if not self.app.no_color else ():
            for y in range(max(crop.y, top), min(crop.bottom, top + hung.last - hung.first)):
                ready[y] = self.render_line(y)
        self._ready = ready.keys()
        try:
            strips = super().render_lines(crop)
        finally:
            self._ready = ()
            self._painting = False
        for y, strip in ready.items():
            strips[y - crop.y] = strip.crop(crop.x, crop.right)
        return strips

    def render_line(self, y: int) -> Strip:
        return Strip.blank(self.size.width) if y in self._ready else super().render_line(y)

    def _hung(self) -> Iterator[tuple[Entry, Hung, int]]:
        """Yield the pictures in the messages on screen, each with the screen row of its first."""
        column = self.column
        if column is None or not len(column) or not self.gallery.shown():
            return
        for index in range(self.top[0], self.last_visible() + 1):
            entry = column.entry(index)
            top = column.heights.start(index) - round(self.scroll_y) + entry.tail_start
            for hung in entry.hung:
                yield entry, hung, top + hung.first

    @property
    def grows(self) -> bool:
        """True while an answer is coming in."""
        return self.column is not None and bool(self.column.live)

    def seen(self) -> list[Seen]:
        """Return what is on screen of the pictures, and free of other things."""
        palette = self.palette
        if palette is None or self.app.screen != self.screen:
            return []
        return [
            seen
            for entry, hung, top in self._hung()
            for seen in self._seen(entry, hung.address, top, palette.background(entry.ground))
        ]

    def _seen(self, entry: Entry, address: str, top: int, ground: str) -> Iterator[Seen]:
        size = self.gallery.size(address, entry.width)
        if size is None:
            return
        columns, rows = size
        left, above = self.content_region.offset
        left += MARGIN
        first: int | None = None
        for row in range(rows + 1):
            free = row < rows and self._is_free(top + row, left, left + columns)
            if free and first is None:
                first = row
            elif not free and first is not None:
                place = (left, above + top + first)
                yield Seen(address, columns, rows, first, row, *place, ground)
                first = None

    def _is_free(self, y: int, left: int, right: int) -> bool:
        """Return whether nothing lies over row `y` from one column of the screen to another."""
        if not 0 <= y < self.page or (y == self.page - 1 and self.footnote() is not None):
            return False
        layers = self.screen._compositor.layers_visible
        line = self.content_region.y + y
        # Where a Sixel is in the last line of a screen, some terminals scroll.
        if line >= len(layers) - 1:
            return False
        for widget, part, _ in layers[line]:
            if widget is self:
                return part.x <= left and right <= part.right
            if part.x < right and left < part.right:
                return False
        return False

    # -- saving ---------------------------------------------------------------------------------

    def action_save_files(self, how: str = "") -> None:
        """Ask for the files of the message under the cursor to be saved; with `to`, elsewhere."""
        if any(file.address for file in self.files_here()):
            self.request("save_files", detail=how)
        else:
            self.notice("This message has no file that could be saved.", "warning")
