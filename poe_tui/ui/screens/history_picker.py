"""The prompts sent before, the newest first: find one by a word of it and write on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from poe_tui.markdown.rows import Look, Span
from poe_tui.markdown.safe import plain, visible
from poe_tui.ui.screens.picker import Finder, FoundRows
from poe_tui.ui.widgets.line_list import LineList, fit, marked
from poe_tui.ui.widgets.text_editor import LineEditor

#: How much of a prompt is looked at and shown here; it is given back whole.
_GLANCE: Final = 2_000


class PromptRows(FoundRows, can_focus=False):
    """A line for each prompt that fits."""

    def __init__(self, prompts: Sequence[str]) -> None:
        super().__init__("prompts")
        self._prompts = prompts
        self._labels = [plain(prompt[:_GLANCE]) for prompt in prompts]
        self._folded = [label.casefold() for label in self._labels]
        self._words: list[str] = []
        self._found = list(range(len(prompts)))

    def find(self, query: str) -> None:
        """Keep the prompts that hold every word of `query`, whatever its case."""
        self._words = query.casefold().split()
        self._found = [
            index
            for index, text in enumerate(self._folded)
            if all(word in text for word in self._words)
        ]
        self.begin_again()

    def prompt(self) -> str | None:
        """Return the highlighted prompt, whole; None when none fits."""
        return self._prompts[self._found[self.highlighted]] if self._found else None

    def row_count(self) -> int:
        return len(self._found)

    def row_key(self, index: int) -> str:
        return str(self._found[index])

    def row_spans(self, index: int, width: int) -> tuple[list[Span], str]:
        at = self._found[index]
        here = self.is_highlighted(index)
        shown = fit(self._labels[at], max(1, width - 2)).rstrip()
        spans = [Span("▌ " if here else "  ", Look("accent"))]
        return [*spans, *_marked(shown, self._words)], "line" if here else "panel"


class HistoryPicker(Finder[str | None]):
    """Gives the prompt that was chosen, as it was sent; None when none was.

    `prompts` are those sent before, the oldest first, as the state keeps them; of equal ones the
    newest counts.
    """

    DEFAULT_CSS = """
    HistoryPicker {
        & > #panel { width: 88; height: 24; max-height: 92%; padding: 1 2 0 2; }
        #filter { margin-bottom: 1; }
        PromptRows { height: 1fr; background: $panel; }
        #preview { height: 6; border-top: solid $line; padding-top: 1; color: $dim; }
    }
    HistoryPicker.-small {
        & > #panel { height: 100%; max-height: 100%; padding: 0 1; }
        #filter { margin-bottom: 0; }
        #preview { display: none; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "move('step', 1)", "Down", show=False, priority=True)
    ]

    def __init__(self, prompts: Sequence[str]) -> None:
        super().__init__("Prompts you have sent", [("enter", "use"), ("escape", "leave")])
        self._rows = PromptRows(list(dict.fromkeys(reversed(prompts))))

    def compose_panel(self) -> Iterable[Widget]:
        yield LineEditor(placeholder="words of the prompt", id="filter", max_length=200)
        yield self._rows
        yield Static("", id="preview", markup=False)

    @on(Input.Submitted, "#filter")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if (prompt := self._rows.prompt()) is not None:
            self.dismiss(prompt)

    @on(LineList.Chosen)
    def _clicked(self, event: LineList.Chosen) -> None:
        event.stop()
        self.dismiss(self._rows.prompt())

    def describe(self) -> None:
        prompt = self._rows.prompt()
        text = "No prompt holds these words." if prompt is None else visible(prompt[:_GLANCE])
        self.query_one("#preview", Static).update(Content(text.strip()))


def _marked(text: str, words: Sequence[str]) -> list[Span]:
    """Return the text with the first place of each word in the accent."""
    folded = text.casefold()
    hits: set[int] = set()
    if len(folded) == len(text):
        for word in words:
            at = folded.find(word)
            hits.update(range(at, at + len(word)) if at >= 0 else ())
    return marked(text, hits)
