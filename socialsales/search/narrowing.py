"""What filters keep of the documents found, and how what is kept spreads over the facets."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from heapq import nsmallest
from itertools import chain, compress
from operator import and_, not_, or_

from socialsales.search.backend import FACETS, Query
from socialsales.search.segments import NOBODY, OF_POSTS, group_of
from socialsales.search.tree import Among, Either, Every, Node, Told, Value, Without, Worth
from socialsales.search.view import View

FACET_VALUES = 200
"""The values of one facet that are counted out, the most frequent first."""

OF_WORDS = ("kind", "language")
"""The facets whose values are words."""
OF_GROUPS = ("kind", "space")
"""The facets with a column of their own that all posts of a thread share."""
UNKNOWN: dict[str, tuple[Value, ...]] = defaultdict(
    tuple, author=(NOBODY,), language=("",), year=(0,), kind=("",)
)
"""What a column says of a document without a value."""

Numbers = Sequence[int]


def passing(view: View, node: Node, numbers: Numbers) -> bytes:
    """For each of the documents, whether it passes a filter: a tree without words."""
    if isinstance(node, Every):
        return _joined(and_, (passing(view, one, numbers) for one in node.nodes))
    if isinstance(node, Either):
        return _joined(or_, (passing(view, one, numbers) for one in node.nodes))
    if isinstance(node, Without):
        return bytes(map(not_, passing(view, node.node, numbers)))
    if isinstance(node, Told):
        return _told(view, node, numbers)
    if isinstance(node, Worth):
        return _having(view, _worth(view, node), numbers)
    if isinstance(node, Among):
        return _among(view, node, numbers)
    raise TypeError(f"{node!r} is no filter")


def _joined(join: Callable[[int, int], int], parts: Iterable[bytes]) -> bytes:
    return reduce(lambda one, other: bytes(map(join, one, other)), parts)


def _told(view: View, node: Told, numbers: Numbers) -> bytes:
    start = node.since.timestamp() if node.since else -math.inf
    end = node.until.timestamp() if node.until else math.inf
    return bytes(start <= at < end for at in map(view.at.__getitem__, numbers))


def _worth(view: View, node: Worth) -> frozenset[int]:
    least = Decimal("-Infinity") if node.least is None else node.least
    most = Decimal("Infinity") if node.most is None else node.most
    known = view.numbering.facts.get("amount", {})
    return frozenset(number for value, number in list(known.items()) if least <= Decimal(value) <= most)


def _among(view: View, node: Among, numbers: Numbers) -> bytes:
    """Kind, space and the like are columns of numbers; everything else is a fact."""
    columns: Mapping[str, Sequence[int]] = {
        "kind": view.kind, "space": view.space, "thread": view.group, "outdated": view.outdated,
    }  # fmt: skip
    if node.field in columns:
        return _within(_numbers(view, node), map(columns[node.field].__getitem__, numbers))
    if node.field in OF_POSTS:
        return _within(_numbers(view, node), view.values(node.field, numbers))
    return _having(view, view.numbering.having(node.field, node.values), numbers)


def _numbers(view: View, node: Among) -> Container[object]:
    """The values as the numbers that their column holds."""
    if node.field in OF_WORDS:
        return view.numbering.numbers(map(str, node.values))
    if node.field == "thread":
        return view.numbering.of_groups(group_of(f"thread:{id}") for id in node.values)
    return node.values


def _within(allowed: Container[object], values: Iterable[int]) -> bytes:
    return bytes(map(allowed.__contains__, values))


def _having(view: View, facts: frozenset[int], numbers: Numbers) -> bytes:
    return bytes(map(not_, map(facts.isdisjoint, map(view.facts.__getitem__, numbers))))


class Kept:
    """What the filters keep: of everything found, and with the choice of one facet lifted for its own counts."""

    def __init__(self, view: View, query: Query, found: list[int]) -> None:
        self.view = view
        self.numbers = self._passing_all(found, [passing(view, node, found) for node in query.read.filters])
        self._passing = {name: passing(view, node, self.numbers) for name, node in query.chosen.items()}
        self._kept: dict[str, list[int]] = {}
        self._counts: dict[str, dict[str, dict[Value, int]]] = {}

    def by_all(self) -> list[int]:
        """What passes every filter."""
        return self._lifting("")

    def facets(self) -> dict[str, dict[Value, int]]:
        """For each facet, how many groups are found per value."""
        return {name: _most_frequent(self._counted(name)) for name in FACETS}

    def _lifting(self, name: str) -> list[int]:
        """What passes the filters when the choice of a facet is lifted."""
        lifted = name if name in self._passing else ""
        if lifted not in self._kept:
            others = [passing for other, passing in self._passing.items() if other != lifted]
            self._kept[lifted] = self._passing_all(self.numbers, others)
        return self._kept[lifted]

    def _passing_all(self, numbers: list[int], filters: list[bytes]) -> list[int]:
        return list(compress(numbers, _joined(and_, filters))) if filters else numbers

    def _counted(self, name: str) -> dict[Value, int]:
        if name in OF_POSTS:
            return self._named(name, self.view.per_value(name, self._lifting(name)))
        if name in OF_GROUPS:
            column = map(getattr(self.view, name).__getitem__, self._speaking(name))
            return self._named(name, Counter(column))
        return self._facts(name if name in self._passing else "").get(name, {})

    def _named(self, name: str, counted: Counter[int]) -> dict[Value, int]:
        words = list(self.view.numbering.words) if name in OF_WORDS else None
        named = {words[number] if words else number: count for number, count in counted.items()}
        return {value: count for value, count in named.items() if value not in UNKNOWN[name]}

    def _facts(self, lifted: str) -> dict[str, dict[Value, int]]:
        """How many groups have each fact, by its name: the posts of a group share those that are counted."""
        if lifted not in self._counts:
            counted = Counter(chain.from_iterable(map(self.view.counted.__getitem__, self._speaking(lifted))))
            found: dict[str, dict[Value, int]] = defaultdict(dict)
            for number, count in counted.items():
                name, value = self.view.numbering.named[number]
                found[name][value] = count
            self._counts[lifted] = found
        return self._counts[lifted]

    def _speaking(self, lifted: str) -> Iterable[int]:
        """One document of each group that is found with the choice of a facet lifted."""
        numbers = self._lifting(lifted)
        return dict(zip(map(self.view.group.__getitem__, numbers), numbers, strict=True)).values()


def _most_frequent(counted: dict[Value, int]) -> dict[Value, int]:
    """The values that are counted out, the most frequent first, in an order that tells of nothing else."""
    return dict(nsmallest(FACET_VALUES, counted.items(), key=lambda item: (-item[1], item[0])))
