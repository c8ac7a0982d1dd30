"""The few questions that are asked of whose an unsigned post is: whether it is one's own, and who is to be told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, or_, select

from socialsales.community.access import Viewer, is_read
from socialsales.community.events import Event
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.paging import Page
from socialsales.threads.lines import ThreadLine
from socialsales.threads.models import Post, Thread
from socialsales.threads.queries import listed, newest, threads
from socialsales.threads.unsigned.models import Unsigned


class Written(Protocol):
    """A post or a thread, whichever way its row was read."""

    @property
    def id(self) -> int: ...
    @property
    def author_id(self) -> int | None: ...


class Kept(NamedTuple):
    """That somebody told something unsigned; `until` is when it is signed by itself, None for never."""

    until: datetime | None


def wrote(person: Person, post: Written) -> bool:
    """Whether a post is somebody's own, signed or not."""
    return post.author_id == person.id or (post.author_id is None and _keeps(person, Post.id == post.id))


def began(person: Person, thread: Written) -> bool:
    """Whether a thread is somebody's own, signed or not."""
    opening = Post.thread_id == thread.id, Post.position == 0
    return thread.author_id == person.id or (thread.author_id is None and _keeps(person, *opening))


def signature(person: Person, thread: Written) -> Person | None:
    """Under whose name somebody replies in a thread: under none, where they tell something unsigned in it."""
    return None if _keeps(person, Post.thread_id == thread.id) else person


def known_as(person: Person, thread: Written) -> Person | None:
    """Under whose name somebody does something with a thread: under none, where they began it unsigned."""
    return None if thread.author_id is None and began(person, thread) else person


def _keeps(person: Person, *which: ColumnElement[bool]) -> bool:
    return db.session.scalar(_kept_by(person).where(*which).limit(1)) is not None


def _kept_by(person: Viewer) -> Select[int]:
    return (
        select(Unsigned.post_id)
        .join(Post, Post.id == Unsigned.post_id)
        .where(Unsigned.person_id == _id(person))
    )


def _id(person: Viewer) -> Any:
    return person.id if isinstance(person, Person) else person


def by(person: Person) -> ColumnElement[bool]:
    """Which posts are somebody's own, signed or not."""
    return or_(Post.author_id == person.id, Post.id.in_(_kept_by(person)))


def not_by(person: Viewer) -> ColumnElement[bool]:
    """Which posts are not."""
    return and_(Post.author_id.is_distinct_from(_id(person)), Post.id.not_in(_kept_by(person)))


def holds_unsigned(thread: Thread) -> bool:
    """Whether anything in a thread stands unsigned."""
    posts = select(Post.id).where(Post.thread_id == thread.id, Post.author_id.is_(None))
    return db.session.scalar(posts.limit(1)) is not None


def sent_unsigned(author: Person, word: str) -> Select[int]:
    """The id of what somebody sent unsigned under a word."""
    return _kept_by(author).where(Unsigned.sent_as == word)


def author_of(post: Post) -> Person:
    """Who is to be told of what happens to a post, and nobody else."""
    if post.author is not None:
        return post.author
    kept = select(Person).join(Unsigned, Unsigned.person_id == Person.id).where(Unsigned.post_id == post.id)
    return db.session.scalars(kept).one()


def unsigned_in(person: Person, thread_id: int) -> Kept | None:
    """What somebody told unsigned in a thread, None where nothing is theirs."""
    rows = select(Unsigned.until).join(Post, Post.id == Unsigned.post_id).order_by(Post.position)
    row = db.session.execute(
        rows.where(Unsigned.person_id == person.id, Post.thread_id == thread_id).limit(1)
    ).one_or_none()
    return Kept(row.until) if row else None


def told_unsigned(viewer: Person, *, after: str | None = None) -> Page[ThreadLine]:
    """What the viewer told unsigned and has not signed, latest activity first."""
    told_in = select(Post.thread_id).where(Post.id.in_(_kept_by(viewer)))
    return listed(newest(threads(viewer).where(Thread.id.in_(told_in))), after)


def signed_on(viewer: Person, told: Page[ThreadLine]) -> Mapping[int, datetime | None]:
    """When each of these threads is signed by itself."""
    rows = select(Post.thread_id, func.min(Unsigned.until)).join(Unsigned, Unsigned.post_id == Post.id)
    theirs = Unsigned.person_id == viewer.id, Post.thread_id.in_([line.id for line in told])
    found = db.session.execute(rows.where(*theirs).group_by(Post.thread_id))
    return {row[0]: row[1] for row in found}


def story(person: Person, thread_id: int) -> Select[int]:
    """The id of the thread in which somebody told what they keep unsigned in this one, which may be split off from it."""
    here = Unsigned.person_id == person.id, Post.thread_id == thread_id
    return select(Unsigned.told_in).join(Post, Post.id == Unsigned.post_id).where(*here).limit(1)


def parts_of(person: Person, thread_id: int) -> Select[int]:
    """The ids of the threads in which stands what somebody told along with what is in this one, as far as they read it."""
    alike = Unsigned.person_id == person.id, Unsigned.told_in.in_(story(person, thread_id))
    return _standing().where(*alike).with_only_columns(Post.thread_id).distinct()


def other_parts(viewer: Person, thread: Thread) -> Page[ThreadLine]:
    """The same as lines, without this one: what was split off from it, or from what."""
    others = Thread.id.in_(parts_of(viewer, thread.id)), Thread.id != thread.id
    return listed(newest(threads(viewer).where(*others)))


def due() -> Select[*tuple[Any, ...]]:
    """Whose threads are to be signed by now, each once."""
    return _signable().where(Unsigned.until <= now()).distinct()


def missed() -> ColumnElement[bool]:
    """What was to be signed by now and cannot be: its author chooses anew."""
    return and_(
        Unsigned.until <= now(), Unsigned.post_id.not_in(_signable().with_only_columns(Unsigned.post_id))
    )


def _signable() -> Select[*tuple[Any, ...]]:
    """What stands, and whose author could choose until its day came."""
    return _standing().where(~_reopened_since())


def _standing() -> Select[*tuple[Any, ...]]:
    """What stands, and whose author reads it."""
    stands = Post.deleted_at.is_(None), Thread.present(), Space.archived_at.is_(None)
    return (
        select(Unsigned.person_id, Post.thread_id)
        .select_from(Unsigned)
        .join(Post, Post.id == Unsigned.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .join(Person, Person.id == Unsigned.person_id)
        .where(is_read(), *stands)
    )


def _reopened_since() -> ColumnElement[bool]:
    """That its author's account was opened again only after its day."""
    topic = literal(f"{Person.topic_word}:").concat(cast(Person.id, String))
    reopened = select(Event.id).where(Event.topic == topic, Event.kind == "person.reopened")
    return reopened.where(Event.at >= Unsigned.until).exists()
