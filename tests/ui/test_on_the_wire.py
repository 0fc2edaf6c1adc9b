"""The app on the demo service: real HTTP, the real client, the real files."""

from __future__ import annotations

from typing import Any

from poe_tui.demo.service import DemoService
from poe_tui.keys import GivenKey, Secret
from poe_tui.paths import find_paths
from poe_tui.poe.catalog import Catalog
from poe_tui.poe.client import Endpoints, PoeClient
from poe_tui.poe.limiter import Limiter
from poe_tui.poe.patience import Patience
from poe_tui.poe.usage import Usage
from poe_tui.services import Services
from poe_tui.settings import Settings
from poe_tui.state import StateFile
from poe_tui.store.conversations import ConversationStore
from poe_tui.ui.widgets.balance import Balance
from tests.ui.desk import Desk, screen_lines, wait_until


def on(demo: DemoService, *, key: str = "", limiter: Limiter | None = None, **options: Any) -> Desk:
    """Return the app with services that speak to `demo`."""
    paths = find_paths(demo=True)
    keys = GivenKey(Secret(key or demo.key))
    endpoints = Endpoints(base=demo.base, upload=demo.upload)
    client = PoeClient(endpoints, keys.find, limiter=limiter, patience=Patience())
    given = Services(
        paths=paths,
        settings=Settings(bot="Echo", base_url=demo.base, upload_url=demo.upload),
        state=StateFile(paths.state_file),
        keys=keys,
        conversations=ConversationStore(paths.conversations, cache=paths.cache),
        client=client,
        catalog=Catalog(client, paths.cache / "models.json"),
        usage=Usage(client),
        demo=True,
    )
    return Desk(given, **options)


async def test_two_bots_answer_in_one_conversation_and_a_restart_finds_both(
    demo: DemoService,
) -> None:
    desk = on(demo)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "first words")
        await pilot.press("ctrl+o")
        await wait_until(pilot, lambda: desk.app.screen is not desk.main)
        await pilot.press(*"guide", "enter")
        await wait_until(pilot, lambda: desk.current.bot == "Guide")
        await desk.ask(pilot, "hello")
        assert [message.bot for message in desk.current.path()][1::2] == ["Echo", "Guide"]
        said, conversation = desk.texts, desk.current.id
        assert all(said)
        await pilot.press("ctrl+q")
    again = on(demo, conversation=conversation)
    async with again.app.run_test(size=(100, 30)) as pilot:
        await wait_until(pilot, lambda: again.texts == said)
        await wait_until(pilot, lambda: "Guide" in "\n".join(screen_lines(again.app)))
        assert again.main.pane.composer.border_title == "Guide"


async def test_a_stopped_reply_keeps_its_text_and_the_server_sees_it_go(demo: DemoService) -> None:
    desk = on(demo, bot="Slow")
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "--delay 0.02 --n 500", wait=False)
        await wait_until(pilot, lambda: len(desk.texts) == 2 and desk.texts[1])
        await pilot.press("escape")
        await wait_until(pilot, desk.idle)
        answer = desk.current.path()[-1]
        assert answer.status == "stopped"
        assert desk.on_disk().path()[-1].text == answer.text != ""
        await wait_until(
            pilot, lambda: any(each.disconnected for each in demo.requests("/bot/Slow"))
        )


async def test_the_balance_and_what_a_reply_cost_come_from_poe(demo: DemoService) -> None:
    desk = on(demo)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        balance = desk.main.query_exactly_one(Balance)
        await wait_until(pilot, lambda: balance.account.points is not None)
        before = balance.account.points or 0
        await desk.ask(pilot, "hello")
        await wait_until(pilot, lambda: (balance.account.points or before) < before, turns=1_000)
        assert desk.current.path()[-1].points == before - (balance.account.points or 0)


async def test_a_refused_key_is_a_block_with_a_way_out_and_the_prompt_is_kept(
    demo: DemoService,
) -> None:
    desk = on(demo, key="bad-key")
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "hello")
        answer = desk.current.path()[-1]
        assert answer.error is not None
        assert answer.error.kind == "key_refused"
        assert desk.on_disk().path()[0].text == "hello"
        await wait_until(pilot, lambda: "refused" in "\n".join(screen_lines(desk.app)))


async def test_nothing_a_bot_says_reaches_the_terminal_as_a_control(demo: DemoService) -> None:
    desk = on(demo, bot="Evil")
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "do your worst \x1b]0;owned\x07")
        await pilot.pause()
        drawn = "\n".join(screen_lines(desk.app)).replace("\n", "")
        assert not [c for c in drawn if ord(c) < 32 or 127 <= ord(c) < 160]


async def test_several_conversations_stream_at_once(demo: DemoService) -> None:
    desk = on(demo, bot="Slow")
    async with desk.app.run_test(size=(100, 30)) as pilot:
        for _ in range(3):
            await desk.ask(pilot, "--delay 0.05 --n 100", wait=False)
            await pilot.press("ctrl+n")
        await wait_until(pilot, lambda: len(demo.requests("/bot/Slow")) == 3)
        assert len(desk.main.chats.replies) == 3
        for entry in list(desk.main.chats.entries):
            desk.main.chats.replies.stop(entry.id)
        await wait_until(pilot, desk.idle)
        await wait_until(pilot, lambda: len(desk.main.chats.unread) == 3)
        assert len(desk.main.chats.entries) == 3
