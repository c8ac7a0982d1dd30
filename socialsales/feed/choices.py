"""All that a person chose to follow, as their page and the API list it, and which levels their stakes give."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Integer, Select, case, or_, select, type_coerce
from sqlalchemy.orm import QueryableAttribute

from socialsales.community.access import READER, get_visible, readable_spaces, reads, visible
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.core.paging import Page, Pages
from socialsales.feed.levels import USUAL, Level, Reach, Stake
from socialsales.feed.models import Follow, UsualLevel
from socialsales.feed.saying import REACH_OF_SUBJECT
from socialsales.threads.models import Thread

PER_PAGE = 100
REACH = type_coerce(
    case(
        (Follow.thread_id.is_not(None), Reach.THREAD.value),
        (Follow.followed_id.is_not(None), Reach.PERSON.value),
        (Follow.space_id.is_not(None), Reach.SPACE.value),
        else_=REACH_OF_SUBJECT,
    ),
    Integer(),
).label("reach")
SHOWN = (
    Follow.id, Follow.level, REACH, Follow.subject_id, Subject.kind, Subject.name, Subject.names, Subject.hint,
    Subject.position, Follow.thread_id, Thread.title, Follow.followed_id, Person.name.label("person"), Follow.space_id,
    Space.name.label("space"), Space.names.label("spaces"),
)  # fmt: skip


T = TypeVar("T")
Followed = Thread | Subject | Person | Space


class Choice(NamedTuple):
    """Something that a person follows, at which level, and what it is called; `hint` is the second thing one says of it."""

    id: int
    level: Level
    reach: Reach
    kind: str
    of: int
    url: str
    name: str
    names: dict[str, str]
    hint: str = ""
    position: int | None = None


def choices(viewer: Person, *, level: Level | None = None, after: str | None = None) -> Page[Choice]:
    """What the viewer chose, as far as they read it: the most particular first, and of a sort the first chosen."""
    page = _choices(level).page(db.session(), after, **reads(viewer))
    return Page([_choice(_Found._make(row)) for row in page.rows], page.next)


def get_followed(what: str, id: int, viewer: Person) -> Followed:
    """Something that the viewer may follow, by the first word of its address; raises NotFound."""
    return FOLLOWED[what](id, viewer)


def _person(id: int, _viewer: Person) -> Person:
    return _one(select(Person).where(Person.id == id), f"person {id}")


def _space(id: int, viewer: Person) -> Space:
    return _one(select(Space).where(Space.id == id, Space.id.in_(readable_spaces(viewer))), f"space {id}")


def _one(statement: Select[T], called: str) -> T:
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(called)
    return found


FOLLOWED: dict[str, Callable[[int, Person], Followed]] = {
    "threads": lambda id, viewer: get_visible(Thread, id, viewer),
    "subjects": lambda id, viewer: get_visible(Subject, id, viewer),
    "people": _person,
    "spaces": _space,
}


def usual_levels(viewer: Person) -> dict[Stake, Level]:
    """The level that each stake gives the viewer by itself."""
    said = select(UsualLevel.stake, UsualLevel.level).where(UsualLevel.person_id == viewer.id)
    return USUAL | dict(db.session.execute(said).all())


@cache
def _choices(level: Level | None) -> Pages:
    own = _readable().where(Follow.level == level) if level else _readable()
    return Pages(own.with_only_columns(*SHOWN), (REACH.asc(), Follow.id.asc()), PER_PAGE)


def _readable() -> Select[*tuple[Any, ...]]:
    """The reader's choices with what each is of, where they may still know of it."""
    known = or_(
        _reads(Subject, Follow.subject_id),
        _reads(Thread, Follow.thread_id),
        Follow.followed_id.is_not(None),
        Follow.space_id.in_(readable_spaces(READER)),
    )
    named = select(Follow).outerjoin(Subject, Subject.id == Follow.subject_id)
    named = named.outerjoin(Thread, Thread.id == Follow.thread_id)
    named = named.outerjoin(Person, Person.id == Follow.followed_id)
    named = named.outerjoin(Space, Space.id == Follow.space_id)
    return named.where(Follow.person_id == READER, known)


def _reads(model: type[Subject] | type[Thread], id: QueryableAttribute[int | None]) -> ColumnElement[bool]:
    """Asked of each choice by itself: all that somebody reads is more than they ever choose."""
    return visible(model, READER).where(model.id == id).correlate(Follow).exists()


class _Found(NamedTuple):
    """A row of `SHOWN`."""

    id: int
    level: Level
    reach: int
    subject_id: int
    kind: SubjectKind
    name: str
    names: dict[str, str]
    hint: str
    position: int | None
    thread_id: int | None
    title: str
    followed_id: int | None
    person: str
    space_id: int | None
    space: str
    spaces: dict[str, str]


def _choice(row: _Found) -> Choice:
    head = (row.id, row.level, Reach(row.reach))
    if row.thread_id:
        return Choice(*head, "thread", row.thread_id, f"/threads/{row.thread_id}", row.title, {})
    if row.followed_id:
        return Choice(*head, "person", row.followed_id, f"/people/{row.followed_id}", row.person, {})
    if row.space_id:
        return Choice(*head, "space", row.space_id, f"/spaces/{row.space_id}", row.space, row.spaces)
    url = f"/{row.kind.place}/{row.subject_id}"
    return Choice(*head, row.kind, row.subject_id, url, row.name, row.names, row.hint, row.position)
