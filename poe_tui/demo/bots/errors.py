"""Bots that fail in the ways that Poe documents, each by an `error` event."""

from __future__ import annotations

from collections.abc import AsyncIterator

import fastapi_poe as fp
import msgspec

from poe_tui.demo.script import Prompt, Said, ScriptedBot, say, say_words


class Failure(msgspec.Struct, frozen=True):
    """An `error` event, and what is said before it."""

    text: str | None
    allow_retry: bool = True
    error_type: str | None = None
    before: str = ""


FAILURES = {
    "Error": Failure("The model is overloaded. Try again later."),
    "ErrorNoRetry": Failure("This bot can't answer that.", allow_retry=False),
    "ErrorMid": Failure("The model stopped.", before="The first half of an answer, "),
    "ErrorBare": Failure(None, allow_retry=False),
    "Broke": Failure("You do not have enough points.", False, "insufficient_fund"),
    "TooLong": Failure("The message is too long.", False, "user_message_too_long"),
    "UserError": Failure("The picture has no face in it.", False, "user_caused_error"),
    "PrivacyError": Failure("This bot may not see that.", False, "privacy_authorization_error"),
    "InternalError": Failure("Internal server error"),
    "AccessDenied": Failure("Access denied", allow_retry=False),
    "RateLimitedEvent": Failure(
        "You have exceeded rate limit to query bot using User API Key. Try again later."
    ),
}
"""By bot. The last three texts are Poe's, as seen in the issues of poe-platform/fastapi_poe."""


class Failing(ScriptedBot):
    """Fails as `failure` says."""

    failure: Failure

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield what comes before the error, and the error."""
        async for said in fail(prompt, self.failure):
            yield said


async def fail(prompt: Prompt, failure: Failure) -> AsyncIterator[Said]:
    """Yield the events of a failure."""
    if failure.before:
        async for said in say_words(prompt, failure.before):
            yield said
    yield fp.PoeBot.error_event(
        failure.text, allow_retry=failure.allow_retry, error_type=failure.error_type
    )


class Crash(ScriptedBot):
    """Raises in the middle of its answer: fastapi_poe makes an error event of that."""

    name = "Crash"

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield a piece, then raise."""
        yield say("A piece of an answer, ")
        raise ValueError("boom")


def _failing(name: str, failure: Failure) -> type[Failing]:
    return type(name, (Failing,), {"name": name, "failure": failure})


FAILING_BOTS: tuple[type[ScriptedBot], ...] = (
    *(_failing(name, failure) for name, failure in FAILURES.items()),
    Crash,
)
