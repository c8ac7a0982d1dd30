"""The answers that were accepted in a thread, and who may accept them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Integer, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from socialsales.community.people import Person, Role
from socialsales.community.subjects import Naming, SubjectKind
from socialsales.core.db import db, read_rows
from socialsales.core.markdown import excerpt
from socialsales.threads.attachments.lines import FileLine, files_of, in_words
from socialsales.threads.dealing import owned_by
from socialsales.threads.models import Answer, Message, Post, ThreadKind, thread_subject
from socialsales.threads.unsigned.queries import Written, began

LONGEST_EXCERPT = 200
MOST_ACCEPTED = 10


class Asked(Written, Protocol):
    """A thread, whichever way its row was read."""

    @property
    def kind(self) -> ThreadKind: ...
    @property
    def rests(self) -> bool: ...
    @property
    def subjects(self) -> Sequence[Naming]: ...


class _Accepted(NamedTuple):
    id: int
    thread_id: int
    position: int
    version: int
    body: str
    language: str
    author: str | None
    accepted_by: str | None
    files: tuple[FileLine, ...]


class AcceptedLine(Message, _Accepted):
    """An accepted answer, as it stands under its question."""

    __slots__ = ()

    @property
    def excerpt(self) -> str:
        """How it begins."""
        return excerpt(self.body, LONGEST_EXCERPT) or in_words(self.files)


class Accepted(NamedTuple):
    """The first of a thread's accepted answers, and how many there are."""

    first: tuple[AcceptedLine, ...] = ()
    so_many: int = 0


def _accepted() -> Select[*tuple[Any, ...]]:
    chooser = aliased(Person)
    shown = (
        Post.id,
        Post.thread_id,
        Post.position,
        Post.version,
        Post.body,
        Post.language,
        Person.name,
        chooser.name,
        Post.files,
        func.count().over(),
    )
    return (
        select(*shown)
        .join(Answer, Answer.post_id == Post.id)
        .outerjoin(Person, Person.id == Post.author_id)
        .outerjoin(chooser, chooser.id == Answer.accepted_by_id)
        .where(Answer.thread_id == bindparam("thread"), Post.deleted_at.is_(None))
        .order_by(Answer.accepted_at, Answer.id)
        .limit(bindparam("most", type_=Integer))
    )  # fmt: skip


ACCEPTED = _accepted()


def accepted_in(thread_id: int) -> Accepted:
    """The accepted answers of a thread that was loaded through `visible`, in the order in which they were accepted."""
    rows = read_rows(ACCEPTED, {"thread": thread_id, "most": MOST_ACCEPTED})
    first = tuple(AcceptedLine._make((*row[:-2], files_of(row[-2]))) for row in rows)
    return Accepted(first, rows[0][-1] if rows else 0)


def may_accept(person: Person, thread: Asked) -> bool:
    """Whoever asked, managers, and whoever owns a deal that the thread is about; nobody in a thread that rests."""
    if not person.active or thread.rests:
        return False
    return person.is_any(Role.MANAGER) or began(person, thread) or _owns_its_deal(person, thread)


def _owns_its_deal(person: Person, thread: Asked) -> bool:
    if all(subject.kind is not SubjectKind.OPPORTUNITY for subject in thread.subjects):
        return False
    linked = thread_subject.c
    owned = select(linked.subject_id).where(
        linked.thread_id == thread.id, linked.subject_id.in_(owned_by(person))
    )
    return db.session.scalar(owned.limit(1)) is not None
