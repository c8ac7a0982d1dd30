"""What a document is worth beside its words: what speaks for it, and how new it is. Words decide first; both only help."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from datetime import date

from socialsales.search.segments import MOST_PROOF

PROVEN = 0.3
"""How much more, at most, counts what was accepted, used and found helpful than what was not."""
HALF_PROVEN = 6
"""The proof that gives half of that."""
FRESH = 0.15
"""How much more counts what was told today than what was told long ago."""
HALF_FRESH = 365.0
"""The days after which half of that is left."""
DAY = 86_400
"""Seconds."""


def worth_of(today: date | None, proof: bytes, at: Sequence[int]) -> array[float]:
    """By how much each document counts more than by its words alone, seen from a day."""
    proven = [1 + PROVEN * so_much / (so_much + HALF_PROVEN) for so_much in range(MOST_PROOF + 1)]
    fresh = _Fresh(today)
    return array(
        "d", (proven[so_much] * fresh[moment // DAY] for so_much, moment in zip(proof, at, strict=True))
    )


class _Fresh(dict[int, float]):
    """What a day's freshness counts, by its number since 1970; what is to come is as fresh as today."""

    def __init__(self, today: date | None) -> None:
        super().__init__()
        self._today = (today - date(1970, 1, 1)).days if today else None

    def __missing__(self, day: int) -> float:
        age = math.inf if self._today is None else max(0, self._today - day)
        self[day] = 1 + FRESH * 0.5 ** (age / HALF_FRESH)
        return self[day]
