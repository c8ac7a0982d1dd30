"""People, spaces and subjects as a page names them: plain rows, since a page names a hundred of them.

A line holds all that is shown, so that it can also be the key under which what it became is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from socialsales.community.people import Person, Someone
from socialsales.community.spaces import Circle, Space, SpaceKind
from socialsales.community.subjects import Naming, Subject, SubjectKind
from socialsales.core.names import Names

PERSON = (Person.id, Person.name, Person.title, Person.picture)
SPACE = (Space.id, Space.kind, Space.name, Space.names, Space.open, Space.archived_at.is_not(None))
SUBJECT = (
    Subject.id,
    Subject.kind,
    Subject.name,
    Subject.names,
    Subject.hint,
    Subject.position,
    Subject.space_id,
)


class _Person(NamedTuple):
    id: int
    name: str
    title: str
    picture: str | None


class PersonLine(Someone, _Person):
    """Somebody, as the head of a post shows them."""

    __slots__ = ()


class _Space(NamedTuple):
    id: int
    kind: SpaceKind
    name: str
    names: dict[str, str]
    open: bool
    archived: bool


class SpaceLine(Circle, _Space):
    """A space, as a thread says who reads it."""

    __slots__ = ()


class _Subject(NamedTuple):
    id: int
    kind: SubjectKind
    name: str
    names: dict[str, str]
    hint: str
    position: int | None
    space_id: int


class SubjectLine(Naming, _Subject):
    """A subject, as a thread says what it is about."""

    __slots__ = ()


def person_line(row: Sequence[Any]) -> PersonLine | None:
    """The line of a row of `PERSON`; None where an outer join found nobody."""
    return PersonLine(*row) if row[0] is not None else None


def space_line(row: Sequence[Any]) -> SpaceLine:
    """The line of a row of `SPACE`."""
    id, kind, name, names, is_open, archived = row
    return SpaceLine(id, kind, name, Names(names), is_open, archived)


def subject_line(row: Sequence[Any]) -> SubjectLine:
    """The line of a row of `SUBJECT`."""
    id, kind, name, names, hint, position, space_id = row
    return SubjectLine(id, kind, name, Names(names), hint, position, space_id)
