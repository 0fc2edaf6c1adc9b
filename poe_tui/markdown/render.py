"""A whole text to a document."""

from __future__ import annotations

from collections.abc import Mapping

from poe_tui.markdown.blocks import Scope
from poe_tui.markdown.document import Document
from poe_tui.markdown.parser import Links, new_env, normal_label
from poe_tui.markdown.reasoning import starts_reasoning
from poe_tui.markdown.safe import visible
from poe_tui.markdown.sections import block_of, plain_block, sections_of


def render(
    text: str, width: int, *, plain: bool = False, refs: Mapping[str, str] | None = None
) -> Document:
    """Return `text` rendered for `width` cells (at least 1).

    `plain` shows it word for word, as text/plain. `refs` maps labels of reference links to their
    targets: the attachments that an answer refers to.
    """
    source = visible(text)
    if plain:
        return Document([plain_block(source.split("\n"), width, 0)] if source else [])
    links = links_of(refs)
    start = 0
    if starts_reasoning(source, final=True):
        from poe_tui.markdown.growth import reasoning_of  # a dozen modules; few texts need them

        _, start = reasoning_of(source, width, links)
    env = new_env(links)
    rest = source[start:]
    sections = sections_of(rest, env)
    links.settle()
    scope = Scope(env, rest.split("\n"), source[:start].count("\n"))
    blocks = [reasoning_of(source[:start], width, links)[0]] if start else []
    blocks += [block_of(section, width, scope) for section in sections]
    return Document([block for block in blocks if block.rows])


def links_of(refs: Mapping[str, str] | None) -> Links:
    """Return the link definitions that `refs` amounts to."""
    given = (refs or {}).items()
    return Links({normal_label(label): {"title": "", "href": target} for label, target in given})
