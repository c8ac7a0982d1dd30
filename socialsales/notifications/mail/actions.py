"""Mails are queued where something is told, leave once, and are tried again where the mail server could not take them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import aliased

from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.db import db, unless_there
from socialsales.notifications.mail.addresses import is_inside, sends_mail
from socialsales.notifications.mail.models import Mail, MailChoice, MailState, Pace, Returned
from socialsales.notifications.models import News

GATHER = timedelta(minutes=5)
"""So long what comes together is gathered into one mail."""
USUAL_PACE = Pace.GATHERED
FIRST_PAUSE, LONGEST_PAUSE, MOST_ATTEMPTS = timedelta(minutes=1), timedelta(hours=4), 12
"""A mail that could not leave is tried again for about a day."""
PATIENCE = timedelta(minutes=10)
"""How long an answer of the mail server is awaited."""
UNKNOWN = "It is not known whether it left: nothing was heard of the mail server any more."


@action
def queue(rows: Mapping[int, int], people: Collection[int]) -> None:
    """Let what these people are told leave by mail too, as fast as each wants it; one that waits already grows."""
    if not sends_mail():
        return
    fresh = [
        {"notice_id": rows[id], "person_id": id, "state": MailState.WAITING, "due_at": now() + PAUSES[pace]}
        for id, pace in _wanting(people).items()
    ]
    if fresh:
        db.session.execute(unless_there(Mail), fresh)


PAUSES = {Pace.AT_ONCE: timedelta(0), Pace.GATHERED: GATHER}


def _wanting(people: Collection[int]) -> dict[int, Pace]:
    """Who of these wants mail and may get it, and how fast."""
    asked = (
        select(Person.id, Person.email, MailChoice.pace)
        .outerjoin(MailChoice, MailChoice.person_id == Person.id)
        .where(Person.id.in_(people), Person.active, Person.password.is_not(None))
    )
    found = ((id, email, pace or USUAL_PACE) for id, email, pace in db.session.execute(asked))
    return {id: pace for id, email, pace in found if pace is not Pace.NEVER and is_inside(email)}


@action
def send_back(person: Person, returned: Returned) -> None:
    """Let a mail go back to whoever sent one, at once; the company's own people alone get any."""
    if not is_inside(person.email):
        return
    mail = Mail(person_id=person.id, state=MailState.WAITING, due_at=now())
    db.session.add(mail)
    db.session.flush()
    returned.mail_id = mail.id
    db.session.add(returned)


@action
def claim(mail_id: int, keep: Callable[[], None] | None) -> bool:
    """Take a mail that waits, to send it now, and keep what it tells; False where another process has taken it."""
    waiting = update(Mail).where(Mail.id == mail_id, Mail.state == MailState.WAITING)
    taken = db.session.execute(waiting.values(state=MailState.LEAVING, due_at=now()))
    if not getattr(taken, "rowcount", 0):
        return False
    if keep:
        keep()
    return True


@action
def keep_told(mail_id: int, upto: int) -> None:
    """A mail about a row of an inbox tells its news up to this one."""
    row = select(Mail.notice_id).where(Mail.id == mail_id).scalar_subquery()
    told = (News.notice_id == row, News.mail_id.is_(None), News.closed_at.is_(None), News.id <= upto)
    db.session.execute(update(News).where(*told).values(mail_id=mail_id))


@action
def drop(mail_id: int) -> None:
    """Forget a mail that waits: nothing is left in it that its person is still to be told."""
    db.session.execute(update(News).where(News.mail_id == mail_id).values(mail_id=None))
    db.session.execute(delete(Mail).where(Mail.id == mail_id, Mail.state == MailState.WAITING))


@action
def wait(mail_id: int, until: datetime) -> None:
    """Let a mail wait until its person may be disturbed; it grows meanwhile."""
    waiting = update(Mail).where(Mail.id == mail_id, Mail.state == MailState.WAITING)
    db.session.execute(waiting.values(due_at=until))


@action
def release(person: Person) -> None:
    """Look at once at what waits for somebody: they said anew when they may be disturbed."""
    waiting = update(Mail).where(Mail.person_id == person.id, Mail.state == MailState.WAITING)
    db.session.execute(waiting.where(Mail.due_at > now() + GATHER).values(due_at=now()))


@action
def mark_sent(mail_id: int) -> None:
    """The mail server has it."""
    mail = db.session.get_one(Mail, mail_id)
    mail.state, mail.due_at, mail.error = MailState.SENT, now(), ""
    db.session.execute(update(Returned).where(Returned.mail_id == mail_id).values(words=""))


@action
def mark_failed(mail_id: int, error: str) -> None:
    """It will not leave, unless somebody sends it again."""
    mail = db.session.get_one(Mail, mail_id)
    mail.state, mail.error = MailState.FAILED, error[:2000]


@action
def put_off(mail_id: int, error: str) -> None:
    """Try again later, each time after a longer pause; after the last time it has failed."""
    mail = db.session.get_one(Mail, mail_id)
    mail.attempts += 1
    if mail.attempts >= MOST_ATTEMPTS or _other_waits(mail):
        return mark_failed(mail_id, error)
    mail.state, mail.error = MailState.WAITING, error[:2000]
    mail.due_at = now() + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (mail.attempts - 1))
    return None


def _other_waits(mail: Mail) -> bool:
    """Whether another mail of the same row, or digest, began to wait meanwhile; it then tells of all of this one."""
    if db.session.scalar(select(Mail.id).where(Mail.id == mail.id, _awaited())) is None:
        return False
    db.session.execute(update(News).where(News.mail_id == mail.id).values(mail_id=None))
    return True


@action
def give_up(moment: datetime) -> int:
    """Of what was leaving when the process ended, nobody knows whether it left: it has failed, rather than come twice."""
    lost = update(Mail).where(Mail.state == MailState.LEAVING, Mail.due_at <= moment - PATIENCE)
    result = db.session.execute(lost.values(state=MailState.FAILED, error=UNKNOWN))
    return int(getattr(result, "rowcount", 0))


@action
def send_again() -> int:
    """Let everything that failed wait anew; how many mails that are. Of each row or digest only the last one, and none where
    another one waits, which tells of them."""
    failed = select(Mail).where(Mail.state == MailState.FAILED, ~_awaited()).order_by(Mail.id)
    last = {mail.about: mail for mail in db.session.scalars(failed)}
    for mail in last.values():
        mail.state, mail.attempts, mail.due_at = MailState.WAITING, 0, now()
    return len(last)


def _awaited() -> ColumnElement[bool]:
    other = aliased(Mail)
    same = or_(other.notice_id == Mail.notice_id, other.digest_id == Mail.digest_id)
    return select(other.id).where(same, other.state == MailState.WAITING).exists()


@action
def choose_pace(chooser: Person, pace: Pace) -> None:
    """Say how fast one wants to be told by mail; what waits leaves as it would have, or not at all."""
    db.session.execute(delete(MailChoice).where(MailChoice.person_id == chooser.id))
    if pace is not USUAL_PACE:
        db.session.add(MailChoice(person_id=chooser.id, pace=pace))
