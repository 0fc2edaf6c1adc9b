"""What the keys of the transcript do by themselves: move, fold, find, copy."""

from __future__ import annotations

from typing import Any

from textual import events

from poe_tui.ui import clipboard
from poe_tui.ui.transcript.selecting import Selecting


class Keys(Selecting):
    """A reader's column with an action for every key; what is not its own to do it requests."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._link_turn = ("", -1)

    def request(self, action: str, index: int | None = None, detail: str = "") -> None:
        """Ask the app for `action` on entry `index`, None for the one that keys act on."""

    def notice(self, text: str, severity: str = "information") -> None:
        """Say something in the status line."""

    def request_if_offered(self, action: str) -> bool:
        """Ask for what the error under the cursor offers; return False when it does not."""
        index = self.here
        message = None if index is None else self.message_at(index)
        if message is None or message.error is None or action not in message.error.actions:
            return False
        self.request(action, index)
        return True

    def on_key(self, event: events.Key) -> None:
        """While text is selected, keys are for that."""
        if not self.select_by_key(event):
            if self.chosen is None or event.key != "escape":
                return
            # On its way to the bindings the screen would let go of what is selected, and they
            # would do what escape means where nothing is.
            self.select(None)
        event.stop()
        event.prevent_default()

    # -- moving ---------------------------------------------------------------------------------

    def action_next(self) -> None:
        """Go to the next message; past the last one there is the composer."""
        index = self.cursor_index
        if self.column is None or index is None:
            self.put_cursor(self.first_visible())
        elif index + 1 < len(self.column):
            self.put_cursor(index + 1)
        else:
            self.show_end()
            self.request("at_end")

    def action_previous(self) -> None:
        """Go to the previous message."""
        index = self.cursor_index
        self.put_cursor(self.last_visible() if index is None else max(0, index - 1))

    def action_first(self) -> None:
        """Go to the first message."""
        self.put_cursor(0, show=False)
        self.show_from(0, 0)
        self.following = self.at_end

    def action_last(self) -> None:
        """Go to the end and follow it."""
        if self.column is not None:
            self.put_cursor(len(self.column) - 1, show=False)
        self.show_end()

    def action_answer(self, step: int) -> None:
        """Go `step` answers on."""
        index = self.here
        while (
            index is not None and self.column is not None and 0 <= index + step < len(self.column)
        ):
            index += step
            message = self.message_at(index)
            if message is not None and message.role == "bot":
                self.put_cursor(index)
                return

    def action_code(self, step: int) -> None:
        """Go to the next (1) or previous (-1) code block."""
        found = self.next_code(step)
        if found is not None:
            self.put_cursor(*found)

    def action_rows(self, rows: int) -> None:
        """Scroll by `rows`; past the end there is the composer."""
        if rows > 0 and self.at_end:
            self.show_end()
            self.request("at_end")
        else:
            self.move_by(rows)

    def action_pages(self, step: int) -> None:
        """Scroll by `step` screens, less two rows that stay in sight."""
        self.move_by(step * max(1, self.page - 2))

    def action_fold(self) -> None:
        """Fold or unfold what is under the cursor."""
        code = self.code_under_cursor()
        if code is not None and code.summary is None:
            self.notice("That is too short to fold; z folds the message.")
        elif self.here is not None:
            self.toggle_fold(self.here, self.spot)

    def action_fold_message(self) -> None:
        """Fold or unfold the whole message."""
        if self.here is not None:
            self.toggle_fold(self.here, whole=True)

    # -- finding and links ----------------------------------------------------------------------

    def action_find(self) -> None:
        """Ask for the find bar."""
        self.request("find")

    def action_find_step(self, step: int) -> None:
        """Go to the next (1) or previous (-1) match."""
        if self.finder is None:
            self.action_find()
        elif not self.find_step(step):
            self.notice("Nothing found.", "warning")

    def action_open_link(self) -> None:
        """Ask to open a link of the message under the cursor, at each press the next one."""
        index = self.here
        if index is None or self.column is None:
            return
        links = self.links_of(index)
        key = self.column.items[index].id
        if not links:
            self.notice("This message has no link.", "warning")
            return
        turn = self._link_turn[1] + 1 if self._link_turn[0] == key else 0
        self._link_turn = (key, turn % len(links))
        self.request("open_link", index, links[turn % len(links)])

    def ask_to_open(self, index: int, address: str) -> None:
        """Ask to open that link of entry `index`; `action_open_link` goes on from there."""
        links = self.links_of(index)
        if self.column is not None and address in links:
            self._link_turn = (self.column.items[index].id, links.index(address))
        self.request("open_link", index, address)

    # -- copying --------------------------------------------------------------------------------

    def copy(self, text: str, what: str) -> None:
        """Copy `text` and say how that went; `what` is what was copied, in words."""

        async def copying() -> None:
            how = await clipboard.copy(self.app, text)
            lost = how == clipboard.Outcome.REFUSED
            self.notice(f"Copied {what} {how}.", "error" if lost else "information")

        self.run_worker(copying(), group="copy", description=f"copy {what}", exit_on_error=False)

    def action_copy_message(self) -> None:
        """Copy what is selected, else the message under the cursor as it was written."""
        if self.chosen is not None:
            self.copy_selection()
        elif self.column is not None and self.here is not None:
            self.copy(self.column.items[self.here].text, "the message")

    def copy_selection(self) -> None:
        """Copy what is selected, as it is on show."""
        text = self.get_selection(self.chosen) if self.chosen is not None else None
        if text is not None and text[0]:
            self.copy(text[0], "what is selected")

    def action_copy_code(self) -> None:
        """Copy a code block of the message under the cursor, at each press the next one.

        With no code block under the cursor, an answer that was cut off is continued instead.
        """
        index = self.here
        if index is None or (self.spot is None and self.request_if_offered("continue")):
            return
        codes = self.codes_of(index)
        if not codes:
            self.notice("This message has no code block.", "warning")
            return
        under_cursor = self.spot in [spot for spot, _ in codes]
        self.copy_code(index, (self.code_here(index) + under_cursor) % len(codes))

    def copy_code(self, index: int, nth: int) -> None:
        """Copy code block `nth` of entry `index` and put the cursor on it."""
        codes = self.codes_of(index)
        spot, code = codes[nth]
        self.put_cursor(index, spot)
        which = f"code block {nth + 1} of {len(codes)}" if len(codes) > 1 else "the code block"
        self.copy(code.text, f"{which} ({code.language})" if code.language else which)

    def action_copy_conversation(self) -> None:
        """Copy the whole branch on screen as Markdown."""
        if self.column is None:
            return
        parts = []
        for message in self.column.conversation.path():
            name = "You" if message.role == "user" else message.bot or message.role.capitalize()
            parts.append(f"**{name}**\n\n{message.text}")
        if parts:
            self.copy("\n\n---\n\n".join(parts) + "\n", "the conversation")
