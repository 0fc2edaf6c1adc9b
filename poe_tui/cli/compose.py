"""The composition root: the one place where the parts of poe-tui are put together."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final

import msgspec

from poe_tui.cli.log import LogFile
from poe_tui.keys import GivenKey, KeyChain, Secret
from poe_tui.paths import Paths, find_paths
from poe_tui.poe.catalog import Catalog
from poe_tui.poe.client import Endpoints, PoeClient
from poe_tui.poe.limiter import Limiter
from poe_tui.poe.patience import Patience
from poe_tui.poe.usage import Usage
from poe_tui.services import Services
from poe_tui.settings import Settings, load_settings, where_from
from poe_tui.state import StateFile
from poe_tui.store.conversations import ConversationStore

DEMO_BOT: Final = "Guide"
"""Whom a newcomer meets in the demo."""


class Composition:
    """Builds the services of a run, and stops on leaving what it had to start for them.

    Nothing is read, started or opened before `build_services`.
    """

    def __init__(self) -> None:
        self._started = contextlib.ExitStack()
        self._overrides: Mapping[str, Any] = {}
        self._keys: list[KeyChain] = []
        self.log = LogFile(find_paths().log_file, self._redact)

    def __enter__(self) -> Composition:
        logger = logging.getLogger("poe_tui")
        logger.addHandler(self.log)
        self._started.callback(logger.removeHandler, self.log)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._started.close()

    def build_services(
        self, *, demo: bool = False, overrides: Mapping[str, Any] | None = None
    ) -> Services:
        """Return the services; with `demo` those of a demo service that is started for them.

        `overrides` are the settings that the command line names. Starting the demo takes about 300
        ms and blocks: inside an event loop use `start_demo`. Raises UsageError for settings that
        can't be understood.
        """
        self._overrides = overrides or {}
        return self._demo() if demo else self._poe()

    async def start_demo(self) -> Services:
        """Return the services of a demo service, started in a thread."""
        import asyncio

        return await asyncio.to_thread(self._demo)

    def _poe(self) -> Services:
        paths = find_paths()
        settings = load_settings(paths.config_file, overrides=self._overrides)
        keys = KeyChain(paths.key_file, command=settings.api_key_command)
        return self._assemble(paths, settings, keys, demo=False)

    def _demo(self) -> Services:
        paths = find_paths(demo=True)
        self.log.path = paths.log_file
        from poe_tui.demo.service import DemoService

        service = DemoService()
        service.start()
        self._started.callback(service.stop)
        # The addresses last, so that nothing sends the demo's requests anywhere else.
        chosen = {**self._overrides, "base_url": service.base, "upload_url": service.upload}
        settings = load_settings(paths.config_file, overrides=chosen)
        if where_from(paths.config_file, overrides=chosen)["bot"] == "default":
            settings = msgspec.structs.replace(settings, bot=DEMO_BOT)
        return self._assemble(paths, settings, GivenKey(Secret(service.key)), demo=True)

    def _assemble(
        self, paths: Paths, settings: Settings, keys: KeyChain, *, demo: bool
    ) -> Services:
        self._keys.append(keys)
        return _services(paths, settings, keys, demo=demo)

    def _redact(self, text: str) -> str:
        for keys in self._keys:
            text = keys.redact(text)
        return text


def _services(paths: Paths, settings: Settings, keys: KeyChain, *, demo: bool) -> Services:
    client = PoeClient(
        Endpoints(base=settings.base_url, upload=settings.upload_url),
        keys.find,
        silent_after=settings.silent_after,
        give_up_after=settings.give_up_after,
        limiter=Limiter(paths.request_log),
        patience=Patience(in_all=settings.wait_when_limited),
    )
    catalog = Catalog(client, paths.cache / "models.json")
    return Services(
        paths=paths,
        settings=settings,
        state=StateFile(paths.state_file),
        keys=keys,
        conversations=ConversationStore(paths.conversations, cache=paths.cache),
        client=client,
        catalog=catalog,
        usage=Usage(client, catalog.canonical),
        demo=demo,
    )
