"""Files that bots have sent: fetched when somebody wants them, never with the key."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import SplitResult, urljoin, urlsplit

from poe_tui.disk import write_private
from poe_tui.errors import PoeTuiError
from poe_tui.poe.plain import plain

if TYPE_CHECKING:
    import httpx

MEGABYTE: Final = 1_000_000

LARGEST: Final = 50 * MEGABYTE
"""Bytes. Poe documents that a bot's files have 50 MB at most."""

ROOM: Final = 256 * MEGABYTE
"""Bytes of files kept in the cache; the ones longest there give way."""

HOPS: Final = 5
"""Redirects followed at most."""

WHOLE: Final = 120.0
"""Seconds that one file may take."""

SILENCE: Final = 20.0
"""Seconds without a byte after which a file is given up."""

PICK_UP: Final = 10.0
"""Seconds within which a server must answer the call."""

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_EXPIRED: Final = (403, 404, 410)
_BROWSER: Final = "o opens its address in the browser."
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_UNROUTED: Final = tuple(
    map(ipaddress.ip_network, ("64:ff9b:1::/48", "fec0::/10"))  # Python 3.11 takes them for global
)


class FileError(PoeTuiError):
    """A file that did not come, and why."""

    title: ClassVar[str] = "The file did not come"


class Files:
    """Files by their address, each fetched once and then read from the cache.

    `directory` is the cache (files 0600). `home` is the address of Poe itself, or of the demo: the
    one server that may be on this machine or in a private network.
    """

    def __init__(self, directory: Path, *, home: str) -> None:
        self._directory = directory
        self._home = home

    async def get(self, address: str, limit: int = LARGEST) -> bytes:
        """Return the content of the file at `address`, of `limit` bytes at most.

        Raises FileError. A cache that can't be written costs nothing but fetching again.
        """
        import hashlib

        path = self._directory / hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()
        content = await asyncio.to_thread(_read, path)
        if content is None:
            content = await fetch(address, limit, home=self._home)
            await asyncio.to_thread(_keep, path, content)
        if len(content) > limit:
            raise _too_large(limit)
        return content


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _keep(path: Path, content: bytes) -> None:
    try:
        write_private(path, content, sync=False)
        kept = sorted(path.parent.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)
        taken = 0
        for each in kept:
            taken += each.stat().st_size
            if taken > ROOM and each != path:
                each.unlink(missing_ok=True)
    except OSError:
        return


async def fetch(address: str, limit: int, *, home: str = "") -> bytes:
    """Return what is at `address`, of `limit` bytes at most; http and https only.

    The request carries neither key nor cookie. Redirects are followed as far as they lead to an
    address that could have been asked for, and not from https to http. An address in a private
    network, or on this machine, is refused unless it is the server `home`. Raises FileError; may be
    cancelled at any time.
    """
    library = (await asyncio.to_thread(import_module, "poe_tui.poe.http")).httpx
    home_origin = _origin(home)
    # The demo is on this machine, where no proxy leads.
    proxies = home_origin is None or home_origin[1] not in _LOOPBACK
    client = await asyncio.to_thread(_client, proxies)
    host = _host(address)
    try:
        async with asyncio.timeout(WHOLE), client:
            return await _follow(client, address, limit, home)
    except (library.TimeoutException, TimeoutError):
        raise FileError(f"{host} took too long.", hint="Try again later.") from None
    except (library.InvalidURL, ValueError):  # ValueError: of urllib, idna and UTF-8
        raise _odd_address() from None
    except library.HTTPError:
        raise FileError(
            f"{host} could not be reached, or the connection broke.",
            hint="Check the connection, then try again.",
        ) from None


def _client(proxies: bool) -> httpx.AsyncClient:
    """Return a client without key, cookies or redirects. Making one reads the certificates."""
    from poe_tui.poe.http import httpx

    return httpx.AsyncClient(
        timeout=httpx.Timeout(SILENCE, connect=PICK_UP),
        # The server has compressed pictures already; so nothing can unpack to more than it was.
        headers={"Accept-Encoding": "identity", "User-Agent": "poe-tui"},
        follow_redirects=False,
        trust_env=proxies,
    )


async def _follow(client: httpx.AsyncClient, address: str, limit: int, home: str) -> bytes:
    for _ in range(HOPS + 1):
        await _check(address, home)
        async with client.stream("GET", address) as answer:
            where = answer.headers.get("location", "")
            if not (answer.is_redirect and where):
                return await _body(answer, limit, _host(address))
        client.cookies.clear()
        was, address = address, urljoin(address, where)
        if urlsplit(was).scheme == "https" and urlsplit(address).scheme == "http":
            raise FileError(
                f"{_host(was)} leads from https to http; that is not followed.", hint=_BROWSER
            )
    raise FileError(f"{_host(address)} leads on and on.", hint=_BROWSER)


async def _body(answer: httpx.Response, limit: int, host: str) -> bytes:
    if answer.status_code in _EXPIRED:
        raise FileError(
            f"{host} does not have it any more ({answer.status_code}): such links expire.",
            hint="Ask the bot again.",
        )
    if answer.status_code != 200:
        raise FileError(f"{host} answered with {answer.status_code}.", hint="Try again later.")
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise FileError(f"{host} sent it compressed though it was asked not to.", hint=_BROWSER)
    length = answer.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > limit:
        raise _too_large(limit)
    content = bytearray()
    async for part in answer.aiter_raw():
        content += part
        if len(content) > limit:
            raise _too_large(limit)
    return bytes(content)


def _is_proxied() -> bool:
    """Tell whether the environment names a proxy."""
    from urllib.request import getproxies  # loads http.client and email: 9 ms of every launch

    return bool(getproxies())


async def _check(address: str, home: str) -> None:
    """Raise FileError for an address that is not asked for anything."""
    origin = _origin(address)
    if origin is None:
        raise _odd_address()
    if origin == _origin(home):
        return
    from poe_tui.poe.http import httpx

    # The name that is connected to: Python's own reading of international names is an older one.
    host = httpx.URL(address).raw_host
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, origin[2], type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        # Behind a proxy it may be the proxy alone that knows the names of the world.
        if _is_proxied():
            return
        raise FileError(
            f"{_host(address)} could not be found.", hint="Check the connection, then try again."
        ) from None
    if not all(_is_public(str(each[4][0])) for each in found):
        raise FileError(
            f"{_host(address)} is an address of this machine or of a private network. "
            "A bot has no business there, so nothing was sent.",
            hint="o shows the whole address; open it only if you know that server.",
        )


def _is_public(host: str) -> bool:
    address = ipaddress.ip_address(host.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in network for network in _UNROUTED):
            return False
        address = _inside(address) or address
    return address.is_global and not address.is_multicast


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the address of IPv4 that one of IPv6 stands for; None when it is its own."""
    if address in _NAT64 or int(address) < 1 << 32:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _origin(address: str) -> tuple[str, str, int] | None:
    """Return scheme, host and port; None for what is no address of the web, or names a user."""
    parts = _split(address)
    if parts is None or parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return None
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    return (parts.scheme, host, port or {"http": 80, "https": 443}[parts.scheme]) if host else None


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address)
    except ValueError:
        return None


def _host(address: str) -> str:
    """Return the server's name as it can be shown."""
    parts = _split(address)
    return plain((parts.netloc.rpartition("@")[2] if parts else "") or "That address", limit=80)


def _odd_address() -> FileError:
    return FileError(
        "Its address is not one of the web: http:// or https://, without a user name.",
        hint="Ask the bot to send it as a file.",
    )


def _too_large(limit: int) -> FileError:
    return FileError(f"It is larger than {limit / MEGABYTE:,.0f} MB.", hint=_BROWSER)
