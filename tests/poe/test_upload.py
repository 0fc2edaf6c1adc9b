"""Files up: checked first, sent once, remembered for as long as their address lasts."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from poe_tui.chat import attaching
from poe_tui.chat.attaching import AttachmentError
from poe_tui.chat.events import BotRequest, FileUploaded, Turn, Uploading
from poe_tui.chat.message import Attachment, now
from poe_tui.demo.service import DemoService
from poe_tui.errors import KeyMissing, KeyRefused, NetworkDown
from poe_tui.keys import Secret
from poe_tui.poe.upload import Sent, Step, UploadedFile, Uploads
from tests.poe.raw import Answer, Exchange, raw_server, refusing, saying
from tests.poe.talk import KEY, ask, client_of, prompt

URL = "https://pfst.example/base/text/1"
STORED = refusing(200, {"attachment_url": URL, "mime_type": "text/plain"})
DONE = saying(("text", {"text": "ok"}), ("done", "{}"))


async def both(exchange: Exchange) -> None:
    """Take files and answer queries."""
    await (STORED if exchange.path.startswith("/poe_api/") else DONE)(exchange)


def paths(seen: list[Exchange]) -> list[str]:
    return [exchange.path.rpartition("/")[2] for exchange in seen]


UPLOAD, QUERY = "file_upload_3RD_PARTY_POST", "Norm"


async def test_a_file_goes_up_and_comes_back_with_its_address(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes(b"some notes")
    async with raw_server(both) as server, client_of(server.base) as client:
        sent = await client.upload(str(file))
    assert (sent.name, sent.url, sent.content_type, sent.size) == (
        "notes.txt",
        URL,
        "text/plain",
        10,
    )
    assert sent.sha256 == hashlib.sha256(b"some notes").hexdigest()
    assert sent.path == str(file)
    assert sent.uploaded is not None
    (seen,) = server.seen
    assert seen.headers["authorization"] == KEY
    assert b"some notes" in seen.body
    assert b'filename="notes.txt"' in seen.body


async def test_bytes_go_up_under_a_name() -> None:
    async with raw_server(both) as server, client_of(server.base) as client:
        sent = await client.upload(b"", name='odd "näme"\r\n.bin')
    assert (sent.size, sent.path, sent.url) == (0, None, URL)
    assert len(server.seen) == 1


async def test_the_same_content_is_sent_once(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("one")
    async with raw_server(both) as server, client_of(server.base) as client:
        await client.upload(str(file))
        await client.upload(str(file))
        assert len(server.seen) == 1
        file.write_text("two")
        await client.upload(str(file))
    assert len(server.seen) == 2


async def test_files_without_an_address_go_up_before_the_query(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("one")
    kept = Attachment(name="b.png", url="https://x/b.png", content_type="image/png")
    request = prompt(attachments=(Attachment(name="A", path=str(file), inline_ref="r"), kept))
    async with raw_server(both) as server, client_of(server.base) as client:
        outcome = await ask(client, request)
        again = await ask(client, request)
    assert (outcome.text, again.text) == ("ok", "ok")
    assert paths(server.seen) == [UPLOAD, QUERY, QUERY]
    sent = server.seen[1].json["query"][0]["attachments"]
    assert [(each["name"], each["url"], each["inline_ref"]) for each in sent] == [
        ("A", URL, "r"),
        ("b.png", "https://x/b.png", None),
    ]
    assert request.turns[0].attachments[0].url is None


@pytest.mark.parametrize(("minutes", "expected"), [(1, [QUERY]), (10, [UPLOAD, QUERY])])
async def test_an_old_address_is_renewed(tmp_path: Path, minutes: int, expected: list[str]) -> None:
    file = tmp_path / "a.txt"
    file.write_text("one")
    attachment = Attachment(
        name="a.txt",
        url="https://x/old",
        path=str(file),
        sha256=hashlib.sha256(b"one").hexdigest(),
        uploaded=now() - timedelta(minutes=minutes),
    )
    async with raw_server(both) as server, client_of(server.base) as client:
        await ask(client, prompt(attachments=(attachment,)))
        assert paths(server.seen) == expected
        file.unlink()
        server.seen.clear()
        old = msgspec.structs.replace(attachment, uploaded=None)
        outcome = await ask(client, prompt(attachments=(old,)))
    assert outcome.text == "ok"
    sent = server.seen[0].json["query"][0]["attachments"]
    assert sent[0]["url"] == "https://x/old"


async def test_a_file_that_was_changed_since_is_not_sent_in_place_of_what_it_was(
    tmp_path: Path,
) -> None:
    """An old prompt speaks of the file as it was then: its old address may still work."""
    file = tmp_path / "a.txt"
    file.write_text("one")
    async with raw_server(both) as server, client_of(server.base) as client:
        sent = await client.upload(str(file))
        old = msgspec.structs.replace(sent, uploaded=now() - timedelta(hours=1), url="https://x/1")
        file.write_text("two")
        server.seen.clear()
        outcome = await ask(client, prompt(attachments=(old,)))
        assert outcome.text == "ok"
        assert paths(server.seen) == [QUERY]
        assert server.seen[0].json["query"][0]["attachments"][0]["url"] == "https://x/1"
        again = msgspec.structs.replace(old, url=None, sha256=None)
        await ask(client, prompt(attachments=(again,)))
    assert paths(server.seen) == [QUERY, UPLOAD, QUERY], "attached anew it goes as it is now"


async def test_what_was_sent_is_not_sent_again_when_nobody_noted_its_content(
    tmp_path: Path,
) -> None:
    """A conversation from somebody else could name any file of this machine."""
    private = tmp_path / "id_rsa"
    private.write_text("private")
    named = Attachment(name="notes.txt", url="https://x/1", path=str(private))
    async with raw_server(both) as server, client_of(server.base) as client:
        await ask(client, prompt(attachments=(named,)))
    assert paths(server.seen) == [QUERY]


async def test_the_same_content_on_its_way_twice_is_sent_once(tmp_path: Path) -> None:
    files = [tmp_path / name / "a.txt" for name in "ab"]
    for each in files:
        each.parent.mkdir()
        each.write_text("one")
    attachments = tuple(Attachment(name="a.txt", path=str(each)) for each in files)
    async with raw_server(both) as server, client_of(server.base) as client:
        await asyncio.gather(*(ask(client, prompt(attachments=attachments)) for _ in range(3)))
    assert sorted(paths(server.seen)) == sorted([UPLOAD, QUERY, QUERY, QUERY])


async def test_several_files_go_up_side_by_side(tmp_path: Path) -> None:
    waiting = asyncio.Barrier(3)

    async def together(exchange: Exchange) -> None:
        if exchange.path.startswith("/poe_api/"):
            await waiting.wait()
        await both(exchange)

    files = tuple(Attachment(name=name, path=str(tmp_path / name)) for name in "abc")
    for each in files:
        Path(each.path or "").write_text(each.name)
    async with raw_server(together) as server, client_of(server.base) as client:
        outcome = await ask(client, prompt(attachments=files))
    assert outcome.text == "ok"
    assert len(server.seen) == 4


async def test_a_file_that_can_t_go_is_an_error_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "LARGEST", 5)
    (tmp_path / "big").write_text("too large")
    (tmp_path / "fine").write_text("ok")
    bad = [str(tmp_path / "missing"), str(tmp_path), str(tmp_path / "big"), "a\0b", None]
    async with raw_server(both) as server, client_of(server.base) as client:
        for path in bad:
            broken = Attachment(name="f", path=path)
            first, last = Turn(role="user", text="a"), Turn(role="bot", text="b")
            turns = (first, last, Turn(role="user", text="hi", attachments=(broken,)))
            outcome = await ask(client, BotRequest(bot="Norm", turns=turns))
            assert type(outcome.error) is AttachmentError
            assert outcome.error.explanation
            assert outcome.error.hint
        with pytest.raises(AttachmentError, match="at most"):
            await client.upload(b"123456", name="six")
    assert server.seen == []


async def test_a_file_that_can_t_be_read_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path, _flags: int) -> int:
        raise PermissionError(13, "Permission denied")

    file = tmp_path / "secret.txt"
    file.write_text("x")
    monkeypatch.setattr("os.open", refuse)
    async with raw_server(both) as server, client_of(server.base) as client:
        with pytest.raises(AttachmentError, match="Permission denied"):
            await client.upload(str(file))
    assert server.seen == []


async def test_a_missing_key_is_told_before_a_file_is_sent() -> None:
    async with raw_server(both) as server, client_of(server.base, key=None) as client:
        with pytest.raises(KeyMissing):
            await client.upload(b"abc", name="a.txt")
    assert server.seen == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refusing(413, {"error": {"message": "too big"}}), AttachmentError),
        (refusing(500, "oops", kind="text/plain"), AttachmentError),
        (refusing(200, {"unexpected": KEY}), AttachmentError),
        (refusing(404, {}), AttachmentError),
        (refusing(401, {}), KeyRefused),
        (refusing(403, "<html>"), NetworkDown),
        (refusing(302, {}, Location="http://127.0.0.1:9/"), NetworkDown),
    ],
)
async def test_a_refused_upload_says_why_and_is_tried_once(
    answer: Answer, expected: type[Exception]
) -> None:
    async with raw_server(answer) as server, client_of(server.base, upload_pauses=()) as client:
        with pytest.raises(expected) as caught:
            await client.upload(b"abc", name="a.txt")
    assert KEY not in str(caught.value)
    assert len(server.seen) == 1


async def test_the_demo_takes_a_file_and_its_bot_sees_it(demo: DemoService, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("some notes")
    request = prompt(bot="Echo", attachments=(Attachment(name="notes.txt", path=str(file)),))
    async with client_of(demo.base, upload=demo.upload, key=demo.key) as client:
        outcome = await ask(client, request)
    assert outcome.error is None
    assert "notes.txt" in str(demo.requests("/bot/Echo")[0].body)


async def test_that_files_go_up_is_told_before_anything_is_read_or_sent(tmp_path: Path) -> None:
    known = Attachment(name="b", path=str(tmp_path / "b"), url="https://x/b")
    new = Attachment(name="a", path=str(tmp_path / "not there"), size=1_000)
    request = prompt(attachments=(known, new, new))
    async with client_of("http://127.0.0.1:9") as client, aclosing(client.stream(request)) as steps:
        assert await anext(steps) == Uploading("a", 1, 0, 1_000)


async def test_a_request_tells_how_far_its_files_are_and_what_came_of_each(tmp_path: Path) -> None:
    half_way, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(data: bytes, name: str, sent: Sent) -> UploadedFile:
        sent(len(data) // 2)
        half_way.set()
        await go_on.wait()
        sent(len(data) + 200)
        return UploadedFile(f"https://x/{name}", "text/plain")

    files = tuple(Attachment(name=name, path=str(tmp_path / name)) for name in ("a", "b"))
    for each in files:
        Path(each.path or "").write_bytes(b"x" * 1_000)
    request = prompt(attachments=(*files, files[0]))
    seen: list[Step] = []
    async with aclosing(Uploads(slowly).carry(request)) as steps:
        async for step in steps:
            seen.append(step)
            go_on.set()
    assert half_way.is_set()
    *told, first, second, last = seen
    # Which of the two is read first is up to their threads.
    assert told in [[Uploading(name, 2, 1_000, 2_000)] for name in ("a", "b")]
    for before, event in zip(files, (first, second), strict=True):
        assert isinstance(event, FileUploaded)
        assert event.before == before
        assert (event.after.url, event.after.size) == (f"https://x/{before.name}", 1_000)
        assert event.after.sha256
        assert event.after.uploaded
    assert isinstance(last, BotRequest)
    assert [each.url for each in last.turns[0].attachments] == [
        "https://x/a",
        "https://x/b",
        "https://x/a",
    ]


async def test_the_bytes_are_counted_as_they_leave() -> None:
    counted: list[int] = []
    data = b"x" * 200_000
    async with raw_server(both) as server, client_of(server.base) as client:
        wire = client._open_wire(asyncio.get_running_loop())
        await wire.upload(data, "a.bin", Secret(KEY), counted.append)
    assert counted == sorted(counted)
    assert len(counted) >= 4
    assert counted[-1] >= len(data)
    assert data in server.seen[0].body


async def test_an_upload_that_fails_is_tried_again_and_costs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("one")
    failures = 2

    async def at_last(exchange: Exchange) -> None:
        nonlocal failures
        if exchange.path.startswith("/poe_api/") and failures:
            failures -= 1
            await refusing(503, "busy", kind="text/plain")(exchange)
        else:
            await both(exchange)

    request = prompt(attachments=(Attachment(name="a.txt", path=str(file)),))
    async with (
        raw_server(at_last) as server,
        client_of(server.base, upload_pauses=(0.0, 0.0)) as client,
    ):
        outcome = await ask(client, request)
    assert outcome.text == "ok"
    assert paths(server.seen) == [UPLOAD, UPLOAD, UPLOAD, QUERY]


async def test_a_file_that_is_refused_for_good_is_not_tried_again() -> None:
    refused = refusing(413, {"error": {"message": "too big"}})
    async with (
        raw_server(refused) as server,
        client_of(server.base, upload_pauses=(0.0, 0.0)) as client,
    ):
        with pytest.raises(AttachmentError, match=r"too large \(\d+ B\)"):
            await client.upload(b"abc", name="a.txt")
    assert len(server.seen) == 1


async def test_stopping_while_files_go_up_stops_the_upload(tmp_path: Path) -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def never(data: bytes, name: str, sent: Sent) -> UploadedFile:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise
        raise AssertionError

    async def read() -> None:
        file = tmp_path / "a"
        file.write_text("x")
        request = prompt(attachments=(Attachment(name="a", path=str(file)),))
        async with aclosing(Uploads(never).carry(request)) as steps:
            async for _ in steps:
                begun.set()

    task = asyncio.create_task(read())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cancelled.is_set()
