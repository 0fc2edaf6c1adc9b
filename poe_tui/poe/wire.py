"""The heavy half of the wire: fastapi_poe. Importing it takes half a second: do it in a thread."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import fastapi_poe as fp
from pydantic import PrivateAttr

from poe_tui.chat.events import BotRequest, FileReceived, ReplyEvent, TextDelta, TextReplaced
from poe_tui.chat.surrogates import mend
from poe_tui.errors import ReplyError, Truncated
from poe_tui.keys import Secret
from poe_tui.poe.failures import Circumstances, HttpAnswer, explain
from poe_tui.poe.http import httpx
from poe_tui.poe.session import (
    CONNECT_TIMEOUT,
    QueryBody,
    Session,
    insist_on_success,
    is_loopback,
)
from poe_tui.poe.translate import body_of, event_of

if TYPE_CHECKING:
    from poe_tui.poe.client import Endpoints

UPLOAD_TIMEOUT: Final = 120.0
UPLOAD_PIECE: Final = 64 * 1024
_ANSWERS: Final = (TextDelta, TextReplaced, FileReceived)
_CUT_OFF: Final = "Bot exited without sending 'done' event"
_ODD_DONE: Final = ("Invalid JSON in 'done' event", "Expected JSON dict in 'done' event")


class NotAStream(fp.BotErrorNoRetry):
    """The server answered with something other than an event stream: an error, a page, a redirect.

    Derived from BotErrorNoRetry, the one thing fastapi_poe passes on untouched and never retries.
    """

    def __init__(self, answer: HttpAnswer) -> None:
        super().__init__(f"HTTP {answer.status}")
        self.answer = answer


class Query(fp.QueryRequest):
    """A query that costs nothing to print.

    fastapi_poe takes the repr of the whole history for every event it yields (932 µs an event at
    100 KB), and dumps it to JSON on the event loop; both are settled before it gets here.
    """

    def __repr__(self) -> str:
        return "<query>"

    __str__ = __repr__

    _body: QueryBody = PrivateAttr(default_factory=QueryBody)

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
    body = QueryBody(whole.model_dump())
    body.refusal = NotAStream
    body.content()
    query = Query(**body_of(BotRequest(bot=request.bot, turns=())))
    query._body = body
    return query


class Wire:
    """Asks bots and sends files by fastapi_poe, over a session that others use as well."""

    def __init__(self, endpoints: Endpoints, session: Session) -> None:
        self._at = endpoints
        self.session = session

    async def ask(
        self,
        bot: str,
        query: Query,
        key: Secret,
        *,
        tools: list[fp.ToolDefinition] | None = None,
        tool_executables: list[Callable[..., Any]] | None = None,
    ) -> AsyncGenerator[ReplyEvent | None, None]:
        """Send `query` once and yield what comes; None is a sign of life that says nothing.

        Raises a ReplyError that carries neither the key nor the exception it came from. A `done`
        whose data is not JSON (`[DONE]`, or nothing) ends a reply like any other: it did say so.

        Nobody passes `tools` yet: they are where function calling will come in. The bot's calls are
        DataReceived with `tool_calls`. With `tool_executables` fastapi_poe runs them itself and
        then sends a second query, which the limiter has to be asked about as well.
        """
        notes: set[str] = set()
        failure: ReplyError | None = None
        heard = False
        answers = fp.stream_request(
            query,
            quote(mend(bot), safe=""),
            key.reveal(),
            tools=tools,
            tool_executables=tool_executables,
            session=self.session.http,
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
                verify=self.session.certificates,
                trust_env=not is_loopback(address),
                timeout=httpx.Timeout(UPLOAD_TIMEOUT, connect=CONNECT_TIMEOUT),
                follow_redirects=False,
                event_hooks={"request": [count], "response": [insist_on_success]},
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
