"""Each way in which Poe, a bot or the network refuses, and the words for it."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
import traceback
from collections.abc import Awaitable, Callable
from email.utils import formatdate

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from poe_tui.errors import (
    BotFailed,
    KeyMissing,
    KeyRefused,
    MessageTooLong,
    NetworkDown,
    NotEnoughPoints,
    RateLimited,
    ReplyError,
    SilentBot,
    UnknownBot,
    UsageError,
)
from poe_tui.keys import Secret
from poe_tui.poe.client import Endpoints, PoeClient
from poe_tui.poe.complaint import complaint_in, seconds_to_wait, verdict
from poe_tui.poe.plain import plain
from tests.poe.raw import Answer, Exchange, raw_server, refusing, saying
from tests.poe.talk import KEY, Outcome, ask, ask_at, client_of, prompt

PAGE = "<!DOCTYPE html><title>Sorry</title><script>alert(1)</script>"


def openai(kind: str, message: str = "As it is.") -> object:
    return {"error": {"code": 400, "type": kind, "message": message, "metadata": {}}}


def event(words: str, *, retry: bool = True, **more: str) -> Answer:
    return saying(("error", {"allow_retry": retry, "text": words, **more}), ("done", "{}"))


HTTP: list[tuple[int, object, type[ReplyError]]] = [
    (400, openai("invalid_request_error"), BotFailed),
    (400, openai("invalid_request_error", "The prompt is too long: 9 tokens"), MessageTooLong),
    (401, openai("authentication_error"), KeyRefused),
    (401, {"detail": "Not authenticated"}, KeyRefused),
    (401, None, KeyRefused),
    (402, openai("insufficient_credits"), NotEnoughPoints),
    (403, openai("moderation_error"), BotFailed),
    (403, {"detail": "Access denied"}, KeyRefused),
    (403, {}, KeyRefused),
    (403, PAGE, NetworkDown),
    (404, openai("not_found_error"), UnknownBot),
    (404, PAGE, UnknownBot),
    (408, openai("timeout_error"), BotFailed),
    (413, openai("request_too_large"), MessageTooLong),
    (429, openai("rate_limit_error"), RateLimited),
    (500, openai("provider_error"), BotFailed),
    (500, PAGE, BotFailed),
    (502, openai("upstream_error"), BotFailed),
    (503, [1, 2], BotFailed),
    (529, openai("overloaded_error"), BotFailed),
    (200, PAGE, NetworkDown),
    (200, {"ok": True}, BotFailed),
]


@pytest.mark.parametrize(("status", "body", "expected"), HTTP)
async def test_a_status_becomes_an_error_with_words_after_one_query(
    status: int, body: object, expected: type[ReplyError]
) -> None:
    async with raw_server(refusing(status, body)) as server:
        outcome = await ask_at(server.base)
    assert type(outcome.error) is expected
    assert outcome.error.explanation
    assert outcome.error.hint
    assert "<" not in outcome.error.explanation
    assert len(server.seen) == 1


EVENTS: list[tuple[Answer, type[ReplyError]]] = [
    (event("You have exceeded rate limit to query bot using User API Key."), RateLimited),
    (event("Access denied"), KeyRefused),
    (event("Internal server error"), BotFailed),
    (event("try later"), BotFailed),
    (event("no", retry=False), BotFailed),
    (event("", retry=False), BotFailed),
    (event("x", error_type="insufficient_fund"), NotEnoughPoints),
    (event("x", error_type="user_message_too_long"), MessageTooLong),
    (event("x", error_type="user_caused_error"), BotFailed),
    (event("x", error_type="privacy_authorization_error"), BotFailed),
    (event("The bot Norm does not exist, or is not available to you."), UnknownBot),
    (event("You have run out of points."), NotEnoughPoints),
]


@pytest.mark.parametrize(("answer", "expected"), EVENTS)
async def test_an_error_event_becomes_an_error_with_words_after_one_query(
    answer: Answer, expected: type[ReplyError]
) -> None:
    async with raw_server(answer) as server:
        outcome = await ask_at(server.base)
    assert type(outcome.error) is expected
    assert outcome.error.explanation
    assert outcome.error.hint
    assert len(server.seen) == 1


async def test_a_bot_says_whether_trying_again_makes_sense() -> None:
    async with raw_server(event("boom", retry=False)) as server:
        final = (await ask_at(server.base)).error
        server.answer = event("boom")
        passing = (await ask_at(server.base)).error
    assert isinstance(final, BotFailed)
    assert isinstance(passing, BotFailed)
    assert (final.retryable, passing.retryable) == (False, True)
    assert "“boom”" in final.explanation


async def test_a_status_counts_even_under_an_event_stream() -> None:
    words = 'event: error\r\ndata: {"allow_retry": false, "text": "Bad key"}\r\n\r\n'
    async with raw_server(refusing(401, words, kind="text/event-stream")) as server:
        outcome = await ask_at(server.base)
    assert type(outcome.error) is KeyRefused
    assert "Bad key" in outcome.error.explanation


async def test_a_refusal_that_never_ends_does_not_hang() -> None:
    async def endless(exchange: Exchange) -> None:
        await exchange.send(b"HTTP/1.1 500 No\r\nContent-Type: text/plain\r\n\r\n")
        while True:
            await exchange.send(b"x" * 65536)

    async with raw_server(endless) as server:
        outcome = await ask_at(server.base)
    assert type(outcome.error) is BotFailed
    assert len(outcome.error.explanation) < 700


async def test_the_wait_is_read_from_the_headers() -> None:
    async with raw_server(refusing(429, {}, Retry_After="7")) as server:
        plainly = (await ask_at(server.base)).error
        server.answer = refusing(429, {}, Retry_After=formatdate(time.time() + 100, usegmt=True))
        dated = (await ask_at(server.base)).error
        server.answer = refusing(429, {}, x_ratelimit_reset_requests="1m30s")
        reset = (await ask_at(server.base)).error
        server.answer = refusing(429, {})
        unsaid = (await ask_at(server.base)).error
    assert plainly is not None
    assert plainly.retry_after == 7
    assert dated is not None
    assert dated.retry_after is not None
    assert 0 < dated.retry_after <= 100
    assert reset is not None
    assert reset.retry_after == 90
    assert unsaid is not None
    assert unsaid.retry_after is None


@pytest.mark.parametrize("value", ["", "soon", "nan", "-inf", "1x", "Tue, 99 Foo 2026"])
def test_a_wait_that_means_nothing_is_none(value: str) -> None:
    assert seconds_to_wait(value, time.time()) is None


def test_a_wait_may_be_a_moment_and_is_never_negative_or_endless() -> None:
    now = time.time()
    assert seconds_to_wait("-5", now) == 0
    assert seconds_to_wait(str(now - 100), now) == 0
    assert seconds_to_wait("1e8", now) == 24 * 3600
    assert seconds_to_wait(str(int((now + 50) * 1000)), now) == pytest.approx(50, abs=0.01)


@pytest.mark.parametrize("hours", [-5, 5])
async def test_a_wait_until_a_moment_goes_by_the_clock_of_the_server(hours: int) -> None:
    there = time.time() + hours * 3600
    until = formatdate(there + 40, usegmt=True)
    for header in ({"Retry_After": until}, {"x_ratelimit_reset_requests": str(there + 40)}):
        answer = refusing(429, {}, Date=formatdate(there, usegmt=True), **header)
        async with raw_server(answer) as server:
            error = (await ask_at(server.base)).error
        assert error is not None
        assert error.retry_after is not None
        assert 35 < error.retry_after < 42


def test_a_wait_may_stand_in_the_text() -> None:
    complaint = complaint_in('{"text": "Rate limit: try again in 20 seconds."}')
    assert complaint is not None
    error = verdict(complaint, "Norm")
    assert isinstance(error, RateLimited)
    assert error.retry_after == 20


async def test_a_bot_that_is_overloaded_may_say_for_how_long() -> None:
    async with raw_server(refusing(503, {}, Retry_After="3")) as server:
        outcome = await ask_at(server.base)
    assert type(outcome.error) is BotFailed
    assert outcome.error.retry_after == 3
    assert outcome.error.retryable


@pytest.mark.parametrize(
    ("name", "value"),
    [("ALL_PROXY", "gopher://127.0.0.1:1"), ("SSL_CERT_FILE", "/nowhere/at/all.pem")],
)
async def test_an_environment_that_can_t_be_used_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    outcome = await ask_at("https://poe.invalid")
    assert type(outcome.error) is NetworkDown
    assert name in outcome.error.hint


async def test_a_proxy_that_refuses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async with raw_server(refusing(403, {})) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.base)
        monkeypatch.setenv("NO_PROXY", "")
        outcome = await ask_at("https://poe.invalid")
    assert type(outcome.error) is NetworkDown
    assert outcome.error.explanation == "The proxy did not let us through to poe.invalid."
    assert proxy.seen[0].line == "CONNECT poe.invalid:443 HTTP/1.1"
    assert "authorization" not in proxy.seen[0].headers


async def test_a_machine_that_does_not_pick_up_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from poe_tui.poe import session

    monkeypatch.setattr(session, "CONNECT_TIMEOUT", 1e-9)
    async with raw_server(saying(("done", "{}"))) as server:
        outcome = await ask_at(server.base)
    assert type(outcome.error) is NetworkDown
    assert "did not pick up" in outcome.error.explanation


async def test_a_look_up_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    from poe_tui.poe import session

    async def hold(exchange: Exchange) -> None:
        await exchange.until_disconnected()

    monkeypatch.setattr(session, "LOOK_UP_TIMEOUT", 0.05)
    async with raw_server(hold) as server, client_of(server.base) as client:
        with pytest.raises(NetworkDown, match="in time"):
            await client.get_json("/v1/models")


async def test_a_look_up_does_not_read_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    from poe_tui.poe import session

    monkeypatch.setattr(session, "LOOK_UP_LIMIT", 10)
    async with (
        raw_server(refusing(200, ["a long list"])) as server,
        client_of(server.base) as client,
    ):
        with pytest.raises(BotFailed, match="longer than"):
            await client.get_json("/v1/models")


@pytest.mark.parametrize("path", ["", "usage", "@elsewhere/", "http://elsewhere/"])
async def test_only_a_path_can_be_looked_up(path: str) -> None:
    async with client_of("http://127.0.0.1:9") as client:
        with pytest.raises(ValueError, match="not a path"):
            await client.get_json(path)


async def test_a_redirect_is_not_followed() -> None:
    async with raw_server(saying(("done", "{}"))) as other:
        async with raw_server(refusing(307, {}, Location=f"{other.base}/bot/Norm")) as server:
            outcome = await ask_at(server.base)
            async with client_of(server.base) as client:
                with pytest.raises(NetworkDown):
                    await client.get_json("/usage/current_balance")
        assert other.seen == []
    assert type(outcome.error) is NetworkDown


async def test_a_refused_connection_says_that_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    outcome = await ask_at(f"http://127.0.0.1:{port}")
    assert type(outcome.error) is NetworkDown
    assert f"127.0.0.1:{port}" in outcome.error.explanation
    assert "nobody answers" in outcome.error.explanation


async def test_a_name_that_resolves_to_nothing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: object, **_options: object) -> object:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    outcome = await ask_at("http://poe.invalid")
    assert type(outcome.error) is NetworkDown
    assert "could not be found" in outcome.error.explanation


@pytest.mark.parametrize("base", ["", "nonsense", "ftp://127.0.0.1", "http://", "http://a:b"])
async def test_an_address_that_can_t_be_used_is_a_clear_error(base: str) -> None:
    outcome = await ask_at(base)
    assert type(outcome.error) is NetworkDown
    assert "POE_TUI_BASE_URL" in outcome.error.hint


async def ask_encrypted(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    context: ssl.SSLContext | None = None,
) -> Outcome:
    """Ask a server by https; without a `context` it speaks no TLS."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        port = server.sockets[0].getsockname()[1]
        return await ask_at(f"https://127.0.0.1:{port}")
    finally:
        server.close()


async def test_a_certificate_that_nobody_vouches_for_is_named() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)

    async def never(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    outcome = await ask_encrypted(never, context)
    assert type(outcome.error) is NetworkDown
    assert "certificate" in outcome.error.explanation


async def test_a_server_that_does_not_speak_tls_is_named() -> None:
    async def plain_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    outcome = await ask_encrypted(plain_http)
    assert type(outcome.error) is NetworkDown
    assert "encrypted" in outcome.error.explanation


async def test_no_key_is_an_error_before_any_request() -> None:
    async with raw_server(saying(("done", "{}"))) as server:
        missing = await ask_at(server.base, key=None)
        empty = await ask_at(server.base, key="  ")
        broken = await ask_at(server.base, key="pk-ä\nX: y")
    assert type(missing.error) is KeyMissing
    assert type(empty.error) is KeyMissing
    assert type(broken.error) is KeyRefused
    assert server.seen == []


async def test_a_key_command_that_fails_is_a_missing_key_in_its_words() -> None:
    def failing() -> Secret | None:
        raise UsageError("`pass show poe` failed.", hint="Run it by hand.")

    client = PoeClient(Endpoints("http://127.0.0.1:9"), failing)
    outcome = await ask(client)
    await client.aclose()
    await client.aclose()
    assert type(outcome.error) is KeyMissing
    assert outcome.error.explanation == "`pass show poe` failed."
    assert outcome.error.hint == "Run it by hand."


@pytest.mark.parametrize("bot", ["", " ", ".", ".."])
async def test_a_name_that_is_no_name_is_not_sent(bot: str) -> None:
    async with raw_server(saying(("done", "{}"))) as server:
        outcome = await ask_at(server.base, prompt(bot=bot))
    assert type(outcome.error) is UnknownBot
    assert server.seen == []


LEAKS: list[Answer] = [
    refusing(401, {"error": {"type": "authentication_error", "message": f"Bad key {KEY}"}}),
    refusing(500, f"Bearer {KEY}\x1b[31m", kind="text/plain"),
    event(f"{KEY} \x1b]52;c;AAAA\x07 \u202e {KEY[:5]}\u200b{KEY[5:]}"),
    saying(("text", f'"{KEY}"')),
    saying((KEY, "{}"), ("text", {"text": 5, "key": KEY})),
]


@pytest.mark.parametrize("answer", LEAKS)
async def test_the_key_is_in_no_error_and_no_traceback(answer: Answer) -> None:
    async with raw_server(answer) as server, client_of(server.base) as client:
        caught: list[BaseException] = []
        for path in ("stream", "look up"):
            try:
                if path == "look up":
                    await client.get_json("/usage/current_balance")
                async for _ in client.stream(prompt()):
                    pass
            except ReplyError as error:
                caught.append(error)
    assert caught
    for each in caught:
        whole = traceback.TracebackException.from_exception(each, capture_locals=True)
        assert KEY not in "".join(whole.format())
        assert KEY not in repr(vars(each))
        assert each.__cause__ is None
        assert each.__context__ is None


def test_text_from_a_server_is_one_short_line() -> None:
    assert plain("a\n\tb\x1b[1m\x00\u202ec\u2028d") == "a b[1mc d"
    assert plain("x" * 1000) == "x" * 499 + "…"
    assert plain(f"<{KEY}>", Secret(KEY)) == "<••••>"


@given(st.text(), st.integers(0, 5))
def test_no_text_carries_the_key_or_a_control_character(noise: str, at: int) -> None:
    shown = plain(noise[:at] + KEY + noise[at:], Secret(KEY))
    assert KEY not in shown
    assert all(char.isprintable() or char == " " for char in shown)
    assert len(shown) <= 500


@given(st.text())
def test_whatever_a_server_says_has_a_verdict(noise: str) -> None:
    complaint = complaint_in(noise)
    if complaint is not None:
        assert verdict(complaint, "Norm").hint


async def test_a_read_timeout_is_a_silent_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    from poe_tui.poe import session

    async def hold(exchange: Exchange) -> None:
        await exchange.until_disconnected()

    monkeypatch.setattr(session, "READ_TIMEOUT", 0.05)
    async with raw_server(hold) as server:
        outcome = await ask_at(server.base)
    assert type(outcome.error) is SilentBot
    assert len(server.seen) == 1
