"""Reading what is due, and what a mail has to tell: asked again when it leaves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import raiseload

from socialsales.community.access import visible
from socialsales.community.lines import PERSON, PersonLine, person_line
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.feed.levels import Level
from socialsales.notifications.mail.addresses import is_inside
from socialsales.notifications.mail.answering import answer_address, takes_answers, ticket
from socialsales.notifications.mail.models import Mail, MailChoice, MailState, Pace, Returned
from socialsales.notifications.models import News, Notice, Sort, Standing
from socialsales.notifications.queries import STANDS, Told, read_notice, tells_words
from socialsales.threads.attachments.lines import FileLine, files_of
from socialsales.threads.models import Post
from socialsales.threads.unsigned.queries import holds_unsigned

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
    """What a mail tells whom; of a closed space that does not let it leave, only that there is something.

    `answer_to` is the address at which it is answered, "" where it cannot be.
    """

    mail_id: int
    person: Person
    told: Told
    pieces: Sequence[Piece]
    earlier: int
    tells_words: bool
    answer_to: str = ""

    @property
    def upto(self) -> int:
        """The last of its news: what comes after that is another mail's."""
        return max(piece.news_id for piece in self.pieces)


class Back(NamedTuple):
    """What goes back to whoever sent a mail; `place` is the page on which they may write instead, if there is one."""

    mail_id: int
    person: Person
    why: str
    words: str
    place: str
    posted: bool
    answers: str


class Failed(NamedTuple):
    """A mail that did not leave: to whom, and why."""

    id: int
    email: str
    due_at: datetime
    error: str


def due(moment: datetime) -> Sequence[int]:
    """The mails that are to leave by now."""
    waiting = select(Mail.id).where(Mail.state == MailState.WAITING, Mail.due_at <= moment)
    # A morning's digests keep nobody from hearing that somebody asks them.
    order = (Mail.digest_id.is_not(None), Mail.due_at, Mail.id)
    return db.session.scalars(waiting.order_by(*order).limit(AT_ONCE)).all()


def whose_wait(notices: Collection[int]) -> Sequence[int]:
    """Whose mail about one of these rows of inboxes waits."""
    waiting = select(Mail.person_id).where(Mail.notice_id.in_(notices), Mail.state == MailState.WAITING)
    return db.session.scalars(waiting).all()


def mail_of(mail_id: int) -> tuple[Mail, Person] | None:
    """A mail and whose it is; None where they may not be told by mail."""
    mail = db.session.get(Mail, mail_id)
    person = db.session.get(Person, mail.person_id, options=[raiseload("*")]) if mail else None
    if mail is None or person is None or not person.active or not is_inside(person.email):
        return None
    return mail, person


def contents(mail: Mail, person: Person) -> Contents | None:
    """What a mail about a row of an inbox tells if it leaves now; None where nothing of it is left to tell."""
    told = _told(person, mail.notice_id or 0)
    rows = _rows(person, mail) if told and pace_of(person) is not Pace.NEVER else []
    if told is None or not rows:
        return None
    pieces = [Piece._make((*row[1:8], files_of(row[8]), person_line(row[9:]))) for row in reversed(rows)]
    earlier = rows[0][0] - len(rows)
    return Contents(mail.id, person, told, pieces, earlier, tells_words(told), _answer_to(person, told))


def _answer_to(person: Person, told: Told) -> str:
    """Where something was told unsigned nobody answers by mail, as a mail carries names; nor where nobody may answer."""
    if not takes_answers() or told.thread.locked_because is not None or holds_unsigned(told.thread):
        return ""
    return answer_address(ticket(person.id, told.thread.id, told.thread.space))


def returned(mail_id: int) -> Back | None:
    """What this mail says, if it is one that goes back."""
    one = db.session.scalars(select(Returned).where(Returned.mail_id == mail_id)).one_or_none()
    mail = db.session.get_one(Mail, mail_id) if one else None
    if one is None or mail is None:
        return None
    person = db.session.get_one(Person, mail.person_id, options=[raiseload("*")])
    return Back(mail_id, person, one.why, one.words, one.place, one.posted, one.answers)


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
