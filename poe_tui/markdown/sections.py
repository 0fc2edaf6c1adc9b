"""Source text to the top-level blocks of a document."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from poe_tui.markdown.blocks import Node, Scope, draw, kind_of, nest, source_of
from poe_tui.markdown.canvas import Canvas
from poe_tui.markdown.document import Block
from poe_tui.markdown.parser import LAZY, Env, block_tokens, is_too_deep
from poe_tui.markdown.pieces import pieces
from poe_tui.markdown.rows import Look
from poe_tui.markdown.wrap import wrap


class Section:
    """One top-level node of a text, and the lines it comes from."""

    __slots__ = ("first", "last", "node", "too_deep")

    def __init__(self, node: Node, *, too_deep: bool) -> None:
        self.node = node
        self.first, self.last = node.span
        self.too_deep = too_deep


def sections_of(text: str, env: Env, above: int = 0) -> list[Section]:
    """Return the top-level blocks of `text`; link definitions go to `env` and make none.

    `above` counts the quotes taken off before.
    """
    tokens = block_tokens(text, env)
    sections: list[Section] = []
    start = 0
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            group = tokens[start : index + 1]
            sections.append(Section(nest(group)[0], too_deep=is_too_deep(group, above)))
            start = index + 1
    return sections


class Definition(NamedTuple):
    """A link definition that was found in a text, and the lines it comes from, half open.

    `label` is empty when an earlier definition of the same label counts. `sure`: whatever follows,
    the label leads there (a title may follow, which is not shown). `closed`: not even a title may.
    """

    label: str
    first: int
    last: int
    sure: bool
    closed: bool


_GOES_ON: Final = ("'", '"', "(", "|", "-", ":")
"""What a title starts with, and what makes the line before it the header of a table."""


def definitions_of(text: str, env: Env) -> list[Definition]:
    """Return the link definitions found in `text` since links were settled or forgotten."""
    found = [(label, spot["map"]) for label, spot in env["references"].found]
    found += [("", spot["map"]) for spot in env.pop("duplicate_refs", ())]
    lines = text.split("\n") if found else []
    definitions: list[Definition] = []
    for label, (first, last) in found:
        single = last == first + 1 and last < len(lines) and "|" not in lines[first]
        after = lines[last].lstrip(LAZY + " \t") if last < len(lines) else ""
        closed = not after.startswith(_GOES_ON) if after else last + 1 < len(lines)
        definitions.append(Definition(label, first, last, single, closed))
    return definitions


def sure_labels(definitions: list[Definition], sections: list[Section]) -> list[str]:
    """Return the labels that lead where they do now, whatever follows `sections`.

    None of what is nested so deep that it may be shown as it is.
    """
    if any(section.too_deep for section in sections):
        return []
    return [spot.label for spot in definitions if spot.sure and spot.label]


def definitions_end(sections: list[Section], definitions: list[Definition]) -> int:
    """Return the line up to which the text just parsed is link definitions that are complete.

    Of those before the first section the last is not, unless it is closed: a title may follow it.
    """
    limit = sections[0].first if sections else None
    heading = [spot for spot in definitions if limit is None or spot.first < limit]
    return max((spot.last if spot.closed else spot.first for spot in heading), default=0)


_MAY_DEFINE: Final = re.compile(r"\[(?:\\.|[^\[\]\\])*(?:\]:|\]?\\?$)", re.DOTALL)


def ends_in_paragraph(text: str, scope: Scope) -> bool | None:
    """Tell whether a lazy line could follow the complete lines of `text`: whether a paragraph, how
    deep ever, is open at their end. None when what is open may also be a link definition.
    """
    links = scope.env["references"]
    links.forget()
    sections = sections_of(text, scope.env, scope.above)
    definitions = definitions_of(text, scope.env)
    links.forget()
    end = text.count("\n")
    if not sections or sections[-1].too_deep or any(spot.last >= end for spot in definitions):
        return None
    node = sections[-1].node
    while node.children and node.token.type != "paragraph_open":
        node = node.children[-1]
    if node.token.type != "paragraph_open" or node.span[1] < end:
        return False
    return None if _MAY_DEFINE.match(source_of(node)) else True


def block_of(section: Section, width: int, scope: Scope) -> Block:
    """Return the rendered block of a section."""
    first, last = section.first + scope.line, section.last + scope.line
    if section.too_deep:
        lines = scope.lines[section.first : section.last]
        return plain_block(lines, width, first)
    canvas = Canvas()
    draw(section.node, width, scope, canvas)
    return Block(kind_of(section.node), first, last, canvas.rows, canvas.codes)


def plain_block(lines: list[str], width: int, first: int) -> Block:
    """Return `lines` as they are, wrapped."""
    block = Block("plain", first, first + len(lines))
    for number, line in enumerate(lines):
        for index, (gap, piece) in enumerate(pieces(line.replace(LAZY, ""))):
            joint = gap if index else "\n"
            block.rows += wrap([(piece, Look())], width, line=first + number, joint=joint)
    return block
