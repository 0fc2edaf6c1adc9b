"""Which conversation the command line means."""

from __future__ import annotations

from poe_tui.errors import StoreError, UsageError
from poe_tui.store.conversations import ConversationStore


def find_conversation(store: ConversationStore, prefix: str, *, last: bool = False) -> str:
    """Return the id that begins with `prefix`, or that of the conversation changed last.

    Empty when neither is asked for. Raises UsageError when there is none, or more than one, and
    StoreError when there is one that can't be read.
    """
    if not prefix and not last:
        return ""
    entries, problems = store.list()
    if last:
        if not entries:
            raise UsageError("There is no conversation yet to go on with.", hint="Leave out -c.")
        return max(entries, key=lambda entry: entry.updated).id
    found = [entry.id for entry in entries if entry.id.startswith(prefix)]
    if prefix in found:
        return prefix
    unread = [problem for problem in problems if problem.path.name.startswith(prefix)]
    if not found and unread:
        raise StoreError(
            f"{unread[0].path.name}: {unread[0].reason}", title="That conversation can't be read"
        )
    if len(found) != 1:
        several = f"{len(found)} conversations have ids that begin with {prefix!r}"
        none = f"No conversation has an id that begins with {prefix!r}"
        raise UsageError(f"{several if found else none}.", hint="`poe-tui list` shows the ids.")
    return found[0]
