"""An index at one moment: its segments side by side, read as one by any number of searches."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, islice
from typing import Any

from whoosh.util.numeric import byte_to_length

from socialsales.search.segments import NOWHERE, NUMBERS, Segment, Shown

_READING = threading.Lock()
"""Whoosh moves a file position while it reads postings, so one thread reads them at a time."""


Block = tuple[int, Iterable[int], Iterable[float]]
"""What to add to each number, the numbers of documents, and the weight of the term in each."""


class View:
    """Every document by one running number. Replaced or dropped ones are nowhere, so nobody finds them."""

    def __init__(self, segments: Iterable[Segment], dropped: Mapping[str, Iterable[int]]) -> None:
        self.segments = tuple(segments)
        self.bases = tuple(accumulate((segment.count for segment in self.segments), initial=0))[:-1]
        self.space = self._numbers("space")
        self.per_space = sum((segment.per_space for segment in self.segments), Counter[int]())
        self._words = sum((segment.words_per_space for segment in self.segments), Counter[int]())
        self.length = b"".join(segment.lengths for segment in self.segments)
        self._forget(dropped)
        self.group, self.author, self.at = map(self._numbers, ("group", "author", "at"))
        self.year = self._numbers("year")
        self.kind = [kind for segment in self.segments for kind in segment.kinds]
        self.language = [language for segment in self.segments for language in segment.languages]
        self.subjects = [subjects for segment in self.segments for subjects in segment.subjects]

    @property
    def count(self) -> int:
        """How many documents there are, without those replaced or dropped."""
        return self.per_space.total()

    def average_length(self, spaces: frozenset[int]) -> float:
        """The mean number of words of what lies in these spaces."""
        words = sum(self._words[space] for space in spaces)
        return max(1.0, words / max(1, sum(self.per_space[space] for space in spaces)))

    def postings(self, field: str, term: str) -> Iterator[Block]:
        """The documents that hold a term, in blocks."""
        for base, segment in zip(self.bases, self.segments, strict=True):
            with _READING:
                blocks = list(segment.postings(field, term))
            for ids, weights in blocks:
                yield base, ids, weights

    def positions(self, term: str, wanted: set[int]) -> dict[int, array[int]]:
        """Where a lexeme stands in each of the documents wanted that hold it."""
        found: dict[int, array[int]] = {}
        for base, segment in zip(self.bases, self.segments, strict=True):
            with _READING:
                found.update(segment.positions(term, base, wanted))
        return found

    def beginning(self, field: str, start: str, limit: int) -> Iterator[Block]:
        """The documents that hold a term that begins so, in blocks; at most so many terms of each segment."""
        for base, segment in zip(self.bases, self.segments, strict=True):
            with _READING:
                terms = list(islice(segment.terms(field, start), limit))
                blocks = [block for term in terms for block in segment.postings(field, term)]
            for ids, weights in blocks:
                yield base, ids, weights

    def lexemes(self, like: str) -> set[str]:
        """The lexemes that share their first letter with this one and are at most a letter shorter."""
        found: set[str] = set()
        for segment in self.segments:
            with _READING:
                found.update(term for term in segment.terms("text", like[0]) if len(term) >= len(like) - 1)
        return found

    def numbers(self, key: str) -> list[int]:
        """The documents of a key: one, or none."""
        found = [base + number for base, ids, _ in self.postings("key", key) for number in ids]
        return [number for number in found if self.space[number] != NOWHERE]

    def shown(self, number: int) -> Shown:
        """What is kept to show a document."""
        place = bisect_right(self.bases, number) - 1
        return self.segments[place].shown(number - self.bases[place])

    def _numbers(self, name: str) -> array[int]:
        together: array[Any] = array(NUMBERS[name][0])
        for segment in self.segments:
            together.extend(segment.numbers[name])
        return together

    def _forget(self, dropped: Mapping[str, Iterable[int]]) -> None:
        for base, segment in zip(self.bases, self.segments, strict=True):
            for number in dropped.get(segment.name, ()):
                space = self.space[base + number]
                self.per_space[space] -= 1
                self._words[space] -= byte_to_length(self.length[base + number])
                self.space[base + number] = NOWHERE
