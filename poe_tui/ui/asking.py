"""Prompts on their way: sent, asked again, and queued behind the reply before them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from poe_tui.chat.budget import Verdict
from poe_tui.chat.conversation import Conversation, QueuedPrompt
from poe_tui.chat.estimate import Weight, weigh
from poe_tui.chat.message import Attachment, Message
from poe_tui.chat.rehearsal import Act, rehearse
from poe_tui.ui.gate import Gate
from poe_tui.ui.replies import Replies

Sent = Callable[[], object]
"""Called when the gate has let a prompt through, and it is on its way or in the queue."""


class Asking:
    """Every way to get an answer: all go through `Gate.admit` and end in `Replies.start`.

    The gate may have to ask. Then a method that sends returns before anything has changed; after a
    no nothing ever does, and `sent` is not called.
    """

    def __init__(self, gate: Gate, replies: Replies) -> None:
        self.replies = replies
        self._gate = gate
        self._held: str | None = None

    # -- what is made of it elsewhere -----------------------------------------------------------

    def _draft_sent(self, conversation: Conversation, *, files: bool) -> None:
        """Forget the draft, and with `files` those that went with it."""
        raise NotImplementedError

    def _started(self, conversation: Conversation) -> None:
        """Show that a reply has begun."""
        raise NotImplementedError

    def _changed(self, conversation: Conversation) -> None:
        """Save and show a conversation."""
        raise NotImplementedError

    # -- asking ---------------------------------------------------------------------------------

    def send(
        self,
        conversation: Conversation,
        text: str,
        *,
        bot: str | None = None,
        attachments: Sequence[Attachment] = (),
        drafted: bool = True,
        sent: Sent | None = None,
    ) -> None:
        """Ask `bot` (None: the conversation's), or queue the prompt while a reply is coming in.

        `drafted` says that it is the draft that is sent: there is none from then on, and with
        `attachments` none of its files.
        """
        act = _asking(text, bot, attachments)

        def go() -> None:
            if drafted:
                self._draft_sent(conversation, files=bool(attachments))
            if self.replies.of(conversation.id):
                conversation.enqueue(text, bot=bot, attachments=attachments)
                self._changed(conversation)
            else:
                self._start(conversation, act(conversation))
            _tell(sent)

        self._gate.admit(rehearse(conversation, act), go)

    def weigh(
        self, conversation: Conversation, bot: str | None = None, *, edited: str = ""
    ) -> Weight:
        """Return how much would be sent to `bot` beside the prompt itself.

        `edited` is the id of the prompt it would stand beside, empty for a new one. Raises KeyError
        or ValueError when that is not there.
        """
        act = _editing(edited, "", (), bot) if edited else _asking("", bot, ())
        return weigh(rehearse(conversation, act).turns)

    def weigh_again(self, conversation: Conversation, message_id: str) -> Weight:
        """Return how much would be sent to ask again for the answer `message_id`.

        Raises KeyError or ValueError when it is not there, or nothing that can be asked for again.
        """
        return weigh(rehearse(conversation, _again(message_id, None)).turns)

    def foresee(self, bot: str, weight: Weight) -> Verdict:
        """Return what a request of that weight is expected to cost, and what the caps say to it."""
        return self._gate.foresee(bot, weight)

    def regenerate(
        self,
        conversation: Conversation,
        message_id: str,
        *,
        bot: str | None = None,
        sent: Sent | None = None,
    ) -> None:
        """Ask again for the answer `message_id`, of `bot` (None: the same one), beside the old one.

        A prompt that was never answered is asked again as it stands.
        """
        self._begin(conversation, _again(message_id, bot), sent)

    def edit(
        self,
        conversation: Conversation,
        message_id: str,
        text: str,
        attachments: Sequence[Attachment] | None = None,
        *,
        bot: str | None = None,
        sent: Sent | None = None,
    ) -> None:
        """Ask `text` beside the prompt `message_id`, of `bot` (None: the one asked then).

        `attachments` are the files that go along; None for those of the prompt.
        """
        self._begin(conversation, _editing(message_id, text, attachments, bot), sent)

    def continue_(
        self, conversation: Conversation, message_id: str, *, sent: Sent | None = None
    ) -> None:
        """Ask the bot to go on with an answer that was stopped or cut off."""
        self._begin(conversation, lambda onto: onto.continue_(message_id), sent)

    def _begin(self, conversation: Conversation, act: Act, sent: Sent | None = None) -> None:
        """Do `act` when the gate lets it through, and stream the answer it makes."""

        def go() -> None:
            self._start(conversation, act(conversation))
            _tell(sent)

        self._gate.admit(rehearse(conversation, act), go)

    def _start(self, conversation: Conversation, message: Message) -> None:
        self.replies.start(conversation, message)
        self._started(conversation)

    def stop(self, conversation: Conversation) -> bool:
        """Stop what is coming in for `conversation`; False when nothing was."""
        return self.replies.stop(conversation.id) > 0

    # -- the queue ------------------------------------------------------------------------------

    def hold(self, queued_id: str | None) -> None:
        """Keep a queued prompt from being sent while it is edited; None lets it go again."""
        self._held = queued_id

    def queued(self, conversation: Conversation, queued_id: str) -> QueuedPrompt | None:
        """Return a queued prompt; None when it has been sent or dropped."""
        return next((item for item in conversation.queue if item.id == queued_id), None)

    def change_queued(
        self,
        conversation: Conversation,
        queued_id: str,
        text: str,
        attachments: Sequence[Attachment],
        *,
        bot: str | None = None,
        sent: Sent | None = None,
    ) -> None:
        """Put `text` to `bot` (None: the conversation's), with these files, in a queued prompt's
        place, and let it go. It is asked about as a new one would be.
        """

        def go() -> None:
            prompt = self.queued(conversation, queued_id)
            if prompt is None:  # dropped elsewhere while the question was open
                self.send(
                    conversation, text, bot=bot, attachments=attachments, drafted=False, sent=sent
                )
                return
            _tell(sent)
            prompt.text, prompt.bot, prompt.attachments = text, bot, list(attachments)
            self._changed(conversation)
            self.release(conversation)

        self._gate.admit(rehearse(conversation, _asking(text, bot, attachments)), go)

    def release(self, conversation: Conversation) -> None:
        """Let a held prompt go: it is sent if the reply before it has ended well meanwhile."""
        self.hold(None)
        last = conversation.messages.get(conversation.head or "")
        if last is not None and last.status == "complete":
            self._send_next_unasked(conversation)

    def drop_queued(self, conversation: Conversation, queued_id: str) -> None:
        """Take a prompt out of the queue; raises KeyError."""
        conversation.drop_queued(queued_id)
        self._changed(conversation)

    def send_next(self, conversation: Conversation) -> None:
        """Send the first queued prompt, unless something is coming in."""
        if self._next_is_due(conversation):
            self._gate.admit(
                rehearse(conversation, _next_answer),
                lambda: self._send_next_unasked(conversation),
            )

    def _send_next_unasked(self, conversation: Conversation) -> None:
        """Send it when its turn comes by itself: the gate has asked before it was queued."""
        if self._next_is_due(conversation):
            self._start(conversation, _next_answer(conversation))

    def _next_is_due(self, conversation: Conversation) -> bool:
        queue = conversation.queue
        free = bool(queue) and queue[0].id != self._held
        return free and not self.replies.of(conversation.id)


def _asking(text: str, bot: str | None, attachments: Sequence[Attachment]) -> Act:
    def act(onto: Conversation) -> Message:
        return _answer_to(onto, onto.ask(text, bot=bot, attachments=attachments))

    return act


def _editing(
    message_id: str, text: str, attachments: Sequence[Attachment] | None, bot: str | None
) -> Act:
    def act(onto: Conversation) -> Message:
        return _answer_to(onto, onto.edit(message_id, text, bot=bot, attachments=attachments))

    return act


def _again(message_id: str, bot: str | None) -> Act:
    def act(onto: Conversation) -> Message:
        message = onto.messages[message_id]
        if message.role == "user":
            return onto.reply(bot or message.bot or onto.bot, parent=message_id)
        return onto.regenerate(message_id, bot=bot)

    return act


def _answer_to(conversation: Conversation, prompt: Message) -> Message:
    return conversation.reply(prompt.bot or conversation.bot, parent=prompt.id)


def _next_answer(conversation: Conversation) -> Message:
    """Add the first queued prompt and the answer to it; raises ValueError when none is queued."""
    prompt = conversation.ask_queued()
    if prompt is None:
        raise ValueError("nothing is queued")
    return _answer_to(conversation, prompt)


def _tell(sent: Sent | None) -> None:
    if sent is not None:
        sent()
