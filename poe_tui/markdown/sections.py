"""Source text to the top-level blocks of a document."""

from __future__ import annotations

from poe_tui.markdown.blocks import Node, Scope, draw, kind_of, nest
from poe_tui.markdown.canvas import Canvas
from poe_tui.markdown.code import code_summary
from poe_tui.markdown.document import Block
from poe_tui.markdown.parser import Env, block_tokens, is_too_deep
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


def definition_starts(env: Env) -> list[int]:
    """Return the lines at which the link definitions start that were found since links were
    settled or forgotten.
    """
    found = [*env["references"].found, *env.pop("duplicate_refs", ())]
    return [int(definition["map"][0]) for definition in found]


def definitions_end(sections: list[Section], starts: list[int]) -> int:
    """Return the line up to which the text just parsed is link definitions that are complete.

    The last of those before the first section is not: a title may follow it. One that another
    follows is.
    """
    limit = sections[0].first if sections else None
    return max((line for line in starts if limit is None or line < limit), default=0)


def block_of(section: Section, width: int, scope: Scope) -> Block:
    """Return the rendered block of a section."""
    first, last = section.first + scope.line, section.last + scope.line
    if section.too_deep:
        lines = scope.lines[section.first : section.last]
        return plain_block(lines, width, first)
    canvas = Canvas()
    draw(section.node, width, scope, canvas)
    block = Block(kind_of(section.node), first, last, canvas.rows, canvas.codes)
    if block.kind == "code":
        block.summary = code_summary(block.language, len((block.code or "").split("\n")), width)
    return block


def plain_block(lines: list[str], width: int, first: int) -> Block:
    """Return `lines` as they are, wrapped."""
    block = Block("plain", first, first + len(lines))
    for number, line in enumerate(lines):
        for index, (gap, piece) in enumerate(pieces(line)):
            joint = gap if index else "\n"
            block.rows += wrap([(piece, Look())], width, line=first + number, joint=joint)
    return block
