"""What waits to be read of what somebody follows, and of what turns to them: counted, and one after the other.

Of a thread they read in, what came after that is new, but for what they wrote themselves. Of any other it is what was told
since they last caught up with everything, a month at most: nobody is greeted with years.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    StatementLambdaElement,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from socialsales.community.access import READER, reads, visible
from socialsales.community.people import Person
from socialsales.core.clock import UTCDateTime, now
from socialsales.core.db import db, read_rows, ready
from socialsales.feed import asking, saying
from socialsales.feed.foryou import turned
from socialsales.feed.levels import UNSAID
from socialsales.threads.models import Post, Thread
from socialsales.threads.reading.models import CaughtUp, Progress
from socialsales.threads.reading.queries import LAST, READ

REACHES_BACK = timedelta(days=30)
LOOKED_AT = 300
"""So many of the threads that moved last are looked at."""
MOST = 100
"""More are not counted out."""

SINCE = bindparam("since", type_=UTCDateTime())
CAUGHT_UP = bindparam("caught_up", type_=UTCDateTime())


class Unread(NamedTuple):
    """A thread with something new for somebody, and how many posts that is."""

    thread_id: int
    posts: int


def unread(viewer: Person) -> list[Unread]:
    """The threads with something new for the viewer, what is most pressing first; no more than `MOST`."""
    rows = read_rows(_unread(), reads(viewer, **since(viewer)))
    return [Unread(row.id, row.posts) for row in rows if row.posts]


def next_unread(viewer: Person, other_than: int | None = None) -> Unread | None:
    """The first of them that is not the thread at hand."""
    return next((one for one in unread(viewer) if one.thread_id != other_than), None)


def since(viewer: Person) -> dict[str, datetime]:
    """What a statement of what is unread is run with."""
    earliest = now() - REACHES_BACK
    kept = db.session.scalar(select(CaughtUp.at).where(CaughtUp.person_id == viewer.id))
    return {"since": max(kept or earliest, earliest), "caught_up": kept or earliest}


@cache
def _unread() -> StatementLambdaElement:
    found = moved_on()
    shown = found.c
    followed = or_(saying.counts(shown.says), and_(shown.rank.is_not(None), ~saying.is_muted(shown.says)))
    # As *For you* has it: what turns to the reader, then what they watch, then what they track.
    order = (
        shown.rank.is_(None),
        shown.rank,
        saying.quiet_of(shown.says),
        shown.active_at.desc(),
        shown.id.desc(),
    )
    posts = _new_posts(found).label("posts")
    return ready(select(shown.id, posts).where(followed).order_by(*order).limit(MOST))


def moved_on(looked_at: int = LOOKED_AT) -> Subquery:
    """Of the latest threads those that moved on, and what is said of them: asked once of each, thanks to the limit."""
    latest = visible(Thread, READER).order_by(Thread.active_at.desc(), Thread.id.desc()).limit(looked_at)
    here, asked = latest.with_only_columns(Thread.id).subquery(), turned()
    read_in = and_(Progress.read_at >= CAUGHT_UP, READ.is_not(None))
    moved_on = case((read_in, Thread.posts_made - 1 > READ), else_=Thread.active_at > SINCE)
    found = (
        select(Thread.id, Thread.active_at, asked.c.rank)
        .join(here, here.c.id == Thread.id)
        .outerjoin(asked, asked.c.thread_id == Thread.id)
        .outerjoin(Progress, and_(Progress.thread_id == Thread.id, Progress.person_id == READER))
        .outerjoin(LAST, and_(LAST.id == Progress.post_id, LAST.thread_id == Thread.id))
        .where(moved_on)
    )
    says = func.coalesce(asking.said_of_each(), UNSAID.number).label("says")
    return found.add_columns(case((read_in, READ)).label("read"), says).limit(looked_at).subquery()


def _new_posts(threads: Subquery) -> ColumnElement[int]:
    """How many posts of others each of the threads has that its reader did not read."""
    post = aliased(Post)
    by_others = post.author_id.is_distinct_from(READER)
    return (
        select(func.count())
        .where(post.thread_id == threads.c.id, post.deleted_at.is_(None), by_others, is_new(post, threads))
        .correlate(threads)
        .scalar_subquery()
    )


def is_new(post: type[Post], threads: Subquery) -> ColumnElement[bool]:
    """Whether a post of one of the threads that moved on came after what their reader read of it."""
    read = threads.c.read
    return or_(post.position > read, and_(read.is_(None), post.created_at > SINCE))
