"""The bots that fill the demo's catalog: made-up figures under names of the kind that Poe lists."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import msgspec

TEXT = ("text",)
SEEING = ("text", "image")


class Family(msgspec.Struct, frozen=True):
    """Bots of one kind: every first part of a name with every second one. Prices are in US dollars:
    a million tokens in and out, or (`request`) one message.
    """

    owner: str
    pattern: str
    first: tuple[str, ...]
    second: tuple[str, ...] = ("",)
    inputs: tuple[str, ...] = TEXT
    outputs: tuple[str, ...] = TEXT
    context: int | None = None
    price: tuple[float, float] | None = None
    request: float | None = None
    about: str = ""

    def names(self) -> Iterator[str]:
        """Yield the names of the family."""
        for first, second in product(self.first, self.second):
            yield self.pattern.format(first, second)


FAMILIES = (
    Family(
        owner="Anthropic",
        pattern="Claude-{1}-{0}",
        first=("4.5", "4.1", "4", "3.7", "3.5", "3"),
        second=("Sonnet", "Opus", "Haiku"),
        inputs=SEEING,
        context=200_000,
        price=(2.6, 13.0),
        about="A careful all-rounder for writing, code and long documents.",
    ),
    Family(
        owner="OpenAI",
        pattern="GPT-{0}{1}",
        first=("5.1", "5", "4.1", "4o"),
        second=("", "-Mini", "-Nano", "-Pro", "-Codex", "-Instant"),
        inputs=SEEING,
        context=400_000,
        price=(1.1, 9.0),
        about="A general model that follows instructions closely.",
    ),
    Family(
        owner="OpenAI",
        pattern="o{0}{1}",
        first=("1", "3", "4"),
        second=("", "-mini", "-pro", "-mini-high"),
        context=200_000,
        price=(1.8, 7.2),
        about="Reasons before it answers.",
    ),
    Family(
        owner="Google",
        pattern="Gemini-{0}-{1}",
        first=("3", "2.5", "2.0"),
        second=("Pro", "Flash", "Flash-Lite", "Flash-Thinking", "Deep-Think"),
        inputs=("text", "image", "video", "audio"),
        context=1_048_576,
        price=(0.21, 1.8),
        about="Reads text, pictures, sound and video.",
    ),
    Family(
        owner="Meta",
        pattern="Llama-{0}-{1}",
        first=("3", "3.1", "3.2", "3.3", "4"),
        second=("8B", "70B", "405B", "8B-T", "70B-T", "70B-FW", "Scout", "Maverick"),
        context=131_072,
        request=0.0006,
        about="An open model, hosted by a partner.",
    ),
    Family(
        owner="Alibaba",
        pattern="Qwen{0}-{1}",
        first=("2.5", "3", "3.5"),
        second=("7B", "14B", "32B", "72B", "235B-A22B", "Coder", "VL", "Max", "Next"),
        inputs=SEEING,
        context=262_144,
        price=(0.3, 1.2),
        about="Strong at code and at many languages.",
    ),
    Family(
        owner="DeepSeek",
        pattern="DeepSeek-{0}{1}",
        first=("R1", "V3", "V3.1", "V3.2"),
        second=("", "-Turbo", "-FW", "-T"),
        context=163_840,
        price=(0.55, 1.7),
        about="An open reasoning model.",
    ),
    Family(
        owner="Mistral",
        pattern="Mistral-{0}-{1}",
        first=("Small", "Medium", "Large"),
        second=("2", "3", "3.1"),
        context=131_072,
        price=(0.36, 1.8),
        about="A European model for everyday work.",
    ),
    Family(
        owner="xAI",
        pattern="Grok-{0}{1}",
        first=("3", "4", "4.1"),
        second=("", "-Mini", "-Fast", "-Reasoning"),
        inputs=SEEING,
        context=256_000,
        price=(2.0, 10.0),
        about="Answers with a sense of humour.",
    ),
    Family(
        owner="Moonshot AI",
        pattern="Kimi-K2{0}{1}",
        first=("", "-0905", "-Thinking"),
        second=("", "-T"),
        context=262_144,
        request=0.0021,
        about="A large open model for agents.",
    ),
    Family(
        owner="Z.ai",
        pattern="GLM-{0}{1}",
        first=("4.5", "4.6", "5"),
        second=("", "-Air", "-V"),
        context=131_072,
        price=(0.5, 1.9),
        about="Writes code in small steps.",
    ),
    Family(
        owner="Black Forest Labs",
        pattern="FLUX-{0}-{1}",
        first=("schnell", "dev", "pro", "kontext"),
        second=("1", "1.1", "2"),
        inputs=SEEING,
        outputs=("image",),
        request=0.036,
        about="Pictures from words.",
    ),
    Family(
        owner="Google",
        pattern="{0}-{1}",
        first=("Imagen", "Veo", "Lyria"),
        second=("2", "3", "3-Fast", "3.1"),
        outputs=("image", "video"),
        request=0.12,
        about="Pictures and films from words.",
    ),
    Family(
        owner="Runway",
        pattern="{0}-{1}",
        first=("Runway", "Kling", "Hailuo", "Pika", "Ray"),
        second=("1.6", "2", "2.1", "3-Turbo"),
        inputs=SEEING,
        outputs=("video",),
        request=0.4,
        about="Short films from words or a picture.",
    ),
    Family(
        owner="ElevenLabs",
        pattern="{0}-{1}",
        first=("ElevenLabs", "Cartesia", "Orpheus"),
        second=("v2", "v2.5-Turbo", "v3"),
        outputs=("audio",),
        request=0.02,
        about="Reads your words aloud.",
    ),
    Family(
        owner="poe",
        pattern="{0}-{1}",
        first=("Tutor", "Translator", "Editor", "Recipe", "Travel", "Interview", "Haiku-Poet"),
        second=("EN", "DE", "FR", "ES", "日本語", "Pro"),
        about="Made by a member of the community.",
    ),
)
