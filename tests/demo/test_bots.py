"""What each scripted bot does, heard through the plain library."""

from __future__ import annotations

import json

import fastapi_poe as fp
import httpx
import pytest

from poe_tui.demo.bots import ALL
from poe_tui.demo.bots.errors import FAILURES
from poe_tui.demo.bots.evil import GIANT, TRICKS
from poe_tui.demo.service import DemoService
from tests.demo.conversation import Answer, ask


async def test_echo_says_the_prompt_again_word_by_word(demo: DemoService) -> None:
    answer = await ask(demo, "Echo", "What a  fine\nday")
    assert answer.pieces == ["What", " a", "  fine", "\nday"]


async def test_echo_reports_files_parameters_and_roles(demo: DemoService) -> None:
    file = fp.Attachment(url="http://127.0.0.1/x", content_type="text/plain", name="x.txt")
    answer = await ask(
        demo,
        "Echo",
        "look --report",
        earlier=["before"],
        parameters={"thinking_budget": 5, "delay": 0},
        attachments=[file],
    )
    said, _, report = answer.text.partition("\n\n```json\n")
    assert said == "look"
    assert json.loads(report.removesuffix("\n```\n")) == {
        "roles": ["user", "bot", "user"],
        "attachments": [
            {"name": "x.txt", "content_type": "text/plain", "url": "http://127.0.0.1/x"}
        ],
        "parameters": {"thinking_budget": 5},
    }


async def test_a_bot_answers_to_its_name_in_any_case(demo: DemoService) -> None:
    assert (await ask(demo, "eCHO", "hi")).text == "hi"
    assert (await ask(demo, "showcase")).text.startswith("# A tour of Markdown")


async def test_a_name_that_needs_quoting_is_served(demo: DemoService) -> None:
    assert (await ask(demo, "Odd%20name%3F%20%231%2F2%20%C3%BC%25", "hi")).text == "hi"


@pytest.mark.parametrize(
    ("text", "parameters"),
    [("say it --delay 0 --n 3", {}), ("--n=3", {}), ("go", {"n": 3}), ("--n 9", {"n": 3})],
)
async def test_the_speed_comes_from_text_or_parameters(
    demo: DemoService, text: str, parameters: dict[str, int]
) -> None:
    assert (await ask(demo, "Slow", text, parameters=parameters)).text == "word1 word2 word3 "


async def test_a_speed_that_is_no_number_is_left_in_the_text(demo: DemoService) -> None:
    answer = await ask(demo, "Echo", "--delay soon", parameters={"n": "many"})
    assert answer.text == "--delay soon"


async def test_silent_says_its_sentence_after_the_silence(demo: DemoService) -> None:
    assert (await ask(demo, "Silent")).text == "I was thinking."


async def test_firehose_sends_as_many_events_as_it_is_asked_for(demo: DemoService) -> None:
    answer = await ask(demo, "Firehose", "--n 1500")
    assert len(answer.pieces) == 1500
    assert answer.text.split() == [str(number) for number in range(1500)]


async def test_huge_sends_one_large_event(demo: DemoService) -> None:
    answer = await ask(demo, "Huge")
    assert [len(piece) for piece in answer.pieces] == [1_000_000]


async def test_long_sends_ten_characters_at_a_time(demo: DemoService) -> None:
    answer = await ask(demo, "Long", "--n 2000")
    assert len(answer.pieces) == 2000
    assert len(answer.text) == 20_000
    assert answer.text.startswith("## Section 1\n\n")


async def test_suggest_offers_three_replies(demo: DemoService) -> None:
    answer = await ask(demo, "Suggest")
    assert len(answer.suggestions) == 3
    assert answer.suggestions[0] not in answer.text


async def test_replace_leaves_nothing_of_its_progress(demo: DemoService) -> None:
    answer = await ask(demo, "Replace")
    assert answer.replaced == 5
    assert answer.text == "**Done.** Nothing of the progress is left in this answer."


async def test_plain_says_so_and_holds_what_would_be_markdown(demo: DemoService) -> None:
    answer = await ask(demo, "Plain")
    assert answer.content_type == "text/plain"
    assert "*not bold*" in answer.text


async def test_filer_sends_a_file_and_no_text(demo: DemoService) -> None:
    answer = await ask(demo, "Filer", "keep this")
    assert answer.text == ""
    assert [file.name for file in answer.files] == ["notes.txt"]
    assert "keep this" in httpx.get(answer.files[0].url, trust_env=False).text


async def test_multi_interleaves_two_answers(demo: DemoService) -> None:
    answer = await ask(demo, "Multi")
    assert answer.indexes == [0, 1, 0, 1, 0, 1]


async def test_tools_sends_a_call_as_data(demo: DemoService) -> None:
    answer = await ask(demo, "Tools")
    call = answer.data[0]["choices"][0]["delta"]["tool_calls"][0]
    assert call["function"]["name"] == "look_up"


async def test_parameters_says_what_arrived(demo: DemoService) -> None:
    answer = await ask(demo, "Parameters", parameters={"aspect_ratio": "9:16"})
    assert answer.text == "- `aspect_ratio`: '9:16'"
    assert (await ask(demo, "Parameters")).text == "No parameters were sent."


async def test_evil_sends_every_trick_untouched(demo: DemoService) -> None:
    answer = await ask(demo, "Evil")
    assert all(trick in answer.text for trick in TRICKS.values())
    assert "x" * GIANT in answer.text
    assert (await ask(demo, "Evil", "only bidi")).text == f"{TRICKS['bidi']}\n\n"


@pytest.mark.parametrize("name", FAILURES)
async def test_a_failing_bot_fails_as_documented(demo: DemoService, name: str) -> None:
    failure, heard = FAILURES[name], Answer()
    expected = fp.BotError if failure.allow_retry else fp.BotErrorNoRetry
    with pytest.raises(expected) as raised:
        await ask(demo, name, heard=heard)
    said = json.loads(str(raised.value))
    assert type(raised.value) is expected
    assert said.get("text") == failure.text
    assert said.get("error_type") == failure.error_type
    assert heard.text == failure.before


async def test_crash_becomes_an_error_event(demo: DemoService) -> None:
    heard = Answer()
    with pytest.raises(fp.BotErrorNoRetry, match="unexpected issue"):
        await ask(demo, "Crash", heard=heard)
    assert heard.text == "A piece of an answer, "


def test_every_bot_has_a_name_of_its_own() -> None:
    names = [name.casefold() for bot in ALL for name in (bot.name, *bot.aliases)]
    assert len(names) == len(set(names))
