"""A tour of Markdown as bots write it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from poe_tui.demo.prose import unwrap
from poe_tui.demo.script import Prompt, Said, ScriptedBot, say_words, suggest

SHOWCASE = unwrap(
    r"""# A tour of Markdown

This is what an answer can look like. Everything below is **drawn while it arrives**, so you can
read along, scroll away, or press `escape` when you have seen enough.

## Words

*Emphasis*, **strong**, ***both***, ~~struck out~~, and `inline code`. A [link to Poe](https://poe.com),
a bare one, https://example.org/path?q=1, and a footnote.[^1] A hard break\
starts a new line.

> A quotation, with **markup** inside.
>
> > And one within it, as in a long thread of mail.

---

## Lists

1. First, the *ordered* kind
2. which keeps count
   1. on several levels
   2. as deep as you like
      - and mixes with the other kind
3. until it ends

- Things to pack
  - [x] passport
  - [x] charger
  - [ ] a book
    - something long
    - something light

## A table

| Language | First seen | Typing | Garbage collector |
|:---------|-----------:|:------:|-------------------|
| Lisp     | 1958       | dynamic | yes, the first one |
| C        | 1972       | static | no |
| Python   | 1991       | dynamic | reference counts, and a cycle collector |
| Rust     | 2015       | static | no, *ownership* instead |

## Code

```python
from collections.abc import Iterator


def fibonacci(limit: int) -> Iterator[int]:
    # Yields the numbers below the limit.
    a, b = 0, 1
    while a < limit:
        yield a
        a, b = b, a + b
```

```rust
fn longest<'a>(a: &'a str, b: &'a str) -> &'a str {
    if a.len() >= b.len() { a } else { b }
}
```

```sql
SELECT city, avg(temperature) OVER (PARTITION BY city ORDER BY day ROWS 6 PRECEDING) AS week
FROM weather
WHERE day >= '2026-01-01';
```

```sh
$ for f in *.txt; do wc -l "$f"; done | sort -n | tail -3
```

```diff
- return sorted(names)
+ return sorted(names, key=str.casefold)
```

```json
{"name": "poe-tui", "tags": ["terminal", "chat"], "demo": true, "points": 12345}
```

## Mathematics

Euler's identity is \(e^{i\pi} + 1 = 0\), and the area under the bell is

$$
\int_{-\infty}^{\infty} e^{-x^2}\,dx = \sqrt{\pi}
$$

## Many scripts

| script | says |
|---|---|
| 日本語 | 吾輩は猫である。名前はまだ無い。 |
| 中文 | 千里之行，始於足下。 |
| 한국어 | 시작이 반이다. |
| Ελληνικά | Γνῶθι σεαυτόν |
| עברית | שלום לכם |
| العربية | مرحبا بالعالم |
| emoji | 👋🏽 👩‍🚀 🏳️‍🌈 ☕️ 🇯🇵 |

## Loose ends

HTML such as <kbd>ctrl</kbd> is shown, not obeyed, and so is [red]markup of other kinds[/red].
An image is a link: ![a small harbour](https://example.org/harbour.png)

[^1]: Down here, where footnotes live.

Last, a block of code that nobody closed:

```text
The fence stays open, and the text after it is still there.
"""
)


class Showcase(ScriptedBot):
    """Answers anything with the tour."""

    name = "Markdown-Showcase"
    aliases = ("Showcase",)
    about = "Headings, lists, tables, code, mathematics and many scripts, in one answer."

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield the tour, quickly."""
        async for said in say_words(prompt, SHOWCASE, natural=1 / 120):
            yield said
        for reply in ("Show me that again", "Only a table, please", "Thank you"):
            yield suggest(reply)
