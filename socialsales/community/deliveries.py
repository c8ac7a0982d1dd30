"""Giving the durable readers what they are owed: in order of time, each batch in its own transaction, again after a failure."""

from __future__ import annotations

import threading
from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy import ColumnElement, bindparam, delete, select, update

from socialsales.community.events import Delivery, Event, Reader, action, readers
from socialsales.core.clock import now
from socialsales.core.db import db, read_rows, reading

log = structlog.get_logger(__name__)

BATCH = 200
GATHER = 0.15
"""Seconds to wait for more after something was committed: what comes together is delivered together."""
LONGEST_PAUSE = timedelta(hours=1)


def drain_all() -> int:
    """Give every reader all it is owed now; how many deliveries were made."""
    return sum(drain(reader) for reader in readers().durable)


def drain(reader: Reader) -> int:
    """Give one reader all it is owed now; what fails is put off and tried again later, each time after a longer pause."""
    made = 0
    while owed := _owed(reader):
        made += _deliver(reader, owed)
        if len(owed) < BATCH:
            break
    return made


DUE = (
    select(Delivery.id, Delivery.event_id)
    .where(Delivery.reader == bindparam("reader"), Delivery.due_at <= bindparam("now"))
    .order_by(Delivery.due_at, Delivery.id)
    .limit(BATCH)
)


def _owed(reader: Reader) -> list[tuple[int, int]]:
    with reading():
        return [(row.id, row.event_id) for row in read_rows(DUE, {"reader": reader.name, "now": now()})]


def _deliver(reader: Reader, owed: list[tuple[int, int]]) -> int:
    """The whole batch at once; if it fails, one by one, so that one bad event holds up no other."""
    try:
        _read(reader, owed)
        return len(owed)
    except Exception as error:
        if len(owed) == 1:
            log.warning("delivery failed", reader=reader.name, event_id=owed[0][1], error=repr(error))
            _put_off(owed[0][0], repr(error))
            return 0
    return sum(_deliver(reader, [one]) for one in owed)


def _read(reader: Reader, owed: list[tuple[int, int]]) -> None:
    """Let it read outside of any writing transaction, so that no one waits for it; only then is it owed nothing."""
    reader.read(_events([event_id for _, event_id in owed]))
    _delivered([id for id, _ in owed])


def _events(ids: list[int]) -> list[Event]:
    with reading():
        return list(db.session.scalars(select(Event).where(Event.id.in_(ids)).order_by(Event.id)))


@action
def _delivered(ids: list[int]) -> None:
    db.session.execute(delete(Delivery).where(Delivery.id.in_(ids)))


@action
def _put_off(delivery_id: int, error: str) -> None:
    delivery = db.session.get_one(Delivery, delivery_id)
    delivery.attempts += 1
    delivery.error = error[:2000]
    delivery.due_at = now() + min(LONGEST_PAUSE, timedelta(seconds=2**delivery.attempts))


@action
def send_again(reader: str | None = None) -> int:
    """Make what was put off due at once; how many deliveries that are."""
    tried: ColumnElement[bool] = Delivery.attempts > 0
    chosen = tried if reader is None else tried & (Delivery.reader == reader)
    result = db.session.execute(update(Delivery).where(chosen).values(due_at=now()))
    return int(getattr(result, "rowcount", 0))


class Drainer(threading.Thread):
    """Drains for one reader in the background of a serving process: as soon as something was committed, and once a second
    besides. Each reader has its own, so that none waits for a slower one."""

    def __init__(self, app: Flask, reader: Reader) -> None:
        super().__init__(name=f"drainer of {reader.name}", daemon=True)
        self.app, self.reader = app, reader
        self.woken = threading.Event()
        self.ended = threading.Event()
        app.extensions["readers"].woken.append(self.woken.set)

    def run(self) -> None:
        while not self.ended.is_set():
            if self.woken.wait(timeout=1.0):
                self.ended.wait(GATHER)
            self.woken.clear()
            self._drain()

    def _drain(self) -> None:
        with self.app.app_context():
            try:
                drain(self.reader)
            except Exception:
                log.exception("draining failed")

    def stop(self) -> None:
        """End after the batch at hand."""
        self.ended.set()
        self.woken.set()
