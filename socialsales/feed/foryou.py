"""*For you*: what turns to me on top, then what I watch and what I track, a page at a time from the latest on."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    StatementLambdaElement,
    Subquery,
    and_,
    case,
    func,
    or_,
    select,
    union,
)
from sqlalchemy.orm import aliased

from socialsales.community.access import READER, reads, visible
from socialsales.community.people import Person
from socialsales.core.db import db, read_rows, ready
from socialsales.core.paging import Page, Pages
from socialsales.feed import asking, saying
from socialsales.feed.levels import Level, Said
from socialsales.feed.queries import of_kind
from socialsales.threads.lines import ThreadLine, thread_lines
from socialsales.threads.models import Mention, Post, Thread, ThreadKind
from socialsales.threads.queries import THREADS_PER_PAGE, newest, threads
from socialsales.threads.reading.models import CaughtUp, Progress
from socialsales.threads.reading.queries import LAST
from socialsales.threads.unsigned.queries import not_by

MOST_TURNING = 10
MOST_NAMED = 50
"""So many of the latest posts that name somebody are looked at."""


class Rank(IntEnum):
    """Why a thread is in *For you*, what is most pressing first."""

    ASKS = 0
    NAMES = 1
    WATCHING = 2
    TRACKING = 3


class Told(NamedTuple):
    """A thread of *For you*, what counts of it, and how pressing it is."""

    thread: ThreadLine
    said: Said
    rank: Rank


def for_you(viewer: Person, *, kind: ThreadKind | None = None, after: str | None = None) -> Page[Told]:
    """What the viewer tracks or watches, a page at a time from the latest on; on each, what they watch comes first.

    The first page begins with what turns to the viewer, which stands nowhere else: questions that ask them and wait for an
    answer, and threads in which they were named since they read them. What they muted never does.
    """
    turning = read_rows(_turning(kind), reads(viewer))
    listing = _walked(kind) if follows_much(viewer) else _gathered(kind)
    page = listing.page(db.session(), after, **reads(viewer))
    ids = {row[0] for row in turning}
    followed = [(*row, _rank(row[-1])) for row in page.rows if row[0] not in ids]
    return Page(_told([*(() if after else turning), *sorted(followed, key=lambda row: row[-1])]), page.next)


def _told(rows: Sequence[Sequence[Any]]) -> list[Told]:
    lines = thread_lines([row[:-2] for row in rows])
    return [Told(line, Said.read(row[-2]), Rank(row[-1])) for line, row in zip(lines, rows, strict=True)]


def _rank(says: int) -> Rank:
    return Rank.WATCHING if Said.read(says).level is Level.WATCHING else Rank.TRACKING


def follows_much(viewer: Person) -> bool:
    """Whether so much is said for the viewer that the latest threads are found sooner among all than among theirs."""
    return bool(read_rows(asking.follows_much(), reads(viewer))[0][0])


@cache
def _gathered(kind: ThreadKind | None) -> Pages:
    """All that counts for the reader, put in order. The index of kinds would lead through all threads, so it is kept out."""
    said = asking.said_of_threads()

    def own(rows: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        counting = rows.join(said, said.c.of_id == Thread.id).where(saying.counts(said.c.says))
        return counting.where(func.coalesce(Thread.kind, "") == kind) if kind else counting

    # To put whole rows in order, the database would make them of all that counts.
    ids = own(visible(Thread, READER)).with_only_columns(Thread.id, said.c.says)
    ordered = ids.order_by(Thread.active_at.desc(), Thread.id.desc()).limit(THREADS_PER_PAGE + 1).subquery()
    first = threads(READER).join(ordered, ordered.c.id == Thread.id).add_columns(ordered.c.says)
    return newest(own(threads(READER)).add_columns(said.c.says)).kept(first)


@cache
def _walked(kind: ThreadKind | None) -> Pages:
    """The same, found by going through the threads in their order until the page is full."""
    says = asking.said_of_each()
    return newest(of_kind(kind).where(saying.counts(says)).add_columns(says.label("says"))).kept()


def turns_to(viewer: Person, thread_id: int) -> Rank | None:
    """Whether a thread that was found through `visible` turns to the viewer, muted or not, and how."""
    row = next(iter(read_rows(_turns(), asking.asked_of(viewer, thread_id))), None)
    return Rank(row.rank) if row else None


@cache
def _turns() -> StatementLambdaElement:
    asked = turned()
    return ready(select(asked.c.rank).where(asked.c.thread_id == asking.FOLLOWED))


@cache
def _turning(kind: ThreadKind | None) -> StatementLambdaElement:
    asked, says = turned(), asking.said_of_each()
    found = (
        of_kind(kind)
        .join(asked, asked.c.thread_id == Thread.id)
        .where(~saying.is_muted(func.coalesce(says, 0)))
    )
    found = found.add_columns(says.label("says"), asked.c.rank)
    return ready(found.order_by(asked.c.rank, Thread.active_at.desc(), Thread.id.desc()).limit(MOST_TURNING))


def turned() -> Subquery:
    """The threads that turn to the reader, by the latest posts that name them or their team, and how."""
    named, about = _named(), aliased(Thread)
    asks = and_(
        Post.position == 0,
        about.kind == ThreadKind.QUESTION,
        about.answers == 0,
        about.outdated_at.is_(None),
        ~_wrote_in(about),
    )
    rows = (
        select(Post.thread_id, func.min(case((asks, Rank.ASKS.value), else_=Rank.NAMES.value)).label("rank"))
        .join(named, named.c.post_id == Post.id)
        .join(about, about.id == Post.thread_id)
        .outerjoin(Progress, and_(Progress.thread_id == Post.thread_id, Progress.person_id == READER))
        .outerjoin(LAST, and_(LAST.id == Progress.post_id, LAST.thread_id == Post.thread_id))
        .outerjoin(CaughtUp, CaughtUp.person_id == READER)
    )
    return (
        rows.where(Post.deleted_at.is_(None), not_by(READER), or_(asks, _is_unread()))
        .group_by(Post.thread_id)
        .subquery()
    )


def _is_unread() -> ColumnElement[bool]:
    """Whether its reader neither read a post nor caught up with everything since, unless they kept it unread after that."""
    read_on = or_(CaughtUp.at.is_(None), Progress.read_at >= CaughtUp.at)
    since = case((read_on, Progress.since), else_=CaughtUp.at)
    return and_(
        or_(LAST.position.is_(None), LAST.position < Post.position),
        or_(since.is_(None), since < Post.created_at),
    )


def _wrote_in(thread: type[Thread]) -> ColumnElement[bool]:
    own = Post.__table__.alias()
    return (
        select(own.c.id)
        .where(own.c.thread_id == thread.id, own.c.author_id == READER, own.c.deleted_at.is_(None))
        .exists()
    )


def _named() -> Subquery:
    team = select(Person.team_id).where(Person.id == READER).scalar_subquery()
    halves = [_latest(Mention.person_id == READER), _latest(Mention.team_id == team)]
    return union(*(select(half.c.post_id) for half in halves)).subquery()


def _latest(naming: ColumnElement[bool]) -> Subquery:
    return select(Mention.post_id).where(naming).order_by(Mention.id.desc()).limit(MOST_NAMED).subquery()
