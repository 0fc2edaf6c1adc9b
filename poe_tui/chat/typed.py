"""What the writer means by what is in the composer: a prompt, an order to the app, or neither."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from poe_tui.chat.mention import mention_in, mention_length, mentioning

ORDERS: Final = {
    "context": "shows what would be sent for the text behind it",
    "system": "sets the system prompt to the text behind it, or opens it",
    "params": "opens the parameters of the bot",
}
"""What can be typed after a slash, and what it does. Everything else has a key, or the palette."""


class Prompt(NamedTuple):
    """Something to ask, as it is kept."""

    text: str
    bot: str | None = None
    """Whom it is put to by a mention; None for the bot of the conversation."""
    hint: str = ""
    """Something that may not have been meant so; empty when all is clear."""


class Order(NamedTuple):
    """Something the app is to do."""

    name: str
    rest: str


class Unfinished(NamedTuple):
    """Nothing that can be sent yet."""

    hint: str


def understand(typed: str, called: Callable[[str], str]) -> Prompt | Order | Unfinished:
    """Return what `typed` means; `called` gives the bot that a name or an alias stands for.

    `//` and `@@` at the start are sent as one `/` or `@`, with nothing behind them understood. As
    before a mention, there may be spaces and empty lines before `@@`.
    """
    before, text = _without_space(typed)
    if text.startswith("@@"):
        return Prompt(before + text[1:])
    if typed.startswith("//"):
        return Prompt(typed[1:])
    if typed.startswith("/"):
        return _order(typed)
    found = mention_in(typed)
    if found is None:
        return Prompt(typed)
    bot = called(found.name)
    if not found.rest.strip():
        return Unfinished(f"Write behind @{found.name} what to ask it.")
    return Prompt(mentioning(bot, found.rest), bot)


def _order(typed: str) -> Prompt | Order:
    word, rest = _first_word(typed)
    name = word[1:].casefold()
    if name in ORDERS:
        return Order(name, rest)
    hint = f"{word} is no command of poe-tui, so it was sent." if name.isalpha() else ""
    return Prompt(typed, hint=hint)


def _first_word(text: str) -> tuple[str, str]:
    word, *rest = text.split(maxsplit=1)
    return word, "".join(rest)


def to_type(text: str, bot: str | None) -> str:
    """Return what to type so that it means the prompt `text` again, that was put to `bot`."""
    before, words = _without_space(text)
    if words.startswith("@@") or (mention_in(text) is not None and not mention_length(text, bot)):
        return f"{before}@{words}"
    order = text.startswith("/") and isinstance(_order(text), Order)
    return f"/{text}" if order or text.startswith("//") else text


def _without_space(text: str) -> tuple[str, str]:
    """Return the space and empty lines that `text` begins with, and the rest."""
    rest = text.lstrip()
    return text[: len(text) - len(rest)], rest
