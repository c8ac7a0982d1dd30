"""Reading when somebody is not to be disturbed."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import select

from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.notifications.quiet.models import Quiet
from socialsales.web.viewer import zone_of


def quiet_of(person: Person) -> Quiet:
    """What they said of it; a row of which nothing is kept where they said nothing."""
    kept = db.session.scalars(select(Quiet).where(Quiet.person_id == person.id)).one_or_none()
    return kept or Quiet(person_id=person.id, days=[], begins=time(8), ends=time(18))


def told_from(person: Person, moment: datetime) -> datetime:
    """The first moment from this one on at which they may be disturbed."""
    return quiet_of(person).calm.over(moment, zone_of(person))
