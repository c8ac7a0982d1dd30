"""Competitors as they can be found: by name, and by what their battlecard says in each language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select

from socialsales.community.events import Event
from socialsales.competitors.models import Competitor
from socialsales.core.db import db
from socialsales.core.markdown import plain
from socialsales.search.backend import Document
from socialsales.search.indexing import Source, subjects_of


def _touched(events: Sequence[Event]) -> Iterable[int]:
    return db.session.scalars(select(Competitor.id).where(Competitor.id.in_(subjects_of(events))))


def _documents(ids: Sequence[int]) -> Iterator[Document]:
    table = Competitor
    columns = (table.id, table.name, table.names, table.space_id, table.created_at, table.website)
    rows = db.session.execute(select(*columns, table.summary, table.summaries).where(table.id.in_(ids)))
    return (_document(row) for row in rows)


def _document(row: Row[Any]) -> Document:
    return Document(
        key=COMPETITORS.key(row.id), kind="competitor", title=row.name, names=tuple(row.names.values()),
        body="\n".join(plain(text) for text in (row.summary, *row.summaries.values()) if text),
        space_id=row.space_id, facts={"competitor": (row.id,)}, at=row.created_at, keywords=tuple(filter(None, [row.website])),
    )  # fmt: skip


COMPETITORS = Source(
    word="competitor",
    nouns=frozenset({"competitor", "import"}),
    touched=_touched,
    documents=_documents,
    ids=select(Competitor.id),
)
