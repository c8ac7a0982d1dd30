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
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex, IndexError as UnreadableIndex

from socialsales.search import analysis, memory
from socialsales.search.backend import AlreadyRebuilding, Document, Found, Query, Row
from socialsales.search.excerpts import WordMarks
from socialsales.search.merging import merge_alike
from socialsales.search.query import Understood, understood
from socialsales.search.ranking import Place, Ranked, rank
from socialsales.search.segments import SCHEMA_VERSION, Segment, codec, fields_of, schema
from socialsales.search.view import View

VERSION = f"{SCHEMA_VERSION}.{analysis.ANALYSIS}"
BATCH = 1_000
"""Documents put in one commit, at most."""
STEP = 200
"""Documents between two reports of progress."""
WRITER_MEMORY_MB = 32

DAMAGE = (OSError, EOFError, UnreadableIndex, pickle.UnpicklingError, struct.error, zlib.error, ValueError, KeyError)
"""What reading a destroyed index raises."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Current:
    """Which index is in use."""

    folder: str
    version: str
    is_complete: bool


class WhooshIndex:
    """A search index in a folder. It opens whatever it finds there: what it cannot read, it starts anew."""

    def __init__(self, folder: Path) -> None:
        memory.keep_segments_on_disk()
        self.folder = folder
        self._lock = threading.RLock()
        self._rebuilding = threading.Lock()
        self._segments: dict[str, Segment] = {}
        self._seen: tuple[int, ...] = ()
        folder.mkdir(parents=True, exist_ok=True)
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
        return sum(file.stat().st_size for file in self._path().iterdir() if file.is_file())

    def put(self, documents: Iterable[Document]) -> None:
        """Add documents, each replacing the one of the same key; they are found from now on."""
        coming = iter(documents)
        while batch := {document.key: document for document in islice(coming, BATCH)}:
            with self._writing():
                self._note({"put": [_plain(document) for document in batch.values()]})
                self._mended(lambda batch=batch: self._write(batch, batch.values()))

    def drop(self, keys: Iterable[str]) -> None:
        """Forget the documents of these keys; unknown keys are ignored."""
        leaving = list(dict.fromkeys(keys))
        with self._writing():
            self._note({"drop": leaving})
            self._mended(lambda: self._write(leaving, ()))

    def find(self, query: Query) -> Found:
        """The best matches within the searcher's spaces; whatever was typed gives an answer."""
        reading = understood(query.text, query.locale)
        marks = WordMarks(reading)
        if not query.spaces or not (_asks(reading) or _narrows(query)):
            return Found(total=0, holding_every_word=0, rows=(), marks=marks)
        try:
            return self._found(self._latest(), query, reading, marks)
        except DAMAGE:
            log.exception("search.index_damaged", folder=str(self._path()))
            self._mark_incomplete()
            return Found(total=0, holding_every_word=0, rows=(), marks=marks)

    def rebuild(self, documents: Iterable[Document], on_progress: Callable[[int], None] | None = None) -> int:
        """Build a new index beside this one and take it into use; searching goes on meanwhile.

        What is put or dropped meanwhile is in the new one too. Calls `on_progress` with the number of
        documents done. Returns that number. Raises AlreadyRebuilding where one is under way.
        """
        with self._alone():
            name = self._new_folder()
            try:
                count = self._fill(name, documents, on_progress)
                self._swap(name)
            except BaseException:
                self._abandon(name)
                raise
            return count

    def close(self) -> None:
        """Let go of the files; the index must not be used afterwards."""
        with self._lock:
            self._segments.clear()
            self._view = View((), {})

    # Reading

    def _found(self, view: View, query: Query, reading: Understood, marks: WordMarks) -> Found:
        ranking = rank(view, query, reading, _place(query.after))
        return Found(
            total=ranking.total,
            holding_every_word=ranking.holding_every_word,
            rows=tuple(_row(view, ranked, marks) for ranked in ranking.page),
            facets=ranking.facets,
            next=None if ranking.next is None else _cursor(ranking.next),
            marks=marks,
        )

    def _latest(self) -> View:
        """The view, read again if another process has written since."""
        if self._seen != self._stamp() and self._lock.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._lock.release()
        return self._view

    def _stamp(self) -> tuple[int, ...]:
        with contextlib.suppress(FileNotFoundError):
            return (os.stat(self.folder / "current").st_mtime_ns, os.stat(self._path()).st_mtime_ns)
        return ()

    def _refresh(self) -> None:
        stamp = self._stamp()
        self._current = _read_current(self.folder) or self._current
        self._index = FileIndex(FileStorage(str(self._path())), indexname="MAIN")
        contents = self._index._read_toc()
        kept = [self._segments.get(s.segment_id()) or self._opened(contents.schema, s) for s in contents.segments]
        dropped = {s.segment_id(): list(s.deleted_docs()) for s in contents.segments}
        self._segments = {segment.name: segment for segment in kept}
        self._view = View(kept, dropped)
        self._seen = stamp

    def _opened(self, fields: Any, segment: Any) -> Segment:
        return Segment(self._index.storage, fields, segment)

    # Writing

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Alone among all threads and processes that write here."""
        with self._lock, open(self.folder / "lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _mended(self, write: Callable[[], None]) -> None:
        """Write; where the index proves destroyed, start a new one and write to that."""
        try:
            write()
        except DAMAGE:
            log.exception("search.index_damaged", folder=str(self._path()))
            self._start_anew()
            write()

    def _write(self, leaving: Iterable[str], coming: Iterable[Document]) -> None:
        self._refresh()
        _commit(self._index, self._numbers(leaving), coming)
        self._refresh()

    def _numbers(self, keys: Iterable[str]) -> Iterator[int]:
        return (number for key in keys for number in self._view.numbers(key))

    # Opening

    def _open(self) -> None:
        current = _read_current(self.folder)
        if current is None or current.version != VERSION:
            self._start_anew()
            return
        self._current = current
        try:
            self._refresh()
        except DAMAGE:
            log.exception("search.index_unreadable", folder=str(self._path()))
            self._start_anew()

    def _start_anew(self) -> None:
        name = self._new_folder()
        self._use(Current(name, VERSION, is_complete=False))
        self._refresh()

    def _new_folder(self) -> str:
        name = f"index-{uuid4().hex[:12]}"
        path = self.folder / name
        path.mkdir()
        FileIndex.create(FileStorage(str(path)), schema(), indexname="MAIN")
        return name

    def _use(self, current: Current) -> None:
        self._current = current
        self._segments = {}
        _write_current(self.folder, current)
        self._sweep(keeping=current.folder)

    def _mark_incomplete(self) -> None:
        with self._writing():
            self._current = Current(self._current.folder, self._current.version, is_complete=False)
            _write_current(self.folder, self._current)

    def _sweep(self, keeping: str) -> None:
        for path in self.folder.glob("index-*"):
            if path.name != keeping:
                shutil.rmtree(path, ignore_errors=True)

    def _path(self) -> Path:
        return self.folder / self._current.folder
