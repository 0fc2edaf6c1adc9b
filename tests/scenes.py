"""Made-up conversations for pictures: the README's screenshots and the snapshot tests."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from poe_tui.chat.conversation import Conversation, QueuedPrompt
from poe_tui.chat.message import Failure, Message
from poe_tui.errors import NotEnoughPoints, RateLimited, Truncated
from poe_tui.poe.catalog import Bot, Catalog
from poe_tui.services import Services
from poe_tui.ui.widgets.balance import Balance
from tests.ui.desk import NOON, Desk, services, wait_until

BOTS = [
    Bot(
        name="Claude-Sonnet-4.5",
        owner="Anthropic",
        description="Balanced model for writing and code. Adjustable thinking budget.",
        inputs=("text", "image"),
        context=200_000,
        prompt_price=2.6e-6,
        completion_price=1.3e-5,
        parameters=(
            {
                "name": "thinking_budget",
                "schema": {"type": "number", "minimum": 0, "maximum": 31999},
                "default_value": 0,
                "description": "Tokens it may think before it answers.",
            },
            {
                "name": "reasoning_effort",
                "schema": {"type": "string", "enum": ["low", "medium", "high"]},
                "default_value": "medium",
            },
            {"name": "web_search", "schema": {"type": "boolean"}, "default_value": False},
        ),
    ),
    Bot(
        name="GPT-5.1",
        owner="OpenAI",
        description="A general model with tools.",
        inputs=("text", "image"),
        context=400_000,
        prompt_price=1.1e-6,
        completion_price=9e-6,
    ),
    Bot(
        name="Gemini-3-Pro",
        owner="Google",
        description="Long documents, images and video.",
        inputs=("text", "image", "video"),
        context=1_000_000,
        prompt_price=1.6e-6,
        completion_price=9.6e-6,
    ),
    Bot(
        name="FLUX-pro",
        owner="Black Forest Labs",
        description="Pictures from words.",
        outputs=("image",),
        request_price=0.04,
    ),
    Bot(name="Claude-Sonnet-4", owner="Anthropic", context=200_000, prompt_price=2.6e-6),
    Bot(name="Perplexity-Sonar", owner="Perplexity", context=128_000, request_price=0.005),
]

_ANSWER = """*Thinking...*

> **Ownership first**
>
> The reader wants the reason, then one lifetime. Keep it short.
> Mention that the check is gone after compilation.

Rust tracks **ownership** at compile time: every value has one owner, and it is freed when that \
owner goes out of scope. Borrowing is checked by **lifetimes**:

```rust
fn longest<'a>(x: &'a str, y: &'a str) -> &'a str {
    if x.len() > y.len() { x } else { y }
}
```

- The returned reference lives as long as the *shorter* of `x` and `y`
- No runtime cost: the check is gone after compilation
"""


class SceneCatalog(Catalog):
    """The bots of the pictures."""

    @property
    def bots(self) -> list[Bot]:
        return BOTS

    def find(self, name: str) -> Bot | None:
        return next((bot for bot in BOTS if bot.name == name), None)

    def load(self) -> list[Bot]:
        return self.bots

    async def refresh(self, *, force: bool = False) -> list[Bot]:
        return self.bots


def _at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def _prompt(name: str, parent: str | None, text: str, minutes: float, **more: Any) -> Message:
    return Message(id=name, parent=parent, role="user", text=text, created=_at(minutes), **more)


def _answer(
    name: str, parent: str, bot: str, text: str, minutes: float, seconds: float, **more: Any
) -> Message:
    begun = _at(minutes)
    return Message(
        id=name,
        parent=parent,
        role="bot",
        bot=bot,
        text=text,
        created=begun,
        first_text=0.4,
        finished=begun + timedelta(seconds=seconds),
        **more,
    )


def _conversation(name: str, title: str, minutes: float, *messages: Message) -> Conversation:
    return Conversation(
        id=name,
        title=title,
        titled=True,
        bot="Claude-Sonnet-4.5",
        created=_at(minutes - 10),
        updated=_at(minutes),
        head=messages[-1].id if messages else None,
        messages={message.id: message for message in messages},
    )


def borrow_checker() -> Conversation:
    """Two bots, a folded thought, code, a list, siblings and suggested replies."""
    return _conversation(
        "borrow",
        "Borrow checker vs. GC",
        -0.5,
        _prompt("p1", None, "Why doesn’t Rust need a garbage collector? Show me one lifetime.", -3),
        _answer("a0", "p1", "Claude-Sonnet-4.5", "Ownership.", -3, 1.0, points=120),
        _answer(
            "a1",
            "p1",
            "Claude-Sonnet-4.5",
            _ANSWER,
            -2.9,
            2.1,
            points=339,
            points_exact=True,
            suggested_replies=("Show an example that fails", "What about Rc?"),
        ),
        _prompt("p2", "a1", "@GPT-5.1 do you agree?", -1, bot="GPT-5.1"),
        _answer(
            "a2",
            "p2",
            "GPT-5.1",
            "Mostly. I would add that some Rust programs *do* opt into reference counting with "
            "`Rc` and `Arc`, so “no garbage collector” means *no tracing collector*.",
            -0.9,
            1.4,
            points=64,
            suggested_replies=("Show an example that fails", "What about Rc?"),
        ),
    )


def states() -> Conversation:
    """An answer stopped, one cut off, one refused, one too many, and a prompt in the queue."""
    truncated = Truncated(
        "Poe closed the stream without saying it was finished. What arrived is kept."
    )
    poor = NotEnoughPoints(
        "GPT-5.1 needs more points than you have. Nothing was sent twice, nothing is lost.",
        hint="Points: poe.com/settings",
    )
    limited = RateLimited("Poe allows 500 requests a minute.", retry_after=12)
    conversation = _conversation(
        "lisbon",
        "Trip to Lisbon",
        -2,
        _prompt("q1", None, "What should I see in Lisbon?", -9),
        _answer(
            "s1",
            "q1",
            "Claude-Sonnet-4.5",
            "Take tram 28 early in the morning, before the queues form, and get off at Graça for "
            "the",
            -8,
            2.1,
            status="stopped",
            points=41,
            points_exact=True,
        ),
        _prompt("q2", "s1", "And Belém?", -7),
        _answer(
            "s2",
            "q2",
            "Gemini-3-Pro",
            "Belém is best on a weekday. The monastery opens at ten, and the",
            -6,
            3.0,
            status="truncated",
            points=60,
            error=Failure.of(truncated),
        ),
        _prompt("q3", "s2", "Where do I stay?", -5),
        _answer("s3", "q3", "GPT-5.1", "", -4, 0.4, status="failed", error=Failure.of(poor)),
        _prompt("q4", "s3", "Then where do I eat?", -3),
        _answer(
            "s4",
            "q4",
            "Claude-Sonnet-4.5",
            "",
            -2,
            0.2,
            status="failed",
            error=Failure.of(limited),
        ),
    )
    conversation.queue.append(QueuedPrompt(id="w1", text="And where do the locals eat?"))
    return conversation


def _others() -> list[Conversation]:
    titles = (
        ("SQL window functions", 60),
        ("Cover letter, v3", 180),
        ("Why is the sky dark", 2_900),
        ("Regex for ISO dates", 3_000),
        ("Sourdough hydration", 4_400),
        ("Haiku generator", 5_800),
    )
    return [
        _conversation(f"other{number}", title, -age, _prompt(f"o{number}", None, title, -age))
        for number, (title, age) in enumerate(titles)
    ]


def scene_services(**settings: Any) -> Services:
    """Return services whose disk holds every conversation of the pictures."""
    given = services(**settings)
    given.catalog = SceneCatalog(given.client, given.paths.cache / "models.json")
    for conversation in (borrow_checker(), states(), *_others()):
        given.conversations.save(conversation)
    for bot in ("Claude-Sonnet-4.5", "GPT-5.1", "Gemini-3-Pro"):
        given.state.toggle_favourite(bot)
    for bot in ("FLUX-pro", "Gemini-3-Pro", "GPT-5.1", "Claude-Sonnet-4.5"):
        given.state.use_bot(bot)
    return given


def scene(conversation: str = "borrow", *, theme: str = "night", **settings: Any) -> Desk:
    """Return the app on `conversation`, with its clock stopped at noon."""
    return Desk(
        scene_services(**settings), conversation=conversation, theme=theme, clock=lambda: NOON
    )


async def settle(desk: Desk, pilot: Any) -> None:
    """Wait until the lists, the balance and the conversation are drawn, and the cursor is still."""
    await wait_until(pilot, lambda: desk.app.main_screen is not None)
    desk.main.pane.composer.cursor_blink = False
    balance = desk.main.query_exactly_one(Balance)
    await wait_until(pilot, lambda: balance.account.points is not None)
    await wait_until(pilot, lambda: len(desk.main.chats.entries) >= 8)
    await desk.app.workers.wait_for_complete(
        [worker for worker in desk.app.workers if worker.group != "turn"]
    )
    for _ in range(3):
        await pilot.pause()
        await asyncio.sleep(0)
