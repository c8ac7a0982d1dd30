"""Reading imports, and what rows of an export already stand for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, raiseload

from socialsales.community.access import may_read
from socialsales.community.spaces import Space, SpaceKind
from socialsales.community.subjects import Subject
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.importing.models import ExternalKey, Import, ImportState
from socialsales.importing.records import Kind

SHOWN = 50


def imports() -> Sequence[Import]:
    """The latest imports, newest first."""
    return db.session.scalars(_imports().order_by(Import.id.desc()).limit(SHOWN)).all()


def get_import(id: int) -> Import:
    """One import; raises NotFound."""
    found = db.session.scalars(_imports().where(Import.id == id)).one_or_none()
    if found is None:
        raise NotFound(f"import {id}")
    return found


def _imports() -> Select[Import]:
    return select(Import).options(joinedload(Import.started_by), raiseload("*"))


def unfinished(source: str, files: list[str]) -> Sequence[Import]:
    """Imports of these files from the command line that did not come to their end, newest first."""
    begun = _imports().where(
        Import.source == source, Import.state == ImportState.STARTED, Import.started_by_id.is_(None)
    )
    found = db.session.scalars(begun.order_by(Import.id.desc()).limit(SHOWN))
    return [one for one in found if one.files == files]


@dataclass(frozen=True, slots=True)
class Known:
    """What a key stands for here; `target` is None where it was deleted."""

    id: int
    target: int | None
    fingerprint: str
    created_in: int | None = None
    changed_in: int | None = None


TARGETS: Mapping[Kind, InstrumentedAttribute[int | None]] = {
    Kind.TEAM: ExternalKey.team_id,
    Kind.PERSON: ExternalKey.person_id,
    Kind.ACCOUNT: ExternalKey.subject_id,
    Kind.CONTACT: ExternalKey.contact_id,
    Kind.DEAL: ExternalKey.subject_id,
}


def known(source: str, kind: Kind, keys: Collection[str]) -> dict[str, Known]:
    """Those of the keys that were imported before."""
    columns = (ExternalKey.key, ExternalKey.id, TARGETS.get(kind, ExternalKey.id), ExternalKey.fingerprint,
               ExternalKey.created_in, ExternalKey.changed_in)  # fmt: skip
    chosen = (ExternalKey.source == source, ExternalKey.kind == kind, ExternalKey.key.in_(keys))
    rows = db.session.execute(select(*columns).where(*chosen)).all() if keys else []
    return {row[0]: Known(*row[1:]) for row in rows}


def last_said(ids: Collection[int]) -> dict[int, str]:
    """What the CRM said last, in JSON, by the ids of keys."""
    rows = db.session.execute(select(ExternalKey.id, ExternalKey.last).where(ExternalKey.id.in_(ids)))
    return {row.id: row.last for row in rows}


def rows_by_id(statement: Select[*tuple[Any, ...]], ids: Iterable[int]) -> dict[int, Row[*tuple[Any, ...]]]:
    """The rows that a statement selects, by their first column."""
    wanted = list(ids)
    if not wanted:
        return {}
    found = db.session.execute(statement.where(statement.selected_columns[0].in_(wanted)))
    return {row[0]: row for row in found}


def not_read_by(owners: Mapping[int, int]) -> set[int]:
    """Those of the deals in closed spaces which the person beside them does not read."""
    closed = select(Subject.id, Subject.space_id).join(Space, Space.id == Subject.space_id)
    spaces = rows_by_id(closed.where(Space.kind != SpaceKind.COMPANY), owners)
    every = {row.space_id for row in spaces.values()}
    readers = {id: set(db.session.scalars(may_read(id))) for id in every}
    return {id for id, row in spaces.items() if owners[id] not in readers[row.space_id]}


def company_id() -> int:
    """The id of the company's space; 0 where there is none yet."""
    return (
        db.session.scalar(select(Space.id).where(Space.kind == SpaceKind.COMPANY).order_by(Space.id).limit(1))
        or 0
    )
