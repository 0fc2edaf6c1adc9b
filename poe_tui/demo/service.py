"""The demo service: start it, talk to it as to Poe, stop it."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import TYPE_CHECKING

import msgspec

from poe_tui.demo.knobs import Knobs
from poe_tui.demo.ledger import Charge
from poe_tui.demo.seen import SeenRequest
from poe_tui.demo.world import KEY, World

if TYPE_CHECKING:
    from poe_tui.demo.server import Server

START_WITHIN = 30.0
STOP_WITHIN = 5.0
"""Seconds. Starting takes about 300 ms, most of it imports; stopping about 200 ms."""


class Address(msgspec.Struct, frozen=True):
    """Where the service answers, without a slash at the end."""

    base: str
    """In the place of https://api.poe.com."""
    upload: str
    """In the place of https://www.quora.com/poe_api."""


class DemoService:
    """A real HTTP server on 127.0.0.1 that speaks as Poe does, with scripted bots.

    Nothing heavy happens before `start`. The service never looks at the user's key, environment or
    files: its one key is `DemoService.key`. Several may run in one process.

    `pace` scales the pauses in the bots' answers: 1.0 is reading speed, 0 streams without pauses (a
    `delay` that a prompt asks for is always kept). `port` 0 takes a free one. `controls` adds
    /__log, /__reset and /__config and remembers requests, for tests.
    """

    key = KEY

    def __init__(self, *, pace: float = 1.0, port: int = 0, controls: bool = False) -> None:
        self._pace = pace
        self._port = port
        self._controls = controls
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._world: World | None = None

    def start(self) -> Address:
        """Serve from a thread and return where. Takes about 300 ms: call it off the event loop.

        Raises OSError when the port is taken, RuntimeError when it runs already or can't start.
        """
        if self._thread is not None:
            raise RuntimeError("this demo service is running already")
        listener = socket.create_server(("127.0.0.1", self._port))
        try:
            from poe_tui.demo.app import build_app
            from poe_tui.demo.server import Server

            base = f"http://127.0.0.1:{listener.getsockname()[1]}"
            world = World(base, pace=self._pace, controls=self._controls)
            server = Server(build_app(world))
            thread = threading.Thread(
                target=server.run, args=([listener],), name="poe-tui-demo", daemon=True
            )
            thread.start()
            if not server.ready.wait(START_WITHIN):
                raise RuntimeError("the demo service did not start")
        except BaseException:
            listener.close()
            raise
        self._world, self._server, self._thread = world, server, thread
        return self.address

    def stop(self) -> None:
        """Close every connection and end the thread; nothing happens when it does not run."""
        server, thread = self._server, self._thread
        self._server = self._thread = None
        if server is not None and thread is not None:
            server.stop()
            thread.join(STOP_WITHIN)

    def __enter__(self) -> DemoService:
        """Start, and return the service."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def address(self) -> Address:
        """Where it answers; raises RuntimeError before `start`."""
        base = self._state.base
        return Address(base=base, upload=f"{base}/poe_api")

    @property
    def base(self) -> str:
        """`address.base`."""
        return self.address.base

    @property
    def upload(self) -> str:
        """`address.upload`."""
        return self.address.upload

    @property
    def knobs(self) -> Knobs:
        """What can be turned while it runs: set the fields."""
        return self._state.knobs

    @property
    def balance(self) -> int:
        """The points left of the key that works."""
        return self._state.ledger.balance

    def requests(self, path: str = "") -> list[SeenRequest]:
        """Return the requests seen, oldest first, those whose path begins with `path`.

        The records are live: `disconnected` and `sent` change while an answer runs. Empty without
        `controls`.
        """
        return [seen for seen in self._state.log.all() if seen.path.startswith(path)]

    def charge(self, bot: str, created: float, *, asked: int, answered: int = 0) -> Charge:
        """Book a query of another program with the same key, `asked` and `answered` in characters.

        It is dated `created`, in seconds since 1970.
        """
        return self._state.ledger.charge(bot, created, asked=asked, answered=answered)

    def reset(self) -> None:
        """Forget requests, charges, files and attempts, and turn all knobs back."""
        self._state.reset()

    @property
    def _state(self) -> World:
        if self._world is None:
            raise RuntimeError("the demo service has not been started")
        return self._world
