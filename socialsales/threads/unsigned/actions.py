"""Telling a failure unsigned, choosing for how long, and signing it: its author alone can."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from flask_babel import gettext as _
from sqlalchemy import Select, func, select, update

from socialsales.community.access import require
from socialsales.community.events import action, record
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.core.errors import Invalid
from socialsales.threads.inputs import PostDraft, ThreadDraft
from socialsales.threads.models import Answer, Post, Revision, Thread, ThreadKind
from socialsales.threads.unsigned.inputs import UnsignedChange
from socialsales.threads.unsigned.models import Unsigned
from socialsales.threads.unsigned.queries import due, missed, parts_of, story

log = structlog.get_logger(__name__)


def signature_under(author: Person, draft: ThreadDraft) -> Person | None:
    """Who will stand as a thread's author; raises Invalid where something else than a failure is to stand unsigned."""
    if draft.unsigned and draft.kind is not ThreadKind.FAILURE:
        raise Invalid({"unsigned": _("Only a failure can be told unsigned.")})
    return None if draft.unsigned else author


@action
def keep_apart(author: Person, post: Post, draft: ThreadDraft | PostDraft) -> None:
    """Write down whose an unsigned post is, where nobody reads it."""
    until = draft.unsigned.ends if isinstance(draft, ThreadDraft) and draft.unsigned else None
    told_in = db.session.scalar(story(author, post.thread_id)) or post.thread_id
    db.session.add(
        Unsigned(post_id=post.id, person_id=author.id, until=until, sent_as=draft.sent_as, told_in=told_in)
    )
    db.session.flush()


@action
def choose_time(author: Person, thread: Thread, change: UnsignedChange) -> None:
    """Let what was told unsigned stand so for another time, from now on, wherever it was split off to."""
    told_in = db.session.scalar(story(author, thread.id))
    require(told_in is not None)
    alike = Unsigned.person_id == author.id, Unsigned.told_in == told_in
    db.session.execute(update(Unsigned).where(*alike).values(until=change.unsigned.ends))


@action
def take_times_along(thread: Thread, posts: Sequence[Post]) -> None:
    """Let posts that leave a thread be signed when the rest of it is: they say where they came from."""
    leaving = Unsigned.post_id.in_([post.id for post in posts])
    for one in db.session.scalars(select(Unsigned).where(leaving)):
        one.until = db.session.scalar(_until(one.person_id, thread))


def _until(person_id: int, thread: Thread) -> Select[datetime | None]:
    theirs = Unsigned.person_id == person_id, Post.thread_id == thread.id
    return select(func.min(Unsigned.until)).join(Post, Post.id == Unsigned.post_id).where(*theirs)


@action
def sign_thread(author: Person, thread: Thread) -> None:
    """Put their name to all that somebody told unsigned in a thread; once that is done, it changes nothing.

    So to what was split off from it, or from what it was split off, as far as they read that.
    """
    require(bool(_kept(author, thread)) or thread.author_id == author.id)
    parts = db.session.scalars(parts_of(author, thread.id)).all()
    for id in {thread.id, *parts}:
        _sign(author, db.session.get_one(Thread, id))


def sign_what_is_due() -> int:
    """Sign what was to stand unsigned until now, each thread by itself; how many threads that are.

    What cannot be signed stays unsigned until its author chooses.
    """
    _leave_what_was_missed()
    return sum(_signs_itself(*one) for one in db.session.execute(due()).all())


@action
def _leave_what_was_missed() -> None:
    # A subquery must not be looked up among the rows at hand.
    db.session.execute(
        update(Unsigned).where(missed()).values(until=None), execution_options={"synchronize_session": False}
    )


def _signs_itself(person_id: int, thread_id: int) -> bool:
    try:
        _sign(db.session.get_one(Person, person_id), db.session.get_one(Thread, thread_id))
    except Exception:
        log.exception("not signed", thread=thread_id)
        return False
    return True


def _kept(author: Person, thread: Thread) -> Sequence[Unsigned]:
    theirs = Unsigned.person_id == author.id, Post.thread_id == thread.id
    rows = select(Unsigned).join(Post, Post.id == Unsigned.post_id).where(*theirs)
    return db.session.scalars(rows.order_by(Post.position)).all()


@action
def _sign(author: Person, thread: Thread) -> None:
    kept = _kept(author, thread)
    for one in kept:
        post = db.session.get_one(Post, one.post_id)
        post.author, post.sent_as = author, one.sent_as
        if post.opens:
            thread.author = author
        db.session.delete(one)
    if kept:
        _sign_what_was_done(author, thread, [one.post_id for one in kept])
        record("thread.signed", author, thread)


def _sign_what_was_done(author: Person, thread: Thread, posts: Sequence[int]) -> None:
    """Their edits of these posts, and the answers that they accepted."""
    edited = Revision.post_id.in_(posts), Revision.editor_id.is_(None)
    db.session.execute(update(Revision).where(*edited).values(editor_id=author.id))
    accepted = Answer.thread_id == thread.id, Answer.accepted_by_id.is_(None)
    if thread.author is author:
        db.session.execute(update(Answer).where(*accepted).values(accepted_by_id=author.id))
