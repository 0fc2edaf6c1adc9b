"""TeX formulas to Unicode, where that reads well."""

from __future__ import annotations


def tex_text(source: str) -> str | None:
    """Return `source` in Unicode; None when it holds what has no plain form."""
    return None
