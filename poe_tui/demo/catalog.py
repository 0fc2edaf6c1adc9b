"""What /v1/models lists."""

from __future__ import annotations

from typing import Any

from poe_tui.demo.bots import ALL


def catalog() -> dict[str, Any]:
    """Return the list in Poe's form: the demo's bots first, then some three hundred others."""
    ours = [
        {"id": bot.name.lower(), "object": "model", "metadata": {"display_name": bot.name}}
        for bot in ALL
        if bot.about
    ]
    return {"object": "list", "data": ours}
