"""What the tests of the screens share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual._styles_cache import StylesCache

from tests.ui.at_rest import told_by_the_loop

__all__ = ["told_by_the_loop"]


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Let go of what was drawn: a cache of Textual's keeps the rows of the last seventy apps."""
    yield
    StylesCache.get_inner_outer.cache_clear()
