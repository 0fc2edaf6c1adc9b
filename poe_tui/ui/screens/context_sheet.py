"""What will be sent: every message of the branch with its size, and what is left out and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from poe_tui.chat.context import Piece
from poe_tui.chat.outline import Outline, choice_in_words, next_choice, tokens_of
from poe_tui.chat.parameters import STOP, TEMPERATURE, in_words
from poe_tui.markdown.rows import BOLD, Look, Span
from poe_tui.markdown.safe import plain
from poe_tui.poe.labels import tokens
from poe_tui.ui.figures import counted, grouped
from poe_tui.ui.palette import Palette, hue_of
from poe_tui.ui.screens.dialog import Dialog
from poe_tui.ui.widgets.line_list import LineList, fit

_WHO: Final = 18
_SIZE: Final = 17
"""Cells of a size at least: as many as the longest reason to leave a message out."""
_REASONS: Final = {
    "excluded": "left out by x",
    "failed": "failed",
    "unanswered": "not answered",
    "streaming": "still coming in",
    "empty": "empty",
    "unseen": "not for @bots",
    "unasked": "without a prompt",
}


class SentRows(LineList):
    """A line for the system prompt, if there is one, and one for each message."""

    def __init__(self) -> None:
        super().__init__("sent")
        self.outline: Outline | None = None
        self.joined: set[int] = set()
        """The rows that are sent as one turn with the one before them that is sent."""
        self._sizes: list[str] = []
        """What stands at the end of each row, all of one width."""

    def row_count(self) -> int:
        return len(self._sizes)

    def row_key(self, index: int) -> str:
        piece = self.piece(index)
        return "" if piece is None else piece.message.id

    def piece(self, index: int) -> Piece | None:
        """Return what stands on a row; None for the system prompt."""
        outline = self.outline
        if outline is None:
            return None
        place = index - bool(outline.system)
        return outline.pieces[place] if place >= 0 else None

    def is_prompt(self, index: int) -> bool:
        """Return whether a row is what has not been sent yet."""
        return index == self.row_count() - 1

    def show(self, outline: Outline) -> None:
        """Show what `outline` tells."""
        self.outline = outline
        self._sizes = _sizes(outline)
        self.joined.clear()
        last = ""
        for index in range(self.row_count()):
            piece = self.piece(index)
            if piece is not None and not piece.left_out:
                if piece.message.role == last:
                    self.joined.add(index)
                last = piece.message.role
        self.rows_changed()

    def row_spans(self, index: int, width: int) -> tuple[list[Span], str]:
        piece = self.piece(index)
        size = self._sizes[index]
        room = max(0, width - _WHO - len(size) - 4)
        if piece is None:
            text = self.outline.system if self.outline is not None else ""
            who = [Span("  ", Look()), Span(fit("System", _WHO), Look("text", BOLD))]
            parts = [*who, *_text(text, room, dim=False)]
        else:
            dim = "dim" if piece.left_out else "text"
            said = piece.text or ("what you write" if self.is_prompt(index) else "")
            parts = [
                *_who(piece, dim, joined=index in self.joined),
                *_text(said, room, dim=bool(piece.left_out) or not piece.text),
            ]
        end = Span(f"  {size}", Look("warn" if piece is not None and piece.left_out else "dim"))
        return [*parts, end], "line" if self.is_highlighted(index) else "panel"


class ContextSheet(Dialog[None]):
    """Shows an outline, and each message of it word for word; `x` leaves one out, or takes it in
    again, here as in the transcript.

    `look` gives the outline as it is now, `exclude` toggles one message by its id, `choose` sets
    what mentioned bots see; `choice` gives it. `queued` prompts go before this one. `window` is how
    many tokens the bot reads, None when unknown.
    """

    DEFAULT_CSS = """
    ContextSheet {
        & > #panel { width: 104; height: 30; max-height: 92%; padding: 1 2 0 2; }
        #total { margin-bottom: 1; }
        SentRows { height: 1fr; background: $panel; }
        #notes { color: $dim; border-top: solid $line; padding: 0; height: auto; }
    }
    ContextSheet.-small > #panel { padding: 0 1; height: 100%; max-height: 100%; }
    ContextSheet.-small #total { margin-bottom: 0; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "exclude", "Leave out", show=False),
        Binding("m", "turn", "What mentioned bots see", show=False),
        *(
            Binding(str(number), f"last({number})", f"They see the last {number}", show=False)
            for number in range(10)
        ),
        Binding("q", "leave", "Leave", show=False),
    ]

    def __init__(
        self,
        look: Callable[[], Outline],
        exclude: Callable[[str], object],
        choose: Callable[[str], object],
        choice: Callable[[], str],
        *,
        queued: int = 0,
        window: int | None,
        palette: Palette,
    ) -> None:
        hints = [
            ("enter", "read"),
            ("x", "leave out, take in"),
            ("m 0…9", "what @bots see"),
            ("escape", "leave"),
        ]
        super().__init__("What will be sent", hints)
        self._look = look
        self._exclude = exclude
        self._choose = choose
        self._choice = choice
        self._queued = queued
        self._window = window
        self._palette = palette

    def compose_panel(self) -> Iterable[Widget]:
        yield Static("", id="total", markup=False)
        rows = SentRows()
        rows.set_palette(self._palette)
        yield rows
        yield Static("", id="notes", markup=False)

    def on_mount(self) -> None:
        self._show()
        rows = self.query_one(SentRows)
        rows.focus()
        self.call_after_refresh(rows.action_end, 1)

    def _show(self) -> None:
        outline = self._look()
        rows = self.query_one(SentRows)
        rows.show(outline)
        self.query_one("#total", Static).update(_total(outline, self._window))
        notes = [_beside(outline), self._later(outline), self._mentions(), self._joins()]
        self.query_one("#notes", Static).update(Content("\n".join(filter(None, notes))))

    def _mentions(self) -> str:
        return f"A bot asked by @ sees {choice_in_words(self._choice())}."

    def _joins(self) -> str:
        said = "+ is sent as one message with the one above, an empty line between."
        return said if self.query_one(SentRows).joined else ""

    def _later(self, outline: Outline) -> str:
        """Return what will have been said by the time this is sent, and goes along; empty: none."""
        coming = any(piece.left_out == "streaming" for piece in outline.pieces)
        ahead = [
            "what is still coming in" if coming else "",
            counted(self._queued, "queued prompt") if self._queued else "",
        ]
        said = " and ".join(filter(None, ahead))
        return f"Goes out after {said}, and takes that along." if said else ""

    @on(LineList.Chosen)
    def _read(self, event: LineList.Chosen) -> None:
        from poe_tui.ui.screens.sent_text import SentText

        event.stop()
        rows = self.query_one(SentRows)
        piece = rows.piece(rows.highlighted)
        if piece is None:
            self.app.push_screen(SentText("System", rows.outline.system if rows.outline else ""))
        else:
            said = _REASONS.get(piece.left_out, "as it is sent")
            title = f"{_name(piece)} · {said}"
            self.app.push_screen(SentText(title, piece.text, piece.message.attachments))

    def action_exclude(self) -> None:
        """Leave the highlighted message out, or take it in again."""
        rows = self.query_one(SentRows)
        piece = rows.piece(rows.highlighted)
        if piece is not None and not rows.is_prompt(rows.highlighted):
            self._exclude(piece.message.id)
            self._show()

    def action_turn(self) -> None:
        """Go on to the next choice of what a mentioned bot sees."""
        self._choose(next_choice(self._choice()))
        self._show()

    def action_last(self, number: int) -> None:
        """Let a mentioned bot see so many prompts and their answers."""
        self._choose(f"last_{number}")
        self._show()


def _total(outline: Outline, window: int | None) -> Content:
    characters = outline.characters
    facts = [
        f"{outline.sent} of {counted(len(outline.pieces), 'message')}",
        counted(characters, "character"),
        f"≈ {grouped(tokens_of(characters))} tokens" + (f" of {tokens(window)}" if window else ""),
        counted(outline.files, "file") if outline.files else "",
    ]
    name = plain(outline.request.bot)
    return Content.assemble(
        ("● ", f"$hue{hue_of(name)}"),
        (name, "bold $text"),
        ("   " + " · ".join(filter(None, facts)), "$dim"),
    )


def _beside(outline: Outline) -> str:
    """Return the parameters that go with the prompt as one line; empty for none."""
    request = outline.request
    heat, stop = request.temperature, list(request.stop_sequences)
    beside = {
        **request.turns[-1].parameters,
        **({} if heat is None else {TEMPERATURE: heat}),
        **({STOP: stop} if stop else {}),
    }
    return f"With {plain(in_words(beside))}." if beside else ""


def _name(piece: Piece) -> str:
    message = piece.message
    if message.role == "user":
        return "You"
    return plain(message.bot or "") or message.role.capitalize()


def _who(piece: Piece, role: str, *, joined: bool) -> list[Span]:
    name = _name(piece)
    before = Span("+ " if joined else "  ", Look("dim"))
    if piece.message.role == "user":
        return [before, Span(fit(name, _WHO), Look(role, BOLD))]
    dot = Span("● ", Look(f"hue{hue_of(name)}" if role == "text" else "dim"))
    return [dot, Span(fit(name, _WHO - 1) + " ", Look(role, BOLD))]


def _text(text: str, room: int, *, dim: bool) -> list[Span]:
    start = plain(" ".join(text[: room * 2 + 40].split()))
    return [Span(fit(start, room), Look("dim" if dim else "text"))]


def _sizes(outline: Outline) -> list[str]:
    """Return for each row how much is sent, or why nothing is: all of them equally wide."""
    reasons = [""] if outline.system else []
    parts = [(0, len(outline.system))] if outline.system else []
    for piece in outline.pieces:
        reasons.append(_REASONS.get(piece.left_out, piece.left_out))
        parts.append((len(piece.message.attachments), len(piece.text)))
    hung = [f"{counted(files, 'file')} + " if files else "" for files, _ in parts]
    before = [f"{each}{grouped(size)}" for each, (_, size) in zip(hung, parts, strict=True)]
    about = [f"≈ {grouped(tokens_of(size))} tok" for _, size in parts]
    sent = [place for place, reason in enumerate(reasons) if not reason]
    wide = max(len(before[place]) for place in sent)
    last = max(len(about[place]) for place in sent)
    return [
        (reason or f"{size:>{wide}}  {guess:>{last}}").rjust(max(_SIZE, wide + 2 + last))
        for reason, size, guess in zip(reasons, before, about, strict=True)
    ]
