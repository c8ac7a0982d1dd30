"""Reading what is due, and what a mail has to tell: asked again when it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import raiseload

from socialsales.community.access import visible
from socialsales.community.lines import PERSON, PersonLine, person_line
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.feed.levels import Level
from socialsales.notifications.mail.addresses import is_inside
from socialsales.notifications.mail.models import Mail, MailChoice, MailState, Pace
from socialsales.notifications.models import News, Notice, Sort, Standing
from socialsales.notifications.queries import STANDS, Told, read_notice
from socialsales.threads.attachments.lines import FileLine, files_of
from socialsales.threads.models import Post

AT_ONCE = 100
MOST_POSTS = 10
"""A mail tells the last so many posts, and how many came before."""


class Piece(NamedTuple):
    """A post that a mail tells."""

    news_id: int
    sort: Sort
    id: int
    position: int
    body: str
    language: str
    created_at: datetime
    files: tuple[FileLine, ...]
    author: PersonLine | None

    @property
    def url(self) -> str:
        """Address that opens its thread at it."""
        return f"/posts/{self.id}"


class Contents(NamedTuple):
    """What a mail tells whom; of a closed space that does not let it leave, only that there is something."""

    mail_id: int
    person: Person
    told: Told
    pieces: Sequence[Piece]
    earlier: int
    tells_words: bool

    @property
    def upto(self) -> int:
        """The last of its news: what comes after that is another mail's."""
        return max(piece.news_id for piece in self.pieces)


class Failed(NamedTuple):
    """A mail that did not leave: to whom, and why."""

    id: int
    email: str
    due_at: datetime
    error: str


def due(moment: datetime) -> Sequence[int]:
    """The mails that are to leave by now."""
    waiting = select(Mail.id).where(Mail.state == MailState.WAITING, Mail.due_at <= moment)
    return db.session.scalars(waiting.order_by(Mail.due_at, Mail.id).limit(AT_ONCE)).all()


def contents(mail_id: int) -> Contents | None:
    """What a mail tells if it leaves now; None where nothing of it is left to tell, or its person may not be told."""
    mail = db.session.get(Mail, mail_id)
    person = db.session.get(Person, mail.person_id, options=[raiseload("*")]) if mail else None
    if mail is None or person is None or not person.active or not is_inside(person.email):
        return None
    told = _told(person, mail.notice_id)
    rows = _rows(person, mail) if told and pace_of(person) is not Pace.NEVER else []
    if told is None or not rows:
        return None
    pieces = [Piece._make((*row[1:8], files_of(row[8]), person_line(row[9:]))) for row in reversed(rows)]
    return Contents(mail_id, person, told, pieces, rows[0][0] - len(rows), _tells_words(told.thread.space.id))


def _told(person: Person, notice_id: int) -> Told | None:
    try:
        told = read_notice(person, notice_id)
    except NotFound:
        return None
    return told if told.standing is Standing.OPEN and told.said.level is not Level.MUTED else None


def _rows(person: Person, mail: Mail) -> Sequence[Any]:
    """What is open in its row and left by no other mail, the last first, each beside how much that is in all."""
    own = or_(News.mail_id.is_(None), News.mail_id == mail.id)
    told = (
        visible(Post, person)
        .join(News, News.post_id == Post.id)
        .join(Notice, Notice.id == News.notice_id)
        .outerjoin(Post.author)
        .where(News.notice_id == mail.notice_id, own, STANDS)
        .with_only_columns(
            func.count().over(), News.id, News.sort, Post.id, Post.position, Post.body, Post.language,
            Post.created_at, Post.files, *PERSON,
        )
        .order_by(News.id.desc())
        .limit(MOST_POSTS)
    )  # fmt: skip
    return db.session.execute(told).all()


def _tells_words(space_id: int) -> bool:
    return db.session.get_one(Space, space_id).lets_words_leave


def pace_of(person: Person) -> Pace:
    """How fast somebody is told by mail."""
    said = db.session.scalar(select(MailChoice.pace).where(MailChoice.person_id == person.id))
    return said or Pace.GATHERED


def failed() -> list[Failed]:
    """What did not leave, the last on top."""
    rows = select(Mail.id, Person.email, Mail.due_at, Mail.error).join(Person, Person.id == Mail.person_id)
    found = db.session.execute(rows.where(Mail.state == MailState.FAILED).order_by(Mail.id.desc()))
    return [Failed(*row) for row in found]


def how_many() -> dict[MailState, int]:
    """How many mails wait, left and failed."""
    counted = select(Mail.state, func.count()).group_by(Mail.state)
    return dict.fromkeys(MailState, 0) | dict(db.session.execute(counted).all())
