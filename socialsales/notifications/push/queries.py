"""Reading devices, what is due, and what there is to tell: asked again when it leaves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import raiseload

from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.feed.levels import Level
from socialsales.notifications.models import Notice, Standing
from socialsales.notifications.push.models import Device, Push, PushChoice, Wants
from socialsales.notifications.queries import Told, read_notice, tells_words

AT_ONCE = 100
MOST_WAITING = 50
USUAL = Wants.ALL


class Contents(NamedTuple):
    """What goes to a device: the row of the inbox as it stands, none for a test; of a closed space that does not let words leave,
    only that there is something. `waiting` are the threads that still tell its person something, None where there are many."""

    device: Device
    person: Person
    told: Told | None
    tells_words: bool
    waiting: list[int] | None


def devices_of(person: Person) -> Sequence[Device]:
    """A person's devices, the last used on top."""
    own = select(Device).where(Device.person_id == person.id).order_by(Device.used_at.desc(), Device.id)
    return db.session.scalars(own).all()


def get_device(id: int, owner: Person) -> Device:
    """One of a person's own; raises NotFound."""
    own = select(Device).where(Device.id == id, Device.person_id == owner.id)
    found = db.session.scalars(own).one_or_none()
    if found is None:
        raise NotFound(f"device {id}")
    return found


def wants_of(person: Person) -> Wants:
    """Of what somebody is told on their devices."""
    return wanted([person.id]).get(person.id, USUAL)


def wanted(people: Sequence[int]) -> Mapping[int, Wants]:
    """What each of these chose, as far as they did."""
    chosen = select(PushChoice.person_id, PushChoice.wants).where(PushChoice.person_id.in_(people))
    return dict(db.session.execute(chosen).all())


def due(moment: datetime) -> Sequence[Row[int, datetime, int]]:
    """What is to leave by now: which, since when, and how often something was added to it."""
    waits = select(Push.id, Push.due_at, Push.news).where(Push.due_at <= moment)
    return db.session.execute(waits.order_by(Push.due_at, Push.id).limit(AT_ONCE)).all()


def whose_wait(notices: Collection[int]) -> Sequence[int]:
    """On whose devices something of one of these rows of inboxes is still to be told."""
    waiting = (
        select(Device.person_id).join(Push, Push.device_id == Device.id).where(Push.notice_id.in_(notices))
    )
    return db.session.scalars(waiting.distinct()).all()


def contents(push_id: int) -> Contents | None:
    """What there is to tell if it leaves now; None where nothing is left of it, or its person is not to be told so."""
    push = db.session.get(Push, push_id)
    device = db.session.get(Device, push.device_id) if push else None
    person = db.session.get(Person, device.person_id, options=[raiseload("*")]) if device else None
    if push is None or device is None or person is None or not person.active:
        return None
    if push.notice_id is None:
        return Contents(device, person, None, tells_words=True, waiting=waiting_threads(person))
    told = _told(person, push.notice_id)
    if told is None:
        return None
    return Contents(device, person, told, tells_words(told), waiting_threads(person))


def _told(person: Person, notice_id: int) -> Told | None:
    """What the row tells, if its person wants to be told so."""
    try:
        told = read_notice(person, notice_id)
    except NotFound:
        return None
    is_open = told.standing is Standing.OPEN and told.said.level is not Level.MUTED and told.news
    wants = wants_of(person)
    return told if is_open and (wants is Wants.ALL or (wants is Wants.MENTIONS and told.turns)) else None


def waiting_threads(person: Person) -> list[int] | None:
    """The threads of the open rows of somebody's inbox, the last told first; None where there are more than a message holds."""
    opens = select(Notice.thread_id).where(Notice.person_id == person.id, Notice.standing == Standing.OPEN)
    found = db.session.scalars(opens.order_by(Notice.at.desc()).limit(MOST_WAITING + 1)).all()
    return list(found) if len(found) <= MOST_WAITING else None
