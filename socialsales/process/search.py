"""Stages as they can be found: by name, by what the customer does there and by what shows that they did it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select

from socialsales.community.events import Event
from socialsales.core.db import db
from socialsales.process.models import Stage
from socialsales.search.backend import Document
from socialsales.search.indexing import Source, subjects_of


def _touched(events: Sequence[Event]) -> Iterable[int]:
    return db.session.scalars(select(Stage.id).where(Stage.id.in_(subjects_of(events))))


def _documents(ids: Sequence[int]) -> Iterator[Document]:
    table = Stage
    columns = (table.id, table.name, table.names, table.space_id, table.created_at)
    rows = db.session.execute(
        select(*columns, table.customer_does, table.exit_criteria).where(table.id.in_(ids))
    )
    return (_document(row) for row in rows)


def _document(row: Row[Any]) -> Document:
    criteria = [sentence for sentences in row.exit_criteria.values() for sentence in sentences]
    return Document(
        key=STAGES.key(row.id), kind="stage", title=row.name, names=tuple(row.names.values()),
        body="\n".join([*row.customer_does.values(), *criteria]),
        space_id=row.space_id, facts={"stage": (row.id,)}, at=row.created_at,
    )  # fmt: skip


STAGES = Source(
    word="stage",
    nouns=frozenset({"stage", "import"}),
    touched=_touched,
    documents=_documents,
    ids=select(Stage.id),
)
