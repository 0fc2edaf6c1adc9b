"""The whole app under test, with scripted bots, and what its screen says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from textual.pilot import Pilot

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.events import BotRequest, ReplyEvent, ReplySuggested, TextDelta
from poe_tui.chat.expenses import Asked, Claims, Spent
from poe_tui.errors import ReplyError
from poe_tui.keys import GivenKey, KeyChain, Secret
from poe_tui.paths import find_paths
from poe_tui.poe.catalog import Bot, Catalog
from poe_tui.poe.client import Endpoints, PoeClient
from poe_tui.poe.usage import Usage, UsagePage
from poe_tui.services import Services
from poe_tui.settings import Settings
from poe_tui.state import StateFile
from poe_tui.store.conversations import ConversationStore
from poe_tui.ui.app import PoeTuiApp
from poe_tui.ui.screens.main import MainScreen

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


class ScriptedBots(PoeClient):
    """Bots that echo the prompt, unless `error` is set; `hold` keeps them from ending."""

    def __init__(self) -> None:
        super().__init__(Endpoints(base="http://127.0.0.1:9"), lambda: Secret("scripted"))
        self.requests: list[BotRequest] = []
        self.error: ReplyError | None = None
        self.suggestions: list[str] = []
        self._may_end = asyncio.Event()
        self._may_end.set()

    def hold(self) -> None:
        """Let replies begin and not end."""
        self._may_end.clear()

    def let_go(self) -> None:
        """Let replies end."""
        self._may_end.set()

    async def warm_up(self) -> None:
        pass

    async def stream(self, request: BotRequest) -> AsyncGenerator[ReplyEvent, None]:
        self.requests.append(request)
        yield TextDelta("Echo: ")
        await self._may_end.wait()
        if self.error is not None:
            raise self.error
        yield TextDelta(request.turns[-1].text)
        for text in self.suggestions:
            yield ReplySuggested(text)

    async def aclose(self) -> None:
        pass

    @property
    def asked(self) -> list[tuple[str, str]]:
        """Whom the requests went to, and what the last turn of each said."""
        return [(request.bot, request.turns[-1].text) for request in self.requests]


class FixedBooks(UsagePage, frozen=True):
    """Books in which every reply has the same cost."""

    spent: Spent | None = None

    def cost_of(self, reply: Asked, claims: Claims) -> Spent | None:
        return self.spent

    def certain(self, cluster: Sequence[Asked]) -> set[str]:
        return {each.message for each in cluster if each.query}


class FixedUsage(Usage):
    """An account with 12,345 points; a key that begins with `bad` is refused by `refusal`."""

    refusal: ReplyError | None = None
    spent: Spent | None = None
    """What every reply has cost; None: unknown."""

    async def balance(self, key: Secret | None = None) -> int:
        if self.refusal is not None:
            raise self.refusal
        return 12_345

    async def history(self, limit: int = 20, starting_after: str = "") -> UsagePage:
        return FixedBooks((), False, spent=self.spent)

    async def since(self, moment: datetime) -> UsagePage:
        return await self.history()


class FixedCatalog(Catalog):
    """Three public bots; all others are known, too, but for those in `unlisted`."""

    unlisted: frozenset[str] = frozenset()

    def find(self, name: str) -> Bot | None:
        if name in self.unlisted:
            return None
        same = (bot for bot in self.bots if bot.name.casefold() == name.casefold())
        return next(same, Bot(name=name))

    @property
    def bots(self) -> list[Bot]:
        return [Bot(name="Claude-Sonnet-4.5"), Bot(name="GPT-5.1"), Bot(name="Gemini-3-Pro")]

    def load(self) -> list[Bot]:
        return self.bots

    async def refresh(self, *, force: bool = False) -> list[Bot]:
        return self.bots


def services(*, keys: KeyChain | None = None, demo: bool = False, **settings: Any) -> Services:
    """Return services on the directories of this test, with scripted bots."""
    paths, bots = find_paths(), ScriptedBots()
    return Services(
        paths=paths,
        settings=Settings(**settings),
        state=StateFile(paths.state_file),
        keys=keys or GivenKey(Secret("scripted")),
        conversations=ConversationStore(paths.conversations, cache=paths.cache),
        client=bots,
        catalog=FixedCatalog(bots, paths.cache / "models.json"),
        usage=FixedUsage(bots),
        demo=demo,
    )


class Desk:
    """The app with its parts at hand."""

    def __init__(self, given: Services | None = None, **options: Any) -> None:
        self.services = given or services()
        self.app = PoeTuiApp(self.services, **options)

    @property
    def bots(self) -> ScriptedBots:
        """Who answers."""
        assert isinstance(self.services.client, ScriptedBots)
        return self.services.client

    @property
    def main(self) -> MainScreen:
        """The main screen."""
        screen = self.app.main_screen
        assert screen is not None
        return screen

    @property
    def current(self) -> Conversation:
        """The conversation on screen."""
        return self.main.chats.current

    @property
    def composed(self) -> str:
        """What is in the composer."""
        return self.main.pane.composer.text

    @property
    def texts(self) -> list[str]:
        """What the messages on screen say, first message first."""
        return [message.text for message in self.current.path()]

    @property
    def notice(self) -> str:
        """What the status line says."""
        return self.main.status.notice

    def on_disk(self, conversation: Conversation | None = None) -> Conversation:
        """Return the conversation as its file has it."""
        conversation_id = (conversation or self.current).id
        return ConversationStore(self.services.paths.conversations).load(conversation_id)

    def idle(self) -> bool:
        """Return whether nothing is coming in."""
        return not len(self.main.chats.replies)

    async def ask(self, pilot: Pilot[None], text: str, *, wait: bool = True) -> None:
        """Write a prompt and send it; with `wait`, until it is sent and its reply has ended."""
        self.main.pane.composer.focus()
        self.main.pane.composer.replace_text(text)
        await pilot.press("enter")
        if wait:
            await wait_until(pilot, lambda: self.composed != text and self.idle())


async def wait_until(pilot: Pilot[Any], true: Callable[[], object], *, turns: int = 400) -> None:
    """Let the app work until `true()`; fails when it has not come after `turns` turns."""
    for _ in range(turns):
        if true():
            return
        await pilot.pause(0.01)
    raise AssertionError("it did not happen")


def screen_lines(app: PoeTuiApp) -> list[str]:
    """Return what is on the screen, as lines of text."""
    return [
        "".join(segment.text for segment in strip).rstrip()
        for strip in app.screen._compositor.render_strips()
    ]
