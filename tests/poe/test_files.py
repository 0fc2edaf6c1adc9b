"""Fetching what a bot has sent, over real HTTP: what is taken, and what is refused unasked."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from poe_tui.demo.picture import paint
from poe_tui.demo.service import DemoService
from poe_tui.poe import files
from poe_tui.poe.files import FileError, Files, fetch
from tests.demo.conversation import ask
from tests.poe.raw import Exchange, raw_server, refusing

LIMIT = 1_000_000


async def refused(address: str, *, home: str = "", limit: int = LIMIT) -> str:
    """Return the words with which a fetch is refused."""
    with pytest.raises(FileError) as caught:
        await fetch(address, limit, home=home)
    assert caught.value.hint, "what to do next"
    return caught.value.explanation


async def test_a_picture_comes_once_and_then_out_of_a_private_cache(
    demo: DemoService, tmp_path: Path
) -> None:
    (file,) = (await ask(demo, "Painter", "a quiet harbour")).files
    cache, content = Files(tmp_path / "files", home=demo.base), paint("a quiet harbour")
    assert await cache.get(file.url) == content
    assert await cache.get(file.url) == content
    assert len(demo.requests(file.url.removeprefix(demo.base))) == 1
    (kept,) = (tmp_path / "files").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileError, match="larger than"):
        await cache.get(file.url, 100)


async def test_the_key_is_never_sent() -> None:
    async with raw_server(refusing(200, "a picture")) as raw:
        assert await fetch(f"{raw.base}/x", LIMIT, home=raw.base) == b"a picture"
        assert not {"authorization", "cookie", "referer"} & set(raw.seen[0].headers)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "picture.png",
        "file:///etc/passwd",
        "ftp://example.com/x",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "http://",
        "http://[::1",
        "http://example.com:99999/",
        "https://you@example.com/",
    ],
)
async def test_only_addresses_of_the_web_are_asked(address: str) -> None:
    assert "not one of the web" in await refused(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0.0.0.0",
        "localhost",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "[::1]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]",
        "[2002:a9fe:a9fe::1]",
        "[::127.0.0.1]",
        "[::]",
        "[fec0::1]",
        "224.0.0.1",
    ],
)
async def test_private_addresses_are_asked_for_nothing(host: str) -> None:
    assert "private network" in await refused(f"http://{host}:9/x", home="https://api.poe.com")


async def test_the_name_that_is_looked_at_is_the_one_that_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def resolve(host: bytes | str, port: int, *_: object, **__: object) -> list[Any]:
        inside = host in (b"xn--fa-hia.example", "xn--fa-hia.example")
        address = "127.0.0.1" if inside else "93.184.216.34"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert "private network" in await refused("http://faß.example/x", home="https://api.poe.com")


async def test_one_server_of_this_machine_does_not_open_the_others(demo: DemoService) -> None:
    async with raw_server(refusing(200, "secret")) as raw:
        assert "private network" in await refused(f"{raw.base}/x", home=demo.base)
        assert not raw.seen


async def test_a_redirect_leads_no_further_than_its_target_may_be_asked() -> None:
    async with raw_server(refusing(200, "secret")) as inner:
        for target in (f"{inner.base}/x", "file:///etc/passwd", "//169.254.169.254/"):
            async with raw_server(refusing(302, "", Location=target)) as outer:
                await refused(f"{outer.base}/x", home=outer.base)
        assert not inner.seen


@pytest.mark.parametrize("target", ["http://[x", "http://xn--a/", "http://a.example:x/", "//[::1/"])
async def test_a_redirect_to_what_is_no_address_is_refused_in_words(target: str) -> None:
    async with raw_server(refusing(302, "", Location=target)) as raw:
        assert await refused(f"{raw.base}/x", home=raw.base)


async def test_half_a_character_in_an_address_is_refused_in_words() -> None:
    async with raw_server(refusing(200, "x")) as raw:
        assert "not one of the web" in await refused(f"{raw.base}/\ud800", home=raw.base)


async def test_a_cookie_is_not_taken_along_by_a_redirect() -> None:
    async def answer(exchange: Exchange) -> None:
        if exchange.path == "/old":
            await refusing(302, "", Location="/new", Set_Cookie="seen=yes")(exchange)
        else:
            await refusing(200, "here")(exchange)

    async with raw_server(answer) as raw:
        assert await fetch(f"{raw.base}/old", LIMIT, home=raw.base) == b"here"
        assert "cookie" not in raw.seen[-1].headers


async def test_a_redirect_within_the_server_is_followed_and_a_circle_is_left() -> None:
    async def answer(exchange: Exchange) -> None:
        if exchange.path == "/new":
            await refusing(200, "here")(exchange)
        else:
            where = "/new" if exchange.path == "/old" else exchange.path
            await refusing(307, "", Location=where)(exchange)

    async with raw_server(answer) as raw:
        assert await fetch(f"{raw.base}/old", LIMIT, home=raw.base) == b"here"
        assert "on and on" in await refused(f"{raw.base}/round", home=raw.base)


async def test_what_is_too_large_is_given_up_before_or_while_it_comes() -> None:
    async def endless(exchange: Exchange) -> None:
        await exchange.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            await exchange.chunk(b"x" * 50_000)

    async with raw_server(endless) as raw:
        assert "larger than 1 MB" in await refused(f"{raw.base}/x", home=raw.base)
    async with raw_server(refusing(200, "x" * 200)) as raw:
        assert "larger than" in await refused(f"{raw.base}/x", home=raw.base, limit=100)


async def test_a_body_that_would_have_to_be_unpacked_is_refused() -> None:
    async with raw_server(refusing(200, "x", Content_Encoding="gzip")) as raw:
        assert "compressed" in await refused(f"{raw.base}/x", home=raw.base)


async def test_an_expired_link_and_a_broken_server_are_told_apart() -> None:
    async with raw_server(refusing(403, "gone")) as raw:
        assert "expire" in await refused(f"{raw.base}/x", home=raw.base)
    async with raw_server(refusing(500, "oh")) as raw:
        assert "answered with 500" in await refused(f"{raw.base}/x", home=raw.base)


async def test_a_connection_that_breaks_or_says_nothing_is_an_error_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def breaks(exchange: Exchange) -> None:
        await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    async with raw_server(breaks) as raw:
        assert "broke" in await refused(f"{raw.base}/x", home=raw.base)

    async def silent(exchange: Exchange) -> None:
        await exchange.until_disconnected()

    monkeypatch.setattr(files, "SILENCE", 0.05)
    async with raw_server(silent) as raw:
        assert "too long" in await refused(f"{raw.base}/x", home=raw.base)


async def test_a_fetch_can_be_cancelled_and_the_server_sees_it() -> None:
    begun = asyncio.Event()

    async def silent(exchange: Exchange) -> None:
        begun.set()
        await exchange.until_disconnected()

    async with raw_server(silent) as raw:
        fetching = asyncio.create_task(fetch(f"{raw.base}/x", LIMIT, home=raw.base))
        await begun.wait()
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching
        await asyncio.wait_for(raw.seen[0].disconnected.wait(), 5)


async def test_the_cache_stays_within_its_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "ROOM", 250)
    async with raw_server(refusing(200, "x" * 100)) as raw:
        cache = Files(tmp_path, home=raw.base)
        for number in range(5):
            await cache.get(f"{raw.base}/{number}")
        assert len(list(tmp_path.iterdir())) == 2
