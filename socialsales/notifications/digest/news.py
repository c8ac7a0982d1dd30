"""What a digest tells: what somebody was told and left by no mail of its own, and what they follow and did not read.

What they were told is a row of `News`, which knows the one mail with which it left. All else is counted by how far they
read, from the post on that the last digest reached. Both are one list of threads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    StatementLambdaElement,
    Subquery,
    bindparam,
    case,
    func,
    or_,
    select,
)

from socialsales.community.access import READER, reads, visible
from socialsales.community.lines import PERSON, PersonLine, person_line
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.core.db import read_rows, ready
from socialsales.feed import asking, saying, unread
from socialsales.feed.levels import UNSAID, Said
from socialsales.feed.saying import fixed
from socialsales.notifications.mail.models import Mail, MailState
from socialsales.notifications.models import News, Notice, Sort, Standing
from socialsales.notifications.queries import BY, MOST_NAMED, STANDS, Told, standing_rows, words_of
from socialsales.threads.lines import ThreadLine, thread_lines
from socialsales.threads.models import Answer, Post, Thread
from socialsales.threads.queries import threads
from socialsales.threads.unsigned.queries import not_by

LOOKED_AT = 1_000
"""So many of the threads that moved last are looked at."""
MOST_ROWS = 3_000
OPEN_ROWS = 300
MAIL, AFTER, UPTO = (bindparam(name, type_=Integer) for name in ("mail", "after", "upto"))
SPEAKS = or_(Space.for_everybody(), Space.tells_by_mail)
"""Which spaces let their words leave by mail."""


class Span(NamedTuple):
    """The posts of which an issue of a digest tells: those after one, up to another; `mail_id` brings it."""

    mail_id: int
    after: int
    upto: int


class Talk(NamedTuple):
    """What is new in a thread of one sort, from one colleague; None is somebody unsigned.

    `notice_id` is the row of the inbox that tells it, `news_id` the last of it there; 0 where it is only counted.
    """

    thread_id: int
    said: Said
    began: bool
    speaks: bool
    notice_id: int
    sort: Sort
    posts: int
    first: int
    last: int
    news_id: int
    author: PersonLine | None


class Moved(NamedTuple):
    """A thread in which something is new for somebody."""

    thread_id: int
    talks: Sequence[Talk]

    @property
    def answers(self) -> bool:
        """Whether it turns to them: asks or names them, takes their answer, or they began it."""
        return any(talk.began or talk.sort.turns for talk in self.talks)

    @property
    def speaks(self) -> bool:
        """Whether its space lets its words leave by mail."""
        return self.talks[0].speaks

    @property
    def first(self) -> int:
        """The first of the new posts."""
        return min(talk.first for talk in self.talks)

    @property
    def last(self) -> int:
        """The last of them."""
        return max(talk.last for talk in self.talks)

    @property
    def place(self) -> tuple[object, ...]:
        """Where it stands among others: what turns to its reader, then what they watch, then the rest; the newest first."""
        return not self.answers, self.talks[0].said.level.quiet, -self.last


def moved(reader: Person, span: Span) -> list[Moved]:
    """The threads in which something is new for somebody, what is most pressing first."""
    asked = reads(reader, mail=span.mail_id, after=span.after, upto=span.upto)
    told = read_rows(_told(), {**asked, "standing": Standing.OPEN})
    counted = read_rows(_counted(), {**asked, **unread.since(reader)})
    talks = sorted(map(_talk, (*told, *counted)), key=lambda talk: talk.thread_id)
    found = (Moved(id, list(group)) for id, group in groupby(talks, lambda talk: talk.thread_id))
    return sorted(found, key=lambda one: one.place)


def _talk(row: Any) -> Talk:
    thread, says, began, speaks, notice, sort, posts, first, last, news, *person = row
    author = person_line(person)
    facts = (Said.read(says), bool(began), bool(speaks), notice, Sort(sort), posts, first, last, news)
    return Talk(thread, *facts, author)


@cache
def _told() -> StatementLambdaElement:
    """What stands in the inbox, left by no mail, and waits for none."""
    here = _open()
    news = (
        visible(Post, READER)
        .join(News, News.post_id == Post.id)
        .join(here, here.c.notice == News.notice_id)
        .join(Notice, Notice.id == News.notice_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .outerjoin(Answer, Answer.post_id == Post.id)
        .outerjoin(Person, Person.id == BY)
        .where(STANDS, or_(News.mail_id.is_(None), News.mail_id == MAIL))
    )
    return _gathered(news, here.c.says, here.c.notice, News.sort, func.max(News.id))


def _open() -> Subquery:
    awaited = select(Mail.id).where(Mail.notice_id == Notice.id, Mail.state == MailState.WAITING).exists()
    says = func.coalesce(asking.said_of_each(), UNSAID.number)
    rows = standing_rows().where(~awaited).order_by(Notice.at.desc(), Notice.id.desc()).limit(OPEN_ROWS)
    return rows.with_only_columns(Notice.id.label("notice"), says.label("says")).subquery()


@cache
def _counted() -> StatementLambdaElement:
    """What was said in what they track or watch since the last digest and they did not read, but for what was told them."""
    here = unread.moved_on(LOOKED_AT)
    told = select(News.id).where(News.person_id == READER, News.post_id == Post.id).exists()
    posts = (
        visible(Post, READER)
        .join(here, here.c.id == Post.thread_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .outerjoin(Post.author)
        .where(Post.id > AFTER, Post.id <= UPTO, Post.deleted_at.is_(None), not_by(READER), ~told)
        .where(saying.counts(here.c.says), unread.is_new(here))
    )
    sort = case((Post.position == fixed(0), fixed(Sort.PUBLISHED.value)), else_=fixed(Sort.REPLIED.value))
    return _gathered(posts, here.c.says, fixed(0), sort, fixed(0))


def _gathered(
    posts: Select[Any],
    says: ColumnElement[int],
    notice: ColumnElement[int],
    sort: Any,
    news: ColumnElement[int],
) -> StatementLambdaElement:
    """So many of each sort by each colleague in each thread; what came last stands first."""
    began, last = Thread.author_id == READER, func.max(Post.id)
    shown = (Thread.id, says, began, SPEAKS, notice.label("notice"), sort.label("sort"))
    measured = (func.count(), func.min(Post.id), last, news)
    one = (Thread.id, Space.id, says, "notice", "sort", *PERSON)
    gathered = posts.with_only_columns(*shown, *measured, *PERSON).group_by(*one)
    return ready(gathered.order_by(last.desc()).limit(MOST_ROWS))


def shown(reader: Person, found: Sequence[Moved]) -> list[Told]:
    """The same as the inbox shows them, in this order."""
    rows = read_rows(LINES, reads(reader, threads=[one.thread_id for one in found]))
    lines = {line.id: line for line in thread_lines(rows)}
    words = words_of(reader, [one.last for one in found])
    return [_shown(one, lines[one.thread_id], words) for one in found if one.thread_id in lines]


LINES = threads(READER).where(Thread.id.in_(bindparam("threads", expanding=True)))


def _shown(found: Moved, thread: ThreadLine, words: Mapping[int, tuple[str, str]]) -> Told:
    begins, language = words.get(found.last, ("", thread.language))
    people = list(dict.fromkeys(talk.author for talk in sorted(found.talks, key=lambda talk: -talk.last)))
    return Told(
        0, thread, found.talks[0].said, Standing.OPEN, thread.active_at, tuple(_counts(found)), tuple(people[:MOST_NAMED]),
        max(0, len(people) - MOST_NAMED), f"/posts/{found.first}", begins, language,
    )  # fmt: skip


def _counts(found: Moved) -> Iterator[tuple[Sort, int]]:
    counted: Counter[Sort] = Counter()
    for talk in found.talks:
        counted[talk.sort] += talk.posts
    return ((sort, counted[sort]) for sort in Sort if counted[sort])
