"""Text that every file and every wire can carry."""

from __future__ import annotations


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
