"""The keys of the transcript, and its help."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding


def _key(
    key: str, action: str, name: str, label: str, tooltip: str, *, show: bool = False
) -> Binding:
    return Binding(key, action, label, show=show, tooltip=tooltip, id=f"transcript.{name}")


READING: Final = [
    _key("j", "next", "next", "next message", "Go to the next message."),
    _key("k", "previous", "previous", "previous message", "Go to the previous message."),
    _key("g", "first", "first", "beginning", "Go to the first message."),
    _key("G", "last", "last", "end", "Go to the end and follow it as it grows."),
    _key("J", "answer(1)", "next_answer", "next answer", "Go to the next answer."),
    _key("K", "answer(-1)", "previous_answer", "previous answer", "Go to the previous answer."),
    _key("right_curly_bracket", "code(1)", "next_code", "next code", "Go to the next code block."),
    _key(
        "left_curly_bracket",
        "code(-1)",
        "previous_code",
        "previous code",
        "Go to the code block before.",
    ),
    _key("up", "rows(-1)", "row_up", "up", "Scroll up by a row."),
    _key("down", "rows(1)", "row_down", "down", "Scroll down by a row."),
    _key("pageup", "pages(-1)", "page_up", "page up", "Scroll up by a screen."),
    _key("pagedown", "pages(1)", "page_down", "page down", "Scroll down by a screen."),
    _key("home", "first", "home", "beginning", "Go to the first message."),
    _key("end", "last", "end", "end", "Go to the end and follow it as it grows."),
    _key(
        "space",
        "fold",
        "fold",
        "fold",
        "Fold or unfold the code under the cursor, the reasoning, or the message.",
    ),
    _key("z", "fold_message", "fold_message", "fold message", "Fold or unfold the whole message."),
    _key("y", "copy_message", "copy_message", "copy", "Copy the message as Markdown.", show=True),
    _key(
        "c",
        "copy_code",
        "copy_code",
        "copy code",
        "Copy a code block, the next one at each press. After a cut-off answer: continue it.",
    ),
    _key(
        "Y",
        "copy_conversation",
        "copy_conversation",
        "copy all",
        "Copy the whole conversation as Markdown.",
    ),
    _key(
        "e",
        "edit",
        "edit",
        "edit",
        "Edit the prompt and send it again beside the first.",
        show=True,
    ),
    _key(
        "r",
        "regenerate",
        "regenerate",
        "again",
        "Ask again: another answer beside this one.",
        show=True,
    ),
    _key("x", "exclude", "exclude", "exclude", "Leave out of what is sent; drop a queued prompt."),
    _key(
        "b",
        "request('switch_bot')",
        "switch_bot",
        "another bot",
        "Ask another bot the same.",
    ),
    _key("p", "key", "key", "paste a key", "Paste a Poe key, where one is asked for."),
    _key("f", "request('fork')", "fork", "fork", "Start a new conversation from here."),
    _key(
        "left_square_bracket,left",
        "request('previous_sibling')",
        "previous_sibling",
        "previous version",
        "Show the answer, or prompt, before this one: ‹ 1/2 ›.",
    ),
    _key(
        "right_square_bracket,right",
        "request('next_sibling')",
        "next_sibling",
        "next version",
        "Show the answer, or prompt, after this one: ‹ 2/2 ›.",
    ),
    _key(
        "o,enter",
        "open_link",
        "open_link",
        "open link",
        "Show where a link or a file of the message leads, then open it.",
    ),
    _key(
        "i", "show_pictures", "show_pictures", "show pictures", "Show the pictures, or hide them."
    ),
    _key("s", "save_files", "save_files", "save files", "Save the files of the message."),
    _key(
        "S",
        "save_files('to')",
        "save_files_to",
        "save files to",
        "Choose a folder and save the files of the message there.",
    ),
    _key(
        "F",
        "request('list_files')",
        "files",
        "all files",
        "List the files of this conversation: each can be opened, saved, and its link copied.",
    ),
    _key("slash", "find", "find", "find", "Find in this conversation.", show=True),
    _key("n", "find_step(1)", "find_next", "next match", "Go to the next match."),
    _key("N", "find_step(-1)", "find_previous", "previous match", "Go to the match before."),
    _key("escape", "leave", "leave", "write", "Clear what was found, else go to the composer."),
]

HELP_TEXT: Final = """\
## Reading

The conversation, oldest message first. The bar at the left edge is the message cursor: keys act on
the message it stands on, or on the last one.

- `j` `k` move by a message, `g` `G` to the ends, `J` `K` by an answer, `{` `}` by a code block.
- `y` copies the message as Markdown, `c` its code blocks one after the other, `Y` everything.
- `i` shows the pictures of the message, `s` saves its files (`S` where you say), `o` opens its
  links and files, `F` lists the files of the whole conversation.
- `space` folds code, reasoning or the message; `z` always the message.
- `e` edits the prompt, `r` asks again, `[` and `]` go through the versions.
- `/` finds, `n` and `N` go through what was found.
- Drag with the mouse to select text; a double click selects a message.
- The end is followed until you scroll up; `G` follows it again.
"""
