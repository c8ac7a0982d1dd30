"""Home: what moved in what I follow, and everything else that moved; and at which level I follow something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, and_, select

from socialsales.community.access import READER, reads, visible
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.community.subjects import Subject
from socialsales.core.clock import now
from socialsales.core.db import db, once
from socialsales.core.paging import Cursor, Listing, Page
from socialsales.feed import asking, saying
from socialsales.feed.choices import Followed
from socialsales.feed.levels import MOST_IDS, UNSAID, Reach, Said
from socialsales.threads.lines import ThreadLine, thread_lines
from socialsales.threads.models import Thread, ThreadKind
from socialsales.threads.queries import listed, newest, threads

KEYS = {Reach.THREAD: "thread", Reach.PERSON: "person", Reach.SPACE: "space"}
WROTE = "wrote"
WIDE = (Reach.COMPETITOR, Reach.STAGE, Reach.SPACE)


class Told(NamedTuple):
    """A thread of *For you*, and what brings it there."""

    thread: ThreadLine
    said: Said


def for_you(viewer: Person, *, kind: ThreadKind | None = None, after: str | None = None) -> Page[Told]:
    """The threads that the viewer tracks or watches, latest activity first, each with what counts of it."""
    page = _latest_for_you(viewer, kind, after) if _follows_much(viewer) else None
    if page is None or page.next is None:
        page = _for_you(kind).page(db.session(), after, **reads(viewer))
    lines = thread_lines([row[:-1] for row in page.rows])
    return Page(
        [Told(line, Said.read(row[-1])) for line, row in zip(lines, page.rows, strict=True)], page.next
    )


def _follows_much(viewer: Person) -> bool:
    """Whether the viewer may follow so many threads that one does not look at all of them to find the latest."""
    return any(said.reach in WIDE and said.level.counts for said in all_said(viewer))


def _latest_for_you(viewer: Person, kind: ThreadKind | None, after: str | None) -> Page[Any]:
    """The page, if it is among the latest threads of all; else a part of it, without a next one."""
    before = Cursor.decode(after).values[0] if after else now()
    return _lately_for_you(kind).page(db.session(), after, **reads(viewer, before=before))


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
def _unanswered(kind: ThreadKind | None) -> Listing:
    return newest(_of_kind(kind).where(_waits()))


def _waits() -> ColumnElement[bool]:
    return and_(Thread.kind == ThreadKind.QUESTION, Thread.replies == 0)


@cache
def _everything(kind: ThreadKind | None) -> Listing:
    return newest(_of_kind(kind))


def _of_kind(kind: ThreadKind | None) -> Select[*tuple[Any, ...]]:
    return threads(READER).where(Thread.kind == kind) if kind else threads(READER)


@cache
def _for_you(kind: ThreadKind | None) -> Listing:
    return newest(_counting(kind, asking.said_of_threads()))


@cache
def _lately_for_you(kind: ThreadKind | None) -> Listing:
    return newest(_counting(kind, asking.lately_said()).where(Thread.active_at >= asking.LATELY))


def _counting(kind: ThreadKind | None, said: Subquery) -> Select[*tuple[Any, ...]]:
    told = _of_kind(kind).join(said, said.c.of_id == Thread.id)
    return told.where(saying.counts(said.c.says)).add_columns(said.c.says)


def all_said(viewer: Person) -> Sequence[Said]:
    """What a person chose, and what their stakes say, each of what it is about itself; asked once a page."""
    return once(("said", viewer.id), lambda: _read_all_said(viewer))


def _read_all_said(viewer: Person) -> Sequence[Said]:
    return [Said.read(number) for number in db.session.scalars(asking.all_said(), reads(viewer))]


def weights(viewer: Person) -> dict[str, int]:
    """The same for a live page, which sorts out what it hears: under the word of each thing, how much it weighs.

    Of a card's words the smallest weight counts; its tens say how loud. `wrote` stands for a new thread of the reader's own.
    """
    found = sorted(all_said(viewer), key=lambda said: said.number, reverse=True)
    return {_word(said): said.number // MOST_IDS for said in found}


def _word(said: Said) -> str:
    return f"{KEYS.get(said.reach, 'subject')}:{said.of}" if said.of else WROTE


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
    rows = db.session.execute(_waiting(limit), reads(viewer))
    return [Waiting(f"/threads/{row.id}", row.title, row.language, row.active_at, row.name) for row in rows]


@cache
def _waiting(limit: int) -> Select[*tuple[Any, ...]]:
    shown = (Thread.id, Thread.title, Thread.language, Thread.active_at, Person.name)
    unanswered = visible(Thread, READER).where(_waits(), Thread.author_id != READER)
    newest_first = unanswered.order_by(Thread.active_at.desc(), Thread.id.desc())
    return newest_first.join(Thread.author).with_only_columns(*shown).limit(limit)


def said_of_thread(viewer: Person, thread_id: int) -> list[Said]:
    """All that is said of a thread for the viewer, what counts first; at least that nothing is."""
    rows = db.session.execute(asking.all_said_of_thread(), asking.asked_of(viewer, thread_id))
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
