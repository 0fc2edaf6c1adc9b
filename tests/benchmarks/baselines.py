"""What Textual offers for a chat, each the way its documentation and its best users do it."""

from __future__ import annotations

import asyncio
from typing import Final

from textual.containers import VerticalScroll
from textual.widgets import Markdown
from textual.widgets.markdown import MarkdownStream

from poe_tui.chat.conversation import Conversation
from tests.benchmarks.subjects import Ours, Subject


class _Scroll(VerticalScroll):
    DEFAULT_CSS = "_Scroll Markdown { margin: 0 2 1 2; padding: 0; }"


class _Markdowns:
    """A Markdown widget for each message in a VerticalScroll."""

    def __init__(self) -> None:
        self.widget = _Scroll()
        self.answers: list[Markdown] = []

    async def open(self, conversation: Conversation) -> None:
        await self.widget.remove_children()
        await self.widget.mount_all(Markdown(message.text) for message in conversation.path())
        self.widget.scroll_end(animate=False)

    def page_up(self) -> None:
        self.widget.scroll_page_up(animate=False)

    def home(self) -> None:
        self.widget.scroll_home(animate=False)

    def end(self) -> None:
        self.widget.scroll_end(animate=False)

    @property
    def text_width(self) -> int:
        return self.widget.children[-1].size.width

    async def start(self, answers: int) -> None:
        for number in range(answers):
            await self.widget.mount(Markdown(f"Tell me everything about {number}"))
            self.answers.append(Markdown())
            await self.widget.mount(self.answers[-1])
        self.widget.anchor()


class WholeUpdates(_Markdowns):
    """Each answer is updated with its whole text, as often as that gets done."""

    def __init__(self) -> None:
        super().__init__()
        self._texts: list[str] = []
        self._shown: list[int] = []
        self._fresh = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self, answers: int) -> None:
        await super().start(answers)
        self._texts, self._shown = [""] * answers, [0] * answers
        self._task = asyncio.create_task(self._keep_up())

    async def feed(self, number: int, text: str) -> None:
        self._texts[number] += text
        self._fresh.set()

    async def _keep_up(self) -> None:
        while await self._fresh.wait():
            self._fresh.clear()
            for number, answer in enumerate(self.answers):
                text = self._texts[number]
                if len(text) > self._shown[number]:
                    await answer.update(text)
                    self._shown[number] = len(text)

    @property
    def behind(self) -> bool:
        pairs = zip(self._texts, self._shown, strict=True)
        return any(len(text) > shown for text, shown in pairs)

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


class Streamed(_Markdowns):
    """Each answer is written to by Textual's MarkdownStream, which appends what has come."""

    def __init__(self) -> None:
        super().__init__()
        self._streams: list[MarkdownStream] = []

    async def start(self, answers: int) -> None:
        await super().start(answers)
        self._streams = [Markdown.get_stream(answer) for answer in self.answers]

    async def feed(self, number: int, text: str) -> None:
        await self._streams[number].write(text)

    @property
    def behind(self) -> bool:
        waiting = any(stream._pending for stream in self._streams)
        return waiting or any(answer.lock.is_locked for answer in self.answers)

    async def stop(self) -> None:
        for stream in self._streams:
            stream._pending.clear()
            if stream._task is not None:
                stream._task.cancel()


SUBJECTS: Final[dict[str, type[Subject]]] = {
    "ours": Ours,
    "updates": WholeUpdates,
    "stream": Streamed,
}
