"""An index's documents as Whoosh keeps them on disk, and its segments as searches read them.

What a search asks of every match (its space, its thread, its kind …) lies in memory, about a hundred bytes
a document; the lexemes and texts stay on disk.
"""

from __future__ import annotations

import json
import struct
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date
from hashlib import blake2b
from itertools import chain
from typing import Any, NamedTuple

from whoosh import columns, fields, formats
from whoosh.filedb.filestore import OverlayStorage
from whoosh.reading import TermNotFound
from whoosh.util.numeric import byte_to_length

from socialsales.search import analysis
from socialsales.search.backend import ABOUT, FACETS, Document
from socialsales.search.postings import Codec, Postings
from socialsales.search.tree import Value

SCHEMA_VERSION = "5"
"""To be raised with every change of the schema: indexes built before it are then rebuilt."""

TITLE_WEIGHT = 2.0
LONGEST_BODY = 50_000
QUOTED = 20_000
"""Letters of a file from which an excerpt may be cut; the rest is found all the same."""
TELLING = 2_000
"""The beginning of a text that tells its language."""
NOWHERE = -1
"""The space of a document that was replaced or dropped: nobody reads it."""
NOBODY = -1
MOST_PROOF = 255
_GAP = 100
"""Positions left free between title, names and body, so that no phrase runs across."""

Fact = tuple[str, Value]
Weigh = Callable[[date | None, bytes, Sequence[int]], "array[float]"]
"""Tells what documents are worth, seen from a day, by the proof and the time of each."""


PlainPart = tuple[str, int | None, str]


class Part(NamedTuple):
    """A stretch of what a document says: its own words, or a page of one of its files."""

    file: str
    page: int | None
    text: str


class Shown(NamedTuple):
    """What is kept of a document to show it among the results."""

    key: str
    kind: str
    thread_id: int | None
    language: str | None
    title: str
    parts: tuple[PlainPart, ...]


class Occurrences:
    """How often and where a lexeme stands in a document."""

    __slots__ = ("counted", "positions", "weight")

    def __init__(self) -> None:
        self.weight = 0.0
        self.counted = 0
        self.positions = array("I")


class Lexemes(fields.FieldType):  # type: ignore[misc]
    """A field of lexemes that were analysed before."""

    def __init__(self) -> None:
        super().__init__(formats.Positions(), None, scorable=True)

    def index(self, value: dict[str, Occurrences], **_: Any) -> Iterator[tuple[Any, ...]]:
        for lexeme, found in value.items():
            yield lexeme.encode(), found.counted, found.weight, found.positions.tobytes()


class Spellings(fields.FieldType):  # type: ignore[misc]
    """A field of words as they are written (without accents), for prefixes."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None)

    def index(self, value: Iterable[str], **_: Any) -> Iterator[tuple[Any, ...]]:
        for word in value:
            yield word.encode(), 1, 1.0, b""


NUMBERS = {"space": "i", "group": "q", "author": "q", "at": "q", "year": "H", "outdated": "B", "proof": "B"}
"""The numbers that every document has, and the type of array that holds them in memory."""
_FACTS = struct.Struct(f"<{''.join(NUMBERS.values())}BB")
"""The numbers, then how long the kind and the language are; these follow, and the other facts after them."""
OF_POSTS = ("author", "language", "year")
"""The facets in which the posts of a thread may differ."""
GROUP_BITS = 32
"""The bits of a pair that tell the group: the value lies above them."""


def schema() -> fields.Schema:
    """The fields of the index. All that ranking reads lies in one column: each costs files at every commit."""
    return fields.Schema(
        key=fields.ID(),
        text=Lexemes(),
        spelling=Spellings(),
        facts=fields.COLUMN(columns.VarBytesColumn()),
        shown=fields.STORED(),
    )


def codec() -> Codec:
    """How postings are written."""
    return Codec()


def fields_of(document: Document) -> dict[str, Any]:
    """A document as the fields of the index."""
    title, body = analysis.cleaned(document.title), analysis.cleaned(document.body)[:LONGEST_BODY]
    language = document.language or analysis.guess_language(f"{title}\n{body}"[:TELLING])
    text, spelling = _analysed(document, title, body, language or "")
    return {
        "key": document.key,
        "text": text,
        "spelling": spelling,
        "kind": document.kind,
        "language": language or "",
        "facts": facts_of(document),
        "space": document.space_id,
        "group": group_number(document),
        "author": NOBODY if document.author_id is None else document.author_id,
        "at": 0 if document.at is None else int(document.at.timestamp()),
        "year": 0 if document.at is None else document.at.astimezone(UTC).year,
        "outdated": document.outdated,
        "proof": min(max(document.proof, 0), MOST_PROOF),
        "shown": tuple(
            Shown(document.key, document.kind, document.thread_id, language, title, _parts_of(document, body))
        ),
    }


def written(document: dict[str, Any]) -> dict[str, Any]:
    """The fields of a document as Whoosh writes them."""
    kind, language = document["kind"].encode(), document["language"].encode()
    numbers = _FACTS.pack(*(document[name] for name in NUMBERS), len(kind), len(language))
    facts = numbers + kind + language + json.dumps(document["facts"], separators=(",", ":")).encode()
    return {name: document[name] for name in ("key", "text", "spelling", "shown")} | {"facts": facts}


def facts_of(document: Document) -> list[Fact]:
    """What is so of a document beside its numbers, always in the same order."""
    found = {(name, value) for name, values in document.facts.items() for value in values}
    return sorted(found, key=lambda fact: (fact[0], str(fact[1])))


def group_number(document: Document) -> int:
    """The number of the thread of a post, or of the thing itself: results are grouped by it."""
    return group_of(document.key if document.thread_id is None else f"thread:{document.thread_id}")


def group_of(name: str) -> int:
    """The number that a name gets in every index."""
    return int.from_bytes(
        blake2b(name.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True
    )


def _parts_of(document: Document, body: str) -> tuple[PlainPart, ...]:
    """What excerpts are cut from."""
    pages = ((name, analysis.cleaned(text[:QUOTED]).split("\f")) for name, text in document.files)
    return ("", None, body), *(
        (name, number if len(told) > 1 else None, text)
        for name, told in pages
        for number, text in enumerate(told, 1)
    )


def _analysed(
    document: Document, title: str, body: str, language: str
) -> tuple[dict[str, Occurrences], set[str]]:
    """The lexemes of a document, and its words as they are written; its length counts each word once."""
    lexemes: dict[str, Occurrences] = defaultdict(Occurrences)
    spelling: set[str] = set()
    at = 0
    for text, weight in _weighted(document, title, body):
        for word in analysis.words(text):
            forms = analysis.lexemes_of(word, language)
            for form in forms:
                found = lexemes[form]
                found.positions.append(at)
                found.weight += weight
            if forms:
                lexemes[forms[0]].counted += 1
                spelling.add(analysis.fold(word.text))
                at += 1
        at += _GAP
    return lexemes, spelling


def _weighted(document: Document, title: str, body: str) -> Iterator[tuple[str, float]]:
    yield title, TITLE_WEIGHT
    for name in document.names:
        yield analysis.cleaned(name), TITLE_WEIGHT
    yield body, 1.0
    for text in (*document.keywords, *chain.from_iterable(document.files)):
        yield analysis.cleaned(text), 1.0


class Numbering:
    """Small numbers for the groups and words that documents share; segments read side by side have one in common.

    It only grows, while others read from it.
    """

    def __init__(self) -> None:
        self.groups: dict[int, int] = {}
        self.words: dict[str, int] = {}
        self.facts: dict[str, dict[Value, int]] = {}
        self.named: list[Fact] = []

    def group(self, name: int) -> int:
        """The number of a group."""
        return self.groups.setdefault(name, len(self.groups))

    def word(self, word: str) -> int:
        """The number of a kind or language."""
        return self.words.setdefault(word, len(self.words))

    def numbers(self, words: Iterable[str]) -> frozenset[int]:
        """The numbers of those words that have one."""
        return frozenset(self.words[word] for word in words if word in self.words)

    def of_groups(self, names: Iterable[int]) -> frozenset[int]:
        """The numbers of those groups that have one."""
        return frozenset(self.groups[name] for name in names if name in self.groups)

    def fact(self, fact: Fact) -> int:
        """The number of a fact."""
        name, value = fact
        known = self.facts.setdefault(name, {})
        if value not in known:
            known[value] = len(self.named)
            self.named.append(fact)
        return known[value]

    def having(self, name: str, values: Iterable[Value]) -> frozenset[int]:
        """The numbers of those facts of a name that have one of these values; a subject's name is any of its kinds'."""
        names = ABOUT.values() if name == "subject" else (name,)
        known = [self.facts.get(one, {}) for one in names]
        return frozenset(numbers[value] for value in values for numbers in known if value in numbers)


class Segment:
    """One segment of the index, open for reading. Its postings must be read by one thread at a time."""

    def __init__(self, storage: Any, schema: fields.Schema, segment: Any) -> None:
        self.name: str = segment.segment_id()
        self.count: int = segment.doc_count_all()
        if segment.is_compound():
            storage = OverlayStorage(segment.open_compound_file(storage), storage)
        self._terms = segment.codec().terms_reader(storage, segment)
        self._documents = segment.codec().per_document_reader(storage, segment)
        self._fields = {name: schema[name].format for name in ("key", "text", "spelling")}
        self.numbering: Numbering | None = None
        self._worth: tuple[date | None, array[float]] | None = None
        self._read_facts(schema["facts"].column_type)
        self.lengths = self._lengths()
        self.per_space = Counter(self.space)
        self.words_per_space = self._words_per_space()
        if self.count:
            self.shown(0)  # Whoosh opens what it keeps on first use, which is not safe among threads

    def postings(self, field: str, term: str) -> list[tuple[array[int], array[float]]]:
        """The documents that hold a term and its weight in each, in blocks; no weights where all are one."""
        found = self._postings(field, term)
        return [] if found is None else list(found.blocks())

    def positions(self, term: str, base: int, wanted: set[int]) -> Iterator[tuple[int, array[int]]]:
        """Where a lexeme stands in the documents wanted, each by its number with the base added."""
        found = self._postings("text", term)
        for number, positions in () if found is None else found.positions():
            if base + number in wanted:
                yield base + number, array("I", positions)

    def terms(self, field: str, start: str) -> Iterator[str]:
        """The terms of a field that begin so, in alphabetical order."""
        prefix = start.encode()
        for name, term in self._terms.terms_from(field, prefix):
            if name != field or not term.startswith(prefix):
                return
            yield term.decode()

    def shown(self, number: int) -> Shown:
        """What is kept to show a document."""
        return Shown(*self._documents.stored_fields(number)["shown"])

    def _postings(self, field: str, term: str) -> Postings | None:
        try:
            found: Postings = self._terms.matcher(field, term.encode(), self._fields[field])
        except TermNotFound:
            return None
        return found

    def worth(self, today: date | None, weigh: Weigh) -> array[float]:
        """What each document is worth beside its words: weighed once a day, and kept for all searches."""
        if self._worth is None or self._worth[0] != today:
            self._worth = today, weigh(today, self.proof, self.at)
        return self._worth[1]

    def number(self, numbering: Numbering) -> None:
        """Number the groups and words as the segments beside it do; done once."""
        if self.numbering is None:
            self.numbering = numbering
            group, author, year, kind, language, facts = self._named
            self.group = list(map(numbering.group, group))
            self.kind = list(map(numbering.word, kind))
            numbered = {told: tuple(map(numbering.fact, told)) for told in dict.fromkeys(facts)}
            counted = {told: tuple(map(numbering.fact, _counted(told))) for told in numbered}
            self.facts = [numbered[told] for told in facts]
            self.counted = [counted[told] for told in facts]
            columns = (author, map(numbering.word, language), year)
            self.pairs = {name: self._paired(column) for name, column in zip(OF_POSTS, columns, strict=True)}
            del self._named

    def _paired(self, values: Iterable[int]) -> list[int]:
        pairs = ((value << GROUP_BITS) + group for value, group in zip(values, self.group, strict=True))
        return _shared(pairs)

    def _read_facts(self, column: Any) -> None:
        numbers: dict[str, array[int]] = {name: array(code) for name, code in NUMBERS.items()}
        kinds: list[str] = []
        languages: list[str] = []
        known: dict[bytes, tuple[Fact, ...]] = {}
        told: list[tuple[Fact, ...]] = []
        for facts in map(bytes, self._documents.column_reader("facts", column) if self.count else ()):
            *found, kind, language = _FACTS.unpack_from(facts)
            for values, number in zip(numbers.values(), found, strict=True):
                values.append(number)
            words = _FACTS.size + kind
            kinds.append(facts[_FACTS.size : words].decode())
            languages.append(facts[words : words + language].decode())
            rest = facts[words + language :]
            if rest not in known:
                known[rest] = tuple((name, value) for name, value in json.loads(rest))
            told.append(known[rest])
        self.space, self.at = _shared(numbers["space"]), numbers["at"]
        self.outdated, self.proof = numbers["outdated"].tobytes(), numbers["proof"].tobytes()
        self._named = (numbers["group"], numbers["author"], numbers["year"], kinds, languages, told)

    def _words_per_space(self) -> Counter[int]:
        words: Counter[int] = Counter()
        for (space, length), count in Counter(zip(self.space, self.lengths, strict=True)).items():
            words[space] += count * byte_to_length(length)
        return words

    def _lengths(self) -> bytes:
        if not self._documents.has_column("_text_len"):
            return bytes(self.count)
        return bytes(self._documents.column_reader("_text_len", columns.NumericColumn("B")))


def _counted(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Those facts that the boxes beside the results count."""
    return (fact for fact in facts if fact[0] in FACETS)


def _shared(numbers: Iterable[int]) -> list[int]:
    """The numbers, each of which lies in memory once however often it comes: reading makes none anew."""
    known: dict[int, int] = {}
    return [known.setdefault(number, number) for number in numbers]
