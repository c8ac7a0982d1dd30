"""Reading an inbox: which threads tell somebody something new, what, from whom, and how many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Select,
    StatementLambdaElement,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)

from socialsales.community.access import READER, reads, visible
from socialsales.community.events import Channel
from socialsales.community.lines import PERSON, PersonLine, person_line
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.core.db import db, read_rows, ready
from socialsales.core.errors import NotFound
from socialsales.core.markdown import excerpt
from socialsales.core.paging import Page, Pages
from socialsales.feed import asking, saying
from socialsales.feed.levels import Said
from socialsales.notifications.heard import channel_of
from socialsales.notifications.models import News, Notice, Sort, Standing
from socialsales.threads.attachments.lines import files_of, in_words
from socialsales.threads.lines import ThreadLine, thread_lines
from socialsales.threads.models import Answer, Post, Thread
from socialsales.threads.queries import threads

PER_PAGE = 30
MOST_COUNTED = 100
"""An inbox that holds so many is not counted any further."""
MOST_NAMED = 3
STANDING = bindparam("standing", type_=Notice.standing.type)
NOTICES: BindParameter[int] = bindparam("notices", expanding=True)

CURRENT = or_(News.closed_at.is_(None), and_(Notice.standing == Standing.DONE, News.closed_at == Notice.at))
"""What is open in a row; in one that is done with, what was closed last."""

ACCEPTED = select(Answer.id).where(Answer.post_id == News.post_id).correlate(News).exists()
STANDS = and_(Post.deleted_at.is_(None), or_(News.sort != Sort.ACCEPTED, ACCEPTED), CURRENT)


class Waiting(NamedTuple):
    """How many rows are open, `MOST_COUNTED` at most, and how far the channel of the inbox is."""

    rows: int
    version: int

    @property
    def words(self) -> str:
        """The number as a page shows it, "" for none."""
        return f"{MOST_COUNTED - 1}+" if self.rows >= MOST_COUNTED else str(self.rows or "")


NOTHING_WAITS = Waiting(0, 0)


class Told(NamedTuple):
    """A row of an inbox: a thread, what counts of it for its reader, and what is new in it, each sort so many times.

    `people` told it last, at most so many, and `others` besides; None among them is somebody unsigned. `url` leads to the
    first of it, `excerpt` is how the last of it begins.
    """

    id: int
    thread: ThreadLine
    said: Said
    standing: Standing
    at: datetime
    news: tuple[tuple[Sort, int], ...]
    people: tuple[PersonLine | None, ...]
    others: int
    url: str
    excerpt: str
    language: str

    @property
    def turns(self) -> bool:
        """Whether anything of it turns to the reader."""
        return any(sort.turns for sort, _count in self.news)


def inbox(viewer: Person, standing: Standing, *, after: str | None = None) -> Page[Told]:
    """The rows of somebody's inbox, the last told on top; of those put off, the one that comes back last."""
    page = _listing().page(db.session(), after, **reads(viewer, standing=standing))
    return Page(_told(viewer, page.rows), page.next)


def read_notice(viewer: Person, id: int) -> Told:
    """One row, wherever it stands; raises NotFound."""
    rows = read_rows(_one(), reads(viewer, id=id))
    if not rows:
        raise NotFound(f"notice {id}")
    return _told(viewer, rows)[0]


def get_notice(id: int, viewer: Person) -> Notice:
    """A row to be changed, of a thread that its person still reads; raises NotFound."""
    own = select(Notice).where(Notice.id == id, Notice.person_id == viewer.id)
    found = db.session.scalars(own.where(Notice.thread_id.in_(_readable(viewer)))).one_or_none()
    if found is None:
        raise NotFound(f"notice {id}")
    return found


def open_notices(viewer: Person, upto: datetime) -> Sequence[Notice]:
    """All open rows that came up to a moment, to be done with at once."""
    own = select(Notice).where(Notice.person_id == viewer.id, Notice.standing == Standing.OPEN)
    return db.session.scalars(own.where(Notice.at <= upto)).all()


def last_news() -> int:
    """The last piece of news that anybody was told: what is told later has a greater number."""
    return db.session.scalar(select(func.max(News.id))) or 0


def _readable(viewer: Person) -> Select[int]:
    return visible(Thread, viewer).with_only_columns(Thread.id)


def waiting(viewer: Person) -> Waiting:
    """How much waits in an inbox."""
    return Waiting(*read_rows(_waiting(), reads(viewer, **asked_of_inbox(viewer)))[0])


def asked_of_inbox(viewer: Person) -> dict[str, Any]:
    """What a statement that holds `waiting_row` is run with."""
    return {"standing": Standing.OPEN, "channel": channel_of(viewer)}


@cache
def _waiting() -> StatementLambdaElement:
    return ready(waiting_row())


@cache
def waiting_row() -> Select[int, int]:
    """The same as one row of two columns, for the statement that every page makes of its navigation."""
    rows = standing_rows().with_only_columns(Notice.id).limit(MOST_COUNTED).subquery()
    version = select(Channel.version).where(Channel.name == bindparam("channel")).scalar_subquery()
    return select(select(func.count()).select_from(rows).scalar_subquery(), func.coalesce(version, 0))


@cache
def _listing() -> Pages:
    return Pages(_shown(standing_rows()), (Notice.at, Notice.id), PER_PAGE)


@cache
def _one() -> StatementLambdaElement:
    return ready(_shown(_own().where(Notice.id == bindparam("id"))))


def _shown(rows: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return rows.add_columns(asking.said_of_each().label("says"), Notice.id, Notice.standing, Notice.at)


def standing_rows() -> Select[*tuple[Any, ...]]:
    """Rows that stand there, where anything that was told still stands and the thread was not muted since."""
    news = select(News.id).join(Post, Post.id == News.post_id).where(News.notice_id == Notice.id, STANDS)
    muted = saying.is_muted(func.coalesce(asking.said_of_each(), 0))
    return _own().where(Notice.standing == STANDING, news.correlate(Notice).exists(), ~muted)


def _own() -> Select[*tuple[Any, ...]]:
    return threads(READER).join(Notice, Notice.thread_id == Thread.id).where(Notice.person_id == READER)


def _told(viewer: Person, rows: Sequence[Sequence[Any]]) -> list[Told]:
    ids = [row[-3] for row in rows]
    lines = {row[-3]: line for row, line in zip(rows, thread_lines([row[:-4] for row in rows]), strict=True)}
    news, people = _news(ids), _people(ids)
    last = words_of(viewer, [max(one.last for one in found) for found in news.values() if found])
    return [_row(lines[row[-3]], row[-4:], news[row[-3]], people[row[-3]], last) for row in rows]


class _News(NamedTuple):
    """News of one sort in a row: how many, and the first and last post of them."""

    sort: Sort
    so_many: int
    first: int
    last: int


NOTHING = _News(Sort.REPLIED, 0, 0, 0)


def _row(
    thread: ThreadLine, row: Sequence[Any], news: Sequence[_News], people: Sequence[PersonLine | None],
    words: dict[int, tuple[str, str]],
) -> Told:  # fmt: skip
    says, id, standing, at = row
    found = sorted(news, key=lambda one: list(Sort).index(one.sort)) or [NOTHING]
    first, last = min(one.first for one in found), max(one.last for one in found)
    begins, language = words.get(last, ("", thread.language))
    url = f"/posts/{first}" if first else thread.url
    return Told(
        id, thread, Said.read(says), standing, at, tuple((one.sort, one.so_many) for one in found if one.so_many),
        tuple(people[:MOST_NAMED]), max(0, len(people) - MOST_NAMED), url, begins, language,
    )  # fmt: skip


NEWS = (
    select(News.notice_id, News.sort, func.count(), func.min(Post.id), func.max(Post.id))
    .join(Post, Post.id == News.post_id)
    .join(Notice, Notice.id == News.notice_id)
    .where(News.notice_id.in_(NOTICES), STANDS)
    .group_by(News.notice_id, News.sort)
)


def _news(ids: Sequence[int]) -> dict[int, list[_News]]:
    found: dict[int, list[_News]] = {id: [] for id in ids}
    for id, *row in read_rows(NEWS, {"notices": ids}):
        found[id].append(_News(*row))
    return found


BY = case((News.sort == Sort.ACCEPTED, Answer.accepted_by_id), else_=Post.author_id)
"""Who told it: the author of a post, or whoever accepted it as an answer."""
PEOPLE = (
    select(News.notice_id, func.max(Post.id).label("latest"), *PERSON)
    .join(Post, Post.id == News.post_id)
    .join(Notice, Notice.id == News.notice_id)
    .outerjoin(Answer, Answer.post_id == Post.id)
    .outerjoin(Person, Person.id == BY)
    .where(News.notice_id.in_(NOTICES), STANDS)
    .group_by(News.notice_id, *PERSON)
    .order_by(func.max(Post.id).desc())
)


def _people(ids: Sequence[int]) -> dict[int, list[PersonLine | None]]:
    """Who told it in each of these rows, the last first; None is somebody unsigned."""
    found: dict[int, list[PersonLine | None]] = defaultdict(list)
    for id, _latest, *person in read_rows(PEOPLE, {"notices": ids}):
        found[id].append(person_line(person))
    return found


WORDS = (
    visible(Post, READER)
    .where(Post.id.in_(bindparam("posts", expanding=True)))
    .with_only_columns(Post.id, Post.body, Post.files, Post.language)
)


def words_of(viewer: Person, posts: Sequence[int]) -> dict[int, tuple[str, str]]:
    """How each of these posts begins, and in which language."""
    rows = read_rows(WORDS, reads(viewer, posts=posts))
    return {id: (_begins(body) or in_words(files_of(files)), language) for id, body, files, language in rows}


@lru_cache(1_000)
def _begins(body: str) -> str:
    return excerpt(body, 200)


def tells_words(told: Told) -> bool:
    """Whether what was written there may leave this house: by mail, or to a device."""
    return db.session.get_one(Space, told.thread.space.id).lets_words_leave
