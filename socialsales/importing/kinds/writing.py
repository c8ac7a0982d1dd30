"""What every kind has in common: rows become drafts, drafts become rows of the database, many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, cast

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.orm import DeclarativeBase

from socialsales.community.people import Person
from socialsales.community.subjects import Subject
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.names import sortable
from socialsales.importing.records import ImportedRow, Kind, Mend
from socialsales.importing.run import Draft, Run

Columns = dict[str, Any]
SERVER: Any = None
"""Whose leave it is, where sales operations bring in people and teams: the server's own, as at its command line."""


class KindWriter(Protocol):
    """How one kind of row is written.

    `fed` names the columns that a kept value feeds, where they are not the one of its own name.
    """

    kind: Kind

    @property
    def fed(self) -> Mapping[str, tuple[str, ...]]: ...

    def drafts(self, run: Run, rows: Sequence[ImportedRow]) -> list[Draft]:
        """The rows as columns of ours, with what they name looked up."""
        ...

    def matches(self, run: Run, drafts: Sequence[Draft]) -> Mapping[str, int]:
        """What stands here already for rows that were never imported, by their keys."""
        ...

    def complete(self, run: Run, drafts: Sequence[Draft]) -> None:
        """Give new rows what the CRM does not, or leave them out."""
        ...

    def standing(self, ids: Iterable[int]) -> Mapping[int, Columns]:
        """What stands here now."""
        ...

    def settle(self, here: Columns, wanted: Columns) -> Columns:
        """Of the columns that the CRM changed, those that are to change here."""
        ...

    def hold_back(self, drafts: Mapping[int, Draft], changes: Mapping[int, Columns]) -> None:
        """Take out of the changes what an export may not decide, and tell why; by the ids of what stands here."""
        ...

    def insert(self, run: Run, drafts: Sequence[Draft]) -> Sequence[int | None]:
        """Write new rows; their ids."""
        ...

    def update(self, run: Run, changes: Mapping[int, Columns]) -> None:
        """Change rows."""
        ...

    def subjects(self, ids: Sequence[int], drafts: Sequence[Draft]) -> Iterable[int]:
        """The subjects that are to be found anew by searching."""
        ...


class Plain:
    """What most kinds do: match nothing, take every change, and have no subject."""

    fed: Mapping[str, tuple[str, ...]] = {}

    def matches(self, run: Run, drafts: Sequence[Draft]) -> Mapping[str, int]:
        """Nothing stands here already."""
        return {}

    def complete(self, run: Run, drafts: Sequence[Draft]) -> None:
        """They lack nothing."""

    def settle(self, here: Columns, wanted: Columns) -> Columns:
        """All that differs."""
        return {name: value for name, value in wanted.items() if value != here[name]}

    def hold_back(self, drafts: Mapping[int, Draft], changes: Mapping[int, Columns]) -> None:
        """An export decides all of it."""

    def subjects(self, ids: Sequence[int], drafts: Sequence[Draft]) -> Iterable[int]:
        """None."""
        return ()


def table_of(model: type[DeclarativeBase]) -> Table:
    """The table of a model, without what its parent table holds."""
    return cast(Table, model.__table__)


def insert_numbered(model: type[DeclarativeBase], rows: Sequence[Columns]) -> list[int]:
    """Write rows that have no ids yet into one table; the ids they were given, in the same order."""
    if not rows:
        return []
    if db.engine.dialect.name == "sqlite":
        return _insert_next(model, rows)
    table = table_of(model)
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(db.session.execute(statement, list(rows)).scalars())


def _insert_next(model: type[DeclarativeBase], rows: Sequence[Columns]) -> list[int]:
    """SQLite tells the ids of many rows only one by one; but who writes there writes alone, and may count on."""
    last = db.session.scalar(select(func.max(table_of(model).c.id))) or 0
    ids = list(range(last + 1, last + 1 + len(rows)))
    insert_all(model, [row | {"id": id} for id, row in zip(ids, rows, strict=True)])
    return ids


def insert_all(model: type[DeclarativeBase], rows: Sequence[Columns]) -> None:
    """Write rows into one table."""
    if rows:
        db.session.execute(insert(table_of(model)), list(rows))


def update_all(model: type[DeclarativeBase], changes: Mapping[int, Columns]) -> None:
    """Change rows of one table by their ids; of each only the columns that are given."""
    table = table_of(model)
    alike: dict[tuple[str, ...], list[Columns]] = {}
    for id, columns in changes.items():
        own = {name: value for name, value in columns.items() if name in table.c}
        alike.setdefault(tuple(sorted(own)), []).append(
            {"this": id} | {f"new_{name}": own[name] for name in own}
        )
    for names, rows in alike.items():
        if names:
            values: Columns = {name: bindparam(f"new_{name}") for name in names}
            db.session.execute(update(table).where(table.c.id == bindparam("this")).values(values), rows)


def insert_subjects(run: Run, kind: str, drafts: Sequence[Draft]) -> list[int]:
    """Write the part that all subjects have, in the company's space; their ids."""
    at = now()
    common = {
        "kind": kind,
        "space_id": run.company_id,
        "names": {},
        "version": 1,
        "created_at": at,
        "changed_at": at,
    }
    told = [{name: draft.columns.get(name) for name in ("name", "hint", "position")} for draft in drafts]
    return insert_numbered(Subject, [common | with_order(columns) for columns in told])


def update_subjects(changes: Mapping[int, Columns]) -> None:
    """Change the part that all subjects have, and count their versions on."""
    update_all(Subject, {id: with_order(columns) | {"changed_at": now()} for id, columns in changes.items()})
    table = table_of(Subject)
    rows = [{"this": id} for id in changes]
    if rows:
        raised = update(table).where(table.c.id == bindparam("this")).values(version=table.c.version + 1)
        db.session.execute(raised, rows)


def with_order(columns: Columns) -> Columns:
    """The columns of a subject with those by which it is listed, for each that changes."""
    return columns | {f"sort_{name}": sortable(columns[name]) for name in ("name", "hint") if name in columns}


def own_columns(model: type[DeclarativeBase], columns: Columns) -> Columns:
    """Those of the columns that are this table's."""
    names = table_of(model).c
    return {name: value for name, value in columns.items() if name in names}


def starter_of(run: Run) -> Person | None:
    """Who brings it in; None for whoever may run commands on the server."""
    return None if run.starter_id is None else db.session.get(Person, run.starter_id)


def mend(field: str, found: object, taken: object, why: Any) -> Mend:
    """One value taken otherwise than the file has it."""
    return Mend(field, "" if found is None else str(found), "" if taken is None else str(taken), why)
