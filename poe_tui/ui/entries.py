"""The list of conversations, in the order in which it is shown."""

from __future__ import annotations

from collections.abc import Iterable

from poe_tui.chat.conversation import Conversation
from poe_tui.store.conversations import Entry


class Entries:
    """Entries by id; pinned ones first, then the one changed last first. Sorted when looked at."""

    def __init__(self) -> None:
        self._by_id: dict[str, Entry] = {}
        self._order: list[Entry] | None = []

    def __contains__(self, conversation_id: str) -> bool:
        return conversation_id in self._by_id

    @property
    def ordered(self) -> list[Entry]:
        """The entries in their order."""
        if self._order is None:
            newest = sorted(self._by_id.values(), key=lambda entry: entry.updated, reverse=True)
            self._order = sorted(newest, key=lambda entry: not entry.pinned)
        return self._order

    def replace(self, entries: Iterable[Entry]) -> None:
        """Hold `entries` and no others."""
        self._by_id = {entry.id: entry for entry in entries}
        self._order = None

    def put(self, conversation: Conversation) -> None:
        """Show a conversation as it is now."""
        self._by_id[conversation.id] = Entry(
            id=conversation.id,
            title=conversation.title,
            updated=conversation.updated,
            bot=conversation.bot,
            messages=len(conversation.messages),
            pinned=conversation.pinned,
            archived=conversation.archived,
        )
        self._order = None

    def drop(self, conversation_id: str) -> bool:
        """Take a conversation out; False when it was not in."""
        self._order = None
        return self._by_id.pop(conversation_id, None) is not None

    def neighbour(self, conversation_id: str, step: int) -> str | None:
        """Return the id `step` places below `conversation_id`; stays at the ends.

        The first one for an id that is not in the list; None when the list is empty.
        """
        ids = [entry.id for entry in self.ordered if not entry.archived]
        if conversation_id not in ids:
            return ids[0] if ids else None
        return ids[max(0, min(len(ids) - 1, ids.index(conversation_id) + step))]

    def successor(self, conversation_id: str) -> str | None:
        """Return the id to show when `conversation_id` goes: the one below, else the one above."""
        below, above = (self.neighbour(conversation_id, step) for step in (1, -1))
        return next((each for each in (below, above) if each != conversation_id), None)
