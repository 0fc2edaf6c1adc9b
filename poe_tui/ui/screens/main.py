"""The main screen: bots and conversations, the one on screen, and the status line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message as Event

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Message
from poe_tui.chat.turn import Change
from poe_tui.errors import StoreError
from poe_tui.services import Services
from poe_tui.ui.account import Account
from poe_tui.ui.chats import Chats, in_words
from poe_tui.ui.gate import Gate
from poe_tui.ui.keymap import bindings_for
from poe_tui.ui.palette import Palette
from poe_tui.ui.replies import Launch
from poe_tui.ui.roster import Roster
from poe_tui.ui.screens.errands import Errands
from poe_tui.ui.screens.file_errands import FileErrands
from poe_tui.ui.screens.orders import Orders
from poe_tui.ui.screens.questions import Questions
from poe_tui.ui.screens.verbs import PANES, Focus, key_of, verbs
from poe_tui.ui.type_ahead import TypeAhead
from poe_tui.ui.widgets.balance import Balance
from poe_tui.ui.widgets.chat_pane import ChatPane
from poe_tui.ui.widgets.line_list import LineList
from poe_tui.ui.widgets.sidebar import BotList, ConversationList, Sidebar
from poe_tui.ui.widgets.status_bar import StatusBar

#: Bound on the app, so that they work under a dialog too.
_ON_THE_APP: Final = ("app.quit", "copy_or_stop")

_WIDTHS: Final = [(0, "-narrow"), (80, "-wide")]
_HEIGHTS: Final = [(0, "-tiny"), (8, "-short"), (22, "-tall")]


class MainScreen(Errands):
    """Where a person talks with bots. What is done to conversations is in `chats`."""

    BINDING_GROUP_TITLE = "Anywhere"
    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in bindings_for("app") if binding.id not in _ON_THE_APP
    ]
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS
    AUTO_FOCUS = "#composer"

    class Ready(Event):
        """Everything is in its place: what is slow may begin."""

    class KeyWanted(Event):
        """Another Poe key is to be given."""

    def __init__(
        self,
        services: Services,
        *,
        gate: Gate,
        launch: Launch,
        ended: Callable[[Conversation, Message], None],
        now: Callable[[], datetime],
        bot: str,
        palette: Palette,
        keymap: dict[str, str],
        type_ahead: TypeAhead,
    ) -> None:
        """`ended` is called when a reply has ended, however it did: points may have been spent."""
        super().__init__()
        self._services = services
        self._ended = ended
        self._now = now
        self.palette = palette
        self._keymap = keymap
        self._entries_stale = False
        self.ready = False
        """True while the parts are there: from the first frame until the end."""
        self.chats = Chats(
            services.conversations,
            gate=gate,
            launch=launch,
            listener=self,
            bot=bot,
        )
        self.type_ahead = type_ahead
        self.roster = Roster(services, self.noticed)
        self.questions = Questions(self, self.chats, services, keymap)
        self.orders = Orders(self, services)
        self.files = FileErrands(self, self.chats, services)

    def compose(self) -> ComposeResult:
        keys = key_of("bot.switch", self._keymap), key_of("conversation.new", self._keymap)
        yield Sidebar(now=self._now, keys=keys)
        with Vertical(id="main"):
            yield ChatPane(self.chats)
            yield StatusBar(
                demo=self._services.demo,
                now=self._now,
                told_beside=lambda: self.query_exactly_one(Sidebar).display,
            )

    def on_mount(self) -> None:
        self.query_exactly_one(Sidebar).styles.width = self._services.settings.sidebar_width
        self.set_palette(self.palette)
        self.pane.equip(self._services, self._now)
        self.pane.know_bots(self.roster)
        self.pane.show()
        self._show_bots()
        self._show_verbs()
        self.ready = True
        self.post_message(self.Ready())

    def on_unmount(self) -> None:
        self.ready = False

    async def put_away(self) -> None:
        """Stop what is coming in, and save it and what is being written."""
        self.pane.keep_edits()
        self.chats.save_drafts()
        await self.chats.replies.stop_all()

    # -- the parts ------------------------------------------------------------------------------

    @property
    def pane(self) -> ChatPane:
        """The conversation on screen."""
        return self.query_exactly_one(ChatPane)

    @property
    def status(self) -> StatusBar:
        """The last line."""
        return self.query_exactly_one(StatusBar)

    def set_palette(self, palette: Palette) -> None:
        """Draw in the colours of `palette`."""
        self.palette = palette
        self.query_exactly_one(Sidebar).set_palette(palette)
        self.pane.set_palette(palette)

    def show_account(self, account: Account) -> None:
        """Show the points that are left, and those of today."""
        self.query_exactly_one(Balance).show(account)
        self.status.show_account(account)

    def say(self, text: str, severity: str = "information") -> None:
        """Show a notice in the status line."""
        self.status.say(text, severity)

    # -- what the chats say ---------------------------------------------------------------------

    def message_changed(self, conversation: Conversation, message: Message, change: Change) -> None:
        if not self.ready:
            return
        if conversation is self.chats.current:
            self.pane.message_changed(message, change)
        if change == "finished":
            self._ended(conversation, message)
        elif change == "unsaved" and conversation.unsaved is not None:
            failure = conversation.unsaved
            self.say(f"{failure.title}. {failure.explanation}", "error")

    def conversation_changed(self, conversation: Conversation) -> None:
        if self.ready and conversation is self.chats.current:
            self.pane.update()
            self._show_verbs()

    def entries_changed(self) -> None:
        if self.ready and not self._entries_stale:
            self._entries_stale = True
            self.call_later(self._show_entries)

    def noticed(self, text: str, severity: str) -> None:
        if self.ready:
            self.say(text, severity)

    def _show_entries(self) -> None:
        self._entries_stale = False
        if not self.ready:
            return
        self.query_exactly_one(ConversationList).show(
            [entry for entry in self.chats.entries if not entry.archived],
            current=self.chats.current.id,
            unread=self.chats.unread,
            streaming=self.chats.replies.conversations(),
        )
        self.status.show_streaming(len(self.chats.replies))
        self._show_verbs()

    def _show_bots(self) -> None:
        named = self.roster.favourites, self.roster.recent
        self.query_exactly_one(BotList).show(*named, self.chats.current.bot)

    def _focus(self) -> Focus:
        if self.pane.transcript.caret is not None:
            return "selecting"
        names: dict[str, Focus] = {name: name for name in PANES}
        if self.pane.transcript.finder is not None:
            names["transcript"] = "found"
        return names.get((self.focused.id if self.focused else None) or "", "composer")

    def _show_verbs(self) -> None:
        focus = self._focus()
        if focus in ("find", "selecting"):
            self.status.clear()  # the keys of a mode are needed at once
        self.status.show_keys(
            verbs(
                focus,
                streaming=bool(self.chats.replies.of(self.chats.current.id)),
                editing=self.pane.editing is not None,
                keymap=self._keymap,
                price_again=self.pane.price_again,
            )
        )

    @on(ChatPane.AgainPriced)
    def _price_again(self) -> None:
        self._show_verbs()

    def on_resize(self) -> None:
        self.call_after_refresh(self._keep_focus_in_sight)

    def _keep_focus_in_sight(self) -> None:
        """Write on, when the side pane that had the focus has folded away."""
        if self.focused is None or not self.focused.is_on_screen:
            self.pane.composer.focus()

    def on_descendant_focus(self) -> None:
        self._show_verbs()

    def on_marking_mode_changed(self) -> None:
        self._show_verbs()

    # -- going from one conversation to another -------------------------------------------------

    def open_conversation(self, conversation_id: str) -> None:
        """Put a conversation on screen; says so when it can't be read."""
        try:
            self.chats.open(conversation_id)
        except StoreError as error:
            self.say(in_words(error), "error")
            return
        self._services.state.state.last_conversation = conversation_id
        self._show_conversation()

    def _show_conversation(self) -> None:
        self.pane.show()
        self._show_bots()
        self._show_verbs()

    def action_new_conversation(self) -> None:
        self.chats.new(self.chats.current.bot)
        self._show_conversation()
        self._close_overlay()
        self.pane.composer.focus()

    def action_previous_conversation(self) -> None:
        self._step(-1)

    def action_next_conversation(self) -> None:
        self._step(1)

    def _step(self, step: int) -> None:
        neighbour = self.chats.neighbour(step)
        if neighbour is not None and neighbour != self.chats.current.id:
            self.open_conversation(neighbour)

    @on(LineList.Chosen, "#conversations")
    def _choose_conversation(self, event: LineList.Chosen) -> None:
        self.open_conversation(event.key)
        self._close_overlay()
        self.pane.composer.focus()

    @on(LineList.Chosen, "#bots")
    def _choose_bot(self, event: LineList.Chosen) -> None:
        self.use_bot(event.key)
        self._close_overlay()
        self.pane.composer.focus()

    def action_toggle_sidebar(self) -> None:
        sidebar = self.query_exactly_one(Sidebar)
        narrow = self.has_class("-narrow")
        sidebar.toggle_class("-open" if narrow else "-hidden")
        if sidebar.display:
            self.query_exactly_one(ConversationList).focus()
        else:
            self.pane.composer.focus()

    def _close_overlay(self) -> bool:
        sidebar = self.query_exactly_one(Sidebar)
        was_open = self.has_class("-narrow") and sidebar.has_class("-open")
        sidebar.remove_class("-open")
        return was_open

    # -- one conversation -----------------------------------------------------------------------

    def toggle_favourite(self, bot: str) -> None:
        """Make a bot a favourite, or no longer one."""
        self.roster.toggle_favourite(bot)
        self._show_bots()

    def use_bot(self, bot: str) -> None:
        """Ask `bot` from the next prompt of this conversation on."""
        self.chats.switch_bot(self.chats.current, bot)
        self.roster.use(bot)
        self._show_bots()

    @on(ChatPane.Asked)
    def _remember_prompt(self, event: ChatPane.Asked) -> None:
        self.status.clear()  # what was said of an earlier try, that nothing was sent, is over
        self._services.state.state.last_conversation = self.chats.current.id
        self.roster.asked(event.bot, event.text, leads=event.bot == self.chats.current.bot)
        self._show_bots()

    @on(ChatPane.Noticed)
    def _say_notice(self, event: ChatPane.Noticed) -> None:
        self.say(event.text, event.severity)

    @on(ChatPane.KeyWanted)
    def action_change_key(self) -> None:
        self.post_message(self.KeyWanted())

    def action_stop_reply(self) -> None:
        """Leave what was begun last: an edit, an open side pane, else the reply."""
        if self.pane.leave_edit() or self._close_overlay():
            self.pane.composer.focus()
        elif not self.chats.stop(self.chats.current):
            self.status.clear()
        self._show_verbs()

    def stop_or_hint(self) -> None:
        """Stop the reply, or say how to quit: for the key that means stop everywhere else."""
        if not self.chats.stop(self.chats.current):
            self.say(f"Nothing to stop. {key_of('app.quit', self._keymap, short=False)} quits.")

    def action_help(self) -> None:
        self.app.push_screen(self.questions.help(self._focus()))

    async def action_find(self) -> None:
        await self.pane.find()

    def action_send_suggestion(self, number: int) -> None:
        self.pane.suggest(number)

    def action_fork_conversation(self) -> None:
        head = self.chats.current.head
        if head is not None:
            self.chats.fork(self.chats.current, head)
            self._show_conversation()
            self.say("Forked: the other conversation is as it was.")

    def action_focus_next(self) -> None:
        self.focus_next()

    def action_focus_previous(self) -> None:
        self.focus_previous()
