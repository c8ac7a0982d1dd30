"""What waits to be read of what somebody follows, and of what turns to them: counted, and one after the other.

Of a thread they read in, what came after that is new, but for what they wrote themselves. Of any other it is what was told
since they last caught up with everything, a month at most: nobody is greeted with years.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    StatementLambdaElement,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union,
)

from socialsales.community.access import READER, reads, visible
from socialsales.community.people import Person
from socialsales.core.clock import UTCDateTime, now
from socialsales.core.db import db, read_rows, ready
from socialsales.feed import asking, saying
from socialsales.feed.foryou import follows_much, turned
from socialsales.feed.levels import UNSAID
from socialsales.threads.models import Post, Thread
from socialsales.threads.reading.models import CaughtUp, Progress
from socialsales.threads.reading.queries import LAST, REACHES_BACK, READ
from socialsales.threads.unsigned.queries import not_by

OWN, OF_ALL = 300, 1_000
"""So many threads are looked at, those that moved last: of what somebody follows; of all, where they follow much."""
MOST = 100
"""More are not counted out."""

SINCE = bindparam("since", type_=UTCDateTime())
CAUGHT_UP = bindparam("caught_up", type_=UTCDateTime())
BEGINNING = datetime.min.replace(tzinfo=UTC)
LONG_AGO = literal(BEGINNING, UTCDateTime())


class Unread(NamedTuple):
    """A thread with something new for somebody, and how many posts that is."""

    thread_id: int
    posts: int


def unread(viewer: Person) -> list[Unread]:
    """The threads with something new for the viewer, what is most pressing first; no more than `MOST`."""
    rows = read_rows(_unread(follows_much(viewer)), reads(viewer, **since(viewer)))
    return [Unread(row.id, row.posts) for row in rows]


def next_unread(viewer: Person, after: int | None = None) -> Unread | None:
    """The one that follows the thread at hand, after the last the first again: what one passes over keeps none from the rest."""
    found = unread(viewer)
    place = next((n for n, one in enumerate(found) if one.thread_id == after), -1)
    return next(iter((*found[place + 1 :], *found[: max(place, 0)])), None)


def since(viewer: Person) -> dict[str, datetime]:
    """What a statement of what is unread is run with."""
    earliest = now() - REACHES_BACK
    kept = db.session.scalar(select(CaughtUp.at).where(CaughtUp.person_id == viewer.id))
    return {"since": max(kept or earliest, earliest), "caught_up": kept or BEGINNING}


@cache
def _unread(much: bool) -> StatementLambdaElement:  # noqa: FBT001 - whom it is for
    latest = _latest_of_all(OF_ALL) if much else _latest_own()
    found = _moved_on(union(_turning(), latest), OWN + OF_ALL)
    shown, new = found.c, _new_posts(found)
    followed = or_(saying.counts(shown.says), and_(shown.rank.is_not(None), ~saying.is_muted(shown.says)))
    # As *For you* has it: what turns to the reader, then what they watch, then what they track.
    order = (
        shown.rank.is_(None),
        shown.rank,
        saying.quiet_of(shown.says),
        shown.active_at.desc(),
        shown.id.desc(),
    )
    posts = select(func.count()).select_from(new.limit(MOST).subquery()).scalar_subquery().label("posts")
    return ready(select(shown.id, posts).where(followed, new.exists()).order_by(*order).limit(MOST))


def moved_on(looked_at: int) -> Subquery:
    """Of the latest threads those that moved on since their reader read them, and what is said of each for them."""
    return _moved_on(_latest_of_all(looked_at), looked_at)


def _latest_of_all(looked_at: int) -> Select[int]:
    return _latest(visible(Thread, READER), looked_at)


def _latest_own() -> Select[int]:
    """Of what counts for the reader, that is; others write in so many threads that theirs would not be among the latest."""
    said = asking.said_of_threads()
    own = visible(Thread, READER).join(said, said.c.of_id == Thread.id)
    return _latest(own.where(saying.counts(said.c.says)), OWN)


def _latest(rows: Select[Thread], looked_at: int) -> Select[int]:
    newest_first = rows.order_by(Thread.active_at.desc(), Thread.id.desc()).limit(looked_at)
    return select(newest_first.with_only_columns(Thread.id).subquery().c.id)


def _turning() -> Select[int]:
    """Those that turn to the reader, however long ago."""
    asked = turned()
    return visible(Thread, READER).join(asked, asked.c.thread_id == Thread.id).with_only_columns(Thread.id)


def _moved_on(ids: Select[int] | CompoundSelect[int], most: int) -> Subquery:
    """What is said of a thread is asked once of each, thanks to the limit."""
    here, asked = ids.subquery(), turned()
    read_in = and_(Progress.read_at >= CAUGHT_UP, READ.is_not(None))
    read = case((read_in, READ), else_=-1)
    since = case((read_in, func.coalesce(Progress.since, LONG_AGO)), else_=SINCE)
    found = (
        select(Thread.id, Thread.active_at, asked.c.rank)
        .join(here, here.c.id == Thread.id)
        .outerjoin(asked, asked.c.thread_id == Thread.id)
        .outerjoin(Progress, and_(Progress.thread_id == Thread.id, Progress.person_id == READER))
        .outerjoin(LAST, and_(LAST.id == Progress.post_id, LAST.thread_id == Thread.id))
        .where(Thread.active_at > since, Thread.posts_made - 1 > read)
    )
    says = func.coalesce(asking.said_of_each(), UNSAID.number).label("says")
    return found.add_columns(read.label("read"), since.label("since"), says).limit(most).subquery()


def _new_posts(threads: Subquery) -> Select[int]:
    """Those of each of the threads that its reader neither wrote nor read."""
    here = Post.thread_id == threads.c.id, Post.deleted_at.is_(None), is_new(threads)
    return select(Post.id).where(*here, not_by(READER)).correlate(threads)


def is_new(threads: Subquery) -> ColumnElement[bool]:
    """Whether a post of one of the threads that moved on came after what their reader read of it."""
    return and_(Post.position > threads.c.read, Post.created_at > threads.c.since)
