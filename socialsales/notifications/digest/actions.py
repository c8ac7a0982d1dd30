"""Beginning digests, letting them leave in their mornings, and keeping what each told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import raiseload

from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.db import db, unless_there
from socialsales.notifications.digest.models import Digest, Issue
from socialsales.notifications.digest.queries import USUAL, Contents, digest_of, newest_post
from socialsales.notifications.digest.rhythm import WEEK, Rhythm, morning_of, next_morning
from socialsales.notifications.mail.models import Mail, MailState
from socialsales.notifications.models import News
from socialsales.notifications.quiet.hours import Hours
from socialsales.notifications.quiet.models import Quiet
from socialsales.notifications.quiet.queries import quiet_of
from socialsales.web.viewer import zone_of

AT_ONCE = 200
"""So many people at once, so that nobody who saves something waits for all of them."""


@action
def enroll() -> int:
    """Begin the digest of people who may sign in and have none; how many. What was told before is news in none."""
    missing = ~select(Digest.id).where(Digest.person_id == Person.id).exists()
    people = select(Person, Quiet).outerjoin(Quiet, Quiet.person_id == Person.id).options(raiseload("*"))
    found = db.session.execute(
        people.where(Person.active, Person.password.is_not(None), missing).limit(AT_ONCE)
    ).all()
    newest = newest_post()
    db.session.add_all(
        Digest(person_id=person.id, rhythm=USUAL, due_at=_next(USUAL, person, _hours(quiet)), after=newest)
        for person, quiet in found
    )
    return len(found)


@action
def queue_due(moment: datetime) -> int:
    """Let the digests that are due by now leave, and say when each comes next; how many were looked at."""
    people = (
        select(Digest, Person, Quiet)
        .join(Person, Person.id == Digest.person_id)
        .outerjoin(Quiet, Quiet.person_id == Person.id)
        .options(raiseload("*"))
    )
    found = db.session.execute(
        people.where(Digest.due_at <= moment).order_by(Digest.due_at).limit(AT_ONCE)
    ).all()
    leaving = list(_leaving(found, moment))
    if leaving:
        db.session.execute(unless_there(Mail), leaving)
    return len(found)


def _leaving(found: Iterable[Any], moment: datetime) -> Iterator[dict[str, Any]]:
    """A mail for each; where it is not morning yet, as somebody travels or begins to work later now, it waits for that."""
    for digest, person, quiet in found:
        hours, zone = _hours(quiet), zone_of(person)
        morning = morning_of(moment.astimezone(zone).date(), hours, zone)
        digest.due_at = morning if moment < morning else _next(digest.rhythm, person, hours)
        if moment >= morning:
            yield {
                "digest_id": digest.id,
                "person_id": person.id,
                "state": MailState.WAITING,
                "due_at": moment,
            }


def _hours(quiet: Quiet | None) -> Hours:
    return (quiet.calm.hours if quiet else None) or WEEK


def _next(rhythm: Rhythm, person: Person, hours: Hours) -> datetime | None:
    zone = zone_of(person)
    return None if rhythm is Rhythm.NONE else next_morning(rhythm, now().astimezone(zone).date(), hours, zone)


@action
def keep_issue(contents: Contents) -> None:
    """Keep what an issue tells as it leaves: no other mail tells it again."""
    span, digest = contents.span, db.session.get_one(Digest, contents.digest.id)
    issue = db.session.scalars(select(Issue).where(Issue.mail_id == span.mail_id)).one_or_none()
    if issue is None:
        issue = Issue(mail_id=span.mail_id, digest_id=digest.id, after=span.after, upto=span.upto)
        db.session.add(issue)
    issue.threads = contents.threads
    digest.after = max(digest.after, span.upto)
    talks = [talk for moved in contents.moved for talk in moved.talks]
    rows, upto = {talk.notice_id for talk in talks}, max(talk.news_id for talk in talks)
    told = (News.notice_id.in_(rows), News.id <= upto, News.mail_id.is_(None), News.closed_at.is_(None))
    db.session.execute(update(News).where(*told).values(mail_id=span.mail_id))


@action
def choose_rhythm(chooser: Person, rhythm: Rhythm) -> None:
    """Say how often one wants the digest; whoever has it again is told what comes from now on."""
    digest = digest_of(chooser) or Digest(person_id=chooser.id, rhythm=Rhythm.NONE, after=0)
    if digest.rhythm is Rhythm.NONE:
        digest.after = newest_post()
    if digest.rhythm is not rhythm:
        digest.due_at = _next(rhythm, chooser, _hours(quiet_of(chooser)))
    digest.rhythm, digest.chosen_at = rhythm, now()
    db.session.add(digest)
