"""What was done with a thread, as its page shows it to somebody: what they may not read is not named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam
from sqlalchemy.orm import aliased

from socialsales.community.access import READER, readable_spaces, reads, visible
from socialsales.community.lines import SPACE, SpaceLine, space_line
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.core.db import read_rows
from socialsales.threads.models import Post, Thread
from socialsales.threads.traces.models import Trace, TraceKind

MOST = 20


class Named(NamedTuple):
    """A thread, or the post that opened one: where it is, and how it is called in its own language."""

    id: int
    place: str
    title: str
    language: str

    @property
    def url(self) -> str:
        """Its address."""
        return f"/{self.place}/{self.id}"


class TraceLine(NamedTuple):
    """One thing that was done; `other` is the thread or the post that belongs to it, `space` where it came from."""

    what: TraceKind
    at: datetime
    was: str
    became: str
    posts: int
    by: str | None
    other: Named | None
    space: SpaceLine | None


class Outdated(NamedTuple):
    """Since when a thread no longer holds, why, and what took its place, as far as that may be read."""

    since: datetime
    reason: str
    successor: Named | None


class Past(NamedTuple):
    """What became of a thread: what was done with it, the latest first, and whether it still holds."""

    traces: Sequence[TraceLine] = ()
    outdated: Outdated | None = None


def _statement() -> Select[*tuple[Any, ...]]:
    successor, other, opened, theirs = (
        aliased(Thread),
        aliased(Thread),
        aliased(Post),
        readable_spaces(READER),
    )
    next_one = and_(
        successor.id == Thread.successor_id, successor.deleted_at.is_(None), successor.space_id.in_(theirs)
    )
    read = and_(other.id == Trace.other_id, other.deleted_at.is_(None), other.space_id.in_(theirs))
    merged = and_(opened.id == Trace.post_id, opened.deleted_at.is_(None), opened.space_id.in_(theirs))
    shown = (
        Thread.outdated_at, Thread.outdated_because, successor.id, successor.title, successor.language,
        other.id, other.title, other.language, opened.id, opened.heading, opened.language,
        Trace.what, Trace.at, Trace.was, Trace.became, Trace.posts, Person.name, *SPACE,
    )  # fmt: skip
    return (
        visible(Thread, READER)
        .where(Thread.id == bindparam("thread"))
        .outerjoin(successor, next_one)
        .join(Trace, Trace.thread_id == Thread.id)
        .outerjoin(Person, Person.id == Trace.by_id)
        .outerjoin(other, read)
        .outerjoin(opened, merged)
        .outerjoin(Space, and_(Space.id == Trace.space_id, Space.id.in_(theirs)))
        .with_only_columns(*shown)
        .order_by(Trace.id.desc())
        .limit(MOST)
    )


PAST = _statement()


def past_of(thread_id: int, viewer: Person) -> Past:
    """What became of a thread, for somebody: one statement, as a thread that is outdated has a trace of that."""
    rows = read_rows(PAST, reads(viewer, thread=thread_id))
    return Past([_line(row) for row in rows], _outdated(rows[0])) if rows else Past()


def _outdated(row: Any) -> Outdated | None:
    return Outdated(row[0], row[1], _named("threads", *row[2:5])) if row[0] else None


def _line(row: Any) -> TraceLine:
    other = _named("threads", *row[5:8]) or _named("posts", *row[8:11])
    space = space_line(row[17:]) if row[17] else None
    return TraceLine._make((*row[11:17], other, space))


def _named(place: str, id: int | None, title: str | None, language: str | None) -> Named | None:
    return Named(id, place, title or "", language or "") if id and (title or place == "threads") else None
