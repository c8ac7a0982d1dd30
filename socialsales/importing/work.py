"""Carrying an import out, from its files to its report: at the command line, or beside the pages in a thread."""

from __future__ import annotations

import fcntl
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path

import structlog
from flask import Flask
from werkzeug.datastructures import FileStorage

from socialsales.community.people import Person
from socialsales.core.db import db, reading
from socialsales.importing import actions, queries
from socialsales.importing.kinds.deals import stages_assumed
from socialsales.importing.mapping import Mapping, find_mapping, open_sources
from socialsales.importing.messages import ImportProblem
from socialsales.importing.messages import message as _
from socialsales.importing.models import Import
from socialsales.importing.reading import Export, open_export
from socialsales.importing.receiving import forget, receive
from socialsales.importing.records import ImportedRow, Kind, LeftOut, PersonRow
from socialsales.importing.report import Report
from socialsales.importing.run import Run
from socialsales.importing.steps import steps
from socialsales.settings import Settings

log = structlog.get_logger(__name__)

HANDFUL = 500
REPORT = "report.jsonl"
FILES = "files"
READ_AT_ONCE = 5_000_000
"""Bytes of files that are read through before an upload is answered."""
LINKED_LATER = (Kind.TEAM, Kind.ACCOUNT)
INTERRUPTED = _(
    "It stopped through a fault of ours; the server's log says more. What came in stays; it can go on."
)
Progress = Callable[[int, int], None]
Options = dict[str, str | None]


def imports_folder(settings: Settings) -> Path:
    """Where imports keep their files and reports."""
    return settings.data.absolute() / "imports"


def new_folder(settings: Settings) -> Path:
    """A folder for one more import."""
    folder = imports_folder(settings) / secrets.token_hex(8)
    folder.mkdir(parents=True)
    return folder


def declared(mapping: Mapping, settings: Settings, options: Options) -> Mapping:
    """The mapping with what was declared for this import; people without an address get one at the site's domain."""
    domain = options.get("email_domain") or mapping.email_domain or settings.mail_domain
    return mapping.declaring(**{**options, "email_domain": domain})


# One import


@dataclass
class Work:
    """One pass over an export."""

    run: Run
    export: Export
    report: Report = field(default_factory=Report)
    on_progress: Progress = lambda done, total: None

    def carry_out(self) -> Report:
        """Every row, a handful at a time; each handful is kept or nothing of it."""
        for note in self.export.notes:
            self.report.note(note)
        for kind, records in groupby(self.export.records(), key=lambda record: record.kind):
            self._kind(kind, records)
        self._note_stages()
        return self.report

    def _kind(self, kind: Kind, records: Iterator[ImportedRow | LeftOut]) -> None:
        if kind is Kind.PERSON:
            records = iter(self._with_managers(list(records)))
        again: list[ImportedRow] = []
        while handful := list(islice(records, HANDFUL)):
            rows = [record for record in handful if isinstance(record, ImportedRow)]
            for left in handful:
                if isinstance(left, LeftOut):
                    self.report.left_out(left)
            again += self._write(rows, later=kind in LINKED_LATER)
        for start in range(0, len(again), HANDFUL):
            self._write(again[start : start + HANDFUL], later=False)

    def _with_managers(self, records: list[ImportedRow | LeftOut]) -> list[ImportedRow | LeftOut]:
        people = [record for record in records if isinstance(record, PersonRow)]
        self.run.managers = {person.manager_key for person in people if person.manager_key}
        return records

    def _write(self, rows: list[ImportedRow], *, later: bool) -> list[ImportedRow]:
        """Write a handful; the rows that name something which comes later, to be looked at again."""
        results = self._results(rows) if rows else []
        again = []
        for row, result in zip(rows, results, strict=True):
            if isinstance(result, LeftOut):
                self.report.left_out(result)
            elif later and result.pending:
                again.append(row)
            else:
                self.report.wrote(result.row, result.outcome)
        self.on_progress(self.export.position, self.export.total)
        return again

    def _results(self, rows: list[ImportedRow]) -> list[actions.Result]:
        if self.run.only_tries:
            with reading():
                return actions.try_rows(self.run, rows)
        results = actions.write_rows(self.run, rows)
        db.session.expunge_all()
        return results

    def _note_stages(self) -> None:
        if Kind.DEAL in self.report.kinds():
            won, lost = stages_assumed(self.run)
            self.report.note(_("An export does not say where a deal stood when it ended: those won stand at “%(won)s”, "
                               "those lost at “%(lost)s”.", won=won, lost=lost))  # fmt: skip


def try_import(settings: Settings, export: Export, on_progress: Progress) -> Report:
    """What an import would do; nothing is written."""
    with reading():
        run = Run(
            None,
            export.mapping.crm_name,
            export.mapping,
            None,
            settings.currency,
            queries.company_id(),
            steps(),
        )
    return Work(run, export, on_progress=on_progress).carry_out()


def bring_in(settings: Settings, export: Export, on_progress: Progress) -> Report:
    """Bring an export in from the command line; one of the same files that stopped on its way goes on."""
    with alone(settings):
        started = _stopped(settings, export) or _new(settings, export)
        hold = Hold(imports_folder(settings) / started.folder)
        hold.take(wait=True)
        try:
            return carry_out(settings, started, export, on_progress)
        finally:
            hold.release()


def _stopped(settings: Settings, export: Export) -> Import | None:
    with reading():
        stopped = queries.unfinished(export.mapping.crm_name, _files(export))
    return next((one for one in stopped if not is_worked_on(settings, one.folder)), None)


def _new(settings: Settings, export: Export) -> Import:
    begun = _begun(export.mapping, new_folder(settings), _files(export), {}, export.total)
    return actions.begin_import(None, begun)


def _files(export: Export) -> list[str]:
    return sorted({ready.table.path.name for ready in export.sources})


def carry_out(settings: Settings, started: Import, export: Export, on_progress: Progress) -> Report:
    """Bring an export in. Whoever calls holds the import, see `held`."""
    company = actions.prepare()
    with reading():
        run = Run(
            started.id,
            started.source,
            export.mapping,
            started.started_by_id,
            settings.currency,
            company,
            steps(),
        )
    report = Report()
    keeper = Keeper(started.id, report, on_progress)
    Work(run, export, report, keeper.note).carry_out()
    report.save(imports_folder(settings) / started.folder / REPORT)
    actions.end_import(started.id, export.total, report)
    return report


@dataclass
class Keeper:
    """Writes down once a second how far an import is."""

    id: int
    report: Report
    tell: Progress
    told_at: float = 0.0

    def note(self, done: int, total: int) -> None:
        """So many rows of so many."""
        self.tell(done, total)
        if time.monotonic() - self.told_at >= 1:
            self.told_at = time.monotonic()
            actions.note_progress(self.id, done, total, self.report)


# One at a time, and never by two


class Hold:
    """Who works on an import holds its lock, which the system lets go when the process dies."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = (folder / "lock").open("a")

    def take(self, *, wait: bool = False) -> bool:
        """Whether nobody else has it."""
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            self.release()
            return False
        return True

    def release(self) -> None:
        """Let others have it."""
        self.file.close()


def is_worked_on(settings: Settings, folder: str) -> bool:
    """Whether any process works on this import, or waits to."""
    path = imports_folder(settings) / folder / "lock"
    if not path.exists():
        return False
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Wait until no other import is carried out, and keep others waiting."""
    turn = Hold(imports_folder(settings))
    turn.take(wait=True)
    try:
        yield
    finally:
        turn.release()


# Beside the pages


def take_in(settings: Settings, starter: Person, sent: Iterable[FileStorage], options: Options) -> Import:
    """Lay the files that were sent into a folder, see that they can be read, and begin their import.

    Raises ImportProblem, and keeps nothing, where they cannot.
    """
    folder = new_folder(settings)
    try:
        (folder / FILES).mkdir()
        files = receive(sent, folder / FILES)
        mapping = declared(find_mapping(folder / FILES), settings, options)
        total = _look_at(folder / FILES, mapping)
        return actions.begin_import(starter, _begun(mapping, folder, files, options, total))
    except BaseException:
        forget(folder)
        raise


def _look_at(folder: Path, mapping: Mapping) -> int:
    """How many rows there are; 0 where there are so many that finding it out, and what is wrong with them, is for later."""
    if sum(path.stat().st_size for path in folder.iterdir()) <= READ_AT_ONCE:
        return open_export(folder, mapping).total
    open_sources(mapping, folder)
    return 0


def _begun(mapping: Mapping, folder: Path, files: list[str], options: Options, total: int) -> Import:
    return Import(title=mapping.title[:200], source=mapping.crm_name, folder=folder.name, files=files, options=options,
                  total=total)  # fmt: skip


def can_go_on(settings: Settings, stopped: Import) -> bool:
    """Whether its files are still here; those of an import from the command line never were."""
    return (imports_folder(settings) / stopped.folder / FILES).is_dir()


def start(app: Flask, started: Import) -> threading.Thread | None:
    """Carry an import out in a thread of this process; None where somebody is at it already."""
    settings: Settings = app.extensions["settings"]
    hold = Hold(imports_folder(settings) / started.folder)
    if not hold.take():
        return None
    thread = threading.Thread(
        target=_work, args=(app, started.id, hold), name=f"import {started.id}", daemon=True
    )
    thread.start()
    return thread


def _work(app: Flask, id: int, hold: Hold) -> None:
    settings: Settings = app.extensions["settings"]
    with app.app_context():
        try:
            with alone(settings):
                _go_on(settings, id)
        except ImportProblem as problem:
            actions.fail_import(id, problem)
        except Exception as error:
            log.exception("import stopped", id=id, error=repr(error))
            actions.interrupt_import(id, INTERRUPTED)
        finally:
            hold.release()


def _go_on(settings: Settings, id: int) -> None:
    with reading():
        started = queries.get_import(id)
    if not started.is_over:
        folder = imports_folder(settings) / started.folder / FILES
        mapping = declared(find_mapping(folder), settings, started.options)
        carry_out(settings, started, open_export(folder, mapping), lambda done, total: None)
