"""Fuzzy matching of a few typed letters against names, linear in the name for each letter."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NamedTuple

#: Beside a better match, one with less than this part of its score is letters that happen to be
#: there, and is better not shown.
WORST: Final = 0.25


class Match(NamedTuple):
    """How well a query fits; `offsets` are the matched characters of the candidate, ascending."""

    score: float
    offsets: tuple[int, ...]


def match(query: str, candidate: str) -> Match | None:
    """Return how `query` fits `candidate`; None when it does not, score 0 for an empty query.

    Every word of the query must be found, in any order and whatever its case: as a piece of the
    candidate, or else letter by letter with gaps. Pieces and beginnings of words count most.
    """
    text = fold(candidate)
    score = 0.0
    offsets: set[int] = set()
    for word in query.split():
        found = find(fold(word), text)
        if found is None:
            return None
        score += found.score
        offsets.update(found.offsets)
    return Match(score, tuple(sorted(offsets)))


def fold(text: str) -> str:
    """Return the text casefolded, a character for a character, so that offsets stay true."""
    whole = text.casefold()
    if len(whole) == len(text):
        return whole
    return "".join(
        folded if len(folded := character.casefold()) == 1 else character for character in text
    )


def _starts_word(text: str, at: int) -> bool:
    return at == 0 or (text[at].isalnum() and not text[at - 1].isalnum())


def find(word: str, text: str) -> Match | None:
    """Return how one word fits a text, both folded; a match of a word is one of its beginnings."""
    at = text.find(word)
    if at < 0:
        return _scattered(word, text)
    while at >= 0 and not _starts_word(text, at):
        at = text.find(word, at + 1)
    started = at >= 0
    if not started:
        at = text.find(word)
    size = len(word)
    score = 2.0 * size + (size if started else 0) + (1.0 if at == 0 else 0) + size / len(text)
    return Match(score, tuple(range(at, at + size)))


def _scattered(word: str, text: str) -> Match | None:
    """Match letter by letter: at beginnings of words where that works, else the first that fit."""
    offsets = _walk(word, text, leap=True) or _walk(word, text, leap=False)
    if not offsets:
        return None
    starts = sum(_starts_word(text, at) for at in offsets)
    groups = 1 + sum(after != before + 1 for before, after in pairwise(offsets))
    return Match((len(word) + starts) / (1 + groups), tuple(offsets))


def _walk(word: str, text: str, *, leap: bool) -> list[int]:
    """Return where each letter is found, one after the other; empty when one is missing."""
    offsets: list[int] = []
    at = 0
    for letter in word:
        near = text.find(letter, at)
        if near < 0:
            return []
        if leap and near != at:
            start = near
            while start >= 0 and not _starts_word(text, start):
                start = text.find(letter, start + 1)
            near = start if start >= 0 else near
        offsets.append(near)
        at = near + 1
    return offsets
