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

_SETTLED: Final = ("choice", "yes_no")


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
        .name { width: 3fr; max-width: 26; color: $text; }
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
        Binding("ctrl+up", "turn(-1)", "Previous value", show=False, priority=True),
        Binding("ctrl+down", "turn(1)", "Next value", show=False, priority=True),
    ]

    def __init__(
        self, bot: str, parameters: Sequence[Parameter], values: Mapping[str, Any]
    ) -> None:
        hints = [("enter", "keep"), ("↑↓", "field"), ("^↑↓", "value"), ("escape", "leave")]
        super().__init__(f"Parameters of {plain(bot)}", hints)
        self._parameters = parameters
        self._values = values

    def compose_panel(self) -> Iterable[Widget]:
        why = "For this conversation. An empty field leaves it to the bot."
        yield Static(Content(why), id="why")
        with VerticalScroll(id="fields", can_focus=False):
            for place, parameter in enumerate(self._parameters):
                with Horizontal():
                    yield Static(Content(_label(parameter)), classes="name")
                    yield self._field(place, parameter)
                    yield Static(Content(_allowed(parameter)), classes="allowed")
        yield Static("", id="about", markup=False)

    def _field(self, place: int, parameter: Parameter) -> Input:
        value = parameter.shown(self._values.get(parameter.name))
        usual = parameter.shown(parameter.default)
        return Input(value, placeholder=plain(usual) or "the bot’s own", id=f"field-{place}")

    def on_mount(self) -> None:
        self.query_one("#field-0", Input).focus()

    def on_descendant_focus(self) -> None:
        found = self._focused()
        if found is not None:
            self._tell(plain(found[1].description))

    def _focused(self) -> tuple[Input, Parameter] | None:
        field = self.focused
        if not isinstance(field, Input) or field.id is None:
            return None
        return field, self._parameters[int(field.id.removeprefix("field-"))]

    def _tell(self, text: str, *, wrong: bool = False) -> None:
        about = self.query_one("#about", Static)
        about.update(Content(text))
        about.set_class(wrong, "-wrong")

    def action_turn(self, step: int) -> None:
        """Put the next or previous value of a choice into the field."""
        found = self._focused()
        if found is None or found[1].kind not in _SETTLED:
            return
        field, parameter = found
        known = [*_words(parameter), ""]
        at = known.index(field.value) if field.value in known else len(known) - 1
        field.value = known[(at + step) % len(known)]

    @on(Input.Submitted)
    def _keep(self, event: Input.Submitted) -> None:
        event.stop()
        listed = {parameter.name for parameter in self._parameters}
        chosen = {name: value for name, value in self._values.items() if name not in listed}
        for place, parameter in enumerate(self._parameters):
            field = self.query_one(f"#field-{place}", Input)
            if not field.value.strip():
                continue
            try:
                chosen[parameter.name] = parameter.read(field.value)
            except ValueError as error:
                field.focus()
                self.call_after_refresh(self._tell, f"{_label(parameter)}: {error}.", wrong=True)
                return
        self.dismiss(None if chosen == dict(self._values) else chosen)


def _label(parameter: Parameter) -> str:
    return plain(parameter.name.replace("_", " "))


def _words(parameter: Parameter) -> list[str]:
    if parameter.kind == "yes_no":
        return ["yes", "no"]
    return [parameter.shown(choice) for choice in parameter.choices]


def _allowed(parameter: Parameter) -> str:
    """Return what may be written, in words; empty where anything may."""
    if parameter.kind in _SETTLED:
        return plain(" · ".join(_words(parameter)))
    return parameter.bounds or ("a number" if parameter.kind in ("number", "whole") else "")
