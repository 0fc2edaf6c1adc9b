"""The bot picker: type a few letters, see what each bot is and costs, press enter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from poe_tui.bots import BotChoice, BotChoices
from poe_tui.chat.figures import BotFigures
from poe_tui.markdown.rows import Look, Span
from poe_tui.markdown.safe import plain
from poe_tui.poe.catalog import Bot
from poe_tui.poe.labels import kinds, price_in_words, tokens, yours
from poe_tui.ui.event import event
from poe_tui.ui.keymap import NOT_IN_NAMES, bindings_for
from poe_tui.ui.palette import Palette, hue_of
from poe_tui.ui.screens.picker import Picker, PickerRows
from poe_tui.ui.widgets.line_list import LineList, fit, marked
from poe_tui.ui.widgets.text_editor import LineEditor

#: The cells that a name needs at least; columns go until it has them.
_NAME: Final = 20

_WARNING: Final = (
    "Not in Poe’s public list: a private or community bot, or a misspelt name. "
    "Poe warns that any bot you call can spend your whole balance."
)


class BotRows(PickerRows, can_focus=False):
    """The bots that fit, a line each. The filter has the focus; the keys come from the picker."""

    def __init__(self, current: str, favourites: Iterable[str]) -> None:
        super().__init__("fitting")
        self.choices: list[BotChoice] = []
        self.favourites = {name.casefold() for name in favourites}
        self._current = current.casefold()

    def row_count(self) -> int:
        return len(self.choices)

    def row_key(self, index: int) -> str:
        return self.choices[index].name

    def row_spans(self, index: int, width: int) -> tuple[list[Span], str]:
        choice = self.choices[index]
        name = choice.name.casefold()
        here = self.is_highlighted(index)
        spans = [
            Span("▌" if here else " ", Look("accent")),
            Span("● " if choice.bot else "○ ", Look(f"hue{hue_of(choice.name)}")),
            *_facts(choice, width - 7),
            Span(" ✓" if name == self._current else "  ", Look("accent")),
            Span(" ★" if name in self.favourites else "  ", Look("warn")),
        ]
        return spans, "line" if here else "panel"


class BotFilter(LineEditor):
    """A text box that leaves to the picker the one key that no name contains."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return character != NOT_IN_NAMES and super().check_consume_key(key, character)


class BotPicker(Picker[str | None]):
    """Gives the name of the bot that was chosen; None when everything stays as it is.

    `bots` is Poe's list, empty while it has not come; `update_bots` brings it later.
    `favourites` and `recent` are names, listed or not; `current` is the bot in use, which has a ✓.
    `aliases` are short names and their bots, `figures_of` gives the user's own figures of a bot,
    `expected` what it would cost there and then, in words.
    """

    DEFAULT_CSS = """
    BotPicker {
        & > #panel { width: 88; height: 26; max-height: 92%; padding: 1 2 0 2; }
        #filter-row { height: 1; margin-bottom: 1; }
        #prompt { width: 2; color: $accent; text-style: bold; }
        #filter { width: 1fr; }
        #count { width: 23; text-align: right; color: $dim; }
        BotRows { height: 1fr; background: $panel; }
        #details { height: 9; border-top: solid $line; padding-top: 1; color: $dim; }
    }
    BotPicker.-small {
        & > #panel { padding: 0 1; height: 100%; max-height: 100%; }
        #filter-row { margin-bottom: 0; }
        #details { display: none; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for("picker"),
    ]

    @event
    class FavouriteToggled(Message):
        """The bot was made a favourite, or is one no longer. Already shown in the picker."""

        picker: BotPicker
        bot: str

        @property
        def control(self) -> BotPicker:
            """The picker it comes from."""
            return self.picker

    @event
    class ParametersWanted(Message):
        """The parameters of the bot are to be set; the picker stays open below."""

        picker: BotPicker
        bot: str

        @property
        def control(self) -> BotPicker:
            """The picker it comes from."""
            return self.picker

    def __init__(
        self,
        bots: Sequence[Bot],
        *,
        favourites: Sequence[str] = (),
        recent: Sequence[str] = (),
        current: str = "",
        aliases: Mapping[str, str] | None = None,
        figures_of: Callable[[str], BotFigures] | None = None,
        expected: Callable[[str], str] | None = None,
        title: str = "Switch bot",
        palette: Palette,
    ) -> None:
        hints = [("enter", "use"), ("*", "favourite"), ("tab", "parameters"), ("escape", "leave")]
        super().__init__(title, hints)
        self._aliases = aliases
        self._figures_of = figures_of
        self._expected = expected
        self._favourites = favourites
        self._recent = recent
        self._current = current
        self._palette = palette
        self._choices = BotChoices(bots, favourites, recent, aliases)

    def compose_panel(self) -> Iterable[Widget]:
        with Horizontal(id="filter-row"):
            yield Static("›", id="prompt")
            yield BotFilter(placeholder="name, owner, text, image …", id="filter", max_length=200)
            yield Static("", id="count", markup=False)
        rows = BotRows(self._current, self._favourites)
        rows.set_palette(self._palette)
        yield rows
        yield Static("", id="details", markup=False)

    def on_mount(self) -> None:
        self._filter("")
        self._rows.highlight_key(self._current_name())
        self.describe()

    def update_bots(self, bots: Sequence[Bot]) -> None:
        """Take in Poe's list, with what is typed and highlighted kept."""
        kept = self._rows.highlighted_key()
        self._choices = BotChoices(bots, self._favourites, self._recent, self._aliases)
        if self.is_mounted:
            self._filter(self.query_one("#filter", Input).value)
            if kept is not None:
                self._rows.highlight_key(kept)
            self.describe()

    @property
    def _rows(self) -> BotRows:
        return self.query_one(BotRows)

    def _current_name(self) -> str:
        folded = self._current.casefold()
        names = (choice.name for choice in self._rows.choices)
        return next((name for name in names if name.casefold() == folded), "")

    # -- filtering ------------------------------------------------------------------------------

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._filter(event.value)
        self.describe()

    def _filter(self, query: str) -> None:
        rows = self._rows
        rows.choices = self._choices.find(query)
        rows.begin_again()
        listed = sum(choice.bot is not None for choice in rows.choices)
        total = self._choices.listed
        said = f"{listed} of {total} bots" if query.strip() else f"{total} bots"
        count = self.query_one("#count", Static)
        count.update(said if total else "Poe’s list has not come", layout=False)

    # -- choosing -------------------------------------------------------------------------------

    def action_choose(self) -> None:
        """Close with the highlighted bot; with none, stay."""
        chosen = self._rows.highlighted_key()
        if chosen is not None:
            self.dismiss(chosen)

    @on(Input.Submitted, "#filter")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_choose()

    @on(LineList.Chosen)
    def _clicked(self, event: LineList.Chosen) -> None:
        event.stop()
        self.dismiss(event.key)

    def action_favourite(self) -> None:
        """Make the highlighted bot a favourite, or one no longer; it keeps its place for now."""
        rows = self._rows
        name = rows.highlighted_key()
        if name is not None:
            rows.favourites ^= {name.casefold()}
            rows.refresh()
            self.post_message(self.FavouriteToggled(self, name))

    def action_parameters(self) -> None:
        """Ask for a form with the parameters of the highlighted bot."""
        name = self._rows.highlighted_key()
        if name is not None:
            self.post_message(self.ParametersWanted(self, name))

    def action_close(self) -> None:
        """Leave everything as it is."""
        self.dismiss(None)

    # -- saying what a bot is -------------------------------------------------------------------

    def describe(self) -> None:
        rows = self._rows
        details = self.query_one("#details", Static)
        if rows.row_count():
            choice = rows.choices[rows.highlighted]
            own = yours(self._figures_of(choice.name)) if self._figures_of is not None else ""
            expected = self._expected(choice.name) if self._expected is not None else ""
            details.update(describe(choice, own=own, expected=expected), layout=False)
        else:
            content = Content.styled("Type the name of any bot on Poe.", "$dim")
            details.update(content, layout=False)


def describe(choice: BotChoice, *, own: str = "", expected: str = "") -> Content:
    """Return what is known of a bot, in at most three paragraphs.

    `own` is how it did so far, `expected` what the answer would cost that it is chosen for.
    """
    bot = choice.bot
    short = f"@{' @'.join(plain(alias) for alias in choice.aliases)}" if choice.aliases else ""
    mine: list[Content | tuple[str, str] | str] = (
        ["\n", ("yours  ", "$dim"), (own, "$text")] if own else []
    )
    if expected:
        mine += ["\n", ("now  ", "$dim"), (expected, "$text")]
    if bot is None:
        name = (choice.label, "bold $text")
        return Content.assemble(
            name, (f"   {short}" if short else "", "$dim"), "\n\n", (_WARNING, "$warn"), "\n", *mine
        )
    facts = [
        short,
        choice.owner,
        "" if bot.context is None else f"{tokens(bot.context)} context",
        plain(f"{kinds(bot.inputs)} in, {kinds(bot.outputs)} out"),
    ]
    parts: list[Content | tuple[str, str] | str] = [
        (choice.label, "bold $text"),
        ("   " + " · ".join(filter(None, facts)), "$dim"),
    ]
    if bot.description:
        parts += ["\n", (_shortened(plain(bot.description), 160), "$dim")]
    if price := price_in_words(bot):
        parts += ["\n\n", (price, "$dim")]
    elif mine:
        parts.append("\n")
    return Content.assemble(*parts, *mine)


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def _facts(choice: BotChoice, width: int) -> list[Span]:
    """Return the columns that have room, the name always; together exactly `width` cells."""
    owner = Span(fit(choice.owner, 12) + "  ", Look("dim" if choice.bot else "warn"))
    modalities = Span(fit(choice.modalities, 14) + " ", Look("dim"))
    context = Span(_right(choice.context, 6), Look("dim"))
    price = Span(_right(choice.price, 15), Look("dim"))
    columns = [owner, modalities, context, price]
    for dropped in (modalities, context, owner if choice.bot else price, price):
        if width - sum(cell_len(column.text) for column in columns) >= _NAME:
            break
        if dropped in columns:
            columns.remove(dropped)
    room = width - sum(cell_len(column.text) for column in columns)
    return [*_name(choice, room), *columns]


def _name(choice: BotChoice, width: int) -> list[Span]:
    """Return the name in `width` cells, the matched letters in the accent."""
    shown = fit(choice.label, max(1, width - 1)) + " "
    return marked(shown, set(choice.offsets))


def _right(text: str, width: int) -> str:
    return " " * max(0, width - cell_len(text)) + fit(text, min(width, cell_len(text)))
