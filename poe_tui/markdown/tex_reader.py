"""TeX formulas to the parts they are made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from poe_tui.markdown.tex_nodes import (
    Accented,
    Braced,
    Fence,
    Fraction,
    Grid,
    Group,
    Node,
    Root,
    Scripts,
    Sign,
)
from poe_tui.markdown.tex_symbols import (
    ACCENTS,
    ARROWS,
    DERIVATIVES,
    FENCED,
    IGNORED,
    SPACES,
    TEXTS,
    UPRIGHT,
    WITHOUT_ARGUMENT,
    in_alphabet,
    is_alphabet,
    kind_of_sign,
    lowered,
    negated,
    raised,
    symbols,
)

_TOKEN: Final = re.compile(
    r"\\(?:[A-Za-z]+\*?|.)|\d+(?:,\d{3}(?!\d))*(?:\.\d+)?|[A-Za-z]+|'+|:=|\s+|.", re.DOTALL
)
_LONGEST: Final = 4_000
_DEEPEST: Final = 30

_PRIMES: Final = {1: "′", 2: "″", 3: "‴"}
_ENVIRONMENTS: Final = {
    **{"matrix": ("", "", "c", 2), "smallmatrix": ("", "", "c", 2), "array": ("", "", "c", 2)},
    **{"pmatrix": ("(", ")", "c", 2), "bmatrix": ("[", "]", "c", 2), "Bmatrix": ("{", "}", "c", 2)},
    **{"vmatrix": ("|", "|", "c", 2), "Vmatrix": ("‖", "‖", "c", 2), "cases": ("{", "", "l", 2)},
    **{"rcases": ("", "}", "l", 2), "dcases": ("{", "", "l", 2), "substack": ("", "", "c", 0)},
    **dict.fromkeys(
        ("aligned", "align", "split", "alignat", "flalign", "eqnarray"), ("", "", "rl", 0)
    ),
    **dict.fromkeys(("gathered", "gather", "equation", "multline"), ("", "", "c", 0)),
}
_FRACTIONS: Final = frozenset(("frac", "dfrac", "tfrac", "cfrac", "binom", "dbinom", "tbinom"))
_OVER: Final = frozenset(("\\over", "\\choose", "\\atop"))
_CHARGE: Final = re.compile(r"\^([0-9]*[+-])|(?<=[A-Za-z)\]])([0-9]+)")
_REACTIONS: Final = {"<=>": "⇌", "<->": "↔", "->": "→", "<-": "←"}


class _NoFormulaError(Exception):
    """The formula does not hold together."""


def read(source: str) -> Group | None:
    """Return the parts of a formula; None when it does not hold together or is too long."""
    if len(source) > _LONGEST:
        return None
    try:
        return _Formula(source).read()
    except _NoFormulaError:
        return None


class _Formula:
    """Reads one formula from left to right."""

    def __init__(self, source: str) -> None:
        self._tokens = [match[0] for match in _TOKEN.finditer(source)]
        self._at = 0

    def read(self) -> Group:
        """Read all of it; lines set below one another become a grid."""
        rows = self._rows(0, lambda token: not token)
        if len(rows) == 1 and len(rows[0]) == 1:
            cell = rows[0][0]
            assert isinstance(cell, Group)
            return cell
        return Group([Grid(rows, aligns="rl", gap=0)])

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise _NoFormulaError
        self._at += 1
        return token

    def _skip(self) -> None:
        while self._peek().isspace():
            self._at += 1

    def _rows(self, depth: int, ends: Callable[[str], bool]) -> list[list[Node]]:
        """Read cells parted by `&` and rows by two backslashes, up to a token that ends them."""
        rows: list[list[Node]] = [[]]
        while True:
            rows[-1].append(self._group(depth, lambda token: token in ("&", "\\\\") or ends(token)))
            token = self._peek()
            if ends(token):
                break
            self._at += 1
            if token == "\\\\":
                self._option()
                rows.append([])
        if len(rows) > 1 and all(not cell.line() for cell in rows[-1]):
            rows.pop()
        return rows

    def _group(self, depth: int, ends: Callable[[str], bool]) -> Group:
        """Read up to a token that ends the group, which is left to be read."""
        parts: list[Node] = []
        while not ends(self._peek()):
            token = self._next()
            if token in _OVER:
                return Group([_over(token, Group(parts), self._group(depth, ends))])
            if token.isspace():
                if self._parts_words(parts):
                    parts.append(Sign(" ", "space"))
            elif token in ("^", "_") or token[0] == "'":
                parts.append(self._scripts(parts.pop() if parts else Sign(""), token, depth))
            else:
                node = self._one(token, depth)
                if node is not None:
                    parts.append(node)
        return Group(parts)

    def _parts_words(self, parts: list[Node]) -> bool:
        """Tell whether a gap stands between words, as in text that was not marked as such."""
        before, after = parts[-1] if parts else None, self._peek()
        if not isinstance(before, Sign) or before.kind != "ord":
            return False
        word = before.text
        return word.isalpha() and after.isalpha() and word.isascii() and len(word + after) > 2

    def _scripts(self, base: Node, token: str, depth: int) -> Scripts:
        """Read an index, or primes, of `base`; it may have some already."""
        if isinstance(base, Scripts):
            scripts = base
        else:
            limits = base.kind == "limits" or (base.kind == "big" and base.line() not in "∫∬∭∮∯")
            scripts = Scripts(base, limits=limits or isinstance(base, Braced))
        if token[0] == "'":
            node: Node = Sign(_PRIMES.get(len(token), token.replace("'", "′")))
        else:
            node = self._argument(depth)
        old = scripts.below if token == "_" else scripts.above
        if old is not None:
            node = Group([*(old.parts if isinstance(old, Group) else [old]), node])
        if token == "_":
            scripts.below = node
        else:
            scripts.above = node
        return scripts

    def _argument(self, depth: int) -> Node:
        """Read a group in braces, or one sign."""
        self._skip()
        token = self._next()
        if token == "}" or token in ("&", "\\\\"):
            raise _NoFormulaError
        if len(token) > 1 and token[0].isalnum():
            self._at -= 1
            self._tokens[self._at] = token[1:]
            token = token[0]
        return self._one(token, depth + 1) or Sign("")

    def _one(self, token: str, depth: int) -> Node | None:
        if depth > _DEEPEST:
            raise _NoFormulaError
        if token == "{":
            group = self._group(depth + 1, lambda token: token in ("}", ""))
            if self._next() != "}":
                raise _NoFormulaError
            return Sign(",") if group.line() == "," else group
        if token == "}":
            raise _NoFormulaError
        if token[0] != "\\":
            return Sign(" ", "space") if token == "~" else _sign(token)
        return self._command(token[1:].removesuffix("*"), depth)

    def _command(self, name: str, depth: int) -> Node | None:
        if name in SPACES:
            return Sign(SPACES[name], "space")
        if name in IGNORED:
            return None
        if name in symbols():
            return Sign(*symbols()[name])
        if name == "not":
            self._skip()
            struck = self._one(self._next(), depth + 1) or Sign("")
            return Sign(negated(struck.line()), "rel")
        if name == "\\":
            return Sign("  ", "space")
        if len(name) == 1 and not name.isalpha():
            return Sign({"|": "‖"}.get(name, name), {"{": "open", "}": "close"}.get(name, "ord"))
        return self._with_arguments(name, depth)

    def _with_arguments(self, name: str, depth: int) -> Node | None:
        if name in TEXTS or name in ("operatorname", "tag", "ce"):
            return self._words(name)
        if name in WITHOUT_ARGUMENT:
            self._raw()
            return None
        if name in ACCENTS:
            return Accented(self._argument(depth), ACCENTS[name])
        if name in UPRIGHT or is_alphabet(name):
            inner = self._argument(depth)
            text = inner.line()
            if is_alphabet(name):
                return Sign(in_alphabet(text, name))
            return Sign(text, "text") if name == "mathrm" and text.isalpha() else inner
        if name in ("left", "begin"):
            return self._left(depth) if name == "left" else self._environment(depth)
        if name in ("right", "end", "middle"):
            return self._middle(name)
        return self._layout(name, depth)

    def _words(self, name: str) -> Node:
        text = " ".join(("x" + self._raw() + "x").split())[1:-1]
        if name == "operatorname":
            return Sign(text.strip(), "op")
        if name == "ce":
            return Sign(_chemical(text), "text")
        return Sign(f"   ({text})", "space") if name == "tag" else Sign(text, "text")

    def _middle(self, name: str) -> Node:
        if name != "middle":
            raise _NoFormulaError
        return Sign(self._delimiter(), "rel")

    def _layout(self, name: str, depth: int) -> Node:
        if name in _FRACTIONS:
            return self._fraction(name, depth)
        if name == "sqrt":
            index = self._option()
            return Root(self._argument(depth), index)
        if name in ("overbrace", "underbrace"):
            return Braced(self._argument(depth), over=name == "overbrace")
        if name in ("overset", "stackrel", "underset"):
            small, base = self._argument(depth), self._argument(depth)
            if name == "underset":
                return Scripts(base, below=small, limits=True)
            return Scripts(base, above=small, limits=True)
        if name in ARROWS:
            self._option()
            return Scripts(Sign(ARROWS[name], "rel"), above=self._argument(depth), limits=True)
        if name == "pmod":
            return Group([Sign(" (mod ", "space"), self._argument(depth), Sign(")", "close")])
        if name == "substack":
            return self._substack(depth)
        return self._from_package(name, depth)

    def _from_package(self, name: str, depth: int) -> Node:
        """Read what packages add; what is unknown keeps its name and its braces."""
        if name in FENCED:
            left, right = tuple(FENCED[name])
            inner = self._arguments(depth)
            parted = [part for node in inner for part in (Sign("|", "open"), node)][1:]
            return Fence(left, Group(parted), right)
        if name in DERIVATIVES:
            return self._derivative(name, depth)
        if name in ("SI", "qty"):
            return Sign(f"{self._raw()} {self._raw()}", "text")
        if name == "eqref":
            return Sign(f"({self._raw()})", "text")
        inner = self._arguments(depth)
        braced = [part for node in inner for part in (Sign("{", "open"), node, Sign("}", "close"))]
        return Group([Sign(f"\\{name}"), *braced]) if braced else Sign(f"\\{name}")

    def _derivative(self, name: str, depth: int) -> Node:
        order = self._option()
        above, below = [self._argument(depth)], self._arguments(depth)
        if not below:
            above, below = [], above
        sign = Sign(DERIVATIVES[name])
        if not order:
            return Fraction(Group([sign, *above]), Group([sign, *below]))
        power = Scripts(sign, above=Sign(order))
        return Fraction(Group([power, *above]), Group([sign, Scripts(below[0], above=Sign(order))]))

    def _arguments(self, depth: int) -> list[Node]:
        """Read the groups in braces that follow at once."""
        found: list[Node] = []
        while self._peek() == "{":
            found.append(self._argument(depth))
        return found

    def _fraction(self, name: str, depth: int) -> Node:
        top, bottom = self._argument(depth), self._argument(depth)
        if name.endswith("binom"):
            return Fence("(", Fraction(top, bottom, ruled=False), ")")
        return Fraction(top, bottom, flat=name == "tfrac")

    def _substack(self, depth: int) -> Node:
        self._skip()
        if self._next() != "{":
            raise _NoFormulaError
        rows = self._rows(depth + 1, lambda token: token in ("}", ""))
        if self._next() != "}":
            raise _NoFormulaError
        return Grid(rows, gap=0)

    def _raw(self) -> str:
        """Read a group in braces as it is written."""
        self._skip()
        if self._next() != "{":
            raise _NoFormulaError
        parts: list[str] = []
        open_braces = 1
        while True:
            token = self._next()
            open_braces += (token == "{") - (token == "}")
            if not open_braces:
                return "".join(parts)
            if token not in ("{", "}", "$"):
                known = symbols().get(token[1:]) if token[0] == "\\" else None
                parts.append(known[0] if known else token.removeprefix("\\"))

    def _option(self) -> str:
        """Read what stands in square brackets, if anything does."""
        if self._peek() != "[":
            return ""
        parts: list[str] = []
        self._at += 1
        while (token := self._next()) != "]":
            parts.append(token)
        return "".join(parts).strip()

    def _delimiter(self) -> str:
        self._skip()
        token = self._next()
        if token == ".":
            return ""
        if token[0] != "\\":
            return {"<": "⟨", ">": "⟩"}.get(token, token)
        known = symbols().get(token[1:])
        return known[0] if known else {"|": "‖"}.get(token[1:], token[1:])

    def _left(self, depth: int) -> Node:
        left = self._delimiter()
        body = self._group(depth + 1, lambda token: token in ("\\right", ""))
        self._next()
        return Fence(left, body, self._delimiter())

    def _environment(self, depth: int) -> Node:
        name = self._raw().removesuffix("*")
        known = _ENVIRONMENTS.get(name)
        if known is None:
            raise _NoFormulaError
        left, right, aligns, gap = known
        if name in ("array", "alignat"):
            given = self._raw()
            aligns = "".join(c for c in given if c in "lcr") or aligns
        rows = self._rows(depth + 1, lambda token: token in ("\\end", ""))
        self._next()
        self._raw()
        return Grid(rows, left, right, aligns, gap)


def _sign(token: str) -> Node:
    if token in ("*", "-"):
        return Sign({"*": "∗", "-": "−"}[token], "bin")
    if token == ":=":
        return Sign("≔", "rel")
    return Sign(token, "punct" if token == ":" else kind_of_sign(token))


def _over(token: str, top: Node, bottom: Node) -> Node:
    """Return what stands before and after a sign that puts the one over the other."""
    if token == "\\over":
        return Fraction(top, bottom)
    pair = Fraction(top, bottom, ruled=False)
    return Fence("(", pair, ")") if token == "\\choose" else pair


def _chemical(text: str) -> str:
    """Return a chemical formula with its numbers and charges where they belong."""
    for written, arrow in _REACTIONS.items():
        text = text.replace(written, arrow)
    return _CHARGE.sub(
        lambda match: (raised(match[1]) if match[1] else lowered(match[2])) or match[0], text
    )
