"""The parts of a formula, each of which can be written on one line or drawn as a box."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import msgspec

from poe_tui.markdown import tex_boxes as boxes
from poe_tui.markdown.tex_boxes import Box, line_box
from poe_tui.markdown.tex_symbols import lowered, raised

_SIMPLE: Final = re.compile(r"\w[²³¹′″\u1d2c-\u1d6a\u2070-\u209c\u2c7c]*!?|[\d.]+|\w+\(\w*\)")
_PRODUCT: Final = re.compile(r"[^\s/+−=,]+")
_DERIVED: Final = re.compile(r"[d∂]\w[²³ⁿ]?")
_WIDE: Final = frozenset(("bin", "rel"))
_LARGE: Final = frozenset(("op", "limits", "big"))
_WORD: Final = 3
_UNARY: Final = frozenset("+−±∓")
_BRACES: Final = {True: "╭┴╮─", False: "╰┬╯─"}


class Node(Protocol):
    """A part of a formula."""

    @property
    def kind(self) -> str:
        """How it is spaced: one of the kinds in `tex_symbols`, inner, text or space."""
        ...

    def line(self, *, small: bool = False) -> str:
        """Return it on one line; `small` in an index, where nothing is spaced."""
        ...

    def box(self) -> Box:
        """Return it as it is drawn."""
        ...


class Sign(msgspec.Struct):
    """A sign, a number, a word: `kind` is as in `tex_symbols`, or space, or text."""

    text: str
    kind: str = "ord"

    def line(self, *, small: bool = False) -> str:
        return self.text

    def box(self) -> Box:
        return line_box(self.text)


class Group(msgspec.Struct):
    """Parts one after the other."""

    parts: list[Node] = msgspec.field(default_factory=list)

    @property
    def kind(self) -> str:
        """That of its only part, or that of a letter."""
        return self.parts[0].kind if len(self.parts) == 1 else "ord"

    def line(self, *, small: bool = False) -> str:
        gaps = _gaps(self.parts, small=small)
        texts = [part.line(small=small) for part in self.parts]
        return "".join(gap + text for gap, text in zip(gaps, texts, strict=True))

    def box(self) -> Box:
        return boxes.beside(self.pieces())

    def pieces(self) -> list[Box]:
        """Return the boxes of its parts, each with the gap before it."""
        found: list[Box] = []
        for gap, part in zip(_gaps(self.parts, small=False), self.parts, strict=True):
            box = part.box()
            found.append(boxes.beside([line_box(gap), box]) if gap else box)
        return found


def _gaps(parts: Sequence[Node], *, small: bool) -> list[str]:
    """Return what stands before each part."""
    gaps: list[str] = []
    before = ""
    for index, part in enumerate(parts):
        kind = part.kind
        if kind == "bin" and part.line() in _UNARY:
            after = parts[index + 1].kind if index + 1 < len(parts) else ""
            if before not in ("ord", "inner", "close", "text", "space"):
                kind = "unary"
            elif after in ("", "close", "punct", "rel"):
                kind = "ord"
        gaps.append(_gap(before, kind) if not small or "op" in (before, kind) else "")
        before = kind
    return gaps


def _gap(before: str, kind: str) -> str:
    if before in ("", "open", "unary") or kind in ("punct", "close") or "space" in (before, kind):
        return ""
    if _WIDE & {before, kind}:
        return "" if before == kind == "rel" else " "
    if before in ("op", "limits"):
        return "" if kind == "open" else " "
    return " " if before in ("punct", "big") or kind in _LARGE or "inner" in (before, kind) else ""


def bracketed(text: str) -> str:
    """Return `text` in parentheses, unless it holds together without them."""
    whole = text.startswith("(") and text.endswith(")") and text.count("(") == 1
    return text if len(text) == 1 or whole or _SIMPLE.fullmatch(text) else f"({text})"


class Fraction(msgspec.Struct):
    """One thing over another; `ruled`: with a bar between."""

    top: Node
    bottom: Node
    ruled: bool = True
    flat: bool = False
    kind: str = "inner"

    def line(self, *, small: bool = False) -> str:
        top, bottom = self.top.line(small=small), self.bottom.line(small=small)
        if not self.ruled:
            return f"{top} choose {bottom}"
        # A product stands over a bar as it is; under it only what is derived by.
        top = top if _PRODUCT.fullmatch(top) else bracketed(top)
        bottom = bottom if _DERIVED.fullmatch(bottom) else bracketed(bottom)
        return f"{top}/{bottom}"

    def box(self) -> Box:
        if self.flat:
            return line_box(self.line())
        top, bottom = self.top.box(), self.bottom.box()
        if not self.ruled:
            return boxes.stacked([top, line_box(""), bottom], 1)
        return boxes.ruled(top, bottom)


class Root(msgspec.Struct):
    """A root; `index` is what root, empty for the square root."""

    body: Node
    index: str = ""
    kind: str = "ord"

    def line(self, *, small: bool = False) -> str:
        sign = {"3": "∛", "4": "∜"}.get(self.index)
        before = "√" if not self.index or sign else raised(self.index)
        if before is None:
            return f"({self.body.line(small=small)})^(1/{bracketed(self.index)})"
        return (sign or before + "√" * bool(self.index)) + bracketed(self.body.line(small=small))

    def box(self) -> Box:
        body = self.body.box()
        before = raised(self.index) or self.index
        return boxes.rooted(body, before) if body.height > 1 else line_box(self.line())


class Scripts(msgspec.Struct):
    """Something with an index below, above or both."""

    base: Node
    below: Node | None = None
    above: Node | None = None
    limits: bool = False

    @property
    def kind(self) -> str:
        """That of what has the index."""
        return "big" if self.base.kind == "limits" else self.base.kind

    def line(self, *, small: bool = False) -> str:
        below, above = self._index(self.below, lowered), self._index(self.above, raised)
        return self.base.line(small=small) + _marked("_", *below) + _marked("^", *above)

    @staticmethod
    def _index(node: Node | None, form: Callable[[str], str | None]) -> tuple[str, bool]:
        """Return an index on one line, and whether it needs a mark that says what it is."""
        if node is None:
            return "", False
        text = node.line(small=True)
        # A word of small letters is hard to read.
        small = None if node.kind == "text" and len(text) > _WORD else form(text)
        return (text, True) if small is None else (small, False)

    def box(self) -> Box:
        base = self.base.box()
        if self.limits:
            parts = [_small_box(self.above), base, _small_box(self.below)]
            return boxes.stacked([box for box in parts if box], int(self.above is not None))
        below, marked_below = self._index(self.below, lowered)
        above, marked_above = self._index(self.above, raised)
        if not marked_below and not marked_above:
            return boxes.attached(base, below, above)
        if not marked_above and base.height == 1 and _is_word(self.below):
            return line_box(self.line())
        return boxes.scripted(base, _small_box(self.below), _small_box(self.above))


def _marked(mark: str, text: str, marked: bool) -> str:
    if not marked:
        return text
    return mark + (text if text.isalpha() and len(text) > 1 and mark == "_" else bracketed(text))


def _is_word(node: Node | None) -> bool:
    return node is not None and node.line(small=True).isalpha()


def _small_box(node: Node | None) -> Box | None:
    if node is None:
        return None
    return line_box(node.line(small=True)) if isinstance(node, Sign | Group) else node.box()


class Fence(msgspec.Struct):
    """Something between delimiters that are as high as it."""

    left: str
    body: Node
    right: str
    kind: str = "inner"

    def line(self, *, small: bool = False) -> str:
        return self.left + self.body.line(small=small) + self.right

    def box(self) -> Box:
        return boxes.fenced(self.left, self.body.box(), self.right)


class Accented(msgspec.Struct):
    """Letters with a mark over, under or through each."""

    body: Node
    mark: str
    kind: str = "ord"

    def line(self, *, small: bool = False) -> str:
        text = self.body.line(small=small)
        marked = "".join(char if char.isspace() else char + self.mark for char in text)
        return unicodedata.normalize("NFC", marked)

    def box(self) -> Box:
        body = self.body.box()
        return line_box(self.line()) if body.height == 1 else body


class Braced(msgspec.Struct):
    """Something with a brace above or below it."""

    body: Node
    over: bool
    kind: str = "ord"

    def line(self, *, small: bool = False) -> str:
        return bracketed(self.body.line(small=small))

    def box(self) -> Box:
        body = self.body.box()
        left, middle, right, dash = tuple(_BRACES[self.over])
        room = max(body.width, 3) - 3
        brace = line_box(left + dash * (room // 2) + middle + dash * (room - room // 2) + right)
        return boxes.stacked([brace, body] if self.over else [body, brace], int(self.over))


class Grid(msgspec.Struct):
    """Rows of cells: a matrix, cases, lines set below one another."""

    rows: list[list[Node]]
    left: str = ""
    right: str = ""
    aligns: str = "c"
    gap: int = 2
    kind: str = "inner"

    def line(self, *, small: bool = False) -> str:
        aside = ", " if self.gap else " "
        rows = [aside.join(cell.line(small=small) for cell in row).strip() for row in self.rows]
        space = " " if self.left == "{" else ""
        return self.left + space + "; ".join(row for row in rows if row) + self.right

    def box(self) -> Box:
        rows = [[self._cell(x, cell) for x, cell in enumerate(row)] for row in self.rows]
        body = boxes.grid(rows, self.aligns, self.gap)
        inner = [line_box(" "), body, line_box(" ")] if self.left and self.left != "|" else [body]
        return boxes.fenced(self.left, boxes.beside(inner), self.right)

    def _cell(self, column: int, cell: Node) -> Box:
        """Return a cell; where nothing parts columns, a sign at its start is set apart."""
        box = cell.box()
        wide = isinstance(cell, Group) and cell.parts and cell.parts[0].kind in _WIDE
        return boxes.beside([line_box(" "), box]) if column and not self.gap and wide else box
