"""Poe's addresses besides the bots: models, points, files, signing in."""

from __future__ import annotations

import asyncio
import base64
import email
import email.policy
import hashlib
import mimetypes
import secrets
from email.message import EmailMessage
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import FastAPI, Query, Request, Response
from starlette.responses import JSONResponse, RedirectResponse

from poe_tui.demo.catalog import catalog, old_form
from poe_tui.demo.refusals import http_error
from poe_tui.demo.world import KEY, POOR_BALANCE, POOR_KEY, World

UPLOAD = "/poe_api/file_upload_3RD_PARTY_POST"


def add_models(app: FastAPI, world: World) -> None:
    """Add the list of models. It asks for no key."""

    @app.get("/v1/models")
    async def models() -> Response:
        models = catalog()
        if world.knobs.models_style == "old":
            models["data"] = [old_form(entry) for entry in models["data"]]
        return JSONResponse(models)


def add_usage(app: FastAPI, world: World) -> None:
    """Add balance and points history; the gate has looked at the key."""

    @app.get("/usage/current_balance")
    async def balance(request: Request) -> dict[str, Any]:
        poor = request.scope["demo.key"] == POOR_KEY
        points = POOR_BALANCE if poor else world.ledger.balance
        return balance_fields(points, extras=world.knobs.balance_extras)

    @app.get("/usage/points_history")
    async def history(
        request: Request,
        limit: Annotated[int, Query()] = 20,
        starting_after: Annotated[str, Query()] = "",
    ) -> Response:
        if not 1 <= limit <= 100:
            return http_error(400, "limit must be between 1 and 100.")
        if request.scope["demo.key"] == POOR_KEY:
            return JSONResponse({"has_more": False, "length": 0, "data": []})
        page = world.ledger.history(limit=limit, starting_after=starting_after)
        return JSONResponse(page)


def balance_fields(points: int, *, extras: bool) -> dict[str, Any]:
    """Return the balance as Poe sends it; `extras` are the fields it sends undocumented."""
    fields: dict[str, Any] = {"current_point_balance": points}
    if extras:
        fields |= {
            "plan_points_balance": points,
            "addon_point_balance": 0,
            "total_balance_usd": f"{points * 0.00003:.2f}",
            "next_monthly_grant_amount": 1_000_000,
            "auto_recharge": {"enabled": False},
        }
    return fields


def add_files(app: FastAPI, world: World) -> None:
    """Add uploads, and the address under which files are served."""

    @app.post(UPLOAD)
    async def upload(request: Request) -> Response:
        # The key comes alone here, without "Bearer": so does fastapi_poe's upload_file send it.
        if request.headers.get("authorization") != KEY:
            return http_error(401, "Incorrect API key provided.")
        await asyncio.sleep(world.knobs.upload_delay)
        sent = read_upload(request.headers.get("content-type", ""), await request.body())
        if sent is None:
            return http_error(400, "Send a multipart field named file, or a download_url.")
        name, content_type, content = sent
        if len(content) > world.knobs.upload_limit:
            return http_error(413, "The file is too large.")
        file = world.files.put(name, content_type, content)
        url = f"{world.base}/files/{file.id}"
        return JSONResponse({"attachment_url": url, "mime_type": content_type})

    @app.get("/files/{file_id}")
    async def stored(file_id: str) -> Response:
        file = world.files.get(file_id)
        if file is None:
            return http_error(404, "There is no such file, or it has expired.")
        return Response(file.content, media_type=file.content_type)


def read_upload(content_type: str, body: bytes) -> tuple[str, str, bytes] | None:
    """Return name, type and content of an uploaded file; None when there is none.

    A file that is named by `download_url` is never fetched: its content is the address itself.
    """
    if content_type.startswith("application/x-www-form-urlencoded"):
        form = dict(parse_qsl(body.decode(errors="replace")))
        url = form.get("download_url")
        if not url:
            return None
        name = form.get("download_filename") or urlsplit(url).path.rpartition("/")[2] or "file"
        return name, guess_type(name), url.encode()
    head = b"Content-Type: " + content_type.encode() + b"\r\n\r\n"
    form_data = email.message_from_bytes(head + body, policy=email.policy.HTTP)
    assert isinstance(form_data, EmailMessage)
    for part in form_data.iter_parts():
        if part.get_param("name", header="content-disposition") == "file":
            name = part.get_filename() or "file"
            content = part.get_payload(decode=True)
            return name, guess_type(name), content if isinstance(content, bytes) else b""
    return None


def guess_type(name: str) -> str:
    """Return the media type that a file's name promises."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def add_sign_in(app: FastAPI, world: World) -> None:
    """Add "Sign in with Poe": OAuth with PKCE, without a screen that asks."""

    @app.get("/oauth/authorize")
    async def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        if asked.get("response_type") != "code":
            return oauth_error("unsupported_response_type")
        if asked.get("scope") != "apikey:create":
            return oauth_error("invalid_scope")
        redirect = asked.get("redirect_uri", "")
        challenge = asked.get("code_challenge", "")
        local = urlsplit(redirect).hostname in ("127.0.0.1", "localhost")
        if not challenge or asked.get("code_challenge_method") != "S256" or not local:
            return oauth_error("invalid_request")
        code = secrets.token_urlsafe(16)
        world.grants[code] = (challenge, redirect)
        answer = urlencode({"code": code, "state": asked.get("state", "")})
        return RedirectResponse(f"{redirect}?{answer}", status_code=302)

    @app.post("/token")
    async def token(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        if form.get("grant_type") != "authorization_code":
            return oauth_error("invalid_request")
        challenge, redirect = world.grants.pop(form.get("code", ""), ("", ""))
        matches = s256(form.get("code_verifier", "")) == challenge
        if not matches or form.get("redirect_uri") != redirect:
            return oauth_error("invalid_grant")
        return JSONResponse({"api_key": KEY, "api_key_expires_in": None})


def oauth_error(error: str) -> Response:
    """Return an error in OAuth's form."""
    return JSONResponse({"error": error}, status_code=400)


def s256(verifier: str) -> str:
    """Return the code challenge of `verifier` (RFC 7636, section 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
