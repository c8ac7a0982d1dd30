"""From what was typed to what it means for one searcher: operators become nodes that every index knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from socialsales.search.operators import Meaning, Operator, Searcher, order_meant
from socialsales.search.tree import (
    RELEVANCE,
    Either,
    Every,
    Node,
    Token,
    Typed,
    Understood,
    Without,
    grouped,
    only_narrows,
)

ORDER = "sort"


def meant(read: Understood, searcher: Searcher, operators: Mapping[str, Operator]) -> Understood:
    """A reading in which every operator has its meaning. What means nothing is searched as words, and told so."""
    if not any(token.typed for token in read.tokens):
        return read
    return _Meant(read, searcher, operators).result()


def typed_in(read: Understood) -> Iterator[Typed]:
    """The operators of a reading that has no meaning yet."""
    return (token.typed for token in read.tokens if token.typed)


@dataclass
class _Meant:
    read: Understood
    searcher: Searcher
    operators: Mapping[str, Operator]
    known: dict[Typed, Meaning | None] = field(default_factory=dict)

    def result(self) -> Understood:
        wished = [self._resolved(node) for node in self.read.wished if not isinstance(node, Typed)]
        wished += [node for typed in self._at_top() if not self._means(typed) for node in self._words(typed)]
        needed = [part for node in self.read.needed for part in _parted(self._resolved(node))]
        barred = [self._resolved(node) for node in self.read.barred]
        narrowing = [
            *self._narrowing(),
            *(node for node in (*wished, *needed) if node and only_narrows(node)),
        ]
        excluding = [Without(node) for node in barred if node and only_narrows(node)]
        return Understood(
            wished=_with_words(wished), needed=_with_words(needed), barred=_with_words(barred),
            filters=tuple(dict.fromkeys((*narrowing, *excluding))), order=self._order(), tokens=tuple(self._tokens()),
        )  # fmt: skip

    def _at_top(self) -> Iterator[Typed]:
        """The operators beside the words, but for the one that orders."""
        return (node for node in self.read.wished if isinstance(node, Typed) and node.operator != ORDER)

    def _narrowing(self) -> Iterator[Node]:
        """What operators beside the words mean: values of one add up, or either will do."""
        found: dict[str, list[Node]] = defaultdict(list)
        for typed in self._at_top():
            if meaning := self._means(typed):
                found[typed.operator].append(meaning.node)
        for name, nodes in found.items():
            yield grouped(tuple(nodes), Every if self.operators[name].adds_up else Either) or nodes[0]

    def _order(self) -> str:
        orders = (order_meant(typed.value) for typed in typed_in(self.read) if typed.operator == ORDER)
        return next((order for order in orders if order), RELEVANCE)

    def _means(self, typed: Typed) -> Meaning | None:
        if typed not in self.known:
            self.known[typed] = self.operators[typed.operator].means(typed.value, self.searcher)
        return self.known[typed]

    def _words(self, typed: Typed) -> Iterator[Node]:
        """What is searched of an operator that means nothing: the words that it asks for."""
        if typed.words and not self.operators[typed.operator].is_from_a_list:
            yield typed.words

    def _resolved(self, node: Node | None) -> Node | None:
        if isinstance(node, Typed):
            meaning = self._means(node)
            return meaning.node if meaning else next(self._words(node), None)
        if isinstance(node, Every | Either):
            kept = tuple(one for one in map(self._resolved, node.nodes) if one is not None)
            return grouped(kept, type(node))
        if isinstance(node, Without):
            inner = self._resolved(node.node)
            return None if inner is None else Without(inner)
        return node

    def _tokens(self) -> Iterator[Token]:
        for token in self.read.tokens:
            if token.typed is None:
                yield token
            else:
                yield from self._operating(token, token.typed)

    def _operating(self, token: Token, typed: Typed) -> Iterator[Token]:
        meaning = self._means(typed)
        if meaning is None and not (typed.operator == ORDER and order_meant(typed.value)):
            yield replace(token, label="unknown")
        elif not token.is_inner:
            yield replace(token, text=(meaning and meaning.text) or typed.value)


def _parted(node: Node | None) -> tuple[Node | None, ...]:
    """What `AND` joins, its filters apart from its words: they must hold of each post itself."""
    if not isinstance(node, Every) or not any(map(only_narrows, node.nodes)):
        return (node,)
    words = tuple(one for one in node.nodes if not only_narrows(one))
    return *(one for one in node.nodes if only_narrows(one)), grouped(words, Every)


def _with_words(nodes: list[Node | None]) -> tuple[Node, ...]:
    return tuple(dict.fromkeys(node for node in nodes if node and not only_narrows(node)))
