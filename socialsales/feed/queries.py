"""Home: what moved in what I follow, and everything else that moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select

from socialsales.community.access import visible
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.core.paging import Page, paginate
from socialsales.feed.models import Follow
from socialsales.threads.models import Thread, ThreadKind, thread_subject
from socialsales.threads.queries import THREADS_PER_PAGE, cards


@dataclass(frozen=True)
class Followed:
    """The ids of what a person follows."""

    subjects: frozenset[int]
    people: frozenset[int]


def followed(viewer: Person) -> Followed:
    """What a person follows, all at once: also for the live page, which sorts out what it hears by it."""
    rows = db.session.execute(
        select(Follow.subject_id, Follow.followed_id).where(Follow.person_id == viewer.id)
    ).all()
    return Followed(
        frozenset(subject for subject, _ in rows if subject),
        frozenset(person for _, person in rows if person),
    )


def for_you(viewer: Person, *, kind: ThreadKind | None = None, after: str | None = None) -> Page[Thread]:
    """Threads about subjects or by people the viewer follows, and their own; latest activity first."""
    return _page(cards(viewer).where(_concerns(viewer)), kind, after)


def everything(viewer: Person, *, kind: ThreadKind | None = None, after: str | None = None) -> Page[Thread]:
    """All threads the viewer may read, latest activity first."""
    return _page(cards(viewer), kind, after)


def _page(statement: Select[Thread], kind: ThreadKind | None, after: str | None) -> Page[Thread]:
    if kind:
        statement = statement.where(Thread.kind == kind)
    keys = (Thread.active_at, Thread.id)
    return paginate(statement, keys, session=db.session(), after=after, limit=THREADS_PER_PAGE)


def _concerns(viewer: Person) -> ColumnElement[bool]:
    about = (
        select(thread_subject.c.thread_id)
        .join(Follow, Follow.subject_id == thread_subject.c.subject_id)
        .where(Follow.person_id == viewer.id, thread_subject.c.thread_id == Thread.id)
    )
    by = select(Follow.id).where(Follow.person_id == viewer.id, Follow.followed_id == Thread.author_id)
    return or_(Thread.author_id == viewer.id, about.exists(), by.exists())


@dataclass(frozen=True)
class Waiting:
    """A question that nobody answered yet."""

    url: str
    title: str
    language: str
    active_at: datetime
    author: str


def waiting(viewer: Person, limit: int = 3) -> list[Waiting]:
    """The latest questions of others that nobody answered yet."""
    shown = (Thread.id, Thread.title, Thread.language, Thread.active_at, Person.name)
    statement = visible(Thread, viewer).join(Thread.author).with_only_columns(*shown)
    unanswered = statement.where(
        Thread.kind == ThreadKind.QUESTION, Thread.replies == 0, Thread.author_id != viewer.id
    )
    rows = db.session.execute(unanswered.order_by(Thread.active_at.desc(), Thread.id.desc()).limit(limit))
    return [Waiting(f"/threads/{row.id}", row.title, row.language, row.active_at, row.name) for row in rows]


def is_following(viewer: Person, *, subject_id: int | None = None, person_id: int | None = None) -> bool:
    """Whether the viewer follows this subject, or this person."""
    target = Follow.subject_id == subject_id if subject_id else Follow.followed_id == person_id
    return db.session.scalar(select(Follow.id).where(and_(Follow.person_id == viewer.id, target))) is not None
