"""What can be set of a bot: the parameters it lists, and the two that every bot takes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

Kind = Literal["number", "whole", "yes_no", "choice", "texts", "text"]

TEMPERATURE: Final = "temperature"
STOP: Final = "stop_sequences"


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be set. None means that there is no bound, or no default."""

    name: str
    kind: Kind = "text"
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Any, ...] = ()
    """The values of a choice, as they are sent."""
    default: Any = None
    """What the bot takes when nothing is sent."""
    description: str = ""

    def shown(self, value: object) -> str:
        """Return a value as one types it; empty for None."""
        if value is None:
            return ""
        if self.kind == "texts" and isinstance(value, Sequence) and not isinstance(value, str):
            return ", ".join(str(each) for each in value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return value if isinstance(value, str) else msgspec.json.encode(value).decode()

    def read(self, typed: str) -> Any:
        """Return the value that `typed` stands for; raises ValueError saying what is allowed."""
        typed = typed.strip()
        if self.kind in ("number", "whole"):
            return self._number(typed)
        if self.kind == "texts":
            return [part for each in typed.split(",") if (part := each.strip())]
        if self.kind == "yes_no":
            return _one_of({"yes": True, "no": False, "true": True, "false": False}, typed)
        if self.kind == "choice":
            return _one_of({self.shown(choice): choice for choice in self.choices}, typed)
        return typed

    def allows(self, value: object) -> bool:
        """Return whether `value` may be sent: what was stored may be older than the bot's list."""
        try:
            return bool(self.read(self.shown(value)) == value)
        except ValueError:
            return False

    @property
    def bounds(self) -> str:
        """What is allowed, in words: `0 to 31,999`, `at least 1`; empty where anything is."""
        limits = (self.minimum, self.maximum)
        low, high = (None if each is None else _grouped(each) for each in limits)
        if low is not None and high is not None:
            return f"{low} to {high}"
        if low is not None:
            return f"at least {low}"
        return f"at most {high}" if high is not None else ""

    def _number(self, typed: str) -> float | int:
        kind = "a whole number" if self.kind == "whole" else "a number"
        allowed = f"{kind}, {self.bounds}" if self.bounds else kind
        try:
            number = float(typed.replace(",", "").replace("_", "").replace(" ", ""))
        except ValueError:
            raise ValueError(f"{allowed}, please") from None
        outside = (self.minimum is not None and number < self.minimum) or (
            self.maximum is not None and number > self.maximum
        )
        whole = math.isfinite(number) and number.is_integer()
        if not math.isfinite(number) or outside or (self.kind == "whole" and not whole):
            raise ValueError(f"{allowed}, please")
        return int(number) if whole else number


EVERY_BOT: Final = (
    Parameter(
        name=TEMPERATURE,
        kind="number",
        minimum=0,
        maximum=2,
        description="Low: sober and repeatable. High: varied. Bots may ignore it.",
    ),
    Parameter(
        name=STOP,
        kind="texts",
        description="The answer ends where one of these begins. Several with commas between.",
    ),
)
"""What Poe's protocol has a place for in every query, whatever the bot lists."""


def listed(entries: Iterable[Mapping[str, Any]]) -> tuple[Parameter, ...]:
    """Return the parameters in a catalog entry's `parameters`, then those that every bot takes.

    What can't be understood becomes a field of plain text; an entry without a name is left out.
    """
    found: dict[str, Parameter] = {}
    for entry in entries:
        name = entry.get("name")
        if isinstance(name, str) and name.strip():
            found.setdefault(name.strip(), _parameter(name.strip(), entry))
    for common in EVERY_BOT:
        found.setdefault(common.name, common)
    return tuple(found.values())


def split(parameters: Mapping[str, Any]) -> tuple[dict[str, Any], float | None, tuple[str, ...]]:
    """Return parameters of the bot, temperature and stop sequences: each has its place in a query.

    Values of a kind that the protocol has no place for are left out of the last two.
    """
    own = {name: value for name, value in parameters.items() if name not in (TEMPERATURE, STOP)}
    heat = parameters.get(TEMPERATURE)
    temperature = _number(heat)
    stop = parameters.get(STOP) or ()
    texts = tuple(str(each) for each in stop) if isinstance(stop, list | tuple) else (str(stop),)
    return own, temperature, texts


def in_words(parameters: Mapping[str, Any]) -> str:
    """Return what is set as one line: `thinking budget 8,000 · temperature 0.2`."""
    said = []
    for name, value in parameters.items():
        number = _number(value)
        kind: Kind = "texts" if isinstance(value, list | tuple) else "text"
        text = Parameter(name=name, kind=kind).shown(value) if number is None else _grouped(number)
        said.append(f"{name.replace('_', ' ')} {text}".strip())
    return " · ".join(said)


def _parameter(name: str, entry: Mapping[str, Any]) -> Parameter:
    given = entry.get("schema")
    schema: Mapping[str, Any] = given if isinstance(given, dict) else {}
    choices = schema.get("enum")
    description = entry.get("description") or schema.get("description")
    default = entry.get("default_value", schema.get("default"))
    return Parameter(
        name=name,
        kind=_kind(schema),
        minimum=_number(schema.get("minimum")),
        maximum=_number(schema.get("maximum")),
        choices=tuple(choices) if isinstance(choices, list) else (),
        default=default,
        description=description.strip() if isinstance(description, str) else "",
    )


def _kind(schema: Mapping[str, Any]) -> Kind:
    if isinstance(schema.get("enum"), list) and schema["enum"]:
        return "choice"
    kinds: Mapping[str, Kind] = {"number": "number", "integer": "whole", "boolean": "yes_no"}
    named = schema.get("type")
    if isinstance(named, list):  # JSON Schema's way to allow null as well
        named = next((each for each in named if each != "null"), None)
    return kinds.get(named, "text") if isinstance(named, str) else "text"


def _one_of(values: Mapping[str, Any], typed: str) -> Any:
    for word, value in values.items():
        if word.casefold() == typed.casefold():
            return value
    raise ValueError(f"one of {', '.join(dict.fromkeys(values))}, please")


def _number(value: object) -> float | None:
    """Return a finite number as it is, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def _grouped(number: float) -> str:
    return f"{int(number):,}" if float(number).is_integer() else f"{number:g}"
