"""Reading threads."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, raiseload, selectinload

from socialsales.community.access import get_visible, per_reader, readable_spaces, visible
from socialsales.community.people import Person
from socialsales.community.spaces import Space, SpaceKind
from socialsales.community.subjects import Subject
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.core.names import literally
from socialsales.core.paging import Page, paginate
from socialsales.threads.models import Post, Revision, Thread, ThreadKind, thread_subject

POSTS_PER_PAGE = 50
THREADS_PER_PAGE = 20

AUTHOR = (Person.name, Person.title, Person.picture)
HEAD = (
    joinedload(Thread.author).load_only(*AUTHOR, raiseload=True).raiseload("*"),
    joinedload(Thread.space).load_only(Space.kind, Space.name, Space.names, raiseload=True).raiseload("*"),
    raiseload("*"),
)
CARD = (selectinload(Thread.subjects).raiseload("*"), *HEAD)
LINE = (selectinload(Thread.lines), *HEAD)


@per_reader
def cards(viewer: Person) -> Select[Thread]:
    """Visible threads with what a card shows of them, in no order yet."""
    return visible(Thread, viewer).options(*LINE)


def get_thread(id: int, viewer: Person) -> Thread:
    """A thread with what its head shows; raises NotFound."""
    return get_visible(Thread, id, viewer, *CARD)


def get_post(id: int, viewer: Person) -> Post:
    """A post that stands in a thread that stands; raises NotFound."""
    whole = joinedload(Post.thread).selectinload(Thread.subjects), joinedload(Post.author)
    post = get_visible(Post, id, viewer, *whole)
    if post.thread.deleted_at is not None:
        raise NotFound(f"Post {id}")
    return post


def posts(thread: Thread, *, beginning: int = 0) -> Sequence[Post]:
    """A page of its posts from a position on, one more than shown if others follow."""
    statement = (
        select(Post)
        .where(Post.thread_id == thread.id, Post.position >= beginning)
        .options(joinedload(Post.author).raiseload("*"), raiseload("*"))
        .order_by(Post.position)
        .limit(POSTS_PER_PAGE + 1)
    )
    return db.session.scalars(statement).all()


def revisions(post: Post) -> Sequence[Revision]:
    """What the post said before, latest first."""
    statement = select(Revision).where(Revision.post_id == post.id).options(joinedload(Revision.editor))
    return db.session.scalars(statement.order_by(Revision.id.desc())).all()


def threads_about(
    subject: Subject, viewer: Person, *, kind: ThreadKind | None = None, after: str | None = None,
    limit: int = THREADS_PER_PAGE,
) -> Page[Thread]:  # fmt: skip
    """The threads about a subject, latest activity first, a page at a time."""
    linked = thread_subject.c
    statement = (
        cards(viewer)
        .join(thread_subject, linked.thread_id == Thread.id)
        .where(linked.subject_id == subject.id)
    )
    if kind:
        statement = statement.where(Thread.kind == kind)
    return paginate(
        statement, (linked.active_at, linked.thread_id), session=db.session(), after=after, limit=limit
    )


def threads_in(space: Space, viewer: Person, *, after: str | None = None) -> Page[Thread]:
    """The threads of one space, latest activity first."""
    statement = cards(viewer).where(Thread.space_id == space.id)
    return paginate(
        statement, (Thread.active_at, Thread.id), session=db.session(), after=after, limit=THREADS_PER_PAGE
    )


def threads_by(author: Person, viewer: Person, *, after: str | None = None) -> Page[Thread]:
    """What a person told, as far as the viewer may read it, newest first."""
    statement = cards(viewer).where(Thread.author_id == author.id)
    return paginate(
        statement, (Thread.active_at, Thread.id), session=db.session(), after=after, limit=THREADS_PER_PAGE
    )


def pick_subjects(viewer: Person, words: str, limit: int = 8) -> Sequence[Subject]:
    """Subjects whose name or hint holds the words, for a picker; names that begin so come first."""
    pattern = f"%{literally(words)}%"
    begins = Subject.name.ilike(f"{literally(words)}%", escape="\\")
    statement = (
        visible(Subject, viewer)
        .where(Subject.name.ilike(pattern, escape="\\") | Subject.hint.ilike(pattern, escape="\\"))
        .options(raiseload("*"))
        .order_by(begins.desc(), Subject.name, Subject.id)
        .limit(limit)
    )
    return db.session.scalars(statement).all()


def subjects_given(viewer: Person, ids: Sequence[int]) -> Sequence[Subject]:
    """Those of the ids that the viewer reads, for a form that is shown again."""
    return db.session.scalars(
        visible(Subject, viewer).where(Subject.id.in_(ids)).options(raiseload("*"))
    ).all()


def closed_spaces(viewer: Person) -> Sequence[Space]:
    """The spaces a person reads and others do not."""
    return [space for space in writable_spaces(viewer) if space.is_closed]


def writable_spaces(viewer: Person) -> Sequence[Space]:
    """The spaces a person may write in, the company's first."""
    statement = select(Space).where(Space.id.in_(readable_spaces(viewer))).options(raiseload("*"))
    return db.session.scalars(statement.order_by(Space.kind != SpaceKind.COMPANY, Space.name)).all()
