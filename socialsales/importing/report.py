"""What an import did: counts by kind, and a line for each value mended and each row left out."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple, Self, TextIO
from weakref import finalize

from socialsales.importing.messages import Message, Translate
from socialsales.importing.messages import message as _
from socialsales.importing.records import ImportedRow, Kind, LeftOut

SPILL = 1024 * 1024


class Outcome(StrEnum):
    """What became of a row; a row that is mended is also created, updated or unchanged."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    MENDED = "mended"
    LEFT_OUT = "left_out"


KIND_NAMES = {
    Kind.PRODUCT: _("Products"),
    Kind.TEAM: _("Teams"),
    Kind.PERSON: _("People"),
    Kind.ACCOUNT: _("Accounts"),
    Kind.CONTACT: _("Contacts"),
    Kind.DEAL: _("Deals"),
}
OUTCOME_NAMES = {
    Outcome.CREATED: _("Created"),
    Outcome.UPDATED: _("Updated"),
    Outcome.UNCHANGED: _("Unchanged"),
    Outcome.MENDED: _("Mended"),
    Outcome.LEFT_OUT: _("Left out"),
}
COLUMNS = (
    _("What became of it"),
    _("Kind"),
    _("File"),
    _("Line"),
    _("Key"),
    _("Field"),
    _("Found"),
    _("Taken"),
    _("Why"),
)


class ReportLine(NamedTuple):
    """A value mended or a row left out: where it stands, what was found, what was taken instead, and why."""

    outcome: Outcome
    kind: Kind
    file: str
    line: int
    key: str
    field: str
    found: str
    taken: str
    why: Message


class Reason(NamedTuple):
    """Lines that say the same of the same field: how many, and the first of them."""

    rows: int
    example: ReportLine


@dataclass
class Grouped:
    """A reason in the making."""

    example: ReportLine
    count: int = 0


class Report:
    """Counts, notes and lines of one import; beyond a megabyte its lines lie in a temporary file."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[Kind, Outcome]] = Counter()
        self.notes: list[Message] = []
        self._grouped: dict[tuple[Outcome, Kind, str, str], Grouped] = {}
        self._lines = SpooledTemporaryFile(SPILL, mode="w+", encoding="utf-8")  # noqa: SIM115
        finalize(self, self._lines.close)

    def note(self, message: Message) -> None:
        """Keep a sentence about the import as a whole."""
        self.notes.append(message)

    def wrote(self, record: ImportedRow, outcome: Outcome) -> None:
        """Count a record that was created, updated or found unchanged, and keep what was mended in it."""
        self.counts[record.kind, outcome] += 1
        self.counts[record.kind, Outcome.MENDED] += bool(record.mends)
        place = (record.origin.file, record.origin.line, record.external_key)
        for mend in record.mends:
            self._keep(
                ReportLine(Outcome.MENDED, record.kind, *place, mend.field, mend.found, mend.taken, mend.why)
            )

    def left_out(self, row: LeftOut) -> None:
        """Count a row that was not imported, and keep why."""
        self.counts[row.kind, Outcome.LEFT_OUT] += 1
        place = (row.origin.file, row.origin.line, row.external_key)
        self._keep(ReportLine(Outcome.LEFT_OUT, row.kind, *place, row.field, row.found, "", row.why))

    def _keep(self, line: ReportLine) -> None:
        group = (line.outcome, line.kind, line.field, line.why.text)
        self._grouped.setdefault(group, Grouped(line)).count += 1
        self._lines.write(json.dumps([*line[:-1], line.why.text, line.why.values]) + "\n")

    def count(self, kind: Kind, outcome: Outcome) -> int:
        """How many rows of a kind met an outcome."""
        return self.counts[kind, outcome]

    def kinds(self) -> list[Kind]:
        """The kinds that the import met, in the order in which it wrote them."""
        return [kind for kind in Kind if any(self.counts[kind, outcome] for outcome in Outcome)]

    def reasons(self) -> list[Reason]:
        """Why rows were mended or left out, most frequent first within each outcome."""
        found = [Reason(group.count, group.example) for group in self._grouped.values()]
        return sorted(found, key=lambda reason: (reason.example.outcome is Outcome.MENDED, -reason.rows))

    def lines(self) -> Iterator[ReportLine]:
        """Every line, in the order of the import."""
        self._lines.seek(0)
        yield from map(_line, self._lines)
        self._lines.seek(0, 2)

    # Kept for later

    def save(self, path: Path) -> None:
        """Write the whole report to a file, in no language, from which `load` makes it again."""
        head: dict[str, Any] = {
            "counts": [[*which, count] for which, count in self.counts.items()],
            "notes": [[note.text, note.values] for note in self.notes],
        }
        self._lines.seek(0)
        with path.open("w", encoding="utf-8") as file:
            file.writelines(chain([json.dumps(head) + "\n"], self._lines))

    @classmethod
    def load(cls, path: Path) -> Self:
        """The report that `save` wrote."""
        report = cls()
        with path.open(encoding="utf-8") as file:
            head = json.loads(file.readline())
            report.notes = [Message(text, values) for text, values in head["notes"]]
            for line in map(_line, file):
                report._keep(line)
        report.counts.update(
            {(Kind(kind), Outcome(outcome)): count for kind, outcome, count in head["counts"]}
        )
        return report

    # Shown

    def write_csv(self, stream: TextIO, translate: Translate = str, delimiter: str = ",") -> None:
        """Write every line as CSV, safe to open in a spreadsheet: no cell is taken for a formula."""
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow([column.said(translate) for column in COLUMNS])
        for line in self.lines():
            writer.writerow(map(guarded, _cells(line, translate)))

    def told(self, translate: Translate = str, number: Callable[[int], str] = str) -> Iterator[str]:
        """The counts, the notes and the reasons, line by line, the counts in columns."""
        yield from _in_columns(list(self._table(translate, number)))
        yield from (note.said(translate) for note in self.notes)
        yield from (summed_up(reason, translate, number) for reason in self.reasons())

    def _table(self, translate: Translate, number: Callable[[int], str]) -> Iterator[list[str]]:
        yield ["", *(OUTCOME_NAMES[outcome].said(translate) for outcome in Outcome)]
        for kind in self.kinds():
            counts = (number(self.counts[kind, outcome]) for outcome in Outcome)
            yield [KIND_NAMES[kind].said(translate), *counts]


def _in_columns(rows: list[list[str]]) -> Iterator[str]:
    """The rows, their first cells to the left, the others to the right."""
    first, *others = (max(map(len, column)) for column in zip(*rows, strict=True))
    for name, *cells in rows:
        yield "  ".join([name.ljust(first), *map(str.rjust, cells, others)])


def summed_up(reason: Reason, translate: Translate = str, number: Callable[[int], str] = str) -> str:
    """A reason in one line with its first example: "Deals, mended: 1480 × product “GTXPro” → “GTX Pro” …"."""
    line = reason.example
    values = " → ".join(f"“{value}”" for value in (line.found, line.taken) if value)
    what = " ".join(part for part in (line.field, values) if part)
    summary = _(
        "%(kind)s, %(outcome)s: %(count)s × %(what)s (first: %(file)s, line %(line)s). %(why)s",
        kind=KIND_NAMES[line.kind].said(translate),
        outcome=OUTCOME_NAMES[line.outcome].said(translate).lower(),
        count=number(reason.rows),
        what=what or "—",
        file=line.file,
        line=line.line,
        why=line.why.said(translate),
    )
    return summary.said(translate)


def _line(text: str) -> ReportLine:
    outcome, kind, file, line, key, field, found, taken, why, values = json.loads(text)
    return ReportLine(
        Outcome(outcome), Kind(kind), file, line, key, field, found, taken, Message(why, values)
    )


def _cells(line: ReportLine, translate: Translate) -> list[str]:
    outcome, kind = OUTCOME_NAMES[line.outcome], KIND_NAMES[line.kind]
    told = (line.file, str(line.line), line.key, line.field, line.found, line.taken)
    return [outcome.said(translate), kind.said(translate), *told, line.why.said(translate)]


# A spreadsheet runs what begins so, and some trim what stands before it (OWASP, "CSV Injection").
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def guarded(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell
