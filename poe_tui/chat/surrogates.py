"""Text that every file and every wire can carry."""

from __future__ import annotations

from typing import Any


def mend(text: str) -> str:
    """Return `text` without lone surrogates: matching halves are joined, others become �.

    Some bots cut an emoji in two between events, and arguments that are not UTF-8 reach Python as
    surrogates; neither can be encoded.
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def mend_all(value: Any) -> Any:
    """Return `value`, as JSON knows it, with every text in it mended."""
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, dict):
        return {mend_all(key): mend_all(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [mend_all(item) for item in value]
    return value
