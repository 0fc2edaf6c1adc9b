"""Uploads, and the files that are served."""

from __future__ import annotations

import fastapi_poe as fp
import httpx
import pytest
from fastapi_poe.client import AttachmentUploadError
from hypothesis import given, settings
from hypothesis import strategies as st

from poe_tui.demo.files import ROOM, Files
from poe_tui.demo.routes import read_upload
from poe_tui.demo.service import DemoService
from tests.demo.conversation import ask, http


async def upload(demo: DemoService, key: str = DemoService.key, **what: object) -> fp.Attachment:
    """Upload through the plain library, once."""
    return await fp.upload_file(
        **what,  # type: ignore[arg-type]
        api_key=key,
        base_url=demo.upload,
        num_tries=1,
        on_error=lambda error, note: None,
    )


async def test_an_uploaded_file_is_served_as_it_was(demo: DemoService) -> None:
    content = bytes(range(256)) * 64 + b"\r\n--not-a-boundary\r\n"
    file = await upload(demo, file=content, file_name="ünï code.png")
    assert (file.name, file.content_type) == ("ünï code.png", "image/png")
    answer = httpx.get(file.url, trust_env=False)
    assert answer.content == content
    assert answer.headers["content-type"] == "image/png"


async def test_an_uploaded_file_reaches_a_bot(demo: DemoService) -> None:
    file = await upload(demo, file=b"some notes", file_name="notes.txt")
    assert file.url in (await ask(demo, "Echo", attachments=[file])).text


async def test_an_empty_file_is_a_file(demo: DemoService) -> None:
    file = await upload(demo, file=b"", file_name="empty.txt")
    assert httpx.get(file.url, trust_env=False).content == b""


async def test_a_file_named_by_address_is_not_fetched(demo: DemoService) -> None:
    file = await upload(demo, file_url="http://127.0.0.1:9/x.pdf", file_name="x.pdf")
    assert file.content_type == "application/pdf"
    assert httpx.get(file.url, trust_env=False).content == b"http://127.0.0.1:9/x.pdf"


async def test_a_file_over_the_limit_is_refused(demo: DemoService) -> None:
    demo.knobs.upload_limit = 10
    with pytest.raises(AttachmentUploadError, match="413"):
        await upload(demo, file=b"eleven bytes", file_name="x.bin")


async def test_an_upload_needs_the_key_and_nothing_before_it(demo: DemoService) -> None:
    for key in ("bad-key", f"Bearer {demo.key}"):
        with pytest.raises(AttachmentUploadError, match="401"):
            await upload(demo, key=key, file=b"x", file_name="x.bin")
    assert [seen.auth for seen in demo.requests("/poe_api/")] == ["raw", "bearer"]


def test_an_upload_without_a_file_is_refused(demo: DemoService) -> None:
    address = f"{demo.upload}/file_upload_3RD_PARTY_POST"
    headers = {"authorization": demo.key}
    forms = ({"data": {"download_filename": "x"}}, {"files": {"other": b"x"}}, {"content": b"x"})
    for form in forms:
        answer = httpx.post(address, headers=headers, trust_env=False, **form)
        assert answer.status_code == 400


def test_a_file_that_is_gone_is_a_404(demo: DemoService) -> None:
    with http(demo) as client:
        assert client.get("/files/nothing").status_code == 404


@settings(deadline=None)
@given(content=st.binary(max_size=2000), name=st.sampled_from(["a.txt", "b.bin", "c"]))
def test_any_bytes_survive_a_form(content: bytes, name: str) -> None:
    request = httpx.Request("POST", "http://x", files={"file": (name, content)})
    sent = read_upload(request.headers["content-type"], request.read())
    assert sent is not None
    assert (sent[0], sent[2]) == (name, content)


def test_old_files_give_way() -> None:
    files = Files()
    big = b"x" * (ROOM // 2 + 1)
    first, second = files.put("1", "a/b", big), files.put("2", "a/b", big)
    assert files.get(first.id) is None
    assert files.get(second.id) is second
