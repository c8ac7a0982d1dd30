"""Words that are misspelt by a letter."""

from __future__ import annotations

from collections.abc import Callable

SHORTEST_NEAR = 5
"""Shorter words have too many neighbours."""


def one_letter_away(word: str) -> Callable[[str], bool]:
    """Tells words that differ by a letter more, less, other, or two that have changed places."""

    def is_near(other: str) -> bool:
        start = next((at for at, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), len(word))
        a, b = word[start:], other[start:]
        return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[1::-1] == b[:2] and a[2:] == b[2:])

    return is_near
