"""Talking to the demo service with the plain library, as any other program would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import fastapi_poe as fp
import httpx

from poe_tui.demo.service import DemoService


@dataclass
class Answer:
    """What came back."""

    text: str = ""
    pieces: list[str] = field(default_factory=list)
    replaced: int = 0
    suggestions: list[str] = field(default_factory=list)
    files: list[fp.Attachment] = field(default_factory=list)
    content_type: str = ""
    indexes: list[int | None] = field(default_factory=list)
    data: list[dict[str, Any]] = field(default_factory=list)

    def hear(self, reply: fp.PartialResponse) -> None:
        """Take in one event."""
        if isinstance(reply, fp.MetaResponse):
            self.content_type = reply.content_type
        elif reply.is_suggested_reply:
            self.suggestions.append(reply.text)
        else:
            self._hear_text(reply)
        if reply.attachment:
            self.files.append(reply.attachment)
        if reply.data:
            self.data.append(reply.data)

    def _hear_text(self, reply: fp.PartialResponse) -> None:
        self.replaced += reply.is_replace_response
        self.text = reply.text if reply.is_replace_response else self.text + reply.text
        self.indexes.append(reply.index)
        if reply.text:
            self.pieces.append(reply.text)


async def ask(
    service: DemoService,
    bot: str,
    text: str = "hello",
    *,
    earlier: Sequence[str] = (),
    parameters: dict[str, Any] | None = None,
    attachments: Sequence[fp.Attachment] = (),
    tries: int = 1,
    heard: Answer | None = None,
) -> Answer:
    """Return the answer of `bot` after the prompts `earlier`; `heard` is filled while it comes."""
    answer = Answer() if heard is None else heard
    query = [
        message
        for prompt in earlier
        for message in (
            fp.ProtocolMessage(role="user", content=prompt),
            fp.ProtocolMessage(role="bot", content="I see."),
        )
    ]
    query.append(
        fp.ProtocolMessage(
            role="user",
            content=text,
            parameters=parameters or {},
            attachments=list(attachments),
        )
    )
    request = fp.QueryRequest(
        query=query,
        user_id="",
        conversation_id="",
        message_id="",
        version="1.2",
        type="query",
    )
    replies = fp.stream_request(
        request,
        bot,
        service.key,
        num_tries=tries,
        retry_sleep_time=0.0,
        base_url=f"{service.base}/bot/",
        on_error=lambda error, note: None,
    )
    async for reply in replies:
        answer.hear(reply)
    return answer


def http(service: DemoService, key: str = DemoService.key) -> httpx.Client:
    """Return a client for the addresses besides the bots."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    return httpx.Client(base_url=service.base, headers=headers, trust_env=False, timeout=30)


def post_query(client: httpx.Client, bot: str, text: str = "hello") -> httpx.Response:
    """Send a query by hand and return the whole answer."""
    query = [{"role": "user", "content": text}]
    ids = {"user_id": "", "conversation_id": "", "message_id": ""}
    body = {"version": "1.2", "type": "query", "query": query, **ids}
    return client.post(f"/bot/{bot}", json=body)
