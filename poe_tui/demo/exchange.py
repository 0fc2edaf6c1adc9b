"""One request and its answer, watched from outside: what came, what went, who hung up."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from poe_tui.demo.seen import Auth, RequestLog, SeenRequest

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

LARGEST_LOGGED = 4 * 1024 * 1024
"""Bytes of a body beyond which it is not kept in the log."""


class Exchange:
    """Stands between the server and the app: `receive` and `send` are those the app is given."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.body = b""
        self.answered = 0
        """Bytes of text events sent so far, roughly the characters of the answer."""
        self.on_done = _nothing
        """Called once, just before the client can know that the answer is at its end."""
        self._receive = receive
        self._send = send
        self._replayed = False
        self._started = time.monotonic()
        self._headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        authorization = self._headers.pop("authorization", "")
        bearer = authorization[:7].lower() == "bearer "
        self.key = authorization[7:].strip() if bearer else authorization.strip()
        self.auth: Auth = "bearer" if bearer else "raw" if authorization else "none"
        self.seen: SeenRequest | None = None

    async def read(self, log: RequestLog) -> SeenRequest:
        """Read the whole body, write the request into `log` and return its record."""
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                break
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                break
        self.seen = log.add(
            method=self.scope["method"],
            path=self.scope["path"],
            raw_path=self.scope["raw_path"].decode("latin-1"),
            query=self.scope["query_string"].decode("latin-1"),
            headers=self._headers,
            auth=self.auth,
            size=len(self.body),
            body=self._parsed_body(),
        )
        return self.seen

    async def receive(self) -> Message:
        """The body once, in one piece; then whatever the server says, which is the disconnect."""
        if not self._replayed:
            self._replayed = True
            return {"type": "http.request", "body": self.body, "more_body": False}
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._client_is_gone()
        return message

    async def wait(self, seconds: float) -> bool:
        """Wait before answering, and return whether the client is still there afterwards."""
        try:
            async with asyncio.timeout(seconds):
                while (await self._receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            return True
        self._client_is_gone()
        return False

    async def send(self, message: Message) -> None:
        """Pass a message of the answer on, after writing down what it is."""
        seen = self.seen
        if seen is not None and not seen.disconnected:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
            elif message["type"] == "http.response.body":
                self._count(seen, message)
        await self._send(message)

    def ended(self) -> None:
        """The app has returned: whatever was not sent will not be."""
        if self.seen is not None and not self.seen.disconnected:
            self.seen.done = True
        self._finish()

    def _count(self, seen: SeenRequest, message: Message) -> None:
        body = bytes(message.get("body", b""))
        seen.sent += len(body)
        if body.startswith((b"event: text", b"event: replace")):
            self.answered += max(0, len(body) - len(b'event: text\r\ndata: {"text": ""}\r\n\r\n'))
        if b"event: done" in body:
            self._finish()
        if not message.get("more_body", False):
            seen.done = True
            self._finish()

    def _client_is_gone(self) -> None:
        seen = self.seen
        if seen is not None and not seen.done:
            seen.disconnected = True
            seen.disconnected_after = time.monotonic() - self._started
            self._finish()

    def _finish(self) -> None:
        call, self.on_done = self.on_done, _nothing
        call()

    def _parsed_body(self) -> Any:
        if len(self.body) > LARGEST_LOGGED:
            return None
        content_type = self._headers.get("content-type", "")
        if content_type.startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(self.body.decode(errors="replace")))
        if content_type.startswith("multipart/"):
            return None
        try:
            return json.loads(self.body)
        except ValueError:
            return None


def _nothing() -> None:
    """There is nothing to do at the end, or it has been done."""
