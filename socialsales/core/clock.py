"""The one source of time: aware, in UTC, and able to stand still for tests and for the demo's past."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)


def now() -> datetime:
    """The present moment, aware and in UTC; inside `at`, the moment given there."""
    return _stopped_at.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Stop the clock at a moment for this block, and for what runs in this context only.

    Blocks may be nested. A naive moment raises ValueError.
    """
    token = _stopped_at.set(in_utc(moment))
    try:
        yield now()
    finally:
        _stopped_at.reset(token)


def in_utc(moment: datetime) -> datetime:
    """The same moment told in UTC; a naive one raises ValueError, since nobody knows which moment it is."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(UTC)


class UTCDateTime(TypeDecorator[datetime]):
    """A column for a moment: aware when written (else ValueError), aware and in UTC when read.

    SQLite has no such type: it gets the UTC time as text of fixed width, which sorts as time does.
    PostgreSQL gets `timestamp with time zone`.
    """

    impl = DateTime
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return in_utc(value).replace(tzinfo=None) if dialect.name == "sqlite" else in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
