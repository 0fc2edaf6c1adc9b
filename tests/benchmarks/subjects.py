"""What is measured: our transcript, behind the same few calls as the baselines."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, Final, Protocol

from rich.console import RenderableType
from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.events import BotRequest, ReplyEvent, TextDelta
from poe_tui.chat.message import Message
from poe_tui.chat.turn import run_turn
from poe_tui.ui.themes import builtin_themes, load_theme
from poe_tui.ui.transcript.view import Transcript

SIZE: Final = (120, 40)


class Subject(Protocol):
    """A way to show conversations."""

    @property
    def widget(self) -> Widget:
        """What scrolls, and fills the screen."""

    async def open(self, conversation: Conversation) -> None:
        """Show a finished conversation; the next frame shows its end."""

    def page_up(self) -> None:
        """Scroll up by a screen."""

    def home(self) -> None:
        """Go to the beginning."""

    def end(self) -> None:
        """Go to the end."""

    async def start(self, answers: int) -> None:
        """Show that many answers without text, the end followed."""

    async def feed(self, number: int, text: str) -> None:
        """Add text to answer `number`; returns as soon as the next piece may come."""

    @property
    def text_width(self) -> int:
        """The cells that the text on screen has been laid out for."""

    @property
    def behind(self) -> bool:
        """Whether something that was fed is not on screen."""

    async def stop(self) -> None:
        """End the answers."""


class Stage(App[None]):
    """One subject on a screen without a terminal; frames are encoded as they are for a real one."""

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self.subject = subject
        self.frames = 0
        self._drawn = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield self.subject.widget

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Encode the frame, which Textual leaves out when there is no terminal."""
        if isinstance(renderable, CompositorUpdate):
            renderable.render_segments(self.console)
            self.frames += 1
            self._drawn.set()
        super()._display(screen, renderable)

    async def next_frame(self, *, within: float) -> bool:
        """Wait for the next frame; False when none comes `within` seconds."""
        self._drawn.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._drawn.wait(), within)
        return self._drawn.is_set()


class _Nowhere:
    """A store and a journal that keep nothing: the disk is measured elsewhere."""

    def save(self, conversation: Conversation) -> None:
        pass

    def open_journal(self, conversation: Conversation, message: Message) -> _Nowhere:
        return self

    def append(self, event: ReplyEvent) -> None:
        pass

    async def remove(self) -> None:
        pass

    def keep(self) -> None:
        pass


class Ours:
    """The transcript, fed by `run_turn` as it is in the app."""

    def __init__(self) -> None:
        self.widget = Transcript()
        self._answers: list[Message] = []
        self._fed: list[int] = []
        self._queues: list[asyncio.Queue[str]] = []
        self._turns: list[asyncio.Task[Message]] = []

    def _show(self, conversation: Conversation) -> None:
        if self.widget.palette is None:
            self.widget.set_palette(load_theme(builtin_themes() / "night.toml"))
        self.widget.show(conversation)

    async def open(self, conversation: Conversation) -> None:
        self._show(conversation)

    def page_up(self) -> None:
        self.widget.action_pages(-1)

    def home(self) -> None:
        self.widget.action_first()

    def end(self) -> None:
        self.widget.action_last()

    async def start(self, answers: int) -> None:
        conversation = Conversation(bot="Echo")
        for number in range(answers):
            conversation.ask(f"Tell me everything about {number}")
            self._answers.append(conversation.reply("Echo"))
            self._queues.append(asyncio.Queue())
            self._fed.append(0)
        self._show(conversation)
        for answer, queue in zip(self._answers, self._queues, strict=True):
            turn = run_turn(
                conversation,
                answer,
                stream=_Wire(queue),
                store=_Nowhere(),
                on_change=self.widget.changed,
            )
            self._turns.append(asyncio.create_task(turn))
        await asyncio.sleep(0)

    async def feed(self, number: int, text: str) -> None:
        self._queues[number].put_nowait(text)
        self._fed[number] += len(text)

    @property
    def text_width(self) -> int:
        return 0 if self.widget.column is None else self.widget.column.width

    @property
    def behind(self) -> bool:
        column = self.widget.column
        assert column is not None
        if any(live.document.pending for live in column.live.values()):
            return True
        return any(len(a.text) < fed for a, fed in zip(self._answers, self._fed, strict=True))

    async def stop(self) -> None:
        for turn in self._turns:
            turn.cancel()
        await asyncio.gather(*self._turns, return_exceptions=True)


class _Wire:
    """What `run_turn` takes for a bot."""

    def __init__(self, queue: asyncio.Queue[str]) -> None:
        self._queue = queue

    async def __call__(self, request: BotRequest) -> AsyncIterator[ReplyEvent]:
        while True:
            yield TextDelta(await self._queue.get())
