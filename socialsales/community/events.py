"""The one write path: an action is a transaction, what happened is recorded in it, and readers are owed it from then on.

`record` writes an Event and, for each durable reader, a Delivery, in the same transaction as the change itself. So a
dead index or mail server costs freshness, never a post; and a reader that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, wraps
from typing import Any, ParamSpec, Protocol, TypeVar

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, Index, String, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.core.clock import UTCDateTime, now
from socialsales.core.db import Model, db, insert_into, read_rows
from socialsales.core.errors import Invalid

# What happens to an archived space none the less: it is said anew, and people come and go.
OF_SPACES = frozenset({"space", "membership", "request"})
# Nobody does this: what was sent before is looked into when its turn comes.
OF_ITSELF = frozenset({"post.files_described"})

P = ParamSpec("P")
R = TypeVar("R")


class Event(Model):
    """Something that happened: `noun.past_tense`, by whom, about what; kinds are listed in docs/events.md."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_topic", "topic", "id"),)

    kind: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    topic: Mapped[str] = mapped_column(String(60))
    space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    channels: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)


class Delivery(Model):
    """What a durable reader is still owed of an event; gone once delivered."""

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_reader_due", "reader", "due_at", "id"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    reader: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")


class Channel(Model):
    """How many changes were announced on a live channel; a page that misses one sees the gap.

    The name is `<what>@<space id>`, so that whoever loses the space can be taken off all its channels at once.
    """

    __tablename__ = "channel"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    version: Mapped[int]


class Heard(Protocol):
    """What an event can be about."""

    @property
    def topic(self) -> str: ...
    @property
    def space_id(self) -> int | None: ...
    @property
    def channels(self) -> list[str]: ...


class Reader(Protocol):
    """Consumes events durably; `read` must be idempotent, since what was half read is read again."""

    name: str

    def wants(self, kind: str) -> bool: ...
    def read(self, events: list[Event]) -> None: ...


@dataclass
class Readers:
    """The durable readers of an application, and whom to wake after a commit; filled by `create_app`."""

    durable: list[Reader] = field(default_factory=list)
    woken: list[Callable[[], None]] = field(default_factory=list)

    def wake(self) -> None:
        """Tell everyone waiting that something was committed."""
        for wake in self.woken:
            wake()


def readers() -> Readers:
    """The readers of the current application."""
    found: Readers = current_app.extensions["readers"]
    return found


_happened: ContextVar[list[Event] | None] = ContextVar("happened", default=None)


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function one transaction: all of it is kept, or nothing. Inside another action it joins that one.

    Where somebody else was quicker to write a row of which there is but one, it begins anew, and finds that row.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _happened.get() is not None:
            return function(*args, **kwargs)
        try:
            return _in_transaction(lambda: function(*args, **kwargs))
        except IntegrityError:
            return _in_transaction(lambda: function(*args, **kwargs))

    return run


def _in_transaction(work: Callable[[], R]) -> R:
    events: list[Event] = []
    token = _happened.set(events)
    try:
        result = work()
        _stamp(events)
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _happened.reset(token)
    if events:
        readers().wake()
    return result


def record(kind: str, actor: Person | None, about: Heard, *, also: Iterable[str] = (), **facts: Any) -> Event:
    """Write down what happened to something; heard on its channels and `also` on those. Only inside an action.

    Raises Invalid where it belongs to a space that is archived, in which nothing happens any more.
    """
    happened = _happened.get()
    if happened is None:
        raise RuntimeError(f"{kind} was recorded outside of an action")
    db.session.flush()
    _leave_archives(kind, about)
    event = Event(
        kind=kind, actor_id=actor.id if actor else None, topic=about.topic, space_id=about.space_id, facts=facts,
        channels=dict.fromkeys([*about.channels, *also], 0), at=now(),
    )  # fmt: skip
    db.session.add(event)
    happened.append(event)
    return event


def _leave_archives(kind: str, about: Heard) -> None:
    """The space itself may be changed, and who reads it; what stands in it may not."""
    if about.space_id is None or kind.partition(".")[0] in OF_SPACES or kind in OF_ITSELF:
        return
    space = db.session.get(Space, about.space_id)
    if space is not None and space.archived:
        raise Invalid({"": _("“%(space)s” is archived: what stands there is only read.", space=space.name)})


def _stamp(events: list[Event]) -> None:
    """Number the announcements and owe the events to their readers; last of all, so that locks are held briefly."""
    db.session.flush()
    for event in events:
        event.channels = _next_versions(sorted(event.channels))
        for reader in readers().durable:
            if reader.wants(event.kind):
                db.session.add(Delivery(event_id=event.id, reader=reader.name, due_at=event.at))


def _next_versions(names: list[str]) -> dict[str, int]:
    if not names:
        return {}
    counted = db.session.execute(
        _count(db.engine.dialect.name), [{"name": name, "version": 1} for name in names]
    )
    return dict(counted.all())


@cache
def _count(dialect: str) -> Any:
    """One more on each channel named, made once: SQLAlchemy would put it together anew for each number of channels."""
    counted = insert_into(Channel, dialect).on_conflict_do_update(
        index_elements=["name"], set_={"version": Channel.version + 1}
    )
    return counted.returning(Channel.name, Channel.version)


# Made once: putting a statement together takes longer than running this one.
VERSIONS = select(Channel.name, Channel.version).where(Channel.name.in_(bindparam("names", expanding=True)))


def versions(channels: Iterable[str]) -> dict[str, int]:
    """How far each channel is now; 0 for one on which nothing was announced yet."""
    names = list(channels)
    return dict.fromkeys(names, 0) | dict(read_rows(VERSIONS, {"names": names}))
