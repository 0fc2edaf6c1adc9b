"""Text made to break a terminal, in the transcript itself: drawn, streamed, found, copied."""

from __future__ import annotations

import unicodedata

import pytest

from poe_tui.chat.conversation import Conversation
from tests.ui.transcript.stage import Scene, settle, staged, talk

CONTROLS = "".join(chr(code) for code in [*range(0x20), *range(0x7F, 0xA0)])
TEXTS = {
    "controls": f"before {CONTROLS} after",
    "osc 8": "\x1b]8;;https://evil.example/\x1b\\click\x1b]8;;\x1b\\ and \x9d8;;x\x9cmore",
    "osc 52": "\x1b]52;c;ZXZpbA==\x07 and \x9d52;c;ZXZpbA==\x9c",
    "clear": "\x1b[2J\x1b[H\x1bc\x9b2J\x1b[?1049l",
    "bidi": "\u202efdp.exe\u202c \u2066hidden\u2069 \u2067x\u2068",
    "right to left": "שלום עולם " * 30 + "مرحبا بالعالم " * 30,
    "zero width": "a" + "\u200b\u200d\u2060\ufeff" * 50_000 + "b",
    "accents": "e" + "\u0301" * 100_000 + " end",
    "joined": "👩" + "\u200d👩" * 20_000,
    "tags": "flag" + "".join(chr(0xE0000 + n % 128) for n in range(20_000)),
    "one line": "x" * 1_000_000,
    "one line of words": "word " * 200_000,
    "deep quote": "> " * 10_000 + "at the bottom",
    "deep list": "\n".join("  " * n + "- item" for n in range(500)),
    "deep list in a line": "- " * 10_000 + "x",
    "deep emphasis": "*a " * 20_000,
    "brackets": "[" * 50_000,
    "links": "[a](" * 20_000,
    "unclosed fence": "```python\n" + "x = 1\n" * 5_000,
    "unclosed table": "| a | b |\n|---|---|\n" + "| x " * 20_000,
    "unclosed math": "$$\n" + "\\frac{a}{" * 5_000,
    "html": "<div><!-- <script>" * 5_000,
    "entities": "&#x202e;fdp.exe &#27;[2J &#x9b;2J &#7; &#9;a&#10;b " + "&#x200b;" * 5_000,
    "footnotes": "[^\t\x1b]: a\n\n" + "[^1]" * 5_000,
    "definitions": "".join(f"[a{n}]: http://a.b\n" for n in range(3_000)) + "[a1]",
    "wide table": "|a" * 5_000 + "|\n" + "|-" * 5_000 + "|\n|x|",
    "unclosed emphasis": "**a _b ~~c `d " * 1_000,
    "unclosed link": "[a](http://a.b 'title " * 1_000,
    "unclosed picture": "![a](<http://a.b " * 1_000,
    "unclosed html": "<div a='" * 5_000,
    "unclosed formula": "\\( \\left( $x " * 5_000,
    "quotes and lists": "> - 1. " * 2_000 + "x",
    "surrogates": "\ud800 and \udfff",
    "crlf": "one\r\ntwo\rthree\x85four\u2028five\u2029six",
}


def check_screen(scene: Scene) -> None:
    """Assert that every row is as wide as the screen and holds nothing a terminal would obey."""
    transcript = scene.transcript
    for y in range(transcript.size.height):
        strip = transcript.render_line(y)
        assert strip.cell_length == transcript.size.width
        for segment in strip:
            assert segment.control is None
            for char in segment.text:
                assert unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp"), repr(char)
                assert not 0x202A <= ord(char) <= 0x202E, repr(char)
                assert not 0x2066 <= ord(char) <= 0x2069, repr(char)


@pytest.mark.parametrize("name", TEXTS)
async def test_hostile_text_is_drawn_scrolled_found_and_copied_without_harm(name: str) -> None:
    text = TEXTS[name]
    conversation = talk("short", text)
    async with staged(conversation, size=(60, 20)) as scene:
        check_screen(scene)
        for key in ("g", "pagedown", "pagedown", "z", "z", "G", "space"):
            await scene.pilot.press(key)
            check_screen(scene)
        scene.transcript.find("e")
        scene.transcript.find_step(1)
        check_screen(scene)
        scene.transcript.text_select_all()
        copied = scene.app.screen.get_selected_text() or ""
        assert not [c for c in copied if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0]
        await scene.resize(33, 12)
        check_screen(scene)
        assert conversation.path()[1].text == text


@pytest.mark.parametrize("name", ["controls", "osc 8", "bidi", "zero width", "one line", "crlf"])
async def test_hostile_prompts_are_drawn_without_harm(name: str) -> None:
    async with staged(talk(TEXTS[name], "fine"), size=(60, 20)) as scene:
        for key in ("g", "pagedown", "G"):
            await scene.pilot.press(key)
            check_screen(scene)


@pytest.mark.parametrize("name", TEXTS)
async def test_hostile_text_can_come_in_pieces(name: str) -> None:
    text = TEXTS[name]
    conversation = Conversation(bot="Evil")
    conversation.ask("do your worst")
    answer = conversation.reply("Evil")
    async with staged(conversation, size=(60, 20)) as scene:
        step = max(1, len(text) // 7)
        for end in range(step, len(text) + step, step):
            answer.text = text[:end]
            scene.transcript.changed(answer, "text")
            await scene.pilot.pause()
            check_screen(scene)
        settle(answer, text)
        scene.transcript.changed(answer, "finished")
        column = scene.transcript.column
        assert column is not None
        await scene.until(lambda: not column.live)
        check_screen(scene)
