"""Two versions of a text compared word by word, in a time that is bounded whatever they are.

It is a patience diff: lines, then words, that stand once in both texts hold the comparison together, and only the short
stretches between them are left to difflib, which may take the cube of their length.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

LINE = re.compile(r"[^\n]*\n+|[^\n]+")
WORD = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")
DEEPEST = 12
MOST_WORK = 30_000

Step = tuple[bool, Sequence[str], Sequence[str]]
"""Whether it is the same in both, and what stands there before and after."""


class Part(NamedTuple):
    """A run of words; `how` is "same", "added" or "removed"."""

    how: str
    text: str


def compare(before: str, after: str) -> list[Part]:
    """The two texts as one, with what was removed standing before what came in its place.

    Where a stretch is too much alike to end soon, all of it counts as replaced.
    """
    parts = (part for step in _steps(LINE.findall(before), LINE.findall(after)) for part in _words(step))
    runs = ((how, "".join(part.text for part in run)) for how, run in groupby(parts, attrgetter("how")))
    return [Part(how, text) for how, text in runs if text]


def _words(step: Step) -> Iterator[Part]:
    _same, old, new = step
    for same, removed, added in [step] if step[0] else _steps(_split(old), _split(new)):
        if same:
            yield Part("same", "".join(removed))
        else:
            yield Part("removed", "".join(removed))
            yield Part("added", "".join(added))


def _split(lines: Sequence[str]) -> list[str]:
    return WORD.findall("".join(lines))


def _steps(old: Sequence[str], new: Sequence[str], depth: int = 0) -> Iterator[Step]:
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    old_end, new_end = len(old) - end, len(new) - end
    yield True, old[:start], new[:start]
    yield from _between(old[start:old_end], new[start:new_end], depth)
    yield True, old[old_end:], new[new_end:]


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many pieces at the beginning are the same."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(old), len(new)))


def _between(old: Sequence[str], new: Sequence[str], depth: int) -> Iterator[Step]:
    anchors = _anchors(old, new) if depth < DEEPEST else []
    if not anchors:
        yield from _closely(old, new)
        return
    for (a, c), (b, d) in pairwise([(-1, -1), *anchors, (len(old), len(new))]):
        yield from _steps(old[a + 1 : b], new[c + 1 : d], depth + 1)
        yield True, old[b : b + 1], new[d : d + 1]


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Where pieces stand that occur once in both, as many as keep their order: the longest rising run of their places."""
    places = _once(new)
    shared = [(place, places[piece]) for piece, place in _once(old).items() if piece in places]
    tops: list[int] = []
    chosen: list[tuple[int, int]] = []
    before: list[int] = []
    for index, (_place, there) in enumerate(shared):
        pile = bisect_left(tops, there)
        before.append(chosen[pile - 1][1] if pile else -1)
        tops[pile : pile + 1] = [there]
        chosen[pile : pile + 1] = [(there, index)]
    return _run(shared, before, chosen[-1][1] if chosen else -1)


def _run(shared: Sequence[tuple[int, int]], before: Sequence[int], last: int) -> list[tuple[int, int]]:
    found = []
    while last >= 0:
        found.append(shared[last])
        last = before[last]
    return found[::-1]


def _once(pieces: Sequence[str]) -> dict[str, int]:
    counted = Counter(pieces)
    return {piece: place for place, piece in enumerate(pieces) if counted[piece] == 1}


def _closely(old: Sequence[str], new: Sequence[str]) -> Iterator[Step]:
    if _work(old, new) > MOST_WORK:
        yield False, old, new
        return
    for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield how == "equal", old[a:b], new[c:d]


def _work(old: Sequence[str], new: Sequence[str]) -> int:
    """How often difflib may look at two equal pieces: each pair of them, for each run that it finds."""
    counted = Counter(new)
    pairs = sum(so_many * counted[piece] for piece, so_many in Counter(old).items())
    return pairs * min(len(old), len(new))
