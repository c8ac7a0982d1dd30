"""Searching: the index answers within what the searcher reads, and the database is asked again before anything is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, raiseload

from socialsales.community.access import Spaces, spaces_of
from socialsales.community.lines import SubjectLine
from socialsales.community.people import Person
from socialsales.community.subjects import SubjectKind
from socialsales.core.clock import now
from socialsales.core.db import db, read_rows
from socialsales.search.asking import searcher_of, spoken
from socialsales.search.backend import ABOUT, PUBLIC_SPACE, Found, Query, Row
from socialsales.search.indexing import index, sources
from socialsales.search.inputs import NARROWING, SUBJECTS, Asked
from socialsales.search.operators import Searcher
from socialsales.search.shown import subjects_shown
from socialsales.search.tree import Among, Token, Understood

ROWS_PER_PAGE = 20
MOST_SUBJECTS = 12
"""Subjects of each kind whose names are read for the facets, the most frequent first."""
MOST_AUTHORS = 6
MOST_TRIED = 8
SUBJECT_WORDS = frozenset(kind.value for kind in SubjectKind)


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: how it was found, and the post, subject or person itself as it stands now."""

    row: Row
    word: str
    """What its key begins with: "post", "opportunity", "person"."""
    thing: Any


@dataclass(frozen=True)
class Results:
    """One page of what was found, for one searcher; every number counts what they may read alone."""

    asked: Asked
    read: Understood
    """What was understood of the words."""
    searcher: Searcher
    found: Found
    hits: tuple[Hit, ...]
    is_whole: bool
    """Whether everything is in the index; False while it is built anew."""
    spaces: Spaces
    """All that the searcher reads."""
    subjects: Mapping[int, SubjectLine]
    """The subjects among results, facets and filters, as far as the searcher reads them."""
    authors: Mapping[int, str]
    """The names of the people among facets and filters."""

    @property
    def gone(self) -> int:
        """How many rows of this page no longer stand, or not for this searcher: the index was a moment behind."""
        return len(self.found.rows) - len(self.hits)

    @property
    def total(self) -> int:
        """How many threads and things are found."""
        return self.found.total - self.gone

    @property
    def every(self) -> int:
        """How many of them hold every word."""
        standing = sum(hit.row.holds_every_word for hit in self.hits)
        return self.found.holding_every_word - sum(row.holds_every_word for row in self.found.rows) + standing

    @property
    def most(self) -> int:
        """How many more hold most of the words."""
        return self.total - self.every


def search(viewer: Person, asked: Asked, locale: str) -> Results:
    """Find what the viewer may read; whatever is asked gives an answer."""
    spaces, searcher = spaces_of(viewer), searcher_of(viewer, asked.q, locale)
    read = spoken().understood(asked.q, searcher)
    found = index().find(_query(asked, read, spaces))
    ids = _ids(found.rows)
    things = _things(spaces, ids)
    subjects = subjects_shown(spaces, _subjects_named(found, asked, ids))
    return Results(
        asked=asked, read=read, searcher=searcher, found=found,
        hits=tuple(_hits(found, things | dict.fromkeys(SUBJECT_WORDS, subjects))),
        is_whole=not index().needs_rebuild, spaces=spaces, subjects=subjects,
        authors=_authors({*asked.author, *_first(found, "author", MOST_AUTHORS)}),
    )  # fmt: skip


def fewer_words(results: Results) -> list[tuple[Token, int]]:
    """Where nothing was found: the parts of the question without which something is, and how much."""
    if results.hits or results.asked.after:
        return []
    tried = [token for token in results.read.tokens[:MOST_TRIED] if token.rest]
    counts = [_count(results, token.rest) for token in tried]
    return [(token, count) for token, count in zip(tried, counts, strict=True) if count]


def _count(results: Results, text: str) -> int:
    read = spoken().understood(text, results.searcher)
    return index().find(replace(_query(results.asked, read, results.spaces), limit=1, after=None)).total


def _query(asked: Asked, read: Understood, readable: Spaces) -> Query:
    """The question to the index, which answers from what the searcher reads alone."""
    chosen = {name: Among(name, frozenset(asked.chosen(name))) for name in NARROWING if asked.chosen(name)}
    spaces = frozenset(readable) | {PUBLIC_SPACE}
    return Query(read=read, spaces=spaces, chosen=chosen, today=now().date(), limit=ROWS_PER_PAGE,
                 after=asked.after)  # fmt: skip


def _ids(rows: Iterable[Row]) -> dict[str, list[int]]:
    """The ids of what was found, by the word of their keys."""
    ids: dict[str, list[int]] = {}
    for row in rows:
        word, _, id = row.key.partition(":")
        ids.setdefault(word, []).append(int(id))
    return ids


def _things(spaces: Spaces, ids: Mapping[str, list[int]]) -> dict[str, Mapping[int, Any]]:
    """What was found, read anew within what the searcher reads; subjects come with those of the facets."""
    things: dict[str, Mapping[int, Any]] = {"person": _people(ids["person"])} if "person" in ids else {}
    for source in sources():
        if source.shown and source.word in ids:
            things[source.word] = source.shown(spaces, ids[source.word])
    return things


def _people(ids: Sequence[int]) -> Mapping[int, Person]:
    statement = select(Person).where(Person.id.in_(ids), Person.active)
    shown = statement.options(joinedload(Person.team).raiseload("*"), raiseload("*"))
    return {person.id: person for person in db.session.scalars(shown)}


def _subjects_named(found: Found, asked: Asked, ids: Mapping[str, list[int]]) -> set[int]:
    among_results = (id for word in SUBJECT_WORDS for id in ids.get(word, ()))
    chosen = (id for name in SUBJECTS for id in asked.chosen(name))
    return {
        *among_results,
        *chosen,
        *(id for name in ABOUT.values() for id in _first(found, name, MOST_SUBJECTS)),
    }


def _first(found: Found, facet: str, limit: int) -> list[int]:
    return [int(value) for value in list(found.facets.get(facet, ()))[:limit]]


_NAMES = select(Person.id, Person.name).where(Person.id.in_(bindparam("ids", expanding=True)))


def _authors(ids: set[int]) -> Mapping[int, str]:
    found = read_rows(_NAMES, {"ids": list(ids)})
    return {row.id: row.name for row in found}


def _hits(found: Found, things: Mapping[str, Mapping[int, Any]]) -> Iterable[Hit]:
    """The results that still stand for this searcher; those that do not are passed over in silence."""
    for row in found.rows:
        word, _, id = row.key.partition(":")
        thing = things.get(word, {}).get(int(id))
        if thing is not None:
            yield Hit(row, word, thing)
