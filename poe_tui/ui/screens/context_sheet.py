"""What will be sent: every message of the branch with its size, and what is left out and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from poe_tui.chat.context import Piece
from poe_tui.chat.outline import Outline, choice_in_words, tokens_of
from poe_tui.chat.parameters import STOP, TEMPERATURE, in_words
from poe_tui.markdown.rows import BOLD, Look, Span
from poe_tui.markdown.safe import plain
from poe_tui.poe.labels import tokens
from poe_tui.ui.figures import counted, grouped
from poe_tui.ui.palette import Palette, hue_of
from poe_tui.ui.screens.dialog import Dialog
from poe_tui.ui.widgets.line_list import LineList, fit

_WHO: Final = 18
_SIZE: Final = 22
_REASONS: Final = {
    "excluded": "left out by x",
    "failed": "failed",
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

    def row_count(self) -> int:
        outline = self.outline
        return 0 if outline is None else len(outline.pieces) + bool(outline.system)

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

    def row_spans(self, index: int, width: int) -> tuple[list[Span], str]:
        piece = self.piece(index)
        room = max(0, width - _WHO - _SIZE - 4)
        if piece is None:
            text = self.outline.system if self.outline is not None else ""
            who = [Span("  ", Look()), Span(fit("System", _WHO), Look("text", BOLD))]
            parts = [*who, *_text(text, room, dim=False), _size(len(text), 0)]
        else:
            dim = "dim" if piece.left_out else "text"
            said = piece.text or ("what you write" if self.is_prompt(index) else "")
            files = len(piece.message.attachments)
            end = _reason(piece) if piece.left_out else _size(len(piece.text), files)
            parts = [
                *_who(piece, dim),
                *_text(said, room, dim=bool(piece.left_out) or not piece.text),
                end,
            ]
        return parts, "line" if self.is_highlighted(index) else "panel"


class ContextSheet(Dialog[None]):
    """Shows an outline; `x` leaves a message out, or takes it in again, here as in the transcript.

    `look` gives the outline as it is now, `exclude` toggles one message by its id, `turn` goes on
    to the next choice of what mentioned bots see; `choice` gives it. `window` is how many tokens
    the bot reads, None when unknown.
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
        Binding("q", "leave", "Leave", show=False),
    ]

    def __init__(
        self,
        look: Callable[[], Outline],
        exclude: Callable[[str], object],
        turn: Callable[[], object],
        choice: Callable[[], str],
        *,
        window: int | None,
        palette: Palette,
    ) -> None:
        hints = [("x", "leave out or take in"), ("m", "what @bots see"), ("escape", "leave")]
        super().__init__("What will be sent", hints)
        self._look = look
        self._exclude = exclude
        self._turn = turn
        self._choice = choice
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
        rows.outline = outline
        rows.rows_changed()
        self.query_one("#total", Static).update(_total(outline, self._window))
        notes = [_beside(outline.request.temperature, outline), self._mentions()]
        self.query_one("#notes", Static).update(Content("\n".join(filter(None, notes))))

    def _mentions(self) -> str:
        return f"A bot asked by @ sees {choice_in_words(self._choice())}."

    def action_exclude(self) -> None:
        """Leave the highlighted message out, or take it in again."""
        rows = self.query_one(SentRows)
        piece = rows.piece(rows.highlighted)
        if piece is not None and not rows.is_prompt(rows.highlighted):
            self._exclude(piece.message.id)
            self._show()

    def action_turn(self) -> None:
        """Go on to the next choice of what a mentioned bot sees."""
        self._turn()
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


def _beside(temperature: float | None, outline: Outline) -> str:
    """Return the parameters that go with the prompt as one line; empty for none."""
    stop = list(outline.request.stop_sequences)
    beside = {
        **outline.request.turns[-1].parameters,
        **({} if temperature is None else {TEMPERATURE: temperature}),
        **({STOP: stop} if stop else {}),
    }
    return f"With {plain(in_words(beside))}." if beside else ""


def _who(piece: Piece, role: str) -> list[Span]:
    message = piece.message
    if message.role == "user":
        return [Span("  ", Look()), Span(fit("You", _WHO), Look(role, BOLD))]
    name = plain(message.bot or "") or message.role.capitalize()
    dot = Span("● ", Look(f"hue{hue_of(name)}" if role == "text" else "dim"))
    return [dot, Span(fit(name, _WHO - 1) + " ", Look(role, BOLD))]


def _text(text: str, room: int, *, dim: bool) -> list[Span]:
    start = plain(" ".join(text[: room * 2 + 40].split()))
    return [Span(fit(start, room), Look("dim" if dim else "text"))]


def _size(characters: int, files: int) -> Span:
    hung = f"{counted(files, 'file')} + " if files else ""
    about = f"≈ {grouped(tokens_of(characters))} tok"
    return Span(_right(f"{hung}{grouped(characters)}  {about:>11}"), Look("dim"))


def _reason(piece: Piece) -> Span:
    return Span(_right(_REASONS.get(piece.left_out, piece.left_out)), Look("warn"))


def _right(text: str) -> str:
    return "  " + fit(text.rjust(_SIZE), _SIZE)
