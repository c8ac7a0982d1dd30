"""Telling people what is new, and what they do with the rows of their inbox."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, select, update

from socialsales.community.access import company_space
from socialsales.community.events import Event, action, record
from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.db import db, unless_there
from socialsales.notifications.heard import Inboxes
from socialsales.notifications.mail import actions as mail
from socialsales.notifications.mail import queries as mail_queries
from socialsales.notifications.models import News, Notice, Sort, Standing
from socialsales.notifications.push import actions as push
from socialsales.notifications.push import queries as push_queries
from socialsales.threads.models import Post
from socialsales.threads.reading.queries import progress_of


@action
def tell(event: Event, post: Post, told: Mapping[int, Sort], read: Collection[int] = ()) -> None:
    """Tell people of a post, each as the sort of news that it is to them, unless they were told of it before.

    A row that was put off comes back for what turns to its person; for anything else it grows where it waits. Those who have
    `read` the post know it already, and are never told of it.
    """
    rows = _rows(post.thread_id, told, event.at)
    news = [{"person_id": person, "post_id": post.id, "notice_id": rows[person], "sort": sort, "at": event.at,
             "closed_at": event.at if person in read else None} for person, sort in told.items()]  # fmt: skip
    reached = set(db.session.scalars(unless_there(News).returning(News.person_id), news)) - set(read)
    turning = {person for person in reached if told[person].turns}
    _open(rows, reached, event.at, Notice.standing != Standing.LATER)
    _open(rows, turning, event.at, Notice.standing == Standing.LATER)
    mail.queue(rows, reached)
    push.queue(rows, {person: told[person] for person in reached})
    say_changed(reached)


def _rows(thread_id: int, people: Iterable[int], at: datetime) -> dict[int, int]:
    """The rows of these people about a thread, made where there was none: person and row."""
    fresh = [{"person_id": id, "thread_id": thread_id, "standing": Standing.DONE, "at": at} for id in people]
    db.session.execute(unless_there(Notice), fresh)
    kept = select(Notice.person_id, Notice.id).where(
        Notice.thread_id == thread_id, Notice.person_id.in_([one["person_id"] for one in fresh])
    )
    return dict(db.session.execute(kept).all())


def _open(rows: Mapping[int, int], people: Collection[int], at: datetime, where: ColumnElement[bool]) -> None:
    if people:
        ids = [rows[person] for person in people]
        opened = update(Notice).where(Notice.id.in_(ids), where).values(standing=Standing.OPEN, at=at)
        db.session.execute(opened, execution_options={"synchronize_session": False})


@action
def say_changed(people: Collection[int]) -> None:
    """Let the open pages of these people ask for their inbox anew."""
    if people:
        record("inbox.changed", None, Inboxes(sorted(people), company_space().id))


@action
def finish(notices: Sequence[Notice], upto: int | None = None) -> None:
    """Be done with rows of one's inbox, with all in them or up to a piece of news, the last that was seen; what comes later
    opens them again."""
    done_at = now()
    # Whoever is done with a row twice, on two devices, may still take that back.
    waiting = [notice for notice in notices if notice.standing is not Standing.DONE]
    own = News.notice_id.in_([notice.id for notice in waiting])
    _close(own if upto is None else and_(own, News.id <= upto), done_at)
    _settle(waiting, done_at)
    say_changed({notice.person_id for notice in waiting})


def _close(which: ColumnElement[bool], at: datetime) -> bool:
    """Whether any news that was open is closed now."""
    closed = update(News).where(which, News.closed_at.is_(None)).values(closed_at=at)
    result = db.session.execute(closed, execution_options={"synchronize_session": False})
    return bool(getattr(result, "rowcount", 0))


@action
def put_off(notice: Notice, until: datetime) -> None:
    """Let a row of one's inbox come back at a time; also one that one was done with."""
    _reopen(notice)
    notice.standing, notice.at = Standing.LATER, until
    say_changed({notice.person_id})


@action
def bring_back(notice: Notice) -> None:
    """Let a row stand in the inbox again as it last stood there: what was put off, and what one was done with."""
    _reopen(notice)
    newest = select(func.max(News.at)).where(News.notice_id == notice.id)
    notice.standing, notice.at = Standing.OPEN, db.session.scalar(newest) or notice.at
    say_changed({notice.person_id})


def _reopen(notice: Notice) -> None:
    """What was closed when the row was done with is open again."""
    if notice.standing is Standing.DONE:
        closed = update(News).where(News.notice_id == notice.id, News.closed_at == notice.at)
        db.session.execute(closed.values(closed_at=None), execution_options={"synchronize_session": False})


@action
def wake(moment: datetime) -> int:
    """Bring back what was put off until now; how many rows that are. They stand where they would if they had come now."""
    waits = select(Notice).where(Notice.standing == Standing.LATER, Notice.at <= moment)
    notices = db.session.scalars(waits.order_by(Notice.at).limit(WOKEN_AT_ONCE)).all()
    for notice in notices:
        notice.standing, notice.at = Standing.OPEN, moment
    say_changed({notice.person_id for notice in notices})
    return len(notices)


WOKEN_AT_ONCE = 500


@action
def read_on(reader: Person, post: Post) -> None:
    """Close what somebody was told of in a thread up to a post that they read; what they put off stays so."""
    upto = select(Post.id).where(Post.thread_id == post.thread_id, Post.position <= post.position)
    _close_read(reader, post.thread_id, upto)


@action
def read_all(reader: Person) -> None:
    """Close all that somebody was told; what they put off stays so."""
    open_rows = select(Notice).where(Notice.person_id == reader.id, Notice.standing == Standing.OPEN)
    if notices := db.session.scalars(open_rows).all():
        finish(notices)


def _close_read(reader: Person, thread_id: int, posts: Select[int]) -> None:
    opens = (Notice.person_id == reader.id, Notice.thread_id == thread_id, Notice.standing == Standing.OPEN)
    notice = db.session.scalars(select(Notice).where(*opens)).one_or_none()
    if notice is None:
        return
    read_at = now()
    if _close(and_(News.notice_id == notice.id, News.post_id.in_(posts)), read_at):
        _settle([notice], read_at)
        say_changed({reader.id})


def _settle(notices: Sequence[Notice], at: datetime) -> None:
    """Rows in which nothing is open are done with."""
    within = News.notice_id.in_([notice.id for notice in notices])
    opened = set(db.session.scalars(select(News.notice_id).where(within, News.closed_at.is_(None))))
    for notice in notices:
        if notice.id not in opened:
            notice.standing, notice.at = Standing.DONE, at


@action
def open_anew(reader: Person, notice: Notice) -> None:
    """Close what stands in a part of its thread that they read before they were told: they look at it now."""
    kept = progress_of(reader, notice.thread_id)
    if kept and kept.post:
        read_on(reader, kept.post)


@action
def gather(thread_id: int) -> None:
    """Posts of another thread stand in this one by now: what people were told of them stands in their rows of this one."""
    astray = (
        select(News, Notice).join(Post, Post.id == News.post_id).join(Notice, Notice.id == News.notice_id)
    )
    found = db.session.execute(astray.where(Post.thread_id == thread_id, Notice.thread_id != thread_id)).all()
    if not found:
        return
    rows = _rows(thread_id, {news.person_id for news, _left in found}, now())
    opened = [(news, left) for news, left in found if news.closed_at is None]
    for news, _left in found:
        news.notice_id = rows[news.person_id]
    _put_off_alike(rows, [left for _news, left in opened])
    waiting = {news.person_id for news, _left in opened}
    _open(
        rows,
        waiting,
        max((news.at for news, _left in opened), default=now()),
        Notice.standing == Standing.DONE,
    )
    _leave_from(rows, opened)
    say_changed(rows)


def _put_off_alike(rows: Mapping[int, int], left: Sequence[Notice]) -> None:
    """What was put off stays so where it went, unless something waits there already."""
    for notice in left:
        if notice.standing is Standing.LATER:
            there = update(Notice).where(
                Notice.id == rows[notice.person_id], Notice.standing == Standing.DONE
            )
            db.session.execute(there.values(standing=Standing.LATER, at=notice.at))


def _leave_from(rows: Mapping[int, int], opened: Sequence[tuple[News, Notice]]) -> None:
    """What was to leave by mail or to a device from the rows where it stood leaves from these."""
    ids = {left.id for _news, left in opened}
    mail.queue(rows, mail_queries.whose_wait(ids))
    sorts = {news.person_id: news.sort for news, _left in opened}
    push.queue(rows, {id: sorts[id] for id in push_queries.whose_wait(ids)})
