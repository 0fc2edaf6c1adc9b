"""The line above the transcript: what the conversation is called, how long it is, what it cost."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from poe_tui.chat.conversation import Conversation
from poe_tui.markdown.safe import plain
from poe_tui.ui.figures import counted, spent
from poe_tui.ui.widgets.line_list import fit


class TitleRow(Widget):
    """Title on the left; tags, marks, messages and points on the right, where there is room."""

    DEFAULT_CSS = """
    TitleRow { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._title = ""
        self._marks = ""
        self._facts = ""

    def show(self, conversation: Conversation) -> None:
        """Show a conversation's title and figures; those of the branch on screen."""
        self._title = plain(conversation.title) or "New conversation"
        tags = [f"#{plain(tag)}" for tag in conversation.tags]
        if conversation.pinned:
            tags.append("pinned")
        if conversation.system:
            tags.append("system prompt")
        self._marks = "  ".join(tags)
        path = conversation.path()
        facts = [counted(len(path), "message")] if path else []
        cost = spent(conversation.messages.values())
        self._facts = " · ".join([*facts, *([cost] if cost else [])])
        self.refresh()

    def render(self) -> Content:
        width = self.size.width
        right = [part for part in (self._marks, self._facts) if part]
        while right and width - cell_len("  ".join(right)) - 2 < min(20, cell_len(self._title)):
            right.pop(0)
        shown = "  ".join(right)
        title = fit(self._title, width - cell_len(shown) - (2 if shown else 0))
        return Content.assemble((title, "bold $text"), "  " if shown else "", (shown, "$dim"))
