"""uvicorn as the demo needs it: quiet, in a thread, quick to stop."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

TRANSPORT = "demo.transport"
"""The key in a scope under which broken-wire routes find the connection they are to break."""


class Protocol(H11Protocol):
    """HTTP/1.1 whose requests carry their transport in the scope."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the transport for the requests of this connection."""
        super().connection_made(transport)
        app: ASGIApp = self.config.loaded_app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            async def send_while_open(message: Message) -> None:
                # asyncio prints a warning for what is written to a connection that is lost, which
                # uvicorn hears of only when a bot in a burst lets the loop go on.
                if transport.is_closing():
                    await asyncio.sleep(0)
                else:
                    await send(message)

            scope[TRANSPORT] = transport
            await app(scope, receive, send_while_open)

        self.app = with_transport


class Server(uvicorn.Server):
    """A server for `app`; `ready` is set when it accepts requests."""

    def __init__(self, app: ASGIApp) -> None:
        config = uvicorn.Config(
            app,
            http=Protocol,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level=None,
            access_log=False,
            server_header=False,
            headers=[("server", "poe-tui-demo")],
            timeout_graceful_shutdown=0,
        )
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.ready.set()

    def stop(self) -> None:
        """End open streams and leave; returns at once, the thread follows within 300 ms."""
        self.should_exit = True
