"""What somebody helps with: the subjects on which others accepted their answers, or used what they told.

Never how much they post: what nobody took up counts for nothing, and what the reader may not read is in no number.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Select, bindparam, func, literal, select, union_all

from socialsales.community.access import READER, reads, visible
from socialsales.community.lines import SUBJECT, SubjectLine, subject_line
from socialsales.community.people import Person
from socialsales.community.subjects import Subject
from socialsales.core.db import db
from socialsales.core.paging import Page
from socialsales.threads.lines import ThreadLine
from socialsales.threads.models import Answer, Post, Reaction, ReactionKind, Thread, thread_subject
from socialsales.threads.queries import listed, newest, threads

MOST = 8


class Help(NamedTuple):
    """A subject with how many answers of somebody were accepted there, and how often others used what they told."""

    subject: SubjectLine
    answers: int
    uses: int


def helps_with(helper: Person, viewer: Person) -> list[Help]:
    """What somebody helps with, as far as the viewer may read it: what was taken up most comes first."""
    rows = db.session.execute(_by_subject(), reads(viewer, helper=helper.id))
    return [Help(subject_line(row[:-2]), row.answers, row.uses) for row in rows]


def threads_behind(
    helper: Person, subject: Subject, viewer: Person, *, after: str | None = None
) -> Page[ThreadLine]:
    """The threads about a subject in which an answer of theirs was accepted, or what they told was used."""
    taken_up = _taken_up().subquery()
    about = select(thread_subject.c.thread_id).where(thread_subject.c.subject_id == subject.id)
    chosen = threads(viewer).where(Thread.id.in_(select(taken_up.c.thread_id)), Thread.id.in_(about))
    return listed(newest(chosen), after, **reads(viewer, helper=helper.id))


@cache
def _by_subject() -> Select[*tuple[Any, ...]]:
    taken_up = _taken_up().subquery()
    answers, uses = func.sum(taken_up.c.answers), func.sum(taken_up.c.uses)
    return (
        visible(Subject, READER)
        .with_only_columns(*SUBJECT, answers.label("answers"), uses.label("uses"))
        .join(thread_subject, thread_subject.c.subject_id == Subject.id)
        .join(taken_up, taken_up.c.thread_id == thread_subject.c.thread_id)
        .group_by(Subject.id)
        .order_by((answers + uses).desc(), Subject.sort_name)
        .limit(MOST)
    )


def _taken_up() -> CompoundSelect[Any]:
    """A row for each answer that somebody else accepted, and for each use by somebody else."""
    said = visible(Post, READER).where(Post.author_id == bindparam("helper"), Post.deleted_at.is_(None))
    stands = said.join(Thread, Thread.id == Post.thread_id).where(Thread.deleted_at.is_(None))
    accepted = stands.join(Answer, Answer.post_id == Post.id).where(
        Answer.accepted_by_id.is_distinct_from(Post.author_id)
    )
    used = stands.join(Reaction, Reaction.post_id == Post.id)
    used = used.where(Reaction.kind == ReactionKind.USED, Reaction.person_id != Post.author_id)
    one, none = literal(1), literal(0)
    return union_all(
        accepted.with_only_columns(Post.thread_id, one.label("answers"), none.label("uses")),
        used.with_only_columns(Post.thread_id, none.label("answers"), one.label("uses")),
    )
