"""Texts as bots write them, and texts meant to trip a renderer that works piece by piece."""

from __future__ import annotations

import random
from typing import Final

_ENGLISH: Final = (
    "the borrow checker keeps every value owned by one name and frees it when that name leaves "
    "scope while a garbage collector walks the heap from time to time and so costs pauses memory "
)
_OTHER: Final = "naïve café größer 例えば 漢字 для примера 👩‍👩‍👧 👍🏽 ½ “quoted” – dash…"
_WORDS: Final = tuple(f"{_ENGLISH}{_OTHER}".split())

_INLINE: Final = (
    "**bold words**",
    "*emphasis*",
    "***both***",
    "`code_span(x)`",
    "``a ` tick``",
    "[a link](https://example.org/a?b=1&c=2)",
    "[a reference][ref]",
    "[ref]",
    "![a picture](https://example.org/p.png)",
    "https://example.org/plain_url.",
    "~~gone~~",
    "$x_1^2$",
    r"\(a \le b\)",
    "costs $5 and $10",
    "snake_case_name",
    "2 * 3 * 4",
    "<br>",
    "&amp;",
    r"\*not emphasis\*",
    "word[^1]",
    "a **bold `code` and *more* text**",
)

_CODE: Final = {
    "python": 'def greet(name):\n    """Say hello.\n\n    Twice.\n    """\n    return name  # 1\n',
    "rust": "fn main() {\n    /* a\n       comment */\n    let x = 42;\n}\n",
    "diff": "--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n",
    "": "plain text\n\twith a tab\n",
    "nonsense": "???\n",
}


def sentence(rnd: random.Random, words: int) -> str:
    """Return words with some inline markup among them."""
    parts = [
        rnd.choice(_INLINE) if rnd.random() < 0.15 else rnd.choice(_WORDS) for _ in range(words)
    ]
    return " ".join(parts) + "."


def _paragraph(rnd: random.Random) -> str:
    return rnd.choice([" ", "\n", "  \n"]).join(
        sentence(rnd, rnd.randint(3, 20)) for _ in range(rnd.randint(1, 4))
    )


def _list(rnd: random.Random) -> str:
    marker = rnd.choice(["- ", "* ", "1. ", "1) ", "- [ ] ", "- [x] "])
    gap = rnd.choice(["\n", "\n", "\n\n"])
    items: list[str] = []
    for number in range(rnd.randint(1, 7)):
        mark = marker.replace("1", str(number + 1))
        item = mark + sentence(rnd, rnd.randint(1, 12))
        pad = " " * (3 if "1" in marker else 2)
        extra = rnd.random()
        if extra < 0.2:
            item += f"\n{pad}- nested {sentence(rnd, 3)}\n{pad}- more"
        elif extra < 0.3:
            item += f"\n\n{pad}second paragraph"
        elif extra < 0.4:
            item += f"\n\n{pad}```python\n{pad}x = 1\n\n{pad}y = 2\n{pad}```"
        elif extra < 0.45:
            item += "\nlazy continuation"
        items.append(item)
    return gap.join(items)


def _table(rnd: random.Random) -> str:
    columns = rnd.randint(1, 5)

    def cells(words: int) -> str:
        return (
            "| " + " | ".join(sentence(rnd, rnd.randint(1, words)) for _ in range(columns)) + " |"
        )

    rule = "|" + "|".join(rnd.choice(["---", ":--", "--:", ":-:"]) for _ in range(columns)) + "|"
    return "\n".join([cells(2), rule, *(cells(4) for _ in range(rnd.choice([0, 1, 3, 8, 40])))])


def _fence(rnd: random.Random) -> str:
    language = rnd.choice(list(_CODE))
    mark = rnd.choice(["```", "~~~", "````"])
    body = "\n".join(_CODE[language] for _ in range(rnd.choice([0, 1, 1, 2, 12])))
    return f"{mark}{language}\n{body}{mark}"


def _quote(rnd: random.Random) -> str:
    inner = answer(rnd, 2) if rnd.random() < 0.3 else _paragraph(rnd)
    return "\n".join(("> " + line).rstrip() for line in inner.split("\n"))


def _heading(rnd: random.Random) -> str:
    title = sentence(rnd, 3)
    return rnd.choice([f"{'#' * rnd.randint(1, 6)} {title}", f"{title}\n===", f"{title}\n---"])


def _odd(rnd: random.Random) -> str:
    return rnd.choice(
        (
            "---",
            "* * *",
            "<div>\n<b>html</b>\n</div>",
            "$$\n\\frac{a}{b} = \\sum_{i=1}^n x_i\n$$",
            "\\[ x = y \\]",
            "[^1]: A note\n    that goes on.",
            "[ref]: https://example.org/ref 'Title'",
            "    indented code\n\n    more of it",
            "<!-- a comment -->",
        )
    )


def answer(rnd: random.Random, blocks: int) -> str:
    """Return a text of about so many blocks."""
    makers = (_paragraph, _paragraph, _list, _table, _fence, _quote, _heading, _odd)
    parts = [rnd.choice(makers)(rnd) for _ in range(blocks)]
    text = parts[0]
    for part in parts[1:]:
        text += rnd.choice(["\n\n", "\n\n", "\n\n\n", "\n"]) + part
    return text + rnd.choice(["", "\n"])


_MISTAKEN: Final = (
    # Once streamed otherwise than rendered at once: columns that tabs reach, lines that only seem
    # empty, definitions that turn out to be none, code that looks like a definition.
    " ```\n\tw",
    ">  -\t 9",
    ">]\n\xa0",
    "\u3000\n\n>a\n\u3000",
    ">[a]:p |",
    ">[a]:a w",
    "Thinking...\n>[a]:h a",
    ">[^n]:<?\n>",
    ">```\n>",
    "```\n   ",
    "\n> [a]: http://b.c\nxxxxxxxxxxxxxxxx [a]",
    "+ ```[a]\n\n>\n\n[a]:h",
    "[^1]:```[a]\n\n1. [a]:\n4\n",
    "- [A]\n-\n\n[a]:t /",
    "[a]\n~~~\n[a]:h\n",
    "[c]\n```\n[c]:w\n",
    "[b]\n```\n\n[b]:'",
    "w|[b]\n-|-\n" + "|\n" * 30 + "<b></b>\n[b]:h",
    "w|[b]\n-|-\n" + "|\n" * 30 + "\n\n[b]:h\n",
    "]|\n-|\n" + "|\n" * 30 + "[^1]:[a]:\nw\n",
    ">\n    >",
    ">|-\n-|-",
    ">\xa0\n>>x",
    "[b]:<> ''\nThinking...",
    "$$x\n\xa0\n-",
    "- \n- a\n-\n\n- ",
    "words " * 400 + "\nx <br>\n-",
    "- a\n\n  - ```" + "x" * 40,
    "> a\n>\n> - ```" + "x" * 40,
    # Items: what ends one, what goes on with a paragraph in it, what only a parser of it all knows.
    "- ```\n  w\n|",
    "- - ]\n  w\n|",
    "* ```    *\n\n  w\n  \tw\n\n  - [x] 2) | w |\n      |w\n ",
    "- [a]:>\n\n  [",
    "- [ ]\n  w\n  -|",
    "1. [a]:y\n   [x]\n1)",
    "1. [ ]\n   `\n   -+",
    "- -\t\n\n  `\n\n",
    " -   ``` `\n     ~~~\n     ~~~\n     *\n\n     \t-\n\n      3w \n     \n",
    "- a\n\n  >\n\n  b\n- c\n\n  >\nd",
    "- a\nlazy\n\n  ```\n  x\n  ```\n  y\nlazy\n\n  - z\n  ===\n\nend",
    "- a\n  b\n===\n- c\n  - d\n--\n",
    "- a\n\n      code\n\n      > more\n\n  b\n   - c\n",
    "-     code\n  >\n  b\n\n-     >\n\n  b",
    "10. a\n    b\n   - c\n\n2. d\n",
    "- go\n\n  ```go\n  \tx\n  \t\ty\n \tz\n  \t```\n  ```\n\tend",
    "- a\n\n  [^1]:     x\n\n      y\n  - b\n      - c\n",
    "- x\n\n  [p]: /u\n\n  see [p]\n- [p]\n  and [p]\n",
    "1. [x] # a\n   b\n\n   c\n2. [ ]\n   d",
    "- a\n  - b\n\n    c\n\n  d\n- - -\n* * *\n- e\n  f\n1) g",
    "- <!--\n\n  x\n\ny -->\n- <div>\n  a\n\n  b",
    # Rows with more cells than the table has columns.
    "> - | a | b |\n>   |---|---|\n>   | `x || y` | z | w\n>   | `v|u` | `",
    "a|b\n-|-\n`x||y`|z\n|||`|`|\n" + "c|`d|e`|f\n" * 30,
    # Formulas without a mark around them.
    "so\n\\begin{align}\na &= b \\\\\n\n\\end{align}\n\\begin{cases} 1 \\end{cases}",
    "- \\begin{gather*}\n  x\n\n\\begin{equation}x\n\\end{equation} ",
    "> \\begin{array}{c|c}\n> -|-\n> \\end{array} x\n\\end{array}\n",
    # Tabs after the mark of a quote: how far they reach depends on what is open.
    ">| a | b |\n> \t\t```\n>\t\t```\n",
    "> ```go\n> \tx\n>\t\ty\n   >\tz\n> \t```\n>\t\n> ```\n>\tend",
    ">\ta\n>\n>\tb\n> \t- c\n>\t\td\n>\t<p>\n>\te",
    "> - a\n> \t- b\n>\t- c\n> \t \t- d\n>\t* * *\n>\t1. e",
    # Footnotes: what ends one depends on what is open in it.
    "[^a]: - > | a | b |\n    > -\n[^b]: c\n",
    "[^a]: -         code\n\n    b\n",
    "[^1]: b\n    > x\n[^1]: c\nd",
    "[^1]:   <div>\n    * star\n[^2]: [^3]: [a]: <x y> 't'",
    "[^1]: a\n    b\n[^2]x\n\n    - c\n   d\n\n[^3",
    "> - a\n>   b\n>\n>   c\n> lazy\n>\n> - d\n",
    "- > a\n  > b\n  c\n\n  > - d\n  >   e\nf",
)

TRICKY: Final = (
    *_MISTAKEN,
    "~~~~\\(\n",
    "```c\\+\\+ &amp;\nint x;\n```",
    "",
    "\n\n\n",
    "text\n---",
    "text\n-",
    "text\n- item",
    "text\n---x",
    "a\n\n- b\n\n\n  c\n\nd",
    "- a\n - b\n  - c\n   - d\n    - e",
    "- a\n\n- b\n- c",
    "-\n- \n-   x",
    "1. a\n3. b\n7. c\n\n\n1. x",
    "10) a\n11) b\n* c\n+ d",
    "para\n| a | b |\n|---|---|\n| 1 | 2 |\nend",
    "| a | b |\n|---|--",
    "| a |\n|---|\nnot a row | x\n\nafter",
    "| a | b |\n|:-:|\n",
    "```\nunclosed\n``",
    "```py\n```",
    "```py\n\n\n```\n",
    "~~~ a b\n```\n~~~\nend",
    "```a`b\nnot a fence",
    "  ```\n  indented\n    more\n less\n  ```",
    "````\n```\n````",
    "> a\nlazy\n> b\n\nc",
    "> a\n>\n> b\n>\n> - c\n> - d\n",
    ">a\n>b\n > c\n    > not",
    "> ```\n> code\nend of quote",
    "> a\n# heading",
    ">\tcode\n>\tmore",
    "> > > > deep\n> > a",
    "> a\n===\n---\n",
    "> a\n    # b\n     - c\nd",
    "> a\n[^1]: b\n- c",
    "> - a\nlazy\n> - b\n2. c",
    "> > a\nlazy\n> lazy\n>\nnot",
    "> a | b\n-|-\n> -|-\n1 | 2",
    "> [a]: /u\n'title'\nend\n\n[a]",
    "> [a]:\n/u\nend\n\n[a]",
    "> [a]\nb: c\n\n[a]",
    "> # a\nb\n> <p>\nc\n>     d\ne",
    "> a\n$$ x\ny $$\n> b\n```\nc",
    "> a\n<b>\n<p>\n\n> b\n1) c",
    ">",
    "> \n> x",
    "*Thinking...*\n\n> First I read.\n> Then I wrote.\n\nThe answer.",
    "*Thinking...*\n> a\n>\n> - b\n>   c\nAnswer **now**.",
    "Thinking... (1s elapsed)\nThinking... (2s elapsed)\n\nDone.",
    "Thinking... (12s elapsed)",
    "Thinking... about it\n\nx",
    "*Thinking...*\n\n> only thoughts",
    "> Thinking... (3s elapsed)\n\nx",
    "[x]: /url\n'title\nmore\nend'\n\nSee [x].",
    "[x]: /url\n'title\nmore\n\nSee [x].",
    "See [x] and [y][x].\n\n- see [x]\n- end\n\n> [x]\n\n[x]: https://example.org\n",
    "[x]: https://one.example\n[x]: https://two.example\n\n[x]",
    "a[^1] b[^note]\n\n[^1]: one\n\n    still one\n\n[^note]: two",
    "$$\na\n\nb\n$$",
    "$$ x $$ and text",
    "\\[\nx^2\n\\]\nafter",
    "<div>\n\n*a*\n\n</div>",
    "<div>\n\n\n<p>\na\n \t\nb\n</p>\n\n\n",
    "<!-- a -->\nb\n\n<?x\n\n?>b\n<X |\n-|-\n</pre>",
    "a\n\n    b\n\n      \n   \tc\n  d\n\n\te\n\n\n",
    "$$ a\nb\n\n\\[\nc |\n-|-\n$$",
    "See [a].\n\n[a]: http://b.c\n'",
    "See [a].\n\n[a]: http://b.c|d\n-|-\n",
    "<!-- open\n\nstill",
    "<script>\nx\n\ny</script>\nz",
    "a\r\nb\r\n\r\n- c\r\n- d\r",
    "tab\tstop\n\n-\ta\n\n\t- b",
    "**open\n\nclosed?**",
    "a `code\nspan` b",
    "a  \nb\\\nc",
    "Q: a\n   b  \n\tc\n**d\ne** [f\ng](h)\n`i\nj`\n\n- k\n  l\nm\n\n> n\n> o\np\n\nq\nr\n---",
    "# \n## x ##\n#no",
    "\x1b[31mred\x07 \x9b \u202egnp.exe\u2066 \x00",
    "e" + "\u0301" * 50 + " z" + "\u200b" * 50 + "x",
    "👩‍👩‍👧‍👦 🇩🇪🇫🇷 ❤️ हिन्दी مرحبا שלום",
    "*a\n* b\n*c*",
    "- [ ]\n- [x] done\n- [X]",
    "+ a\n\n      code\n\n  b",
    "1. a\n\n   ```\n   x\n\n\n   y\n   ```\n2. b",
    "Header | Other\n--- | ---\ncell | cell\n\n***\n___",
    "> q\nlazy\n>\n>     code\nno part of it",
    "> q\n[a]: http://u.v\n>\n>     code\n[a]: http://u.v",
    "$$\\\n2$$",
)


def corpus(seeds: int = 40) -> list[str]:
    """Return the handwritten texts and so many generated ones."""
    generated = [answer(random.Random(seed), 2 + seed % 9) for seed in range(seeds)]
    return [*TRICKY, *generated]
