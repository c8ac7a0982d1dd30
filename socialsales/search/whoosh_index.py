"""The embedded index: Whoosh's files in one folder, one writer at a time, one view that all searches share.

The folder holds `current` (which index is in use, of which version, whether it is complete), a folder per
index, and while one is rebuilt a `journal` of what is put and dropped meanwhile.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pickle
import shutil
import struct
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.index import IndexError as UnreadableIndex

from socialsales.search import analysis, memory
from socialsales.search.backend import AlreadyRebuilding, Document, Found, Query, Row
from socialsales.search.excerpts import WordMarks
from socialsales.search.merging import is_due, merge_few, merge_many
from socialsales.search.ranking import Place, Ranked, rank
from socialsales.search.segments import SCHEMA_VERSION, Segment, codec, fields_of, schema, written
from socialsales.search.view import View

VERSION = f"{SCHEMA_VERSION}.{analysis.ANALYSIS}"
BATCH = 1_000
"""Documents put in one commit, at most."""
STEP = 200
"""Documents between two reports of progress."""
WRITER_MEMORY_MB = 32

CORRUPT = (EOFError, pickle.UnpicklingError, struct.error, zlib.error)
"""What reading files that hold something else raises."""
TRANSIENT = (OSError, UnreadableIndex)
"""What reading raises at the moment another process puts new files in the place of old ones."""

NAME = "MAIN"
CURRENT = "current"
JOURNAL = "journal"
INDEX = "index-"
BUILDING = "building-"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Current:
    """Which index is in use."""

    folder: str
    version: str
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One batch: the keys whose documents go, and the documents that come."""

    leaving: tuple[str, ...]
    coming: tuple[Document, ...]


class WhooshIndex:
    """A search index in a folder. It opens whatever it finds there: what it cannot read, it starts anew."""

    def __init__(self, folder: Path) -> None:
        memory.keep_segments_on_disk()
        self.folder = folder
        self._lock = threading.RLock()
        self._current = Current("", "", is_complete=False)
        self._segments: dict[str, Segment] = {}
        self._view = View((), {})
        self._seen: tuple[int, ...] = ()
        self._generation = -1
        self._is_writing = False
        self._is_merge_due = False
        with self._writing():
            self._open()

    @property
    def needs_rebuild(self) -> bool:
        """Whether the index is new, of another version or was found damaged: rebuild it from the database."""
        return not self._current.is_complete

    @property
    def count(self) -> int:
        """How many documents can be found."""
        return self._view.count

    @property
    def size(self) -> int:
        """The bytes of the index on disk."""
        return sum(file.stat().st_size for file in self._path.iterdir() if file.is_file())

    def put(self, documents: Iterable[Document]) -> None:
        """Add documents, each replacing the one of the same key; they are found from now on."""
        coming = iter(documents)
        while batch := {document.key: document for document in islice(coming, BATCH)}:
            self._change(Change(tuple(batch), tuple(batch.values())))

    def drop(self, keys: Iterable[str]) -> None:
        """Forget the documents of these keys; unknown keys are ignored."""
        leaving = tuple(dict.fromkeys(keys))
        if leaving:
            self._change(Change(leaving, ()))

    def find(self, query: Query) -> Found:
        """The best matches within the searcher's spaces; whatever was typed gives an answer."""
        if not query.spaces or not (query.read.asks or query.chosen):
            return Found(total=0, holding_every_word=0, rows=(), marks=WordMarks(query.read))
        try:
            return _found(self._latest(), query)
        except Exception as error:
            self._heal(error)
            return _found(self._latest(), query)

    def rebuild(self, documents: Iterable[Document], on_progress: Callable[[int], None] | None = None) -> int:
        """Build a new index beside this one and take it into use; searching goes on meanwhile.

        What is put or dropped meanwhile is in the new one too. Calls `on_progress` with the number of
        documents done. Returns that number. Raises AlreadyRebuilding where one is under way.
        """
        with self._rebuilding():
            building = _new_index(self.folder / f"{BUILDING}{uuid4().hex[:12]}")
            count = _fill(building, documents, on_progress)
            with self._writing():
                self._replay(building)
                self._take_into_use(Path(building.storage.folder))
            return count

    def close(self) -> None:
        """Let go of the files; the index must not be used afterwards."""
        with self._lock:
            self._segments = {}
            self._view = View((), {})

    # Reading

    def _latest(self) -> View:
        """The view, read again if another process has written since."""
        if self._seen != self._stamp() and self._lock.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._lock.release()
        return self._view

    def _stamp(self) -> tuple[int, ...]:
        """What changes whenever something is written to the index or another takes its place."""
        with contextlib.suppress(FileNotFoundError):
            return os.stat(self.folder / CURRENT).st_mtime_ns, os.stat(self._path).st_mtime_ns
        return ()

    def _refresh(self) -> None:
        stamp = self._stamp()
        current = _read_current(self.folder)
        if current != self._current:
            self._current, self._segments, self._generation = current or self._current, {}, -1
        contents = _opened(self._path)._read_toc()
        self._segments = {s.segment_id(): self._segment(contents.schema, s) for s in contents.segments}
        self._view = View(
            self._segments.values(), {s.segment_id(): list(s.deleted_docs()) for s in contents.segments}
        )
        self._generation = contents.generation
        self._is_merge_due = is_due(contents.segments)
        self._seen = stamp

    def _segment(self, fields: Any, segment: Any) -> Segment:
        known = self._segments.get(segment.segment_id())
        return known or Segment(FileStorage(str(self._path)), fields, segment)

    # Writing

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Alone among all threads and processes that write to this folder; a thread may nest it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._lock, open(self.folder / "lock", "w") as file:
            if not self._is_writing:
                fcntl.flock(file, fcntl.LOCK_EX)
            outer, self._is_writing = self._is_writing, True
            try:
                yield
            finally:
                self._is_writing = outer

    def _change(self, change: Change) -> None:
        fields = [fields_of(document) for document in change.coming]
        with self._writing():
            if (self.folder / JOURNAL).exists():
                _append(self.folder / JOURNAL, change)
            try:
                self._write(change.leaving, fields)
            except Exception as error:
                self._heal(error)
                self._write(change.leaving, fields)

    def _write(self, leaving: Iterable[str], coming: list[dict[str, Any]]) -> None:
        if not self._is_latest():
            self._refresh()
        numbers = [number for key in leaving for number in self._view.numbers(key)]
        if numbers or coming:
            _commit(_opened(self._path), numbers, coming)
            self._refresh()
            self._merge()

    def _is_latest(self) -> bool:
        """Whether nobody has written since the view was read; asked while nobody else writes."""
        generation = _opened(self._path).latest_generation()
        return (_read_current(self.folder), generation) == (self._current, self._generation)

    def _merge(self) -> None:
        """Merge what is due and would have kept the last commit waiting: what it brought is found already."""
        if self._is_merge_due:
            _commit(_opened(self._path), (), (), merge_many)
            self._refresh()

    def _heal(self, error: Exception) -> None:
        """Start a new index where this one proves destroyed; raise the error again where trying again is vain."""
        with self._writing():
            if isinstance(error, CORRUPT) or not self._is_readable():
                log.error("search.index_destroyed", folder=str(self._path), error=repr(error))
                self._start_anew()
            elif not isinstance(error, TRANSIENT):
                raise error

    def _is_readable(self) -> bool:
        self._segments = {}
        try:
            self._refresh()
        except Exception:
            return False
        return True

    # Opening and rebuilding

    def _open(self) -> None:
        with contextlib.suppress(AlreadyRebuilding), self._rebuilding_alone():
            self._clear_building()
        current = _read_current(self.folder)
        if current is None or current.version != VERSION:
            self._start_anew()
            return
        self._current = current
        if not self._is_readable():
            log.error("search.index_unreadable", folder=str(self._path))
            self._start_anew()

    def _start_anew(self) -> None:
        path = self.folder / f"{INDEX}{uuid4().hex[:12]}"
        _new_index(path)
        self._use(Current(path.name, VERSION, is_complete=False))

    def _take_into_use(self, built: Path) -> None:
        path = built.rename(self.folder / built.name.replace(BUILDING, INDEX))
        self._use(Current(path.name, VERSION, is_complete=True))

    def _use(self, current: Current) -> None:
        _write_current(self.folder, current)
        self._current, self._segments = current, {}
        self._refresh()
        for path in self.folder.glob(f"{INDEX}*"):
            if path.name != current.folder:
                shutil.rmtree(path, ignore_errors=True)

    @contextlib.contextmanager
    def _rebuilding(self) -> Iterator[None]:
        """Alone in rebuilding, with a journal of what changes meanwhile."""
        with self._rebuilding_alone():
            with self._writing():
                self._clear_building()
                (self.folder / JOURNAL).touch()
            try:
                yield
            finally:
                self._clear_building()

    @contextlib.contextmanager
    def _rebuilding_alone(self) -> Iterator[None]:
        """The right to rebuild, which a process that is killed gives back; raises AlreadyRebuilding."""
        with open(self.folder / "rebuilding", "w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRebuilding from None
            yield

    def _clear_building(self) -> None:
        """Remove what a rebuild leaves behind, this one or one that was killed."""
        (self.folder / JOURNAL).unlink(missing_ok=True)
        for path in self.folder.glob(f"{BUILDING}*"):
            shutil.rmtree(path, ignore_errors=True)

    def _replay(self, building: FileIndex) -> None:
        """Bring what changed since the rebuild began into the new index, and end the journal."""
        journal = self.folder / JOURNAL
        latest = _latest_of(journal)
        if latest:
            coming = (fields_of(document) for document in latest.values() if document is not None)
            _commit(building, _standing(building, latest), coming)
        journal.unlink()

    @property
    def _path(self) -> Path:
        return self.folder / self._current.folder


def _commit(
    index: FileIndex,
    leaving: Iterable[int],
    coming: Iterable[dict[str, Any]],
    merge: Callable[[Any, list[Any]], list[Any]] = merge_few,
) -> None:
    writer = index.writer(codec=codec(), limitmb=WRITER_MEMORY_MB)
    try:
        for number in leaving:
            writer.delete_document(number)
        for fields in coming:
            writer.add_document(**written(fields))
        writer.commit(mergetype=merge)
    except BaseException:
        with contextlib.suppress(Exception):
            writer.cancel()
        raise


def _standing(index: FileIndex, keys: Iterable[str]) -> list[int]:
    """The documents of these keys in an index that is not in use yet."""
    contents = index._read_toc()
    segments = [Segment(index.storage, contents.schema, segment) for segment in contents.segments]
    view = View(segments, {s.segment_id(): list(s.deleted_docs()) for s in contents.segments})
    return [number for key in keys for number in view.numbers(key)]


def _fill(index: FileIndex, documents: Iterable[Document], on_progress: Callable[[int], None] | None) -> int:
    count = 0

    def counted() -> Iterator[dict[str, Any]]:
        nonlocal count
        for count, document in enumerate(documents, 1):
            yield fields_of(document)
            if on_progress and count % STEP == 0:
                on_progress(count)

    _commit(index, (), counted())
    if on_progress:
        on_progress(count)
    return count


def _new_index(path: Path) -> FileIndex:
    path.mkdir()
    return FileIndex.create(FileStorage(str(path)), schema(), indexname=NAME)


def _opened(path: Path) -> FileIndex:
    return FileIndex(FileStorage(str(path)), indexname=NAME)


def _found(view: View, query: Query) -> Found:
    place, day = _place(query.after)
    ranking = rank(view, replace(query, today=day) if place else query, place)
    marks = WordMarks(query.read, ranking.stand_ins)
    return Found(
        total=ranking.total,
        holding_every_word=ranking.holding_every_word,
        rows=tuple(_row(view, ranked, marks) for ranked in ranking.page),
        facets=ranking.facets,
        next=None if ranking.next is None else _cursor(ranking.next, day if place else query.today),
        marks=marks,
        knows_after=place is not None or not query.after,
    )


def _row(view: View, ranked: Ranked, marks: WordMarks) -> Row:
    shown = view.shown(ranked.number)
    part = marks.telling(shown.parts)
    return Row(
        key=shown.key,
        kind=shown.kind,
        thread_id=shown.thread_id,
        score=ranked.score,
        holds_every_word=ranked.holds_every_word,
        title=marks.whole(shown.title),
        excerpt=marks.excerpt(part.text),
        file=part.file,
        page=part.page,
        more=ranked.more,
    )


def _cursor(place: Place, day: date | None) -> str:
    """Where a page ends, and the day from which its results were weighed: the next one is weighed from the same."""
    return json.dumps((*place, day and day.toordinal()), separators=(",", ":"))


def _place(cursor: str | None) -> tuple[Place | None, date | None]:
    try:
        rung, score, at, number, day = json.loads(cursor or "null")
        seen_from = None if day is None else date.fromordinal(int(day))
        return (int(rung), float(score), int(at), int(number)), seen_from
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None, None


def _read_current(folder: Path) -> Current | None:
    try:
        return Current(**json.loads((folder / CURRENT).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _write_current(folder: Path, current: Current) -> None:
    fresh = folder / f"{CURRENT}.new"
    fresh.write_text(json.dumps(asdict(current)))
    fresh.replace(folder / CURRENT)


def _append(journal: Path, change: Change) -> None:
    documents = [
        asdict(document) | {"at": document.at and document.at.isoformat()} for document in change.coming
    ]
    with journal.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"leaving": change.leaving, "coming": documents}) + "\n")


def _latest_of(journal: Path) -> dict[str, Document | None]:
    """What each document has become that was put or dropped (None) meanwhile."""
    latest: dict[str, Document | None] = {}
    with journal.open(encoding="utf-8") as lines:
        for change in map(json.loads, lines):
            latest |= dict.fromkeys(change["leaving"])
            latest |= {document.key: document for document in map(_document, change["coming"])}
    return latest


def _document(plain: dict[str, Any]) -> Document:
    lists = {name: tuple(plain[name]) for name in ("names", "keywords")}
    facts = {name: tuple(values) for name, values in plain["facts"].items()}
    at = plain["at"] and datetime.fromisoformat(plain["at"])
    files = tuple(map(tuple, plain["files"]))
    return Document(**(plain | lists | {"facts": facts, "files": files, "at": at}))
