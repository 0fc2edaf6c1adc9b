"""The heavy half of the client: fastapi_poe, httpx and one session. Import it in a thread.

Importing fastapi_poe takes about half a second, and making a session 30 ms (it reads the
certificates); `poe_tui.poe.client` does both off the event loop, at first use.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import fastapi_poe as fp
import httpx
import msgspec
from pydantic import PrivateAttr

from poe_tui.chat.events import BotRequest, FileReceived, ReplyEvent, TextDelta, TextReplaced
from poe_tui.chat.surrogates import mend
from poe_tui.errors import ReplyError, Truncated
from poe_tui.keys import Secret
from poe_tui.poe.failures import WAIT_HEADERS, Circumstances, HttpAnswer, explain
from poe_tui.poe.tolerant import TolerantStream
from poe_tui.poe.translate import body_of, event_of

if TYPE_CHECKING:
    from poe_tui.poe.client import Endpoints

READ_TIMEOUT: Final = 600.0
CONNECT_TIMEOUT: Final = 10.0
LOOK_UP_TIMEOUT: Final = 20.0
UPLOAD_TIMEOUT: Final = 120.0
UPLOAD_PIECE: Final = 64 * 1024
ERROR_BODY_LIMIT: Final = 64 * 1024
ERROR_BODY_TIMEOUT: Final = 5.0
LOOK_UP_LIMIT: Final = 32 * 1024 * 1024
KEEP_ALIVE: Final = 60.0
NAP: Final = 30.0
_ANSWERS: Final = (TextDelta, TextReplaced, FileReceived)
_QUERY: Final = "poe_tui_query"
_CUT_OFF: Final = "Bot exited without sending 'done' event"
_ODD_DONE: Final = ("Invalid JSON in 'done' event", "Expected JSON dict in 'done' event")


class NotAStream(fp.BotErrorNoRetry):
    """The server answered with something other than an event stream: an error, a page, a redirect.

    Derived from BotErrorNoRetry, the one thing fastapi_poe passes on untouched and never retries.
    """

    def __init__(self, answer: HttpAnswer) -> None:
        super().__init__(f"HTTP {answer.status}")
        self.answer = answer


class _Body(dict[str, Any]):
    """A query already encoded. fastapi_poe sees a dict, httpx is handed the bytes."""

    encoded: bytes = b""
    response: httpx.Response | None = None
    """The answer, so that whoever asked can close it; None before there is one."""


class Query(fp.QueryRequest):
    """A query that costs nothing to print.

    fastapi_poe takes the repr of the whole history for every event it yields (932 µs an event at
    100 KB), and dumps it to JSON on the event loop; both are settled before it gets here.
    """

    def __repr__(self) -> str:
        return "<query>"

    __str__ = __repr__

    _body: _Body = PrivateAttr(default_factory=_Body)

    def model_dump(self, **_options: Any) -> dict[str, Any]:
        return self._body

    @property
    def response(self) -> httpx.Response | None:
        """The answer; None before there is one."""
        return self._body.response


def prepare(request: BotRequest) -> Query:
    """Return `request` checked and encoded, ready for `Wire.ask`.

    Slow with a long history: use a thread. Raises ValueError or TypeError (pydantic's too) when
    it holds something JSON can't carry.
    """
    whole = fp.QueryRequest(**body_of(request))
    body = _Body(whole.model_dump())
    body.encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    query = Query(**body_of(BotRequest(bot=request.bot, turns=())))
    query._body = body
    return query


class _Session(httpx.AsyncClient):
    """The session for queries and look-ups.

    fastapi_poe uses `post` only to report the bot's mistakes to the bot, with the user's key and on
    the user's rate limit; nobody asked for that, so it gets an empty answer from here. The query
    itself goes through `stream`.
    """

    async def post(self, url: httpx.URL | str, **_options: Any) -> httpx.Response:
        await asyncio.sleep(0)
        return httpx.Response(200, request=httpx.Request("POST", url))

    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:
        body = options.get("json")
        if isinstance(body, _Body):
            options["json"] = None
            options["content"] = body.encoded
            options["extensions"] = {**(options.get("extensions") or {}), _QUERY: body}
            options["headers"] = {
                **(options.get("headers") or {}),
                "Content-Type": "application/json",
                "Accept-Encoding": "identity",
            }
        return super().build_request(method, url, **options)


async def _insist_on_a_stream(response: httpx.Response) -> None:
    """Raise NotAStream unless the query was answered by an event stream with a good status."""
    body = response.request.extensions.get(_QUERY)
    if not isinstance(body, _Body):
        return
    body.response = response
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if response.status_code == 200 and kind == "text/event-stream":
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = TolerantStream(response.stream)
        return
    raise NotAStream(await _answer(response))


async def _insist_on_success(response: httpx.Response) -> None:
    if response.status_code != 200:
        raise NotAStream(await _answer(response))


async def _answer(response: httpx.Response) -> HttpAnswer:
    body = b""
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(ERROR_BODY_TIMEOUT):
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) >= ERROR_BODY_LIMIT:
                    break
    return HttpAnswer(
        status=response.status_code,
        content_type=response.headers.get("content-type", ""),
        body=body[:ERROR_BODY_LIMIT].decode(errors="replace"),
        headers={name: response.headers.get(name, "") for name in WAIT_HEADERS},
    )


class Wire:
    """One session with Poe. Belongs to the event loop that first uses it."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._at = endpoints
        base = endpoints.base
        self._awake = _time_slept()
        self._trust_env = not _is_loopback(base)
        self._certificates = httpx.create_ssl_context(trust_env=self._trust_env)
        self._session = _Session(
            verify=self._certificates,
            trust_env=self._trust_env,
            timeout=httpx.Timeout(READ_TIMEOUT, connect=CONNECT_TIMEOUT),
            limits=httpx.Limits(
                max_connections=None, max_keepalive_connections=20, keepalive_expiry=KEEP_ALIVE
            ),
            follow_redirects=False,
            event_hooks={"response": [_insist_on_a_stream]},
        )

    async def ask(
        self, bot: str, query: Query, key: Secret
    ) -> AsyncGenerator[ReplyEvent | None, None]:
        """Send `query` once and yield what comes; None is a sign of life that says nothing.

        Raises a ReplyError that carries neither the key nor the exception it came from. A `done`
        whose data is not JSON (`[DONE]`, or nothing) ends a reply like any other: it did say so.
        """
        notes: set[str] = set()
        failure: ReplyError | None = None
        heard = False
        answers = fp.stream_request(
            query,
            quote(mend(bot), safe=""),
            key.reveal(),
            session=self._session,
            on_error=lambda error, _message: (
                notes.add(_CUT_OFF) if str(error) == _CUT_OFF else None
            ),
            num_tries=1,
            base_url=f"{self._at.bots}/",
        )
        try:
            async with aclosing(answers):
                async for partial in answers:
                    event = event_of(partial)
                    heard = heard or isinstance(event, _ANSWERS)
                    yield event
        except Exception as error:
            if str(error) not in _ODD_DONE:
                failure = explain(error, Circumstances(self._at.base, key, bot=bot, heard=heard))
        finally:
            # Closing fastapi_poe's generator leaves the ones inside it to the garbage collector.
            if query.response is not None:
                await query.response.aclose()
        if failure is None and _CUT_OFF in notes:
            failure = Truncated(
                f"The connection ended before {bot} said that it was finished.",
                hint="What arrived is kept. Continue the answer, or ask again."
                if heard
                else "Nothing had come yet: ask again, or choose another bot.",
            )
        if failure is not None:
            raise failure

    async def get(self, path: str, *, params: dict[str, str], key: Secret | None) -> object:
        """Return the JSON at `base` + `path`; the key is sent when there is one.

        Raises a ReplyError. Reads to the end, which leaves the connection open for the next query
        for 60 seconds.
        """
        try:
            async with (
                asyncio.timeout(LOOK_UP_TIMEOUT),
                self._session.stream(
                    "GET", f"{self._at.base}{path}", params=params, headers=_headers(key)
                ) as response,
            ):
                await _insist_on_success(response)
                return msgspec.json.decode(await _read_within(response, LOOK_UP_LIMIT))
        except Exception as error:
            failure = explain(error, Circumstances(self._at.base, key))
        raise failure

    async def upload(
        self, data: bytes, name: str, key: Secret, sent: Callable[[int], None]
    ) -> fp.Attachment:
        """Send one file and return where Poe keeps it. Raises a ReplyError.

        `sent` hears how many bytes have left. The session is its own: fastapi_poe closes the one it
        is given, and has no other way to tell how far it is.
        """
        address = self._at.upload

        async def count(request: httpx.Request) -> None:
            if isinstance(request.stream, httpx.AsyncByteStream):
                request.stream = _Counted(request.stream, sent)

        try:
            session = httpx.AsyncClient(
                verify=self._certificates,
                trust_env=not _is_loopback(address),
                timeout=httpx.Timeout(UPLOAD_TIMEOUT, connect=CONNECT_TIMEOUT),
                follow_redirects=False,
                event_hooks={"request": [count], "response": [_insist_on_success]},
            )
            return await fp.upload_file(
                file=data,
                file_name=name,
                api_key=key.reveal(),
                session=session,
                on_error=lambda _error, _message: None,
                num_tries=1,
                base_url=address,
            )
        except Exception as error:
            failure = explain(error, Circumstances(address, key))
        raise failure

    @property
    def has_slept(self) -> bool:
        """True when the machine was suspended since this was made.

        The clock that ends idle connections stood still meanwhile, and the other side has long
        forgotten them: a query sent over one might wait for minutes.
        """
        return abs(_time_slept() - self._awake) > NAP

    async def aclose(self) -> None:
        """Close the connections."""
        await self._session.aclose()


class _Counted(httpx.AsyncByteStream):
    """A body handed to the network in pieces, each counted when it has been taken."""

    def __init__(self, body: httpx.AsyncByteStream, sent: Callable[[int], None]) -> None:
        self._body = body
        self._sent = sent

    async def __aiter__(self) -> AsyncIterator[bytes]:
        count = 0
        async for chunk in self._body:
            for start in range(0, len(chunk), UPLOAD_PIECE):
                piece = chunk[start : start + UPLOAD_PIECE]
                yield piece
                count += len(piece)
                self._sent(count)


def _headers(key: Secret | None) -> dict[str, str]:
    return {} if key is None else {"Authorization": f"Bearer {key.reveal()}"}


async def _read_within(response: httpx.Response, limit: int) -> bytes:
    """Return the body; raises httpx.DecodingError when it is longer than `limit` bytes."""
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > limit:
            raise httpx.DecodingError("longer than any answer should be", request=response.request)
    return bytes(body)


def _time_slept() -> float:
    """Return a number of seconds that grows only while the machine is suspended."""
    return time.time() - time.monotonic()


def _is_loopback(address: str) -> bool:
    try:
        host = httpx.URL(address).host
    except httpx.InvalidURL:
        return False
    return host in ("localhost", "::1") or host.startswith("127.")
