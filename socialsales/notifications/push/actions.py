"""Devices come and go; what is told is queued for each of them, and goes away once it was handed over. Nobody else's business:
no event."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, case, delete, select, update

from socialsales.community.access import require
from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.db import db, insert_into
from socialsales.core.errors import NotFound
from socialsales.notifications.models import Sort
from socialsales.notifications.push.endpoints import sends_push
from socialsales.notifications.push.inputs import DeviceDraft
from socialsales.notifications.push.models import Device, Push, PushChoice, Wants
from socialsales.notifications.push.queries import USUAL, devices_of, get_device, wanted

GATHER = timedelta(minutes=1)
"""So long what comes on a thread by following it is gathered; what turns to somebody goes at once."""
PATIENCE = timedelta(minutes=2)
"""How long one that was begun counts as on its way, before it is begun anew."""
FIRST_PAUSE, LONGEST_PAUSE, MOST_ATTEMPTS = timedelta(seconds=30), timedelta(hours=2), 10
"""What a push service could not take is tried again for some four hours."""
LAPSES = timedelta(days=30)
"""A device on which nobody was signed in for so long is told no more."""
MOST_DEVICES = 20


@action
def queue(rows: Mapping[int, int], told: Mapping[int, Sort]) -> None:
    """Let what these people are told go to their devices too; what waits there already grows."""
    if sends_push() and (fresh := _fresh(rows, told)):
        db.session.execute(_queueing(db.engine.dialect.name), fresh)


def _fresh(rows: Mapping[int, int], told: Mapping[int, Sort]) -> list[dict[str, Any]]:
    devices = db.session.execute(select(Device.id, Device.person_id).where(Device.person_id.in_(told))).all()
    wants = wanted([person for _, person in devices]) if devices else {}
    return [
        {"device_id": id, "notice_id": rows[person], "due_at": _due(told[person])}
        for id, person in devices
        if _is_wanted(wants.get(person, USUAL), told[person])
    ]


def _due(sort: Sort) -> datetime:
    return now() if sort.turns else now() + GATHER


def _is_wanted(wants: Wants, sort: Sort) -> bool:
    return wants is Wants.ALL or (wants is Wants.MENTIONS and sort.turns)


@cache
def _queueing(dialect: str) -> Any:
    """One that waits is due no later; where the push service asked for a pause, it has it."""
    fresh = insert_into(Push, dialect)
    sooner = (Push.attempts == 0) & (fresh.excluded.due_at < Push.due_at)
    grown = {"news": Push.news + 1, "due_at": case((sooner, fresh.excluded.due_at), else_=Push.due_at)}
    return fresh.on_conflict_do_update(index_elements=["device_id", "notice_id"], set_=grown)


@action
def claim(push_id: int, due_at: datetime) -> bool:
    """Take one that is due, to hand it over now; False where another process has taken it."""
    waiting = update(Push).where(Push.id == push_id, Push.due_at == due_at)
    taken = db.session.execute(waiting.values(due_at=now() + PATIENCE))
    return bool(getattr(taken, "rowcount", 0))


@action
def finish(push_id: int, news: int) -> None:
    """It was handed over; what was added meanwhile goes after it."""
    db.session.execute(delete(Push).where(Push.id == push_id, Push.news == news))
    db.session.execute(update(Push).where(Push.id == push_id).values(attempts=0, due_at=now() + GATHER))


@action
def drop(push_id: int, news: int) -> None:
    """Forget one in which nothing is left to be told, unless something was added meanwhile."""
    db.session.execute(delete(Push).where(Push.id == push_id, Push.news == news))


@action
def wait(push_id: int, until: datetime) -> None:
    """Let one wait until its person may be disturbed, or its push service called; it grows meanwhile."""
    db.session.execute(update(Push).where(Push.id == push_id).values(due_at=until))


@action
def put_off(push_id: int, pause: timedelta) -> None:
    """Try again later, each time after a longer pause, and none shorter than this one; after the last time it is dropped."""
    push = db.session.get(Push, push_id)
    if push is None:
        return
    push.attempts += 1
    push.due_at = now() + max(pause, min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (push.attempts - 1)))
    if push.attempts >= MOST_ATTEMPTS:
        db.session.delete(push)


@action
def release(person: Person) -> None:
    """Look at once at what waits for somebody: they said anew when they may be disturbed."""
    own = select(Device.id).where(Device.person_id == person.id)
    waiting = update(Push).where(Push.device_id.in_(own), Push.attempts == 0, Push.due_at > now() + GATHER)
    db.session.execute(waiting.values(due_at=now()))


@action
def add_device(person: Person, draft: DeviceDraft, name: str) -> Device:
    """Tell somebody on this browser from now on, and nobody else who was told there before."""
    require(person.active)
    _forget(select(Device.id).where(Device.endpoint == draft.endpoint, Device.person_id != person.id))
    device = _known(person, draft)
    if device is None:
        _make_room(person)
        device = Device(person_id=person.id, endpoint=draft.endpoint)
        db.session.add(device)
    return _used(person, device, draft, name)


@action
def use_device(person: Person, draft: DeviceDraft, name: str, before: int = 0) -> Device:
    """Somebody is signed in on a browser where they are told; raises NotFound where they are not, or no longer.

    `before` is the device that it was when it was here last: its push service may have given it another address.
    """
    return _used(person, _known(person, draft) or _moved(person, draft, before), draft, name)


def _moved(person: Person, draft: DeviceDraft, before: int) -> Device:
    """The same device at its new address, unless somebody else is told there by now."""
    if db.session.scalar(select(Device.id).where(Device.endpoint == draft.endpoint)):
        raise NotFound("device")
    device = get_device(before, person)
    device.endpoint = draft.endpoint
    return device


def _known(person: Person, draft: DeviceDraft) -> Device | None:
    own = select(Device).where(Device.endpoint == draft.endpoint, Device.person_id == person.id)
    return db.session.scalars(own).one_or_none()


def _used(person: Person, device: Device, draft: DeviceDraft, name: str) -> Device:
    device.key, device.secret, device.name = draft.p256dh, draft.auth, name
    device.signed, device.used_at = sign_in_of(person), now()
    db.session.flush()
    return device


def sign_in_of(person: Person) -> str:
    """What is kept of under which sign-in a device was added: another one once every session is ended."""
    return hashlib.sha256(person.fs_uniquifier.encode()).hexdigest()


def _make_room(person: Person) -> None:
    """Of too many devices, those unused longest go."""
    kept = [device.id for device in devices_of(person)[: MOST_DEVICES - 1]]
    _forget(select(Device.id).where(Device.person_id == person.id, Device.id.not_in(kept)))


def _forget(devices: Select[int]) -> None:
    ids = db.session.scalars(devices).all()
    db.session.execute(delete(Push).where(Push.device_id.in_(ids)))
    db.session.execute(delete(Device).where(Device.id.in_(ids)))


@action
def remove_device(owner: Person, device: Device) -> None:
    """Tell its person nothing there any more."""
    require(device.person_id == owner.id)
    _forget(select(Device.id).where(Device.id == device.id))


@action
def lose_device(device_id: int) -> None:
    """Its browser is gone, or its person signed out there."""
    _forget(select(Device.id).where(Device.id == device_id))


@action
def lapse(moment: datetime) -> None:
    """Forget the devices on which nobody was signed in for long."""
    _forget(select(Device.id).where(Device.used_at < moment - LAPSES))


@action
def try_out(owner: Person, device: Device) -> None:
    """Send a device a message that says nothing but that it comes."""
    require(device.person_id == owner.id)
    db.session.add(Push(device_id=device.id, due_at=now()))


@action
def choose_wants(chooser: Person, wants: Wants) -> None:
    """Say of what one wants to be told on one's devices."""
    db.session.execute(delete(PushChoice).where(PushChoice.person_id == chooser.id))
    if wants is not USUAL:
        db.session.add(PushChoice(person_id=chooser.id, wants=wants))
