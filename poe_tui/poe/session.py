"""The light half of the wire: httpx and one session, for look-ups and for the queries of `wire`.

Making a session takes 30 ms, because it reads the certificates, and loading httpx 100: do both in a
thread. fastapi_poe, four times as heavy, is not needed for a balance or a list of bots.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from poe_tui.keys import Secret
from poe_tui.poe.clock import ahead_of_ours
from poe_tui.poe.failures import KEPT_HEADERS, Circumstances, HttpAnswer, explain
from poe_tui.poe.http import httpx
from poe_tui.poe.tolerant import TolerantStream

if TYPE_CHECKING:
    from poe_tui.poe.client import Endpoints

READ_TIMEOUT: Final = 600.0
CONNECT_TIMEOUT: Final = 10.0
LOOK_UP_TIMEOUT: Final = 20.0
ERROR_BODY_LIMIT: Final = 64 * 1024
ERROR_BODY_TIMEOUT: Final = 5.0
LOOK_UP_LIMIT: Final = 32 * 1024 * 1024
KEEP_ALIVE: Final = 60.0
NAP: Final = 30.0
_QUERY: Final = "poe_tui_query"


class NotAnswered(Exception):
    """A look-up, or an upload, was answered with another status than 200."""

    def __init__(self, answer: HttpAnswer) -> None:
        super().__init__(f"HTTP {answer.status}")
        self.answer = answer


class QueryBody(dict[str, Any]):
    """A query already encoded. fastapi_poe sees a dict, httpx is handed the bytes.

    What fastapi_poe puts in later, tools and their results, is encoded then.
    """

    encoded: bytes = b""
    response: httpx.Response | None = None
    """The answer, so that whoever asked can close it; None before there is one."""
    refusal: Callable[[HttpAnswer], Exception] = NotAnswered
    """What is raised, out of the session, for an answer that is no event stream."""

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        self.encoded = b""

    def content(self) -> bytes:
        """Return what is sent."""
        if not self.encoded:
            self.encoded = json.dumps(self, ensure_ascii=False, separators=(",", ":")).encode()
        return self.encoded


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
        if isinstance(body, QueryBody):
            options["json"] = None
            options["content"] = body.content()
            options["extensions"] = {**(options.get("extensions") or {}), _QUERY: body}
            options["headers"] = {
                **(options.get("headers") or {}),
                "Content-Type": "application/json",
                "Accept-Encoding": "identity",
            }
        return super().build_request(method, url, **options)


async def _insist_on_a_stream(response: httpx.Response) -> None:
    """Raise unless the query was answered by an event stream with a good status."""
    body = response.request.extensions.get(_QUERY)
    if not isinstance(body, QueryBody):
        return
    body.response = response
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if response.status_code == 200 and kind == "text/event-stream":
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = TolerantStream(response.stream)
        return
    raise body.refusal(await _answer(response))


async def insist_on_success(response: httpx.Response) -> None:
    """Raise NotAnswered unless the status is 200."""
    if response.status_code != 200:
        raise NotAnswered(await _answer(response))


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
        headers={name: response.headers.get(name, "") for name in KEPT_HEADERS},
    )


class Session:
    """One session with Poe. Belongs to the event loop that first uses it."""

    http: httpx.AsyncClient
    """For queries: with `QueryBody`, and hooks that raise what the body says."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._at = endpoints
        base = endpoints.base
        self._awake = _time_slept()
        self.ahead = timedelta(0)
        """How far Poe's clock is ahead of ours, as the last answer to a key told."""
        self._trust_env = not is_loopback(base)
        self.certificates = httpx.create_ssl_context(trust_env=self._trust_env)
        self.http = _Session(
            verify=self.certificates,
            trust_env=self._trust_env,
            timeout=httpx.Timeout(READ_TIMEOUT, connect=CONNECT_TIMEOUT),
            limits=httpx.Limits(
                max_connections=None, max_keepalive_connections=20, keepalive_expiry=KEEP_ALIVE
            ),
            follow_redirects=False,
            event_hooks={"response": [_insist_on_a_stream]},
        )

    async def get(self, path: str, *, params: dict[str, str], key: Secret | None) -> object:
        """Return the JSON at `base` + `path`; the key is sent when there is one.

        Raises a ReplyError. Reads to the end, which leaves the connection open for the next query
        for 60 seconds.
        """
        try:
            async with (
                asyncio.timeout(LOOK_UP_TIMEOUT),
                self.http.stream(
                    "GET", f"{self._at.base}{path}", params=params, headers=_headers(key)
                ) as response,
            ):
                await insist_on_success(response)
                if key is not None:  # an answer for everybody may come from a cache, with its date
                    self.ahead = ahead_of_ours(response.headers.get("date", ""))
                return _decoded(await _read_within(response, LOOK_UP_LIMIT))
        except Exception as error:
            failure = explain(error, Circumstances(self._at.base, key))
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
        await self.http.aclose()


def _decoded(body: bytes) -> object:
    """Return JSON, read as generously as it can be; raises ValueError or RecursionError.

    msgspec is fast, and refuses the whole of it for a number that no float holds or for half a
    character; one odd entry should not cost hundreds of others.
    """
    try:
        return msgspec.json.decode(body)
    except msgspec.MsgspecError:
        return json.loads(body)


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


def is_loopback(address: str) -> bool:
    """Return whether an address is of this machine, where no proxy is asked."""
    try:
        host = httpx.URL(address).host
    except httpx.InvalidURL:
        return False
    return host in ("localhost", "::1") or host.startswith("127.")
