"""Open blocks whose lines are shown as they are: each is drawn once."""

from __future__ import annotations

import re
from typing import Final

from poe_tui.markdown.canvas import READABLE, gap, splice
from poe_tui.markdown.cells import TAB, unindented
from poe_tui.markdown.code import Painter, code_header, code_line_rows, code_summary, language_of
from poe_tui.markdown.document import Block, Code
from poe_tui.markdown.growers import LOST, Taken
from poe_tui.markdown.parser import DISPLAY, display_end, html_end
from poe_tui.markdown.rows import Look, Row
from poe_tui.markdown.wrap import Run, wrap

_FENCE: Final = re.compile(r"( {0,3})(`{3,}(?=[^`\n]*\n)|~{3,})([^\n]*)\n")
_INDENTED: Final = re.compile(r"(?: {4}| {0,3}\t)[ \t]*[^ \t\n]")
_HTML: Final = re.compile(r" {0,3}(<[^|\n]*)\n")
_TEX: Final = re.compile(r" {0,3}([^|\n]*)\n")
"""No bar in them: a line that has one may be the header of a table."""

_CODE_INDENT: Final = 4
_LONGEST_LINE: Final = 4_096
"""An unfinished line is drawn again and again: one that is longer makes its block be parsed as one,
which is done less and less often."""


class CodeGrower:
    """Code: its lines are coloured and wrapped once. `first` is its first line."""

    defines = False

    def __init__(self, language: str, indent: int, width: int, first: int) -> None:
        self._language = language
        self._indent = indent
        self._width = width
        self._painter = Painter(language)
        self._line = first
        self._settled = 1
        self._lines = 0
        self._text = ""
        self.block = Block("code", first, first, [code_header(language, width)])
        self.block.rows[0] = self.block.rows[0]._replace(line=first - 1)

    @property
    def is_indented(self) -> bool:
        """Whether spaces are taken off its lines."""
        return self._indent > 0

    def ends_in_paragraph(self, text: str) -> bool | None:
        return False

    def _grow(self, parts: list[str], last: str | None, *, ended: bool) -> int:
        """Take complete lines; returns the first row that has changed.

        `last` is what there is of the next one, None when that is not known to be code.
        """
        parts = [unindented(part, self._indent) for part in parts]
        painted = [runs for part in parts for runs in self._painter.add(part)]
        if parts:
            added = "\n".join(parts)
            self._text = f"{self._text}\n{added}" if self._lines else added
            self._lines += len(parts)
        partial = unindented(last or "", self._indent)
        done = self._rows(painted)
        if ended:
            lines = self._painter.rest()
        else:
            lines = self._painter.draft(None if last is None else partial)
        line = self._line
        changed = splice(self.block.rows, self._settled, done + self._rows(lines))
        self._line = line
        self._settled += len(done)
        text = self._text + "\n" + partial if partial and self._lines else self._text or partial
        summary = code_summary(self._language, self._lines, self._width)
        self.block.codes = [Code(0, len(self.block.rows), text, self._language, summary)]
        return changed

    def _rows(self, lines: list[list[Run]]) -> list[Row]:
        rows: list[Row] = []
        for runs in lines:
            rows += code_line_rows(runs, self._width, self._line)
            self._line += 1
        return rows


class FenceGrower(CodeGrower):
    """Fenced code."""

    def __init__(self, opening: re.Match[str], width: int, line: int) -> None:
        indent, self._mark, info = opening.groups()
        super().__init__(language_of(info.strip()), len(indent), width, line + 1)
        self.block.first_line = line

    @staticmethod
    def opening(text: str) -> re.Match[str] | None:
        """Return the match of a fence that `text` starts with."""
        return _FENCE.match(text)

    def take(self, text: str, line: int, *, final: bool) -> Taken:
        *lines, last = text.split("\n")
        size = len(text)
        if final:
            lines += [last] if last else []
            last = ""
        closing = next((at for at, part in enumerate(lines) if self._closes(part)), None)
        ended = closing is not None
        body = lines[:closing]
        taken = lines if closing is None else lines[: closing + 1]
        consumed = sum(map(len, taken)) + len(taken)
        self.block.last_line += len(taken)
        shown = None if ended or self._is_mark(last) else last
        changed = self._grow(body, shown, ended=ended or final)
        return Taken(size if final and not ended else min(consumed, size), changed, ended or final)

    def _closes(self, part: str) -> bool:
        body = part.strip(" \t")
        return (
            len(body) >= len(self._mark)
            and not body.strip(self._mark[0])
            and _columns(part) < _CODE_INDENT
        )

    def _is_mark(self, last: str) -> bool:
        """Tell whether an unfinished line may become the closing fence."""
        return not last.strip(" \t").strip(self._mark[0])


class IndentedGrower(CodeGrower):
    """Code by indentation. Empty lines belong to it when more code follows."""

    def __init__(self, width: int, line: int) -> None:
        super().__init__("", _CODE_INDENT, width, line)
        self._empty: list[str] = []

    @staticmethod
    def suits(text: str) -> bool:
        """Tell whether `text` starts with indented code."""
        return _INDENTED.match(text) is not None

    def take(self, text: str, line: int, *, final: bool) -> Taken:
        *lines, last = text.split("\n")
        if final:
            lines += [last] if last else []
            last = ""
        body: list[str] = []
        consumed, ended = 0, final
        for number, part in enumerate(lines):
            if not part.strip(" \t"):
                self._empty.append(part)
            elif _columns(part) < _CODE_INDENT:
                ended = True
                break
            else:
                body += [*self._empty, part]
                self._empty.clear()
                self.block.last_line = line + number + 1
            consumed += len(part) + 1
        else:
            ended = ended or (bool(last.strip(" \t")) and _columns(last) < _CODE_INDENT)
        shown = last if last.strip(" \t") and not ended else None
        if shown is not None:
            body += self._empty
            self._empty.clear()
        changed = self._grow(body, shown, ended=ended)
        return Taken(min(consumed, len(text)), changed, ended)


class LinesGrower:
    """A block of which the source is shown, line by line."""

    defines = False

    def __init__(self, kind: str, width: int, line: int, look: Look) -> None:
        self._width = width
        self._look = look
        self._settled = 0
        self._empty = 0
        self.block = Block(kind, line, line)

    def take(self, text: str, line: int, *, final: bool) -> Taken:
        *lines, last = text.split("\n")
        if final:
            lines += [last] if last else []
            last = ""
        elif len(last) > _LONGEST_LINE:
            return LOST
        new: list[Row] = []
        consumed, ended = 0, final
        for part in lines:
            if self._is_after(part):
                ended = True
                break
            consumed += len(part) + 1
            new += self._rows_below(part, self.block.last_line)
            self.block.last_line += 1
            if self._is_last(part):
                ended = True
                break
        done = len(new)
        if last.strip(" \t") and not ended:
            empty = self._empty
            new += self._rows_below(last, self.block.last_line)
            self._empty = empty
        changed = splice(self.block.rows, self._settled, new)
        self._settled += done
        return Taken(min(consumed, len(text)), changed, ended)

    def ends_in_paragraph(self, text: str) -> bool | None:
        return False

    def _rows_below(self, part: str, line: int) -> list[Row]:
        """Return the rows of a line, and of the empty ones before it; none when it is empty."""
        if not part:
            self._empty += 1
            return []
        rows: list[Row] = []
        for number in range(line - self._empty, line):
            rows += self._rows("", number)
        self._empty = 0
        return rows + self._rows(part, line)

    def _rows(self, part: str, line: int) -> list[Row]:
        return wrap([(part, self._look)], self._width, line=line)

    def _is_after(self, part: str) -> bool:
        """Tell whether a line comes after the block."""
        return not part.strip(" \t")

    def _is_last(self, part: str) -> bool:
        """Tell whether a line is the last of the block."""
        return False


class HtmlGrower(LinesGrower):
    """HTML, up to an empty line or to what ends it."""

    def __init__(self, end: re.Pattern[str], width: int, line: int, look: Look) -> None:
        super().__init__("html", width, line, look._replace(role="dim"))
        self._end = end
        self._parted = bool(end.search(""))

    @staticmethod
    def opening(text: str) -> re.Pattern[str] | None:
        """Return what ends the HTML that `text` starts with, None when it starts with none."""
        match = _HTML.match(text)
        return html_end(match[1]) if match else None

    def _is_after(self, part: str) -> bool:
        return self._parted and super()._is_after(part)

    def _is_last(self, part: str) -> bool:
        return not self._parted and self._end.search(part.lstrip(" \t")) is not None


class TexGrower(LinesGrower):
    """A formula over several lines, as it is written until it is complete."""

    def __init__(self, opening: re.Match[str], width: int, line: int, look: Look) -> None:
        self._indent = 2 if width >= READABLE + 2 else 0
        super().__init__("math", width - self._indent, line, look._replace(role="math"))
        self._mark = opening[0]
        self._end = display_end(opening)
        self._said = False

    @staticmethod
    def opening(text: str) -> re.Match[str] | None:
        """Return how the formula that `text` starts with begins, None when it starts with none or
        with one of a single line.
        """
        line = _TEX.match(text)
        opening = DISPLAY.match(line[1]) if line else None
        if line is None or opening is None or display_end(opening) in line[1][opening.end() :]:
            return None
        return opening

    def take(self, text: str, line: int, *, final: bool) -> Taken:
        fresh = self.block.last_line == self.block.first_line
        lines = text.split("\n")[fresh:]
        if any(part.rstrip().endswith(self._end) for part in lines):
            return LOST
        return super().take(text, line, final=final)

    def _rows_below(self, part: str, line: int) -> list[Row]:
        said, above = part.strip(), []
        if line == self.block.first_line:
            said = said[len(self._mark) :].strip()
            above = self._rows(self._mark, line)
        if not (said or self._said):
            # Empty, though not to the parser that looks for the end of the formula.
            return above
        self._said = True
        return above + super()._rows_below(said, line)

    def _rows(self, part: str, line: int) -> list[Row]:
        rows = wrap([(part, self._look)], self._width, line=self.block.first_line)
        before = (gap(self._indent),) if self._indent else ()
        return [
            row._replace(spans=before + row.spans, cells=row.cells + self._indent) for row in rows
        ]


def _columns(part: str) -> int:
    """Return how many columns a line is indented by."""
    return len(part[: len(part) - len(part.lstrip(" \t"))].expandtabs(TAB))
