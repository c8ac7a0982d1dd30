"""Order, totals and facets are those of a plain reading of every document, whatever is done to be quick."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from whoosh.util.numeric import byte_to_length, length_to_byte

from socialsales.search import postings, ranking, worth
from socialsales.search.backend import FACETS, Document, Found, Query
from socialsales.search.query import understood
from socialsales.search.segments import fields_of
from socialsales.search.tree import Among, Node, Told, Understood, Without, Word, Worth
from socialsales.search.whoosh_index import WhooshIndex

NOON = datetime(2025, 12, 20, 12, tzinfo=UTC)
WORDS = (
    "deal",
    "cost",
    "risk",
    "team",
    "plan",
    "term",
    "coût",
    "gain",
    "year",
    "talk",
    "zinc",
    "lead",
    "leads",
    "leading",
)
"""The first are the most frequent."""
SPACES = (1, 2, 3)
THREADS = 60


def made(chance: random.Random, number: int) -> Document:
    """A post of one of a few threads; the posts of a thread share its space, kind and subjects, and whether it holds."""
    thread = chance.randrange(THREADS)
    return Document(
        key=f"post:{number}",
        kind=("tactic", "question", "failure")[thread % 3],
        title=told(chance, 2) if chance.random() < 0.2 else "",
        body=told(chance, chance.randint(1, 9)),
        language=chance.choice(["fr", "en", None]),
        space_id=SPACES[thread % 7 % 3],
        thread_id=thread,
        facts={
            "competitor": tuple({thread % 5, thread % 4 + 10}),
            "state": ("won", "lost")[: thread % 3],
            "amount": (str(thread * 100),),
        },
        author_id=chance.choice([None, *range(6)]),
        at=NOON + timedelta(days=chance.randrange(20)),
        outdated=thread % 4 == 1,
        proof=chance.choice([0, 0, 1, 6, 300]),
    )


def told(chance: random.Random, count: int) -> str:
    return " ".join(WORDS[int(len(WORDS) * chance.random() ** 2)] for _ in range(count))


def asked(chance: random.Random) -> Query:
    """A question of words, some of which must not be there, narrowed or not."""
    text = [
        *chance.choices(WORDS, k=chance.randint(1, 4)),
        *(f"-{word}" for word in WORDS[8:] if chance.random() < 0.05),
    ]

    def some(values: Iterable[Any]) -> frozenset[Any]:
        return frozenset(chance.sample(sorted(values), 2)) if chance.random() < 0.2 else frozenset()

    chosen = {
        "kind": some({"tactic", "question", "never"}), "author": some(range(6)), "language": some({"fr", "en"}),
        "competitor": some(range(5)), "state": some({"won", "lost"}), "year": some({2025, 2026}),
    }  # fmt: skip
    times = [one for one in ("after:2025-12-26", "before:2026-01-04") if chance.random() < 0.2]
    return Query(
        read=understood(" ".join([*text, *times, *chance.choices(("", "amount:>2000", "-kind:failure", "sort:new"), k=1)])),
        spaces=frozenset(chance.sample(SPACES, chance.randint(1, 3))), limit=chance.randint(1, 5),
        chosen={name: Among(name, values) for name, values in chosen.items() if values},
        today=chance.choice([None, NOON.date() + timedelta(days=12), NOON.date() + timedelta(days=900)]),
    )  # fmt: skip


def filled(folder: Path, chance: random.Random) -> tuple[WhooshIndex, list[Document]]:
    """An index of several segments in which some posts were replaced and some dropped; and what stands in it."""
    index = WhooshIndex(folder)
    standing = {document.key: document for document in (made(chance, number) for number in range(260))}
    index.rebuild(standing.values())
    for _ in range(4):
        coming = [made(chance, chance.randrange(300)) for _ in range(9)]
        coming = list({document.key: document for document in coming}.values())
        index.put(coming)
        for document in coming:
            standing.pop(document.key, None)
            standing[document.key] = document
    gone = chance.sample(sorted(standing), 12)
    index.drop(gone)
    return index, [document for key, document in standing.items() if key not in gone]


@dataclass
class Plain:
    """What is found, worked out document by document as docs/search.md tells it."""

    documents: list[Document]
    query: Query

    @cached_property
    def reading(self) -> Understood:
        return self.query.read

    @cached_property
    def texts(self) -> list[tuple[Document, dict[str, Any]]]:
        """What the searcher may read."""
        return [
            (document, fields_of(document))
            for document in self.documents
            if document.space_id in self.query.spaces
        ]

    @cached_property
    def average(self) -> float:
        return max(1.0, sum(length(fields) for _, fields in self.texts) / max(1, len(self.texts)))

    def holding(self, word: Word) -> dict[str, float]:
        """How strongly each post holds a word, by its key."""
        found: dict[str, float] = {}
        for document, fields in self.texts:
            weights = [fields["text"][form].weight for form in word.forms if form in fields["text"]]
            if weights:
                norm = ranking.K1 * (1 - ranking.B + ranking.B * length(fields) / self.average)
                typed = ranking.AS_TYPED if word.spelled in fields["spelling"] else 1.0
                found[document.key] = typed * max(weights) / (max(weights) + norm)
        return found

    def weight(self, count: int) -> float:
        return math.log(1 + (len(self.texts) - count + 0.5) / (count + 0.5))

    @cached_property
    def scores(self) -> dict[str, float]:
        scores: dict[str, float] = defaultdict(float)
        for word in words(self.reading.wished):
            hits = self.holding(word)
            for key, share in hits.items():
                scores[key] += self.weight(len(hits)) * (ranking.K1 + 1) * share
        return {key: score * self.speaks_for(key) for key, score in scores.items()}

    def speaks_for(self, key: str) -> float:
        """By how much its proof and its age raise a post."""
        one = self.documents[self.place[key]]
        proof = min(one.proof, 255)
        proven: float = 1 + worth.PROVEN * proof / (proof + worth.HALF_PROVEN)
        if self.query.today is None or one.at is None:
            return proven
        age = max(0, (self.query.today - one.at.date()).days)
        fresh: float = 1 + worth.FRESH * 0.5 ** (age / worth.HALF_FRESH)
        return proven * fresh

    @cached_property
    def threads(self) -> tuple[set[int], set[int]]:
        """The threads that hold every word, and the others that are found."""
        of = {document.key: thread(document) for document, _ in self.texts}
        met = [{of[key] for key in self.holding(word)} for word in words(self.reading.wished)]
        barred = {of[key] for word in words(self.reading.barred) for key in self.holding(word)}
        weights = [self.weight(len(threads)) for threads in met]
        held = {
            one: sum(weight for weight, threads in zip(weights, met, strict=True) if one in threads)
            for one in set().union(*met) - barred
        }
        most = {one for one, weight in held.items() if weight >= ranking.MOST * sum(weights)}
        if len(most) < ranking.FEW:
            best = [of[key] for key in sorted(self.scores, key=self.worth, reverse=True) if of[key] in held]
            most |= set(list(dict.fromkeys(best))[: ranking.FEW])
        every = set.intersection(*met) - barred
        return every, most - every

    def worth(self, key: str) -> tuple[float, int]:
        return self.scores[key], -self.place[key]

    def worth_shown(self, one: Document) -> tuple[float, Any]:
        return (self.scores[one.key] if self.reading.order == "relevance" else 0.0), one.at

    @cached_property
    def place(self) -> dict[str, int]:
        return {document.key: place for place, document in enumerate(self.documents)}

    def kept(self, lifted: str) -> list[Document]:
        """The posts found that pass all that was typed and chosen, but for the choice of one facet."""
        every, most = self.threads
        chosen = [node for name, node in self.query.chosen.items() if name != lifted]
        found = (
            document
            for document, _ in self.texts
            if document.key in self.scores and thread(document) in every | most
        )
        return [one for one in found if all(may(node, one) for node in (*self.reading.filters, *chosen))]

    def facets(self) -> dict[str, dict[Any, int]]:
        """For each facet, the threads per value."""
        return {name: dict(Counter(value for _, value in self._pairs(name))) for name in FACETS}

    def _pairs(self, name: str) -> set[tuple[int, Any]]:
        return {(thread(one), value) for one in self.kept(name) for value in values(name, one)}

    def rows(self) -> list[tuple[str, bool, int]]:
        """The best post of each thread, whether the thread holds every word, and how many more are found in it."""
        every, _ = self.threads
        kept = self.kept("")
        counts = Counter(map(thread, kept))
        best: dict[int, Document] = {}
        for one in sorted(
            kept,
            key=lambda one: (
                thread(one) in every,
                not one.outdated,
                *self.worth_shown(one),
                -self.place[one.key],
            ),
            reverse=True,
        ):
            best.setdefault(thread(one), one)
        return [(one.key, number in every, counts[number] - 1) for number, one in best.items()]


def words(nodes: Iterable[Any]) -> list[Word]:
    assert all(isinstance(node, Word) for node in nodes)
    return list(nodes)


def thread(document: Document) -> int:
    assert document.thread_id is not None
    return document.thread_id


def length(fields: dict[str, Any]) -> int:
    """The words of a text, as exactly as the index keeps their number."""
    return int(byte_to_length(length_to_byte(sum(found.counted for found in fields["text"].values()))))


def values(name: str, document: Document) -> Iterable[Any]:
    if name in document.facts:
        return document.facts[name]
    fields = fields_of(document)
    known = {"author": document.author_id, "language": fields["language"] or None}
    value = known[name] if name in known else fields.get(name)
    return [] if value is None else [value]


def may(node: Node, one: Document) -> bool:
    """Whether a document passes a filter."""
    if isinstance(node, Among):
        return not node.values.isdisjoint(values(node.field, one))
    if isinstance(node, Told):
        return one.at is not None and (node.since or one.at) <= one.at < (
            node.until or datetime.max.replace(tzinfo=UTC)
        )
    if isinstance(node, Worth):
        return any((node.least or 0) <= Decimal(str(amount)) for amount in values("amount", one))
    assert isinstance(node, Without)
    return not may(node.node, one)


def pages(index: WhooshIndex, query: Query) -> list[Found]:
    found = [index.find(query)]
    while found[-1].next:
        found.append(index.find(replace(query, after=found[-1].next)))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_results_totals_and_facets_are_those_of_a_plain_reading_of_every_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(postings, "BLOCK", 16)
    monkeypatch.setattr(ranking, "FEW", 6)
    monkeypatch.setattr(ranking, "LOOKED_AT", 2)
    index, standing = filled(tmp_path / "index", chance)
    assert len(index._view.segments) > 3

    for query in (asked(chance) for _ in range(25)):
        found, plain = pages(index, query), Plain(standing, query)
        rows = plain.rows()

        assert [(row.key, row.holds_every_word, row.more) for page in found for row in page.rows] == rows, (
            query
        )
        for page in found:
            assert (page.total, page.holding_every_word) == (len(rows), sum(whole for _, whole, _ in rows)), (
                query
            )
            assert page.facets == plain.facets(), query


def test_values_of_a_facet_come_most_frequent_first_and_else_in_their_own_order(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    index.put(
        Document(
            key=f"post:{n}",
            kind="tactic",
            body="price",
            space_id=1,
            thread_id=n,
            facts={"competitor": (9 - n % 4, 3)},
        )
        for n in range(40)
    )

    facets = index.find(Query(read=understood("price"), spaces=frozenset({1}))).facets

    assert list(facets["competitor"].items()) == [(3, 40), (6, 10), (7, 10), (8, 10), (9, 10)]
