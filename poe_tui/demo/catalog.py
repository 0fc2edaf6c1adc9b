"""What /v1/models lists: the demo's bots, hundreds of others for a picker, and the faulty ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from poe_tui.demo.bots import ALL
from poe_tui.demo.bots.shapes import Tools
from poe_tui.demo.bots.streams import OddName
from poe_tui.demo.families import FAMILIES, Family
from poe_tui.demo.script import ScriptedBot
from poe_tui.demo.wire import BREAKS

OWNER = "poe-tui demo"
FAULTY = "Fails in its own way, to see what becomes of it."
UNLISTED = (OddName, Tools)
"""Bots that a client has to do without in the list, like people's private ones."""
FIRST_CREATED = 1_700_000_000_000
"""Milliseconds since 1970, as Poe counts here."""
A_DAY = 86_400_000
LEFT_OUT = ("pricing", "reasoning", "context_window", "parameters", "architecture", "metadata")
"""Fields that some entries hold null for, and others lack: Poe's list does both."""


def catalog() -> dict[str, Any]:
    """Return the list in the form of api.poe.com/v1/models."""
    entries = [own_entry(bot) for bot in ALL if bot.about]
    entries += [padded(number, *named) for number, named in enumerate(others())]
    entries += [full_entry(name, OWNER, FAULTY, FIRST_CREATED) for name in faulty()]
    return {"object": "list", "data": entries}


def faulty() -> Iterator[str]:
    """Yield the names of the bots that fail in one way each, or break the wire."""
    yield from (bot.name for bot in ALL if not bot.about and bot not in UNLISTED)
    yield from BREAKS


def others() -> Iterator[tuple[str, Family]]:
    """Yield the names and families of the bots that fill the list."""
    for family in FAMILIES:
        for name in family.names():
            yield name, family


def own_entry(bot: type[ScriptedBot]) -> dict[str, Any]:
    """Return the entry of one of the demo's bots."""
    entry = full_entry(bot.name, OWNER, bot.about, FIRST_CREATED)
    entry["architecture"] = architecture(("text",), bot.outputs)
    entry["pricing"] = pricing(token_prices=("0.0000006", "0.000003"))
    entry["context_window"] = {"context_length": 100_000, "max_output_tokens": 100_000}
    entry["parameters"] = [dict(parameter) for parameter in bot.parameters]
    return entry


def padded(number: int, name: str, family: Family) -> dict[str, Any]:
    """Return entry `number` of the others: most are whole, every few lack something."""
    entry = full_entry(name, family.owner, family.about, FIRST_CREATED + number * A_DAY)
    entry["architecture"] = architecture(family.inputs, family.outputs)
    entry["pricing"] = family_pricing(family, number)
    if family.context is not None:
        window = {"context_length": family.context, "max_output_tokens": 32_768}
        entry["context_window"] = window
        entry["context_length"] = family.context
    if number % 7 == 3:
        entry[LEFT_OUT[number % len(LEFT_OUT)]] = None
    if number % 11 == 5:
        del entry[LEFT_OUT[number % len(LEFT_OUT)]]
    if number % 13 == 6:
        entry["id"] = name
    return entry


def full_entry(name: str, owner: str, about: str, created: int) -> dict[str, Any]:
    """Return an entry with all of Poe's fields, the optional ones empty."""
    slug = name.lower().replace(" ", "-")
    return {
        "id": slug,
        "object": "model",
        "created": created,
        "description": about,
        "owned_by": owner,
        "permission": [],
        "root": slug,
        "parent": None,
        "architecture": None,
        "supported_features": ["tools"],
        "supported_endpoints": ["/v1/chat/completions"],
        "pricing": None,
        "context_window": None,
        "context_length": None,
        "metadata": {
            "display_name": name,
            "image": {"url": None, "alt": "icon", "width": 200, "height": 200},
            "url": f"https://poe.com/{slug}",
        },
        "reasoning": None,
        "parameters": [],
    }


def old_form(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry as Poe listed it in 2025, as far as copies of that time show."""
    shown = (entry.get("metadata") or {}).get("display_name") or entry["id"]
    kinds = (entry.get("architecture") or {}).get("modality")
    prices = entry.get("pricing") or {}
    return {
        "id": shown,
        "object": "model",
        "created": entry["created"],
        "description": entry["description"],
        "owned_by": "poe",
        "root": shown,
        "architecture": {"modality": kinds or "text->text"},
        "pricing": {name: float(price) for name, price in prices.items() if price is not None},
        "context_length": (entry.get("context_window") or {}).get("context_length"),
    }


def architecture(inputs: tuple[str, ...], outputs: tuple[str, ...]) -> dict[str, Any]:
    """Return what a bot takes and gives."""
    return {
        "input_modalities": list(inputs),
        "output_modalities": list(outputs),
        "modality": f"{','.join(inputs)}->{','.join(outputs)}",
    }


def family_pricing(family: Family, number: int) -> dict[str, Any] | None:
    """Return the prices of member `number`: decimal strings, now and then in E-notation."""
    if family.request is not None:
        return pricing(request=f"{family.request * (1 + number % 3):.4f}")
    if family.price is None:
        return None
    scale = (1 + number % 4) / 2_000_000
    form = "{:.1E}" if number % 5 == 2 else "{:.9f}"
    prompt, completion = (form.format(price * scale) for price in family.price)
    return pricing(token_prices=(prompt, completion))


def pricing(
    *, token_prices: tuple[str, str] | None = None, request: str | None = None
) -> dict[str, Any]:
    """Return the pricing object: US dollars per token in and out, or per message."""
    prompt, completion = token_prices or (None, None)
    return {
        "prompt": prompt,
        "completion": completion,
        "image": None,
        "request": request,
        "input_cache_read": None,
        "input_cache_write": None,
    }
