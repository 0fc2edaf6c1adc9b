"""What is typed, and what it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poe_tui.chat.typed import Order, Prompt, Unfinished, to_type, understand


def called(name: str) -> str:
    """Return the bot of a name; c is an alias."""
    return {"c": "Claude-Sonnet-4.5", "m": "My Bot"}.get(name.casefold(), name)


@pytest.mark.parametrize(
    ("typed", "text", "bot"),
    [
        ("Hello", "Hello", None),
        ("@GPT-5.1 do you agree?", "@GPT-5.1 do you agree?", "GPT-5.1"),
        ("@c do you agree?", "@Claude-Sonnet-4.5 do you agree?", "Claude-Sonnet-4.5"),
        ("@C, do you?", "@Claude-Sonnet-4.5 do you?", "Claude-Sonnet-4.5"),
        ("@m hi", '@"My Bot" hi', "My Bot"),
        ("\n \n@c do you agree?", "@Claude-Sonnet-4.5 do you agree?", "Claude-Sonnet-4.5"),
        ("@@c hi", "@c hi", None),
        ("\n @@c hi", "\n @c hi", None),
        ("//context", "/context", None),
        ("see @c", "see @c", None),
        ("/etc/hosts is broken", "/etc/hosts is broken", None),
    ],
)
def test_a_prompt_is_kept_with_the_bot_it_names(typed: str, text: str, bot: str | None) -> None:
    assert understand(typed, called) == Prompt(text, bot)


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        ("/context", Order("context", "")),
        ("/Context @c hi\nthere", Order("context", "@c hi\nthere")),
        ("/system\nBe brief.\n", Order("system", "Be brief.\n")),
        ("/params ", Order("params", "")),
    ],
)
def test_a_slash_and_one_of_few_words_is_an_order(typed: str, order: Order) -> None:
    assert understand(typed, called) == order


def test_a_slash_and_another_word_is_sent_with_a_hint() -> None:
    meant = understand("/help me", called)
    assert meant == Prompt("/help me", None, "/help is no command of poe-tui, so it was sent.")


@pytest.mark.parametrize("typed", ["@c", "@c  ", "\n@c\n", '@"My Bot"'])
def test_a_name_alone_is_not_sent(typed: str) -> None:
    assert isinstance(understand(typed, called), Unfinished)


@given(
    text=st.text(max_size=12)
    | st.sampled_from(
        ["@c hi", "@GPT hi", "@@x", "\n@c hi", " @@x", "//x", "/context", "/help", "/", "@", "@c"]
    ),
    bot=st.sampled_from(["GPT", "Claude-Sonnet-4.5", None]),
)
def test_a_prompt_that_is_edited_means_the_same_again(text: str, bot: str | None) -> None:
    again = understand(to_type(text, bot), called)
    if isinstance(again, Unfinished):
        assert not text.removeprefix("@GPT").strip()
    else:
        assert isinstance(again, Prompt)
        assert again.text == text
