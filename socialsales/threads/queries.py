"""Reading threads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, StatementLambdaElement, bindparam, select
from sqlalchemy.orm import joinedload, raiseload, selectinload

from socialsales.community.access import READER, Viewer, get_visible, reads, spaces_in_order, visible
from socialsales.community.lines import SpaceLine
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.community.subjects import Subject
from socialsales.core.db import db, read_rows, ready
from socialsales.core.errors import NotFound
from socialsales.core.paging import Page, Pages
from socialsales.threads.following import Following, following
from socialsales.threads.lines import (
    PostLine,
    ThreadLine,
    post_lines,
    post_rows,
    thread_lines,
    thread_page,
    thread_rows,
)
from socialsales.threads.models import Post, Thread, ThreadKind, thread_subject
from socialsales.threads.traces.models import Merger
from socialsales.web.viewer import language

THREADS_PER_PAGE = 20
POSTS_AT_ONCE = 50

WHOLE = (
    visible(Thread, READER)
    .where(Thread.id == bindparam("id"))
    .options(
        joinedload(Thread.author).raiseload("*"),
        joinedload(Thread.space).raiseload("*"),
        selectinload(Thread.subjects).options(joinedload(Subject.space).raiseload("*"), raiseload("*")),
        raiseload("*"),
    )
)


def threads(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Visible threads as rows of `lines.THREAD`, in no order yet."""
    return thread_rows(visible(Thread, viewer))


def newest(statement: Select[*tuple[Any, ...]], limit: int = THREADS_PER_PAGE) -> Pages:
    """Such rows made ready to be listed, latest activity first."""
    return Pages(statement, (Thread.active_at, Thread.id), limit)


def listed(pages: Pages, after: str | None = None, **named: Any) -> Page[ThreadLine]:
    """A page of such a listing."""
    return thread_page(pages.page(db.session(), after, **named))


def get_thread(id: int, viewer: Person) -> Thread:
    """A thread to be changed or answered, with what it is about; raises NotFound."""
    found = db.session.scalars(WHOLE, reads(viewer, id=id)).one_or_none()
    if found is None:
        raise NotFound(f"Thread {id}")
    return found


def thread_at(id: int, viewer: Person) -> Thread:
    """The same, or the one into which it was merged: whoever answers it is heard there. Raises NotFound."""
    found = db.session.scalars(WHOLE, reads(viewer, id=id)).one_or_none()
    return found or get_thread(merged([id]).get(id, id), viewer)


def merged(ids: Collection[int]) -> dict[int, int]:
    """For those of the threads that were merged, the one in which the post that opened it stands, whoever reads that."""
    where = select(Merger.thread_id, Post.thread_id).join(Post, Post.id == Merger.post_id)
    return dict(db.session.execute(where.where(Merger.thread_id.in_(ids))).all()) if ids else {}


def opened_merged(id: int, viewer: Person) -> Post:
    """The post that opened a thread which was merged; raises NotFound."""
    return get_post(db.session.scalar(select(Merger.post_id).where(Merger.thread_id == id)) or 0, viewer)


ONE = threads(READER).where(Thread.id == bindparam("id"))


def read_thread(id: int, viewer: Person) -> ThreadLine:
    """A thread as its page shows it; the one into which it was merged; raises NotFound."""
    rows = read_rows(ONE, reads(viewer, id=id))
    rows = rows or read_rows(ONE, reads(viewer, id=merged([id]).get(id)))
    if not rows:
        raise NotFound(f"Thread {id}")
    return thread_lines(rows)[0]


def read_with_level(id: int, viewer: Person) -> tuple[ThreadLine, int | None]:
    """The same with what says how its reader follows it, as the feature above reads it."""
    rows = _with_level(id, viewer) or _with_level(merged([id]).get(id), viewer)
    if not rows:
        raise NotFound(f"Thread {id}")
    return thread_lines([row[:-1] for row in rows])[0], rows[0][-1]


def _with_level(id: int | None, viewer: Person) -> Sequence[Any]:
    return read_rows(_one_with_level(following()), reads(viewer, id=id, followed=id))


@cache
def _one_with_level(following: Following) -> StatementLambdaElement:
    return ready(ONE.add_columns(following.said()))


POSTS = (
    post_rows(
        select(Post).where(Post.thread_id == bindparam("thread"), Post.position >= bindparam("beginning"))
    )
    .order_by(Post.position)
    .limit(POSTS_AT_ONCE)
)


WITH_THREAD = (
    joinedload(Post.thread).selectinload(Thread.subjects),
    joinedload(Post.thread).joinedload(Thread.space),
)


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
    """A thread's posts from a position on, so many at once."""
    rows = read_rows(POSTS, {"thread": thread_id, "beginning": beginning})
    return post_lines(rows, viewer)


def read_post(post: Post, viewer: Person | None = None) -> PostLine:
    """A post that was loaded through `visible`, as its thread shows it; without a viewer, as it looks to everybody."""
    return post_lines(read_rows(POST, {"post": post.id}), viewer)[0]


POST = post_rows(select(Post).where(Post.id == bindparam("post")))


def threads_about(
    subject: Subject, viewer: Person, *, kind: ThreadKind | None = None, after: str | None = None,
    limit: int = THREADS_PER_PAGE,
) -> Page[ThreadLine]:  # fmt: skip
    """The threads about a subject, latest activity first and outdated ones last, a page at a time."""
    linked = thread_subject.c
    statement = threads(viewer).join(thread_subject, linked.thread_id == Thread.id)
    statement = statement.where(linked.subject_id == subject.id)
    if kind:
        statement = statement.where(Thread.kind == kind)
    return listed(Pages(statement, (linked.current, linked.active_at, linked.thread_id), limit), after)


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


def writable_spaces(viewer: Person) -> Sequence[SpaceLine]:
    """The spaces a person may write in, the company's first; what is archived is only read."""
    return [space for space in spaces_in_order(viewer, language()) if not space.archived]
