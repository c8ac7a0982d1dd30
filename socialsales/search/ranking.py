"""Which threads and things match a query, in what order, and how they spread over the facets.

A thread is met as a whole: one post may hold one word and another the next. Its best post speaks for it.
Words score by BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), rare or frequent
among what the searcher may read alone, so that no order or number tells of anything else.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import chain, compress
from operator import itemgetter

from whoosh.util.numeric import byte_to_length

from socialsales.search.backend import FACETS, Query
from socialsales.search.query import (
    Either,
    Every,
    Kind,
    Node,
    Phrase,
    Prefix,
    Understood,
    Without,
    Word,
    leaves,
)
from socialsales.search.segments import NOBODY, NOWHERE
from socialsales.search.view import Block, View

K1 = 1.3
"""How soon more of the same word stops to count."""
B = 0.9
"""How much long texts are held against their length."""
MOST = 0.4
"""The share of the words' weight that a thread must hold to be found without holding every word."""
FEW = 20
"""Where fewer are found, the best of those that hold some words fill up to this."""
AS_TYPED = 1.3
"""What a word counts that stands there just as it was typed, beside one of its other forms."""
NEAR = 0.7
"""What a word counts that stands in for one that nothing holds."""
SHORTEST_NEAR = 5
"""Shorter words have too many neighbours."""
PREFIX_WORDS = 300
"""The written words of a segment that one prefix may stand for, at most."""
FACET_VALUES = 200
"""The values of one facet that are counted out, the most frequent first."""

OF_POSTS = ("author", "language", "year")
"""The facets in which the posts of a thread may differ."""
UNKNOWN: dict[str, tuple[str | int, ...]] = defaultdict(
    tuple, author=(NOBODY,), language=("",), year=(0,), kind=("",)
)
"""What a column says of a document without a value."""

Leaf = Word | Phrase | Prefix
Place = tuple[int, float, int, int]
"""Where a result stands: holds every word, score, time, number (negative)."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One result: the document that speaks for its group."""

    number: int
    holds_every_word: bool
    score: float
    more: int
    place: Place


@dataclass(frozen=True, slots=True)
class Ranking:
    """A page of results, and the numbers beside it."""

    total: int
    holding_every_word: int
    page: tuple[Ranked, ...]
    facets: dict[str, dict[str | int, int]]
    next: Place | None
    stand_ins: frozenset[str]
    """The lexemes that stand in for words nothing holds."""


def rank(view: View, query: Query, understood: Understood, after: Place | None) -> Ranking:
    """The page of results that follows a place, or the first one."""
    matches = _Matches(view, query.spaces, understood)
    every, most = matches.groups()
    kept = _Kept(view, query, understood, matches.numbers_in(every | most))
    order = _ordered(view, matches.scores, kept.all_filters())
    posts = Counter(map(view.group.__getitem__, order))
    limit = max(1, query.limit)
    page = _page(order, matches, every, after, limit + 1)
    rows = tuple(
        Ranked(-place[3], bool(place[0]), place[1], posts[view.group[-place[3]]] - 1, place) for place in page
    )
    return Ranking(
        total=len(posts),
        holding_every_word=sum(map(every.__contains__, posts)),
        page=rows[:limit],
        facets=kept.facets(),
        next=rows[limit - 1].place if len(rows) > limit else None,
        stand_ins=frozenset(matches.stand_ins),
    )


class _Matches:
    """What each part of one query matches within the searcher's spaces."""

    def __init__(self, view: View, spaces: frozenset[int], understood: Understood) -> None:
        self.view = view
        self.spaces = spaces - {NOWHERE}
        self.understood = understood
        self.scores: dict[int, float] = {}
        self.stand_ins: set[str] = set()
        self._lenient = {leaf for node in understood.wished for leaf in leaves(node)}
        self._visible = sum(view.per_space[space] for space in spaces)
        self._norms = length_norms(view.average_length(spaces))
        self._hits: dict[Leaf, dict[int, float]] = {}
        self._all_visible: list[int] | None = None

    def groups(self) -> tuple[set[int], set[int]]:
        """The groups that hold everything asked, and those that hold most of it."""
        wished = [self._met(node) for node in self.understood.wished]
        needed = [self._met(node) for node in self.understood.needed]
        barred: set[int] = set().union(*(self._met(node) for node in self.understood.barred))
        self._score(
            {leaf for node in (*self.understood.wished, *self.understood.needed) for leaf in leaves(node)}
        )
        if len(wished) + len(needed) < 2:
            return set().union(
                *wished, *needed
            ) - barred if wished or needed else self._everything() - barred, set()
        every = set.intersection(*wished, *needed) - barred
        return every, self._most(wished, needed, barred) - every

    def numbers_in(self, groups: set[int]) -> list[int]:
        """The documents of these groups that are found."""
        group = self.view.group
        numbers = self.scores or self._visible_numbers()
        return [number for number in numbers if group[number] in groups]

    def _most(self, wished: list[set[int]], needed: list[set[int]], barred: set[int]) -> set[int]:
        """The groups that hold what is needed and most of the rest; where these are few, those that hold some."""
        weights = [self._weight(len(groups)) for groups in (*wished, *needed)]
        held: dict[int, float] = defaultdict(float)
        for groups, weight in zip((*wished, *needed), weights, strict=True):
            for group in groups:
                held[group] += weight
        able = reduce(set.intersection, needed, set(held)) - barred
        least = MOST * sum(weights)
        most = {group for group in able if held[group] >= least}
        return most if len(most) >= FEW else most | self._best(able, FEW)

    def _best(self, groups: set[int], count: int) -> set[int]:
        """The groups of the best documents."""
        group = self.view.group
        scored = ((score, -number) for number, score in self.scores.items() if group[number] in groups)
        best: set[int] = set()
        for _, number in sorted(scored, reverse=True):
            best.add(group[-number])
            if len(best) >= count:
                break
        return best

    def _weight(self, count: int) -> float:
        return math.log(1 + (max(self._visible, count) - count + 0.5) / (count + 0.5))

    def _score(self, scoring: Iterable[Leaf]) -> None:
        scores: dict[int, float] = {}
        for leaf in scoring:
            hits = self._found(leaf)
            weight = self._weight(len(hits)) * (K1 + 1) * getattr(leaf, "weight", 1.0)
            for number, share in hits.items():
                scores[number] = scores.get(number, 0.0) + weight * share
        self.scores = scores

    def _met(self, node: Node) -> set[int]:
        """The groups in which a node holds."""
        if isinstance(node, Every):
            return self._met_in_full(node)
        if isinstance(node, Either):
            return set().union(*map(self._met, node.nodes))
        if isinstance(node, Without):
            return self._everything() - self._met(node.node)
        if isinstance(node, Kind):
            return self._of_kinds(node.kinds)
        return set(map(self.view.group.__getitem__, self._found(node)))

    def _met_in_full(self, node: Every) -> set[int]:
        asked = [self._met(child) for child in node.nodes if not isinstance(child, Without)]
        met = set.intersection(*asked) if asked else self._everything()
        return met.difference(*(self._met(child.node) for child in node.nodes if isinstance(child, Without)))

    def _everything(self) -> set[int]:
        return set(map(self.view.group.__getitem__, self._visible_numbers()))

    def _visible_numbers(self) -> list[int]:
        if self._all_visible is None:
            inside = map(self.spaces.__contains__, self.view.space)
            self._all_visible = list(compress(range(len(self.view.space)), inside))
        return self._all_visible

    def _of_kinds(self, kinds: frozenset[str]) -> set[int]:
        kind, group = self.view.kind, self.view.group
        return {group[number] for number in self._visible_numbers() if kind[number] in kinds}

    def _found(self, leaf: Leaf) -> dict[int, float]:
        """The documents within the searcher's spaces that hold a leaf, and how strongly, from 0 to 1."""
        if leaf not in self._hits:
            self._hits[leaf] = self._read(leaf)
        return self._hits[leaf]

    def _read(self, leaf: Leaf) -> dict[int, float]:
        if isinstance(leaf, Word):
            return self._word(leaf)
        if isinstance(leaf, Prefix):
            return self._strongest(self.view.beginning("spelling", leaf.start, PREFIX_WORDS))
        return self._following(leaf)

    def _word(self, word: Word) -> dict[int, float]:
        hits = self._holding("text", word.forms)
        if not hits:
            return self._near(word) if word in self._lenient else hits
        for base, numbers, _ in self.view.postings("spelling", word.spelled):
            for number in numbers:
                if base + number in hits:
                    hits[base + number] *= AS_TYPED
        return hits

    def _near(self, word: Word) -> dict[int, float]:
        """For a word that nothing holds: what holds longer words that begin so, or else one a letter away."""
        for form in (form for form in word.forms if len(form) >= SHORTEST_NEAR and form.isalpha()):
            terms = self.view.lexemes(form)
            longer = [term for term in terms if term.startswith(form)]
            for stand_ins in (longer, list(filter(one_letter_away(form), terms))):
                hits = self._holding("text", stand_ins)
                if hits:
                    self.stand_ins.update(stand_ins)
                    return {number: NEAR * share for number, share in hits.items()}
        return {}

    def _holding(self, field: str, terms: Iterable[str]) -> dict[int, float]:
        return self._strongest(block for term in terms for block in self.view.postings(field, term))

    def _strongest(self, blocks: Iterable[Block]) -> dict[int, float]:
        """The documents of all blocks within the spaces, each with the largest share it has in any."""
        hits: dict[int, float] = {}
        for block in blocks:
            found = dict(self._shares(*block))
            if not hits.keys().isdisjoint(found):
                found.update((n, hits[n]) for n in hits.keys() & found.keys() if hits[n] > found[n])
            hits.update(found)
        return hits

    def _shares(
        self, base: int, numbers: Iterable[int], weights: Iterable[float]
    ) -> Iterator[tuple[int, float]]:
        spaces, space, length, norms = self.spaces, self.view.space, self.view.length, self._norms
        places = numbers if base == 0 else [base + number for number in numbers]
        return (
            (place, weight / (weight + norms[length[place]]))
            for place, weight in zip(places, weights, strict=True)
            if space[place] in spaces
        )

    def _following(self, phrase: Phrase) -> dict[int, float]:
        holding = [self._holding("text", forms) for forms in phrase.words]
        together = set(holding[0]).intersection(*holding[1:])
        if not together:
            return {}
        starts = self._starts(phrase, together)
        norms, length = self._norms, self.view.length
        return {n: len(at) / (len(at) + norms[length[n]]) for n, at in starts.items() if at}

    def _starts(self, phrase: Phrase, numbers: set[int]) -> dict[int, set[int]]:
        """Where the phrase begins in each of the documents."""
        starts: dict[int, set[int]] = {}
        for step, forms in enumerate(phrase.words):
            at: dict[int, set[int]] = {number: set() for number in numbers}
            for form in forms:
                for number, positions in self.view.positions(form, numbers).items():
                    at[number].update(position - step for position in positions)
            starts = at if step == 0 else {number: starts[number] & at[number] for number in numbers}
        return starts


class _Kept:
    """What the filters keep: of everything found, and with one filter lifted for its own facet."""

    def __init__(self, view: View, query: Query, understood: Understood, numbers: list[int]) -> None:
        self.view = view
        self.numbers = numbers
        self._known: dict[str, dict[int, int]] = {}
        self._passing = _filters(view, query, understood, numbers)

    def all_filters(self) -> Iterable[int]:
        """What passes every filter."""
        return self._without("")

    def facets(self) -> dict[str, dict[str | int, int]]:
        """For each facet, how many groups are found per value."""
        return {name: dict(self._counted(name).most_common(FACET_VALUES)) for name in FACETS}

    def _without(self, lifted: str) -> Iterable[int]:
        sets = [passing for name, passing in self._passing.items() if name != lifted]
        return set.intersection(*sets) if sets else self.numbers

    def _counted(self, name: str) -> Counter[str | int]:
        counted = self._counted_by_post(name) if name in OF_POSTS else self._counted_by_group(name)
        return Counter({value: count for value, count in counted.items() if value not in UNKNOWN[name]})

    def _counted_by_post(self, name: str) -> Counter[str | int]:
        """For each value, in how many groups any post found has it."""
        numbers = list(self._without(name))
        columns = (self.view.group, getattr(self.view, name))
        pairs = set(zip(*(map(column.__getitem__, numbers) for column in columns), strict=True))
        return Counter(map(itemgetter(1), pairs))

    def _counted_by_group(self, name: str) -> Counter[str | int]:
        """For each value, how many groups have it: their posts all share it."""
        speaking = self._speaking(name if name in self._passing else "").values()
        if name == "subject":
            return Counter(chain.from_iterable(map(self.view.subjects.__getitem__, speaking)))
        return Counter(map(getattr(self.view, name).__getitem__, speaking))

    def _speaking(self, lifted: str) -> dict[int, int]:
        """One document of each group that is found with a filter lifted."""
        if lifted not in self._known:
            numbers = sorted(self._without(lifted))
            groups = map(self.view.group.__getitem__, numbers)
            self._known[lifted] = dict(zip(groups, numbers, strict=True))
        return self._known[lifted]


def _filters(view: View, query: Query, understood: Understood, numbers: list[int]) -> dict[str, set[int]]:
    """For each filter that is set, the documents that pass; by facet ("at" belongs to none)."""
    passing: dict[str, set[int]] = {}
    kinds = _both(query.kinds or None, understood.kinds)
    for name, column, allowed in (
        ("kind", view.kind, kinds),
        ("author", view.author, query.author_ids or None),
        ("language", view.language, query.languages or None),
    ):
        if allowed is not None:
            passing[name] = set(
                compress(numbers, map(allowed.__contains__, map(column.__getitem__, numbers)))
            )
    if query.subject_ids:
        passing["subject"] = {n for n in numbers if not query.subject_ids.isdisjoint(view.subjects[n])}
    if query.since or query.until:
        start = query.since.timestamp() if query.since else -math.inf
        end = query.until.timestamp() if query.until else math.inf
        passing["at"] = {n for n in numbers if start <= view.at[n] < end}
    return passing


def _both(chosen: frozenset[str] | None, typed: frozenset[str] | None) -> frozenset[str] | None:
    if chosen is None or typed is None:
        return typed if chosen is None else chosen
    return chosen & typed


def _ordered(view: View, scores: dict[int, float], numbers: Iterable[int]) -> list[int]:
    """The documents with the best first; of equals the newest, and of these the one put in first."""
    newest = sorted(sorted(numbers), key=view.at.__getitem__, reverse=True)
    return sorted(newest, key=scores.__getitem__, reverse=True) if scores else newest


def _page(
    order: list[int], matches: _Matches, every: set[int], after: Place | None, limit: int
) -> list[Place]:
    """The first groups after a place: those that hold every word, then the others."""
    page: list[Place] = []
    for whole in (1, 0):
        seen: set[int] = set()
        for number in order:
            group = matches.view.group[number]
            if group in seen or (group in every) != bool(whole):
                continue
            seen.add(group)
            place = (whole, matches.scores.get(number, 0.0), matches.view.at[number], -number)
            if after is None or place < after:
                page.append(place)
            if len(page) >= limit:
                return page
    return page


def length_norms(average: float) -> list[float]:
    """BM25's length norm for each length as it is kept, in one byte."""
    return [K1 * (1 - B + B * byte_to_length(byte) / average) for byte in range(256)]


def one_letter_away(word: str) -> Callable[[str], bool]:
    """Tells words that differ by a letter more, less, other, or two that have changed places."""

    def is_near(other: str) -> bool:
        start = next((at for at, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), len(word))
        a, b = word[start:], other[start:]
        return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[1::-1] == b[:2] and a[2:] == b[2:])

    return is_near
