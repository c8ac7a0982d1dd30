"""What a sign alone offers while somebody writes: the people and things at hand, before a letter is typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, select

from socialsales.community.access import READER, members_of, reads, visible
from socialsales.community.lines import SUBJECT, SubjectLine, subject_line
from socialsales.community.people import Person
from socialsales.community.subjects import Subject
from socialsales.core.db import db
from socialsales.threads.dealing import offered_to, people_on
from socialsales.threads.mentions.picking import CIRCLE, Picked, pick_people
from socialsales.threads.models import Mention, Post, Thread, thread_subject

LATEST = 50
"""Posts and threads that are looked at for what was named in them last."""
MOST_AT_HAND = 20

T = TypeVar("T")

_TALKING = (
    select(Post.author_id)
    .where(Post.thread_id == bindparam("thread"), Post.deleted_at.is_(None))
    .order_by(Post.position.desc())
    .limit(LATEST)
)
_OWN_POSTS = select(Post.id).where(Post.author_id == READER).order_by(Post.created_at.desc()).limit(LATEST)
_NAMED = (
    select(Mention.person_id)
    .where(Mention.post_id.in_(_OWN_POSTS), Mention.person_id.is_not(None))
    .order_by(Mention.id.desc())
)
_PEOPLE = select(Person.id, Person.name, Person.title).where(
    Person.id.in_(bindparam("ids", expanding=True)), Person.id != READER, Person.active
)
_PEOPLE_HERE = _PEOPLE.add_columns(Person.id.in_(members_of(CIRCLE)))
_ABOUT = select(thread_subject.c.subject_id).where(thread_subject.c.thread_id == bindparam("thread"))
_OWN_THREADS = (
    select(Thread.id).where(Thread.author_id == READER).order_by(Thread.active_at.desc()).limit(LATEST)
)
_USED = (
    select(thread_subject.c.subject_id)
    .where(thread_subject.c.thread_id.in_(_OWN_THREADS))
    .order_by(thread_subject.c.active_at.desc())
)
_SUBJECTS = (
    visible(Subject, READER)
    .with_only_columns(*SUBJECT)
    .where(Subject.id.in_(bindparam("ids", expanding=True)))
)


def people_at_hand(
    viewer: Person, thread: int | None, about: Sequence[int], circle: int | None, limit: int
) -> Sequence[Picked]:
    """Who talks in the thread, who works on the deals it is about, whom the writer named last; then anybody.

    Whoever reads it stands before those who cannot.
    """
    ids = [*_those(_TALKING, thread=thread), *people_on(viewer, about), *_those(_NAMED, **reads(viewer))]
    statement = _PEOPLE if circle is None else _PEOPLE_HERE
    rows = db.session.execute(statement, reads(viewer, ids=ids, circle=circle)).all()
    at_hand = _in_order(ids, {row.id: Picked(*row) for row in rows})[:MOST_AT_HAND]
    others = pick_people("", limit + len(at_hand) + 1, circle=circle)
    found = {one.id: one for one in (*at_hand, *others) if one.id != viewer.id}
    return sorted(found.values(), key=lambda one: not one.reads)[:limit]


def subjects_at_hand(
    viewer: Person, thread: int | None, about: Sequence[int], limit: int
) -> Sequence[SubjectLine]:
    """What the thread is about, what the writer's own threads were about last, and the deals they work on."""
    ids = [*about, *_those(_ABOUT, thread=thread), *_those(_USED, **reads(viewer))]
    rows = db.session.execute(_SUBJECTS, reads(viewer, ids=ids))
    found = _in_order(ids, {line.id: line for line in map(subject_line, rows)})
    return list({line.id: line for line in (*found, *offered_to(viewer))}.values())[:limit]


def _those(statement: Select[Any], **given: int | None) -> Sequence[int]:
    """The ids that a statement selects; none where there is no thread yet."""
    return [] if None in given.values() else db.session.scalars(statement, given).all()


def _in_order(ids: Iterable[int], found: dict[int, T]) -> list[T]:
    return [found[id] for id in dict.fromkeys(ids) if id in found]
