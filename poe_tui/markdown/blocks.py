"""Block tokens to rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from poe_tui.markdown.canvas import READABLE, Canvas, Frame, Prefix, framed, gap
from poe_tui.markdown.code import code_rows, code_summary, language_of
from poe_tui.markdown.document import Code
from poe_tui.markdown.inline import footnote_mark, inline_runs
from poe_tui.markdown.parser import Env
from poe_tui.markdown.pieces import AHEAD
from poe_tui.markdown.rows import BLANK, BOLD, DECOR, ITALIC, Look, Row, Span
from poe_tui.markdown.table import Cells, Shape, body_rows, header_rows, sample_size, shape_of
from poe_tui.markdown.wrap import wrap

if TYPE_CHECKING:
    from markdown_it.token import Token

_BULLETS: Final = "•◦▪"
_TASK: Final = re.compile(r"\[([ xX])\](?:\s+|$)")
_HEADINGS: Final = {
    "h1": Look("accent", BOLD),
    "h2": Look("heading", BOLD),
    "h3": Look("heading", BOLD),
}
_LOW_HEADING: Final = Look("heading", BOLD | ITALIC)


class Scope(NamedTuple):
    """What blocks are drawn with.

    `lines` are the source lines the tokens count in, `line` is added to their numbers. `look` is
    that of plain text; `depth` counts the lists around, `above` the quotes that are drawn by
    others. `unseen`: nobody sees what is drawn before it is complete.
    """

    env: Env
    lines: list[str]
    line: int = 0
    look: Look = Look()
    depth: int = 0
    above: int = 0
    unseen: bool = False

    def parted(self, line: int) -> bool:
        """Tell whether the source line before `line` is empty, quote marks aside."""
        return line > 0 and line <= len(self.lines) and not self.lines[line - 1].strip(" \t>")


class Node:
    """A token with what it contains."""

    __slots__ = ("children", "token")

    def __init__(self, token: Token) -> None:
        self.token = token
        self.children: list[Node] = []

    @property
    def span(self) -> tuple[int, int]:
        """The source lines it comes from, half open."""
        first, last = self.token.map or (0, 0)
        return first, last


def nest(tokens: list[Token]) -> list[Node]:
    """Return the top-level nodes of a run of block tokens."""
    top: list[Node] = []
    stack = [top]
    for token in tokens:
        if token.nesting < 0:
            stack.pop()
            continue
        node = Node(token)
        stack[-1].append(node)
        if token.nesting > 0:
            stack.append(node.children)
    return top


def kind_of(node: Node) -> str:
    """Return the `Block.kind` of a top-level node."""
    kind = _KINDS.get(node.token.type, "paragraph")
    return "paragraph" if kind == "heading" and _is_overlong(node) else kind


def _is_overlong(node: Node) -> bool:
    """Tell whether a heading is none: so long a text is a paragraph with a rule below it."""
    return node.token.markup in ("-", "=") and len(source_of(node)) > AHEAD


def draw(node: Node, width: int, scope: Scope, canvas: Canvas) -> None:
    """Put the rows of one block on `canvas`."""
    _DRAWERS.get(node.token.type, _draw_text)(node, width, scope, canvas)


def source_of(node: Node) -> str:
    """Return the inline source of a paragraph or heading, as the parser has trimmed it."""
    return node.children[0].token.content if node.children else node.token.content


def _draw_paragraph(node: Node, width: int, scope: Scope, canvas: Canvas) -> None:
    runs = inline_runs(source_of(node), scope.env, scope.look)
    canvas.rows += wrap(runs, width, line=scope.line + node.span[0])


def _draw_heading(node: Node, width: int, scope: Scope, canvas: Canvas) -> None:
    if _is_overlong(node):
        _draw_paragraph(node, width, scope, canvas)
        canvas.blank()
        canvas.rows.append(rule(width, scope.line + node.span[1] - 1))
        return
    look = _HEADINGS.get(node.token.tag, _LOW_HEADING)
    runs = inline_runs(source_of(node), scope.env, look)
    canvas.rows += wrap(runs, width, line=scope.line + node.span[0])


def rule(width: int, line: int) -> Row:
    """Return a line across."""
    return Row((Span("─" * width, Look("faint", DECOR)),), width, "", "\n", line)


def _draw_rule(node: Node, width: int, scope: Scope, canvas: Canvas) -> None:
    canvas.rows.append(rule(width, scope.line + node.span[0]))


def _draw_code(node: Node, width: int, scope: Scope, canvas: Canvas) -> None:
    token = node.token
    text = token.content.removesuffix("\n")
    language = language_of(token.info) if token.type == "fence" else ""
    first = scope.line + node.span[0] + (token.type == "fence")
    lines = text.split("\n") if token.content else []
    rows = code_rows(lines, language, width, first)
    summary = code_summary(language, len(lines), width)
    canvas.add_code(rows, Code(0, len(rows), text, language, summary))


def _draw_text(node: Node, width: int, scope: Scope, canvas: Canvas) -> None:
    """Show the source as it is: HTML, and whatever else has no look of its own."""
    look = scope.look._replace(role="dim")
    first = scope.line + node.span[0]
    for number, line in enumerate(node.token.content.rstrip("\n").split("\n")):
        canvas.rows += wrap([(line, look)], width, line=first + number)
    for child in node.children:
        draw(child, width, scope, canvas)


def _draw_tex(node: Node, width: int, scope: Scope, canvas: Canvas) -> None:
    indent = 2 if width >= READABLE + 2 else 0
    look = scope.look._replace(role="math")
    line = scope.line + node.span[0]
    inner = Canvas()
    lines, drawn = _formula_lines(node.token, width - indent)
    for text in lines:
        inner.rows += wrap([(text, look)], width - indent, line=line, hard=drawn)
    prefix = (gap(indent),) if indent else ()
    canvas.add(inner, Prefix(prefix, prefix), width - indent)


def _formula_lines(token: Token, width: int) -> tuple[list[str], bool]:
    """Return the lines of a formula: drawn, else as text, else as it was written.

    And whether they are drawn: then each is one row.
    """
    from poe_tui.markdown.tex import tex_lines, tex_rows

    # An environment is a part of the formula, not only what tells that there is one.
    named = token.markup.startswith("\\begin")
    source = token.markup + token.content + token.info if named else token.content
    drawn = tex_lines(source, width) if token.info else None
    if drawn:
        return drawn, True
    rows = tex_rows(source) if token.info else None
    if rows:
        return rows, False
    written = "\n".join(part for part in (token.markup, token.content, token.info) if part)
    return [part.strip() for part in written.split("\n")], False


def quote_prefix() -> Prefix:
    """Return the bar before quoted rows."""
    bar = (Span("▌ ", Look("faint", DECOR)),)
    return Prefix(bar, bar)


def quote_look(look: Look) -> Look:
    """Return how text in a quote looks."""
    return look._replace(role="quote")


def _draw_quote(node: Node, width: int, scope: Scope, canvas: Canvas) -> None:
    prefix = quote_prefix()
    inner_width = width - prefix.cells
    inner_scope = scope._replace(look=quote_look(scope.look))
    if inner_width < READABLE:
        _draw_all(node.children, width, inner_scope, canvas)
        return
    inner = Canvas()
    _draw_all(node.children, inner_width, inner_scope, inner)
    canvas.add(inner, prefix, inner_width)


def _draw_all(nodes: list[Node], width: int, scope: Scope, canvas: Canvas) -> None:
    """Draw blocks one below the other, an empty row between each two."""
    for node in nodes:
        part = Canvas()
        draw(node, width, scope, part)
        if part.rows:
            # As between top-level blocks, whatever the last row above is.
            canvas.rows += [BLANK] if canvas.rows else []
            canvas.add(part, Prefix((), ()), width)


def _draw_list(node: Node, width: int, scope: Scope, canvas: Canvas) -> None:
    draw_items(node, width, scope, canvas, start_of_list(node))


def start_of_list(node: Node) -> int | None:
    """Return the number of an ordered list's first item; None for bullets."""
    if node.token.type != "ordered_list_open":
        return None
    return int(node.token.attrs.get("start", 1))


def draw_items(
    node: Node,
    width: int,
    scope: Scope,
    canvas: Canvas,
    number: int | None,
    items: list[Node] | None = None,
) -> None:
    """Draw items of a list, all of them or some; `number` is that of the first.

    There is an empty row between two items where the source has an empty line: a list looks as its
    author set it, and no item changes what stands above it.
    """
    for index, item in enumerate(node.children if items is None else items):
        if scope.parted(item.span[0]):
            canvas.blank()
        _draw_item(item, None if number is None else number + index, width, scope, canvas)


def frame_of(item: Node, number: int | None, width: int, scope: Scope) -> Frame:
    """Return the frame of an item; `number` is None in a list of bullets."""
    task = _task_of(item)
    if task:
        mark, look = ("☑", Look("good")) if task[1] in "xX" else ("☐", Look("dim"))
    elif number is None:
        mark, look = _BULLETS[scope.depth % len(_BULLETS)], Look("marker")
    else:
        mark, look = f"{number}{item.token.markup}", Look("marker")
    return framed(mark, look, width, scope.line + item.span[0])


def _draw_item(item: Node, number: int | None, width: int, scope: Scope, canvas: Canvas) -> None:
    frame = frame_of(item, number, width, scope)
    contents = Canvas()
    draw_contents(item, item.children, frame.room, scope, contents)
    frame.add_to(canvas, contents)


def _task_of(item: Node) -> re.Match[str] | None:
    """Return the match of the box that makes an item a task, in the source of its first block."""
    if not item.children or item.children[0].token.type != "paragraph_open":
        return None
    return _TASK.match(source_of(item.children[0]))


def draw_contents(
    item: Node, children: list[Node], width: int, scope: Scope, canvas: Canvas
) -> None:
    """Draw what is in an item, the first of its blocks or all of them; they stand apart where the
    source has an empty line.
    """
    task = _task_of(item)
    inside = scope._replace(depth=scope.depth + 1)
    for index, child in enumerate(children):
        part = Canvas()
        if task and not index:
            runs = inline_runs(source_of(child)[task.end() :], scope.env, scope.look)
            part.rows = wrap(runs, width, line=scope.line + child.span[0])
        else:
            draw(child, width, inside, part)
        if not part.rows:
            continue
        if scope.parted(child.span[0]):
            canvas.blank()
        canvas.add(part, Prefix((), ()), width)


def _draw_footnote(node: Node, width: int, scope: Scope, canvas: Canvas) -> None:
    frame = footnote_frame(str(node.token.meta["label"]), width, scope.line + node.span[0])
    contents = Canvas()
    _draw_all(node.children, frame.room, scope, contents)
    frame.add_to(canvas, contents)


def footnote_frame(label: str, width: int, line: int) -> Frame:
    """Return the frame of the footnote with `label`."""
    return framed(footnote_mark(label), Look("link"), width, line)


def table_cells(row: Node, scope: Scope) -> Cells:
    """Return the cells of one row of a table."""
    cells = (child.children[0].token.content if child.children else "" for child in row.children)
    return [inline_runs(text, scope.env, scope.look) for text in cells]


def table_parts(node: Node, width: int, scope: Scope) -> tuple[Shape, list[Node]]:
    """Return the layout of a table, and the nodes of its rows below the header."""
    head, *bodies = node.children
    rows = [row for body in bodies for row in body.children]
    header = head.children[0]
    aligns = [
        str(c.token.attrs.get("style", "")).removeprefix("text-align:") for c in header.children
    ]
    sample = [table_cells(row, scope) for row in rows[: sample_size(len(aligns))]]
    return shape_of(table_cells(header, scope), aligns, sample, width), rows


def _draw_table(node: Node, width: int, scope: Scope, canvas: Canvas) -> None:
    shape, rows = table_parts(node, width, scope)
    canvas.rows += header_rows(shape, scope.line + node.span[0])
    for index, row in enumerate(rows):
        cells = table_cells(row, scope)
        canvas.rows += body_rows(cells, shape, scope.line + row.span[0], first=index == 0)
    if not canvas.rows:
        canvas.rows += body_rows(
            shape.names,
            shape._replace(names=[[]] * len(shape.names)),
            scope.line + node.span[0],
            first=True,
        )


_KINDS: Final = {
    "heading_open": "heading",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "fence": "code",
    "code_block": "code",
    "table_open": "table",
    "blockquote_open": "quote",
    "hr": "rule",
    "html_block": "html",
    "display_tex": "math",
    "footnote_reference_open": "footnotes",
}

_DRAWERS: Final[dict[str, Callable[[Node, int, Scope, Canvas], None]]] = {
    "paragraph_open": _draw_paragraph,
    "heading_open": _draw_heading,
    "bullet_list_open": _draw_list,
    "ordered_list_open": _draw_list,
    "fence": _draw_code,
    "code_block": _draw_code,
    "table_open": _draw_table,
    "blockquote_open": _draw_quote,
    "hr": _draw_rule,
    "html_block": _draw_text,
    "display_tex": _draw_tex,
    "footnote_reference_open": _draw_footnote,
}
