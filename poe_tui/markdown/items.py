"""An item of a list that grows: what is in it is a document of its own, which grows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from poe_tui.markdown.canvas import Canvas, Frame
from poe_tui.markdown.cells import TAB, unindented
from poe_tui.markdown.document import Block, Code
from poe_tui.markdown.nested import Nested
from poe_tui.markdown.parser import LAZY, STARTS
from poe_tui.markdown.rows import Row

if TYPE_CHECKING:
    from poe_tui.markdown.growth import Growth

_MARKER: Final = r" {0,3}(?:[-+*]|\d{1,9}[.)])"
_OPENING: Final = re.compile(rf"({_MARKER})[ \t]+(?=[^ \t\n])")
_ANY_ITEM: Final = re.compile(rf"{_MARKER}[ \t\n]")
_MAY_BE_ITEM: Final = re.compile(r" {0,3}(?:[-+*]|\d{1,9}[.)]?)\Z")
_LEAD: Final = re.compile(r"(?:[ >*+-]|\d+(?:[.)]|$))*(\t|\[\^[^\] \n]+\]:)?")
_MAY_BE_FOOTNOTE: Final = re.compile(r"\[(?:\^[^\] \n]*\]?)?\Z")


def opening_of(text: str) -> str | None:
    """Return what `text`, an item, starts with: its marker, up to what its lines are indented to.

    None when its first line has no text, or code: then the parser has rules of its own.
    """
    match = _OPENING.match(text)
    if match is None or _columns(match[0]) - _columns(match[1]) > TAB:
        return None
    return match[0]


def _columns(text: str) -> int:
    return len(text.expandtabs(TAB))


class OpenItem:
    """The open item of a list, as long as each of its lines has the item's indentation, or surely
    goes on with a paragraph.

    `opening` is that of its text. `inside` starts at source line `line`, which is at `start` in the
    text of the item; `contents` has the rows of what precedes that in the item. After `take` it
    has `begun`, and `ended` tells whether it is complete: then it is the text up to `at`, which is
    up to source line `line`.
    """

    indent: ClassVar = 0
    """The columns its lines are indented by; 0 for as many as the opening has."""

    def __init__(
        self, inside: Growth, frame: Frame, opening: str, line: int, start: int, contents: Canvas
    ) -> None:
        above = Canvas()
        if contents.rows:
            frame.add_to(above, contents)
        else:
            above.rows += frame.above
        self._beneath = bool(contents.rows)
        self._prefix = frame.prefix
        self._nested = Nested(inside, frame.prefix, self._stands_apart, above)
        self._alone = frame.alone
        self._indent = self.indent or _columns(opening)
        self.at = start or len(opening)
        self.line = line
        self.ended = False
        self.begun = False
        self._in_line = not start
        self._lead: str | None = ""
        self._lazy = False
        self._goes_on: bool | None = None
        self._verbatim = False
        self._blank = False
        self._empty: set[int] = set()
        self._parts: list[str] = []
        self._changed = 0

    @property
    def rows(self) -> list[Row]:
        """Everything that is drawn of it."""
        return self._nested.rows or [self._alone]

    @property
    def codes(self) -> list[Code]:
        """The code blocks among the rows."""
        return self._nested.codes

    @property
    def too_deep(self) -> bool:
        """Whether the parser may have left something out."""
        return self._nested.inside.too_deep

    def ends_in_paragraph(self) -> bool | None:
        """Tell whether a line without indentation could go on with it; None when unknown."""
        self._grow()
        return self._nested.inside.ends_in_paragraph()

    @property
    def last_line(self) -> int:
        """The source line after those that have come."""
        return self.line + self._in_line

    @property
    def parted(self) -> bool:
        """Whether its last line is empty, quote marks aside."""
        return self.line - 1 in self._empty

    def take(self, text: str, *, final: bool) -> int | None:
        """Take in what is new in `text`, which starts with the item; `final` if nothing follows.

        Returns the first row that has changed; None when it is not certain what the new lines are.
        """
        if not self.begun and not self._in_line:
            self._note_line(text, self.line - 1)
        self.begun = True
        self._changed = len(self._nested.rows)
        while self.at < len(text) and not self.ended:
            line = text[self.at : text.find("\n", self.at) + 1 or len(text)]
            part = line
            if not self._in_line:
                belongs = self._belongs(line, final=final)
                if not belongs:
                    if belongs is None:
                        return None
                    break
                part = self._begin_line(line)
            if (self._lazy and "|" in part) or (self._is_unsure(part) and not self._is_code(part)):
                return None
            self._parts.append(part)
            # What is known to be code goes on until a line that may end it.
            self._verbatim = self._verbatim and part.lstrip(" \t")[:1] not in ("`", "~")
            self.at += len(line)
            self._in_line = not line.endswith("\n")
            if not self._in_line:
                self._note_line(text, self.line)
                self.line += 1
        self._grow(final=final or self.ended)
        return self._changed

    def _begin_line(self, line: str) -> str:
        """Return a line that belongs to it as it is inside."""
        if self._lazy or line.startswith(LAZY):
            self._lead = None
            return LAZY + line.removeprefix(LAZY)
        self._lead = ""
        # At the end of all text, spaces are a line of their own.
        return unindented(line, self._indent) or "\n"

    def _note_line(self, text: str, number: int) -> None:
        """Note what the line before the next one, source line `number`, is."""
        line = text[text.rfind("\n", 0, self.at - 1) + 1 : self.at]
        self._blank = not line.strip(" \t\n")
        if not line.strip(" \t\n>"):
            self._empty.add(number)
        self._lazy = False
        if self._blank or line.lstrip(LAZY + " \t")[0] in STARTS:
            self._goes_on = None

    def _stands_apart(self, block: Block) -> bool:
        if block.first_line - 1 not in self._empty:
            return False
        topmost = block is self._nested.inside.blocks[0] and not self._beneath
        empty = self._nested.rows[-1].spans in (self._prefix.first, self._prefix.rest)
        return not topmost and not empty

    def _grow(self, *, final: bool = False) -> None:
        text = "".join(self._parts)
        self._parts.clear()
        if text or final:
            first = self._nested.inside.grow(text, final=final)
            self._changed = min(self._changed, self._nested.adopt(first))

    def _belongs(self, line: str, *, final: bool) -> bool | None:
        """Tell whether `line` is part of the item; not, too, when too little of it is there.

        None when that is not certain.
        """
        text = line.lstrip(" \t")
        if text in ("", "\n"):
            return bool(text) or final
        if text[0] == LAZY or _columns(line[: len(line) - len(text)]) >= self._indent:
            return True
        if not self._blank and not _ANY_ITEM.match(line + "\n" if final else line):
            if _MAY_BE_ITEM.match(line):
                return None if final else False
            if self._goes_on is None:
                self._goes_on = self.ends_in_paragraph()
            if self._goes_on is not False:
                self._lazy = bool(self._goes_on) and line[0] not in STARTS and line[0] not in " \t"
                return self._lazy or None
        self.ended = True
        return False

    def _is_unsure(self, part: str) -> bool:
        """Tell whether the line of `part` has something that depends on the column it starts at.

        That is a tab that reaches to an unknown column, and a footnote, to the parser.
        """
        if self._lead is None:
            return False
        self._lead += part
        match = _LEAD.match(self._lead)
        if match and match[1]:
            return True
        end = match.end() if match else 0
        if end < len(self._lead) and not _MAY_BE_FOOTNOTE.match(self._lead, end):
            self._lead = None
        return False

    def _is_code(self, part: str) -> bool:
        """Tell whether the line of `part` is sure to be code, which has any tab as it is."""
        if not self._verbatim:
            self._grow()
            self._verbatim = self._nested.inside.is_verbatim
        said = part.strip(" \t\n")
        if not self._verbatim or (said and not said.strip("`~")):
            return False
        self._lead = None
        return True
