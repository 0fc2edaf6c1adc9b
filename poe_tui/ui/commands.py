"""Every action of the app, once: bindings, palette, help, README and `poe-tui keys` read it here.

Words and keys only; nothing of Textual is imported. Keys go by Textual's names, several joined by
commas, and the first one is the one that is shown.
"""

from __future__ import annotations

from typing import Final

from poe_tui.ui.command import Command, Where


def _talking() -> tuple[Command, ...]:
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


def _reading(
    name: str, keys: str, action: str, title: str, description: str = "", *, in_palette: bool = True
) -> Command:
    return Command(
        f"transcript.{name}", title, keys, "transcript", action, description, in_palette=in_palette
    )


def _move(name: str, keys: str, action: str, title: str) -> Command:
    return _reading(name, keys, action, title, in_palette=False)


def _transcript() -> tuple[Command, ...]:
    code = "The next one at each press. After a cut-off answer: continue it."
    return (
        _move("next", "j", "next", "Next message"),
        _move("previous", "k", "previous", "Previous message"),
        _move("first", "g", "first", "First message"),
        _move("last", "G", "last", "Last message, and follow it as it grows"),
        _move("next_answer", "J", "answer(1)", "Next answer"),
        _move("previous_answer", "K", "answer(-1)", "Previous answer"),
        _move("next_code", "}", "code(1)", "Next code block"),
        _move("previous_code", "{", "code(-1)", "Previous code block"),
        _move("row_up", "up", "rows(-1)", "Scroll up by a row"),
        _move("row_down", "down", "rows(1)", "Scroll down by a row"),
        _move("page_up", "pageup", "pages(-1)", "Scroll up by a screen"),
        _move("page_down", "pagedown", "pages(1)", "Scroll down by a screen"),
        _move("home", "home", "first", "First message"),
        _move("end", "end", "last", "Last message, and follow it as it grows"),
        _reading("fold", "space", "fold", "Fold or unfold", "Code, reasoning, or the message."),
        _reading("fold_message", "z", "fold_message", "Fold or unfold the whole message"),
        _reading(
            "copy_message",
            "y",
            "copy_message",
            "Copy the message",
            "As Markdown. With text selected, that.",
        ),
        _reading("copy_code", "c", "copy_code", "Copy a code block", code),
        _reading("copy_conversation", "Y", "copy_conversation", "Copy the whole conversation"),
        _reading("edit", "e", "edit", "Edit the prompt", "It is sent again, beside the first."),
        _reading("regenerate", "r", "regenerate", "Ask again", "Another answer beside this one."),
        _reading(
            "exclude", "x", "exclude", "Leave out of what is sent", "Or drop a queued prompt."
        ),
        _reading("switch_bot", "b", "request('switch_bot')", "Ask another bot the same"),
        _move("key", "p", "key", "Paste a Poe key, where one is asked for"),
        _move("fork", "f", "request('fork')", "Start a new conversation from here"),
        _reading("previous_sibling", "[,left", "request('previous_sibling')", "Previous version"),
        _reading("next_sibling", "],right", "request('next_sibling')", "Next version"),
        _reading(
            "open_link",
            "o,enter",
            "open_link",
            "Open a link or file",
            "Shows where it leads first; o again: the next one.",
        ),
        _reading(
            "show_pictures",
            "i",
            "show_pictures",
            "Show pictures",
            "Fetches them; i hides them again.",
        ),
        _reading("save_files", "s", "save_files", "Save the files", "Nothing is written over."),
        _reading("save_files_to", "S", "save_files('to')", "Save the files to a folder of choice"),
        _reading("files", "F", "request('list_files')", "Files of this conversation"),
        _reading(
            "select",
            "v",
            "select",
            "Select text by keyboard",
            "Arrows, h j k l, w, b, 0, $, g and G move; y copies, esc leaves.",
        ),
        _move("select_up", "shift+up", "select('up')", "Select upwards"),
        _move("select_down", "shift+down", "select('down')", "Select downwards"),
        _move("find", "/", "find", "Find in this conversation"),
        _reading("find_next", "n", "find_step(1)", "Next match"),
        _reading("find_previous", "N", "find_step(-1)", "Previous match"),
        _move("leave", "escape", "leave", "Clear what was found, else back to writing"),
    )


def _finding(name: str, keys: str, action: str, title: str, verb: str, more: str = "") -> Command:
    return Command(
        f"find.{name}",
        title,
        keys,
        "find",
        action,
        more,
        verb=verb,
        in_palette=False,
        priority=True,
    )


def _find() -> tuple[Command, ...]:
    return (
        _finding("accept", "enter", "accept", "Go to what was found", "go", "There n and N go on."),
        _finding("next", "down", "step(1)", "Next match", "next"),
        _finding("previous", "up,shift+enter", "step(-1)", "Previous match", "previous"),
        _finding("close", "escape", "close", "Clear the marks, and go back", "clear"),
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
    *_talking(),
    *_around_it(),
    *_settled_by_name(),
    *_suggestions(),
    *_composer(),
    *_transcript(),
    *_find(),
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
