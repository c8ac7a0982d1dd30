"""The tree that every index runs alike: what was typed and what was chosen, in the same few nodes.

Words, phrases and prefixes are looked for and scored; `Among`, `Told` and `Worth` only narrow. `Typed` is an operator as it
was typed; once its meaning is known, nodes that an index knows stand in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

Value = str | int
RELEVANCE, NEWEST, OLDEST = "relevance", "new", "old"


@dataclass(frozen=True, slots=True)
class Word:
    """A word, met by any of its lexemes."""

    forms: frozenset[str]
    spelled: str = field(default="", compare=False)
    """As it was typed, without accents: what holds it so counts a little more."""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must follow each other (stop words between them do not count)."""

    words: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word that begins so (without accents)."""

    start: str


@dataclass(frozen=True, slots=True)
class Among:
    """What has one of these values in a field: a kind, an author, a competitor it is about …"""

    field: str
    values: frozenset[Value]


@dataclass(frozen=True, slots=True)
class Told:
    """What was said or made from one moment on, and before another; None leaves that end open."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Worth:
    """What has an amount between these two, both included; None leaves that end open."""

    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """An operator as it was typed."""

    operator: str
    value: str
    words: Node | None = field(default=None, compare=False)
    """The value read as words, where it means nothing else."""


@dataclass(frozen=True, slots=True)
class Every:
    """Everything of a group must hold."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of a group is enough."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """What must not be there."""

    node: Node


Leaf = Word | Phrase | Prefix
Filter = Among | Told | Worth
Node = Leaf | Filter | Typed | Every | Either | Without


@dataclass(frozen=True, slots=True)
class Token:
    """One part of what was understood, to show as a chip that can be taken away."""

    label: str
    """ "word", "exactly", "without", "either", "prefix", "operator", "unknown" (an operator that means nothing so),
    "as words" (what looks like an operator that there is not) or "left out" (a word too small to search)."""
    text: str
    rest: str
    """The query without this part."""
    typed: Typed | None = None
    """The operator, where the part is one; `text` is then what it means, or all that was typed where it means nothing."""
    is_inner: bool = False
    """Whether it stands within a group, whose own part shows it already: told only where it means nothing."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A reading of what was typed."""

    wished: tuple[Node, ...] = ()
    """Plain words, prefixes and groups: all of them first, then most of them."""
    needed: tuple[Node, ...] = ()
    """Phrases, and what `AND` joins."""
    barred: tuple[Node, ...] = ()
    filters: tuple[Node, ...] = ()
    """What must hold of each post itself; there are no words in it."""
    order: str = RELEVANCE
    tokens: tuple[Token, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether anything is asked at all."""
        return bool(self.wished or self.needed or self.barred or self.filters or self.order != RELEVANCE)


NOTHING = Understood()


def leaves(node: Node) -> Iterator[Leaf]:
    """The words, phrases and prefixes that score and are marked: what is barred is left aside."""
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Every | Either):
        for child in node.nodes:
            yield from leaves(child)


def only_narrows(node: Node) -> bool:
    """Whether there are no words in it."""
    if isinstance(node, Every | Either):
        return all(map(only_narrows, node.nodes))
    if isinstance(node, Without):
        return only_narrows(node.node)
    return isinstance(node, Filter)


def grouped(nodes: tuple[Node, ...], group: type[Every | Either]) -> Node | None:
    """Nodes as one node: nothing of nothing, one of one."""
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    return group(nodes)
