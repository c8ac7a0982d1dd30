"""Home: what moved in what I follow, and everything else that moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from socialsales.community.access import READER, reads, visible
from socialsales.community.people import Person
from socialsales.core.db import db, read_rows
from socialsales.core.paging import Page, Pages
from socialsales.feed.models import Follow
from socialsales.threads.lines import ThreadLine
from socialsales.threads.models import Thread, ThreadKind, thread_subject
from socialsales.threads.queries import listed, newest, threads


@dataclass(frozen=True)
class Followed:
    """The ids of what a person follows."""

    subjects: frozenset[int]
    people: frozenset[int]


FOLLOWED = select(Follow.subject_id, Follow.followed_id).where(Follow.person_id == READER)


def followed(viewer: Person) -> Followed:
    """What a person follows, all at once: also for the live page, which sorts out what it hears by it."""
    rows = read_rows(FOLLOWED, reads(viewer))
    return Followed(
        frozenset(subject for subject, _ in rows if subject),
        frozenset(person for _, person in rows if person),
    )


def for_you(viewer: Person, *, kind: ThreadKind | None = None, after: str | None = None) -> Page[ThreadLine]:
    """Threads about subjects or by people the viewer follows, and their own; latest activity first."""
    return listed(_for_you(kind), after, **reads(viewer))


def everything(
    viewer: Person, *, kind: ThreadKind | None = None, after: str | None = None
) -> Page[ThreadLine]:
    """All threads the viewer may read, latest activity first."""
    return listed(_everything(kind), after, **reads(viewer))


def unanswered(
    viewer: Person, *, kind: ThreadKind | None = None, after: str | None = None
) -> Page[ThreadLine]:
    """The questions that wait: nobody said anything to them yet. Of another kind there are none."""
    return listed(_unanswered(kind), after, **reads(viewer))


@cache
def _unanswered(kind: ThreadKind | None) -> Pages:
    return newest(_of_kind(kind).where(_waits()))


def _waits() -> ColumnElement[bool]:
    return and_(Thread.kind == ThreadKind.QUESTION, Thread.replies == 0, Thread.outdated_at.is_(None))


@cache
def _for_you(kind: ThreadKind | None) -> Pages:
    return newest(_of_kind(kind).where(_concerns()))


@cache
def _everything(kind: ThreadKind | None) -> Pages:
    return newest(_of_kind(kind))


def _of_kind(kind: ThreadKind | None) -> Select[*tuple[Any, ...]]:
    return threads(READER).where(Thread.kind == kind) if kind else threads(READER)


def _concerns() -> ColumnElement[bool]:
    about = (
        select(thread_subject.c.thread_id)
        .join(Follow, Follow.subject_id == thread_subject.c.subject_id)
        .where(Follow.person_id == READER, thread_subject.c.thread_id == Thread.id)
    )
    by = select(Follow.id).where(Follow.person_id == READER, Follow.followed_id == Thread.author_id)
    return or_(Thread.author_id == READER, about.exists(), by.exists())


@dataclass(frozen=True)
class Waiting:
    """A question that nobody answered yet."""

    url: str
    title: str
    language: str
    active_at: datetime
    author: str | None


def waiting(viewer: Person, limit: int = 3) -> list[Waiting]:
    """The latest questions of others that nobody answered yet."""
    rows = read_rows(_waiting(limit), reads(viewer))
    return [Waiting(f"/threads/{row.id}", row.title, row.language, row.active_at, row.name) for row in rows]


@cache
def _waiting(limit: int) -> Select[*tuple[Any, ...]]:
    shown = (Thread.id, Thread.title, Thread.language, Thread.active_at, Person.name)
    unanswered = visible(Thread, READER).where(_waits(), Thread.author_id.is_distinct_from(READER))
    newest_first = unanswered.order_by(Thread.active_at.desc(), Thread.id.desc())
    return newest_first.outerjoin(Thread.author).with_only_columns(*shown).limit(limit)


def is_following(viewer: Person, *, subject_id: int | None = None, person_id: int | None = None) -> bool:
    """Whether the viewer follows this subject, or this person."""
    target = Follow.subject_id == subject_id if subject_id else Follow.followed_id == person_id
    return db.session.scalar(select(Follow.id).where(and_(Follow.person_id == viewer.id, target))) is not None
