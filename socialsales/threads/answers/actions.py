"""Accepting answers, and taking that back."""

from __future__ import annotations

from sqlalchemy import func, select

from socialsales.community.access import require
from socialsales.community.events import action, record
from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.threads.answers.queries import may_accept
from socialsales.threads.models import Answer, Post, Thread, ThreadKind
from socialsales.threads.unsigned.queries import known_as


@action
def accept_answer(chooser: Person, post: Post) -> None:
    """Mark a reply as one of the answers to its question; the thread stays where it is in its feeds."""
    require(may_accept(chooser, post.thread) and _may_answer(post))
    if _answer(post) is not None:
        return
    signed = known_as(chooser, post.thread)
    db.session.add(Answer(post=post, thread_id=post.thread_id, accepted_by=signed, accepted_at=now()))
    count_answers(post.thread)
    record("answer.accepted", signed, post.thread, post_id=post.id)


@action
def withdraw_answer(chooser: Person, post: Post) -> None:
    """Say that a reply is no answer after all; also of a thread that is no question any more."""
    require(may_accept(chooser, post.thread))
    forget_answer(known_as(chooser, post.thread), post)


@action
def forget_answer(person: Person | None, post: Post) -> None:
    """What was an answer is none any more, whoever may say so: because of whoever makes it the beginning of a thread."""
    answer = _answer(post)
    if answer is None:
        return
    db.session.delete(answer)
    count_answers(post.thread)
    record("answer.withdrawn", person, post.thread, post_id=post.id)


def _may_answer(post: Post) -> bool:
    stands = post.deleted_at is None and post.thread.deleted_at is None
    return stands and not post.opens and post.thread.kind is ThreadKind.QUESTION


def _answer(post: Post) -> Answer | None:
    return db.session.scalars(select(Answer).where(Answer.post_id == post.id)).one_or_none()


def count_answers(thread: Thread) -> None:
    """Let a thread know how many of its posts are accepted answers; one that was taken back is none until it stands again."""
    db.session.flush()
    accepted = select(func.count()).select_from(Answer).join(Post, Post.id == Answer.post_id)
    standing = accepted.where(Answer.thread_id == thread.id, Post.deleted_at.is_(None))
    thread.answers = db.session.scalar(standing) or 0
