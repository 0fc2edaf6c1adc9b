"""Every error a user can meet, in words: what happened, why, and what to press or type next.

An exception of this family never carries the key. `Failure` in `poe_tui.chat.message` is the same
information as data, for the file of a conversation.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What the process returns to the shell; stable names, documented in the README."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    KEY = 3
    POINTS = 4
    RATE_LIMITED = 5
    NETWORK = 6
    TRUNCATED = 7
    INTERRUPTED = 130


class PoeTuiError(Exception):
    """An error with words for its reader.

    `title` says what happened, `explanation` why and what is safe, `hint` what to do next.
    """

    title: ClassVar[str] = "Something went wrong"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, explanation: str = "", *, hint: str = "", title: str = "") -> None:
        super().__init__(explanation or title or self.title)
        self.heading = title or self.title
        self.explanation = explanation
        self.hint = hint


class UsageError(PoeTuiError):
    """The command line, or a setting, can't be understood."""

    title = "That can't be understood"
    exit_code = ExitCode.USAGE


class StoreError(PoeTuiError):
    """The disk refused: what could not be read or written, and that it is still in memory."""

    title = "Could not save"


class ReplyError(PoeTuiError):
    """A reply that did not come, or did not come whole.

    `kind` names it in files and in `ask --json`. `actions` are what the reader can press, by name:
    retry, continue, switch_bot, edit, key. `retry_after` is in seconds, None when nobody said.
    """

    kind: ClassVar[str] = "failed"
    actions: ClassVar[tuple[str, ...]] = ("retry", "switch_bot", "edit")
    retry_after: float | None = None


class KeyMissing(ReplyError):
    """No key was found in the environment, the command, the keyring or the key file."""

    kind = "key_missing"
    title = "No Poe key yet"
    exit_code = ExitCode.KEY
    actions = ("key", "retry")


class KeyRefused(ReplyError):
    """Poe does not accept the key."""

    kind = "key_refused"
    title = "Poe refused the key"
    exit_code = ExitCode.KEY
    actions = ("key", "retry")


class NotEnoughPoints(ReplyError):
    """The account has fewer points than the bot asks for."""

    kind = "not_enough_points"
    title = "Not enough points"
    exit_code = ExitCode.POINTS


class OverCap(ReplyError):
    """Sending would spend more points than the user allows; nothing was sent."""

    kind = "over_cap"
    title = "Over your own limit"
    exit_code = ExitCode.POINTS
    actions = ("switch_bot", "edit", "retry")


class NotTrusted(ReplyError):
    """The bot is in no public list, and the user has not said that it may be asked."""

    kind = "not_trusted"
    title = "This bot is not in Poe's list"
    actions = ("switch_bot", "edit", "retry")


class RateLimited(ReplyError):
    """Too many requests in a minute."""

    kind = "rate_limited"
    title = "Too many requests"
    exit_code = ExitCode.RATE_LIMITED

    def __init__(
        self, explanation: str = "", *, hint: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(explanation, hint=hint)
        self.retry_after = retry_after


class UnknownBot(ReplyError):
    """Nobody on Poe answers to that name."""

    kind = "unknown_bot"
    title = "No bot of that name"
    actions = ("switch_bot", "edit", "retry")


class MessageTooLong(ReplyError):
    """The bot does not take that much text."""

    kind = "message_too_long"
    title = "Too long for this bot"
    actions = ("edit", "switch_bot", "retry")


class BotFailed(ReplyError):
    """The bot, or Poe on its way, reported an error.

    `retryable` is what it said about trying again.
    """

    kind = "bot_failed"
    title = "The bot failed"

    def __init__(self, explanation: str = "", *, hint: str = "", retryable: bool = True) -> None:
        super().__init__(explanation, hint=hint)
        self.retryable = retryable


class NetworkDown(ReplyError):
    """Poe could not be reached, or the connection broke."""

    kind = "network_down"
    title = "Poe can't be reached"
    exit_code = ExitCode.NETWORK
    actions = ("retry", "switch_bot")


class SilentBot(ReplyError):
    """The connection is open, and nothing has come over it for too long."""

    kind = "silent_bot"
    title = "The bot has gone silent"
    exit_code = ExitCode.NETWORK


class Truncated(ReplyError):
    """The stream ended without saying that it was finished."""

    kind = "truncated"
    title = "The answer was cut off"
    exit_code = ExitCode.TRUNCATED
    actions = ("continue", "retry", "switch_bot")
