"""What must be true of anything that was rendered."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from rich.cells import cell_len

from poe_tui.markdown.document import Document
from poe_tui.markdown.live import LiveDocument
from poe_tui.markdown.render import render
from poe_tui.markdown.rows import Row, row_text

_FORBIDDEN = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))


def all_rows(document: Document) -> list[Row]:
    """Return the rows of every block, folded or not."""
    return [row for block in document.blocks for row in block.rows]


def shown(document: Document) -> list[str]:
    """Return the screen lines, decoration included."""
    rows = [document.row(y) for y in range(document.height)]
    return ["".join(span.text for span in row.spans).rstrip() for row in rows]


def lines(text: str, width: int = 60) -> list[str]:
    """Return the screen lines of a text."""
    return shown(render(text, width))


def said(document: Document) -> str:
    """Return all that is said, without decoration and without gaps."""
    return "".join("".join(row_text(row).split()) for row in all_rows(document))


def check_rows(document: Document, width: int) -> None:
    """Assert that rows fit, are measured right, and hold nothing a terminal would obey."""
    for row in all_rows(document):
        assert row.cells == sum(cell_len(span.text) for span in row.spans), row
        assert row.cells <= width, row
        for span in row.spans:
            for char in span.text:
                assert unicodedata.category(char) not in ("Cc", "Cs"), row
                assert char not in _FORBIDDEN, row


def streamed(
    text: str,
    width: int,
    cuts: list[int],
    *,
    plain: bool = False,
    refs: Mapping[str, str] | None = None,
) -> LiveDocument:
    """Return `text` fed in parts that end at `cuts`, flushed after each, and finished."""
    live = LiveDocument(width, plain=plain, refs=refs)
    start = 0
    for cut in sorted(cuts):
        live.feed(text[start:cut])
        live.flush()
        start = max(start, cut)
    live.feed(text[start:])
    live.flush()
    live.finish()
    return live


def check_same(live: Document, whole: Document) -> None:
    """Assert that a streamed document is the one rendered at once."""
    assert all_rows(live) == all_rows(whole)
    assert [block.kind for block in live.blocks] == [block.kind for block in whole.blocks]
    assert [block.codes for block in live.blocks] == [block.codes for block in whole.blocks]
    assert [block.summary for block in live.blocks] == [block.summary for block in whole.blocks]
    assert live.height == whole.height
