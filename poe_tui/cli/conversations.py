"""Which conversation the command line means."""

from __future__ import annotations

from poe_tui.errors import UsageError
from poe_tui.store.conversations import ConversationStore


def find_conversation(store: ConversationStore, prefix: str, *, last: bool = False) -> str:
    """Return the id that begins with `prefix`, or that of the conversation changed last.

    Empty when neither is asked for. Raises UsageError when there is none, or more than one.
    """
    if not prefix and not last:
        return ""
    entries, _problems = store.list()
    if last:
        if not entries:
            raise UsageError("There is no conversation yet to go on with.", hint="Leave out -c.")
        return max(entries, key=lambda entry: entry.updated).id
    found = [entry.id for entry in entries if entry.id.startswith(prefix)]
    if prefix in found:
        return prefix
    if len(found) != 1:
        several = f"{len(found)} conversations have ids that begin with {prefix!r}"
        none = f"No conversation has an id that begins with {prefix!r}"
        raise UsageError(f"{several if found else none}.", hint="`poe-tui list` shows the ids.")
    return found[0]
