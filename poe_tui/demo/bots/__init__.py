"""The scripted bots, by theme."""

from __future__ import annotations

from poe_tui.demo.bots.streams import Echo
from poe_tui.demo.script import ScriptedBot
from poe_tui.demo.world import World

ALL: tuple[type[ScriptedBot], ...] = (Echo,)
"""In the order of the catalog."""


def make_bots(world: World) -> list[ScriptedBot]:
    """Return one of each."""
    return [bot(world) for bot in ALL]
