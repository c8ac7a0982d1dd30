"""Pages by key: each page begins after the last row of the one before, so none costs more than the first."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Generic, Self, TypeVar, TypeVarTuple, overload

from sqlalchemy import ColumnElement, Row, Select, StatementLambdaElement, UnaryExpression, literal, tuple_
from sqlalchemy.orm import QueryableAttribute, Session
from sqlalchemy.sql import operators

from socialsales.core.clock import in_utc
from socialsales.core.db import ready

T = TypeVar("T")
T1 = TypeVar("T1")
T2 = TypeVar("T2")
Ts = TypeVarTuple("Ts")

KeyValue = int | str | datetime | date | Decimal
Key = ColumnElement[Any] | QueryableAttribute[Any]

LONGEST_CURSOR = 4_000
LARGEST_INTEGER = 2**63 - 1
LONGEST_DECIMAL = 100
CHECK_BYTES = 6


class BadCursor(ValueError):
    """A cursor that was not made by this listing, or was cut or changed on its way."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a listing; `next` is the cursor of the following page, or None after the last."""

    rows: Sequence[T]
    next: str | None

    def __iter__(self) -> Iterator[T]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


# Typed arguments of a Select come one by one, so a listing of one thing and one of several differ.
@overload
def paginate(
    statement: Select[T], keys: Sequence[Key], *, session: Session, after: str | None = None, limit: int = 20
) -> Page[T]: ...
@overload
def paginate(
    statement: Select[T1, T2, *Ts],
    keys: Sequence[Key],
    *,
    session: Session,
    after: str | None = None,
    limit: int = 20,
) -> Page[tuple[T1, T2, *Ts]]: ...
def paginate(
    statement: Select[*tuple[Any, ...]],
    keys: Sequence[Key],
    *,
    session: Session,
    after: str | None = None,
    limit: int = 20,
) -> Page[Any]:
    """One page of a listing, ordered by its keys and beginning after a cursor.

    A key is a column, newest or largest first unless it says `.asc()`; all go the same way. None may be NULL, and
    together they must be unique (end with the id). An index over the same columns serves every page.
    Rows are entities, or tuples where the statement selects several things. Raises BadCursor.
    """
    return Pages(statement, keys, limit).page(session, after)


class Pages:
    """A statement made ready to be read page by page, as `paginate` reads it: made once and run many times.

    Its own parameters are given to each `page`. Rows are entities, or tuples where the statement selects several things.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]], keys: Sequence[Key], limit: int = 20) -> None:
        self.columns, self.limit = [_column(key) for key in keys], limit
        self.are_columns = all(one["expr"] is not one["entity"] for one in statement.column_descriptions)
        self.ordered = _ordered(keys)
        self.descends = _descends(self.ordered)
        self.first = self._paged(statement)
        self.at_hand: Select[*tuple[Any, ...]] | StatementLambdaElement = self.first

    def kept(self, first: Select[*tuple[Any, ...]] | None = None) -> Self:
        """The same where its statement is large and it is kept for as long as the program runs: see `ready`.

        `first` is another statement, by which the database finds the rows of the first page sooner.
        """
        self.at_hand = ready(self.first if first is None else self._paged(first))
        return self

    def _paged(self, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        listed = statement.add_columns(*self.columns).order_by(None)
        return listed.order_by(*self.ordered).limit(self.limit + 1)

    def page(self, session: Session, after: str | None = None, **named: Any) -> Page[Any]:
        """The first page, or the one that begins after a cursor; raises BadCursor. An empty cursor is none."""
        asked = self.at_hand if not after else self.first.where(self._beyond(after))
        # What the session does to recognise objects takes as long as the database, and for columns it is vain.
        run = session.connection().execute if self.are_columns else session.execute
        return _page(run(asked, named).all(), self.columns, self.limit)

    def _beyond(self, after: str) -> ColumnElement[bool]:
        return _beyond(self.columns, Cursor.decode(after), descending=self.descends)


@dataclass(frozen=True)
class Cursor:
    """Where a page ended: the values of its last row's keys.

    It travels in addresses, so it is checked, but it grants nothing: its values only ever move the beginning
    of a listing that the reader may see anyway.
    """

    values: tuple[KeyValue, ...]

    def encode(self) -> str:
        """The cursor as opaque text for an address; a value of another kind, or NULL, raises TypeError."""
        written = json.dumps([_write(value) for value in self.values], ensure_ascii=False).encode()
        return urlsafe_b64encode(_check(written) + written).rstrip(b"=").decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        """The cursor in an address; raises BadCursor unless it is exactly what `encode` wrote."""
        if len(text) > LONGEST_CURSOR:
            raise BadCursor("too long")
        try:
            written = urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))[CHECK_BYTES:]
            cursor = cls(tuple(_read(value) for value in json.loads(written)))
            is_whole = cursor.encode() == text
        except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
            raise BadCursor("unreadable") from error
        if not is_whole:
            raise BadCursor("changed")
        return cursor


def _column(key: Key) -> Any:
    return key.element if _says_direction(key) else key


def _says_direction(key: Key) -> bool:
    return isinstance(key, UnaryExpression) and key.modifier in (operators.asc_op, operators.desc_op)


def _ordered(keys: Sequence[Key]) -> list[Any]:
    ordered = [key if _says_direction(key) else key.desc() for key in keys]
    if len({key.modifier for key in ordered}) != 1:
        raise ValueError("the keys of a page must all ascend or all descend")
    return ordered


def _descends(ordered: Sequence[Any]) -> bool:
    return ordered[0].modifier is operators.desc_op


def _beyond(columns: Sequence[Any], cursor: Cursor, *, descending: bool) -> ColumnElement[bool]:
    """The rows after a cursor, as one comparison of row values, which the databases answer from an index."""
    if not _fits(cursor, columns):
        raise BadCursor("of another listing")
    last = tuple_(
        *(literal(value, column.type) for value, column in zip(cursor.values, columns, strict=True))
    )
    return tuple_(*columns) < last if descending else tuple_(*columns) > last


def _fits(cursor: Cursor, columns: Sequence[Any]) -> bool:
    return [type(value) for value in cursor.values] == [column.type.python_type for column in columns]


def _page(found: Sequence[Row[*tuple[Any, ...]]], columns: Sequence[Any], limit: int) -> Page[Any]:
    shown = found[:limit]
    end = _end(shown[-1], columns) if len(found) > limit else None
    return Page([_without_keys(row, len(columns)) for row in shown], end)


def _end(row: Row[*tuple[Any, ...]], columns: Sequence[Any]) -> str:
    cursor = Cursor(tuple(row[-len(columns) :]))
    if not _fits(cursor, columns):
        raise TypeError(
            f"{cursor.values!r} are not what the types of {columns} promise: a NULL, or no `python_type`"
        )
    return cursor.encode()


def _without_keys(row: Row[*tuple[Any, ...]], key_count: int) -> Any:
    asked_for = row[:-key_count]
    return asked_for[0] if len(asked_for) == 1 else asked_for


def _check(written: bytes) -> bytes:
    return blake2b(written, digest_size=CHECK_BYTES).digest()


def _write(value: KeyValue) -> str:
    for letter, (kind, write, _) in WRITTEN_FORMS.items():
        if type(value) is kind:
            return letter + write(value)
    raise TypeError(f"{value!r} cannot be a key of a page")


def _read(written: str) -> KeyValue:
    if written[:1] not in WRITTEN_FORMS:
        raise ValueError("no kind of key")
    _, _, read = WRITTEN_FORMS[written[0]]
    return read(written[1:])


def _read_integer(written: str) -> int:
    number = int(written)
    if abs(number) > LARGEST_INTEGER:
        raise ValueError("larger than a database's integer")
    return number


def _read_text(written: str) -> str:
    if "\0" in written:
        raise ValueError("PostgreSQL's text holds no NUL")
    return written


def _read_moment(written: str) -> datetime:
    return in_utc(datetime.fromisoformat(written))


def _read_decimal(written: str) -> Decimal:
    number = Decimal(written)
    if not number.is_finite() or abs(number.adjusted()) > LONGEST_DECIMAL:
        raise ValueError("not an amount of anything")
    return number


WRITTEN_FORMS: dict[str, tuple[type, Callable[[Any], str], Callable[[str], KeyValue]]] = {
    "i": (int, str, _read_integer),
    "s": (str, str, _read_text),
    "t": (datetime, lambda moment: in_utc(moment).isoformat(), _read_moment),
    "d": (date, date.isoformat, date.fromisoformat),
    "n": (Decimal, str, _read_decimal),
}
