"""Two copies of one conversation become one: from two windows, or from two machines."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import msgspec

from poe_tui.chat.conversation import Conversation, QueuedPrompt
from poe_tui.chat.message import Message

_FIELDS: Final = (
    ("title", "titled"),
    ("bot",),
    ("system",),
    ("parameters",),
    ("mention_context",),
    ("pinned",),
    ("archived",),
    ("tags",),
    ("draft", "draft_attachments"),
)
"""Fields of a conversation that are taken from one copy or the other; a group goes together."""
_MARKS: Final = (("excluded",), ("note",), ("points", "points_exact"))
"""Fields of a message that may change after it has finished."""
_UNMARKED: Final = {"excluded": False, "note": "", "points": None, "points_exact": False}
_RANK: Final = {"streaming": 0, "truncated": 1, "failed": 2, "stopped": 3, "complete": 4}
"""Whom to believe about one message. `truncated` may be the guess of somebody who saw no end."""


class Base(msgspec.Struct, frozen=True):
    """What two copies had in common: the state in which a window last saw the file.

    With it, a change is told from a field that was left alone, so a rename in one window survives
    a later save in another.
    """

    fields: dict[str, Any]
    extra: dict[str, Any]
    head: str | None
    queue: dict[str, QueuedPrompt]
    marks: dict[str, dict[str, Any]]
    """By message; those without any are left out."""

    @classmethod
    def of(cls, conversation: Conversation) -> Base:
        """Return what has to be remembered of `conversation` as it is now."""
        fields = {name: getattr(conversation, name) for group in _FIELDS for name in group}
        fields["tags"] = list(conversation.tags)
        fields["draft_attachments"] = list(conversation.draft_attachments)
        marks = {}
        for message in conversation.messages.values():
            if message.excluded or message.note or message.points is not None:
                marks[message.id] = {name: getattr(message, name) for name in _UNMARKED}
        return cls(
            fields=fields,
            extra=dict(conversation.extra),
            head=conversation.head,
            queue={queued.id: msgspec.structs.replace(queued) for queued in conversation.queue},
            marks=marks,
        )


def fold_in(
    ours: Conversation,
    theirs: Conversation,
    *,
    base: Base | None = None,
    live: Collection[str] = (),
) -> bool:
    """Put into `ours` what `theirs` has and it has not; return whether `ours` has changed.

    Messages are united by id, and never lost; a finished one beats one that streams. Fields of the
    conversation go by who has changed them since `base`; if both have, or it is None, by the later
    `updated`. The head stays where the reader is, unless theirs continues from there. Messages
    whose ids are in `live` are streaming in this process and are not touched. What `ours` already
    has is changed in place. `theirs` is used up.
    """
    return _Merge(ours, theirs, base, live).run()


def richer(one: Message, other: Message) -> Message:
    """Return the one of two copies of a message that knows more; the same for either order."""
    return max(one, other, key=_wealth)


def _wealth(message: Message) -> tuple[int, int, bytes]:
    return _RANK[message.status], len(message.text), _fingerprint(message)


def _fingerprint(value: object) -> bytes:
    """Return bytes by which ties are broken alike on every machine."""
    return msgspec.msgpack.encode(value, order="deterministic")


class _Merge:
    def __init__(
        self,
        ours: Conversation,
        theirs: Conversation,
        base: Base | None,
        live: Collection[str],
    ) -> None:
        self._ours = ours
        self._theirs = theirs
        self._base = base
        self._live = live
        self._ours_is_later = self._is_later()
        self._changed = False

    def run(self) -> bool:
        self._merge_messages()
        self._merge_head()
        self._ours.reindex()
        for group in _FIELDS:
            known = self._base.fields if self._base else None
            self._merge_group(self._ours, self._theirs, group, known)
        self._merge_extra()
        self._merge_queue()
        self._put(self._ours, "created", min(self._ours.created, self._theirs.created))
        self._put(self._ours, "updated", max(self._ours.updated, self._theirs.updated))
        return self._changed

    # -- messages -------------------------------------------------------------------------------

    def _merge_messages(self) -> None:
        mine = self._ours.messages
        added = False
        for message_id, message in self._theirs.messages.items():
            if message_id not in mine:
                mine[message_id] = message
                added = True
            elif message_id not in self._live:
                self._merge_message(mine[message_id], message)
        if added:
            self._changed = True
            ordered = sorted(mine.values(), key=lambda message: (message.created, message.id))
            mine.clear()
            mine.update((message.id, message) for message in ordered)

    def _merge_message(self, mine: Message, other: Message) -> None:
        if mine == other:
            return
        known = None
        if self._base is not None:
            known = self._base.marks.get(mine.id, _UNMARKED)
        better = richer(mine, other)
        for group in _MARKS:
            self._merge_group(mine, other, group, known)
        if better is not mine:
            marks = {name for group in _MARKS for name in group}
            for name in mine.__struct_fields__:
                if name not in marks:
                    self._put(mine, name, getattr(better, name))

    def _merge_head(self) -> None:
        theirs = self._theirs.head
        if theirs is None or theirs == self._ours.head:
            return
        mine = self._ours.head
        if self._base is None:
            move = mine is None or not self._ours_is_later
        else:
            move = mine is None or any(m.id == mine for m in self._ours.path_to(theirs))
        if move:
            self._put(self._ours, "head", theirs)

    # -- fields ---------------------------------------------------------------------------------

    def _merge_group(
        self, mine: Any, other: Any, names: tuple[str, ...], known: dict[str, Any] | None
    ) -> None:
        """Take the fields `names` of `other` if they are the ones to keep."""
        values = [getattr(mine, name) for name in names]
        others = [getattr(other, name) for name in names]
        before = None if known is None else [known[name] for name in names]
        if self._keep_theirs(values, others, before):
            for name, value in zip(names, others, strict=True):
                self._put(mine, name, value)

    def _keep_theirs(self, mine: object, other: object, before: object) -> bool:
        if mine == other:
            return False
        if before is not None and before in (mine, other):
            return before == mine
        return not self._ours_is_later

    def _merge_extra(self) -> None:
        mine, other = self._ours.extra, self._theirs.extra
        known = self._base.extra if self._base else {}
        for key in [*other, *(key for key in mine if key not in other)]:
            if key not in mine:
                take = key not in known
            elif key not in other:
                if key in known:
                    del mine[key]
                    self._changed = True
                continue
            else:
                take = self._keep_theirs(mine[key], other[key], known.get(key))
            if take:
                mine[key] = other[key]
                self._changed = True

    def _merge_queue(self) -> None:
        """Keep every prompt that still waits: not sent, nor dropped by either since the base."""
        known = self._base.queue if self._base else {}
        mine = {queued.id: queued for queued in self._ours.queue}
        other = {queued.id: queued for queued in self._theirs.queue}
        merged = []
        first, second = (mine, other) if self._ours_is_later else (other, mine)
        for queued_id in [*first, *(waiting for waiting in second if waiting not in first)]:
            if queued_id in self._ours.messages:
                continue
            if queued_id in mine and queued_id in other:
                both = mine[queued_id], other[queued_id]
                theirs = self._keep_theirs(*both, known.get(queued_id))
                merged.append(both[theirs])
            elif queued_id not in known:
                merged.append(mine.get(queued_id) or other[queued_id])
        if merged != self._ours.queue:
            self._ours.queue[:] = merged
            self._changed = True

    def _put(self, target: Any, name: str, value: object) -> None:
        if getattr(target, name) != value:
            setattr(target, name, value)
            self._changed = True

    def _is_later(self) -> bool:
        """Tell whose word counts; copies of the same moment are told apart by what they say."""
        if self._ours.updated != self._theirs.updated:
            return self._ours.updated > self._theirs.updated
        ours, theirs = Base.of(self._ours), Base.of(self._theirs)
        return _fingerprint(ours) >= _fingerprint(theirs)
