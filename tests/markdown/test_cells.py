"""How wide text is: what is taken to be simple must be."""

from __future__ import annotations

import sys

from rich.cells import cell_len

from poe_tui.markdown.cells import is_simple


def test_every_character_that_is_taken_to_be_simple_is_one_cell() -> None:
    beyond = (chr(code) for code in range(0x80, sys.maxunicode + 1))
    simple = [char for char in beyond if is_simple(char)]
    assert [char for char in simple if cell_len(char) != 1] == []
    assert {"é", "я", "—", "…", "●", "▌", "→", "✓"} - set(simple) == {"✓"}


def test_a_text_is_simple_when_all_of_it_is() -> None:
    assert is_simple("naïve — “so” ● 12 →")
    assert not is_simple("naïve 漢")
    assert not is_simple("nai\u0308ve")
