"""The client and the demo service, over HTTP: each of its bots ends as it should."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from poe_tui.chat.events import ContentTyped, DataReceived, FileReceived, ReplySuggested, TextDelta
from poe_tui.demo.bots.evil import TRICKS
from poe_tui.demo.service import DemoService
from poe_tui.errors import (
    BotFailed,
    KeyRefused,
    MessageTooLong,
    NetworkDown,
    NotEnoughPoints,
    RateLimited,
    ReplyError,
    Truncated,
    UnknownBot,
)
from tests.demo_fixture import eventually
from tests.poe.talk import Outcome, ask, client_of, prompt


async def ask_demo(
    demo: DemoService, bot: str, text: str = "hi", *, key: str = DemoService.key
) -> Outcome:
    async with client_of(demo.base, upload=demo.upload, key=key) as client:
        return await ask(client, prompt(text, bot=bot))


@pytest.mark.parametrize(
    ("bot", "text", "expected"),
    [
        ("Error", "", BotFailed),
        ("ErrorNoRetry", "", BotFailed),
        ("ErrorMid", "The first half of an answer, ", BotFailed),
        ("Crash", "A piece of an answer, ", BotFailed),
        ("Broke", "", NotEnoughPoints),
        ("TooLong", "", MessageTooLong),
        ("UserError", "", BotFailed),
        ("PrivacyError", "", BotFailed),
        ("InternalError", "", BotFailed),
        ("AccessDenied", "", KeyRefused),
        ("RateLimitedEvent", "", RateLimited),
        ("NoDone", "part1 part2", Truncated),
        ("NoEvents", "", Truncated),
        ("MidFin", "part1 ", Truncated),
        ("Flaky", "part1 ", Truncated),
        ("Hangup", "", NetworkDown),
        ("ResetEarly", "", NetworkDown),
        ("PingJSON", "part1 ", BotFailed),
        ("BadJSON", "part1 ", BotFailed),
        ("TextNumber", "part1 ", BotFailed),
        ("TextMissing", "part1 ", BotFailed),
        ("Html403", "", NetworkDown),
        ("Html200", "", NetworkDown),
        ("Sse401", "", KeyRefused),
        ("Redirect", "", NetworkDown),
        ("Leaky", "", BotFailed),
        ("RateLimited", "", RateLimited),
        ("Nobody", "", UnknownBot),
    ],
)
async def test_a_failing_bot_gets_one_query_and_keeps_its_text(
    demo: DemoService, bot: str, text: str, expected: type[ReplyError]
) -> None:
    outcome = await ask_demo(demo, bot)
    assert type(outcome.error) is expected
    assert outcome.text == text
    assert outcome.error.explanation
    assert outcome.error.hint
    assert DemoService.key not in outcome.error.explanation
    assert [seen.kind for seen in demo.requests()] == ["query"]


@pytest.mark.parametrize(
    ("bot", "text"),
    [
        ("Echo", "hi"),
        ("DoneEmpty", "part1 "),
        ("DoneWord", "part1 "),
        ("Comments", "part1 "),
        ("UnknownEvent", "part1 part2"),
        ("OnlyDone", ""),
        ("LateMeta", "part1 "),
        ("Split", "Zwölf Boxkämpfer 漢字 👩‍🚀"),
        ("Replace", "**Done.** Nothing of the progress is left in this answer."),
        ("Suggest", "Here are three ways to go on."),
        ("Tools", "Looking it up. "),
        ("Filer", ""),
    ],
)
async def test_an_odd_but_whole_answer_is_complete_after_one_query(
    demo: DemoService, bot: str, text: str
) -> None:
    outcome = await ask_demo(demo, bot)
    assert (outcome.text, outcome.error) == (text, None)
    assert [seen.kind for seen in demo.requests()] == ["query"]


async def test_suggestions_files_types_and_data_are_events_of_their_own(demo: DemoService) -> None:
    suggest = await ask_demo(demo, "Suggest")
    assert sum(isinstance(each, ReplySuggested) for each in suggest.events) == 3
    filer = await ask_demo(demo, "Filer")
    (file,) = (each.attachment for each in filer.events if isinstance(each, FileReceived))
    assert (file.name, file.content_type) == ("notes.txt", "text/plain")
    assert file.url is not None
    plain = await ask_demo(demo, "Plain")
    assert plain.events[0] == ContentTyped("text/plain")
    assert "*not bold*" in plain.text
    tools = await ask_demo(demo, "Tools")
    assert sum(isinstance(each, DataReceived) for each in tools.events) == 1


async def test_parallel_answers_keep_their_index(demo: DemoService) -> None:
    outcome = await ask_demo(demo, "Multi")
    texts = {0: "", 1: ""}
    for event in outcome.events:
        if isinstance(event, TextDelta) and event.index is not None:
            texts[event.index] += event.text
    assert texts == {0: "The first answer. ", 1: "Another one altogether. "}


async def test_evil_text_passes_untouched(demo: DemoService) -> None:
    outcome = await ask_demo(demo, "Evil")
    assert outcome.error is None
    assert all(trick in outcome.text for trick in TRICKS.values())


async def test_an_answer_of_any_size_and_speed_is_whole(demo: DemoService) -> None:
    huge = await ask_demo(demo, "Huge")
    assert len(huge.text) == 1_000_000
    firehose = await ask_demo(demo, "Firehose")
    assert firehose.text.split() == [str(number) for number in range(20_000)]


@pytest.mark.parametrize(
    ("key", "expected"),
    [("bad-key", KeyRefused), ("revoked", KeyRefused), ("poor-key", NotEnoughPoints)],
)
async def test_a_key_that_is_no_good_says_why(
    demo: DemoService, key: str, expected: type[ReplyError]
) -> None:
    outcome = await ask_demo(demo, "Echo", key=key)
    assert type(outcome.error) is expected


async def test_an_unknown_bot_is_known_as_such_in_both_styles(demo: DemoService) -> None:
    demo.knobs.unknown_style = "sse"
    outcome = await ask_demo(demo, "Nobody")
    assert type(outcome.error) is UnknownBot


async def test_a_rate_limit_says_how_long_in_http_and_is_known_in_a_stream(
    demo: DemoService,
) -> None:
    demo.knobs.rate_limit = 1
    assert (await ask_demo(demo, "Echo")).error is None
    limited = await ask_demo(demo, "Echo")
    demo.knobs.rate_style = "sse"
    in_stream = await ask_demo(demo, "Echo")
    assert type(limited.error) is RateLimited
    assert limited.error.retry_after is not None
    assert 0 < limited.error.retry_after <= 61
    assert type(in_stream.error) is RateLimited


async def test_an_odd_name_reaches_its_bot(demo: DemoService) -> None:
    outcome = await ask_demo(demo, "Odd name? #1/2 ü%")
    assert (outcome.text, outcome.error) == ("hi", None)


async def test_the_server_sees_a_stop(demo: DemoService) -> None:
    async with client_of(demo.base, key=demo.key) as client:
        events: list[object] = []

        async def stream() -> None:
            async for event in client.stream(prompt("hi --delay 0.01 --n 5000", bot="Long")):
                events.append(event)

        task = asyncio.create_task(stream())
        await eventually(lambda: events)
        task.cancel()
        await asyncio.wait([task])
        (seen,) = demo.requests("/bot/")
        await eventually(lambda: seen.disconnected)


def test_a_failing_reply_leaves_nothing_on_the_screen(demo: DemoService) -> None:
    program = f"""
import asyncio
from contextlib import aclosing
from poe_tui.chat.events import BotRequest, Turn
from poe_tui.errors import ReplyError
from poe_tui.keys import Secret
from poe_tui.poe.client import Endpoints, PoeClient

async def main():
    client = PoeClient(Endpoints({demo.base!r}, {demo.upload!r}), lambda: Secret({demo.key!r}))
    for bot in ("Echo", "NoDone", "MidFin", "Reset", "UnknownEvent", "Error", "Html403"):
        try:
            turns = (Turn(role="user", text="x"),)
            async for event in client.stream(BotRequest(bot=bot, turns=turns)):
                pass
        except ReplyError:
            pass
    firehose = client.stream(BotRequest(bot="Firehose", turns=(Turn(role="user", text=""),)))
    async with aclosing(firehose) as stream:
        async for event in stream:
            break

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
