"""Texts made of what trips Markdown renderers: odd pieces, and blocks nested in each other."""

from __future__ import annotations

import itertools
import random
import re
from typing import Any, Final

from hypothesis import strategies as st

ODD: Final = (
    *(
        "word",
        "two words",
        "x" * 90,
        "漢字",
        "👩‍👩‍👧",
        "e\u0301",
        "\u202e",
        "\x1b[0m",
        "\x9b",
        "שלום",
    ),
    *(
        "\t",
        " ",
        "  ",
        "    ",
        "\u3000",
        "\xa0",
        "\u200b",
        "\n",
        "\n",
        "\n\n",
        "\n\n\n",
        "\r\n",
        "\r",
    ),
    *(
        "\n> ",
        "\n>",
        "> ",
        "\n- ",
        "\n  - ",
        "\n    ",
        "\n1. ",
        "\n10) ",
        "\n* ",
        "\n+ ",
        "\n- [x] ",
    ),
    *("\n```\n", "\n```py\n", "\n~~~\n", "```", "\n---\n", "\n===\n", "===", "\n# ", "\n\t"),
    *(
        "|",
        "\n| a | b |\n|---|---|\n",
        "\n|x|y|",
        "|---|---|",
        "-|-",
        "**",
        "*",
        "_",
        "~~",
        "`",
        "``",
    ),
    *(
        "[",
        "]",
        "](",
        ")",
        "![",
        "[a]",
        "[b]",
        "[c][a]",
        "[a]: http://b.c\n",
        "[b]: <x>\n'ti\ntle'\n",
    ),
    *("[b]:\n/u\n", "[A]: /q 'unclosed\n", "[^1]", "[^1]: note", "[^2]:\n    note\n\n    more"),
    *("<div>", "<!--", "-->", "<script>\n", "</script>", "<pre>", "<?x", "?>", "<br>", "&amp;"),
    *(
        "$",
        "$$",
        "\n$$\n",
        "\\(",
        "\\)",
        "\\[",
        "\\]",
        "\\frac{a}{b}",
        "http://a.b/c",
        "a@b.c",
        "\\",
    ),
    *("*Thinking...*\n", "Thinking... (3s elapsed)\n", "'", '"', "word " * 500, "\n- item" * 3),
)
"""Pieces that mean something at some place."""

_LEAVES: Final = (
    *("@ @", "@\n@", "@ **@** `@`", "[@](http://a.b) [a] [@][b]", "![@][a] [^1] @\\", "@ " * 400),
    *("# @", "@\n===", "@\n---", "---", "    @\n\n    @", "<div>\n@\n</div>", "<!-- @\n\n@ -->"),
    *(
        "<script>\n@\n\n@</script>",
        "$$\nx = @\n$$",
        "\\[ @ \\]",
        "$$ @\n\n@",
        "```py\n@\n\n\t@\n```",
    ),
    *(" ```\n @\n\t@\n ```", "~~~\n@", "```\n" + "@\n" * 40 + "```", "````\n```\n@\n````"),
    *("| @ | @ |\n|---|:-:|\n| @ | `@` |", "@ | @\n-|-\n" + "@ | [a]\n" * 30, "[a]: http://a.b"),
    *("[b]: /u\n'title\nx'", "[b]: http://b.c 'unclosed\n@", "[c]:\nhttp://c.d\n@", "[a]: <x y>"),
    *(
        "- @\n" * 8,
        "- [ ] @\n- [x] [a]",
        "> @\n@",
        "-",
        ">",
        "1.",
        "[a]:",
        "[^1]:",
        "*Thinking...*",
    ),
)
"""Blocks; each `@` becomes a word that stands nowhere else in the text."""

_NEST: Final = (
    *(
        ("> ", "> "),
        (">", ">"),
        (" > ", ">"),
        (">\t", ">\t"),
        ("> ", ""),
        ("- ", "  "),
        ("*\t", "\t"),
    ),
    *(("1. ", "   "), ("2)  ", "    "), ("- [x] ", "  "), ("- ", " "), ("[^1]: ", "    ")),
)
"""What stands before the first line and the other lines of something nested."""

_LINES: Final = (
    *("[a]: http://u.v", "[b]: <x y> 't'", "[a]: w", "[c]:\nhttp://c.d", "[a]: http://p|q", "[a]:"),
    *("[b]: u\n'ti\ntle'", "[b]: u\n'ti", '[c]: u "t" x', "'x'", "[x", "x]: u", "http://z"),
    *("[a]", "[b][a]", "see [a] and [b]", "lazy [a]", "lazy", "    four", "  two", "\ttab", "\xa0"),
    *("- item", "- ", "1. one", "2. two", "* star", "10) ten", "   - x", "---", "===", "# head"),
    *(
        "```",
        "~~~py",
        "> q",
        "> > qq",
        ">",
        ">x",
        "> - i",
        "> ```",
        "> # h",
        "> see [a]",
        "    > q",
    ),
    *("> [a]: http://q", "> [b]: z", "> \t code", ">\tt", "> $$", "> | a | b |", "> |---|---|"),
    *("> [^3]: n", ">     code", "> -", "> <div>", "> <!--", "<div>", "</div>", "<!-- c", "-->"),
    *("<script>", "</script>", "<b>x</b>", "<?p", "?>", "<!X", "$$", "$$ x", "x $$", "\\[", "\\]"),
    *("[^1]: note", "[^1]:", "[^2]: [a]: http://f", "    [a]: g", "        code", "", "", "", " "),
    *("| a | b |", "|---|---|", "| c | [a] |", "|-|-", "-|-", "x|y", ":-:|-", "*Thinking...*"),
    *("w " * 300, "[a] " * 30, "> " + "long " * 250),
)
"""Lines that mean something where they stand, or to the line before them."""

WORD: Final = re.compile(r"w\d+w")


def nested(text: str, marks: tuple[str, str]) -> str:
    """Return `text` inside a quote, a list item or a footnote."""
    first, *rest = text.split("\n")
    return "\n".join([marks[0] + first, *((marks[1] + line) if line else line for line in rest)])


def numbered(text: str) -> str:
    """Return `text` with a different word for each `@`."""
    numbers = itertools.count(1)
    return re.sub("@", lambda _: f"w{next(numbers)}w", text)


def odd_texts() -> st.SearchStrategy[str]:
    """Return a strategy for odd pieces in a row."""
    return st.lists(st.sampled_from(ODD), max_size=40).map("".join)


def line_texts() -> st.SearchStrategy[str]:
    """Return a strategy for lines in a row."""
    return st.lists(st.sampled_from(_LINES), max_size=20).map("\n".join)


@st.composite
def _blocks(draw: Any, blocks: st.SearchStrategy[str]) -> str:
    parts = draw(st.lists(blocks, min_size=1, max_size=4))
    gaps = draw(st.lists(st.sampled_from(["\n\n", "\n\n", "\n", "\n\n\n", "\n \n"]), min_size=3))
    text: str = parts[0]
    for part, gap in zip(parts[1:], gaps, strict=False):
        text += gap + part
    return text


@st.composite
def nested_texts(draw: Any) -> str:
    """Return a text of blocks in blocks, sometimes with something odd put in anywhere."""
    leaves = st.sampled_from(_LEAVES)
    blocks = st.recursive(
        leaves,
        lambda inner: st.builds(nested, _blocks(inner), st.sampled_from(_NEST)),
        max_leaves=6,
    )
    text: str = draw(_blocks(blocks))
    if draw(st.booleans()):
        text = "*Thinking...*\n\n" + nested(text, ("> ", "> ")) + "\n\n" + draw(leaves)
    for odd in draw(st.lists(st.sampled_from(ODD), max_size=3)):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + odd + text[at:]
    text = numbered(text)
    return text.replace("\n", "\r\n") if draw(st.integers(0, 9)) == 0 else text


def odd_text(chance: random.Random) -> str:
    """Return odd pieces in a row, of a random generator."""
    return "".join(chance.choice(ODD) for _ in range(chance.randint(0, 20)))
