"""The bots that a newcomer meets."""

from __future__ import annotations

import json
import struct
import zlib

import fastapi_poe as fp
import httpx
import pytest

from poe_tui.demo.bots.grumpy import MOODS
from poe_tui.demo.bots.guide import find_topic, guidance
from poe_tui.demo.bots.guide_words import LOST_NEXT, TOPICS
from poe_tui.demo.picture import paint
from poe_tui.demo.prose import unwrap
from poe_tui.demo.service import DemoService
from tests.demo.conversation import Answer, ask


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Hello!", "Hello, and welcome!"),
        ("Which keys should I know?", "`ctrl+o`"),
        ("Which bots are there?", "**Painter**"),
        ("Can a bot send me a file?", "up to 50 MB"),
        ("What happens when a bot fails?", "Your prompt is never lost"),
        ("Tell me about money", "play money"),
        ("Is this private?", "127.0.0.1"),
        ("How do I use my own key?", "poe.com/api/keys"),
        ("Can I change the theme?", "--theme day"),
        ("How do I edit a prompt?", "‹2/3›"),
        ("Colourless green ideas sleep furiously", "I'm a script"),
    ],
)
async def test_the_guide_answers_by_keyword(demo: DemoService, prompt: str, expected: str) -> None:
    answer = await ask(demo, "Guide", prompt)
    assert expected in answer.text
    assert len(answer.suggestions) == 3


def test_each_suggestion_of_the_guide_leads_to_an_answer() -> None:
    suggestions = {reply for topic in TOPICS for reply in topic.next} | set(LOST_NEXT)
    assert [reply for reply in suggestions if find_topic(reply) is None] == []
    assert len({find_topic(reply) for reply in suggestions}) >= 8
    assert [topic.name for topic in TOPICS if find_topic(topic.next[0]) is topic] == []


async def test_the_guide_remembers_what_was_said(demo: DemoService) -> None:
    answer = await ask(demo, "Guide", "What did I say before?", earlier=["Tell me about money"])
    assert "1. “Tell me about money”" in answer.text


def test_the_guide_picks_up_the_thread() -> None:
    assert guidance("themes", ["hello"])[0].startswith("On from “hello”")
    assert guidance("themes", ["hi", "what about themes"])[0].startswith("You asked about themes")
    assert guidance("themes", [])[0].startswith("There are two themes")


def test_a_long_prompt_is_quoted_by_its_beginning() -> None:
    text, _ = guidance("themes", ["word " * 40])
    assert text.startswith("On from “word word")
    assert text.splitlines()[0].endswith("wo…”:")


async def test_the_showcase_shows_every_kind_of_block(demo: DemoService) -> None:
    text = (await ask(demo, "Markdown-Showcase")).text
    signs = ("- [x]", "> >", "|:---", "```python", "```rust", "```sql", "```sh", "```diff")
    assert [sign for sign in (*signs, "[^1]:", "$$", "日本語", "עברית") if sign not in text] == []
    assert text.count("```") % 2 == 1, "the last fence stays open"


async def test_the_thinker_thinks_in_a_quoted_block_and_then_answers(demo: DemoService) -> None:
    text = (await ask(demo, "Thinker", "Why is the sky blue?")).text
    head, _, rest = text.partition("\n\n")
    thoughts, _, answer = rest.partition("\n\n")
    assert head == "*Thinking...*"
    assert all(line.startswith(">") for line in thoughts.splitlines())
    assert answer.startswith("I have thought about “Why is the sky blue?”")


async def test_the_thinker_can_count_seconds_instead(demo: DemoService) -> None:
    answer = await ask(demo, "Thinker", "Why? --ticks")
    assert "Thinking... (2s elapsed)" in answer.pieces
    assert answer.text.startswith("I have thought about “Why?”")


async def test_the_painter_sends_a_picture_that_its_text_refers_to(demo: DemoService) -> None:
    answer = await ask(demo, "Painter", "a quiet harbour [at dawn]")
    (file,) = answer.files
    assert file.name == "a-quiet-harbour-at-dawn.png"
    assert f"![a quiet harbour at dawn][{file.inline_ref}]" in answer.text
    picture = httpx.get(file.url, trust_env=False)
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG\r\n\x1a\n")


def test_a_picture_is_decided_by_its_words() -> None:
    assert paint("hills", width=8, height=6) == paint("hills", width=8, height=6)
    assert paint("hills", width=8, height=6) != paint("valleys", width=8, height=6)


def test_a_picture_is_a_png_of_the_size_asked_for() -> None:
    data = paint("hills", width=12, height=5)
    assert struct.unpack(">II", data[16:24]) == (12, 5)
    length = struct.unpack(">I", data[33:37])[0]
    assert len(zlib.decompress(data[41 : 41 + length])) == 5 * (1 + 12 * 3)


async def test_grumpy_fails_in_another_way_each_time_and_gives_in_at_last(
    demo: DemoService,
) -> None:
    texts = []
    for _ in MOODS:
        with pytest.raises(fp.BotError) as raised:
            await ask(demo, "Grumpy")
        texts.append(json.loads(str(raised.value))["text"])
    assert texts == [mood.text for mood in MOODS.values()]
    assert (await ask(demo, "Grumpy")).text.startswith("Oh, all right.")


async def test_grumpy_fails_on_request(demo: DemoService) -> None:
    heard = Answer()
    with pytest.raises(fp.BotError):
        await ask(demo, "Grumpy", "fail in the middle of it", heard=heard)
    assert heard.text.startswith("Fine.")


async def test_grumpy_heeds_the_last_mood_named_as_failed_prompts_come_again(
    demo: DemoService,
) -> None:
    with pytest.raises(fp.BotError, match="enough points"):
        await ask(demo, "Grumpy", "overloaded\n\nmiddle\n\nmoney")


async def test_a_listed_bot_has_a_stand_in(demo: DemoService) -> None:
    answer = await ask(demo, "claude-sonnet-4.5", "Who are you?")
    assert "**Claude-Sonnet-4.5** itself is not here" in answer.text
    assert "“Who are you?”" in answer.text


def test_prose_is_sent_a_paragraph_on_a_line() -> None:
    source = "one\ntwo\\\nthree\n\n- a\n  b\n- c\n\n| d |\n| e |\n\n```\nf\ng\n```\n> h\n"
    assert unwrap(source) == (
        "one two\\\nthree\n\n- a b\n- c\n\n| d |\n| e |\n\n```\nf\ng\n```\n> h"
    )
