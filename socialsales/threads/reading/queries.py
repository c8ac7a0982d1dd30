"""How far somebody read a thread, and where in it they may want to go."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple, TypeVarTuple

from sqlalchemy import Select, and_, bindparam, case, func, select
from sqlalchemy.orm import aliased, joinedload

from socialsales.community.access import READER, reads, visible
from socialsales.community.people import Person
from socialsales.core.clock import UTCDateTime, in_utc
from socialsales.core.db import db
from socialsales.threads.models import Message, Post, Thread
from socialsales.threads.reading.models import CaughtUp, Progress
from socialsales.threads.unsigned.queries import not_by

Ts = TypeVarTuple("Ts")

REACHES_BACK = timedelta(days=30)
"""Of a thread that somebody never read in, what is older than this is no news."""


class HowFar(NamedTuple):
    """How many posts a thread has, the position of the last one that its reader read, and when that was.

    Position -1 is before the opening post: they kept all of it unread.
    """

    made: int
    read: int | None
    at: datetime | None

    @property
    def has_unread(self) -> bool:
        """Whether more was told since; of a thread never read before, nothing is new."""
        return self.read is not None and self.read < self.made - 1


# The last post that was read. One that went to another thread says nothing any more of how far this one was read.
LAST = aliased(Post)
READ = case((and_(Progress.id.is_not(None), Progress.post_id.is_(None)), -1), else_=LAST.position)
FAR = (Thread.posts_made, READ, Progress.read_at)


def with_progress(posts: Select[*Ts]) -> Select[*Ts]:
    """Posts beside how far their reader read their thread, so that they can be selected by it, and `FAR` beside them."""
    return (
        posts.join(Thread, Thread.id == Post.thread_id)
        .outerjoin(Progress, and_(Progress.thread_id == Post.thread_id, Progress.person_id == READER))
        .outerjoin(LAST, and_(LAST.id == Progress.post_id, LAST.thread_id == Post.thread_id))
    )


def progress_of(reader: Person, thread_id: int) -> Progress | None:
    """What is kept of how far they read it."""
    kept = select(Progress).where(Progress.person_id == reader.id, Progress.thread_id == thread_id)
    return db.session.scalars(kept.options(joinedload(Progress.post))).one_or_none()


def caught_up(reader: Person) -> CaughtUp | None:
    """When they last said that all there was counts as read."""
    return db.session.scalars(select(CaughtUp).where(CaughtUp.person_id == reader.id)).one_or_none()


def last_here(reader: Person) -> datetime | None:
    """When they last read, or wrote under their name, what was new; None where they never did."""
    read = select(func.max(Progress.read_at)).where(Progress.person_id == reader.id)
    caught_up = select(CaughtUp.at).where(CaughtUp.person_id == reader.id)
    wrote = select(func.max(Post.created_at)).where(Post.author_id == reader.id)
    asked = select(read.scalar_subquery(), caught_up.scalar_subquery(), wrote.scalar_subquery())
    found = db.session.execute(asked).one()
    return max((moment for moment in found if moment), default=None)


def before(post: Post, reader: Person) -> Post | None:
    """The post before this one in its thread; None before the opening one."""
    here = Post.thread_id == post.thread_id, Post.position < post.position
    earlier = visible(Post, reader).where(*here)
    return db.session.scalars(earlier.order_by(Post.position.desc()).limit(1)).one_or_none()


class _Spot(NamedTuple):
    id: int
    thread_id: int
    position: int


class Spot(Message, _Spot):
    """Where a post stands."""

    __slots__ = ()


SPOTS: Select[*tuple[Any, ...]] = (
    visible(Post, READER)
    .where(Post.thread_id == bindparam("thread"))
    .with_only_columns(Post.id, Post.thread_id, Post.position)
)
END = SPOTS.order_by(Post.position.desc()).limit(1)
UNREAD = (
    with_progress(SPOTS)
    .where(Post.position > func.coalesce(READ, -1), not_by(READER))
    .order_by(Post.position)
    .limit(1)
)
SINCE = (
    SPOTS.where(Post.created_at >= bindparam("since", type_=UTCDateTime())).order_by(Post.position).limit(1)
)


def first_unread(reader: Person, thread_id: int) -> Spot:
    """The first post of others that they did not read yet; the last of all where they read everything."""
    return _spot(UNREAD, reader, thread=thread_id) or end(reader, thread_id)


def first_of_day(reader: Person, thread_id: int, day: date, zone: tzinfo) -> Spot:
    """The first post of a day, as that zone has it, or of a later one; the last of all where nothing was told since."""
    since = in_utc(datetime.combine(day, time.min, zone))
    return _spot(SINCE, reader, thread=thread_id, since=since) or end(reader, thread_id)


def end(reader: Person, thread_id: int) -> Spot:
    """The last post of a thread that was found through `visible`."""
    found = _spot(END, reader, thread=thread_id)
    assert found is not None  # noqa: S101 - a thread is opened by a post
    return found


def _spot(spots: Select[*tuple[Any, ...]], reader: Person, **named: Any) -> Spot | None:
    row = db.session.execute(spots, reads(reader, **named)).one_or_none()
    return Spot._make(row) if row else None
