"""Which threads and things match a query, in what order, and how they spread over the facets.

A thread is met as a whole: one post may hold one word and another the next. Its best post speaks for it.
Words score by BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), rare or frequent
among what the searcher may read alone, so that no order or number tells of anything else.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from heapq import nlargest
from itertools import compress, islice, repeat
from operator import neg, not_

from whoosh.util.numeric import byte_to_length

from socialsales.search.backend import Query
from socialsales.search.narrowing import Kept, passing
from socialsales.search.segments import NOWHERE
from socialsales.search.slips import SHORTEST_NEAR, one_letter_away
from socialsales.search.tree import (
    OLDEST,
    RELEVANCE,
    Either,
    Every,
    Filter,
    Leaf,
    Node,
    Phrase,
    Prefix,
    Typed,
    Value,
    Without,
    Word,
    leaves,
)
from socialsales.search.view import Block, View
from socialsales.search.worth import worth_of

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
PREFIX_WORDS = 300
"""The written words of a segment that one prefix may stand for, at most."""
LOOKED_AT = 8
"""So many documents for each result of a page are put in order; where many share a thread, again so many times more."""

Place = tuple[int, float, int, int]
"""Where a result stands: rung, score, time, number (negative)."""

WHOLE = 2
"""The lowest rung of what holds every word. Rungs, from the top: 3 holds every word, 2 so does what is outdated, 1 holds
most of them, 0 so does what is outdated."""


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
    facets: dict[str, dict[Value, int]]
    next: Place | None
    stand_ins: frozenset[str]
    """The lexemes that stand in for words nothing holds."""


def rank(view: View, query: Query, after: Place | None) -> Ranking:
    """The page of results that follows a place, or the first one."""
    matches = _Matches(view, query)
    every, most = matches.groups()
    kept = Kept(view, query, matches.numbers_in(every | most))
    numbers = kept.by_all()
    order = Order(view, matches.scores, query.read.order)
    posts = Counter(map(view.group.__getitem__, numbers))
    limit = max(1, query.limit)
    page = _page(order, numbers, every, after, limit + 1)
    rows = tuple(
        Ranked(-place[3], place[0] >= WHOLE, place[1], posts[view.group[-place[3]]] - 1, place)
        for place in page
    )
    return Ranking(
        total=len(posts),
        holding_every_word=sum(map(every.__contains__, posts)),
        page=rows[:limit],
        facets=kept.facets(),
        next=rows[limit - 1].place if len(rows) > limit else None,
        stand_ins=frozenset(matches.stand_ins),
    )


class Order:
    """In what order documents come: the best first, or by time alone."""

    def __init__(self, view: View, scores: list[float], order: str) -> None:
        self.view = view
        self._scores = scores if order == RELEVANCE else []
        self._at = array("q", map(neg, view.at)) if order == OLDEST else view.at
        self.worth: Callable[[int], float] = (self._scores or self._at).__getitem__

    def place(self, number: int, rung: int) -> Place:
        """Where a document stands."""
        return rung, self._scores[number] if self._scores else 0.0, self._at[number], -number


class _Tables(dict[float, tuple[list[float], list[float]]]):
    """For each weight of a term, the share it has in texts of each length: in another form, and as it was typed."""

    def __init__(self, norms: list[float]) -> None:
        super().__init__()
        self._norms = norms

    def __missing__(self, weight: float) -> tuple[list[float], list[float]]:
        shares = [weight / (weight + norm) for norm in self._norms]
        self[weight] = shares, [AS_TYPED * share for share in shares]
        return self[weight]


class _Matches:
    """What each part of one query matches within the searcher's spaces."""

    def __init__(self, view: View, query: Query) -> None:
        understood, spaces = query.read, query.spaces
        self.view = view
        self.today = query.today
        self.spaces = spaces - {NOWHERE}
        self.understood = understood
        self.scores: list[float] = []
        self.stand_ins: set[str] = set()
        self._asked = (*understood.wished, *understood.needed)
        self._lenient = {leaf for node in understood.wished for leaf in leaves(node)}
        self._visible = sum(view.per_space[space] for space in spaces)
        self._norms = length_norms(view.average_length(spaces))
        self._tables: dict[float, tuple[list[float], list[float]]] = _Tables(self._norms)
        self._untyped = bytes(len(view.group))
        self._scored: list[int] = []
        self._hits: dict[Leaf, dict[int, float]] = {}
        self._all_visible: list[int] | None = None

    def groups(self) -> tuple[set[int], set[int]]:
        """The groups that hold everything asked, and those that hold most of it."""
        wished = [self._met(node) for node in self.understood.wished]
        needed = [self._met(node) for node in self.understood.needed]
        barred: set[int] = set().union(*(self._met(node) for node in self.understood.barred))
        self._score(list(dict.fromkeys(leaf for node in self._asked for leaf in leaves(node))))
        if not wished and not needed:
            return self._everything() - barred, set()
        if len(wished) + len(needed) == 1:
            return set(*wished, *needed) - barred, set()
        every = set.intersection(*wished, *needed) - barred
        return every, self._most(wished, needed, barred) - every

    def numbers_in(self, groups: set[int]) -> list[int]:
        """The documents of these groups that are found, in the order in which they were put in."""
        found = self._inside(groups, self._scored if self.scores else self._visible_numbers())
        if not self.scores or all(map(_is_met_by_words, self._asked)):
            return found
        silent = groups.difference(map(self.view.group.__getitem__, found))
        return sorted((*found, *self._inside(silent, self._visible_numbers())))

    def _inside(self, groups: set[int], numbers: list[int]) -> list[int]:
        return list(compress(numbers, map(groups.__contains__, map(self.view.group.__getitem__, numbers))))

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
        best: dict[int, None] = {}
        numbers = self.numbers_in(groups) if self.scores else []
        for leading in _leading(numbers, self.scores.__getitem__, LOOKED_AT * count):
            ordered = sorted(leading, key=self.scores.__getitem__, reverse=True)
            best = dict.fromkeys(map(self.view.group.__getitem__, ordered))
            if len(best) >= count:
                break
        return set(islice(best, count))

    def _weight(self, count: int) -> float:
        return math.log(1 + (max(self._visible, count) - count + 0.5) / (count + 0.5))

    def _score(self, scoring: Sequence[Leaf]) -> None:
        """Add up what each document scores, by its number."""
        scores = [0.0] * len(self.view.group)
        for leaf in scoring:
            hits = self._found(leaf)
            weight = self._weight(len(hits)) * (K1 + 1) * getattr(leaf, "weight", 1.0)
            for number, share in hits.items():
                scores[number] += weight * share
        self._scored = sorted(set().union(*map(self._found, scoring)))
        worth = self.view.worth(self.today, worth_of) if self._scored else ()
        for number in self._scored:
            scores[number] *= worth[number]
        self.scores = scores if self._scored else []

    def _met(self, node: Node) -> set[int]:
        """The groups in which a node holds."""
        if isinstance(node, Every):
            return self._met_in_full(node)
        if isinstance(node, Either):
            return set().union(*map(self._met, node.nodes))
        if isinstance(node, Without):
            return self._everything() - self._met(node.node)
        if isinstance(node, Filter):
            return self._groups_passing(node)
        if isinstance(node, Typed):
            raise TypeError(f"{node!r} has no meaning yet")
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

    def _groups_passing(self, node: Filter) -> set[int]:
        numbers = self._visible_numbers()
        return set(map(self.view.group.__getitem__, compress(numbers, passing(self.view, node, numbers))))

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
        hits = self._holding("text", word.forms, self._typed(word))
        if not hits and word in self._lenient:
            return self._near(word)
        return hits

    def _typed(self, word: Word) -> bytearray:
        """For each document, whether the word stands there as it was typed."""
        typed = bytearray(len(self.view.group))
        for numbers, _ in self.view.postings("spelling", word.spelled):
            for number in numbers:
                typed[number] = 1
        return typed

    def _near(self, word: Word) -> dict[int, float]:
        """For a word that nothing holds: what holds longer words that begin so, or else one a letter away."""
        for form in sorted(word.forms, key=lambda form: (len(form), form)):
            if len(form) < SHORTEST_NEAR or not form.isalpha():
                continue
            terms = self.view.lexemes(form)
            longer = [term for term in terms if term.startswith(form)]
            for stand_ins in (longer, list(filter(one_letter_away(form), terms))):
                hits = self._holding("text", stand_ins)
                if hits:
                    self.stand_ins.update(stand_ins)
                    return {number: NEAR * share for number, share in hits.items()}
        return {}

    def _holding(self, field: str, terms: Iterable[str], typed: Sequence[int] = b"") -> dict[int, float]:
        return self._strongest((block for term in terms for block in self.view.postings(field, term)), typed)

    def _strongest(self, blocks: Iterable[Block], typed: Sequence[int] = b"") -> dict[int, float]:
        """The documents of all blocks within the spaces, each with the largest share it has in any."""
        hits: dict[int, float] = {}
        for block in blocks:
            found = self._shares(*self._visible_of(*block), typed or self._untyped)
            if not hits.keys().isdisjoint(found):
                found.update((n, hits[n]) for n in hits.keys() & found.keys() if hits[n] > found[n])
            hits.update(found)
        return hits

    def _visible_of(self, numbers: Sequence[int], weights: Sequence[float]) -> Block:
        """A block without what lies outside the spaces."""
        space = self.view.space
        if self.spaces.issuperset(map(space.__getitem__, numbers)):
            return numbers, weights
        inside = [space[number] in self.spaces for number in numbers]
        return list(compress(numbers, inside)), list(compress(weights, inside))

    def _shares(
        self, numbers: Sequence[int], weights: Sequence[float], typed: Sequence[int]
    ) -> dict[int, float]:
        """How strongly each document of a block holds its term."""
        tables = self._tables
        lengths, forms = map(self.view.length.__getitem__, numbers), map(typed.__getitem__, numbers)
        shares = [
            tables[weight][form][length]
            for weight, form, length in zip(weights or repeat(1.0), forms, lengths, strict=False)
        ]
        return dict(zip(numbers, shares, strict=True))

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


def _page(order: Order, numbers: list[int], every: set[int], after: Place | None, limit: int) -> list[Place]:
    """The first groups after a place, rung by rung."""
    page: list[Place] = []
    for rung, part in _rungs(order.view, numbers, every):
        page += _first(order, part, rung, after, limit - len(page))
        if len(page) >= limit:
            break
    return page


def _rungs(view: View, numbers: list[int], every: set[int]) -> Iterator[tuple[int, list[int]]]:
    """The documents that hold every word, then the others; of both, the outdated last."""
    whole = bytes(map(every.__contains__, map(view.group.__getitem__, numbers)))
    for holds, part in ((1, whole), (0, bytes(map(not_, whole)))):
        held = list(compress(numbers, part))
        outdated = bytes(map(view.outdated.__getitem__, held))
        yield 2 * holds + 1, list(compress(held, map(not_, outdated)))
        yield 2 * holds, list(compress(held, outdated))


def _first(order: Order, numbers: list[int], rung: int, after: Place | None, limit: int) -> list[Place]:
    """The first groups after a place, each by its best document."""
    page: list[Place] = []
    for leading in _leading(numbers, order.worth, LOOKED_AT * limit):
        page = _groups(order.view, (order.place(number, rung) for number in leading), after)
        if len(page) >= limit:
            break
    return page[:limit]


def _leading(numbers: list[int], worth: Callable[[int], float], count: int) -> Iterator[list[int]]:
    """The documents that are worth most, with all their equals: about so many, then ever more, at last all."""
    values = list(map(worth, numbers))
    while count < len(numbers):
        least = nlargest(count, values)[-1]
        yield [number for number, value in zip(numbers, values, strict=True) if value >= least]
        count *= LOOKED_AT
    yield numbers


def _groups(view: View, places: Iterable[Place], after: Place | None) -> list[Place]:
    """The best place of each group, the best first, as far as it comes after a place."""
    best: dict[int, Place] = {}
    for place in sorted(places, reverse=True):
        best.setdefault(view.group[-place[3]], place)
    return [place for place in best.values() if after is None or place < after]


def _is_met_by_words(node: Node) -> bool:
    """Whether whatever holds a node holds some word of it."""
    if isinstance(node, Every | Either):
        return all(map(_is_met_by_words, node.nodes))
    return isinstance(node, Leaf)


def length_norms(average: float) -> list[float]:
    """BM25's length norm for each length as it is kept, in one byte."""
    return [K1 * (1 - B + B * byte_to_length(byte) / average) for byte in range(256)]
