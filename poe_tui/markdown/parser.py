"""The Markdown parser: CommonMark and what bots use of GFM, footnotes and TeX.

Blocks are parsed first and inline text later, piece by piece, so that the price of a long paragraph
stays in proportion to its length. The parser never looks further ahead than the open block, which
is what lets a growing text be parsed from its last block on.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

Env = MutableMapping[str, Any]

LAZY: Final = "\x01"
"""Stands before a line of a quote that has no mark and goes on with a paragraph: it starts nothing.
Text that was made safe has no such character."""

STARTS: Final = frozenset("`~>*-_+<#$\\|:=[0123456789")
"""What a line starts with that may start another block, or make one of the line before it."""

DEEPEST: Final = 60
"""Blocks nested deeper than this are not parsed; whoever renders must notice (`is_too_deep`)."""


@cache
def parser() -> MarkdownIt:
    """Return the parser; block rules only, `inline_tokens` does the rest."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin

    md = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).enable(["table", "strikethrough"])
    footnote_plugin(md, inline=False, move_to_end=False, always_match_refs=True)
    md.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    md.core.ruler.enableOnly(["normalize", "block"])
    before = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before("fence", "display_tex", _display_tex, {"alt": before})
    md.inline.ruler.before("escape", "tex", _inline_tex)
    return md


class Links(ChainMap[str, Any]):
    """The link definitions of a text.

    What the parser finds is provisional until `settle`; `forget` drops it, or has it held until
    `settle_held` or `drop_held`.
    """

    def __init__(self, given: Mapping[str, Any] | None = None) -> None:
        self._settled = dict(given or {})
        super().__init__({}, self._settled)
        self._asked: list[set[str]] = []
        self._held: dict[str, Any] = {}

    def get(self, key: str, default: Any = None) -> Any:
        """Return a definition: what the parser calls when it comes upon a reference."""
        found = super().get(key, default)
        if found is None and self._asked:
            self._asked[-1].add(key)
        return found

    @contextmanager
    def asking(self) -> Iterator[set[str]]:
        """Collect, in the set that is yielded, the labels that are asked for in vain meanwhile."""
        asked: set[str] = set()
        self._asked.append(asked)
        try:
            yield asked
        finally:
            self._asked.pop()
            if self._asked:
                self._asked[-1] |= asked

    @property
    def found(self) -> Iterable[tuple[str, Any]]:
        """The labels and definitions found since the last `settle` or `forget`."""
        return self.maps[0].items()

    @property
    def settled(self) -> dict[str, Any]:
        """The definitions that are there to stay, in the order they came."""
        return self._settled

    def settle(self, labels: Iterable[str] | None = None) -> None:
        """Keep what was found, of `labels` only unless that is None."""
        for label in list(self.maps[0]) if labels is None else labels:
            self.maps[1][label] = self.maps[0].pop(label)

    def forget(self, *, hold: Iterable[str] = ()) -> None:
        """Drop what was found, but hold what was found of the labels `hold`."""
        self._held.update((label, self.maps[0][label]) for label in hold)
        self.maps[0].clear()

    def settle_held(self) -> None:
        """Keep what is held."""
        for label, definition in self._held.items():
            self.maps[1].setdefault(label, definition)
        self._held.clear()

    def drop_held(self) -> None:
        """Drop what is held."""
        self._held.clear()


def new_env(links: Links) -> Env:
    """Return what the parser remembers from block to block: link definitions and footnotes."""
    return {"references": links}


def normal_label(label: str) -> str:
    """Return the form in which the parser files the label of a link definition."""
    from markdown_it.common.utils import normalizeReference

    return normalizeReference(label)


def block_tokens(text: str, env: Env) -> list[Token]:
    """Return the block tokens of `text`; inline tokens have their source as `content` only."""
    env.pop("duplicate_refs", None)
    # The parser reads past the end of an incomplete last line, and overlooks one of spaces.
    source = text if text.endswith("\n") else text + "\n"
    return _lazy_tokens(source, env) if LAZY in text else parser().parse(source, env)


def html_end(line: str) -> re.Pattern[str] | None:
    """Return what is found in the last line of the HTML that a line (not set in) starts.

    It is found in no text at all where an empty line ends it. None when the line starts no HTML.
    """
    from markdown_it.rules_block.html_block import HTML_SEQUENCES

    return next((end for start, end, _ in HTML_SEQUENCES if start.search(line)), None)


def _lazy_tokens(source: str, env: Env) -> list[Token]:
    """Return the tokens of a text with lazy lines, marked as the parser marks those it finds."""
    from markdown_it.rules_block import StateBlock

    tokens: list[Token] = []
    state = StateBlock(source, parser(), env, tokens)
    for line, start in enumerate(state.bMarks[:-1]):
        if source.startswith(LAZY, start):
            body = source[start + 1 : state.eMarks[line]]
            state.bMarks[line] = start + 1
            state.tShift[line] = len(body) - len(body.lstrip(" \t"))
            state.sCount[line] = -1
    parser().block.tokenize(state, 0, state.lineMax)
    return tokens


def ends_quote(line: str) -> bool:
    """Tell whether a line without mark, after a quoted paragraph, starts a block of its own."""
    from markdown_it.rules_block import StateBlock

    state = StateBlock(line + "\n", parser(), {}, [])
    state.parentType = "blockquote"
    rules = parser().block.ruler.getRules("blockquote")
    return any(rule(state, 0, state.lineMax, True) for rule in rules)


def inline_tokens(text: str, env: Env) -> list[Token]:
    """Return the inline tokens of a stretch of text."""
    md = parser()
    return md.inline.parse(text, md, env, [])


def is_too_deep(tokens: list[Token], above: int = 0) -> bool:
    """Tell whether the parser may have left something out because it was nested too deep.

    `above` counts the levels that were taken off the text before it was parsed.
    """
    return any(token.level + above >= DEEPEST - 2 for token in tokens)


MOST_COLUMNS: Final = 64
"""What looks like a table with more columns is shown as the text it is."""


def _table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    from markdown_it.rules_block import table

    bars = state.src.count("|", state.bMarks[start_line], state.eMarks[start_line])
    first = len(state.tokens)
    if bars > MOST_COLUMNS + 1 or not table(state, start_line, end_line, silent):
        return False
    if not silent:
        _keep_cells(state, first)
    return True


def _keep_cells(state: StateBlock, first: int) -> None:
    """Give back to the rows of a table what they have beyond its columns.

    A bar in code, which should have had a backslash, parts no cells where there are too many; what
    is still too much goes to the last cell.
    """
    from markdown_it.rules_block.table import escapedSplit

    row: list[Token] = []
    for token in state.tokens[first:]:
        if token.type == "inline":
            row.append(token)
        elif token.type == "tr_close":
            line = _line(state, row[0].map[0] if row[0].map else 0).strip()
            if line.count("|") > len(row):
                cells = escapedSplit(line)[line.startswith("|") :]
                cells = cells[:-1] if cells and not cells[-1] else cells
                for cell, text in zip(row, _joined(cells, len(row)), strict=False):
                    cell.content = text.strip()
            row = []


def _joined(parts: list[str], count: int) -> list[str]:
    """Return `parts` of a row as at most `count` cells."""
    spare = len(parts) - count
    cells: list[str] = []
    for part in parts:
        if spare > 0 and cells and cells[-1].count("`") % 2:
            cells[-1] += f"|{part}"
            spare -= 1
        else:
            cells.append(part)
    return [*cells[: count - 1], "|".join(cells[count - 1 :])]


DISPLAY: Final = re.compile(
    r"\$\$|\\\[|\\begin\{(?P<name>(?:equation|align(?:ed|at)?|flalign|gather(?:ed)?|multline|eqnarray"
    r"|split|array|[dr]?cases|(?:small|[pbBvV])?matrix)\*?)\}"
)
"""What starts a formula that stands alone."""


def display_end(opening: re.Match[str]) -> str:
    """Return what ends a formula that stands alone and starts like that."""
    return {"$$": "$$", "\\[": "\\]"}.get(opening[0]) or f"\\end{{{opening['name']}}}"


def _display_tex(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    r"""Parse `$$ … $$`, `\[ … \]` and `\begin{align} … \end{align}` that start a line.

    Ends at the closing mark or at the next empty line: then whatever comes later cannot change it.
    """
    if state.is_code_block(start_line):
        return False
    first = _line(state, start_line)
    opening = DISPLAY.match(first)
    if opening is None:
        return False
    closing = display_end(opening)
    body = first[opening.end() :].rstrip()
    if closing in body and not body.endswith(closing):
        return False
    if silent:
        return True
    lines = [body]
    line = start_line + 1
    while not lines[-1].endswith(closing) and line < end_line:
        if state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            break
        lines.append(_line(state, line).rstrip())
        line += 1
    closed = lines[-1].endswith(closing)
    if closed:
        lines[-1] = lines[-1][: -len(closing)]
    state.line = line
    token = state.push("display_tex", "math", 0)
    token.content = "\n".join(lines).strip("\n")
    token.markup = opening[0]
    token.info = closing if closed else ""
    token.map = [start_line, line]
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


_INLINE_TEX: Final = re.compile(
    r"\$\$(?P<a>[^$]+)\$\$"
    r"|(?<![\\\w$])\$(?P<b>(?![\s\d]*\$)(?:\\[^\n]|[^\s$\\])"
    r"(?:(?:\\[^\n]|[^$\n\\])*(?:\\[^\n]|[^\s$\\]))?)\$(?![\w$])"
    r"|\\\((?P<c>.+?)\\\)"
    r"|\\\[(?P<d>.+?)\\\]",
    re.DOTALL,
)
_WORDS: Final = re.compile(r"[^\\^_={}]*[A-Za-z]{2,}\s+[A-Za-z]{2,}[^\\^_={}]*")
"""What is a sentence between two prices rather than a formula."""

_LONGEST_TEX: Final = 1000


def _inline_tex(state: StateInline, silent: bool) -> bool:
    char = state.src[state.pos]
    if char not in "$\\":
        return False
    if char == "\\" and state.src[state.pos + 1 : state.pos + 2] not in ("(", "["):
        return False
    end = min(state.posMax, state.pos + _LONGEST_TEX)
    match = _INLINE_TEX.match(state.src, state.pos, end)
    if match is None or (match["b"] and _WORDS.fullmatch(match["b"])):
        return False
    if not silent:
        token = state.push("inline_tex", "math", 0)
        token.content = match[match.lastgroup or 0]
        token.markup = match[0]
    state.pos = match.end()
    return True
