"""Reading what a digest tells when it leaves, how often it comes, and whether its person looked at the last ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from sqlalchemy import StatementLambdaElement, func, select

from socialsales.community.access import reads
from socialsales.community.events import Delivery, Event
from socialsales.community.people import Person
from socialsales.core.db import db, read_rows, ready
from socialsales.notifications.digest import news
from socialsales.notifications.digest.models import Digest, Issue
from socialsales.notifications.digest.news import Moved, Span
from socialsales.notifications.digest.rhythm import Rhythm
from socialsales.notifications.digest.tactics import Tactic, worth_reading
from socialsales.notifications.mail.models import Mail, MailState
from socialsales.notifications.models import News, Notice, Sort, Standing
from socialsales.notifications.queries import STANDS, Told, standing_rows
from socialsales.notifications.teller import Teller
from socialsales.threads.models import Post
from socialsales.threads.reading.queries import last_here

USUAL = Rhythm.WEEKLY
MOST_SHOWN = 10
"""A digest shows so many threads, and says how many more there are."""
PATIENCE = 4
"""After so many of which nothing was read, none comes until their person is back."""
MOST_KNOWN = 1_000
"""So many issues are looked through for what they told."""


class Contents(NamedTuple):
    """An issue of somebody's digest: what turns to them, what moved in what they follow, and how much more did.

    `closed` threads moved in closed spaces that tell nothing by mail; `waiting` ones that turn to them left by mails of their own
    and are still unread. `is_last` says that no other comes until they are back.
    """

    person: Person
    digest: Digest
    span: Span
    moved: Sequence[Moved]
    answers: Sequence[Told]
    others: Sequence[Told]
    more: int
    closed: int
    waiting: int
    tactic: Tactic | None
    is_last: bool

    @property
    def threads(self) -> list[int]:
        """Those that stand in it."""
        shown = [told.thread.id for told in (*self.answers, *self.others)]
        return [*shown, *([self.tactic.thread.id] if self.tactic else [])]


def contents(mail: Mail, person: Person) -> Contents | None:
    """What an issue tells if it leaves now; None where nothing waits to be read, or none is wanted."""
    digest = digest_of(person)
    unopened = _unopened(digest, person) if digest else 0
    if digest is None or digest.rhythm is Rhythm.NONE or unopened >= PATIENCE:
        return None
    span = _span(digest, mail)
    moved = news.moved(person, span)
    return _contents(person, digest, span, moved, is_last=unopened == PATIENCE - 1) if moved else None


def _contents(
    person: Person, digest: Digest, span: Span, moved: Sequence[Moved], *, is_last: bool
) -> Contents:
    telling = [one for one in moved if one.speaks]
    first = telling[:MOST_SHOWN]
    told = news.shown(person, first)
    answering = {one.thread_id for one in first if one.answers}
    answers = [one for one in told if one.thread.id in answering]
    others = [one for one in told if one.thread.id not in answering]
    known = {one.thread_id for one in moved} | _known(digest, span)
    return Contents(
        person, digest, span, moved, answers, others, len(telling) - len(told), len(moved) - len(telling),
        _waiting(person, span), worth_reading(person, span, known), is_last,
    )  # fmt: skip


def digest_of(person: Person) -> Digest | None:
    """How often their digest comes, None where nobody began it yet."""
    return db.session.scalars(select(Digest).where(Digest.person_id == person.id)).one_or_none()


def rests(digest: Digest, person: Person) -> bool:
    """Whether it waits until its person is back."""
    return digest.rhythm is not Rhythm.NONE and _unopened(digest, person) >= PATIENCE


def _unopened(digest: Digest, person: Person) -> int:
    """How many issues left since its person was last here, so many as matter. A mail tells nobody that it was opened."""
    here = max(last_here(person) or digest.chosen_at, digest.chosen_at)
    left = (Mail.digest_id == digest.id, Mail.state == MailState.SENT)
    since = select(Mail.id).where(*left, Mail.due_at > here)
    return db.session.scalar(select(func.count()).select_from(since.limit(PATIENCE).subquery())) or 0


def _span(digest: Digest, mail: Mail) -> Span:
    """Of an issue that was claimed before it stays what it was; what came since is the next one's."""
    kept = db.session.scalars(select(Issue).where(Issue.mail_id == mail.id)).one_or_none()
    return Span(mail.id, kept.after, kept.upto) if kept else Span(mail.id, digest.after, _told_upto())


def _told_upto() -> int:
    """The last post before the first one that those whom it concerns are still to be told: it may leave by a mail of its own."""
    post = Event.facts["post_id"].as_integer()
    owed = select(func.min(post)).join(Delivery, Delivery.event_id == Event.id)
    first = db.session.scalar(owed.where(Delivery.reader == Teller.name, Delivery.attempts == 0))
    return first - 1 if first else newest_post()


def newest_post() -> int:
    """The number of the last post there is."""
    return db.session.scalar(select(func.max(Post.id))) or 0


def _known(digest: Digest, span: Span) -> set[int]:
    """The threads that other issues told."""
    others = select(Issue.threads).where(Issue.digest_id == digest.id, Issue.mail_id != span.mail_id)
    latest = others.order_by(Issue.id.desc()).limit(MOST_KNOWN)
    return {id for ids in db.session.scalars(latest) for id in ids}


def _waiting(person: Person, span: Span) -> int:
    """How many threads turn to somebody, left by a mail of their own, and still wait in the inbox."""
    asked = reads(person, standing=Standing.OPEN, mail=span.mail_id)
    return int(read_rows(_still_waiting(), asked)[0][0])


@cache
def _still_waiting() -> StatementLambdaElement:
    turning = News.sort.in_([sort for sort in Sort if sort.turns])
    rows = standing_rows().join(News, News.notice_id == Notice.id).join(Post, Post.id == News.post_id)
    left = rows.where(turning, STANDS, News.mail_id.is_not(None), News.mail_id != news.MAIL)
    return ready(left.with_only_columns(func.count(Notice.id.distinct())))
