"""The web app: bots on fastapi_poe's server side, and the rest of Poe's addresses."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Annotated, Any

import fastapi_poe as fp
import msgspec
from fastapi import FastAPI, Query, Request, Response
from starlette.responses import JSONResponse

from poe_tui.demo.bots import make_bots
from poe_tui.demo.catalog import catalog
from poe_tui.demo.gate import Gate
from poe_tui.demo.knobs import Knobs
from poe_tui.demo.refusals import http_error
from poe_tui.demo.world import POOR_BALANCE, POOR_KEY, World

if TYPE_CHECKING:
    from starlette.types import ASGIApp

QUIET = ("uvicorn.default", "uvicorn.error", "uvicorn.access", "sse_starlette")
"""Loggers that would write over a full screen; fastapi_poe uses the first for a banner a bot."""


def build_app(world: World) -> ASGIApp:
    """Return the service's app: everything behind the gate."""
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    app = FastAPI(title="poe-tui demo", docs_url=None, redoc_url=None, openapi_url=None)
    bots = make_bots(world)
    # The list form never reads POE_ACCESS_KEY or POE_API_KEY from the environment.
    fp.make_app(bots, allow_without_key=True, app=app)
    add_poe_routes(app, world)
    if world.controls:
        add_control_routes(app, world)
    names = {bot.name.casefold(): bot.path for bot in bots}
    return Gate(app, world, names)


def add_poe_routes(app: FastAPI, world: World) -> None:
    """Add models, balance and points history."""

    @app.get("/v1/models")
    async def models() -> Response:
        return JSONResponse(catalog())

    @app.get("/usage/current_balance")
    async def balance(request: Request) -> dict[str, Any]:
        poor = request.scope["demo.key"] == POOR_KEY
        points = POOR_BALANCE if poor else world.ledger.balance
        return balance_fields(points, extras=world.knobs.balance_extras)

    @app.get("/usage/points_history")
    async def history(
        request: Request,
        limit: Annotated[int, Query()] = 20,
        starting_after: Annotated[str, Query()] = "",
    ) -> Response:
        if not 1 <= limit <= 100:
            return http_error(400, "limit must be between 1 and 100.")
        if request.scope["demo.key"] == POOR_KEY:
            return JSONResponse({"has_more": False, "length": 0, "data": []})
        page = world.ledger.history(limit=limit, starting_after=starting_after)
        return JSONResponse(page)


def balance_fields(points: int, *, extras: bool) -> dict[str, Any]:
    """Return the balance as Poe sends it; `extras` are the fields it sends undocumented."""
    fields: dict[str, Any] = {"current_point_balance": points}
    if extras:
        fields |= {
            "plan_points_balance": points,
            "addon_point_balance": 0,
            "total_balance_usd": f"{points * 0.00003:.2f}",
            "next_monthly_grant_amount": 1_000_000,
            "auto_recharge": {"enabled": False},
        }
    return fields


def add_control_routes(app: FastAPI, world: World) -> None:
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
