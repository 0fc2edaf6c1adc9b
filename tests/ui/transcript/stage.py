"""A small app around one transcript, conversations to put in it, and a way to read its screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Message
from poe_tui.ui.palette import Palette
from poe_tui.ui.themes import builtin_themes, load_theme
from poe_tui.ui.transcript.view import Transcript


def night() -> Palette:
    """Return the palette of the dark theme."""
    return load_theme(builtin_themes() / "night.toml")


class Stage(App[None]):
    """One transcript, and everything it has asked for and said."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__()
        self.requested: list[tuple[str, str, str]] = []
        self.noticed: list[str] = []

    def compose(self) -> ComposeResult:
        yield Transcript(id="transcript")

    def on_mount(self) -> None:
        self.transcript.set_palette(night())

    @property
    def transcript(self) -> Transcript:
        """The widget under test."""
        return self.query_exactly_one(Transcript)

    def on_transcript_requested(self, event: Transcript.Requested) -> None:
        self.requested.append((event.action, event.message_id, event.detail))

    def on_transcript_noticed(self, event: Transcript.Noticed) -> None:
        self.noticed.append(event.text)


@dataclass
class Scene:
    """An open stage."""

    app: Stage
    pilot: Pilot[None]
    seen: list[str] = field(default_factory=list)

    @property
    def transcript(self) -> Transcript:
        """The widget under test."""
        return self.app.transcript

    def lines(self) -> list[str]:
        """Return what is on the screen, row by row, without the spaces at the right."""
        transcript = self.transcript
        return [transcript.render_line(y).text.rstrip() for y in range(transcript.size.height)]

    def texts(self) -> list[str]:
        """Return the lines with the column of the message cursor left blank."""
        return [" " + line[1:] if line else line for line in self.lines()]

    def screen(self) -> str:
        """Return what is on the screen as one text."""
        return "\n".join(self.lines())

    async def show(self, conversation: Conversation) -> None:
        """Show a conversation and let it be drawn."""
        self.transcript.show(conversation)
        await self.pilot.pause()

    async def resize(self, width: int, height: int) -> None:
        """Give the screen another size and wait until the transcript has taken it in."""
        await self.pilot.resize_terminal(width, height)
        transcript = self.transcript
        await self.until(lambda: transcript.size == (width, height))
        column = transcript.column
        if column is not None:
            await self.until(lambda: column.width == transcript.text_width)
        await self.pilot.pause()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition` holds; fails after some hundred turns of the loop."""
        for _ in range(400):
            if condition():
                return
            await self.pilot.pause(0.005)
        raise AssertionError(f"it never became true; the screen was:\n{self.screen()}")

    async def still_text(self, message: Message) -> None:
        """Wait until all that has come of an answer is rendered."""
        column = self.transcript.column
        assert column is not None
        growing = column.live[message.id]
        await self.until(lambda: not growing.document.pending)

    async def still(self) -> None:
        """Wait until nothing is pending and every height is exact."""
        column = self.transcript.column
        assert column is not None
        await self.until(
            lambda: not any(growing.document.pending for growing in column.live.values())
        )
        await self.until(lambda: all(column.is_exact(index) for index in range(len(column))))


@asynccontextmanager
async def staged(
    conversation: Conversation | None = None, *, size: tuple[int, int] = (60, 20)
) -> AsyncIterator[Scene]:
    """Open a stage of `size` cells, showing `conversation`."""
    app = Stage()
    async with app.run_test(size=size) as pilot:
        scene = Scene(app, pilot)
        app.transcript.focus()
        if conversation is not None:
            await scene.show(conversation)
        yield scene


def talk(*turns: str, bot: str = "Echo") -> Conversation:
    """Return a conversation of finished messages, prompts and answers in turn."""
    conversation = Conversation(bot=bot)
    for number, text in enumerate(turns):
        if number % 2 == 0:
            conversation.ask(text)
        else:
            settle(conversation.reply(bot), text)
    return conversation


def settle(message: Message, text: str) -> Message:
    """Let an answer have come completely."""
    message.text, message.status = text, "complete"
    message.finished = message.created
    return message


def long_talk(messages: int) -> Conversation:
    """Return a conversation of that many messages, some of several rows."""
    return talk(*(f"message {number} " + "word " * (number % 30) for number in range(messages)))
