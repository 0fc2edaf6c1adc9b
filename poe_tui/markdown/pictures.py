"""The pictures that a text shows, which are links until somebody fetches them."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from poe_tui.markdown.document import Document
from poe_tui.markdown.rows import UNDERLINE, Span

WEB: Final = ("http://", "https://")


def pictures_in(document: Document) -> list[str]:
    """Return the addresses of the pictures that the text shows as labelled links."""
    found: dict[str, None] = {}
    for block in document.blocks:
        for row in block.rows:
            for span in row.spans:
                link = span.look.link
                if link.lower().startswith(WEB) and _is_picture_mark(span):
                    found[link] = None
    return list(found)


def picture_name(address: str) -> str:
    """Return what the file at an address is called; `picture` when that names none."""
    try:
        return PurePosixPath(unquote(urlsplit(address).path)).name or "picture"
    except ValueError:
        return "picture"


def _is_picture_mark(span: Span) -> bool:
    return span.text.startswith("▣") and not span.look.attrs & UNDERLINE
