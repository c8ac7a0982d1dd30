"""Home: what moved in what I follow, and everything else that moved; and at which level I follow something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select

from socialsales.community.access import READER, reads, visible
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.community.subjects import Subject
from socialsales.core.db import db, read_rows
from socialsales.core.paging import Page, Pages
from socialsales.feed import asking
from socialsales.feed.choices import Followed
from socialsales.feed.levels import MOST_IDS, UNSAID, Reach, Said
from socialsales.threads.lines import ThreadLine
from socialsales.threads.models import Thread, ThreadKind
from socialsales.threads.queries import listed, newest, threads

KEYS = {Reach.THREAD: "thread", Reach.PERSON: "person", Reach.SPACE: "space"}
WROTE = "wrote"


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
    return newest(of_kind(kind).where(_waits())).kept()


def _waits() -> ColumnElement[bool]:
    return and_(Thread.kind == ThreadKind.QUESTION, Thread.replies == 0, Thread.outdated_at.is_(None))


@cache
def _everything(kind: ThreadKind | None) -> Pages:
    return newest(of_kind(kind)).kept()


def of_kind(kind: ThreadKind | None) -> Select[*tuple[Any, ...]]:
    """The threads that the reader may read, or those of one kind."""
    return threads(READER).where(Thread.kind == kind) if kind else threads(READER)


def weights(viewer: Person) -> dict[str, int]:
    """What is said for a person, for a live page that sorts out what it hears: under each word, how much it weighs.

    Of a card's words the smallest weight counts; its tens say how loud. `wrote` stands for a new thread of the reader's own.
    """
    said = [Said.read(says) for (says,) in read_rows(asking.all_said(), reads(viewer))]
    found = sorted(said, key=lambda one: one.number, reverse=True)
    return {_word(one): one.number // MOST_IDS for one in found}


def _word(said: Said) -> str:
    return f"{KEYS.get(said.reach, 'subject')}:{said.of}" if said.of else WROTE


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


def said_of_thread(viewer: Person, thread_id: int) -> Sequence[Said]:
    """All that is said of a thread for the viewer, what counts first; at least that nothing is."""
    rows = read_rows(asking.all_said_of_thread(), asking.asked_of(viewer, thread_id))
    return sorted({Said.read(row.says) for row in rows}, key=lambda one: one.number) or [UNSAID]


def said_of(viewer: Person, followed: Followed) -> Said:
    """What counts of a thread for the viewer, or of a subject, person or space itself."""
    model = next(model for model in (Thread, Subject, Person, Space) if isinstance(followed, model))
    return Said.read(db.session.scalar(_said_of(model), asking.asked_of(viewer, followed.id)))


@cache
def _said_of(model: type[Followed]) -> Select[int]:
    columns = {Thread: asking.said_of_thread, Subject: asking.said_of_subject, Person: asking.said_of_person,
               Space: asking.said_of_space}  # fmt: skip
    return select(columns[model]())
