"""Keeping the search index in step with the database.

Each feature tells how its rows become documents (a `Source`). What happened says which rows may be otherwise; they are
read again, those that stand are put in and the others dropped. Doing that twice changes nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import structlog
from flask import Flask, current_app
from sqlalchemy import Select, func, select

from socialsales.community.access import Spaces
from socialsales.community.events import Event
from socialsales.core.db import db, reading
from socialsales.search.backend import AlreadyRebuilding, Document
from socialsales.search.whoosh_index import WhooshIndex

BATCH = 500
"""Rows read in one transaction."""
EVENTS = 20
"""Events looked at together; one of an import names thousands of rows."""
PAUSE = 2.0
"""Seconds between two looks at whether the index is whole."""
LOGGED_EVERY = 10_000

T = TypeVar("T")

log = structlog.get_logger(__name__)
_opening = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Source:
    """One sort of thing that can be found, as its feature tells it. Its functions are called while reading."""

    word: str
    """What the keys of its documents begin with: "post" for "post:12"."""
    nouns: frozenset[str]
    """The nouns of the events after which some of its documents may be otherwise: "deal" for "deal.changed"."""
    touched: Callable[[Sequence[Event]], Iterable[int]]
    """The ids of the rows that these events may have changed, whether they still stand or not."""
    documents: Callable[[Sequence[int]], Iterable[Document]]
    """The documents of those of these rows that stand."""
    ids: Select[int]
    """The ids of all its rows, in one column called id."""
    shown: Callable[[Spaces, Sequence[int]], Mapping[int, Any]] | None = None
    """What a result shows of these rows, within the spaces that the searcher reads; None for subjects and people."""

    def wants(self, kind: str) -> bool:
        """Whether an event of this kind may concern it."""
        return kind.partition(".")[0] in self.nouns

    def key(self, id: int) -> str:
        """The key of the document of a row."""
        return f"{self.word}:{id}"


def subjects_of(events: Iterable[Event]) -> set[int]:
    """The ids of the subjects that events are about; an import names those it changed."""
    found = {int(event.topic.partition(":")[2]) for event in events if event.topic.startswith("subject:")}
    return found.union(*(event.facts.get("subjects", ()) for event in events))


def init_search(app: Flask, sources: Iterable[Source]) -> None:
    """Give an application its sources, and let the index hear what happens; it is opened when first needed."""
    app.extensions["search sources"] = tuple(sources)
    app.extensions["readers"].durable.append(Indexer())
    app.extensions.setdefault("beside", []).append(Keeper)


def sources() -> tuple[Source, ...]:
    """The sources of the current application."""
    found: tuple[Source, ...] = current_app.extensions["search sources"]
    return found


def index() -> WhooshIndex:
    """The search index of the current application. A folder that was removed is made again: the index then heals."""
    known = current_app.extensions
    folder: Path = known["settings"].index_folder
    with _opening:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
        if "search" not in known:
            known["search"] = WhooshIndex(folder)
    found: WhooshIndex = known["search"]
    return found


class Indexer:
    """The durable reader that brings what happened into the index."""

    name = "search"

    def wants(self, kind: str) -> bool:
        """Whether any document may be otherwise after an event of this kind."""
        return any(source.wants(kind) for source in sources())

    def read(self, events: list[Event]) -> None:
        """Put in what stands now of all that these events touched, and drop the rest."""
        gone: list[str] = []
        index().put(_standing(events, gone))
        index().drop(gone)


def _standing(events: Sequence[Event], gone: list[str]) -> Iterator[Document]:
    """The documents that stand of what the events touched; the keys of those that do not go into `gone`."""
    for source in sources():
        for ids in _batches(_touched(source, events), BATCH):
            documents = _read(source, ids)
            gone += {source.key(id) for id in ids} - {document.key for document in documents}
            yield from documents


def _touched(source: Source, events: Sequence[Event]) -> list[int]:
    wanted = [event for event in events if source.wants(event.kind)]
    touched: set[int] = set()
    for some in _batches(wanted, EVENTS):
        with reading():
            touched.update(source.touched(some))
    return sorted(touched)


def _batches(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (things[start : start + size] for start in range(0, len(things), size))


def _read(source: Source, ids: Sequence[int]) -> list[Document]:
    with reading():
        return list(source.documents(ids))


def rebuild(on_progress: Callable[[int], None] | None = None) -> int:
    """Build the index anew from the database beside the old one, which serves until the new one takes its place.

    Calls `on_progress` with the number of documents done now and then; answers how many there are.
    Raises AlreadyRebuilding where that is under way already.
    """
    return index().rebuild(every_document(), on_progress)


def every_document() -> Iterator[Document]:
    """All that can be found, read from the database a batch at a time."""
    for source in sources():
        last = 0
        while ids := _after(source, last):
            yield from _read(source, ids)
            last = ids[-1]


def _after(source: Source, last: int) -> Sequence[int]:
    rows = source.ids.subquery()
    with reading():
        return db.session.scalars(
            select(rows.c.id).where(rows.c.id > last).order_by(rows.c.id).limit(BATCH)
        ).all()


def rows_to_read() -> int:
    """How many rows a rebuild reads: about as many as it makes documents."""
    with reading():
        return sum(_count(source) for source in sources())


def _count(source: Source) -> int:
    return db.session.scalar(select(func.count()).select_from(source.ids.subquery())) or 0


class Keeper(threading.Thread):
    """Sees to it, beside a serving process, that the index is whole: one that is new, of an older version or was
    destroyed is built anew."""

    def __init__(self, app: Flask) -> None:
        super().__init__(name="search keeper", daemon=True)
        self.app = app
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            with self.app.app_context():
                self.look()
            self.ended.wait(PAUSE)

    def look(self) -> None:
        """Rebuild the index if it needs that; whatever goes wrong is logged, and tried again at the next look."""
        try:
            if index().needs_rebuild:
                log.info("search.rebuilding", rows=rows_to_read())
                log.info("search.rebuilt", documents=rebuild(_logged()))
        except AlreadyRebuilding:
            log.info("search.rebuilding_elsewhere")
        except Exception:
            log.exception("search.rebuild_failed")

    def stop(self) -> None:
        """End after the look at hand."""
        self.ended.set()


def _logged() -> Callable[[int], None]:
    reached = 0

    def say(done: int) -> None:
        nonlocal reached
        if done >= reached + LOGGED_EVERY:
            reached = done
            log.info("search.rebuilding", documents=done)

    return say
