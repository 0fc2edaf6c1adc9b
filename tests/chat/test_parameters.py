"""What can be set of a bot, typed and sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poe_tui.chat.context import context, request_for
from poe_tui.chat.conversation import Conversation
from poe_tui.chat.parameters import EVERY_BOT, Parameter, in_words, split
from poe_tui.chat.schema import listed

BUDGET = {
    "name": "thinking_budget",
    "schema": {"type": "number", "minimum": 0, "maximum": 31999},
    "default_value": 0,
    "description": "Token budget for thinking",
}


def only(schema: object, **more: Any) -> Parameter:
    """Return the parameter of that schema."""
    return listed([{"name": "x", "schema": schema, **more}])[0]


def test_a_listed_parameter_has_its_kind_bounds_and_default() -> None:
    budget = listed([BUDGET])[0]
    assert (budget.kind, budget.bounds, budget.default) == ("number", "0 to 31,999", 0)
    assert budget.read("8,000") == 8000


def test_temperature_and_stop_sequences_follow_what_the_bot_lists() -> None:
    assert [each.name for each in listed([BUDGET])] == [
        "thinking_budget",
        "temperature",
        "stop_sequences",
    ]


@pytest.mark.parametrize(
    ("schema", "typed", "value"),
    [
        ({"type": "integer"}, "12", 12),
        ({"type": "number"}, "0.5", 0.5),
        ({"type": "boolean"}, "Yes", True),
        ({"type": ["boolean", "null"]}, "false", False),
        ({"enum": ["low", "high"]}, "HIGH", "high"),
        ({"enum": [1, 2.5]}, "2.5", 2.5),
        ({"type": "string"}, " a b ", "a b"),
        ({"type": "integer"}, "9,007,199,254,740,993", 9007199254740993),
        ({"type": "number"}, "-1 234 567.5", -1234567.5),
        ({"type": "number", "exclusiveMinimum": 0}, "0.001", 0.001),
        ({"enum": ["low", "high", None]}, "h", "high"),
        ({"const": "x", "type": "string"}, "x", "x"),
        ({"anyOf": [{"type": "integer", "maximum": 9}, {"type": "null"}]}, "7", 7),
        ({"oneOf": [{"const": "1:1"}, {"const": "16:9"}]}, "16:9", "16:9"),
        ({"type": "array", "items": {"type": "string"}}, "a, b", ["a", "b"]),
        ({"type": "array", "items": {"type": "number"}}, "[1, 2.5]", [1, 2.5]),
        ({"type": "object"}, '{"a": {"b": [null]}}', {"a": {"b": [None]}}),
        ({"type": "string", "maxLength": 3}, "abc", "abc"),
        ({"$ref": "#/elsewhere"}, "as it is", "as it is"),
        ({"type": "whatever"}, "as it is", "as it is"),
        ([], "as it is", "as it is"),
        (None, "as it is", "as it is"),
    ],
)
def test_what_is_typed_becomes_a_value_of_the_kind(schema: object, typed: str, value: Any) -> None:
    assert only(schema).read(typed) == value


@pytest.mark.parametrize(
    ("schema", "typed", "said"),
    [
        ({"type": "integer", "minimum": 1}, "1.5", "a whole number, at least 1"),
        ({"type": "number", "minimum": 0, "maximum": 2}, "3", "a number, 0 to 2"),
        ({"type": "number", "maximum": 2}, "soon", "a number, at most 2"),
        ({"type": "number", "minimum": 0, "maximum": 2}, "0,1", "a number, 0 to 2"),
        ({"type": "number", "maximum": 2}, "0,001", "a number, at most 2"),
        ({"type": "integer"}, "1,5", "a whole number"),
        ({"type": "integer"}, "1 2", "a whole number"),
        ({"type": "number"}, "1.234,5", "a number"),
        ({"type": "number"}, "nan", "a number"),
        ({"type": "number"}, "inf", "a number"),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 1}, "0", "at most 1, more than 0|0"),
        ({"type": "number", "exclusiveMaximum": 1}, "1", "a number, less than 1, please"),
        ({"enum": ["low", "high"]}, "medium", "one of low, high"),
        ({"enum": ["low", "large"]}, "l", "one of low, large"),
        ({"type": "object"}, "[1]", "a JSON object such as"),
        ({"type": "object"}, "{", "a JSON object such as"),
        ({"type": "array"}, "a, b", "a JSON list such as"),
        ({"type": "string", "maxLength": 3}, "abcd", "at most 3 characters"),
        ({"type": "boolean"}, "perhaps", "one of yes, no"),
    ],
)
def test_what_is_not_allowed_is_refused_in_words(schema: object, typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        only(schema).read(typed)


def test_without_a_schema_the_default_says_what_it_is() -> None:
    assert only(None, default_value=False).kind == "yes_no"
    assert only({}, default_value=0.5).kind == "number"
    assert only({"default": "a"}).kind == "text"
    assert only({"default": 3}).default == 3


def test_stop_sequences_are_texts_between_commas() -> None:
    stop = EVERY_BOT[1]
    assert stop.read("END, ###,, ") == ["END", "###"]
    assert stop.shown(["END", "###"]) == "END, ###"
    assert stop.read("\\n\\nYou:, a\\,b, \\ x\\\\") == ["\n\nYou:", "a,b", " x\\"]


@given(st.lists(st.text("ab ,\\\n\tü", min_size=1, max_size=6), max_size=4))
def test_whatever_texts_are_set_they_are_read_as_they_are_shown(texts: list[str]) -> None:
    stop = EVERY_BOT[1]
    assert stop.read(stop.shown(texts)) == texts


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@given(schema=json, default=json, typed=st.text(max_size=10))
def test_any_schema_is_a_field_that_takes_or_refuses(schema: Any, default: Any, typed: str) -> None:
    parameter = only(schema, default_value=default)
    parameter.shown(default)
    try:
        value = parameter.read(typed)
    except ValueError:
        assert parameter.kind not in ("text", "texts")
    else:
        assert parameter.read(parameter.shown(value)) == value


def test_each_thing_that_is_set_goes_to_its_place_in_the_query() -> None:
    conversation = Conversation(bot="Claude")
    settings = {"thinking_budget": 8000, "temperature": 0.2, "stop_sequences": ["END"]}
    conversation.set_parameters("Claude", settings)
    conversation.ask("Hello")
    reply = conversation.reply("claude")
    request = request_for(conversation, reply)
    assert reply.parameters == settings
    assert (request.temperature, request.stop_sequences) == (0.2, ("END",))
    assert request.turns[-1].parameters == {"thinking_budget": 8000}
    assert context(conversation, reply) == request.turns


def test_another_bot_gets_its_own() -> None:
    conversation = Conversation(bot="Claude")
    conversation.set_parameters("Claude", {"temperature": 0.2})
    conversation.ask("Hello")
    assert conversation.reply("GPT").parameters == {}


def test_regenerating_sends_what_is_set_by_then() -> None:
    conversation = Conversation(bot="Claude")
    conversation.set_parameters("Claude", {"temperature": 0.2})
    conversation.ask("Hello")
    answer = conversation.reply("Claude")
    conversation.set_parameters("Claude", {})
    assert conversation.regenerate(answer.id).parameters == {}


def test_a_fork_keeps_what_is_set_and_goes_its_own_way() -> None:
    conversation = Conversation(bot="Claude", mention_context="last_2")
    conversation.set_parameters("Claude", {"temperature": 0.2})
    fork = conversation.fork(conversation.ask("Hello").id)
    fork.set_parameters("Claude", {"temperature": 1})
    assert conversation.parameters_of("CLAUDE") == {"temperature": 0.2}
    assert fork.mention_context == "last_2"


@pytest.mark.parametrize("odd", [True, "hot", float("nan"), None])
def test_what_the_protocol_has_no_place_for_is_not_sent(odd: object) -> None:
    assert split({"temperature": odd, "stop_sequences": "END"}) == ({}, None, ("END",))


def test_what_is_set_can_be_told_in_a_line() -> None:
    told = in_words({"thinking_budget": 8000, "effort": "high", "web": True})
    assert told == "thinking budget 8,000 · effort high · web yes"


def test_absurd_bounds_are_no_bounds_and_absurd_numbers_are_refused() -> None:
    huge = only({"type": "integer", "minimum": -(10**400), "maximum": 10**400})
    assert huge.bounds == ""
    for typed in ("9" * 400, "1e999", "1" * 5000):
        with pytest.raises(ValueError, match="a whole number"):
            huge.read(typed)
