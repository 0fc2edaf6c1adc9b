"""What comes out of `PoeClient.stream` for each thing a server can say."""

from __future__ import annotations

import pytest

from poe_tui.chat.events import (
    BotRequest,
    ContentTyped,
    DataReceived,
    FileReceived,
    ReplySuggested,
    TextDelta,
    TextReplaced,
    Turn,
)
from poe_tui.errors import BotFailed, NetworkDown, Truncated
from tests.poe.raw import STREAM, Answer, Exchange, raw_server, saying
from tests.poe.talk import KEY, ask, ask_at, client_of, prompt

DONE = ("done", "{}")


def text(words: str, **more: object) -> tuple[str, object]:
    return ("text", {"text": words, **more})


async def test_each_kind_of_event_arrives_as_what_it_is() -> None:
    file = {"url": "http://x/y.png", "content_type": "image/png", "name": "y.png"}
    answer = saying(
        ("meta", {"content_type": "text/plain", "linkify": True, "suggested_replies": True}),
        text("Hello"),
        ("file", {**file, "inline_ref": "ab12"}),
        ("replace_response", {"text": "Replaced"}),
        text("", index=1),
        text("!", index=1),
        ("suggested_reply", {"text": "Tell me more"}),
        ("json", {"choices": []}),
        DONE,
    )
    async with raw_server(answer) as server:
        outcome = await ask_at(server.base)
    assert outcome.error is None
    assert outcome.text == "Replaced!"
    files = [each.attachment for each in outcome.events if isinstance(each, FileReceived)]
    assert [(each.name, each.url, each.inline_ref) for each in files] == [
        ("y.png", "http://x/y.png", "ab12")
    ]
    assert [each for each in outcome.events if not isinstance(each, FileReceived)] == [
        ContentTyped("text/plain"),
        TextDelta("Hello"),
        TextReplaced("Replaced"),
        TextDelta("!", 1),
        ReplySuggested("Tell me more"),
        DataReceived({"choices": []}),
    ]


async def test_the_query_is_the_one_that_poe_documents() -> None:
    request = BotRequest(
        bot="Norm",
        turns=(
            Turn(role="system", text="Be brief."),
            Turn(role="user", text="hi"),
            Turn(role="bot", text="hello"),
            Turn(role="user", text="why?\udc80", parameters={"thinking_budget": 1000}),
        ),
        temperature=0.5,
        stop_sequences=("END",),
    )
    async with raw_server(saying(DONE)) as server:
        await ask_at(server.base, request)
    (seen,) = server.seen
    assert seen.line == "POST /bot/Norm HTTP/1.1"
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["accept"] == "text/event-stream"
    body = seen.json
    assert (body["version"], body["type"], body["temperature"]) == ("1.2", "query", 0.5)
    assert body["stop_sequences"] == ["END"]
    assert [(turn["role"], turn["content"]) for turn in body["query"]] == [
        ("system", "Be brief."),
        ("user", "hi"),
        ("bot", "hello"),
        ("user", "why?\ufffd"),
    ]
    assert body["query"][3]["parameters"] == {"thinking_budget": 1000}
    assert KEY not in seen.body.decode()


async def test_a_bot_name_is_quoted_whatever_it_holds() -> None:
    async with raw_server(saying(text("ok"), DONE)) as server:
        outcome = await ask_at(server.base, prompt(bot="a/b ?c#d%é..\n\udc80"))
    assert outcome.text == "ok"
    assert server.seen[0].path == "/bot/a%2Fb%20%3Fc%23d%25%C3%A9..%0A%EF%BF%BD"


async def test_an_unknown_content_type_is_read_as_plain_text() -> None:
    answer = saying(("meta", {"content_type": "text/html"}), text("<b>"), DONE)
    async with raw_server(answer) as server:
        outcome = await ask_at(server.base)
    assert outcome.events == [ContentTyped("text/plain"), TextDelta("<b>")]


async def test_text_passes_untouched_whatever_bytes_it_holds() -> None:
    nasty = "\x1b]52;c;AAAA\x07\x1b[31m\x00\x9b\u202e\u2028\x85[red] \U0001f468\u200d\U0001f469"
    async with raw_server(saying(text(nasty), DONE)) as server:
        outcome = await ask_at(server.base)
    assert outcome.text == nasty


async def test_an_emoji_cut_in_two_between_events_is_not_lost() -> None:
    cut = [("text", '{"text": "\\ud83d"}'), ("text", '{"text": "\\ude00"}')]
    names = '{"url": "http://x", "content_type": "text/plain", "name": "\\ud83d.txt"}'
    answer = saying(*cut, ("file", names), ("suggested_reply", '{"text": "\\ud83d"}'), DONE)
    async with raw_server(answer) as server:
        outcome = await ask_at(server.base)
    assert outcome.error is None
    assert outcome.text == "\ud83d\ude00"
    assert outcome.events[3] == ReplySuggested("\ufffd")
    file = outcome.events[2]
    assert isinstance(file, FileReceived)
    assert file.attachment.name == "\ufffd.txt"


async def test_nothing_is_printed_and_no_report_is_sent(capfd: pytest.CaptureFixture[str]) -> None:
    answer = saying(("strange", "{}"), text("a"), ("unheard_of", {"x": 1}), DONE)
    async with raw_server(answer) as server:
        outcome = await ask_at(server.base)
    assert (outcome.text, outcome.error) == ("a", None)
    assert len(server.seen) == 1
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("data", ["", "[DONE]", "null"])
async def test_a_done_without_json_still_says_done(data: str) -> None:
    async with raw_server(saying(text("a"), ("done", data))) as server:
        outcome = await ask_at(server.base)
    assert (outcome.text, outcome.error) == ("a", None)
    assert len(server.seen) == 1


async def test_a_file_without_text_is_an_answer() -> None:
    file = {"url": "http://x/y.png", "content_type": "image/png", "name": "y.png"}
    async with raw_server(saying(("file", file), DONE)) as server:
        outcome = await ask_at(server.base)
    assert isinstance(outcome.events[0], FileReceived)
    assert outcome.error is None


async def _break_mid_chunk(exchange: Exchange) -> None:
    await exchange.send(STREAM)
    await exchange.event("text", {"text": "part1 "})
    await exchange.send(b"ff\r\nevent: te")


async def _reset_mid_stream(exchange: Exchange) -> None:
    await _break_mid_chunk(exchange)
    await exchange.reader.read(0)
    exchange.reset()


async def _break_before_text(exchange: Exchange) -> None:
    await exchange.send(STREAM + b"ff\r\nevent: te")


async def _close_without_a_word(_exchange: Exchange) -> None:
    return


async def _garbage(exchange: Exchange) -> None:
    await exchange.send(b"\x00\x01 not http at all\r\n\r\n")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (saying(text("part1 ")), Truncated),
        (_break_mid_chunk, Truncated),
        (saying(text("part1 "), end=False), Truncated),
    ],
    ids=["end without done", "FIN in mid-chunk", "FIN between events"],
)
async def test_an_answer_that_breaks_off_is_truncated_and_never_asked_again(
    answer: Answer, expected: type[Exception]
) -> None:
    async with raw_server(answer) as server:
        outcome = await ask_at(server.base)
    assert outcome.text == "part1 "
    assert type(outcome.error) is expected
    assert len(server.seen) == 1


async def test_a_reset_in_mid_answer_is_truncated() -> None:
    async with raw_server(_reset_mid_stream) as server:
        outcome = await ask_at(server.base)
    # An RST may overtake the text it follows.
    assert type(outcome.error) is (Truncated if outcome.text else NetworkDown)
    assert len(server.seen) == 1


async def _break_after_meta(exchange: Exchange) -> None:
    await exchange.send(STREAM)
    await exchange.event("meta", {"content_type": "text/plain"})
    await exchange.send(b"ff\r\nevent: te")


@pytest.mark.parametrize(
    "answer", [_break_before_text, _break_after_meta, _close_without_a_word, _garbage]
)
async def test_a_connection_that_breaks_before_any_text_is_the_networks_fault(
    answer: Answer,
) -> None:
    async with raw_server(answer) as server:
        outcome = await ask_at(server.base)
    assert type(outcome.error) is NetworkDown
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "event",
    [
        ("ping", "not json"),
        ("text", {"text": 5}),
        ("text", {"txt": "a"}),
        ("text", "not json"),
        ("text", "[1]"),
        ("error", "Internal server error"),
        ("text", "[" * 100_000),
    ],
    ids=["ping", "number", "no text", "no json", "list", "bare error", "deep"],
)
async def test_nonsense_is_the_bots_fault_and_keeps_what_came_before(
    event: tuple[str, object],
) -> None:
    async with raw_server(saying(text("before"), event, DONE)) as server:
        outcome = await ask_at(server.base)
    assert outcome.text == "before"
    assert type(outcome.error) is BotFailed
    assert outcome.error.hint
    assert len(server.seen) == 1


async def test_a_compressed_stream_is_never_asked_for() -> None:
    async with raw_server(saying(DONE)) as server:
        await ask_at(server.base)
    assert server.seen[0].headers["accept-encoding"] == "identity"


async def test_parameters_that_json_cant_carry_are_refused_before_anything_is_sent() -> None:
    async with raw_server(saying(DONE)) as server:
        outcome = await ask_at(server.base, prompt(parameters={"x": object()}))
    assert type(outcome.error) is BotFailed
    assert server.seen == []


async def test_a_look_up_leaves_its_connection_to_the_next_query() -> None:
    ports: list[int] = []

    async def both(exchange: Exchange) -> None:
        ports.append(exchange.writer.get_extra_info("peername")[1])
        if exchange.path == "/usage/current_balance":
            await exchange.send(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
            )
            head = await exchange.reader.readuntil(b"\r\n\r\n")
            exchange.line = head.decode().split("\r\n")[0]
            ports.append(exchange.writer.get_extra_info("peername")[1])
            await saying(text("ok"), DONE)(exchange)

    async with raw_server(both) as server, client_of(server.base) as client:
        await client.get_json("/usage/current_balance")
        outcome = await ask(client)
    assert outcome.text == "ok"
    assert ports[0] == ports[1]
    assert len(server.seen) == 1
