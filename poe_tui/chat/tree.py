"""Who follows whom: the index over a conversation's messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from poe_tui.chat.message import Message


class Tree:
    """Parents, children and remembered branches of the messages in a mapping.

    A file may be damaged or half merged: a message whose parent is missing counts as a first one,
    and a ring of parents is opened at its oldest message, so that every message has a path. The
    messages themselves are never altered. Nothing here recurses: a branch may be 100,000 messages
    deep.
    """

    def __init__(self, messages: Mapping[str, Message]) -> None:
        self._messages = messages
        self._chosen: dict[str | None, str] = {}
        self.rebuild()

    def __len__(self) -> int:
        return len(self._parent)

    def rebuild(self) -> None:
        """Index all messages anew; which child was last on screen stays known."""
        self._parent: dict[str, str | None] = {}
        self._children: dict[str | None, list[str] | tuple[str]] = {None: []}
        self._branch: list[str] = []
        in_order = True
        for message in self._messages.values():
            parent = message.parent if message.parent in self._messages else None
            in_order = in_order and (parent is None or parent in self._parent)
            self._place(message.id, parent)
        if not in_order:  # else no message can be among those that it follows
            self._open_rings()

    def add(self, message: Message) -> None:
        """Index one more message, whose parent is None or known."""
        self._place(message.id, message.parent)

    def siblings(self, message_id: str) -> Sequence[str]:
        """Return the ids with the same parent, `message_id` among them, oldest first."""
        return self._children[self._parent[message_id]]

    def branch(self, head: str | None) -> list[str]:
        """Return the ids from the first message to `head`; empty for None and unknown ids."""
        if head is None or head not in self._parent:
            return []
        known = self._branch
        if known and known[-1] != head:
            if self._parent[head] == known[-1]:
                known.append(head)
            else:
                known = []
        if not known:
            known = list(self.upwards(head))
            known.reverse()
            self._branch = known
        return known

    def upwards(self, message_id: str) -> Iterator[str]:
        """Yield `message_id` and what it follows, up to the first message."""
        here: str | None = message_id
        while here is not None:
            yield here
            here = self._parent[here]

    def choose(self, message_id: str) -> None:
        """Remember the branch to `message_id` as the one last on screen, at every fork above it."""
        for here in self.upwards(message_id):
            self._chosen[self._parent[here]] = here

    def extend_choice(self, message_id: str) -> None:
        """Remember `message_id` under its parent only: the branch above it is the one on screen."""
        self._chosen[self._parent[message_id]] = message_id

    def leaf(self, message_id: str | None) -> str | None:
        """Return the leaf under `message_id` (None: under all) last on screen, else the newest one.

        None only for a tree without messages.
        """
        here = message_id
        while (chosen := self._chosen.get(here)) is not None and chosen in self._parent:
            here = chosen
        leaves = set()
        waiting = [here] if here is not None else list(self._children[None])
        while waiting:
            node = waiting.pop()
            below = self._children.get(node)
            if below:
                waiting.extend(below)
            else:
                leaves.add(node)
        return next((key for key in reversed(self._parent) if key in leaves), None)

    def _place(self, message_id: str, parent: str | None) -> None:
        self._parent[message_id] = parent
        below = self._children.get(parent)
        if below is None:
            # Nearly always the only one; a list would take twice the room.
            self._children[parent] = (message_id,)
        elif isinstance(below, tuple):
            self._children[parent] = [*below, message_id]
        else:
            below.append(message_id)

    def _open_rings(self) -> None:
        """Make a first message of the oldest one in each ring of parents."""
        reached: set[str] = set()
        first = list(self._children[None])
        self._children[None] = first
        self._reach(list(first), reached)
        if len(reached) == len(self._parent):
            return
        for message_id in list(self._parent):
            if message_id not in reached:
                above = self._parent[message_id]
                self._children[above] = [key for key in self._children[above] if key != message_id]
                self._parent[message_id] = None
                first.append(message_id)
                self._reach([message_id], reached)

    def _reach(self, waiting: list[str], reached: set[str]) -> None:
        """Add everything under `waiting` to `reached`."""
        while waiting:
            node = waiting.pop()
            if node not in reached:
                reached.add(node)
                waiting.extend(self._children.get(node, ()))
