"""`poe-tui ask`: one prompt, one answer, on stdout."""

from __future__ import annotations

import asyncio
import contextlib
import math
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.events import ReplyEvent, Uploading, Waiting
from poe_tui.chat.message import Failure, Message
from poe_tui.chat.spending import is_free
from poe_tui.chat.turn import Change, TurnStore, run_turn
from poe_tui.cli.answer import Answer, NoAnswer, answer_for
from poe_tui.cli.arguments import Parser, add_conversation
from poe_tui.cli.compose import Composition
from poe_tui.cli.conversations import find_conversation
from poe_tui.cli.interrupts import Interrupts
from poe_tui.cli.permission import Permission
from poe_tui.cli.plain import print_json
from poe_tui.cli.prompt import attachment, read_prompt
from poe_tui.cli.run import in_words, leave_stdout, say
from poe_tui.errors import ExitCode, ReplyError, StoreError
from poe_tui.markdown.safe import plain
from poe_tui.services import Services
from poe_tui.ui.figures import counted

_ToldT = TypeVar("_ToldT")

_BOOKED_AFTER: Final = (0.4, 0.8, 1.2)
"""Seconds between the looks at the points history: Poe books a little later."""


def _parser() -> Parser:
    parser = Parser(
        "ask",
        "Ask a bot. The answer goes to stdout, everything else to stderr.\n\n"
        "Text that is piped in is put under the prompt; - reads it from the terminal, too.\n"
        "A terminal gets the answer piece by piece, with control characters made visible. A pipe\n"
        "or file gets it unchanged, line by line.",
        usage="[-b BOT] [-s SYSTEM] [-a FILE]... [-c | --conversation ID] [--json] [--no-save] "
        "[--trust] [--yes] [PROMPT|-]",
        epilog="Exit codes: 0 done, 1 failed, 2 wrong usage, 3 key refused or missing, 4 not "
        "enough points or over a cap,\n5 rate limited, 6 network, 7 answer cut off, "
        "130 interrupted.",
    )
    parser.add_argument("-b", "--bot", default="", help="whom to ask; else the setting `bot`")
    parser.add_argument("-s", "--system", help="the system prompt; kept in the conversation")
    parser.add_argument(
        "-a", "--attach", action="append", default=[], metavar="FILE", help="send this file along"
    )
    add_conversation(parser)
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object when the answer is there"
    )
    parser.add_argument("--no-save", action="store_true", help="keep nothing but its cost on disk")
    parser.add_argument(
        "--trust",
        action="store_true",
        help="ask the bot though it is not in Poe's public list, and remember that",
    )
    parser.add_argument(
        "--yes", action="store_true", help="send though it costs more than the setting confirm_over"
    )
    parser.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="look up the cost, which takes a second; tell it and suggested replies on stderr",
    )
    parser.add_argument("prompt", nargs="*", metavar="PROMPT", help="what to ask")
    return parser


def run(words: Sequence[str], composition: Composition) -> int:
    """Ask, print the answer, and return the exit code.

    Raises a PoeTuiError for what is wrong before anything is sent.
    """
    options = _parser().parse_intermixed_args(list(words))
    text = read_prompt(options.prompt, sys.stdin)
    attachments = [attachment(name) for name in options.attach]
    services = composition.build_services(demo=options.demo)
    conversation = _conversation(services, options)
    bot = services.settings.bot_called(options.bot) or conversation.bot
    conversation.ask(text, bot=bot, attachments=attachments)
    return asyncio.run(Ask(services, conversation, bot, options).run())


def _conversation(services: Services, options: Namespace) -> Conversation:
    """Return the conversation to go on with, or a new one."""
    found = find_conversation(services.conversations, options.conversation, last=options.last)
    if found:
        conversation = services.conversations.load(found)
    else:
        named = options.bot.strip() or services.settings.bot
        conversation = Conversation(bot=services.settings.bot_called(named))
    if options.system is not None:
        conversation.system = options.system
    return conversation


class Ask:
    """One question to `bot`, under way: the conversation's head is the prompt."""

    def __init__(
        self, services: Services, conversation: Conversation, bot: str, options: Namespace
    ) -> None:
        self._services = services
        self._conversation = conversation
        self._message = conversation.reply(bot)
        self._options = options
        self._answer: Answer = NoAnswer() if options.json else answer_for(sys.stdout, sys.stderr)
        self._refused: OSError | None = None
        self._told_of_upload = False
        self._saved: list[str] = []
        self._turn: asyncio.Task[Message] | None = None

    async def run(self) -> int:
        """Let the bot answer and return the exit code."""
        store: TurnStore = NotSaved() if self._options.no_save else self._services.conversations
        permission = Permission(
            self._services,
            "" if self._options.no_save else self._conversation.id,
            self._message,
            trust=self._options.trust,
            yes=self._options.yes,
        )
        self._turn = asyncio.create_task(
            run_turn(
                self._conversation,
                self._message,
                stream=permission.stream,
                store=store,
                on_change=self._changed,
                on_wait=_note_wait,
                on_upload=self._uploading if self._options.verbose else None,
            )
        )
        try:
            with Interrupts(self._turn) as interrupts, contextlib.suppress(asyncio.CancelledError):
                await self._turn
            await self._book()
            await self._save_files()
        finally:
            await self._services.client.aclose()
        return self._finish(interrupts)

    async def _book(self) -> None:
        """Book what the reply cost; it is looked up for -v, and when a cap depends on it."""
        look_up = self._options.verbose or bool(self._services.spending.budget.caps)
        known = await self._services.spending.settle(
            self._message, delays=_BOOKED_AFTER if look_up else ()
        )
        if known is not None and not self._options.no_save:
            self._services.conversations.save(self._conversation)

    async def _save_files(self) -> None:
        """Save what came with the answer where the setting `downloads` names a folder."""
        services = self._services
        if self._options.no_save or not services.settings.downloads:
            return
        from poe_tui.saving import save_all, wanted_files

        wanted = wanted_files(self._message, services.settings)
        folder = Path(services.settings.downloads).expanduser()
        saved = await save_all(services.files, wanted, folder)
        self._saved = [f"saved: {path}" for path in saved.paths]
        self._saved += [f"not saved: {name}: {error.explanation}" for name, error in saved.problems]

    def _changed(self, message: Message, change: Change) -> None:
        if change == "silent":
            _note(f"{message.bot} has been silent for a while; Ctrl-C stops waiting")
        elif change not in ("finished", "unsaved"):
            self._write(self._answer.show, message.text)

    def _uploading(self, _message: Message, upload: Uploading | None) -> None:
        """Say once what is on its way; a terminal is not painted over line by line."""
        if upload is not None and not self._told_of_upload:
            self._told_of_upload = True
            size = f"{upload.size / 1_000_000:.1f} MB"
            _note(
                f"uploading {upload.name if upload.files == 1 else f'{upload.files} files'}, {size}"
            )

    def _write(self, write: Callable[[_ToldT], None], told: _ToldT) -> None:
        """Write `told`; a reader who has left, as `head` does, or a full disk stop the reply."""
        if self._refused is not None:
            return
        try:
            write(told)
        except OSError as error:
            self._refused = error
            if self._turn is not None:
                self._turn.cancel()

    def _finish(self, interrupts: Interrupts) -> int:
        """Print what comes after the text and return the exit code."""
        message = self._message
        if self._options.json:
            self._write(print_json, as_json(self._conversation, message))
        else:
            self._write(self._answer.end, message.text)
        if self._refused is not None:
            leave_stdout()
            return self._refusal(self._refused, interrupts)
        self._remarks()
        if message.status == "stopped":
            return interrupts.exit_code
        return int(exit_code_of(message.error or self._conversation.unsaved))

    def _refusal(self, refused: OSError, interrupts: Interrupts) -> int:
        if interrupts.caught is not None:  # a closed terminal sends a signal, and takes no text
            return interrupts.exit_code
        if isinstance(refused, BrokenPipeError):
            return int(ExitCode.DONE)
        why = f"The answer can't be written to stdout: {refused.strerror}."
        if self._options.no_save:
            raise StoreError(f"{why} It is lost.", hint="Without --no-save, it would be kept.")
        raise StoreError(
            f"{why} What arrived is in the conversation.",
            hint=f"poe-tui show {self._conversation.id}",
        )

    def _remarks(self) -> None:
        message = self._message
        if not self._options.json:
            for file in message.attachments:
                _note(f"file: {file.name} ({file.content_type}) {file.url or ''}")
        for note in self._saved:
            _note(note)
        if self._options.verbose:
            for reply in message.suggested_replies:
                _note(f"suggested reply: {reply}")
            _note(f"bot: {message.bot} · {_points(message)} · {message.seconds or 0:.1f} s")
            if not self._options.no_save:
                _note(f"conversation: {self._conversation.id}")
        if message.status == "stopped":
            kept = "nothing is saved" if self._options.no_save else "what arrived is saved"
            _note(f"stopped; {kept}")
        elif message.error is not None:
            _explain(message.error)
        if self._conversation.unsaved not in (None, message.error):
            _explain(self._conversation.unsaved)


class NotSaved:
    """The disk of `--no-save`: it takes everything and keeps nothing."""

    def save(self, conversation: Conversation) -> None:
        """Keep nothing."""

    def open_journal(self, conversation: Conversation, message: Message) -> NotSaved:
        """Return a journal that keeps nothing: this."""
        return self

    def append(self, event: ReplyEvent) -> None:
        """Keep nothing."""

    async def remove(self) -> None:
        """There is nothing to remove."""

    def keep(self) -> None:
        """There is nothing to keep."""


def exit_code_of(failure: Failure | None) -> ExitCode:
    """Return what the shell hears of `failure`; None is success."""
    if failure is None:
        return ExitCode.DONE
    codes = {kind.kind: kind.exit_code for kind in ReplyError.__subclasses__()}
    return codes.get(failure.kind, ExitCode.FAILED)


def as_json(conversation: Conversation, message: Message) -> dict[str, Any]:
    """Return what `--json` prints; None where a figure is not known."""
    import msgspec

    return {
        "answer": message.text,
        "bot": message.bot,
        "conversation": conversation.id,
        "message": message.id,
        "status": message.status,
        "points": message.points,
        "points_exact": message.points_exact,
        "seconds": message.seconds,
        "attachments": msgspec.to_builtins(message.attachments),
        "suggested_replies": message.suggested_replies,
        "error": None if message.error is None else msgspec.to_builtins(message.error),
    }


def _note_wait(_message: Message, wait: Waiting) -> None:
    if not wait.seconds:
        return
    why = "Poe has had too many requests" if wait.refused else "500 requests in a minute are enough"
    _note(f"{why}; sending in {math.ceil(wait.seconds)} s, Ctrl-C stops waiting")


def _points(message: Message) -> str:
    if message.points is None:
        return "no points" if is_free(message) else "points unknown"
    return f"{'' if message.points_exact else '≈ '}{counted(message.points, 'point')}"


def _explain(failure: Failure | None) -> None:
    if failure is not None:
        say(in_words(failure.title, failure.explanation, failure.hint))


def _note(text: str) -> None:
    say(f"poe-tui: {plain(text)}")
