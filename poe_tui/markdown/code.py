"""Code to rows: its header, its colours, its wrapping.

Colours come from Pygments, a chunk of lines at a time. Where a chunk ends depends only on the lines
before it and the first one after, so that code which is still growing gets the colours of the
finished block.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from poe_tui.markdown.cells import cell_len
from poe_tui.markdown.rows import BOLD, DECOR, Look, Row, Span
from poe_tui.markdown.safe import plain
from poe_tui.markdown.wrap import Run, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable

GROUND: Final = "code"
FOLDABLE: Final = 24
"""Code of more lines than this can be folded."""

_PLAIN: Final = Look("code")
_COLOURED: Final = 100_000
_LONGEST_LINE: Final = 2_000
_CHUNK: Final = 24
_LONG_CHUNK: Final = 48
_LARGEST_CHUNK: Final = 128
_LARGEST_CHUNK_CHARS: Final = 8_192
_CONTEXT: Final = 8

_ROLES: Final = {
    "Keyword": "keyword",
    "Keyword.Type": "class",
    "Literal.String": "string",
    "Literal.String.Doc": "comment",
    "Literal.Number": "number",
    "Literal.Date": "string",
    "Comment": "comment",
    "Comment.Preproc": "decorator",
    "Name.Function": "function",
    "Name.Class": "class",
    "Name.Namespace": "name",
    "Name.Builtin": "builtin",
    "Name.Exception": "class",
    "Name.Tag": "keyword",
    "Name.Attribute": "name",
    "Name.Variable": "name",
    "Name.Constant": "number",
    "Name.Decorator": "decorator",
    "Name.Entity": "string",
    "Operator": "operator",
    "Operator.Word": "keyword",
    "Generic.Inserted": "inserted",
    "Generic.Deleted": "deleted",
    "Generic.Heading": "heading",
    "Generic.Subheading": "heading",
    "Generic.Prompt": "comment",
    "Generic.Error": "error",
    "Generic.Traceback": "error",
}


@cache
def _look(token_type: Any) -> Look:
    parts = tuple(token_type)
    for length in range(len(parts), 0, -1):
        role = _ROLES.get(".".join(parts[:length]))
        if role:
            return Look(f"syntax.{role}", BOLD if role == "heading" else 0)
    return _PLAIN


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    """Return Pygments' lexer for a language; None when there is none."""
    if not language:
        return None
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=True)
    except ClassNotFound:
        return None


def language_of(info: str) -> str:
    """Return the language in the info string of a fence, lower case; empty for none."""
    words = _unescaped(info).replace("{", " ").replace("}", " ").replace(",", " ").split()
    return plain(words[0]).lstrip(".").lower() if words else ""


def _unescaped(info: str) -> str:
    """Return the info string of a fence with its escapes and entities resolved."""
    if "\\" not in info and "&" not in info:
        return info
    from markdown_it.common.utils import unescapeAll

    return unescapeAll(info)


class Painter:
    """Gives lines of code their colours, as they come."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._open: list[str] = []
        self._chars = 0
        self._wanted = _CHUNK
        self._painted = 0
        self._draft: list[list[Run]] = []

    def add(self, line: str) -> list[list[Run]]:
        """Take one complete line; returns the lines whose colours are now certain, if any."""
        done: list[list[Run]] = []
        full = len(self._open) >= _LARGEST_CHUNK or self._chars > _LARGEST_CHUNK_CHARS
        if full or (len(self._open) >= self._wanted and self._starts_anew(line)):
            painted, inside = self._paint(self._open)
            if full or not inside:
                done = painted
                self._painted += self._chars
                self._open, self._draft, self._chars, self._wanted = [], [], 0, _CHUNK
            else:
                self._wanted = 2 * len(self._open)
        self._open.append(line)
        self._chars += len(line) + 1
        return done

    def rest(self) -> list[list[Run]]:
        """Return the lines added since, in the colours they have if the code ends here."""
        return self._paint(self._open)[0] if self._open else []

    def draft(self, last: str | None) -> list[list[Run]]:
        """Return what `rest` would, and an unfinished `last` line, at a price that stays small.

        Lines once shown keep their colours until their chunk is complete.
        """
        known = len(self._draft)
        first = max(0, known - _CONTEXT)
        fresh = self._open[first:] + ([] if last is None else [last])
        painted = self._paint(fresh)[0] if len(fresh) > known - first else []
        new = painted[known - first :]
        if last is not None:
            return [*self._draft, *self._keep(new[:-1]), new[-1]]
        return [*self._draft, *self._keep(new)]

    def _keep(self, lines: list[list[Run]]) -> list[list[Run]]:
        self._draft += lines
        return lines

    def _starts_anew(self, line: str) -> bool:
        """Tell whether a chunk may end before `line`: after an empty line, or for want of any."""
        parted = not self._open[-1].strip() or len(self._open) >= _LONG_CHUNK
        return parted and bool(line) and line[0] not in " \t)]}"

    def _paint(self, lines: list[str]) -> tuple[list[list[Run]], bool]:
        """Return `lines` in colour, and whether they end inside a comment or a string."""
        too_much = self._painted > _COLOURED or any(len(line) > _LONGEST_LINE for line in lines)
        lexer = None if too_much else _lexer(self._language)
        if lexer is None:
            return [[(line, _PLAIN)] if line else [] for line in lines], False
        rows: list[list[Run]] = [[]]
        inside = False
        for kind, value in lexer.get_tokens("\n".join(lines)):
            look = _look(kind)
            first, *more = value.split("\n")
            if first:
                rows[-1].append((first, look))
            for part in more:
                rows.append([(part, look)] if part else [])
            if value.strip():
                inside = look.role in ("syntax.comment", "syntax.string") and "\n" in value
        del rows[len(lines) :]
        if ["".join(text for text, _ in row) for row in rows] != lines:
            return [[(line, _PLAIN)] if line else [] for line in lines], False
        return rows, inside


def code_header(language: str, width: int) -> Row:
    """Return the row above code: its language, and the key that copies it."""
    return _label(f" {language}", width)


def _label(left: str, width: int) -> Row:
    """Return `left` and, as far as there is room, the key that copies."""
    dim = Look("dim", DECOR)
    key = Look("dim", DECOR | BOLD)
    room = width - cell_len(left) - len("c copy") - 2
    if room < 1:
        return wrap([(left, dim)], width)[0]._replace(ground=GROUND)
    spans = (Span(left + " " * room, dim), Span("c", key), Span(" copy  ", dim))
    return Row(spans, width, GROUND)


def code_line_rows(runs: list[Run], width: int, line: int) -> list[Row]:
    """Return the rows of one line of code, a cell of padding on either side."""
    if width < 3:
        return [row._replace(ground=GROUND) for row in wrap(runs, width, line=line, hard=True)]
    pad = Span(" ", Look("code", DECOR))
    return [
        row._replace(
            spans=(pad, *row.spans),
            cells=row.cells + 1,
            ground=GROUND,
            joint="" if index else "\n",
        )
        for index, row in enumerate(wrap(runs, width - 2, line=line, hard=True))
    ]


def code_rows(lines: Iterable[str], language: str, width: int, line: int) -> list[Row]:
    """Return the rows of a block of code whose first line is source line `line`."""
    painter = Painter(language)
    rows = [code_header(language, width)._replace(line=line - 1)]
    painted: list[list[Run]] = []
    for text in lines:
        painted += painter.add(text)
    for number, runs in enumerate(painted + painter.rest()):
        rows += code_line_rows(runs, width, line + number)
    return rows


def code_summary(language: str, lines: int, width: int) -> Row | None:
    """Return the row that stands for folded code; None when it is too short to fold."""
    if lines <= FOLDABLE:
        return None
    return _label(f"▸ {language or 'code'}   {lines:,} lines", width)
