"""What is said, as pages ask for it: statements made once, as to put them together takes longer than to run them."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    StatementLambdaElement,
    Subquery,
    bindparam,
    func,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import CompoundSelect

from socialsales.community.access import READER, reads
from socialsales.community.people import Person
from socialsales.core.db import ready
from socialsales.feed import saying
from socialsales.feed.models import Follow
from socialsales.feed.saying import Branch
from socialsales.threads.models import Thread, thread_subject

MOST_OWN_THREADS = 500
FOLLOWED = bindparam("followed", type_=Integer)
"""What a column below is asked about."""

LEAST_MUCH, MUCH = 300, 50
"""Whoever is told something of more than so many threads, and more than one of so many, follows much."""

OWN = Follow.person_id == READER


def asked_of(viewer: Person, followed: int, **named: Any) -> dict[str, Any]:
    """What a statement that holds such a column is run with."""
    return reads(viewer, followed=followed, **named)


@cache
def said_of_thread() -> ColumnElement[int]:
    """What counts of the thread `followed` for its reader; NULL where nothing is said."""
    return _most_particular(FOLLOWED)


@cache
def said_of_subject() -> ColumnElement[int]:
    """What counts of a deal, an account, a competitor, a stage or a tag itself."""
    return _least(saying.union(saying.of_subjects(), _to_reader(FOLLOWED)))


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
    return saying.union(saying.of_threads(), _to_reader(FOLLOWED))


@cache
def said_of_threads() -> Subquery:
    """For each thread of which something is said for the reader: `of_id`, and what counts as `says`."""
    said = saying.union(saying.of_threads(), _of_reader).subquery()
    return select(said.c.of_id, func.min(said.c.says).label("says")).group_by(said.c.of_id).subquery()


@cache
def said_of_each() -> ColumnElement[int]:
    """What counts of each `Thread` of a statement for the reader; NULL where nothing is said."""
    return _most_particular(Thread.id)


def _most_particular(thread: Any) -> ColumnElement[int]:
    """What stands at the first place where anything is said: nothing is looked for at the others.

    Of what a thread is about, each is asked by itself, so that it costs the same however much somebody follows.
    """
    link, to_reader = thread_subject.c, _to_reader(thread)
    chosen, *stakes = saying.of_subjects()
    of_link = _to_reader(link.subject_id)
    about = func.coalesce(_first(chosen, of_link), _least(saying.union(stakes, of_link)))
    by_subject = select(func.min(about)).where(link.thread_id == thread).correlate(Thread).scalar_subquery()
    itself, *wider = saying.of_thread_alone()
    return func.coalesce(
        *(_first(branch, to_reader) for branch in itself),
        by_subject,
        *(_first(branch, to_reader) for branches in wider for branch in branches),
    )


def _first(branch: Branch, narrow: saying.Narrow) -> ColumnElement[int]:
    return branch.narrowed(*narrow(branch)).with_only_columns(branch.says).limit(1).scalar_subquery()


@cache
def follows_much() -> StatementLambdaElement:
    """Whether so much puts threads into the reader's *For you* that one does not look at all of them to find the latest."""
    limit = select(func.coalesce(func.max(Thread.id), 0) // MUCH + LEAST_MUCH).scalar_subquery()
    said = (
        one.narrowed(*_counting(one)).with_only_columns(one.of.label("of_id")) for one in saying.of_threads()
    )
    found = union_all(*said).limit(limit + 1).subquery()
    return ready(select(select(func.count()).select_from(found).scalar_subquery() > limit))


@cache
def all_said(own_threads: int = MOST_OWN_THREADS) -> CompoundSelect[int]:
    """All that is said for the reader, each of what it is about itself: of the threads they wrote in, of so many newest.

    One row is of the thread 0: what is said of a thread that they only begin now.
    """
    people = select(saying.said_of_person()).where(OWN, Follow.followed_id.is_not(None))
    spaces = select(saying.said_of_space()).where(OWN, Follow.space_id.is_not(None))
    others = (saying.of_thread(), *saying.of_subjects(), saying.writes())
    said = [branch.narrowed(*_of_reader(branch)).with_only_columns(branch.says) for branch in others]
    return union_all(people, spaces, *said, select(_newest(saying.wrote(), own_threads).c.says))


def _newest(threads: Branch, most: int) -> Subquery:
    own = threads.narrowed(*_of_reader(threads), Thread.id == threads.of).group_by(threads.of)
    return own.order_by(Thread.active_at.desc(), Thread.id.desc()).limit(most).subquery()


def _of_reader(branch: Branch) -> tuple[ColumnElement[bool], ...]:
    return (branch.person == READER,)


def _counting(branch: Branch) -> tuple[ColumnElement[bool], ...]:
    return (branch.person == READER, *(() if branch.level is None else (saying.is_counting(branch.level),)))


def _to_reader(of: ColumnElement[int]) -> saying.Narrow:
    return lambda branch: (branch.of == of, branch.person == READER)


def _least(said: CompoundSelect[int, int, int]) -> ColumnElement[int]:
    return select(func.min(said.subquery().c.says)).scalar_subquery()
