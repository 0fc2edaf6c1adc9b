"""The web app: bots on fastapi_poe's server side, and the rest of Poe's addresses."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import fastapi_poe as fp
import msgspec
from fastapi import FastAPI, Request, Response
from starlette.responses import JSONResponse
from starlette.routing import Route

from poe_tui.demo import routes
from poe_tui.demo.bots import make_bots
from poe_tui.demo.bots.stand_in import StandIn
from poe_tui.demo.catalog import others
from poe_tui.demo.gate import BOTS, Gate
from poe_tui.demo.knobs import Knobs
from poe_tui.demo.refusals import http_error
from poe_tui.demo.wire import make_wire_bots
from poe_tui.demo.world import World

if TYPE_CHECKING:
    from starlette.types import ASGIApp

QUIET = ("uvicorn.default", "uvicorn.error", "uvicorn.access", "sse_starlette")
"""Loggers that would write over a full screen; fastapi_poe uses the first for a banner a bot."""


def build_app(world: World) -> ASGIApp:
    """Return the service's app: everything behind the gate."""
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    app = FastAPI(title="poe-tui demo", docs_url=None, redoc_url=None, openapi_url=None)
    names = add_bots(app, world)
    routes.add_models(app, world)
    routes.add_usage(app, world)
    routes.add_files(app, world)
    routes.add_sign_in(app, world)
    if world.controls:
        add_controls(app, world)
    return Gate(app, world, names)


def add_bots(app: FastAPI, world: World) -> dict[str, str]:
    """Add every bot, and return their paths by casefolded name."""
    broken = make_wire_bots(world)
    for wire_bot in broken:
        app.router.routes.append(Route(wire_bot.path, wire_bot, methods=["POST"]))
    bots = make_bots(world)
    # The list form never reads POE_ACCESS_KEY or POE_API_KEY from the environment. The stand-in's
    # path matches any name, so it comes last.
    fp.make_app([*bots, StandIn(world)], allow_without_key=True, app=app)
    names = {name.casefold(): f"{BOTS}{name}" for name, _family in others()}
    names |= {wire_bot.name.casefold(): wire_bot.path for wire_bot in broken}
    for bot in bots:
        names |= {name.casefold(): bot.path for name in (bot.name, *bot.aliases)}
    return names


def add_controls(app: FastAPI, world: World) -> None:
    """Add the addresses for tests: the log, the reset, the knobs."""

    @app.get("/__log")
    async def log() -> Response:
        requests = [msgspec.to_builtins(seen) for seen in world.log.all()]
        return JSONResponse({"requests": requests})

    @app.post("/__reset")
    async def reset() -> dict[str, bool]:
        world.reset()
        return {"ok": True}

    @app.post("/__config")
    async def config(request: Request) -> Response:
        changed = msgspec.to_builtins(world.knobs) | await request.json()
        try:
            world.configure(msgspec.convert(changed, Knobs))
        except msgspec.ValidationError as error:
            return http_error(400, str(error))
        return JSONResponse(msgspec.to_builtins(world.knobs))
