"""The files of a message as rows: name, kind, size, what can be pressed, and shown pictures."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from poe_tui.chat.attaching import size_text
from poe_tui.chat.message import Attachment, Message
from poe_tui.markdown.document import Document
from poe_tui.markdown.pictures import WEB, picture_name, pictures_in
from poe_tui.markdown.rows import DECOR, Look, Row, Span
from poe_tui.markdown.safe import plain
from poe_tui.ui.transcript.gallery import Gallery
from poe_tui.ui.transcript.pieces import TARGET, fitted, row_of

PICTURE: Final = TARGET + "picture/"
"""Before the number of a file: the link that shows its picture."""

_WIDE: Final = 120
_SHOWN: Final = frozenset(f"image/{form}" for form in ("png", "jpeg", "jpg", "gif", "webp"))
_KINDS: Final = {"image": "picture", "audio": "sound", "video": "video", "text": "text"}


class File(NamedTuple):
    """A file of a message. `address` is empty for one that can't be fetched."""

    name: str
    address: str
    kind: str
    """In a word or two: `PNG picture`, `PDF`; empty when unknown."""
    size: int | None = None
    is_picture: bool = False
    in_text: bool = False
    """True for a picture that the text alone names."""
    is_local: bool = False
    """True for a file that only this machine has."""


def files_of(attachments: Sequence[Attachment], document: Document | None = None) -> list[File]:
    """Return the attachments, and the pictures in the text that are none of them."""
    files = [_attached(each) for each in attachments]
    known = {file.address for file in files}
    for address in pictures_in(document) if document is not None else ():
        if address not in known:
            known.add(address)
            kind = _type_of("", picture_name(address))
            files.append(
                File(picture_name(address), address, _kind(kind), is_picture=True, in_text=True)
            )
    return files


def files_in(message: Message) -> list[File]:
    """Return the files of a message that is not on the screen."""
    if "![" not in message.text:
        return files_of(message.attachments)
    from poe_tui.markdown.render import render

    plain_text = message.content_type == "text/plain"
    return files_of(message.attachments, render(message.text, _WIDE, plain=plain_text))


def _attached(attachment: Attachment) -> File:
    url = attachment.url or ""
    content_type = _type_of(attachment.content_type, attachment.name)
    return File(
        attachment.label,
        url if url.lower().startswith(WEB) else "",
        _kind(content_type),
        attachment.size,
        content_type in _SHOWN,
        is_local=not url and attachment.path is not None,
    )


def _type_of(content_type: str, name: str) -> str:
    known = content_type.partition(";")[0].strip().lower()
    if known in ("", "application/octet-stream"):
        return mimetypes.guess_type(name)[0] or ""
    return known


def _kind(content_type: str) -> str:
    family, _, form = content_type.partition("/")
    form = plain(form.removeprefix("x-"))
    if family == "text":
        return "text" if form == "plain" else f"{form} text"
    short = form.upper() if len(form) <= 5 and form.isalnum() else ""
    return " ".join(part for part in (short, _KINDS.get(family, "")) if part)


def file_rows(files: Sequence[File], width: int, gallery: Gallery) -> list[Row]:
    """Return one row a file, `▣ name  PNG picture · 84 KB   i shows · s saves`, and under it the
    picture if it is shown. What there is no room for goes, from the right.
    """
    rows: list[Row] = []
    for number, file in enumerate(files):
        if file.in_text and gallery.mode == "never":
            continue
        rows.append(_file_row(number, file, width, gallery))
        if file.is_picture and file.address:
            rows += gallery.rows(file.address, width)
    return rows


def _file_row(number: int, file: File, width: int, gallery: Gallery) -> Row:
    shows = file.is_picture and bool(file.address) and gallery.mode != "never"
    facts = " · ".join(part for part in (file.kind, size_text(file.size)) if part)
    keys = [f"i {'hides' if gallery.is_open(file.address) else 'shows'}"] if shows else []
    keys += ["s saves", "o opens"] if file.address else []
    name = plain(file.name) or "file"
    tail = f"  {facts}" if facts else ""
    name = fitted(name, max(8, width - 2 - cell_len(tail)))
    room = width - 2 - cell_len(name)
    if cell_len(tail) > room:
        tail = ""
    hint = ""
    while keys and not hint:
        joined = "   " + " · ".join(keys)
        if cell_len(joined) <= room - cell_len(tail):
            hint = joined
        keys.pop()
    link = f"{PICTURE}{number}" if shows else file.address
    return row_of(
        [
            Span("▣ ", Look("accent", DECOR, link=link)),
            Span(fitted(name, max(1, width - 2)), Look("link" if link else "text", link=link)),
            Span(tail, Look("dim")),
            Span(hint, Look("dim", DECOR)),
        ]
    )
