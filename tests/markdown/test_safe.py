"""Nothing from a bot reaches the terminal as anything but text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poe_tui.markdown.render import render
from poe_tui.markdown.safe import inert, plain, visible
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


def test_what_is_written_keeps_its_places_and_loses_its_power() -> None:
    every = "".join(map(chr, [*range(0x3000), *range(0xD800, 0xD900)]))
    shown = inert(every)
    assert len(shown) == len(every)
    kept = [(one, other) for one, other in zip(every, shown, strict=True) if one != other]
    assert {other for _, other in kept} == {"\u200c"}
    assert {one for one, _ in kept} == {
        *(chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"),
        *"\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    }


def test_newlines_and_tabs_stay_in_text_and_become_gaps_in_a_title() -> None:
    assert visible("a\r\nb\rc\td") == "a\nb\nc\td"
    assert plain("  a\r\nb\tc\u2028d ") == "a b c d"


def test_lone_surrogates_can_be_sent() -> None:
    plain("a\ud800b").encode()


def test_a_flood_of_marks_is_cut_short() -> None:
    assert len(plain("e" + "\u0301" * 1000)) == 9
    assert max(map(len, plain("👩\u200d" * 1000).split("👩👩"))) < 20


_PLACES = (
    "{}",
    "`{}`",
    "```{0}\n{0}\n```",
    "| {0} |\n|---|\n| {0} |",
    "# {0}\n\n> {0}\n\n- {0}\n\n1. [ ] {0}",
    "[{0}](http://a.b/{0} '{0}') ![{0}](http://a.b/{0}) <http://a.b/{0}>",
    "[{0}] [x][{0}]\n\n[{0}]: http://a.b/{0} '{0}'",
    "[^{0}]\n\n[^{0}]: {0}",
    "${0}$ \\({0}\\)\n\n$$\n\\frac{{{0}}}{{\\text{{{0}}}}}\n$$",
    "<b {0}>{0}</b>\n\n<div {0}>\n{0}\n</div>",
    "*Thinking...*\n\n> {0}\n\n{0}",
    "http://a.b/{0} {0}@b.c &#{0}; \\{0}",
)
"""Where a character can stand in Markdown."""


@pytest.mark.parametrize("byte", [*range(0x20), *range(0x7F, 0xA0), 0x202E, 0x2066, 0x200B, 0xFEFF])
def test_no_control_character_gets_through_anywhere(byte: int) -> None:
    for place in _PLACES:
        text = place.format(f"a{chr(byte)}b")
        check_rows(render(text, 30), 30)
        check_rows(render(text, 30, plain=True), 30)
        check_rows(streamed(text, 30, list(range(len(text)))), 30)


@pytest.mark.parametrize(
    "entity", ["&#27;[2J", "&#x9b;2J", "&#x202e;x", "&#7;", "&#0;", "&#x200b;" * 50, "&#xd800;"]
)
def test_no_control_character_gets_through_as_an_entity(entity: str) -> None:
    for place in _PLACES:
        text = place.format(entity)
        check_rows(render(text, 60), 60)


def test_names_and_targets_of_attachments_are_untrusted_too() -> None:
    document = render("![x][pic\x1b] [pic]", 60, refs={"pic": "http://a.b/\x1b]52;c;aGk=\x07"})
    check_rows(document, 60)
    assert all("\x1b" not in span.look.link for row in document.rows() for span in row.spans)


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
        "\n".join("> " * level + "deep" for level in range(150)),
        "\n".join("1. " * level + "deep" for level in range(150)),
        "- > " * 5_000 + "deep",
        "[^1]: " * 5_000 + "deep",
        "```\n" * 2_001 + "deep",
        "[deep](" * 4_000,
        "[deep](http://a.b 'title",
        "[deep]: ",
        "![deep][",
        "*_~~`deep",
        "| deep | b\n|---|---",
        "| deep | b |\n|---|---|\n| c",
        "$$\n\\frac{deep}{" * 500,
        "\\[ \\begin{matrix} deep & " * 500,
        "$deep" * 5_000,
        "<div deep" * 3_000,
        "<!-- deep",
        "<script>deep",
        "<![CDATA[ deep",
        "&deep" * 5_000,
        "\\" * 50_001 + "deep",
        "http://deep." * 5_000,
        "|" * 20_000 + "deep",
        "\u200b" * 100_000 + "deep",
        "Thinking... (1s elapsed)\n" * 3_000 + "deep",
    ],
)
def test_hostile_shapes_render_and_lose_nothing(text: str) -> None:
    document = render(text, 40)
    check_rows(document, 40)
    found = "".join(lines(text, 40)).replace("▌", "").replace(" ", "")
    assert "deep" in found or text.count("deep") > 100
    live = streamed(text, 40, [len(text) // 3, len(text) // 2])
    check_rows(live, 40)
    assert live.rows() == document.rows()


@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=300), width=st.integers(1, 60))
def test_any_text_fits_any_width(text: str, width: int) -> None:
    check_rows(render(text, width), width)
