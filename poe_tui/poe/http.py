"""httpx without its command line, which it loads along where click is installed.

With that come click, rich's progress bars and pygments: 3 MiB, and a third of the modules. httpx
does without what can't be imported.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import cast


@contextmanager
def _missing(name: str) -> Iterator[None]:
    """Let the import of a module fail, unless it is there already."""
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    modules.setdefault(name, None)
    try:
        yield
    finally:
        if modules[name] is None:
            del modules[name]


with _missing("httpx._main"):
    import httpx as httpx
