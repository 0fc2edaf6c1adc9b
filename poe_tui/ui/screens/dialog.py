"""What every dialog looks like: one panel in the middle, its keys in the lower border."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

from poe_tui.ui.keymap import display

Result = TypeVar("Result")


def key_hints(hints: Iterable[tuple[str, str]]) -> Content:
    """Return keys in bold with their verbs in dim: `↵ use · * favourite`."""
    parts: list[Content | tuple[str, str]] = []
    for key, verb in hints:
        if parts:
            parts.append((" · ", "$dim"))
        parts += [(display(key, short=True), "bold $text"), (f" {verb}", "$dim")]
    return Content.assemble(*parts)


class Dialog(ModalScreen[Result], Generic[Result], inherit_css=False):
    """A panel over the screen below. Escape leaves without a result.

    It inherits no style of `Screen`: what the app's style sheet says of screens is not for dialogs,
    whose ground lets the screen below show through.
    """

    DEFAULT_CSS = """
    Dialog {
        layout: vertical;
        align: center middle;
        color: $text;
        background: $ground 70%;

        & > #panel {
            width: 66;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            padding: 1 2;
            background: $panel;
            border: round $accent;
            border-title-color: $text;
            border-title-background: $panel;
            border-subtitle-color: $dim;
            border-subtitle-background: $panel;
        }
        Static { width: 1fr; height: auto; }
        Input {
            height: 1;
            border: none;
            padding: 0;
            background: $panel;
            color: $text;
        }
        Input:focus { border: none; background: $panel; background-tint: $panel 0%; }
        Input.-invalid, Input.-invalid:focus { border: none; color: $bad; }
        Input > .input--placeholder { color: $dim; }
        Input > .input--selection { background: $line; color: $text; }
        & > .screen--selection {
            background: $screen-selection-background;
            color: $screen-selection-foreground;
        }
    }
    Dialog.-small > #panel { padding: 0 1; }
    """

    # Not inherited either, and a click that selects asks for it.
    COMPONENT_CLASSES: ClassVar[set[str]] = ModalScreen.COMPONENT_CLASSES

    # Textual declares it so, not as a ClassVar.
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-small"), (20, "-roomy")]  # noqa: RUF012

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False, priority=True)
    ]

    def __init__(self, title: str, hints: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title = title
        self._hints = hints

    def compose(self) -> ComposeResult:
        with Vertical(id="panel") as panel:
            panel.border_title = Content(self._title)
            panel.border_subtitle = key_hints(self._hints)
            yield from self.compose_panel()

    def compose_panel(self) -> Iterable[Widget]:
        """Return what is in the panel."""
        raise NotImplementedError

    def hint(self, hints: Sequence[tuple[str, str]]) -> None:
        """Show other keys in the lower border."""
        self.query_one("#panel").border_subtitle = key_hints(hints)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close with a result; does nothing where the dialog has been closed already.

        An enter pressed twice is two answers, and Textual would close what lies below for the
        second one, or bring the app down where nothing does.
        """
        return super().dismiss(result) if self.is_current else AwaitComplete()

    def action_leave(self) -> None:
        """Close without a result."""
        self.dismiss(None)
