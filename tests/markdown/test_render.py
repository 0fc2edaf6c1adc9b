"""What Markdown looks like in rows."""

from __future__ import annotations

import subprocess
import sys

from poe_tui.markdown.render import render
from poe_tui.markdown.rows import BOLD, ITALIC, STRIKE, Look, rows_text
from tests.markdown.checks import all_rows, check_rows, lines


def looks(text: str) -> dict[str, Look]:
    """Return the look of each span of a text."""
    return {span.text: span.look for row in all_rows(render(text, 80)) for span in row.spans}


def test_blocks_stand_one_row_apart() -> None:
    assert lines("# T\n\n\n\npara\n***\n- a\n- b\n") == [
        "T",
        "",
        "para",
        "",
        "─" * 60,
        "",
        "• a",
        "• b",
    ]


def test_a_newline_is_a_line_break_wherever_text_is() -> None:
    assert lines("Q: *why\n   so*?  \nA: \\\n<br>because") == ["Q: why", "so?", "A:", "", "because"]
    assert lines("- a)\n  b\nlazy\n\n> c\n> d\nlazy\n\n[^1]: e\n    f") == [
        *("• a)", "  b", "  lazy", "", "▌ c", "▌ d", "▌ lazy", "", "¹ e", "  f")
    ]
    assert lines("- [ ] a\n  b\n\nc\nd\n===") == ["☐ a", "  b", "", "c", "d"]
    assert lines("[" * 201 + "\n  ] ", 300) == ["[" * 201, "]"]
    linked = [row.spans[0].look.link for row in all_rows(render("[a\nb](https://x.org)", 80))]
    assert linked == ["https://x.org"] * 2


def test_code_and_formulas_in_a_line_and_labels_of_images_go_on_over_a_newline() -> None:
    assert lines("`a\nb` \\(x +\ny\\) ![c\nd](https://x.org/c.png)") == [" a b  x + y ▣ c d"]


def test_a_copied_paragraph_has_the_newlines_of_its_source_and_no_others() -> None:
    text = "Roses are red, and so on and so on,\n*violets are blue*,\nend."
    rows = render(text, 20).rows()
    assert len(list(rows)) == 4
    assert rows_text(render(text, 20).rows()) == text.replace("*", "")


def test_emphasis_becomes_attributes() -> None:
    found = looks("**b** *i* ~~s~~ `c` plain")
    assert found["b"].attrs == BOLD
    assert found["i"].attrs == ITALIC
    assert found["s"].attrs == STRIKE
    assert found["c"] == Look("inlinecode", 0, "inline")


def test_links_lead_to_the_web_and_to_mail_only() -> None:
    found = looks("[a](https://x.org) [b](ftp://x.org) https://y.org <z@w.org> [c](#d)")
    assert found["a"].link == "https://x.org"
    assert found["https://y.org"].link == "https://y.org"
    assert found["z@w.org"].link == "mailto:z@w.org"
    assert not any(look.link for text, look in found.items() if "b" in text or text == "c")


def test_images_are_labelled_links() -> None:
    assert lines("![a cat](https://x.org/c.png)") == ["▣ a cat"]
    assert looks("![a cat](https://x.org/c.png)")["a cat"].link == "https://x.org/c.png"


def test_lists_nest_and_number_and_tick() -> None:
    assert lines("3. a\n3. b\n   - c\n     - d\n\n- [ ] e\n- [x] f") == [
        "3. a",
        "4. b",
        "   ◦ c",
        "     ▪ d",
        "",
        "☐ e",
        "☑ f",
    ]


def test_loose_lists_have_an_empty_row_between_items() -> None:
    assert lines("- a\n\n- b\n\n  c") == ["• a", "", "• b", "", "  c"]


def test_tables_align_and_wrap() -> None:
    assert lines("| a | b |\n|:--|--:|\n| 1 | 22 |\n| 333 | 4 |") == [
        "a   │  b",
        "────┼───",
        "1   │ 22",
        "333 │  4",
    ]
    wide = lines("| name | text |\n|---|---|\n| n | " + "word " * 20 + " |", 30)
    assert max(map(len, wide)) <= 30
    assert wide[0].startswith("name │ text")


def test_a_row_with_too_many_cells_loses_none() -> None:
    head = "| a | b |\n|---|---|\n"
    assert lines(f"{head}| `x || y` | or |\n| 1 | 2 | 3 |\n| `a \\| b` |")[2:] == [
        " x || y  │ or",
        "1        │ 2 | 3",
        " a | b   │",
    ]


def test_a_table_with_too_many_columns_becomes_names_and_values() -> None:
    row = "| " + " | ".join("something long" for _ in range(6)) + " |"
    head = "| " + " | ".join(f"column {n}" for n in range(6)) + " |"
    shown = lines(f"{head}\n{'|---' * 6}|\n{row}\n{row}", 30)
    assert shown[0] == "column 0: something long"
    assert shown[6] == ""


def test_code_has_a_header_and_its_colours() -> None:
    document = render("```python\ndef f(): pass\n```", 30)
    shown = lines("```python\ndef f(): pass\n```", 30)
    assert shown[0].split() == ["python", "c", "copy"]
    assert shown[1] == " def f(): pass"
    assert document.blocks[0].language == "python"
    assert document.blocks[0].code == "def f(): pass"
    assert looks("```python\ndef f(): pass\n```")["def"].role == "syntax.keyword"
    assert looks("```diff\n-a\n+b\n```")["+b"].role == "syntax.inserted"
    assert document.row(1).ground == "code"


def test_code_in_a_list_can_be_copied() -> None:
    block = render("- a\n\n  ```sh\n  ls\n  ```\n", 30).blocks[0]
    (code,) = block.codes
    assert (code.text, code.language) == ("ls", "sh")
    assert rows_text(block.rows[code.first_row : code.last_row]) == "ls"


def test_rows_of_a_block_are_found_around_code_that_is_folded_in_it() -> None:
    long = "\n".join("  line" for _ in range(30))
    text = f"- a\n\n  ```sh\n{long}\n  ```\n\n  b\n\n  ```\n{long}\n  ```\n\n- c"
    document = render(text, 40)
    (block,) = document.blocks
    rows, codes = list(block.rows), block.codes
    document.fold(block, False, frozenset({0, 1}))
    assert document.height == block.height == len(rows) - 60
    for number, row in enumerate(rows):
        place = block.place_of(number)
        inside = [code for code in codes if code.first_row <= number < code.last_row]
        assert block.row(place) is (inside[0].summary if inside else row)
        assert block.number_of(place) == (inside[0].first_row if inside else number)
    document.fold(block, False, frozenset({1}))
    assert document.height == len(rows) - 30
    document.fold(block, False)
    assert document.rows() == rows


def test_long_code_wraps_and_copies_as_one_line() -> None:
    document = render("```\n" + "x" * 50 + "\n```", 22)
    assert all(row.cells <= 22 for row in document.rows())
    assert rows_text(document.rows()) == "x" * 50


def test_copied_text_has_no_decoration() -> None:
    text = "> a quoted sentence that is long enough to wrap\n\n- item `code`"
    assert rows_text(render(text, 20).rows()) == (
        "a quoted sentence that is long enough to wrap\n\n• item code"
    )


def test_footnotes_stand_where_they_are_written() -> None:
    assert lines("a[^1] b[^n]\n\n[^1]: one\n[^n]: two") == ["a¹ b[n]", "", "¹ one", "", "[n] two"]


def test_html_is_text() -> None:
    assert lines("<div onclick='x'>\n<b>hi</b>\n</div>") == [
        "<div onclick='x'>",
        "<b>hi</b>",
        "</div>",
    ]


def test_formulas_become_unicode_where_they_can() -> None:
    assert lines(r"\(x^2 \le \frac{a}{b}\) and $\alpha$, for $5 and $10") == [
        "x² ≤ a/b and α, for $5 and $10"
    ]
    assert lines(r"$$\frac{a}{b}$$ and" + "\n\n$$\n\\frac{a}{b}\n$$") == [
        "a/b and",
        "",
        "  a",
        "  ─",
        "  b",
    ]


def test_formulas_may_stand_alone_without_a_mark() -> None:
    assert lines("so\n\\begin{align*}\na &= b \\\\\n&= c\n\\end{align*}\nand") == [
        "so",
        "",
        "  a = b",
        "    = c",
        "",
        "and",
    ]
    assert lines(r"\begin{equation} E = mc^2 \end{equation}") == ["  E = mc²"]
    unknown = "\\begin{tabular}\nx\n\\end{tabular}"
    assert lines(unknown) == unknown.split("\n")


def test_prices_are_no_formulas() -> None:
    for text in (
        "$5 and $10, US$7 or $1.2B-$2B; **$3**",
        "I have $5 and you have 10$.",
        "in $HOME and $PATH",
        "$20, he said, not $30",
    ):
        assert lines(text) == [text.replace("*", "")]
    assert lines(r"pay $\$5$ for $x > 5$") == ["pay $5 for x > 5"]


def test_reasoning_folds_to_one_row() -> None:
    document = render("*Thinking...*\n\n> one\n> two\n\nAnswer", 60)
    assert lines("Thinking... (4s elapsed)\n\n> one\n\nAnswer")[0] == "▸ Thought for 4 s   1 line"
    assert document.height == 3
    document.fold(document.blocks[0], False)
    assert document.height == 5
    assert document.block_at(0) is document.blocks[0]
    assert document.start_of(document.blocks[1]) == 4


def test_reasoning_fits_where_there_is_no_room_for_a_bar() -> None:
    for width in range(1, 14):
        check_rows(render("*Thinking...*\n\n> some words\n\nAnswer", width), width)


def test_further_lines_of_a_value_are_set_in() -> None:
    head = "| name | " + " | ".join(f"h{n}" for n in range(8)) + " |\n" + "|---" * 9 + "|"
    assert lines(f"{head}\n| a value that is long |", 20)[:2] == ["name: a value that", "  is long"]


def test_korean_breaks_between_its_words() -> None:
    assert lines("한국어 문장은 띄어쓰기가 있으며, 조사와", 16) == [
        "한국어 문장은",
        "띄어쓰기가",
        "있으며, 조사와",
    ]
    assert lines("한국어문장은", 6) == ["한국어", "문장은"]


def test_wide_characters_stay_whole() -> None:
    assert lines("漢字漢字漢字", 5) == ["漢字", "漢字", "漢字"]
    assert lines("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3) == ["👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"]
    assert lines("漢", 1) == ["·"]


def test_rows_know_their_source_line() -> None:
    document = render("a\n\n- b\n- c\n\n```\nd\ne\n```", 40)
    assert [row.line for row in document.rows() if row.spans] == [0, 2, 3, 5, 6, 7]
    assert [(b.first_line, b.last_line) for b in document.blocks] == [(0, 1), (2, 5), (5, 9)]


def test_plain_text_is_left_alone() -> None:
    document = render("*a*\n\n\n  # b", 40, plain=True)
    assert [rows_text([row]) for row in document.rows()] == ["*a*", "", "", "  # b"]


def test_pygments_is_loaded_by_the_first_code_block_only() -> None:
    script = (
        "import sys; from poe_tui.markdown.render import render; render('**a** [b](c)', 40);"
        "assert not any(m.startswith(('pygments', 'textual')) for m in sys.modules);"
        "render('```python\\nx\\n```', 40); assert 'pygments.lexers' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
