"""Reading threads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload, raiseload, selectinload

from socialsales.community.access import READER, Reader, get_visible, reads, spaces_in_order, visible
from socialsales.community.lines import SpaceLine
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.community.subjects import Subject
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.core.paging import Listing, Page
from socialsales.threads.following import Said, following
from socialsales.threads.lines import (
    PostLine,
    ThreadLine,
    post_lines,
    post_rows,
    thread_lines,
    thread_page,
    thread_rows,
)
from socialsales.threads.models import POSTS_PER_PAGE, Post, Thread, ThreadKind, thread_subject
from socialsales.web.viewer import language

THREADS_PER_PAGE = 20

WHOLE = (
    visible(Thread, READER)
    .where(Thread.id == bindparam("id"))
    .options(
        joinedload(Thread.author).raiseload("*"),
        joinedload(Thread.space).raiseload("*"),
        selectinload(Thread.subjects).raiseload("*"),
        raiseload("*"),
    )
)


def threads(viewer: Reader) -> Select[*tuple[Any, ...]]:
    """Visible threads as rows of `lines.THREAD`, in no order yet."""
    return thread_rows(visible(Thread, viewer))


def newest(statement: Select[*tuple[Any, ...]], limit: int = THREADS_PER_PAGE) -> Listing:
    """Such rows made ready to be listed, latest activity first."""
    return Listing(statement, (Thread.active_at, Thread.id), limit)


def listed(listing: Listing, after: str | None = None, **named: Any) -> Page[ThreadLine]:
    """A page of such a listing."""
    return thread_page(listing.page(db.session(), after, **named))


def get_thread(id: int, viewer: Person) -> Thread:
    """A thread to be changed or answered, with what it is about; raises NotFound."""
    found = db.session.scalars(WHOLE, reads(viewer, id=id)).one_or_none()
    if found is None:
        raise NotFound(f"Thread {id}")
    return found


ONE = threads(READER).where(Thread.id == bindparam("id"))


def read_thread(id: int, viewer: Person) -> ThreadLine:
    """A thread as its page shows it; raises NotFound."""
    rows = db.session.execute(ONE, reads(viewer, id=id)).all()
    if not rows:
        raise NotFound(f"Thread {id}")
    return thread_lines(rows)[0]


def read_with_level(id: int, viewer: Person) -> tuple[ThreadLine, int | None]:
    """The same with what says how its reader follows it, as the feature above reads it."""
    rows = db.session.execute(_one_with_level(following()), reads(viewer, id=id, followed=id)).all()
    if not rows:
        raise NotFound(f"Thread {id}")
    return thread_lines([row[:-1] for row in rows])[0], rows[0][-1]


@cache
def _one_with_level(said: Said) -> Select[*tuple[Any, ...]]:
    return ONE.add_columns(said())


POSTS = (
    post_rows(
        select(Post).where(Post.thread_id == bindparam("thread"), Post.position >= bindparam("beginning"))
    )
    .order_by(Post.position)
    .limit(POSTS_PER_PAGE + 1)
)


WITH_THREAD = (joinedload(Post.thread).selectinload(Thread.subjects),)


def get_post(id: int, viewer: Person) -> Post:
    """A post that stands in a thread that stands; raises NotFound."""
    post = get_visible(Post, id, viewer, joinedload(Post.author), *WITH_THREAD)
    if post.thread.deleted_at is not None:
        raise NotFound(f"Post {id}")
    return post


def get_any_post(id: int, viewer: Person) -> Post:
    """A post that stands or was deleted, perhaps with its thread, for its history; raises NotFound."""
    return get_visible(Post, id, viewer, joinedload(Post.author), joinedload(Post.space), *WITH_THREAD)


def posts(thread_id: int, viewer: Person, *, beginning: int = 0) -> Sequence[PostLine]:
    """A page of a thread's posts from a position on, one more than shown if others follow."""
    rows = db.session.execute(POSTS, {"thread": thread_id, "beginning": beginning}).all()
    return post_lines(rows, viewer)


def read_post(post: Post, viewer: Person | None = None) -> PostLine:
    """A post that was loaded through `visible`, as its thread shows it; without a viewer, as it looks to everybody."""
    return post_lines(db.session.execute(POST, {"post": post.id}).all(), viewer)[0]


POST = post_rows(select(Post).where(Post.id == bindparam("post")))


def threads_about(
    subject: Subject, viewer: Person, *, kind: ThreadKind | None = None, after: str | None = None,
    limit: int = THREADS_PER_PAGE,
) -> Page[ThreadLine]:  # fmt: skip
    """The threads about a subject, latest activity first, a page at a time."""
    linked = thread_subject.c
    statement = threads(viewer).join(thread_subject, linked.thread_id == Thread.id)
    statement = statement.where(linked.subject_id == subject.id)
    if kind:
        statement = statement.where(Thread.kind == kind)
    return listed(Listing(statement, (linked.active_at, linked.thread_id), limit), after)


def threads_in(space: Space, viewer: Person, *, after: str | None = None) -> Page[ThreadLine]:
    """The threads of one space, latest activity first."""
    return listed(newest(threads(viewer).where(Thread.space_id == space.id)), after)


def threads_by(author: Person, viewer: Person, *, after: str | None = None) -> Page[ThreadLine]:
    """What a person told, as far as the viewer may read it, newest first."""
    return listed(newest(threads(viewer).where(Thread.author_id == author.id)), after)


def subjects_given(viewer: Person, ids: Sequence[int]) -> Sequence[Subject]:
    """Those of the ids that the viewer reads, for a form that is shown again."""
    return db.session.scalars(
        visible(Subject, viewer).where(Subject.id.in_(ids)).options(raiseload("*"))
    ).all()


def closed_spaces(viewer: Person) -> Sequence[SpaceLine]:
    """The spaces a person reads and others do not."""
    return [space for space in writable_spaces(viewer) if space.is_closed]


def writable_spaces(viewer: Person) -> Sequence[SpaceLine]:
    """The spaces a person may write in, the company's first; what is archived is only read."""
    return [space for space in spaces_in_order(viewer, language()) if not space.archived]
