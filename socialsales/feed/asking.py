"""What is said, as pages ask for it: statements made once, as to put them together takes longer than to run them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Subquery, bindparam, func, select, union_all
from sqlalchemy.sql.selectable import CompoundSelect

from socialsales.community.access import READER, reads
from socialsales.community.people import Person
from socialsales.core.clock import UTCDateTime
from socialsales.feed import saying
from socialsales.feed.models import Follow
from socialsales.feed.saying import Branch
from socialsales.threads.models import Thread

MOST_OWN_THREADS = 500
FOLLOWED = bindparam("followed", type_=Integer)
"""What a column below is asked about."""

BEFORE = bindparam("before", type_=UTCDateTime())
LATEST = 1_000
_last = select(Thread.active_at).where(Thread.active_at <= BEFORE).order_by(Thread.active_at.desc())
LATELY = func.coalesce(_last.limit(1).offset(LATEST).scalar_subquery(), datetime.min.replace(tzinfo=UTC))
"""Since when something moved in so many threads before `BEFORE`; since ever, where there are fewer."""

OWN = Follow.person_id == READER


def asked_of(viewer: Person, followed: int, **named: Any) -> dict[str, Any]:
    """What a statement that holds such a column is run with."""
    return reads(viewer, followed=followed, **named)


@cache
def said_of_thread() -> ColumnElement[int]:
    """What counts of a thread for its reader; NULL where nothing is said."""
    return _least(saying.union(saying.of_threads(), _of_both))


@cache
def said_of_subject() -> ColumnElement[int]:
    """What counts of a deal, an account, a competitor or a stage itself."""
    return _least(saying.union(saying.of_subjects(), _of_both))


@cache
def said_of_person() -> ColumnElement[int]:
    """What the reader chose of a person."""
    return select(saying.said_of_person()).where(OWN, Follow.followed_id == FOLLOWED).scalar_subquery()


@cache
def said_of_space() -> ColumnElement[int]:
    """What the reader chose of a space."""
    return select(saying.said_of_space()).where(OWN, Follow.space_id == FOLLOWED).scalar_subquery()


@cache
def all_said_of_thread() -> CompoundSelect[int, int, int]:
    """All that is said of a thread for its reader, counting or not."""
    return saying.union(saying.of_threads(), _of_both)


@cache
def said_of_threads() -> Subquery:
    """For each thread of which something is said for the reader: `of_id`, and what counts as `says`."""
    return _least_of_each(_of_reader)


@cache
def lately_said() -> Subquery:
    """The same of the threads in which something moved since `LATELY`; of others perhaps less than all that is said."""
    return _least_of_each(_of_reader_lately)


def _least_of_each(narrow: saying.Narrow) -> Subquery:
    said = saying.union(saying.of_threads(), narrow).subquery()
    return select(said.c.of_id, func.min(said.c.says).label("says")).group_by(said.c.of_id).subquery()


@cache
def all_said() -> CompoundSelect[int]:
    """All that is said for the reader, each of what it is about itself: of the threads they wrote in, of the newest.

    One row is of the thread 0: what is said of a thread that they only begin now.
    """
    people = select(saying.said_of_person()).where(OWN, Follow.followed_id.is_not(None))
    spaces = select(saying.said_of_space()).where(OWN, Follow.space_id.is_not(None))
    others = (saying.of_thread(), *saying.of_subjects(), saying.writes())
    said = [branch.narrowed(*_of_reader(branch)).with_only_columns(branch.says) for branch in others]
    return union_all(people, spaces, *said, select(_newest(saying.wrote()).c.says))


def _newest(threads: Branch) -> Subquery:
    own = threads.narrowed(*_of_reader(threads), Thread.id == threads.of).group_by(threads.of)
    return own.order_by(Thread.active_at.desc(), Thread.id.desc()).limit(MOST_OWN_THREADS).subquery()


def _of_reader(branch: Branch) -> tuple[ColumnElement[bool], ...]:
    return (branch.person == READER,)


def _of_reader_lately(branch: Branch) -> tuple[ColumnElement[bool], ...]:
    return (branch.person == READER, *(() if branch.at is None else (branch.at >= LATELY,)))


def _of_both(branch: Branch) -> tuple[ColumnElement[bool], ...]:
    return (branch.of == FOLLOWED, branch.person == READER)


def _least(said: CompoundSelect[int, int, int]) -> ColumnElement[int]:
    return select(func.min(said.subquery().c.says)).scalar_subquery()
