"""Random text made of what trips Markdown renderers: it must fit, be safe and stream the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from poe_tui.markdown.document import Document
from poe_tui.markdown.live import LiveDocument
from poe_tui.markdown.render import render
from tests.fuzz.conftest import Fuzz
from tests.fuzz.texts import WORD, line_texts, nested_texts, odd_texts
from tests.markdown.checks import all_rows, check_rows, check_same, said, streamed

_CUTS = st.lists(st.floats(0, 1), max_size=15)
_REFS = st.sampled_from([None, {"a": "https://attached.example/a.png"}])


def test_made_up_markdown_streams_the_same_and_fits(fuzz: Fuzz) -> None:
    @given(
        text=odd_texts() | line_texts() | nested_texts(),
        width=st.integers(1, 100),
        cuts=_CUTS,
        refs=_REFS,
    )
    def run(text: str, width: int, cuts: list[float], refs: dict[str, str] | None) -> None:
        whole = render(text, width, refs=refs)
        check_rows(whole, width)
        live = streamed(text, width, [int(cut * len(text)) for cut in cuts], refs=refs)
        check_rows(live, width)
        check_same(live, whole)

    fuzz(run)


def _words(document: Document) -> set[str]:
    return set(WORD.findall(said(document)))


def test_nothing_that_has_come_is_ever_missing(fuzz: Fuzz) -> None:
    @given(text=nested_texts(), width=st.integers(100, 140), cuts=_CUTS)
    def run(text: str, width: int, cuts: list[float]) -> None:
        # A definition that is not certain yet is no reason to draw again what stands above it.
        text = text.replace("]:", "] :")
        live = LiveDocument(width)
        at = 0
        for cut in sorted({int(cut * len(text)) for cut in cuts}):
            live.feed(text[at:cut])
            live.flush()
            at = cut
            # A return may be the first half of a line end: it waits for the other.
            assert _words(render(text[:cut].removesuffix("\r"), width)) <= _words(live)
            check_rows(live, width)

    fuzz(run)


def test_made_up_plain_text_streams_the_same_and_fits(fuzz: Fuzz) -> None:
    @given(text=odd_texts(), width=st.integers(1, 100), cuts=_CUTS)
    def run(text: str, width: int, cuts: list[float]) -> None:
        whole = render(text, width, plain=True)
        check_rows(whole, width)
        live = streamed(text, width, [int(cut * len(text)) for cut in cuts], plain=True)
        assert all_rows(live) == all_rows(whole)

    fuzz(run)
