"""From what a bot lists of its parameters to what can be set: any JSON schema, however odd."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from poe_tui.chat.parameters import EVERY_BOT, Kind, Parameter, number_in


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


def _parameter(name: str, entry: Mapping[str, Any]) -> Parameter:
    default = entry.get("default_value")
    given = entry.get("schema")
    schema = _plain_schema(given if isinstance(given, dict) else {}, default)
    if default is None:
        default = schema.get("default")
    choices, longest = schema.get("enum"), number_in(schema.get("maxLength"))
    description = entry.get("description") or schema.get("description")
    return Parameter(
        name=name,
        kind=_kind(schema),
        minimum=number_in(schema.get("minimum")),
        maximum=number_in(schema.get("maximum")),
        outside=(
            number_in(schema.get("exclusiveMinimum")),
            number_in(schema.get("exclusiveMaximum")),
        ),
        longest=None if longest is None else int(longest),
        choices=tuple(each for each in choices if each is not None)
        if isinstance(choices, list)
        else (),
        default=default,
        description=description.strip() if isinstance(description, str) else "",
    )


def _plain_schema(schema: Mapping[str, Any], default: object) -> Mapping[str, Any]:
    """Return a schema that says one type or lists values, where that is what `schema` amounts to.

    Alternatives are put together when all are values, or when only one of them is not null; a type
    that is not given is that of the default.
    """
    options = schema.get("anyOf") or schema.get("oneOf")
    if isinstance(options, list):
        some = [each for each in options if isinstance(each, dict) and each.get("type") != "null"]
        if some and all("const" in each for each in some):
            schema = {**schema, "enum": [each["const"] for each in some]}
        elif len(some) == 1:
            schema = {**schema, **some[0]}
    if "type" not in schema and "enum" not in schema:
        kinds = {bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}
        schema = {**schema, "type": kinds.get(type(default), "string")}
    return schema


def _kind(schema: Mapping[str, Any]) -> Kind:
    if isinstance(schema.get("enum"), list) and schema["enum"]:
        return "choice"
    named = schema.get("type")
    if isinstance(named, list):  # JSON Schema's way to allow null as well
        named = next((each for each in named if each != "null"), None)
    if named == "array":
        items = schema.get("items")
        only_texts = isinstance(items, dict) and items.get("type") == "string"
        return "texts" if only_texts else "list"
    kinds: Mapping[str, Kind] = {
        "number": "number",
        "integer": "whole",
        "boolean": "yes_no",
        "object": "object",
    }
    return kinds.get(named, "text") if isinstance(named, str) else "text"
