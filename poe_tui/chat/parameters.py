"""What can be set of a bot: the parameters it lists, and the two that every bot takes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, Literal

import msgspec

Kind = Literal["number", "whole", "yes_no", "choice", "texts", "list", "object", "text"]
"""`texts` are typed with commas between them; `list` and `object` as JSON."""

TEMPERATURE: Final = "temperature"
STOP: Final = "stop_sequences"


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be set. None means that there is no bound, or no default."""

    name: str
    kind: Kind = "text"
    minimum: float | None = None
    maximum: float | None = None
    outside: tuple[float | None, float | None] = (None, None)
    """Bounds that a number itself must not reach: it is more than the one, less than the other."""
    longest: int | None = None
    """Characters of a text."""
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
            return ", ".join(_escaped(str(each)) for each in value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return value if isinstance(value, str) else msgspec.json.encode(value).decode()

    def read(self, typed: str) -> Any:
        """Return the value that `typed` stands for; raises ValueError saying what is allowed."""
        if self.kind == "texts":
            return _parts(typed)
        typed = typed.strip()
        match self.kind:
            case "number" | "whole":
                return self._number(typed)
            case "yes_no":
                return _one_of({"yes": True, "no": False, "true": True, "false": False}, typed)
            case "choice":
                return _one_of({self.shown(choice): choice for choice in self.choices}, typed)
            case "list" | "object":
                return self._json(typed)
        if self.longest is not None and len(typed) > self.longest:
            raise ValueError(f"{self.bounds}, please")
        return typed

    @property
    def bounds(self) -> str:
        """What is allowed, in words: `0 to 31,999`, `at least 1`; empty where anything is."""
        if self.kind in ("list", "object"):
            return f"a JSON {self.kind}"
        if self.kind == "texts":
            return "several, commas between"
        if self.kind == "text":
            return "" if self.longest is None else f"at most {_grouped(self.longest)} characters"
        if None not in (self.minimum, self.maximum):
            return f"{_grouped(self.minimum or 0)} to {_grouped(self.maximum or 0)}"
        limits = (
            ("at least", self.minimum),
            ("more than", self.outside[0]),
            ("at most", self.maximum),
            ("less than", self.outside[1]),
        )
        return ", ".join(f"{word} {_grouped(each)}" for word, each in limits if each is not None)

    def _number(self, typed: str) -> float | int:
        digits = _GROUPS.sub("", typed) if _GROUPED.fullmatch(typed) else typed
        with suppress(ValueError):
            number = int(digits) if digits.lstrip("+-").isdecimal() else float(digits)
            if number_in(number) is not None and self._within(number):
                whole = isinstance(number, int) or number.is_integer()
                if whole or self.kind == "number":
                    return int(number) if whole else number
        kind = "a whole number" if self.kind == "whole" else "a number"
        raise ValueError(f"{kind}, {self.bounds}, please" if self.bounds else f"{kind}, please")

    def _within(self, number: float) -> bool:
        low, high = self.outside
        return not (
            (self.minimum is not None and number < self.minimum)
            or (self.maximum is not None and number > self.maximum)
            or (low is not None and number <= low)
            or (high is not None and number >= high)
        )

    def _json(self, typed: str) -> Any:
        wanted, example = (list, '["a", 1]') if self.kind == "list" else (dict, '{"a": 1}')
        try:
            value = msgspec.json.decode(typed.encode())
        except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
            value = None
        if not isinstance(value, wanted):
            raise ValueError(f"{self.bounds} such as {example}, please")
        return value


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
        description="The answer ends where one of these begins. Several with commas between; "
        "\\n is a new line, \\, a comma.",
    ),
)
"""What Poe's protocol has a place for in every query, whatever the bot lists."""


def split(parameters: Mapping[str, Any]) -> tuple[dict[str, Any], float | None, tuple[str, ...]]:
    """Return parameters of the bot, temperature and stop sequences: each has its place in a query.

    Values of a kind that the protocol has no place for are left out of the last two.
    """
    own = {name: value for name, value in parameters.items() if name not in (TEMPERATURE, STOP)}
    heat = parameters.get(TEMPERATURE)
    temperature = number_in(heat)
    stop = parameters.get(STOP) or ()
    texts = tuple(str(each) for each in stop) if isinstance(stop, list | tuple) else (str(stop),)
    return own, temperature, texts


def in_words(parameters: Mapping[str, Any]) -> str:
    """Return what is set as one line: `thinking budget 8,000 · temperature 0.2`."""
    said = []
    for name, value in parameters.items():
        number = number_in(value)
        kind: Kind = "texts" if isinstance(value, list | tuple) else "text"
        text = Parameter(name=name, kind=kind).shown(value) if number is None else _grouped(number)
        said.append(f"{name.replace('_', ' ')} {text}".strip())
    return " · ".join(said)


def _one_of(values: Mapping[str, Any], typed: str) -> Any:
    """Return the value of the word that is typed, or of the only one that begins so."""
    folded = {word.casefold(): value for word, value in values.items() if word}
    meant = typed.casefold()
    begun = [word for word in folded if meant and word.startswith(meant)]
    if meant in folded:
        return folded[meant]
    if len(begun) == 1:
        return folded[begun[0]]
    raise ValueError(f"one of {', '.join(dict.fromkeys(filter(None, values)))}, please")


def _escaped(text: str) -> str:
    """Return a text so that `_parts` reads it as it is."""
    core = text.strip(" ")
    before, after = text.partition(core)[::2] if core else (text, "")
    for plain, written in _ESCAPES.items():
        core = core.replace(plain, written)
    return "\\ " * len(before) + core + "\\ " * len(after)


_ESCAPES: Final = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", ",": "\\,"}
_MEANT: Final = {"n": "\n", "t": "\t"}
_PIECE: Final = re.compile(r"\\(.)|,|.", re.DOTALL)


def _parts(typed: str) -> list[str]:
    """Return the texts between the commas; a backslash keeps what follows it as it is."""
    parts: list[list[str]] = [[]]
    for piece in _PIECE.finditer(typed):
        if piece[0] == ",":
            parts.append([])
        else:
            parts[-1].append(piece[0])
    return [text for part in parts if (text := _meant(part))]


def _meant(pieces: list[str]) -> str:
    while pieces and pieces[0].isspace():
        del pieces[0]
    while pieces and pieces[-1].isspace():
        del pieces[-1]
    return "".join(_MEANT.get(each[1:], each[1:]) if len(each) == 2 else each for each in pieces)


def number_in(value: object) -> float | None:
    """Return a finite number as it is, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return value if math.isfinite(value) else None
    except OverflowError:  # an integer that no float holds
        return None


_GROUPED: Final = re.compile(
    r"[+-]?[1-9][0-9]{0,2}([,_ \u202f])[0-9]{3}(?:\1[0-9]{3})*(?:\.[0-9]*)?"
)
"""A number as it is shown here: by thousands. Any other comma may be meant for a decimal point."""
_GROUPS: Final = re.compile("[,_ \u202f]")


def _grouped(number: float) -> str:
    return f"{int(number):,}" if float(number).is_integer() else f"{number:g}"
