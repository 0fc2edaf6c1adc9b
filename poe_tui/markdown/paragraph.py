"""A paragraph too long to be drawn again for every word that comes."""

from __future__ import annotations

import re
from typing import Final

from poe_tui.markdown.blocks import Scope, rule, source_of
from poe_tui.markdown.canvas import splice
from poe_tui.markdown.document import Block
from poe_tui.markdown.growers import (
    LOST,
    Taken,
    following,
    line_offset,
    open_sections,
)
from poe_tui.markdown.inline import piece_runs
from poe_tui.markdown.parser import LAZY
from poe_tui.markdown.pieces import AHEAD, next_cut, pieces
from poe_tui.markdown.rows import BLANK, Row
from poe_tui.markdown.sections import Section, ends_in_paragraph
from poe_tui.markdown.wrap import Run, wrap

_DELIMITERS: Final = re.compile(r"[ \t|:-]*-[ \t|:-]*(?:\n|$)")


class ParagraphGrower:
    """Settles a long paragraph piece by piece, and row by row.

    The parser is shown `x` in place of what is settled, so that it takes the rest for what it is:
    the middle of a paragraph.
    """

    defines = False

    def __init__(self, width: int, scope: Scope) -> None:
        self._width = width
        self._scope = scope
        self._stand_in = ""
        self._may_define = False
        self._carry: list[Run] = []
        self._joint = "\n"
        self._gap = ""
        self._settled = 0
        self.block = Block("paragraph", scope.line, scope.line)

    @staticmethod
    def suits(section: Section) -> bool:
        """Tell whether `section` is a paragraph with something to settle."""
        is_paragraph = section.node.token.type == "paragraph_open" and not section.first
        return is_paragraph and not section.too_deep and len(source_of(section.node)) > AHEAD

    def take(self, text: str, line: int, *, final: bool) -> Taken:
        source = self._stand_in + text
        sections, followed = open_sections(source, self._scope)
        if not sections or sections[0].first:
            return LOST
        self._may_define = self._may_define or not (self._stand_in or text[:1] != "[")
        first = sections[0]
        kind = first.node.token.type
        setext = kind == "heading_open" and first.node.token.markup in ("-", "=")
        if kind != "paragraph_open" and not setext:
            return LOST
        if self._stand_in.endswith(" ") and _DELIMITERS.match(text, text.find("\n") + 1):
            return LOST
        lines = source.split("\n")
        scope = self._scope._replace(lines=lines, line=line - self._stand_in.count("\n"))
        ended = final or followed
        content = source_of(first.node)
        bare = text.replace(LAZY, "")
        found = (self._stand_in + bare).find(content) - len(self._stand_in)
        consumed, changed = self._draw(
            bare[: max(0, found + len(content))].replace("\t", " "),
            max(0, found),
            len(bare) if ended else _sure(bare),
            shown=ended or not self._scope.unseen,
            ruled=scope.line + first.last if setext else -1,
        )
        self.block.last_line = line + first.last - self._stand_in.count("\n")
        if ended:
            consumed = max(0, line_offset(source, first.last) - len(self._stand_in))
        elif consumed:
            self._stand_in = "x\n" if bare[consumed - 1] == "\n" else "x "
            consumed = _with_marks(text, consumed)
        if ended:
            return Taken(consumed, changed, ended=True)
        return Taken(consumed, changed, after=following(sections, self._width, scope))

    def ends_in_paragraph(self, text: str) -> bool | None:
        return None if self._may_define else ends_in_paragraph(self._stand_in + text, self._scope)

    def _draw(
        self, content: str, start: int, sure: int, *, shown: bool, ruled: int
    ) -> tuple[int, int]:
        """Draw the open part, which begins at `start`; what ends before `sure` is settled, and the
        rest drawn only if it is `shown`.

        Returns how much that is, and the first changed row.
        """
        new: list[Row] = []
        cut = next_cut(content, start)
        while cut is not None and cut[1] <= sure:
            new += self._settle(content[start : cut[0]])
            self._gap = content[cut[0] : cut[1]]
            start = cut[1]
            cut = next_cut(content, start)
        done = len(new)
        new += self._open(content[start:]) if shown else []
        if ruled >= 0:
            new += [BLANK] if new and new[-1].spans else []
            new.append(rule(self._width, ruled - 1))
        changed = splice(self.block.rows, self._settled, new)
        self._settled += done
        return (start if done or self._carry else 0), changed

    def _runs(self, piece: str, gap: str) -> list[Run]:
        # Nothing is left after the gap when what stood there has become a table.
        runs = piece_runs(piece, self._scope.env, self._scope.look)
        return [(gap, self._scope.look), *runs] if gap and piece else runs

    def _settle(self, piece: str) -> list[Row]:
        rows = self._wrapped([*self._carry, *self._runs(piece, self._gap)])
        self._carry = [(span.text, span.look) for span in rows[-1].spans]
        self._joint = rows[-1].joint
        return rows[:-1]

    def _open(self, rest: str) -> list[Row]:
        runs = list(self._carry)
        for index, (gap, piece) in enumerate(pieces(rest)):
            runs += self._runs(piece, gap if index else self._gap)
        return self._wrapped(runs)

    def _wrapped(self, runs: list[Run]) -> list[Row]:
        return wrap(runs, self._width, line=self._scope.line, joint=self._joint)


def _with_marks(text: str, count: int) -> int:
    """Return where in `text` the first `count` characters end, not counting marks of lazy lines."""
    at = 0
    for part in text.split(LAZY):
        if count <= len(part):
            return at + count
        count -= len(part)
        at += len(part) + 1
    return at


def _sure(text: str) -> int:
    """Return up to where `text` stays part of the paragraph, whatever follows.

    The last two lines may still become a heading or the header of a table; very long ones may not.
    """
    end = text.rfind("\n")
    before = text.rfind("\n", 0, end) if end > 0 else -1
    sure = before + 1
    for start, stop in ((sure, end), (end + 1, len(text))):
        if stop - start > 2 * AHEAD:
            sure = max(sure, stop)
    return sure
