"""Nothing from a bot reaches the terminal as anything but text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poe_tui.markdown.render import render
from poe_tui.markdown.safe import plain, visible
from tests.markdown.checks import check_rows, lines, streamed


def test_control_characters_become_pictures() -> None:
    assert visible("\x1b[31m\x07\x00\x7f") == "␛[31m␇␀␡"
    assert visible("\x9b31m") == "⟨U+009B⟩31m"


def test_reordering_is_shown_instead_of_done() -> None:
    assert visible("\u202egnp.exe") == "⟨U+202E⟩gnp.exe"
    assert visible("a\u2066b\u200fc") == "a⟨U+2066⟩bc"


def test_each_character_is_treated_alike_alone_and_beside_a_harmful_one() -> None:
    codes = [*range(0x11000), *range(0xE0000, 0xE1000)]
    characters = [chr(code) for code in codes if chr(code) != "\r"]
    assert [c for c in characters if visible(c) + "␀" != visible(c + "\0")] == []


def test_newlines_and_tabs_stay_in_text_and_become_gaps_in_a_title() -> None:
    assert visible("a\r\nb\rc\td") == "a\nb\nc\td"
    assert plain("  a\r\nb\tc\u2028d ") == "a b c d"


def test_lone_surrogates_can_be_sent() -> None:
    plain("a\ud800b").encode()


def test_a_flood_of_marks_is_cut_short() -> None:
    assert len(plain("e" + "\u0301" * 1000)) == 9
    assert max(map(len, plain("👩\u200d" * 1000).split("👩👩"))) < 20


@pytest.mark.parametrize("byte", [*range(0x20), *range(0x7F, 0xA0)])
@pytest.mark.parametrize("form", ["{}", "`{}`", "```{0}\n{0}\n```", "| {0} |\n|---|\n| {0} |"])
def test_every_control_character_is_harmless_everywhere(byte: int, form: str) -> None:
    text = form.format(f"a{chr(byte)}b")
    check_rows(render(text, 30), 30)
    check_rows(render(text, 30, plain=True), 30)


def test_escapes_in_links_do_not_get_through() -> None:
    osc = "[x](<http://a/\x1b]8;;evil\x07>) \x1b]52;c;aGk=\x07 [y](javascript:alert)"
    document = render(osc, 80)
    check_rows(document, 80)
    for row in document.rows():
        for span in row.spans:
            assert "\x1b" not in span.look.link
            assert not span.look.link or span.look.link.startswith("http")


@pytest.mark.parametrize(
    "text",
    [
        ">" * 10_000 + " deep",
        "> " * 10_000 + "deep",
        "- " * 10_000 + "deep",
        "\n".join("  " * level + "- deep" for level in range(200)),
        "a" * 300_000 + "deep",
        "**a " * 4_000 + "deep",
        "`" * 50_000 + "deep",
        "[" * 4_000 + "deep",
        "![" * 4_000 + "deep",
        "<!-- " * 4_000 + "deep",
        "$a " * 10_000 + "deep",
        "e" + "\u0301" * 50_000 + "deep",
    ],
)
def test_hostile_shapes_render_and_lose_nothing(text: str) -> None:
    document = render(text, 40)
    check_rows(document, 40)
    found = "".join(lines(text, 40)).replace("▌", "").replace(" ", "")
    assert "deep" in found
    check_rows(streamed(text, 40, [len(text) // 3, len(text) // 2]), 40)


@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=300), width=st.integers(1, 60))
def test_any_text_fits_any_width(text: str, width: int) -> None:
    check_rows(render(text, width), width)
