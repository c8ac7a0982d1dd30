"""Searching: the index answers within what the searcher reads, and the database is asked again before anything is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, raiseload

from socialsales.community.access import readable_spaces, space_ids, visible
from socialsales.community.people import Person
from socialsales.community.spaces import Space, SpaceKind
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.db import db
from socialsales.search.backend import PUBLIC_SPACE, Found, Pieces, Query, Row
from socialsales.search.indexing import index, sources
from socialsales.search.inputs import Asked
from socialsales.search.query import Token, understood

ROWS_PER_PAGE = 20
MOST_SUBJECTS = 60
"""Subjects whose names are read for the facets, the most frequent first."""
MOST_AUTHORS = 8
SUBJECT_WORDS = frozenset(kind.value for kind in SubjectKind)
LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)


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
    found: Found
    hits: tuple[Hit, ...]
    is_whole: bool
    """Whether everything is in the index; False while it is built anew."""
    subjects: Mapping[int, Subject]
    """The subjects named in results, facets and filters, as far as the searcher reads them; so are the next two."""
    people: Mapping[int, Person]
    spaces: Mapping[int, Space]

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

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """What was understood of the words."""
        return understood(self.asked.q).tokens


def search(viewer: Person, asked: Asked, locale: str) -> Results:
    """Find what the viewer may read; whatever is asked gives an answer."""
    readable = space_ids(viewer)
    found = index().find(_query(asked, readable, locale))
    things = _things(viewer, found, asked)
    return Results(
        asked=asked, found=found, hits=tuple(_hits(found, things)), is_whole=not index().needs_rebuild,
        subjects=things["subject"], people=things["person"], spaces=_spaces(viewer, found, asked),
    )  # fmt: skip


def _query(asked: Asked, readable: frozenset[int], locale: str) -> Query:
    """The question to the index. A chosen space that is not read is as if it were not there: it holds nothing."""
    year = asked.year
    return Query(
        text=asked.q,
        spaces=readable & set(asked.space) if asked.space else readable | {PUBLIC_SPACE},
        kinds=frozenset(asked.kind),
        subject_ids=frozenset(asked.subject),
        author_ids=frozenset(asked.author),
        languages=frozenset(asked.language),
        since=datetime(year, 1, 1, tzinfo=UTC) if year else _since_ever(asked),
        until=datetime(year + 1, 1, 1, tzinfo=UTC) if year else None,
        limit=ROWS_PER_PAGE,
        after=asked.after,
        locale=locale,
    )


def _since_ever(asked: Asked) -> datetime | None:
    """A space alone asks for all that was told in it, which the index takes for no question without a time."""
    return LONG_AGO if asked.space and not asked.q else None


def _things(viewer: Person, found: Found, asked: Asked) -> dict[str, Mapping[int, Any]]:
    """All that the page names, read anew within what the viewer may read; a statement or two for each sort."""
    ids = _ids(found.rows)
    subjects = {id for word in SUBJECT_WORDS for id in ids.get(word, ())}
    things: dict[str, Mapping[int, Any]] = {
        "subject": _subjects(viewer, subjects.union(asked.subject, _first(found, "subject", MOST_SUBJECTS))),
        "person": _people({*ids.get("person", ()), *asked.author, *_first(found, "author", MOST_AUTHORS)}),
    }
    for source in sources():
        if source.shown and source.word in ids:
            things[source.word] = source.shown(viewer, ids[source.word])
    return things


def _ids(rows: Iterable[Row]) -> dict[str, list[int]]:
    ids: dict[str, list[int]] = {}
    for row in rows:
        word, _, id = row.key.partition(":")
        ids.setdefault(word, []).append(int(id))
    return ids


def _first(found: Found, facet: str, limit: int) -> list[int]:
    return [int(value) for value in list(found.facets.get(facet, ()))[:limit]]


def _subjects(viewer: Person, ids: set[int]) -> Mapping[int, Subject]:
    if not ids:
        return {}
    statement = visible(Subject, viewer).where(Subject.id.in_(ids)).options(raiseload("*"))
    return {subject.id: subject for subject in db.session.scalars(statement)}


def _people(ids: set[int]) -> Mapping[int, Person]:
    if not ids:
        return {}
    statement = select(Person).where(Person.id.in_(ids)).options(joinedload(Person.team).raiseload("*"), raiseload("*"))
    return {person.id: person for person in db.session.scalars(statement)}


def _spaces(viewer: Person, found: Found, asked: Asked) -> Mapping[int, Space]:
    """The spaces among the facets and filters, the company's first."""
    ids = {*asked.space, *map(int, found.facets.get("space", ()))} - {PUBLIC_SPACE}
    if not ids:
        return {}
    statement = select(Space).where(Space.id.in_(ids), Space.id.in_(readable_spaces(viewer))).options(raiseload("*"))
    ordered = statement.order_by(Space.kind != SpaceKind.COMPANY, Space.name, Space.id)
    return {space.id: space for space in db.session.scalars(ordered)}


def _hits(found: Found, things: Mapping[str, Mapping[int, Any]]) -> Iterable[Hit]:
    """The results that still stand for this viewer; those that do not are passed over in silence."""
    for row in found.rows:
        word, _, id = row.key.partition(":")
        thing = things.get("subject" if word in SUBJECT_WORDS else word, {}).get(int(id))
        if thing is not None and getattr(thing, "active", True):
            yield Hit(row, word, thing)


def marked_title(results: Results, title: str, language: str | None) -> Pieces:
    """A title in pieces, with the words searched marked."""
    return results.found.marks.whole(title, language)


def fewer_words(viewer: Person, asked: Asked, tokens: Sequence[Token], locale: str) -> list[tuple[Token, int]]:
    """Where nothing was found: the parts of the question without which something is, and how much."""
    readable = space_ids(viewer)
    find: Callable[[Asked], int] = lambda less: index().find(replace(_query(less, readable, locale), limit=1)).total  # noqa: E731
    tried = [(token, find(asked.model_copy(update={"q": token.rest}))) for token in tokens[:8] if token.rest]
    return [(token, count) for token, count in tried if count]
