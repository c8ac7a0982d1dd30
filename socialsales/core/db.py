"""The database: one declarative base, one session, and how SQLite is made to keep its promises.

SQLite's own defaults lose updates: a deferred transaction that reads and then writes may be refused or overtaken.
So a transaction says at its beginning whether it writes (`BEGIN IMMEDIATE`) or only reads (`query_only`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    URL,
    CompoundSelect,
    Engine,
    Enum,
    MetaData,
    Select,
    StatementLambdaElement,
    event,
    lambda_stmt,
    make_url,
)  # fmt: skip
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

T = TypeVar("T")

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """The base of every table; constraints are named so that migrations can find them again."""

    metadata = MetaData(naming_convention=NAMES)

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


def word_of(kind: type[StrEnum]) -> Enum:
    """A column that holds one word of an enumeration, written as the word itself and checked by the database."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
    return Enum(kind, name=name, native_enum=False, create_constraint=True, length=20,
                values_callable=lambda members: [member.value for member in members])  # fmt: skip


db = SQLAlchemy(metadata=Model.metadata, session_options={"expire_on_commit": False})

_writes: ContextVar[bool] = ContextVar("writes", default=True)


@contextmanager
def reading() -> Iterator[None]:
    """One transaction that only reads, ended with the block; the database itself refuses a write (`OperationalError`)."""
    token = _writes.set(False)
    try:
        yield
    finally:
        db.session.commit()
        _writes.reset(token)


def expect_reads_only(*, only_reads: bool) -> None:
    """Say for the rest of this context (a request) whether its transactions only read."""
    _writes.set(not only_reads)


def let_others_write() -> None:
    """End the transaction at hand before something slow, such as a file on its way in; what was loaded stays loaded."""
    db.session.commit()


Rows = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | StatementLambdaElement


def ready(statement: Select[*tuple[Any, ...]]) -> StatementLambdaElement:
    """A large statement that is kept and run many times: its parts are not gone through again each time to recognise it."""
    return lambda_stmt(lambda: statement, track_on=[object()])


def read_rows(statement: Rows, named: Mapping[str, Any] | None = None) -> Sequence[Any]:
    """What a statement that asks for columns finds, for what every page reads.

    The session would find the same; what it does to recognise objects takes as long as the database itself.
    """
    db.session.flush()
    return db.session.connection().execute(statement, named).all()


def unless_there(model: type[Model]) -> Any:
    """An insert that passes over what there is already."""
    return insert_into(model, db.engine.dialect.name).on_conflict_do_nothing()


@cache
def insert_into(model: type[Model], dialect: str) -> Any:
    """An insert in the database's own words, which can be told what happens where a row is there already."""
    from sqlalchemy.dialects import postgresql, sqlite

    return (sqlite.insert if dialect == "sqlite" else postgresql.insert)(model)


def once(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives, asked once within a transaction that only reads, as nothing changes there."""
    if _writes.get():
        return read()
    known: dict[Hashable, Any] = db.session().info.setdefault("known", {})
    if key not in known:
        known[key] = read()
    return known[key]  # type: ignore[no-any-return]


@event.listens_for(db.session, "after_transaction_end")
def _forget(session: Session, _transaction: Any) -> None:
    session.info.pop("known", None)


def engine_options(url: str) -> dict[str, Any]:
    """How connections are kept: the one used last is used next, as what it remembers is still at hand.

    A database in memory has but one connection, and no queue of them. What somebody wrote never stands in the message of
    an error, nor so in the log.
    """
    quiet = {"hide_parameters": True}
    if not url.startswith("sqlite"):
        return {"pool_use_lifo": True, **quiet}
    sqlite = {"connect_args": {"cached_statements": 500}, **quiet}
    return sqlite if _is_in_memory(make_url(url)) else {"pool_use_lifo": True, **sqlite}


def _is_in_memory(url: URL) -> bool:
    return url.database in (None, "", ":memory:") or url.query.get("mode") == "memory"


def prepare_sqlite(engine: Engine) -> None:
    """Give the file a write-ahead log, foreign keys, patience with a busy writer, and explicit BEGINs."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000",
                       "cache_size=-2000", "temp_store=MEMORY"):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = _writes.get()
        if connection.info.get("writes") is not writes:
            connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
            connection.info["writes"] = writes
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def init_db(app: Flask) -> None:
    """Connect the session to the application."""
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            prepare_sqlite(db.engine)
