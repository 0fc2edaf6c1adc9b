"""Every action of the app, once: bindings, palette, help, README and `poe-tui keys` read it here.

Words and keys only; nothing of Textual is imported. Keys go by Textual's names, several joined by
commas, and the first one is the one that is shown.
"""

from __future__ import annotations

from typing import Final

from poe_tui.ui.command import Command, Where
from poe_tui.ui.reading_commands import reading


def _whom_to_talk_with() -> tuple[Command, ...]:
    return (
        Command(
            "bot.switch",
            "Switch bot",
            "ctrl+o",
            "app",
            "switch_bot",
            "The next message of this conversation goes to the bot you choose.",
            verb="bot",
            priority=True,
        ),
        Command(
            "conversation.new",
            "New conversation",
            "ctrl+n",
            "app",
            "new_conversation",
            verb="new",
            priority=True,
        ),
        Command(
            "conversation.previous",
            "Previous conversation",
            "alt+up",
            "app",
            "previous_conversation",
            priority=True,
        ),
        Command(
            "conversation.next",
            "Next conversation",
            "alt+down",
            "app",
            "next_conversation",
            priority=True,
        ),
    )


def _talking() -> tuple[Command, ...]:
    return (
        Command(
            "find.open",
            "Find in this conversation",
            "ctrl+f",
            "app",
            "find",
            priority=True,
        ),
        Command(
            "palette.open",
            "Commands",
            "ctrl+p",
            "app",
            "command_palette",
            "Every action, by name.",
            verb="commands",
            in_palette=False,
            priority=True,
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
    )


def _around_it() -> tuple[Command, ...]:
    return (
        Command("pane.next", "Next pane", "tab", "app", "focus_next", in_palette=False),
        Command(
            "pane.previous",
            "Previous pane",
            "shift+tab",
            "app",
            "focus_previous",
            "From an empty prompt, up goes to the transcript as well.",
            in_palette=False,
        ),
        Command(
            "sidebar.toggle",
            "Show or hide the side pane",
            "f2",
            "app",
            "toggle_sidebar",
            "On a narrow screen it opens over the transcript.",
            priority=True,
        ),
        Command(
            "help.open",
            "Help",
            "f1",
            "app",
            "help",
            "The keys of what has the focus, then all.",
            priority=True,
        ),
        Command(
            "app.quit",
            "Quit",
            "ctrl+q",
            "app",
            "quit",
            "Running replies are stopped first, and what arrived is saved.",
        ),
    )


def _settled_by_name() -> tuple[Command, ...]:
    return (
        Command(
            "usage.open",
            "Usage",
            "",
            "app",
            "usage",
            "What was spent in the last 30 days, by day, bot and conversation.",
        ),
        Command(
            "caps.change",
            "Raise or set the spending caps",
            "",
            "app",
            "caps",
            "Until you quit; the settings keep them for good.",
        ),
        Command(
            "conversation.undo_delete",
            "Undo the last deletion",
            "ctrl+z",
            "app",
            "undo_delete",
            "Outside the prompt, where ctrl+z takes back what you typed.",
        ),
        Command(
            "context.show",
            "Show what will be sent",
            "",
            "app",
            "order('context')",
            "Every message with its size. Also: /context.",
        ),
        Command(
            "system.edit",
            "System prompt of this conversation",
            "",
            "app",
            "order('system')",
            "What every bot is told first. Also: /system.",
        ),
        Command(
            "parameters.edit",
            "Parameters of the bot",
            "",
            "app",
            "order('params')",
            "Thinking budget, temperature and the like. Also: /params.",
        ),
        Command("conversation.fork", "Fork this conversation", "", "app", "fork_conversation"),
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
            priority=True,
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
            "composer.history",
            "Search the prompt history",
            "ctrl+r",
            "composer",
            "screen.search_history",
            priority=True,
        ),
        Command(
            "composer.attach",
            "Attach a file",
            "alt+a",
            "composer",
            "attach",
            "Or paste its path, or drop it on the terminal. Backspace in an empty prompt removes "
            "the last one.",
        ),
        Command(
            "composer.attach_image",
            "Attach the picture in the clipboard",
            "alt+v",
            "composer",
            "attach_image",
            "By wl-paste, xclip or pngpaste.",
        ),
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
            "picker.parameters",
            "Set its parameters",
            "tab",
            "picker",
            "parameters",
            "For this conversation.",
            verb="parameters",
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
    *_whom_to_talk_with(),
    *_talking(),
    *_around_it(),
    *_settled_by_name(),
    *_suggestions(),
    *_composer(),
    *reading(),
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
