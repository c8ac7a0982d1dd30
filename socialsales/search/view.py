"""An index at one moment: its segments side by side, read as one by any number of searches."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import reduce
from itertools import accumulate, chain, islice
from operator import add
from typing import TypeVar

from whoosh.util.numeric import byte_to_length

from socialsales.search.segments import GROUP_BITS, NOWHERE, OF_POSTS, Numbering, Segment, Shown, Weigh

T = TypeVar("T")

_READING = threading.Lock()
"""Whoosh moves a file position while it reads postings, so one thread reads them at a time."""

Block = tuple[Sequence[int], Sequence[float]]
"""The numbers of documents, and the weight of the term in each; no weights where all are one."""


class View:
    """Every document by one running number. Replaced or dropped ones are nowhere, so nobody finds them."""

    def __init__(self, segments: Iterable[Segment], dropped: Mapping[str, Iterable[int]]) -> None:
        self.segments = tuple(segments)
        self.bases = tuple(accumulate((segment.count for segment in self.segments), initial=0))[:-1]
        self.numbering = _numbered(self.segments)
        self.space = _joined(segment.space for segment in self.segments)
        self.per_space = sum((segment.per_space for segment in self.segments), Counter[int]())
        self._words = sum((segment.words_per_space for segment in self.segments), Counter[int]())
        self.length = b"".join(segment.lengths for segment in self.segments)
        self._forget(dropped)
        self.at: array[int] = reduce(add, (segment.at for segment in self.segments), array("q"))
        self.outdated = b"".join(segment.outdated for segment in self.segments)
        self._worth: tuple[date | None, array[float]] | None = None
        self.group = _joined(segment.group for segment in self.segments)
        self.kind = _joined(segment.kind for segment in self.segments)
        self.pairs = {name: _joined(segment.pairs[name] for segment in self.segments) for name in OF_POSTS}
        self.facts = _joined(segment.facts for segment in self.segments)
        self.counted = _joined(segment.counted for segment in self.segments)

    @property
    def count(self) -> int:
        """How many documents there are, without those replaced or dropped."""
        return self.per_space.total()

    def average_length(self, spaces: frozenset[int]) -> float:
        """The mean number of words of what lies in these spaces."""
        words = sum(self._words[space] for space in spaces)
        return max(1.0, words / max(1, sum(self.per_space[space] for space in spaces)))

    def values(self, name: str, numbers: Iterable[int]) -> Iterator[int]:
        """The author, language or year of each of the documents."""
        return map(GROUP_BITS.__rrshift__, map(self.pairs[name].__getitem__, numbers))

    def per_value(self, name: str, numbers: Iterable[int]) -> Counter[int]:
        """For each author, language or year, to how many groups the documents with it belong."""
        pairs = set(map(self.pairs[name].__getitem__, numbers))
        return Counter(map(GROUP_BITS.__rrshift__, pairs))

    def postings(self, field: str, term: str) -> Iterator[Block]:
        """The documents that hold a term, in blocks."""
        for base, segment in zip(self.bases, self.segments, strict=True):
            with _READING:
                blocks = segment.postings(field, term)
            yield from _based(base, blocks)

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
            yield from _based(base, blocks)

    def lexemes(self, like: str) -> set[str]:
        """The lexemes that share their first letter with this one and are at most a letter shorter."""
        found: set[str] = set()
        for segment in self.segments:
            with _READING:
                found.update(term for term in segment.terms("text", like[0]) if len(term) >= len(like) - 1)
        return found

    def worth(self, today: date | None, weigh: Weigh) -> Sequence[float]:
        """What each document is worth beside its words, seen from a day."""
        if self._worth is None or self._worth[0] != today:
            parts = (segment.worth(today, weigh) for segment in self.segments)
            self._worth = today, reduce(add, parts, array("d"))
        return self._worth[1]

    def numbers(self, key: str) -> list[int]:
        """The documents of a key: one, or none."""
        found = chain.from_iterable(numbers for numbers, _ in self.postings("key", key))
        return [number for number in found if self.space[number] != NOWHERE]

    def shown(self, number: int) -> Shown:
        """What is kept to show a document."""
        place = bisect_right(self.bases, number) - 1
        return self.segments[place].shown(number - self.bases[place])

    def _forget(self, dropped: Mapping[str, Iterable[int]]) -> None:
        for base, segment in zip(self.bases, self.segments, strict=True):
            for number in dropped.get(segment.name, ()):
                space = self.space[base + number]
                self.per_space[space] -= 1
                self._words[space] -= byte_to_length(self.length[base + number])
                self.space[base + number] = NOWHERE


def _numbered(segments: Sequence[Segment]) -> Numbering:
    """The numbering that the segments have in common, which new ones take over."""
    numbering = next((segment.numbering for segment in segments if segment.numbering), None) or Numbering()
    for segment in segments:
        segment.number(numbering)
    return numbering


def _joined(columns: Iterable[list[T]]) -> list[T]:
    together: list[T] = []
    for column in columns:
        together += column
    return together


def _based(base: int, blocks: Iterable[tuple[array[int], array[float]]]) -> Iterator[Block]:
    for ids, weights in blocks:
        yield (list(map(base.__add__, ids)) if base else ids.tolist()), weights
