"""A conversation as a text for somebody else: Markdown, JSON, or a page of HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import msgspec

from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Attachment, Message

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_URL_SAFE: Final = "%/:?#[]@!$&'()*+,;=-._~"
_STYLE: Final = """
:root { color-scheme: light dark; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif; }
article { margin: 2rem 0; }
article.user { border-left: 3px solid #8f86f7; padding-left: 1rem; }
header, .about { color: #777; font-size: .9rem; }
header b { color: CanvasText; font-size: 1rem; }
pre { overflow-x: auto; padding: .8rem; border-radius: 6px; background: #8882; }
.plain { white-space: pre-wrap; }
table { border-collapse: collapse; } td, th { border: 1px solid #8884; padding: .2rem .6rem; }
blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid #8884; }
"""


def as_markdown(conversation: Conversation) -> str:
    """Return the branch on screen as Markdown: a heading a message, its text as it is."""
    parts = [f"# {_title(conversation)}"]
    if conversation.system:
        parts += ["## System", conversation.system.strip()]
    for message in conversation.path():
        parts.append(f"## {_author(message)}")
        if message.text.strip():
            parts.append(_closed(message.text.strip("\n")))
        if message.attachments:
            parts.append("\n".join(_file_line(file) for file in message.attachments))
        if remark := _remark(message):
            parts.append(f"*{remark}*")
    return "\n\n".join(parts)


def as_json(conversation: Conversation) -> str:
    """Return the branch on screen as one JSON object, its messages in order."""
    about = ("id", "title", "bot", "created", "updated", "system")
    found = {name: getattr(conversation, name) for name in about}
    found["messages"] = conversation.path()
    return json.dumps(msgspec.to_builtins(found), ensure_ascii=False, indent=2)


def as_html(conversation: Conversation) -> str:
    """Return the branch on screen as one page that loads nothing and runs nothing.

    HTML in messages is shown as text, images are links, and links lead nowhere but to http(s) and
    mail addresses.
    """
    markdown = _page_markdown()
    title = escape(_title(conversation))
    body = [f"<h1>{title}</h1>"]
    if conversation.system:
        body.append(f'<p class="about plain">{escape(conversation.system)}</p>')
    body += [_article(message, markdown) for message in conversation.path()]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>"
    )


FORMATS: Final[dict[str, Callable[[Conversation], str]]] = {
    "markdown": as_markdown,
    "json": as_json,
    "html": as_html,
}
"""What a conversation can become, by the name the command line has for it."""


def _title(conversation: Conversation) -> str:
    return " ".join(conversation.title.split()) or "Untitled"


def _author(message: Message) -> str:
    return "You" if message.role == "user" else (message.bot or message.role.title())


def _remark(message: Message) -> str:
    """Return what the reader should know about a message that is not whole; empty when it is."""
    what = {
        "streaming": "still coming",
        "stopped": "stopped",
        "truncated": "cut off",
        "failed": "failed",
    }.get(message.status, "")
    if what and message.error is not None:
        what = f"{what}: {message.error.title}. {message.error.explanation}"
    return " ".join(what.split())


def _closed(text: str) -> str:
    """Return `text` with its last code fence closed, so that it does not swallow what follows."""
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if mark is None:
            continue
        if not fence:
            fence = mark[1]
        elif mark[1].startswith(fence) and not mark[2].strip():
            fence = ""
    return f"{text}\n{fence}" if fence else text


def _file_line(file: Attachment) -> str:
    """Return a file as the definition that the text refers to, or as a line of a list."""
    name = file.name.replace("[", "(").replace("]", ")")
    if not (url := _web(file)):
        return f"- {name} ({file.content_type})"
    return _definition(file) if file.inline_ref else f"- [{name}](<{url}>)"


def _definition(file: Attachment) -> str:
    return f"[{file.inline_ref}]: <{_web(file)}>"


def _web(file: Attachment) -> str:
    """Return the address of a file, safe inside <> and quotes; empty when it is not on the web."""
    url = file.url or ""
    return quote(url, safe=_URL_SAFE) if url.startswith(("https://", "http://")) else ""


def _article(message: Message, markdown: MarkdownIt) -> str:
    when = message.created.astimezone().strftime("%Y-%m-%d %H:%M")
    if message.role == "user" or message.content_type != "text/markdown":
        text = f'<div class="plain">{escape(message.text)}</div>'
    else:
        inline = [_definition(file) for file in message.attachments if file.inline_ref]
        text = str(markdown.render("\n\n".join([_closed(message.text), *inline])))
    files = "".join(f"<li>{_file_html(file)}</li>" for file in message.attachments)
    remark = _remark(message)
    return (
        f'<article class="{message.role}">\n'
        f"<header><b>{escape(_author(message))}</b> {when}</header>\n{text}"
        + (f"<ul>{files}</ul>" if files else "")
        + (f'<p class="about">{escape(remark)}</p>' if remark else "")
        + "</article>"
    )


def _file_html(file: Attachment) -> str:
    name = escape(file.name)
    return f'<a href="{escape(url)}">{name}</a>' if (url := _web(file)) else name


def _page_markdown() -> MarkdownIt:
    """Return a parser that lets neither HTML nor images of elsewhere nor odd links through."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    markdown.validateLink = _harmless  # type: ignore[method-assign]
    markdown.renderer.rules["image"] = _image_link  # type: ignore[attr-defined]
    return markdown


def _harmless(url: str) -> bool:
    return url.lower().startswith(("https://", "http://", "mailto:"))


def _image_link(tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """Return an image as a link to it: the page fetches nothing."""
    token = tokens[index]
    return f'<a href="{escape(str(token.attrs["src"]))}">{escape(token.content or "image")}</a>'
