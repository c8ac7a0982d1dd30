"""Tables out of CSV files as they really come: any usual encoding, delimiter and line ending, row by row."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from socialsales.importing.messages import ImportProblem, Message
from socialsales.importing.messages import message as _

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = ",;\t|"
HEAD = 256 * 1024
SAMPLE = 64 * 1024
CHUNK = 1024 * 1024


class NotATable(ImportProblem):
    """The file is something else than a table, or cannot be read at all."""


class Row(NamedTuple):
    """One row: the line it begins on, its cells by column, and why it cannot be used, if it can't."""

    line: int
    cells: dict[str, str]
    problem: Message | None = None


class Record(NamedTuple):
    """What the file holds between two row ends; `cells` is None where its quotation marks do not match."""

    line: int
    last_line: int
    cells: list[str] | None


@dataclass(frozen=True)
class Table:
    """An opened table; nothing of it is kept in memory but its header."""

    path: Path
    encoding: str
    delimiter: str = ","
    columns: tuple[str, ...] = ()
    doubled: frozenset[str] = frozenset()
    header_line: int = 0
    notes: tuple[Message, ...] = ()

    def rows(self) -> Iterator[Row]:
        """Every row that is not blank, in the file's order; one that does not fit the header says so."""
        for record in self._body():
            yield self._row(record)

    def count(self) -> int:
        """How many rows `rows` will give."""
        return sum(1 for _record in self._body())

    def _body(self) -> Iterator[Record]:
        return (record for record in self.records() if record.line > self.header_line)

    def _row(self, record: Record) -> Row:
        if record.cells is None:
            return Row(record.line, {}, _unmatched_quotes(record))
        cells = _without_blank_tail(record.cells, len(self.columns))
        row = Row(record.line, dict(zip(self.columns, cells, strict=False)))
        return row if len(cells) == len(self.columns) else row._replace(problem=self._ragged(cells))

    def _ragged(self, cells: Sequence[str]) -> Message:
        expected = len(self.columns)
        return _(
            "Cells in this row: %(found)s; in the header: %(expected)s.", found=len(cells), expected=expected
        )

    def records(self) -> Iterator[Record]:
        """Header and rows alike, blank lines left out."""
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            lines = (line.replace("\0", "") for line in file)
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            while (record := _next_record(reader)) is not None:
                if record.cells is None or any(map(str.strip, record.cells)):
                    yield record


def _next_record(reader: Reader) -> Record | None:
    line = reader.line_num + 1
    try:
        cells = next(reader)
    except StopIteration:
        return None
    except csv.Error:
        return Record(line, reader.line_num, None)
    return Record(line, reader.line_num, cells)


def _unmatched_quotes(record: Record) -> Message:
    if record.line == record.last_line:
        return _("The quotation marks of this row do not match.")
    return _(
        "A quotation mark opened on line %(line)s is not closed as it should be; "
        "lines %(line)s to %(last)s were not read.",
        line=record.line,
        last=record.last_line,
    )


def _without_blank_tail(cells: list[str], width: int) -> list[str]:
    return cells if len(cells) <= width or any(map(str.strip, cells[width:])) else cells[:width]


def open_table(path: Path) -> Table:
    """Look at a file's bytes and open it as a table.

    Raises NotATable, with one sentence, when it is empty, cannot be opened, or is not a table.
    """
    head = _head(path)
    _refuse_by_signature(path, head)
    table = _decoded(path)
    sample = _sample(table)
    _refuse_by_text(path, sample)
    hinted = re.match(r"sep=([,;\t|])\r?\n", sample)
    table = replace(table, delimiter=hinted[1] if hinted else likely_delimiter(sample))
    return _with_header(table, skip=1 if hinted else 0)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError as error:
        raise NotATable(
            _("%(file)s cannot be opened: %(why)s.", file=path.name, why=error.strerror or str(error))
        ) from error


def _with_header(table: Table, skip: int) -> Table:
    header = next(islice(table.records(), skip, None), None)
    if header is None:
        raise NotATable(_("%(file)s is empty.", file=table.path.name))
    if header.cells is None:
        raise NotATable(
            _("%(file)s: the quotation marks of its first line do not match.", file=table.path.name)
        )
    columns, notes = _named(header.cells, table.path.name)
    doubled = frozenset(name for name in columns if f"{name} (2)" in columns)
    return replace(
        table, columns=columns, doubled=doubled, header_line=header.last_line, notes=(*table.notes, *notes)
    )


def _named(header: Sequence[str], file: str) -> tuple[tuple[str, ...], list[Message]]:
    names: list[str] = []
    notes: list[Message] = []
    for position, title in enumerate(map(str.strip, header), start=1):
        if not title:
            notes.append(_("%(file)s: column %(number)s has no name.", file=file, number=position))
        elif title in names:
            notes.append(_("%(file)s: two columns are named “%(name)s”.", file=file, name=title))
        names.append(_unused(title or f"column {position}", names))
    return tuple(names), notes


def _unused(name: str, taken: Sequence[str]) -> str:
    candidates = (name if number == 1 else f"{name} ({number})" for number in range(1, len(taken) + 2))
    return next(candidate for candidate in candidates if candidate not in taken)


# Encoding, decided on all the bytes

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NOT_IN_CP1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")


@dataclass
class Bytes:
    """What was counted in a file's bytes read as UTF-8: letters beyond ASCII, places that are not UTF-8."""

    nul: int = 0
    foreign: int = 0
    broken: int = 0
    undefined: int = 0

    def add(self, chunk: bytes, text: str) -> None:
        self.nul += chunk.count(0)
        self.foreign += len(text) - len(text.encode("ascii", "ignore"))
        self.broken += max(0, text.count("\ufffd") - chunk.count(b"\xef\xbf\xbd"))
        self.undefined += sum(map(chunk.count, NOT_IN_CP1252))

    @property
    def is_utf8(self) -> bool:
        """Whether UTF-8 explains the bytes; its sequences hardly ever occur by chance in another encoding."""
        return self.broken == 0 or self.foreign - self.broken > self.broken


def _decoded(path: Path) -> Table:
    with path.open("rb") as file:
        start = file.read(4)
        marked = next((name for mark, name in BYTE_ORDER_MARKS if start.startswith(mark)), None)
        if marked and marked != "utf-8-sig":
            return Table(path, marked)
        file.seek(0)
        return _table_of(path, marked, _counted(file))


def _counted(file: BinaryIO) -> Bytes:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    counted = Bytes()
    while chunk := file.read(CHUNK):
        counted.add(chunk, decoder.decode(chunk))
    counted.add(b"", decoder.decode(b"", final=True))
    return counted


def _table_of(path: Path, marked: str | None, counted: Bytes) -> Table:
    encoding = (marked or "utf-8") if counted.is_utf8 else "cp1252"
    return Table(path, encoding, notes=tuple(_byte_notes(path.name, encoding, counted)))


def _byte_notes(file: str, encoding: str, counted: Bytes) -> Iterator[Message]:
    if encoding == "cp1252":
        yield _("%(file)s is not UTF-8; it was read as Windows-1252 (Western European).", file=file)
    if lost := counted.undefined if encoding == "cp1252" else counted.broken:
        yield _(
            "%(file)s: characters that cannot be read, replaced by “�”: %(count)s.", file=file, count=lost
        )
    if counted.nul:
        yield _("%(file)s: NUL bytes removed: %(count)s.", file=file, count=counted.nul)


# Delimiter, by the evidence of many rows


def likely_delimiter(sample: str) -> str:
    """The delimiter that makes rows most alike and cells most like single values; a comma if none does."""
    scores = {delimiter: _likelihood(sample, delimiter) for delimiter in DELIMITERS}
    return max(scores, key=lambda delimiter: scores[delimiter])


NUMBER_WITH_COMMA = r"[-+(]?[€$£]?\s?\d[\d .\u00a0\u202f]*,\d+\)?(?:\s?[€$£%])?"
SINGLE_VALUE = re.compile(rf"{NUMBER_WITH_COMMA}|(?!\s)(?:[^,;\t|]|,\s)*")


def _likelihood(sample: str, delimiter: str) -> tuple[float, int]:
    rows = [row for row in islice(_lenient(sample, delimiter), 500) if any(row)]
    width = len(rows[0]) if rows else 0
    if width < 2:
        return (0.0, 0)
    alike = sum(len(row) == width for row in rows) / len(rows)
    cells = [cell for row in rows for cell in row]
    single = sum(SINGLE_VALUE.fullmatch(cell) is not None for cell in cells) / len(cells)
    return (round(alike * single, 3), width)


def _lenient(sample: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(sample.splitlines(keepends=True), delimiter=delimiter)
    except csv.Error:
        return


def _sample(table: Table) -> str:
    with table.path.open(encoding=table.encoding, errors="replace", newline="") as file:
        text = file.read(SAMPLE)
    return text if len(text) < SAMPLE else text[: text.rfind("\n") + 1] or text


# What is not a table

SIGNATURES = (
    (b"%PDF", _("%(file)s is a PDF document; export the data as CSV instead.")),
    (b"\xd0\xcf\x11\xe0", _("%(file)s is an old Excel workbook; save it as CSV first.")),
    (b"\x89PNG", _("%(file)s is a picture, not a table.")),
    (b"\xff\xd8\xff", _("%(file)s is a picture, not a table.")),
    (b"GIF8", _("%(file)s is a picture, not a table.")),
    (b"RIFF", _("%(file)s is a picture, a sound or a film, not a table.")),
    (b"\x1f\x8b", _("%(file)s is a compressed file; unpack it first.")),
    (b"7z\xbc\xaf", _("%(file)s is a compressed file; unpack it first.")),
    (b"SQLite format 3", _("%(file)s is a database; export its tables as CSV first.")),
    (b"PAR1", _("%(file)s is a Parquet file; save it as CSV first.")),
)
PACKED = (
    (b"xl/", _("%(file)s is an Excel workbook; save it as CSV first.")),
    (b"opendocument.spreadsheet", _("%(file)s is an OpenDocument workbook; save it as CSV first.")),
    (b"word/", _("%(file)s is a Word document; save its table as CSV first.")),
    (b"", _("%(file)s is a compressed file; unpack it first.")),
)
OTHER_TEXTS = (
    (r"<(!doctype html|html|head|body|table|meta)\b", _("%(file)s is a web page; save it as CSV first.")),
    (r"<(\?xml|!--|[a-z]+[ >])", _("%(file)s is an XML file; export the data as CSV instead.")),
    (r"[\[{]\s*([\"{\[\]}]|-?\d)", _("%(file)s is a JSON file; export the data as CSV instead.")),
    (r"\{\\rtf", _("%(file)s is a text document; save its table as CSV first.")),
    (r"BEGIN:V(CARD|CALENDAR)", _("%(file)s is an address book or a calendar; export it as CSV instead.")),
)
CONTROLS = re.compile(r"[\x01-\x08\x0e-\x19\x1b-\x1f\x7f]")


def _refuse_by_signature(path: Path, head: bytes) -> None:
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xfe\xff"):
        raise NotATable(_("%(file)s is empty.", file=path.name))
    kinds = PACKED if head.startswith(b"PK\x03\x04") else ()
    for sentence in [what for part, what in kinds if part in head] or _signed(head):
        raise NotATable(_(sentence.text, file=path.name))


def _signed(head: bytes) -> list[Message]:
    return [what for start, what in SIGNATURES if head.startswith(start)]


def _refuse_by_text(path: Path, sample: str) -> None:
    start = sample.lstrip("\ufeff \t\r\n")
    for pattern, sentence in OTHER_TEXTS:
        if re.match(pattern, start, re.IGNORECASE):
            raise NotATable(_(sentence.text, file=path.name))
    if _is_binary(sample):
        raise NotATable(_("%(file)s is not text, so it cannot be a table.", file=path.name))


def _is_binary(sample: str) -> bool:
    strange = len(CONTROLS.findall(sample))
    return strange > max(3, len(sample) // 50) or sample.count("\0") > len(sample) * 0.3
