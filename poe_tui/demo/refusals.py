"""How the service says no: in Poe's JSON, or as an event of a stream."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "insufficient_credits",
    403: "moderation_error",
    404: "not_found_error",
    408: "timeout_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "provider_error",
    502: "upstream_error",
    529: "overloaded_error",
}
"""The error types of Poe's HTTP interface, by status (creator.poe.com, OpenAI-compatible API)."""


def http_error(
    status: int, message: str, *, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Return the JSON error that Poe documents for `status`."""
    error = {
        "code": status,
        "type": KINDS.get(status, "provider_error"),
        "message": message,
        "metadata": {},
    }
    return JSONResponse({"error": error}, status_code=status, headers=headers)


def sse(event: str, data: Any) -> bytes:
    """Return one server-sent event; `data` goes as JSON."""
    return f"event: {event}\r\ndata: {json.dumps(data)}\r\n\r\n".encode()


def stream_error(text: str, *, allow_retry: bool = True) -> Response:
    """Return a stream (HTTP 200) that holds an `error` event and nothing else."""
    data = {"allow_retry": allow_retry, "text": text}
    return Response(sse("error", data) + sse("done", {}), media_type="text/event-stream")
