"""Whose an answer is and where it goes; what came in before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.notifications.mail.addresses import is_inside
from socialsales.notifications.mail.answering import Ticket, read_answer_address
from socialsales.notifications.replies.incoming import Incoming
from socialsales.notifications.replies.models import Outcome, Received
from socialsales.notifications.replies.reasons import Reason, Rejected
from socialsales.threads.models import Thread
from socialsales.threads.queries import thread_at
from socialsales.threads.unsigned.queries import holds_unsigned


class NotPosted(NamedTuple):
    """A mail that was not posted: when it came, from whom, and the word for why."""

    at: datetime
    email: str
    reason: str


def is_known(mail: Incoming) -> bool:
    """Whether a mail came before."""
    return db.session.scalar(select(Received.id).where(Received.digest == mail.digest)) is not None


def sender_of(mail: Incoming) -> Person | None:
    """Who of the company wrote it, as far as it says so itself. Whoever never signed in was never written to."""
    if not is_inside(mail.sender):
        return None
    found = select(Person).where(
        func.lower(Person.email) == mail.sender.lower(), Person.password.is_not(None)
    )
    return db.session.scalars(found.limit(1)).one_or_none()


def written_to(mail: Incoming) -> Person | None:
    """To whom we wrote what is answered, from whatever address; nobody where it is none of our mails."""
    ticket = next(_tickets(mail), None)
    person = db.session.get(Person, ticket.person_id) if ticket else None
    return person if person and person.active and is_inside(person.email) else None


def thread_answered(person: Person, mail: Incoming) -> Thread:
    """The thread that somebody answers, if they may answer it by mail now; raises Rejected."""
    ticket = _ticket(person, mail)
    if not person.active:
        raise Rejected(Reason.CLOSED)
    thread = _still_read(person, ticket)
    if (thread.space_id, thread.space.is_closed) != (ticket.space_id, ticket.closed):
        raise Rejected(Reason.MOVED, place=thread.url)
    if holds_unsigned(thread):
        raise Rejected(Reason.UNSIGNED, place=thread.url)
    return thread


def _ticket(person: Person, mail: Incoming) -> Ticket:
    """What the address says to which the mail came; of several, one that was given to its sender."""
    found = list(_tickets(mail))
    if not found:
        raise Rejected(Reason.UNKNOWN)
    own = next((ticket for ticket in found if ticket.person_id == person.id), None)
    if own is None:
        raise Rejected(Reason.ANOTHERS)
    return own


def _tickets(mail: Incoming) -> Iterator[Ticket]:
    """A mail that went through many hands names addresses of which some are cut short."""
    for address in mail.receivers:
        with suppress(NotFound):
            ticket = read_answer_address(address)
            if ticket:
                yield ticket


def _still_read(person: Person, ticket: Ticket) -> Thread:
    try:
        return thread_at(ticket.thread_id, person)
    except NotFound as problem:
        raise Rejected(Reason.GONE) from problem


def rejected_lately(person: Person, within: timedelta) -> int:
    """How many mails of somebody's were answered with why they are not posted."""
    theirs = Received.person_id == person.id, Received.outcome == Outcome.REJECTED
    counted = select(func.count()).select_from(Received).where(*theirs, Received.at > now() - within)
    return db.session.scalar(counted) or 0


def how_many() -> dict[Outcome, int]:
    """What became of the mails that came in."""
    counted = select(Received.outcome, func.count()).group_by(Received.outcome)
    return dict.fromkeys(Outcome, 0) | dict(db.session.execute(counted).all())


def not_posted(limit: int = 50) -> list[NotPosted]:
    """The last mails that were not posted, the newest on top."""
    rows = select(Received.at, Person.email, Received.reason).join(Person, Person.id == Received.person_id)
    return [
        NotPosted._make(row) for row in db.session.execute(rows.order_by(Received.id.desc()).limit(limit))
    ]
