"""The parameters of a bot as a form: one line each, checked as they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from poe_tui.chat.parameters import Parameter
from poe_tui.markdown.safe import plain
from poe_tui.ui.screens.dialog import Dialog
from poe_tui.ui.widgets.text_editor import LineEditor

_SETTLED: Final = ("choice", "yes_no")


class Field(LineEditor):
    """What is set of one parameter; empty leaves it to the bot."""

    def __init__(self, place: int, parameter: Parameter, value: Any) -> None:
        usual = plain(parameter.shown(parameter.default)) or "the bot’s own"
        super().__init__(parameter.shown(value), placeholder=usual, id=f"field-{place}")
        self.parameter = parameter
        self.problem = ""
        """Why what was written could not be kept; empty until then, and when it is changed."""

    @property
    def words(self) -> list[str]:
        """What can be chosen; empty where anything can be written."""
        if self.parameter.kind == "yes_no":
            return ["yes", "no"]
        return [word for each in self.parameter.choices if (word := self.parameter.shown(each))]

    def allowed(self) -> Content:
        """Return what may be written, in words, with what is written in bold."""
        said: list[Content | tuple[str, str]] = []
        for word in self.words:
            chosen = word.casefold() == self.value.strip().casefold()
            said += [(" · ", "$dim")] if said else []
            said.append((plain(word), "bold $text" if chosen else "$dim"))
        kind = "a number" if self.parameter.kind in ("number", "whole") else ""
        return Content.assemble(*said) if said else Content(self.parameter.bounds or kind)


class ChoiceField(Field):
    """A field with few values: left and right go from one to the next."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "Previous value", show=False),
        Binding("right", "turn(1)", "Next value", show=False),
    ]

    def action_turn(self, step: int) -> None:
        """Go to the next or previous value; one of them is that of the bot."""
        known = ["", *self.words]
        at = known.index(self.value) if self.value in known else 0
        self.value = known[(at + step) % len(known)]
        self.action_end()


class ParameterForm(Dialog[dict[str, Any] | None]):
    """Gives all that is set of a bot, empty when nothing is; None when it stays as it was.

    `values` are what is set now. One that the bot does not list (any more) is kept, as text can't
    tell what it is; one that it does not allow is shown as it was, and refused when kept.
    """

    DEFAULT_CSS = """
    ParameterForm {
        & > #panel { width: 88; }
        #why { color: $dim; margin-bottom: 1; }
        #fields { height: auto; max-height: 16; scrollbar-size-vertical: 1; }
        Horizontal { height: 1; }
        .name, .allowed { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        .name { width: 3fr; max-width: 26; padding-right: 1; color: $text; }
        Horizontal > Input { width: 3fr; max-width: 24; background: $line; padding: 0 1; }
        Horizontal > Input:focus { background: $line; color: $text; text-style: bold; }
        .allowed { width: 4fr; padding-left: 2; color: $dim; }
        #about { height: 2; margin-top: 1; color: $dim; }
        #about.-wrong { color: $bad; }
    }
    ParameterForm.-small {
        #why, #about { margin: 0; }
        #fields { max-height: 8; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "Up", show=False),
        Binding("down", "app.focus_next", "Down", show=False),
        Binding("ctrl+r", "reset", "Leave all to the bot", show=False, priority=True),
    ]

    def __init__(
        self, bot: str, parameters: Sequence[Parameter], values: Mapping[str, Any]
    ) -> None:
        hints = [
            ("enter", "keep"),
            ("↑↓", "field"),
            ("←→", "value"),
            ("ctrl+r", "reset all"),
            ("escape", "leave"),
        ]
        super().__init__(f"Parameters of {plain(bot)}", hints)
        self._parameters = parameters
        self._values = values

    def compose_panel(self) -> Iterable[Widget]:
        why = "For this conversation. An empty field leaves it to the bot."
        yield Static(Content(why), id="why")
        with VerticalScroll(id="fields", can_focus=False):
            for place, parameter in enumerate(self._parameters):
                settled = parameter.kind in _SETTLED
                made = ChoiceField if settled else Field
                field = made(place, parameter, self._values.get(parameter.name))
                with Horizontal():
                    yield Static(Content(_label(parameter)), classes="name")
                    yield field
                    yield Static(field.allowed(), classes="allowed")
        yield Static("", id="about", markup=False)

    def on_mount(self) -> None:
        self.query_one("#field-0", Input).focus()

    def on_descendant_focus(self) -> None:
        """Say of the field that has the focus what is wrong with it, else what it is for."""
        field = self.focused
        if isinstance(field, Field):
            about = self.query_one("#about", Static)
            about.update(Content(field.problem or plain(field.parameter.description)))
            about.set_class(bool(field.problem), "-wrong")

    @on(Input.Changed)
    def _mark(self, event: Input.Changed) -> None:
        """Show which of its values a field has; what was wrong with the last one is settled."""
        event.stop()
        field, row = event.input, event.input.parent
        if isinstance(field, Field) and field.problem:
            field.problem = ""
            self.on_descendant_focus()
        if isinstance(field, ChoiceField) and row is not None:
            row.query_one(".allowed", Static).update(field.allowed(), layout=False)

    def action_reset(self) -> None:
        """Leave everything to the bot; kept by enter, like all else."""
        for field in self.query(Field):
            field.value = ""

    @on(Input.Submitted)
    def _keep(self, event: Input.Submitted) -> None:
        event.stop()
        listed = {parameter.name for parameter in self._parameters}
        chosen = {name: value for name, value in self._values.items() if name not in listed}
        for field in self.query(Field):
            if not field.value.strip():
                continue
            parameter = field.parameter
            try:
                chosen[parameter.name] = parameter.read(field.value)
            except ValueError as error:
                field.problem = f"{_label(parameter)}: {error}."
                field.focus()
                self.on_descendant_focus()
                return
        self.dismiss(None if chosen == dict(self._values) else chosen)


def _label(parameter: Parameter) -> str:
    return plain(parameter.name.replace("_", " "))
