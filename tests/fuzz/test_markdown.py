"""Random text made of what trips Markdown renderers: it must fit, be safe and stream the same."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from poe_tui.markdown.render import render
from tests.markdown.checks import all_rows, check_rows, check_same, streamed

_PARTS = st.sampled_from(
    [
        *(
            "word",
            "two words",
            "x" * 90,
            "漢字",
            "👩‍👩‍👧",
            "e\u0301",
            "\u202e",
            "\x1b[0m",
            "\t",
            " ",
            "  ",
        ),
        *("\n", "\n", "\n\n", "\n\n\n", "\r\n", "\r", "\n> ", "\n>", "\n- ", "\n  - ", "\n    "),
        *(
            "\n1. ",
            "\n10) ",
            "\n```\n",
            "\n```py\n",
            "\n~~~\n",
            "\n---\n",
            "\n===\n",
            "\n# ",
            "\n* ",
        ),
        *("|", "\n| a | b |\n|---|---|\n", "\n|x|y|", "**", "*", "_", "~~", "`", "``", "[", "]"),
        *(
            "](",
            ")",
            "![",
            "[a]",
            "[a]: http://b.c\n",
            "[^1]",
            "[^1]: note",
            "<div>",
            "<!--",
            "-->",
        ),
        *("$", "$$", "\\(", "\\)", "\\[", "\\]", "\\frac{a}{b}", "&amp;", "http://a.b/c", "a@b.c"),
        *("\\", "<br>", "*Thinking...*\n", "Thinking... (3s elapsed)\n", "\n- [x] ", "word " * 500),
    ]
)
_TEXTS = st.lists(_PARTS, max_size=40).map("".join)


def test_made_up_markdown_streams_the_same_and_fits(
    fuzz: Callable[[Callable[[], None]], None],
) -> None:
    @given(text=_TEXTS, width=st.integers(1, 100), cuts=st.lists(st.floats(0, 1), max_size=15))
    def run(text: str, width: int, cuts: list[float]) -> None:
        whole = render(text, width)
        check_rows(whole, width)
        live = streamed(text, width, [int(cut * len(text)) for cut in cuts])
        check_rows(live, width)
        check_same(live, whole)

    fuzz(run)


def test_made_up_plain_text_streams_the_same_and_fits(
    fuzz: Callable[[Callable[[], None]], None],
) -> None:
    @given(text=_TEXTS, width=st.integers(1, 100), cuts=st.lists(st.floats(0, 1), max_size=15))
    def run(text: str, width: int, cuts: list[float]) -> None:
        whole = render(text, width, plain=True)
        check_rows(whole, width)
        live = streamed(text, width, [int(cut * len(text)) for cut in cuts], plain=True)
        assert all_rows(live) == all_rows(whole)

    fuzz(run)
