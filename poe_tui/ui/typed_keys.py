"""Keys in the order in which they were typed.

Textual looks at bindings when a key has climbed from the widget to the app. What was typed behind
it meanwhile, in a burst over a slow line or in a paste that is not bracketed, is in the text by
then: `a`, `ctrl+j`, `b` would come out as `ab` and a new line, and enter would send both.
"""

from __future__ import annotations

from typing import Final

from textual import events
from textual.widget import Widget

JOINERS: Final = "\u200c\u200d"
"""Typed in Persian, in Indic scripts and inside emoji; Textual takes them for no characters."""


async def obey(widget: Widget, event: events.Key) -> bool:
    """Do at once what a key is bound to on `widget` itself; return whether anything was done."""
    for node, bindings in widget.screen._modal_binding_chain:
        if node is not widget:
            continue
        for binding in bindings.key_to_bindings.get(event.key, ()):
            if not binding.priority and await widget.app.run_action(binding.action, widget):
                return True
    return False
