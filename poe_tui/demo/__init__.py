"""The demo service: a real HTTP server that stands in for Poe, and its scripted bots.

`service.DemoService` is all that others need, and light to import. Behind it, in the order that a
request takes: `server` (uvicorn in a thread), `gate` (log, key, limit), then `bots` on
fastapi_poe's server side, `wire` for what that can't be made to do, and `routes` for models,
points, files and signing in. `world` is what a running service remembers.
"""
