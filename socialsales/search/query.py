"""What a searcher types, read into one tree.

Whoosh's parser cuts the text into words, phrases, groups and operators; here they become our own nodes.
Whatever is typed gives a reading: what makes no sense as an operator is read as words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import Any

from whoosh.qparser import plugins, syntax
from whoosh.qparser.default import QueryParser

from socialsales.core.names import folded
from socialsales.search import analysis
from socialsales.search.meaning import meant
from socialsales.search.operators import Operator, Searcher, operators
from socialsales.search.tree import (
    Either,
    Every,
    Node,
    Phrase,
    Prefix,
    Token,
    Typed,
    Understood,
    Without,
    Word,
    grouped,
)

LONGEST_TEXT = 400
DEEPEST_GROUP = 8
SHORTEST_PREFIX = 2
JOINED = 0.3
"""What the whole of a compound counts beside its parts."""
LONGEST_VALUE = 6
"""Words that may be the value of one operator: "the last 3 weeks"."""
REMEMBERED = 2_000


class Language:
    """The query language with its operators: those that there always are, and those of features."""

    def __init__(self, known: Iterable[Operator]) -> None:
        self.operators = {operator.name: operator for operator in known}
        self._called = {
            folded(word): operator for operator in self.operators.values() for word in operator.spellings()
        }
        words = sorted({*self._called, *_spelled(self.operators.values())}, key=len, reverse=True)
        self._field = rf"(?i:{'|'.join(map(re.escape, words))}):\s*"
        self._before = re.compile(rf"(?:-|(?<!\w)(?:NOT|SAUF)\s+|(?<!\w){self._field})$")
        self._labels = re.compile(rf"^(?:-|(?:NOT|SAUF)\s+|{self._field})+")
        self._parser = _parser(self._field, self._several)
        self.read: Callable[[str, str], Understood] = lru_cache(REMEMBERED)(self._read)

    def understood(self, text: str, searcher: Searcher | None = None) -> Understood:
        """Read what was typed, and say what it means to a searcher; without one, no name means anything."""
        searcher = searcher or Searcher()
        return meant(self.read(text, searcher.locale), searcher, self.operators)

    def operator(self, typed: str) -> Operator:
        """The operator of a word for it."""
        return self._called[folded(typed)]

    def span(self, node: Any, text: str) -> tuple[int, int]:
        """Where a node stands in the text, with the operator, field name and brackets around it."""
        start, end = _bare_span(node)
        while start < end:
            opened, closed = _BRACKETS[0].search(text, 0, start), _BRACKETS[1].match(text, end)
            before = self._before.search(text, 0, start)
            if before:
                start = before.start()
            elif opened and closed and isinstance(node, syntax.GroupNode):
                start, end = opened.start(), closed.end()
            else:
                break
        return start, end

    def shown(self, text: str) -> str:
        """What a chip says: the part as it was typed, without what its label says already."""
        bare = self._labels.sub("", text).strip() or text.strip()
        return bare.strip('"“”«»() \u00a0\u202f') or bare

    def _read(self, text: str, locale: str) -> Understood:
        """The reading of a text; the locale decides which stop words count where the words do not tell."""
        clean = analysis.cleaned(text)[:LONGEST_TEXT]
        reader = _Reader(self, clean, analysis.guess_language(clean) or locale)
        for node in self._parsed(clean):
            reader.read(node)
        return reader.result()

    def _parsed(self, text: str) -> list[Any]:
        """The parser's own nodes at the top of what was typed."""
        if text.count("(") > DEEPEST_GROUP:
            text = text.replace("(", " ").replace(")", " ")
        top = self._parser.process(text)
        return list(top.nodes) if type(top) is syntax.AndGroup else [top]

    def _several(self, field: str, words: str) -> int:
        """How many letters of the words that follow an operator are one value; 0 where the first word is all."""
        holds = self.operator(field).holds
        ends = [match.end() for match in _WORD_END.finditer(words)][:LONGEST_VALUE] if holds else []
        return next((end for end in reversed(ends[1:]) if holds and holds(words[:end])), 0)


@dataclass
class _Reader:
    """Gathers the reading of one text, node by node."""

    language: Language
    text: str
    spoken: str
    wished: list[Node] = field(default_factory=list)
    needed: list[Node] = field(default_factory=list)
    barred: list[Node] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    ended: int = -1
    """Where the word read last ends, if it stands by itself."""
    wholes: dict[Node, frozenset[str]] = field(default_factory=dict)
    """What words are met by, too, together with their neighbours."""

    def result(self) -> Understood:
        return Understood(
            wished=tuple(map(self._with_wholes, dict.fromkeys(self.wished))),
            needed=tuple(dict.fromkeys(self.needed)),
            barred=tuple(dict.fromkeys(self.barred)),
            tokens=tuple(self.tokens),
        )

    def read(self, node: Any) -> None:
        node = _unwrapped(node)
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
        if getattr(node, "fieldname", None):
            return partial(self._read_whole, label="operator", into=self.wished)
        return next((way for sort, way in ways if isinstance(node, sort)), _pass_over)

    def _read_side_by_side(self, node: Any) -> None:
        for child in node.nodes:
            self.read(child)

    def _read_words(self, node: Any) -> None:
        found = list(self._words(node.text))
        self._join(found, node)
        self.wished += found
        if found:
            self._note("as words" if _NO_OPERATOR.match(node.text) else "word", node)
        elif any(analysis.words(node.text)):
            self._note("left out", node)

    def _join(self, found: Sequence[Node], node: Any) -> None:
        """Two words side by side may be told as one, too: who types "GTX Pro" or "North Grid" finds "gtxpro" and "Northgrid"."""
        stands_alone = len(found) == 1 and isinstance(found[0], Word)
        if stands_alone and self.ended >= 0 and self.text[self.ended : node.startchar].isspace():
            pair = (self.wished[-1], found[0])
            whole = analysis.fold("".join(word.spelled for word in pair if isinstance(word, Word)))
            for word in pair:
                known = self.wholes.get(word, frozenset())
                self.wholes[word] = known.union([whole], analysis.forms(whole, ""))
        self.ended = node.endchar if stands_alone else -1

    def _with_wholes(self, node: Node) -> Node:
        return (
            replace(node, forms=node.forms | self.wholes.get(node, set())) if isinstance(node, Word) else node
        )

    def _read_whole(self, node: Any, label: str, into: list[Node]) -> None:
        read = self._node(node)
        if isinstance(read, Typed):
            self.wished.append(read)
            self._note("operator", node, read)
        elif read is not None:
            into.append(read)
            self._note(label, node)
        else:
            self._note("left out", node)

    def _read_barred(self, node: Any) -> None:
        read = self._node(node.nodes[0]) if node.nodes else None
        if read is not None:
            self.barred.append(read)
            self._note("without", node, read if isinstance(read, Typed) else None)

    def _note(self, label: str, node: Any, typed: Typed | None = None) -> None:
        """Remember a part as it was typed, and each operator; what is no more than signs is not worth a word."""
        self._remember(node, label, typed)
        if typed is None and isinstance(node, syntax.GroupNode):
            for inner in _operators_within(node):
                self._remember(inner, "operator", self._typed(inner), is_inner=True)

    def _remember(self, node: Any, label: str, typed: Typed | None, *, is_inner: bool = False) -> None:
        start, end = self.language.span(node, self.text)
        if typed is None and not any(analysis.words(self.text[start:end])):
            return
        rest = f"{self.text[:start].rstrip()} {self.text[end:].lstrip()}".strip()
        shown = self.text[start:end] if typed else self.language.shown(self.text[start:end])
        self.tokens.append(Token(label, shown, rest, typed, is_inner))

    def _node(self, node: Any) -> Node | None:
        """A node within a group, where everything counts strictly."""
        if isinstance(node, syntax.NotGroup):
            inner = self._node(node.nodes[0]) if node.nodes else None
            return None if inner is None else Without(inner)
        if isinstance(node, syntax.GroupNode):
            kept = tuple(read for read in map(self._node, node.nodes) if read is not None)
            return grouped(kept, Either if isinstance(node, syntax.OrGroup) else Every)
        if getattr(node, "fieldname", None):
            return self._typed(node)
        return self._plain(node)

    def _plain(self, node: Any) -> Node | None:
        if isinstance(node, plugins.PhrasePlugin.PhraseNode):
            return self._phrase(node.text)
        if isinstance(node, plugins.PrefixPlugin.PrefixNode):
            return self._prefix(node.text)
        return grouped(tuple(self._words(node.text)), Every) if node.is_text() else None

    def _typed(self, node: Any) -> Typed:
        return Typed(self.language.operator(node.fieldname).name, node.text, self._plain(node))

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
            return grouped(tuple(self._words(text)), Every)
        return grouped((*self._words(" ".join(before)), Prefix(start)), Every)

    def _words(self, text: str) -> Iterator[Node]:
        """The words of a run of text; a compound is met whole or by all its parts."""
        found = list(analysis.words(text))
        while found:
            run, found = found[: found[0].parts], found[found[0].parts :]
            parts = tuple(word for word in map(self._word, run) if word.forms)
            if run[0].joined and parts:
                whole = Word(frozenset({run[0].joined}), weight=JOINED)
                yield Either((whole, *_as_list(grouped(parts, Every))))
            else:
                yield from parts

    def _word(self, word: analysis.Word) -> Word:
        return Word(self._forms(word.text), analysis.fold(word.text))

    def _forms(self, word: str) -> frozenset[str]:
        if analysis.is_stop_word(word, self.spoken):
            return frozenset()
        return frozenset(analysis.forms(word, ""))


class _AllOf(syntax.AndGroup):  # type: ignore[misc]
    """What `AND` joins; words merely side by side, in brackets or not, are a plain AndGroup."""


def _pass_over(node: Any) -> None:
    """What has no meaning of its own, such as an operator that joins nothing."""


def _unwrapped(node: Any) -> Any:
    """What brackets around a single thing hold."""
    while isinstance(node, syntax.AndGroup | syntax.OrGroup) and len(node.nodes) == 1:
        node = node.nodes[0]
    return node


def _as_list(node: Node | None) -> tuple[Node, ...]:
    return () if node is None else (node,)


def _operators_within(node: Any) -> Iterator[Any]:
    for child in node.nodes:
        if isinstance(child, syntax.GroupNode):
            yield from _operators_within(child)
        elif getattr(child, "fieldname", None):
            yield child


def _bare_span(node: Any) -> tuple[int, int]:
    """Where a node's own words stand; an empty group stands nowhere."""
    if not isinstance(node, syntax.GroupNode):
        return node.startchar, node.endchar
    spans = [(start, end) for start, end in map(_bare_span, node.nodes) if start < end]
    return min((start for start, _ in spans), default=0), max((end for _, end in spans), default=0)


def _spelled(known: Iterable[Operator]) -> Iterator[str]:
    for operator in known:
        yield from operator.spellings()


_BRACKETS = re.compile(r"\(\s*$"), re.compile(r"\s*\)")
_WORD_END = re.compile(r"[^\s()\"“”«»]+(?=\s|$|\))")
_GAP = r"[ \u00a0\u202f]"
_NUMBER = (
    rf"(?<![\w.,:<>=])(?<!\w-)(?:[1-9]\d{{0,2}}(?:{_GAP}\d{{3}})+(?![\w,])"
    rf"|\d+(?:[.,]\d+)?{_GAP}?(?:%|(?:percent|per cent|pour cent|pourcents?)\b))"
)
_NO_OPERATOR = re.compile(r"[^\W\d_]{2,}:[^\s/:]")
"""What looks like an operator."""


class _ValueTagger(plugins.TaggingPlugin):  # type: ignore[misc]
    """An operator whose value is several words, such as `after:last month`."""

    def __init__(self, field: str, several: Callable[[str, str], int]) -> None:
        super().__init__(rf"(?<!\w)(?P<field>{field})(?P<words>[^()\"“”«»]+)")
        self.several = several

    def create(self, parser: QueryParser, match: re.Match[str]) -> Any:
        raise NotImplementedError

    def match(self, parser: QueryParser, text: str, pos: int) -> Any:
        """The operator and its value as one node; None where the value is a single word."""
        found = self.expr.match(text, pos)
        name = found["field"].strip().rstrip(":").strip() if found else ""
        length = self.several(name, found["words"]) if found else 0
        if not found or not length:
            return None
        start = found.start("words")
        node = syntax.WordNode(found["words"][:length])
        node.set_fieldname(name)
        return node.set_range(pos, start + length)


class _Numbers(plugins.TaggingPlugin):  # type: ignore[misc]
    """A number and what belongs to it are one word: "12 000", "30 %"."""

    def create(self, parser: QueryParser, match: re.Match[str]) -> Any:
        return syntax.WordNode(match.group())


def _parser(field: str, several: Callable[[str, str], int]) -> QueryParser:
    """Whoosh's parser with our operators; it keeps no state between texts, so threads may share it."""
    joined = plugins.OperatorsPlugin.OpTagger(r"(?<=\s)(?:AND|ET)(?=\s)", _AllOf)
    joining = plugins.OperatorsPlugin(
        [(joined, 0)],
        And=None,
        Or=r"(?<=\s)(?:OR|OU)(?=\s)",
        Not=r"(?:^|(?<=[\s(]))(?:-(?=[^\s\d-])|(?:NOT|SAUF)(?=\s))",
        AndNot=None,
        AndMaybe=None,
        Require=None,
    )
    name = field.removesuffix(r":\s*")
    return QueryParser(
        "text",
        None,
        plugins=[
            plugins.GroupPlugin(),
            _Numbers(_NUMBER),
            plugins.PhrasePlugin(r'["“”«](?P<text>[^"“”«»]*)["“”»](?:~(?P<slop>[1-9]))?'),
            _ValueTagger(field, several),
            plugins.FieldsPlugin(rf"(?<!\w)(?P<text>{name}):\s*"),
            plugins.PrefixPlugin(r"(?P<text>(?!-)[^\s*()\"“”«»]+)[*](?=[\s)]|$)"),
            joining,
        ],
    )


LANGUAGE = Language(operators())
"""The language without what features add to it."""


def understood(text: str, locale: str = "en") -> Understood:
    """Read what was typed in that language, for somebody of whom nothing is known."""
    return LANGUAGE.understood(text, Searcher(locale=locale))
