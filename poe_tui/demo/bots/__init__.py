"""The scripted bots, by theme."""

from __future__ import annotations

from poe_tui.demo.bots.errors import FAILING_BOTS
from poe_tui.demo.bots.evil import Evil
from poe_tui.demo.bots.grumpy import Grumpy
from poe_tui.demo.bots.guide import Guide
from poe_tui.demo.bots.painter import Painter
from poe_tui.demo.bots.shapes import Filer, Multi, Parameters, Plain, Replace, Suggest, Tools
from poe_tui.demo.bots.showcase import Showcase
from poe_tui.demo.bots.streams import Echo, Firehose, Huge, Long, OddName, Silent, Slow
from poe_tui.demo.bots.thinker import Thinker
from poe_tui.demo.script import ScriptedBot
from poe_tui.demo.world import World

ALL: tuple[type[ScriptedBot], ...] = (
    Guide,
    Showcase,
    Thinker,
    Painter,
    Grumpy,
    Echo,
    Slow,
    Silent,
    Firehose,
    Long,
    Suggest,
    Replace,
    Plain,
    Filer,
    Multi,
    Parameters,
    Evil,
    Huge,
    OddName,
    Tools,
    *FAILING_BOTS,
)
"""In the order of the catalog, which leaves out those that say nothing about themselves."""


def make_bots(world: World) -> list[ScriptedBot]:
    """Return one of each."""
    return [bot(world) for bot in ALL]
