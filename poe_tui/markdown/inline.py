"""Inline Markdown to runs of styled text."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from poe_tui.markdown.parser import Env, inline_tokens
from poe_tui.markdown.pieces import pieces
from poe_tui.markdown.rows import BOLD, DECOR, ITALIC, STRIKE, UNDERLINE, Look
from poe_tui.markdown.safe import plain, visible
from poe_tui.markdown.wrap import Run

if TYPE_CHECKING:
    from markdown_it.token import Token

_MARKUP: Final = re.compile(r"[\\`*_\[\]<>&~$!\n]|://|www\.|@")
_TANGLED: Final = 200
"""Opening brackets in one piece beyond which it is shown as it is: each costs a search."""

_LINE_END: Final = re.compile(r"(?<! ) *(\n) *")
_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_WEB: Final = ("http://", "https://", "mailto:")
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_GAPS: Final = str.maketrans("\t\n", "  ")
_ATTRS: Final = {"strong_open": BOLD, "em_open": ITALIC, "s_open": STRIKE}


def inline_runs(text: str, env: Env, look: Look) -> list[Run]:
    """Return the runs of the inline source `text`; a run that is a newline is a line break.

    Every newline of the source is one: bots write verse, addresses, questions and answers so.
    """
    text = text.replace("\t", " ")
    if not _MARKUP.search(text):
        return [(text, look)] if text else []
    parts = pieces(text)
    if len(parts) == 1:
        return piece_runs(text, env, look)
    runs: list[Run] = []
    for gap, piece in parts:
        if gap:
            runs.append((gap, look))
        runs += piece_runs(piece, env, look)
    return runs


def piece_runs(text: str, env: Env, look: Look) -> list[Run]:
    """Return the runs of one piece, which is parsed as a whole; a tab is a space."""
    text = text.replace("\t", " ")
    if not _MARKUP.search(text):
        return [(text, look)] if text else []
    if text.count("[") > _TANGLED:
        return _verbatim(text, look)
    return _Walk(env, look).runs(inline_tokens(text, env))


class _Walk:
    """Goes through the inline tokens of one piece."""

    def __init__(self, env: Env, look: Look) -> None:
        self._env = env
        self._looks = [look]

    def runs(self, tokens: list[Token]) -> list[Run]:
        out: list[Run] = []
        text: list[str] = []
        for token in tokens:
            kind = token.type
            if kind == "text":
                text.append(token.content)
                continue
            if kind == "text_special":
                # What an entity stands for was not there when the text was made safe.
                text.append(visible(token.content).translate(_GAPS))
                continue
            self._settle(text, out)
            if token.nesting > 0:
                self._looks.append(self._opened(token))
            elif token.nesting < 0:
                if len(self._looks) > 1:
                    self._looks.pop()
            else:
                out += self._leaf(token)
        self._settle(text, out)
        return out

    def _settle(self, text: list[str], out: list[Run]) -> None:
        if text:
            out += _linked("".join(text), self._looks[-1])
            text.clear()

    def _opened(self, token: Token) -> Look:
        look = self._looks[-1]
        if token.type == "link_open":
            return link_look(look, str(token.attrs.get("href", "")))
        return look._replace(attrs=look.attrs | _ATTRS.get(token.type, 0))

    def _leaf(self, token: Token) -> list[Run]:
        look = self._looks[-1]
        kind = token.type
        if kind == "code_inline":
            return _code(token.content, look)
        if kind in ("softbreak", "hardbreak"):
            return [("\n", look)]
        if kind == "image":
            return self._image(token, look)
        if kind == "inline_tex":
            from poe_tui.markdown.tex import tex_text

            return [(tex_text(token.content) or _flat(token.markup), look._replace(role="math"))]
        if kind == "footnote_ref":
            return [(footnote_mark(token.meta["label"]), look._replace(role="link"))]
        if kind == "html_inline":
            if _BREAK.fullmatch(token.content):
                return [("\n", look)]
            return [(_flat(token.content), look._replace(role="dim"))]
        return [(_flat(token.content), look)] if token.content else []

    def _image(self, token: Token, look: Look) -> list[Run]:
        target = link_look(look, str(token.attrs.get("src", "")))
        alt = "".join(text for text, _ in _Walk(self._env, look).runs(token.children or []))
        label = _flat(alt).strip() or "image"
        return [("▣ ", target._replace(attrs=target.attrs & ~UNDERLINE)), (label, target)]


def _flat(text: str) -> str:
    return text.replace("\n", " ")


def _verbatim(text: str, look: Look) -> list[Run]:
    """Return the runs of `text` as it is, but for the spaces around its line breaks."""
    return [(part, look) for part in _LINE_END.split(text) if part]


def _code(content: str, look: Look) -> list[Run]:
    code = look._replace(role="inlinecode", ground="inline")
    pad = code._replace(attrs=DECOR)
    return [(" ", pad), (_flat(content), code), (" ", pad)]


def link_look(look: Look, target: str) -> Look:
    """Return how text that leads to `target` looks; unchanged unless it is the web or mail."""
    target = plain(target)
    if not target.lower().startswith(_WEB):
        return look
    return look._replace(role="link", attrs=look.attrs | UNDERLINE, link=target)


def footnote_mark(label: str) -> str:
    """Return the mark of a footnote: a raised number, or the label in brackets."""
    label = plain(label)
    return label.translate(_RAISED) if label.isascii() and label.isdigit() else f"[{label}]"


@cache
def _linkify() -> Any:
    from linkify_it import LinkifyIt  # type: ignore[import-untyped]

    finder = LinkifyIt()
    for scheme in ("ftp:", "//"):
        finder.add(scheme, None)
    return finder


def _linked(text: str, look: Look) -> list[Run]:
    """Find addresses in plain text."""
    if look.link or not ("://" in text or "www." in text or "@" in text):
        return [(text, look)]
    runs: list[Run] = []
    start = 0
    for match in _linkify().match(text) or ():
        if not match.schema and not match.text.lower().startswith("www."):
            continue
        if match.index > start:
            runs.append((text[start : match.index], look))
        target = link_look(look, match.url)
        runs.append((text[match.index : match.last_index], target))
        start = match.last_index
    if start < len(text):
        runs.append((text[start:], look))
    return runs
