"""Every action of the app, once: bindings, palette, help, README and `poe-tui keys` read it here.

Words and keys only; nothing of Textual is imported. Keys go by Textual's names, several joined by
commas, and the first one is the one that is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Where = Literal["app", "composer", "transcript", "sidebar", "picker"]


@dataclass(frozen=True, slots=True)
class Command:
    """Something a user can do."""

    id: str
    """What settings call it, `conversation.new`; stable from release to release."""
    title: str
    """A line of the palette and of the help: an imperative, without a full stop."""
    keys: str
    """The default keys; empty for an action that is only in the palette."""
    where: Where
    """What must have the focus; `app` for anywhere."""
    action: str
    """The Textual action, looked for on the node that carries the binding."""
    description: str = ""
    """More than the title says; empty when the title is enough."""
    verb: str = ""
    """One word for the status line; empty for a command that is not shown there."""
    series: str = ""
    """What a run of commands that differ only in a number is called in the help; else empty."""
    in_palette: bool = True
    """False for moves that make sense under a key only."""
    priority: bool = False
    """True: the key acts even where it could be typed."""


#: How the scopes are called in help and README, in the order they are shown there.
PLACES: Final[dict[Where, str]] = {
    "app": "Anywhere",
    "composer": "Writing",
    "transcript": "Reading",
    "sidebar": "Conversations and bots",
    "picker": "Choosing a bot",
}


def _app() -> tuple[Command, ...]:
    return (
        Command(
            "bot.switch",
            "Switch bot",
            "ctrl+o",
            "app",
            "switch_bot",
            "The next message of this conversation goes to the bot you choose.",
            verb="bot",
        ),
        Command(
            "conversation.new",
            "New conversation",
            "ctrl+n",
            "app",
            "new_conversation",
            verb="new",
        ),
        Command(
            "conversation.previous",
            "Previous conversation",
            "alt+up",
            "app",
            "previous_conversation",
        ),
        Command("conversation.next", "Next conversation", "alt+down", "app", "next_conversation"),
        Command("find.open", "Find in this conversation", "ctrl+f", "app", "find"),
        Command(
            "palette.open",
            "Commands",
            "ctrl+p",
            "app",
            "command_palette",
            "Every action, by name.",
            verb="commands",
            in_palette=False,
        ),
        Command(
            "reply.stop",
            "Stop the reply",
            "escape",
            "app",
            "stop_reply",
            "What has arrived is kept.",
            verb="stop",
        ),
        Command(
            "copy_or_stop",
            "Copy the selection, or stop the reply",
            "ctrl+c",
            "app",
            "copy_or_stop",
            "Copies what is selected; with nothing selected it stops the reply. It never quits.",
            in_palette=False,
        ),
        Command("pane.next", "Next pane", "tab", "app", "focus_next", in_palette=False),
        Command(
            "pane.previous",
            "Previous pane",
            "shift+tab",
            "app",
            "focus_previous",
            "From an empty prompt, `up` goes to the transcript as well.",
            in_palette=False,
        ),
        Command(
            "sidebar.toggle",
            "Show or hide the side pane",
            "f2",
            "app",
            "toggle_sidebar",
            "On a narrow screen it opens over the transcript.",
        ),
        Command(
            "help.open", "Help", "f1", "app", "help", "The keys of what has the focus, then all."
        ),
        Command(
            "app.quit",
            "Quit",
            "ctrl+q",
            "app",
            "quit",
            "Running replies are stopped first, and what arrived is saved.",
        ),
        Command(
            "conversation.undo_delete",
            "Undo the last deletion",
            "ctrl+z",
            "app",
            "undo_delete",
            "Outside the prompt, where ctrl+z takes back what you typed.",
        ),
        Command("conversation.fork", "Fork this conversation here", "", "app", "fork_conversation"),
        Command("key.change", "Change the Poe key", "", "app", "change_key"),
    )


def _suggestions() -> tuple[Command, ...]:
    return tuple(
        Command(
            f"suggestion.send_{number}",
            f"Send suggested reply {number}",
            f"alt+{number}",
            "app",
            f"send_suggestion({number})",
            series="Send that suggested reply",
            in_palette=False,
        )
        for number in range(1, 10)
    )


def _composer() -> tuple[Command, ...]:
    return (
        Command(
            "composer.send",
            "Send",
            "enter",
            "composer",
            "send",
            "While a reply is running the prompt is queued behind it.",
            verb="send",
            in_palette=False,
        ),
        Command(
            "composer.newline",
            "New line",
            "ctrl+j,alt+enter,shift+enter",
            "composer",
            "newline",
            "shift+enter needs a terminal that tells it from enter.",
            verb="newline",
            in_palette=False,
        ),
        Command(
            "composer.editor",
            "Write in your editor",
            "ctrl+x",
            "composer",
            "open_editor",
            "Opens $VISUAL or $EDITOR. With text selected, ctrl+x cuts it instead.",
        ),
        Command(
            "composer.history", "Search the prompt history", "ctrl+r", "composer", "search_history"
        ),
    )


def _transcript() -> tuple[Command, ...]:
    return (
        Command("transcript.next", "Next message", "j", "transcript", "next", in_palette=False),
        Command(
            "transcript.previous",
            "Previous message",
            "k",
            "transcript",
            "previous",
            in_palette=False,
        ),
        Command("transcript.first", "First message", "g", "transcript", "first"),
        Command("transcript.last", "Last message", "G", "transcript", "last"),
        Command("transcript.copy_message", "Copy the message", "y", "transcript", "copy_message"),
        Command("transcript.copy_code", "Copy a code block", "c", "transcript", "copy_code"),
        Command("transcript.edit", "Edit and send again", "e", "transcript", "edit"),
        Command("transcript.regenerate", "Answer again", "r", "transcript", "regenerate"),
        Command("transcript.exclude", "Leave out of the context", "x", "transcript", "exclude"),
    )


def _sidebar() -> tuple[Command, ...]:
    return (
        Command("sidebar.rename", "Rename the conversation", "r", "sidebar", "rename_conversation"),
        Command(
            "sidebar.pin",
            "Pin or unpin the conversation",
            "p",
            "sidebar",
            "pin_conversation",
            "Pinned conversations stay at the top.",
        ),
        Command(
            "sidebar.delete",
            "Delete the conversation",
            "d,delete",
            "sidebar",
            "delete_conversation",
            "Asks first, and can be undone.",
        ),
        Command(
            "sidebar.undo_delete",
            "Undo the last deletion",
            "u",
            "sidebar",
            "undo_delete",
            in_palette=False,
        ),
    )


def _picker() -> tuple[Command, ...]:
    return (
        Command(
            "picker.use", "Use the bot", "enter", "picker", "choose", verb="use", in_palette=False
        ),
        Command(
            "picker.favourite",
            "Mark as favourite",
            "*",
            "picker",
            "favourite",
            "Favourites come first, here and in the side pane.",
            verb="favourite",
            in_palette=False,
            priority=True,
        ),
        Command(
            "picker.close",
            "Leave everything as it is",
            "escape",
            "picker",
            "close",
            verb="back",
            in_palette=False,
        ),
    )


COMMANDS: Final[tuple[Command, ...]] = (
    *_app(),
    *_suggestions(),
    *_composer(),
    *_transcript(),
    *_sidebar(),
    *_picker(),
)


def command(command_id: str) -> Command:
    """Return the command of that id; raises KeyError."""
    for candidate in COMMANDS:
        if candidate.id == command_id:
            return candidate
    raise KeyError(command_id)


def commands_at(where: Where) -> list[Command]:
    """Return the commands of one place, in the order of the table."""
    return [candidate for candidate in COMMANDS if candidate.where == where]
