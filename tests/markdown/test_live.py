"""A growing text ends up as the whole text would, and shows all of it on the way."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.token import Token

from poe_tui.markdown.growth import reasoning_of
from poe_tui.markdown.live import LiveDocument
from poe_tui.markdown.parser import Env, Links, block_tokens
from poe_tui.markdown.render import render
from tests.markdown.checks import all_rows, check_rows, check_same, said, shown, streamed
from tests.markdown.corpus import TRICKY, answer, corpus

CORPUS = corpus(30)


@pytest.mark.parametrize("number", range(len(CORPUS)))
def test_a_streamed_text_ends_as_the_whole_text_rendered_at_once(number: int) -> None:
    text = CORPUS[number]
    rnd = random.Random(number)
    for width in (60, rnd.choice([1, 4, 9, 20, 33])):
        cuts = [rnd.randint(0, len(text)) for _ in range(25)]
        live = streamed(text, width, cuts)
        check_same(live, render(text, width))
        check_rows(live, width)


@pytest.mark.parametrize("text", TRICKY)
def test_a_tricky_text_may_come_one_character_at_a_time(text: str) -> None:
    check_same(streamed(text, 30, list(range(len(text)))), render(text, 30))


@pytest.mark.parametrize("text", TRICKY)
def test_a_tricky_text_may_come_in_two_parts(text: str) -> None:
    whole = render(text, 30)
    for cut in range(1, len(text)):
        check_same(streamed(text, 30, [cut]), whole)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    width=st.integers(1, 90),
    cuts=st.lists(st.floats(0, 1), max_size=20),
)
def test_any_answer_may_be_cut_anywhere(seed: int, width: int, cuts: list[float]) -> None:
    text = answer(random.Random(seed), 1 + seed % 5)
    live = streamed(text, width, [int(cut * len(text)) for cut in cuts])
    check_same(live, render(text, width))


@pytest.mark.parametrize(
    "part",
    [
        "- an item of **a** list\n",
        "| a | b `x` |\n",
        "x = f(1)  # code\n",
        "words of prose ",
        "> q\n",
        "> q\nlazy [a]\n",
        "> > > > > q\n\n",
        "> - q\nlazy\n>\n",
        "    x = 1\n\n",
        "<p>a</p>\n",
        "<!-- a\n\n",
        "\\\\ x\n",
    ],
)
def test_a_huge_open_block_ends_as_rendered_at_once(part: str) -> None:
    heads = {"|": "| h | i |\n|---|---|\n", "x": "```python\n", "\\": "$$\n"}
    text = heads.get(part[0], "") + part * 600
    live = streamed(text, 40, list(range(0, len(text), 173)))
    check_same(live, render(text, 40))


@pytest.mark.parametrize(
    "part",
    [
        "- an item of **a** list\n",
        "| a | b `x` |\n",
        "words of *prose* ",
        "a line of prose\n",
        "> q\n",
        "> q\nlazy\n",
        "> > > > > q\n",
        "    x = 1\n\n",
        "<p>a</p>\n",
        "<!-- a\n\n",
        "\\\\ x\n",
    ],
)
def test_the_parser_sees_only_the_end_of_a_huge_open_block(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = LiveDocument(40)
    heads = {"|": "| h | i |\n|---|---|\n", "\\": "$$\n"}
    live.feed(heads.get(part[0], "") + part * 3000)
    live.flush()
    seen: list[int] = []

    def counting(text: str, env: Env) -> list[Token]:
        seen.append(len(text))
        return block_tokens(text, env)

    monkeypatch.setattr("poe_tui.markdown.sections.block_tokens", counting)
    monkeypatch.setattr("poe_tui.markdown.growth.block_tokens", counting)
    live.feed(part)
    live.flush()
    assert sum(seen) < 20_000


_IN_ITEMS = (
    ("1. Do this:\n\n   ```python\n", "   x = f(1)  # code\n"),
    ("- Go:\n\n  ```go\n", "  \tx := f(1)\n"),
    ("- ~~~\n", "  code\n\n"),
    ("- [x] done\n\n  ```\n", "  code\n"),
    ("- top\n", "  - an item of **a** list\n"),
    ("- a\n  1. b\n", "     - an item of **a** list\n"),
    ("- a\n\n  | h | i |\n  |---|---|\n", "  | a | b `x` |\n"),
    ("- a\n- b\n\n", "  words of *prose*\n"),
    ("- ", "words of *prose* "),
    ("- a\n\n", "  > - q\n"),
    ("> - a\n>\n>   ```\n", ">   code\n"),
    ("- a paragraph\nthat goes on\n\n  ```\n", "  code\n"),
    ("[^1]: a note\n", "    of several lines\n"),
    ("[^1]: a note\n", "that goes on\n"),
    ("[^1]: ", "words of *prose* "),
    ("[^1]: a note\n\n    ```go\n", "    x := f(1)\n"),
    ("[^a]: a note\n\n", "    - an item of **a** list\n"),
    ("> [^1]: a note\n>\n", ">     of several paragraphs\n>\n"),
    (">\twords\n", ">\tof a quote with tabs\n"),
    ("> ```go\n", "> \tx := f(1)\n"),
    ("> - a\n", "> \t- an item of **a** list\n"),
    ("> - a\n>   - b\n", "> lazy\n"),
)
"""The beginnings of items, footnotes and quotes, and what they go on with."""


@pytest.mark.parametrize(("head", "part"), _IN_ITEMS)
def test_the_parser_sees_only_the_end_of_a_huge_open_item(
    head: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = LiveDocument(40)
    live.feed(head + part * 3000)
    live.flush()
    seen: list[int] = []

    def counting(text: str, env: Env) -> list[Token]:
        seen.append(len(text))
        return block_tokens(text, env)

    monkeypatch.setattr("poe_tui.markdown.sections.block_tokens", counting)
    # More than a tenth: what can only be parsed as one is parsed again.
    live.feed(part * 400)
    live.flush()
    assert sum(seen) < len(part) * 3000


@pytest.mark.parametrize(("head", "part"), _IN_ITEMS)
@pytest.mark.parametrize("end", ["", "- next\n", "\nafter\n", "after\n", "[^2]: next\n"])
def test_a_huge_open_item_ends_as_rendered_at_once(head: str, part: str, end: str) -> None:
    text = head + part * 150 + end
    live = streamed(text, 40, list(range(0, len(text), 173)))
    check_same(live, render(text, 40))


def test_no_text_is_lost_on_the_way() -> None:
    for seed in range(8):
        words = [f"word{number}" for number in range(400)]
        rnd = random.Random(seed)
        text = "".join(w + rnd.choice([" ", " ", "\n", "\n\n", "\n- ", "\n> "]) for w in words)
        live = LiveDocument(50)
        for start in range(0, len(text), 37):
            live.feed(text[start : start + 37])
            live.flush()
            found = said(live)
            assert all(word in found for word in text[: start + 37].split()[:-1] if word[0] == "w")


def test_text_after_a_flood_of_what_is_not_shown_is_shown() -> None:
    live = LiveDocument(40)
    live.feed("a" + "\u200b" * 10_000 + "b\r")
    live.flush()
    assert shown(live) == ["ab"]
    assert not live.pending
    live.feed("c")
    live.finish()
    assert shown(live) == ["ab", "c"]


@pytest.mark.parametrize("gap", [" ", "\n"])
@pytest.mark.parametrize("length", range(2_045, 2_050))
def test_a_table_may_follow_a_paragraph_that_was_settled_up_to_its_end(
    gap: str, length: int
) -> None:
    paragraph = ('"' + f"word{gap}" * 500)[:length].strip()
    text = f"{paragraph}\n| a table's header | and more |\n|---|---|\n| 1 | 2 |\n"
    check_same(streamed(text, 50, [len(text) - 20]), render(text, 50))


def test_code_shows_as_it_comes() -> None:
    live = LiveDocument(40)
    live.feed("```python\n")
    live.flush()
    live.feed("x = 1")
    live.flush()
    assert [block.kind for block in live.blocks] == ["code"]
    assert " x = 1" in shown(live)
    live.feed("\n``")
    live.flush()
    assert shown(live)[-1] == " x = 1"
    live.feed("`\nafter")
    live.finish()
    assert shown(live)[-1] == "after"
    assert live.blocks[0].code == "x = 1"


def test_a_link_is_made_when_its_definition_comes_later() -> None:
    live = LiveDocument(40)
    live.feed("See [the page][p].\n\nMore text.\n\nEven more.\n\n")
    live.flush()
    assert "[the page][p]" in shown(live)[0]
    live.feed("[p]: https://example.org\n\nThe end.\n\nReally.\n\n")
    live.finish()
    assert shown(live)[0] == "See the page."
    assert any(span.look.link == "https://example.org" for span in live.row(0).spans)


def _targets(live: LiveDocument) -> list[str]:
    """Return where the links on screen lead, from above."""
    return [span.look.link for row in live.rows() for span in row.spans if span.look.link]


@pytest.mark.parametrize(
    "text",
    [
        "See [a].\n\n",
        "- see [a]\n- and so on\n\n",
        "> see [a]\n> and so on\n\n",
        "> see [a]\nand so on\n>\n> ",
        "> > see [a]\n> >\n> ",
        "> - see [a]\n>\n> ",
        "*Thinking...*\n\n> see [a]\n\nSo it is.\n\n",
        "See [a].\n\n[^1]: ",
        "See [a].\n\n- ",
        "See [a].\n\n- an item\n\n  ",
        "See [a].\n\n> a quote\n>\n> ",
        "| [a] | b |\n|---|---|\n" + "| c | d |\n" * 30 + "\n",
        "See [a]. " + "And so on. " * 400 + "\n\n",
    ],
)
def test_a_link_is_made_when_the_line_that_defines_it_is_complete(text: str) -> None:
    live = LiveDocument(60)
    live.feed(text)
    live.flush()
    assert not _targets(live)
    live.feed("[a]: https://example.org\n")
    live.flush()
    for block in live.blocks:
        live.fold(block, False)
    assert _targets(live) == ["https://example.org"]


def test_links_are_made_one_by_one_by_the_definitions_at_the_end_of_an_answer() -> None:
    live = LiveDocument(60)
    live.feed("First [1], then [2].\n\n- at last [3]\n\n")
    for number in (1, 2, 3):
        live.feed(f"[{number}]: https://example.org/{number}\n")
        live.flush()
        assert len(_targets(live)) == number
    live.feed("'The title of the third'")
    live.flush()
    assert len(_targets(live)) == 3
    live.finish()
    check_same(live, render(live.text, 60))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a line\n[a]: https://example.org\n\n", ""),
        ("```\n[a]: https://example.org\n", "```\n\n[a]: https://example.net\n"),
        ("[a]: https://e.org/x|y\n", "---|---\n"),
        ("[a]:\nx|y\n", "-|-\n"),
        ("[a]: https://example.org 'a title\n", "that has no end\n\n"),
    ],
)
def test_what_only_looks_like_a_definition_makes_no_link(before: str, after: str) -> None:
    live = LiveDocument(60)
    live.feed("See [a].\n\n" + before)
    live.flush()
    assert not _targets(live)[:1] or live.blocks[0].rows[0].spans[-1].look.link == ""
    live.feed(after)
    live.finish()
    check_same(live, render(live.text, 60))


def test_a_large_block_gets_all_of_its_links_at_the_end() -> None:
    labels = "".join(f"[a{number}] " for number in range(600))
    text = labels + "\n\n" + "".join(f"[a{number}]: http://a.b\n" for number in range(600))
    live = streamed(text, 60, list(range(0, len(text), 50)))
    check_same(live, render(text, 60))
    assert not live.pending


def test_a_large_block_is_drawn_again_in_steps() -> None:
    labels = "words and words " + "".join(f"[a{number}] " for number in range(3000))
    live = LiveDocument(60)
    live.feed(labels + "\n\n" + "[a1]: http://a.b\n")
    while live.pending:
        live.flush(0)
    live.feed("".join(f"[a{number}]: http://a.b\n" for number in range(2, 9)))
    flushes = 0
    while live.pending or not flushes:
        live.flush(0, final=True)
        flushes += 1
    assert flushes > 8
    check_same(live, render(live.text, 60))


def test_text_that_comes_after_all_starts_again() -> None:
    live = LiveDocument(60)
    live.feed("one\ntwo")
    live.flush(final=True)
    live.feed(" three")
    live.finish()
    check_same(live, render("one\ntwo three", 60))


def test_flush_tells_the_first_row_that_changed() -> None:
    live = LiveDocument(40)
    assert live.flush() is None or live.height == 0
    live.feed("one\n\ntwo\n\nthree")
    live.flush()
    before = shown(live)
    live.feed(" and more")
    first = live.flush()
    assert first == 4
    assert shown(live)[:4] == before[:4]


@pytest.mark.parametrize(
    ("text", "step"),
    [
        *((answer(random.Random(seed), 6), 23) for seed in range(12)),
        *((text, 1) for text in TRICKY if len(text) < 100),
    ],
)
def test_rows_above_the_first_changed_one_are_the_same(text: str, step: int) -> None:
    live = LiveDocument(50)
    for start in range(0, len(text), step):
        before = live.rows()
        live.feed(text[start : start + step])
        first = live.flush()
        after = live.rows()
        kept = len(before) if first is None else first
        assert after[:kept] == before[:kept]


@pytest.mark.parametrize("text", TRICKY)
def test_rows_above_the_first_changed_one_are_the_same_however_tricky_the_text(text: str) -> None:
    live = LiveDocument(9)
    for char in text:
        before = live.rows()
        live.feed(char)
        first = live.flush()
        kept = len(before) if first is None else first
        assert live.rows()[:kept] == before[:kept]


def test_a_budget_leaves_the_rest_for_later() -> None:
    live = LiveDocument(40)
    live.feed("x\n\n")
    live.flush()
    live.feed("words and words\n\n" * 3000)
    live.flush(0)
    assert live.pending
    while live.pending:
        live.flush(0)
    check_same(live, render(live.text, 40))


def test_a_long_text_shows_its_beginning_at_once_and_a_short_one_all_of_itself() -> None:
    long, short = LiveDocument(40), LiveDocument(40)
    long.feed("words and words\n\n" * 20_000)
    short.feed("words and words\n\n" * 2_000)
    for live in (long, short):
        live.flush(0)
        assert live.pending
    assert shown(long)[0] == "words and words"
    assert not short.height


def test_replacing_and_resizing_start_again() -> None:
    live = LiveDocument(40)
    live.feed("old text")
    live.flush()
    live.replace("new *text*")
    assert live.flush() == 0
    assert shown(live) == ["new text"]
    live.resize(5)
    live.finish()
    assert shown(live) == ["new", "text"]
    assert live.text == "new *text*"


def test_what_is_replaced_by_more_of_the_same_goes_on() -> None:
    live = LiveDocument(40)
    live.feed("one\n\ntwo\n\nthree")
    live.flush()
    live.replace("one\n\ntwo\n\nthree and four")
    assert live.flush() != 0
    assert shown(live) == ["one", "", "two", "", "three and four"]


def test_a_text_that_is_replaced_all_the_time_is_shown_now_and_then() -> None:
    live = LiveDocument(40)
    live.feed("nothing yet")
    live.flush()
    seen = set()
    for number in range(60):
        live.replace(f"{number} is first\n\n" + "words and words\n\n" * 800)
        live.flush(0)
        seen.add(shown(live)[0])
    assert len(seen) > 3
    live.finish()
    assert shown(live)[0] == "59 is first"
    check_same(live, render(live.text, 40))


@given(
    texts=st.lists(st.text("a*\n> -", max_size=30), min_size=1, max_size=6),
    slow=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_whatever_is_replaced_the_last_text_is_there_at_the_end(
    texts: list[str], slow: list[bool]
) -> None:
    live = LiveDocument(20)
    for text, waits in zip(texts, slow, strict=False):
        live.replace(text * 200)
        if not waits:
            live.flush(0)
    while live.pending:
        live.flush(0, final=True)
    live.finish()
    assert live.text == texts[-1] * 200
    check_same(live, render(live.text, 20))


def test_an_open_fold_stays_open_after_a_resize() -> None:
    live = LiveDocument(40)
    live.feed("*Thinking...*\n\n> a\n> b\n\nAnswer\n\n")
    live.flush()
    assert live.blocks[0].folded
    live.fold(live.blocks[0], False)
    live.resize(50)
    live.flush()
    assert not live.blocks[0].folded


def test_a_fold_opened_just_before_the_end_loses_no_row() -> None:
    live = LiveDocument(40)
    live.feed("*Thinking...*\n\n> a thought\n\nan answer")
    live.flush()
    live.fold(live.blocks[0], True)
    live.flush()
    live.fold(live.blocks[0], False)
    live.finish()
    assert live.height == 4
    assert shown(live)[-1] == "an answer"


def test_attachments_give_links_their_targets() -> None:
    live = LiveDocument(40)
    live.feed("![a cat][pic]")
    live.flush()
    live.set_refs({"pic": "https://example.org/cat.png"})
    live.finish()
    assert shown(live) == ["▣ a cat"]
    assert live.row(0).spans[0].look.link == "https://example.org/cat.png"


@settings(max_examples=30, deadline=None)
@given(text=st.text(max_size=200), cuts=st.lists(st.integers(0, 200), max_size=8))
def test_plain_text_is_shown_word_for_word(text: str, cuts: list[int]) -> None:
    live = streamed(text, 20, [min(cut, len(text)) for cut in cuts], plain=True)
    assert all_rows(live) == all_rows(render(text, 20, plain=True))


def test_long_plain_lines_grow_too() -> None:
    text = "word " * 2000 + "x" * 5000 + "\nend"
    live = streamed(text, 30, list(range(0, len(text), 311)), plain=True)
    assert all_rows(live) == all_rows(render(text, 30, plain=True))


def test_reasoning_grows_and_sums_itself_up() -> None:
    live = LiveDocument(60)
    live.feed("*Thinking...*\n\n> first\n")
    live.flush()
    assert shown(live) == ["▸ Thinking   1 line"]
    live.feed("> second\n\nThe answer")
    live.flush()
    assert shown(live) == ["▸ Thought   2 lines", "", "The answer"]
    assert reasoning_of("Thinking... (12s elapsed)", 60, Links())[1] == 25
