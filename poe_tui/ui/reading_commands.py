"""The commands of whoever reads: what the transcript and its find bar do."""

from __future__ import annotations

from poe_tui.ui.command import Command


def reading() -> tuple[Command, ...]:
    """Return the commands of the transcript, then those of its find bar."""
    return (*_moves(), *_messages(), *_text(), *_find())


def _reading(
    name: str, keys: str, action: str, title: str, description: str = "", *, in_palette: bool = True
) -> Command:
    return Command(
        f"transcript.{name}", title, keys, "transcript", action, description, in_palette=in_palette
    )


def _move(name: str, keys: str, action: str, title: str) -> Command:
    return _reading(name, keys, action, title, in_palette=False)


def _moves() -> tuple[Command, ...]:
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
    )


def _messages() -> tuple[Command, ...]:
    code = "The next one at each press. After a cut-off answer: continue it."
    return (
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
        _reading(
            "switch_bot",
            "b",
            "request('switch_bot')",
            "Ask another bot the same",
            "This once: the conversation keeps its bot.",
        ),
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
    )


def _text() -> tuple[Command, ...]:
    return (
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
