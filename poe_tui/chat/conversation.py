"""A conversation: a tree of messages, and the branch that is being read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import msgspec

from poe_tui.chat.message import Attachment, Failure, Message, freeze_parameters, new_id, now
from poe_tui.chat.surrogates import mend
from poe_tui.chat.tree import Tree

CONTINUE: Final = "Continue exactly where you stopped."
"""The prompt that `Conversation.continue_` writes."""


class QueuedPrompt(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A prompt that waits for the reply before it to end; on disk, and never lost."""

    id: str = msgspec.field(default_factory=new_id)
    """The message it becomes has the same id."""
    text: str
    bot: str | None = None
    """Whom to ask; None for the conversation's bot at the time it is sent."""
    attachments: list[Attachment] = msgspec.field(default_factory=list)
    extra: dict[str, Any] = msgspec.field(default_factory=dict)
    """Unknown fields of its file, written back as they were read."""


class Conversation(msgspec.Struct, kw_only=True, dict=True):
    """Messages by id, in the order they were made, and `head`, the end of the branch on screen.

    Nothing is ever overwritten: editing a prompt or regenerating an answer adds a sibling. Every
    method that changes something moves `updated`; code that sets a field itself calls `touch`.
    Methods that take a message's id raise KeyError for one that is not here.
    """

    id: str = msgspec.field(default_factory=new_id)
    title: str = ""
    """Empty until there is a first prompt to take it from."""
    titled: bool = False
    """True: the user gave the title; it is never changed by itself."""
    bot: str = ""
    """Who gets the next prompt."""
    created: datetime = msgspec.field(default_factory=now)
    updated: datetime = msgspec.field(default_factory=now)
    system: str = ""
    parameters: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    """What is sent to each bot beside the prompt, by casefolded name: see `set_parameters`."""
    mention_context: str = ""
    """What bots asked by `@Bot` see: all, since_switch or last_N; empty until one is asked."""
    pinned: bool = False
    archived: bool = False
    tags: list[str] = msgspec.field(default_factory=list)
    draft: str = ""
    draft_attachments: list[Attachment] = msgspec.field(default_factory=list)
    """Files that go with the draft; replaced as a whole, never changed in place."""
    head: str | None = None
    queue: list[QueuedPrompt] = msgspec.field(default_factory=list)
    messages: dict[str, Message] = msgspec.field(default_factory=dict)
    extra: dict[str, Any] = msgspec.field(default_factory=dict)
    """Fields of a newer version or another program; written back as they were read."""

    # -- growing --------------------------------------------------------------------------------

    def ask(
        self, text: str, *, bot: str | None = None, attachments: Sequence[Attachment] = ()
    ) -> Message:
        """Add a prompt under the head and move the head to it.

        The head may be anything: under another prompt, or an answer that failed, the user asks
        again.
        """
        return self._grow(
            Message(
                role="user",
                parent=self.head,
                bot=bot or self.bot or None,
                text=mend(text),
                attachments=tuple(attachments),
            )
        )

    def reply(
        self, bot: str, *, parent: str | None = None, parameters: dict[str, Any] | None = None
    ) -> Message:
        """Add an empty, streaming answer under `parent` (None: the head) and move the head to it.

        `parameters` are what is sent beside the prompt; None for what is set for the bot here.
        Raises ValueError when the parent is not a prompt.
        """
        prompt = self.head if parent is None else parent
        if prompt is None or self.messages[prompt].role != "user":
            raise ValueError("only a prompt can be answered")
        return self._grow(
            Message(
                role="bot",
                parent=prompt,
                bot=bot,
                status="streaming",
                parameters=freeze_parameters(
                    self.parameters_of(bot) if parameters is None else parameters
                ),
            )
        )

    def regenerate(self, message_id: str, *, bot: str | None = None) -> Message:
        """Add a sibling to the answer `message_id`, from `bot` (None: the same one), streaming.

        It gets the parameters that are set for it now; where none ever were, the same bot gets
        those of the answer. Raises ValueError when `message_id` is not the answer to a prompt.
        """
        answer = self.messages[message_id]
        if answer.role != "bot" or answer.parent is None:
            raise ValueError("only an answer can be regenerated")
        asked = bot or answer.bot or self.bot
        never_set = asked.casefold() not in self.parameters
        parameters = answer.parameters if asked == answer.bot and never_set else None
        return self.reply(asked, parent=answer.parent, parameters=parameters)

    def edit(
        self,
        message_id: str,
        text: str,
        *,
        bot: str | None = None,
        attachments: Sequence[Attachment] | None = None,
    ) -> Message:
        """Add a sibling to the prompt `message_id` that says `text`.

        `bot` is whom to ask; None for the one that was asked, with the same parameters.
        `attachments` None: those of the prompt. Raises ValueError when `message_id` is no prompt.
        """
        prompt = self.messages[message_id]
        if prompt.role != "user":
            raise ValueError("only a prompt can be edited")
        return self._grow(
            Message(
                role="user",
                parent=prompt.parent,
                bot=bot or prompt.bot,
                text=mend(text),
                attachments=tuple(prompt.attachments if attachments is None else attachments),
                parameters=freeze_parameters(
                    prompt.parameters if bot in (None, prompt.bot) else None
                ),
            )
        )

    def continue_(self, message_id: str) -> Message:
        """Ask the bot of the answer `message_id` to go on where it stopped; return the new answer.

        Adds the prompt `CONTINUE` under the answer, and a streaming reply under that: the partial
        answer stays as it is, and is sent. Raises ValueError when there is no text to go on from,
        or the answer is still coming.
        """
        partial = self.messages[message_id]
        if partial.role != "bot" or partial.streaming or not partial.text.strip():
            raise ValueError("only an answer that has ended with some text can be continued")
        bot = partial.bot or self.bot
        prompt = self._grow(Message(role="user", parent=partial.id, bot=bot or None, text=CONTINUE))
        return self.reply(bot, parent=prompt.id, parameters=partial.parameters)

    # -- waiting prompts --------------------------------------------------------------------------

    def enqueue(
        self, text: str, *, bot: str | None = None, attachments: Sequence[Attachment] = ()
    ) -> QueuedPrompt:
        """Add a prompt to the end of the queue."""
        queued = QueuedPrompt(text=mend(text), bot=bot, attachments=list(attachments))
        self.queue.append(queued)
        self.touch()
        return queued

    def drop_queued(self, queued_id: str) -> QueuedPrompt:
        """Take a prompt out of the queue and return it; raises KeyError."""
        for place, queued in enumerate(self.queue):
            if queued.id == queued_id:
                self.touch()
                return self.queue.pop(place)
        raise KeyError(queued_id)

    def ask_queued(self) -> Message | None:
        """Make the first queued prompt a prompt under the head; None when nothing is queued."""
        if not self.queue:
            return None
        queued = self.queue.pop(0)
        return self._grow(
            Message(
                id=queued.id,
                role="user",
                parent=self.head,
                bot=queued.bot or self.bot or None,
                text=queued.text,
                attachments=tuple(queued.attachments),
                extra=queued.extra,
            )
        )

    # -- what goes with a prompt ------------------------------------------------------------------

    def parameters_of(self, bot: str) -> dict[str, Any]:
        """Return what is set for `bot` in this conversation; empty when nothing is."""
        return self.parameters.get(bot.casefold(), {})

    def set_parameters(self, bot: str, values: Mapping[str, Any]) -> None:
        """Set all that is sent to `bot` beside its prompts; the bot has defaults for the rest."""
        self.parameters = {**self.parameters, bot.casefold(): dict(values)}
        self.touch()

    # -- about it ---------------------------------------------------------------------------------

    def rename(self, title: str) -> None:
        """Give it a title of the user's own; an empty one makes it automatic again."""
        self.title = " ".join(mend(title).split())
        self.titled = bool(self.title)
        if not self.titled:
            self._title_from(self.messages.values())
        self.touch()

    def exclude(self, message_id: str, excluded: bool = True) -> None:
        """Keep a message out of what is sent, or let it in again."""
        self.messages[message_id].excluded = excluded
        self.touch()

    def touch(self) -> None:
        """Note that something has changed now; `updated` never goes back, as a clock may."""
        self.updated = max(self.updated, now())

    @property
    def unsaved(self) -> Failure | None:
        """Why the last attempt to save this failed; None when it is on disk. Never in the file."""
        return self.__dict__.get("_unsaved")

    @unsaved.setter
    def unsaved(self, failure: Failure | None) -> None:
        self.__dict__["_unsaved"] = failure

    @property
    def origin(self) -> object:
        """What the store remembers of the file this was last in step with; None for a new one."""
        return self.__dict__.get("_origin")

    @origin.setter
    def origin(self, origin: object) -> None:
        self.__dict__["_origin"] = origin

    # -- reading --------------------------------------------------------------------------------

    def path(self) -> list[Message]:
        """Return the branch on screen, first message first; empty for a new conversation."""
        return [self.messages[message_id] for message_id in self._tree_now().branch(self.head)]

    def path_to(self, message_id: str) -> list[Message]:
        """Return the messages from the first one to `message_id`, which is the last of them."""
        ids = list(self._tree_now().upwards(message_id))
        return [self.messages[here] for here in reversed(ids)]

    def siblings(self, message_id: str) -> list[Message]:
        """Return the messages with its parent and role, itself among them, oldest first."""
        role = self.messages[message_id].role
        found = (self.messages[sibling] for sibling in self._tree_now().siblings(message_id))
        return [message for message in found if message.role == role]

    def select(self, message_id: str) -> None:
        """Put `message_id` on the branch on screen.

        The head becomes the leaf under it that was last on screen, else the newest one. Looking at
        another branch is no change: `updated` stays.
        """
        tree = self._tree_now()
        tree.choose(message_id)
        leaf = tree.leaf(message_id)
        if leaf is not None and leaf != self.head:
            tree.choose(leaf)
            self.head = leaf

    def step_sibling(self, message_id: str, step: int) -> Message:
        """Select the sibling `step` places after (or before) and return it; stays at the ends."""
        siblings = self.siblings(message_id)
        place = next(i for i, message in enumerate(siblings) if message.id == message_id)
        chosen = siblings[min(max(place + step, 0), len(siblings) - 1)]
        self.select(chosen.id)
        return chosen

    def fork(self, message_id: str) -> Conversation:
        """Return a new conversation with the branch up to and including `message_id`.

        Its messages are copies with new ids. An answer that is still coming is copied as far as it
        has come, with the status `stopped`.
        """
        copy = Conversation(
            title=f"{self.title} (fork)" if self.title else "",
            titled=self.titled,
            bot=self.bot,
            system=self.system,
            parameters=dict(self.parameters),
            mention_context=self.mention_context,
            tags=list(self.tags),
            extra=dict(self.extra),
        )
        for original in self.path_to(message_id):
            message = msgspec.structs.replace(
                original,
                id=new_id(),
                parent=copy.head,
                attachments=list(original.attachments),
                suggested_replies=list(original.suggested_replies),
                data=list(original.data),
                parameters=freeze_parameters(original.parameters),
                extra=dict(original.extra),
            )
            if message.streaming:
                message.status, message.finished = "stopped", now()
            copy.messages[message.id] = message
            copy.head = message.id
        return copy

    def reindex(self) -> None:
        """Take in messages put into `messages` from outside; a lost head is found anew."""
        tree = self._tree_now()
        tree.rebuild()
        if self.head not in self.messages:
            self.head = tree.leaf(None)

    @property
    def streaming(self) -> list[Message]:
        """The answers that are still coming, on any branch."""
        return [message for message in self.messages.values() if message.streaming]

    # -- inside -----------------------------------------------------------------------------------

    @cached_property
    def _tree(self) -> Tree:
        return Tree(self.messages)

    def _tree_now(self) -> Tree:
        """Return the index, built again if `messages` has grown behind its back."""
        tree = self._tree
        if len(tree) != len(self.messages):
            tree.rebuild()
        return tree

    def _grow(self, message: Message) -> Message:
        """Add `message` to the tree and move the head to it."""
        tree = self._tree_now()
        self.messages[message.id] = message
        tree.add(message)
        if message.parent == self.head:
            tree.extend_choice(message.id)
        else:
            tree.choose(message.id)
        self.head = message.id
        self._title_from((message,))
        self.touch()
        return message

    def _title_from(self, messages: Iterable[Message]) -> None:
        """Take the title from the first prompt that has words, or a file, while there is none."""
        from poe_tui.chat.title import title_from

        for message in messages:
            if self.title:
                return
            if message.role == "user":
                names = [mend(file.name) for file in message.attachments[:1]]
                self.title = title_from(message.text) or title_from(" ".join(names))
