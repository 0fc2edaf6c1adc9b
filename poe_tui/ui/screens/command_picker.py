"""The command palette: every action by name, found by a few of its letters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from poe_tui.fuzzy import WORST, Match, match
from poe_tui.markdown.rows import Look, Span
from poe_tui.ui.offers import Offer
from poe_tui.ui.screens.picker import Finder, FoundRows
from poe_tui.ui.widgets.line_list import LineList, fit, marked
from poe_tui.ui.widgets.text_editor import LineEditor


class OfferRows(FoundRows, can_focus=False):
    """A line for each offer that fits: its title, and its key at the right."""

    def __init__(self, offers: Sequence[Offer]) -> None:
        super().__init__("offers")
        self._offers = offers
        self._found = [(Match(0.0, ()), offer) for offer in offers]

    def find(self, query: str) -> None:
        """Keep the offers that fit `query`, the best first; all, as they are, for none."""
        found = [(fit, offer) for offer in self._offers if (fit := match(query, offer.title))]
        floor = max((fit.score for fit, _ in found), default=0.0) * WORST
        fitting = (one for one in found if one[0].score >= floor)
        self._found = sorted(fitting, key=lambda one: one[0].score, reverse=True)
        self.begin_again()

    def offer(self) -> Offer | None:
        """Return the highlighted offer; None when none fits."""
        return self._found[self.highlighted][1] if self._found else None

    def row_count(self) -> int:
        return len(self._found)

    def row_key(self, index: int) -> str:
        return self._found[index][1].title

    def row_spans(self, index: int, width: int) -> tuple[list[Span], str]:
        found, offer = self._found[index]
        here = self.is_highlighted(index)
        key = f" {offer.key} " if offer.key else ""
        title = fit(offer.title, max(1, width - 2 - cell_len(key)))
        bar = Span("▌ " if here else "  ", Look("accent"))
        return [bar, *marked(title, found.offsets), Span(key, Look("dim"))], (
            "line" if here else "panel"
        )


class CommandPicker(Finder[Offer | None]):
    """Gives the offer that was chosen, which is then to be done; None when none was."""

    DEFAULT_CSS = """
    CommandPicker {
        & > #panel { width: 76; height: 26; max-height: 92%; padding: 1 2 0 2; }
        #filter { margin-bottom: 1; }
        OfferRows { height: 1fr; background: $panel; }
        #description { height: 4; border-top: solid $line; padding-top: 1; color: $dim; }
    }
    CommandPicker.-small {
        & > #panel { height: 100%; max-height: 100%; padding: 0 1; }
        #filter { margin-bottom: 0; }
        #description { display: none; }
    }
    """

    def __init__(self, offers: Sequence[Offer]) -> None:
        super().__init__("Commands", [("enter", "do"), ("escape", "leave")])
        self._rows = OfferRows(offers)

    def compose_panel(self) -> Iterable[Widget]:
        yield LineEditor(placeholder="what to do …", id="filter", max_length=200)
        yield self._rows
        yield Static("", id="description", markup=False)

    @on(Input.Submitted, "#filter")
    @on(LineList.Chosen)
    def _choose(self, event: Input.Submitted | LineList.Chosen) -> None:
        event.stop()
        if (offer := self._rows.offer()) is not None:
            self.dismiss(offer)

    def describe(self) -> None:
        offer = self._rows.offer()
        text = "There is no such command." if offer is None else offer.description
        self.query_one("#description", Static).update(Content(text), layout=False)
