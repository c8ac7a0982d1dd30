"""Threads and posts as pages show them: plain rows with all that is shown of them, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, or_, select

from socialsales.community.lines import (
    PERSON,
    SPACE,
    SUBJECT,
    PersonLine,
    SpaceLine,
    SubjectLine,
    person_line,
    space_line,
    subject_line,
)
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.community.subjects import Subject
from socialsales.core.db import read_rows
from socialsales.core.paging import Cursor, Page
from socialsales.threads.attachments.lines import FileLine, files_of
from socialsales.threads.models import Answer, Message, Post, Talk, Thread, ThreadKind, thread_subject
from socialsales.threads.reactions.queries import Reactions, reactions_to

NOTHING_SAID = Reactions()

THREAD = (
    Thread.id, Thread.kind, Thread.title, Thread.excerpt, Thread.language, Thread.created_at, Thread.active_at,
    Thread.replies, Thread.answers, Thread.locked_because, Thread.outdated_at, Thread.traces, Thread.version,
)  # fmt: skip
POST = (
    Post.id, Post.thread_id, Post.position, Post.body, Post.html, Post.language, Post.created_at, Post.edited_at,
    Post.deleted_at, Post.version, Answer.id.is_not(None), Post.files, Post.hidden,
    Post.heading,
)  # fmt: skip
# Nothing that a thread's readers may not know of, should a link to such a thing ever stand.
ABOUT = (
    select(thread_subject.c.thread_id, *SUBJECT)
    .join(Subject, Subject.id == thread_subject.c.subject_id)
    .join(Thread, Thread.id == thread_subject.c.thread_id)
    .join(Space, Space.id == Subject.space_id)
    .where(thread_subject.c.thread_id.in_(bindparam("threads", expanding=True)))
    .where(or_(Subject.space_id == Thread.space_id, Space.for_everybody()))
    .order_by(Subject.kind, Subject.id)
)


class _Thread(NamedTuple):
    id: int
    kind: ThreadKind
    title: str
    excerpt: str
    language: str
    created_at: datetime
    active_at: datetime
    replies: int
    answers: int
    locked_because: str | None
    outdated_at: datetime | None
    traces: int
    version: int
    author: PersonLine | None
    space: SpaceLine
    subjects: tuple[SubjectLine, ...]


class ThreadLine(Talk, _Thread):
    """A thread, as feeds and its own head show it; told unsigned, it has no author."""

    __slots__ = ()

    @property
    def author_id(self) -> int | None:
        """Who began it."""
        return self.author.id if self.author else None

    @property
    def unsigned(self) -> bool:
        """Whether nobody is told who began it."""
        return self.author is None

    @property
    def rests(self) -> bool:
        """Whether nothing is added to it any more: it was locked, or its space archived."""
        return self.locked_because is not None or self.space.archived

    @property
    def waits(self) -> bool:
        """Whether it is a question to which nobody said anything yet."""
        answered = self.replies or self.answers or self.outdated_at
        return self.kind is ThreadKind.QUESTION and not answered

    @property
    def cursor(self) -> str:
        """Where it stands in a feed, for the page that begins after it."""
        return Cursor((self.active_at, self.id)).encode()


class _Post(NamedTuple):
    id: int
    thread_id: int
    position: int
    body: str
    html: str
    language: str
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    version: int
    accepted: bool
    files: tuple[FileLine, ...]
    hidden: bool
    heading: str
    author: PersonLine | None
    said: Reactions


class PostLine(Message, _Post):
    """A post, as its thread shows it, with what people say of it; what its reader says stands in `said.mine`."""

    __slots__ = ()

    @property
    def unsigned(self) -> bool:
        """Whether nobody is told who wrote it."""
        return self.author is None

    @property
    def reactions(self) -> dict[str, int]:
        """How many people say each thing of it."""
        return {one.kind.value: one.so_many for one in self.said.by_kind}


def thread_rows(threads: Select[Thread]) -> Select[*tuple[Any, ...]]:
    """The same threads as rows for `thread_lines`."""
    # Outer joins, though each has both: the planner shall begin with the threads, in the order they are asked for.
    named = threads.join(Thread.author, isouter=True).join(Thread.space, isouter=True)
    return named.with_only_columns(*THREAD, *PERSON, *SPACE)


def post_rows(posts: Select[Post]) -> Select[*tuple[Any, ...]]:
    """The same posts as rows for `post_lines`."""
    accepted = and_(Answer.post_id == Post.id, Post.deleted_at.is_(None))
    answered = posts.outerjoin(Post.author).outerjoin(Answer, accepted)
    return answered.with_only_columns(*POST, *PERSON)


def thread_lines(rows: Sequence[Sequence[Any]]) -> list[ThreadLine]:
    """The lines of rows of `thread_rows`, with what each is about."""
    about = subjects_of([row[0] for row in rows])
    return [
        ThreadLine._make((*row[:13], person_line(row[13:17]), space_line(row[17:]), tuple(about[row[0]])))
        for row in rows
    ]


def thread_page(page: Page[tuple[Any, ...]]) -> Page[ThreadLine]:
    """The same for a page of them."""
    return Page(thread_lines(page.rows), page.next)


def post_lines(rows: Sequence[Sequence[Any]], reader: Person | None = None) -> list[PostLine]:
    """The lines of rows of `post_rows`, with what people say of them, and what the reader says."""
    said = reactions_to([row[0] for row in rows], reader)
    return [_post_line(row, said.get(row[0], NOTHING_SAID)) for row in rows]


def _post_line(row: Sequence[Any], said: Reactions) -> PostLine:
    return PostLine._make((*row[:11], _files(row), *row[12:14], person_line(row[14:18]), said))


def _files(row: Sequence[Any]) -> tuple[FileLine, ...]:
    """Those of a post that stands."""
    deleted_at, files = row[8], row[11]
    return () if deleted_at else files_of(files)


def subjects_of(ids: Iterable[int]) -> dict[int, list[SubjectLine]]:
    """What each of these threads is about."""
    about: dict[int, list[SubjectLine]] = defaultdict(list)
    for id, *row in read_rows(ABOUT, {"threads": list(ids)}):
        about[id].append(subject_line(row))
    return about
