"""What a searcher types, read into one tree that every index runs alike.

Whoosh's parser cuts the text into words, phrases, groups and operators; here they become our own nodes.
Whatever is typed gives a reading: what makes no sense as an operator is read as words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from whoosh.qparser import plugins, syntax
from whoosh.qparser.default import QueryParser

from socialsales.search import analysis

LONGEST_TEXT = 400
DEEPEST_GROUP = 8
SHORTEST_PREFIX = 2
JOINED = 0.3
"""What the whole of a compound counts beside its parts."""

KIND_NAMES = {
    "tactic": "tactic",
    "tactics": "tactic",
    "tactique": "tactic",
    "tactiques": "tactic",
    "success": "success",
    "successes": "success",
    "succes": "success",
    "failure": "failure",
    "failures": "failure",
    "echec": "failure",
    "echecs": "failure",
    "question": "question",
    "questions": "question",
    "discussion": "discussion",
    "discussions": "discussion",
    "deal": "opportunity",
    "deals": "opportunity",
    "opportunity": "opportunity",
    "opportunities": "opportunity",
    "affaire": "opportunity",
    "affaires": "opportunity",
    "opportunite": "opportunity",
    "account": "account",
    "accounts": "account",
    "compte": "account",
    "comptes": "account",
    "competitor": "competitor",
    "competitors": "competitor",
    "concurrent": "competitor",
    "concurrents": "competitor",
    "stage": "stage",
    "stages": "stage",
    "etape": "stage",
    "etapes": "stage",
    "person": "person",
    "people": "person",
    "personne": "person",
    "personnes": "person",
}
"""The words after `kind:`, without accents, and the kinds they mean."""


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
class Kind:
    """Threads, subjects or people of these kinds."""

    kinds: frozenset[str]


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


Node = Word | Phrase | Prefix | Kind | Every | Either | Without


@dataclass(frozen=True, slots=True)
class Token:
    """One part of what was understood, to show as a chip that can be taken away."""

    label: str
    """ "word", "exactly", "without", "either", "prefix", "kind", "unknown" (a kind there is not) or
    "left out" (a word too small to search)."""
    text: str
    rest: str
    """The query without this part."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A reading of what was typed."""

    wished: tuple[Node, ...] = ()
    """Plain words, prefixes and groups: all of them first, then most of them."""
    needed: tuple[Node, ...] = ()
    """Phrases, and what `AND` joins."""
    barred: tuple[Node, ...] = ()
    kinds: frozenset[str] | None = None
    """What `kind:` asks for; None where it asks for nothing."""
    tokens: tuple[Token, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether anything is asked at all."""
        return bool(self.wished or self.needed or self.barred or self.kinds)


@lru_cache(maxsize=2_000)
def understood(text: str, locale: str = "en") -> Understood:
    """Read what was typed; the locale decides which stop words count where the words do not tell."""
    clean = analysis.cleaned(text)[:LONGEST_TEXT]
    reader = _Reader(clean, analysis.guess_language(clean) or locale)
    for node in _parsed(clean):
        reader.read(node)
    return reader.result()


def leaves(node: Node) -> Iterator[Word | Phrase | Prefix]:
    """The words, phrases and prefixes that score and are marked: what is barred is left aside."""
    if isinstance(node, Word | Phrase | Prefix):
        yield node
    elif isinstance(node, Every | Either):
        for child in node.nodes:
            yield from leaves(child)


class _AllOf(syntax.AndGroup):  # type: ignore[misc]
    """What `AND` joins; words merely side by side, in brackets or not, are a plain AndGroup."""


class _Reader:
    """Gathers the reading of one text, node by node."""

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self.language = language
        self.wished: list[Node] = []
        self.needed: list[Node] = []
        self.barred: list[Node] = []
        self.kinds: frozenset[str] | None = None
        self.tokens: list[Token] = []

    def result(self) -> Understood:
        return Understood(
            wished=tuple(dict.fromkeys(self.wished)),
            needed=tuple(dict.fromkeys(self.needed)),
            barred=tuple(dict.fromkeys(self.barred)),
            kinds=self.kinds,
            tokens=tuple(self.tokens),
        )

    def read(self, node: Any) -> None:
        node = _unwrapped(node)
        if getattr(node, "fieldname", None):
            self._read_kind(node)
        else:
            self._way(node)(node)

    def _way(self, node: Any) -> Callable[[Any], None]:
        """How a node is read, by its sort."""
        ways: tuple[tuple[type, Callable[[Any], None]], ...] = (
            (syntax.NotGroup, self._read_barred),
            (syntax.OrGroup, partial(self._read_whole, label="either", into=self.wished)),
            (_AllOf, partial(self._read_whole, label="word", into=self.needed)),
            (syntax.AndGroup, self._read_side_by_side),
            (plugins.PhrasePlugin.PhraseNode, partial(self._read_whole, label="exactly", into=self.needed)),
            (plugins.PrefixPlugin.PrefixNode, partial(self._read_whole, label="prefix", into=self.wished)),
            (syntax.TextNode, self._read_words),
        )
        return next((way for sort, way in ways if isinstance(node, sort)), _pass_over)

    def _read_side_by_side(self, node: Any) -> None:
        for child in node.nodes:
            self.read(child)

    def _read_words(self, node: Any) -> None:
        found = list(self._words(node.text))
        self.wished += found
        if found:
            self._note("word", node)
        elif any(analysis.words(node.text)):
            self._note("left out", node)

    def _read_whole(self, node: Any, label: str, into: list[Node]) -> None:
        read = self._node(node)
        if isinstance(read, Kind):
            self._narrow(read.kinds)
            self._note("kind", node)
        elif read is not None:
            into.append(read)
            self._note(label, node)
        else:
            self._note("left out", node)

    def _read_barred(self, node: Any) -> None:
        read = self._node(node.nodes[0]) if node.nodes else None
        if read is not None:
            self.barred.append(read)
            self._note("without", node)

    def _read_kind(self, node: Any) -> None:
        kinds = _kinds(node.text)
        if kinds:
            self._narrow(kinds)
        self._note("kind" if kinds else "unknown", node)

    def _narrow(self, kinds: frozenset[str]) -> None:
        self.kinds = kinds if self.kinds is None else self.kinds | kinds

    def _note(self, label: str, node: Any) -> None:
        """Remember a part as it was typed; what is no more than signs is not worth a word."""
        start, end = _span(node, self.text)
        if not any(analysis.words(self.text[start:end])):
            return
        rest = f"{self.text[:start].rstrip()} {self.text[end:].lstrip()}".strip()
        self.tokens.append(Token(label, _shown(self.text[start:end]), rest))

    def _node(self, node: Any) -> Node | None:
        """A node within a group, where everything counts strictly."""
        if isinstance(node, syntax.NotGroup):
            inner = self._node(node.nodes[0]) if node.nodes else None
            return None if inner is None else Without(inner)
        if isinstance(node, syntax.GroupNode):
            kept = tuple(read for read in map(self._node, node.nodes) if read is not None)
            return _grouped(kept, Either if isinstance(node, syntax.OrGroup) else Every)
        if getattr(node, "fieldname", None):
            kinds = _kinds(node.text)
            return Kind(kinds) if kinds else None
        if isinstance(node, plugins.PhrasePlugin.PhraseNode):
            return self._phrase(node.text)
        if isinstance(node, plugins.PrefixPlugin.PrefixNode):
            return self._prefix(node.text)
        return _grouped(tuple(self._words(node.text)), Every) if node.is_text() else None

    def _phrase(self, text: str) -> Node | None:
        forms = (self._forms(word.text) for word in analysis.words(text))
        kept = tuple(form for form in forms if form)
        if len(kept) == 1:
            return Word(kept[0])
        return Phrase(kept) if kept else None

    def _prefix(self, text: str) -> Node | None:
        *before, last = [word.text for word in analysis.words(text)] or [""]
        start = analysis.fold(last)
        if len(start) < SHORTEST_PREFIX:
            return _grouped(tuple(self._words(text)), Every)
        return _grouped((*self._words(" ".join(before)), Prefix(start)), Every)

    def _words(self, text: str) -> Iterator[Node]:
        """The words of a run of text; a compound is met whole or by all its parts."""
        found = list(analysis.words(text))
        while found:
            run, found = found[: found[0].parts], found[found[0].parts :]
            parts = tuple(word for word in map(self._word, run) if word.forms)
            if run[0].joined and parts:
                whole = Word(frozenset({run[0].joined}), weight=JOINED)
                yield Either((whole, *_listed(_grouped(parts, Every))))
            else:
                yield from parts

    def _word(self, word: analysis.Word) -> Word:
        return Word(self._forms(word.text), analysis.fold(word.text))

    def _forms(self, word: str) -> frozenset[str]:
        if analysis.is_stop_word(word, self.language):
            return frozenset()
        return frozenset(analysis.forms(word, ""))


def _pass_over(node: Any) -> None:
    """What has no meaning of its own, such as an operator that joins nothing."""


def _unwrapped(node: Any) -> Any:
    """What brackets around a single thing hold."""
    while isinstance(node, syntax.AndGroup | syntax.OrGroup) and len(node.nodes) == 1:
        node = node.nodes[0]
    return node


def _listed(node: Node | None) -> tuple[Node, ...]:
    return () if node is None else (node,)


def _grouped(nodes: tuple[Node, ...], group: type[Every | Either]) -> Node | None:
    """Nodes as one node: nothing of nothing, one of one, and kinds either of which will do as one."""
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    if group is Either and all(isinstance(node, Kind) for node in nodes):
        return Kind(frozenset(kind for node in nodes if isinstance(node, Kind) for kind in node.kinds))
    return group(nodes)


def _kinds(text: str) -> frozenset[str]:
    """The kinds named, which may be several with commas; those unknown are passed over."""
    named = (KIND_NAMES.get(analysis.fold(name.strip())) for name in text.split(","))
    return frozenset(kind for kind in named if kind)


_BEFORE = re.compile(r"(?:-|(?<!\w)(?:NOT|SAUF)\s+|(?i:(?<!\w)(?:kind|type|genre):\s*))$")
_BRACKETS = re.compile(r"\(\s*$"), re.compile(r"\s*\)")


def _span(node: Any, text: str) -> tuple[int, int]:
    """Where a node stands in the text, with the operator, field name and brackets around it."""
    start, end = _bare_span(node)
    while start < end:
        opened, closed = _BRACKETS[0].search(text, 0, start), _BRACKETS[1].match(text, end)
        before = _BEFORE.search(text, 0, start)
        if before:
            start = before.start()
        elif opened and closed and isinstance(node, syntax.GroupNode):
            start, end = opened.start(), closed.end()
        else:
            break
    return start, end


def _bare_span(node: Any) -> tuple[int, int]:
    """Where a node's own words stand; an empty group stands nowhere."""
    if not isinstance(node, syntax.GroupNode):
        return node.startchar, node.endchar
    spans = [(start, end) for start, end in map(_bare_span, node.nodes) if start < end]
    return min((start for start, _ in spans), default=0), max((end for _, end in spans), default=0)


def _shown(text: str) -> str:
    """What a chip says: the part as it was typed, without what its label says already."""
    bare = _LABELLED.sub("", text).strip() or text.strip()
    return bare.strip('"“”«»() \u00a0\u202f') or bare


_LABELLED = re.compile(r"^(?:-|(?:NOT|SAUF)\s+|(?i:kind|type|genre):\s*)+")


def _parsed(text: str) -> list[Any]:
    """The parser's own nodes at the top of what was typed."""
    if text.count("(") > DEEPEST_GROUP:
        text = text.replace("(", " ").replace(")", " ")
    top = _PARSER.process(text)
    return list(top.nodes) if type(top) is syntax.AndGroup else [top]


def _parser() -> QueryParser:
    """Whoosh's parser with our operators; it keeps no state between texts, so threads may share it."""
    joined = plugins.OperatorsPlugin.OpTagger(r"(?<=\s)(?:AND|ET)(?=\s)", _AllOf)
    operators = plugins.OperatorsPlugin(
        [(joined, 0)],
        And=None,
        Or=r"(?<=\s)(?:OR|OU)(?=\s)",
        Not=r"(?:^|(?<=[\s(]))(?:-(?=[^\s\d-])|(?:NOT|SAUF)(?=\s))",
        AndNot=None,
        AndMaybe=None,
        Require=None,
    )
    return QueryParser(
        "text",
        None,
        plugins=[
            plugins.GroupPlugin(),
            plugins.PhrasePlugin(r'["“”«](?P<text>[^"“”«»]*)["“”»](?:~(?P<slop>[1-9]))?'),
            plugins.FieldsPlugin(r"(?<!\w)(?P<text>(?i:kind|type|genre)):\s*"),
            plugins.PrefixPlugin(r"(?P<text>[^\s*()\"“”«»]+)[*](?=[\s)]|$)"),
            operators,
        ],
    )


_PARSER = _parser()
