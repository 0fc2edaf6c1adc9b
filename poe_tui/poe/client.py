"""The client: one method, `stream`, that turns a request into events."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from poe_tui.chat.events import (
    BotRequest,
    ContentTyped,
    FileUploaded,
    ReplyEvent,
    Uploading,
    Waiting,
    WentSilent,
)
from poe_tui.chat.message import Attachment
from poe_tui.errors import (
    BotFailed,
    KeyMissing,
    KeyRefused,
    NetworkDown,
    PoeTuiError,
    RateLimited,
    ReplyError,
    SilentBot,
    UnknownBot,
)
from poe_tui.keys import Secret
from poe_tui.poe.limiter import Limiter
from poe_tui.poe.patience import NONE, Patience
from poe_tui.poe.plain import plain
from poe_tui.poe.upload import PAUSES, Sent, UploadedFile, Uploads, to_upload

if TYPE_CHECKING:
    from poe_tui.poe.session import Session
    from poe_tui.poe.wire import Query, Wire

KeySource = Callable[[], Secret | None]

_SAYS_NOTHING = (ContentTyped, Waiting, WentSilent, Uploading, FileUploaded)
"""Events after which a refused request may be sent again: nothing of an answer has come."""


class Endpoints(msgspec.Struct, frozen=True):
    """Where Poe is. Addresses end without a slash."""

    base: str = "https://api.poe.com"
    upload: str = "https://www.quora.com/poe_api"

    @property
    def bots(self) -> str:
        """The address under which every bot answers."""
        return f"{self.base}/bot"


class PoeClient:
    """Poe as one user's key sees it.

    Loads httpx in a thread at the first look-up, and fastapi_poe at `warm_up` or the first query.

    The key is looked up for each request, in a thread, and goes to `endpoints.base` and, for
    uploads, `endpoints.upload`; redirects are never followed.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        key: KeySource,
        *,
        silent_after: float = 20.0,
        give_up_after: float = 600.0,
        limiter: Limiter | None = None,
        patience: Patience = NONE,
        upload_pauses: Sequence[float] = PAUSES,
    ) -> None:
        """`silent_after` and `give_up_after` are seconds without any event.

        Without `limiter`, requests are sent as they come; without `patience`, one that Poe refuses
        as one too many is not sent again. `upload_pauses` are the seconds before each further try
        to send a file.
        """
        self.endpoints = endpoints
        self._key = key
        self._silent_after = silent_after
        self._give_up_after = give_up_after
        self._limiter = limiter
        self._patience = patience
        self._session: Session | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._opening = threading.Lock()
        self._uploads = Uploads(self._send_file, pauses=upload_pauses)

    async def warm_up(self) -> None:
        """Load the library and build the session in a thread, so that the first send is quick.

        Raises NetworkDown when the environment's proxy or certificates can't be used.
        """
        await asyncio.to_thread(self._open_wire, asyncio.get_running_loop())

    async def stream(self, request: BotRequest) -> AsyncGenerator[ReplyEvent, None]:
        """Send `request` once and yield what the bot says.

        One POST, repeated only when Poe refuses it as one too many and nothing has come; Waiting
        says for how long, and that our own limit is reached. Files that Poe does not have, or no
        longer, are uploaded first: Uploading says how far they are, FileUploaded what came of each.
        WentSilent comes once in each pause of `silent_after` seconds. Raises a ReplyError:
        Truncated after the last event when the bot never said that it was done, SilentBot after
        `give_up_after` seconds of nothing. Cancelling closes the connection at once.
        """
        if not request.bot.strip(". "):
            raise UnknownBot(
                f"“{request.bot}” is no bot's name; nothing was sent.",
                hint="Choose a bot from the list.",
            )
        tried, waited = 0, 0.0
        while True:
            heard = False
            try:
                async with aclosing(self._send(request)) as events:
                    async for event in events:
                        heard = heard or not isinstance(event, _SAYS_NOTHING)
                        yield event
                return
            except RateLimited as error:
                pause = None if heard else self._patience.pause(tried, waited, error.retry_after)
                if pause is None:
                    raise
            tried, waited = tried + 1, waited + pause
            yield Waiting(pause, refused=True)
            await asyncio.sleep(pause)
            yield Waiting(0.0, refused=True)

    async def _send(self, request: BotRequest) -> AsyncGenerator[ReplyEvent, None]:
        """Send `request` when it is its turn and yield what the bot says."""
        loop = asyncio.get_running_loop()
        if (files := to_upload(request)) is not None:
            yield files
        _, key = await asyncio.to_thread(lambda: (self._open_wire(loop), self._find_key()))
        async with aclosing(self._uploads.carry(request)) as steps:
            async for step in steps:
                if isinstance(step, BotRequest):
                    request = step
                else:
                    yield step
        query = await asyncio.to_thread(_prepare, request)
        ticket = self._limiter.ticket() if self._limiter is not None else None
        if ticket is not None:
            async with aclosing(ticket.waits()) as waits:
                told = False
                async for seconds in waits:
                    told = True
                    yield Waiting(seconds)
            if told:
                yield Waiting(0.0)
        try:
            wire = await asyncio.to_thread(self._open_wire, loop)  # another, if the wait was long
            async with aclosing(self._listen(wire.ask(request.bot, query, key), request)) as events:
                async for event in events:
                    if ticket is not None:
                        ticket.answered()
                    yield event
        finally:
            if ticket is not None:
                ticket.answered()

    async def _listen(
        self, answers: AsyncGenerator[ReplyEvent | None, None], request: BotRequest
    ) -> AsyncGenerator[ReplyEvent, None]:
        """Yield what comes and WentSilent; raises SilentBot."""
        from poe_tui.poe.feed import Feed, Silence

        feed: Feed[ReplyEvent] = Feed(
            answers, silent_after=self._silent_after, give_up_after=self._give_up_after
        )
        async with aclosing(feed.items()) as items:
            async for item in items:
                if not isinstance(item, Silence):
                    yield item
                elif not item.final:
                    yield WentSilent(item.seconds)
                else:
                    raise SilentBot(
                        f"{request.bot} sent nothing for {item.seconds:.0f} seconds.",
                        hint="Try again, or choose another bot.",
                    )

    async def upload(
        self, source: str | bytes, name: str = "", content_type: str = ""
    ) -> Attachment:
        """Upload a file by path, or bytes under `name`, and return it with its address.

        Raises AttachmentError when the file can't be read or is refused, else a ReplyError.
        """
        return await self._uploads.upload(source, name, content_type)

    async def get_json(
        self,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        key: Secret | None = None,
        authenticate: bool = True,
    ) -> object:
        """Return the JSON at `path` (it starts with a slash) of Poe's base address.

        With `key` that key is sent, else the user's; with `authenticate=False` none. Leaves an open
        connection behind for the next query. Raises a ReplyError.
        """
        if not path.startswith("/"):
            raise ValueError(f"not a path: {path}")
        loop = asyncio.get_running_loop()
        session = await asyncio.to_thread(self._open, loop)
        secret: Secret | None = None
        if authenticate:
            secret = _usable(key) if key is not None else await asyncio.to_thread(self._find_key)
        texts = {name: str(value) for name, value in (params or {}).items()}
        return await session.get(path, params=texts, key=secret)

    @property
    def ahead(self) -> timedelta:
        """How far Poe's clock is ahead of ours; nothing when it is not known to be."""
        return self._session.ahead if self._session is not None else timedelta(0)

    async def aclose(self) -> None:
        """Close the session. The client can be used again: it opens another."""
        session, self._session = self._session, None
        if session is not None and self._loop is asyncio.get_running_loop():
            await session.aclose()
        if self._limiter is not None:
            await asyncio.to_thread(self._limiter.close)

    def _open(self, loop: asyncio.AbstractEventLoop) -> Session:
        """Return the session of `loop`, made when needed. Slow the first time: call it in a thread.

        One that belongs to another loop is dropped, not closed: its loop is gone. So is one from
        before the machine was suspended: replies may still hang on it.
        """
        with self._opening:
            if self._session is None or self._loop is not loop or self._session.has_slept:
                self._session, self._loop = _new_session(self.endpoints), loop
            return self._session

    def _open_wire(self, loop: asyncio.AbstractEventLoop) -> Wire:
        """Return what asks bots over the session of `loop`. Loads fastapi_poe: use a thread."""
        from poe_tui.poe.wire import Wire

        return Wire(self.endpoints, self._open(loop))

    def _find_key(self) -> Secret:
        """Return the key; raises KeyMissing or KeyRefused. May open a keyring: use a thread."""
        try:
            key = self._key()
        except ReplyError:
            raise
        except PoeTuiError as error:
            missing = KeyMissing(error.explanation, hint=error.hint)
        else:
            if key:
                return _usable(key)
            missing = KeyMissing(
                "No key was found in POE_API_KEY, the key command, the keyring or the key file.",
                hint="Get one at poe.com/api/keys and enter it, or set POE_API_KEY.",
            )
        raise missing

    async def _send_file(self, data: bytes, name: str, sent: Sent) -> UploadedFile:
        loop = asyncio.get_running_loop()
        wire, key = await asyncio.to_thread(lambda: (self._open_wire(loop), self._find_key()))
        stored = await wire.upload(data, name, key, sent)
        return UploadedFile(stored.url, stored.content_type)


def _new_session(endpoints: Endpoints) -> Session:
    """Return a session; raises NetworkDown when the environment asks for what can't be done."""
    from poe_tui.poe.session import Session

    try:
        return Session(endpoints)
    except (ImportError, ValueError, OSError) as error:
        # A proxy of an unknown or SOCKS kind, or a certificate file that is not there.
        detail = plain(str(error))
    raise NetworkDown(
        f"The proxy or certificate settings of this environment can't be used: {detail}",
        hint="Check HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR.",
    )


def _usable(key: Secret) -> Secret:
    """Return `key`; raises KeyRefused, before anything is sent, when no header could carry it."""
    value = key.reveal()
    if value.isascii() and value.isprintable() and " " not in value and value:
        return key
    del value
    raise KeyRefused(
        "The key holds characters that no Poe key has.",
        hint="Copy it again from poe.com/api/keys.",
    )


def _prepare(request: BotRequest) -> Query:
    """Return the query ready to send; raises BotFailed when it holds something JSON can't carry."""
    from poe_tui.poe.wire import prepare

    try:
        return prepare(request)
    except (ValueError, TypeError, RecursionError):
        unsendable = BotFailed(
            "The message could not be put into the form Poe wants; nothing was sent.",
            hint="Check the parameters set for this bot.",
            retryable=False,
        )
    raise unsendable
