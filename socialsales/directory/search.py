"""People as they can be found: by name, title, team and what they say of themselves. Closed accounts are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select

from socialsales.community.events import Event
from socialsales.community.people import Person, Team
from socialsales.core.db import db
from socialsales.core.markdown import plain
from socialsales.search.backend import PUBLIC_SPACE, Document
from socialsales.search.indexing import Source


def _touched(events: Sequence[Event]) -> Iterable[int]:
    imported = (event.facts.get("people", ()) for event in events if event.kind.startswith("import."))
    return _about(events, "person").union(*imported) | _people_of(_about(events, "team"))


def _about(events: Iterable[Event], word: str) -> set[int]:
    return {int(event.topic.partition(":")[2]) for event in events if event.topic.startswith(f"{word}:")}


def _people_of(teams: set[int]) -> set[int]:
    return set(db.session.scalars(select(Person.id).where(Person.team_id.in_(teams)))) if teams else set()


def _documents(ids: Sequence[int]) -> Iterator[Document]:
    columns = (Person.id, Person.name, Person.title, Person.about, Person.created_at)
    team = (Team.name.label("team"), Team.names.label("teams"))
    statement = select(*columns, *team).outerjoin(Team, Team.id == Person.team_id)
    return (_document(row) for row in db.session.execute(statement.where(Person.id.in_(ids), Person.active)))


def _document(row: Row[Any]) -> Document:
    teams = (row.team, *row.teams.values()) if row.team else ()
    return Document(
        key=PEOPLE.key(row.id), kind="person", title=row.name, body=plain(row.about),
        space_id=PUBLIC_SPACE, at=row.created_at, keywords=tuple(filter(None, (row.title, *teams))),
    )  # fmt: skip


PEOPLE = Source(
    word="person",
    nouns=frozenset({"person", "team", "import"}),
    touched=_touched,
    documents=_documents,
    ids=select(Person.id),
)
