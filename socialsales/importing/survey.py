"""A first pass over an export's files: how many rows, and how each column writes its dates and numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from socialsales.community.people import Role
from socialsales.core.lines import one_line
from socialsales.importing.addresses import BRACED, read_address
from socialsales.importing.mapping import (
    Field,
    Mapping,
    OpenedSource,
    Source,
    field_types,
    required_fields,
)
from socialsales.importing.messages import Message
from socialsales.importing.messages import message as _
from socialsales.importing.records import Address, CurrencyCode, Share
from socialsales.importing.tables import Row, Table
from socialsales.importing.values import (
    LARGEST,
    LONGEST_VALUE,
    DecimalMark,
    Evidence,
    Unsettled,
    possible_dates,
    possible_decimals,
    possible_integers,
    possible_percentages,
    read_date,
    read_decimal,
    read_integer,
    read_percentage,
)

Cells = Map[str, str]
Take = Callable[[str], object | None]


@dataclass(frozen=True)
class ValueType:
    """How one type of value is read: with a declared option, or by what its whole column can mean."""

    option: str
    possible: Callable[[str], Map[str, object]]
    read: Callable[[str, str], object | None]
    unread: Message
    settled: Message


def _with_mark(read: Callable[[str, DecimalMark], object | None], text: str, mark: str) -> object | None:
    return read(text, DecimalMark(mark))


MARK = _(
    "%(where)s: numbers were read with “%(form)s” before the decimals, "
    "the only way that fits its values (%(count)s)."
)
DAY = _("%(where)s: dates were read as %(form)s, the only format that fits its values (%(count)s).")
WRITTEN_TYPES = {
    Decimal: ValueType(
        "decimal_mark",
        possible_decimals,
        partial(_with_mark, read_decimal),
        _("This is not an amount; it was left empty."),
        MARK,
    ),
    int: ValueType(
        "decimal_mark",
        possible_integers,
        partial(_with_mark, read_integer),
        _("This is not a whole number; it was left empty."),
        MARK,
    ),
    Share: ValueType(
        "decimal_mark",
        possible_percentages,
        partial(_with_mark, read_percentage),
        _("This is not a percentage with its sign; it was left empty."),
        MARK,
    ),
    date: ValueType(
        "date_format",
        possible_dates,
        read_date,
        _("This is not a date written as the others; it was left empty."),
        DAY,
    ),
}


def _currency(text: str) -> str | None:
    code = text.upper()
    return code if len(code) == 3 and code.isascii() and code.isalpha() else None


def _role(text: str) -> Role | None:
    return next((role for role in Role if role == text.casefold().replace(" ", "_")), None)


PLAIN_TYPES: dict[Any, tuple[Take, Message]] = {
    str: (str, _("This cannot be read; it was left empty.")),
    Address: (read_address, _("This is not an e-mail address; it was left empty.")),
    CurrencyCode: (_currency, _("This is not a currency of three letters; it was left empty.")),
    Role: (_role, _("This is not one of our roles; the person became a rep.")),
}


@dataclass(frozen=True)
class FieldReader:
    """One field of one source, ready to be read from a row's cells."""

    name: str
    field: Field
    take: Take
    unread: Message
    is_money: bool
    blank: frozenset[str]

    @property
    def label(self) -> str:
        """What a reader of the report looks for in the file: the column, else our field's name."""
        return self.field.column or self.name

    def text(self, cells: Cells) -> str:
        """The field's text in a row, empty where the file has nothing or says so in its own way."""
        return _text(self.field, cells, self.blank)


def _text(field: Field, cells: Cells, blank: frozenset[str]) -> str:
    if field.column is not None:
        raw = cells.get(field.column, "")
    elif field.constant is not None:
        raw = field.constant
    else:
        raw = _filled(field.patterns, cells)
    text = one_line(" ".join(raw.split()))
    return "" if text in blank else text


def _filled(patterns: Iterable[str], cells: Cells) -> str:
    """The first pattern of which every column holds something."""
    for pattern in patterns:
        if all(cells.get(name, "").strip() for name in BRACED.findall(pattern)):
            return BRACED.sub(lambda name: cells[name[1]].strip(), pattern)
    return ""


@dataclass(frozen=True)
class ReadySource:
    """A source with its table and a reader for each field that the table feeds."""

    source: Source
    table: Table
    readers: tuple[FieldReader, ...]
    required: frozenset[str]

    def feeds(self, name: str) -> bool:
        """Whether the table has what a field comes from."""
        return any(reader.name == name for reader in self.readers)

    def label(self, name: str) -> str:
        """The column that feeds a field, or the field's own name."""
        return next((reader.label for reader in self.readers if reader.name == name), name)


def is_fed(opened: OpenedSource, name: str) -> bool:
    """Whether the table has every column that a field of the source comes from."""
    field = opened.source.fields.get(name)
    return field is not None and field.columns <= set(opened.table.columns)


class Watch(NamedTuple):
    """A column to look at, and what is known of it so far."""

    field: Field
    blank: frozenset[str]
    evidence: Evidence


class Survey:
    """A first pass over the files: it counts rows and finds how each column writes its dates and numbers."""

    def __init__(self, mapping: Mapping, opened: Sequence[OpenedSource]) -> None:
        self.mapping = mapping
        self.opened = opened
        self.notes: list[Message] = []
        self.problems: list[Message] = []
        self.evidence: dict[tuple[Path, Field, Any], Evidence] = {}
        self.by_table: dict[Path, list[OpenedSource]] = defaultdict(list)
        for each in opened:
            self.by_table[each.table.path].append(each)

    def take(self) -> int:
        """Look at every row once; gives the number of rows that reading will pass."""
        return sum(map(self._look_at, self.by_table.values()))

    def _look_at(self, sources: list[OpenedSource]) -> int:
        watched = [watch for each in sources for watch in self._watched(each)]
        if not watched:
            return sources[0].table.count() * len(sources)
        return sum(_weigh(row, watched) for row in sources[0].table.rows()) * len(sources)

    def _watched(self, opened: OpenedSource) -> Iterator[Watch]:
        types = field_types(opened.source.kind)
        for name, field in opened.source.fields.items():
            written = WRITTEN_TYPES.get(types[name])
            if written and is_fed(opened, name) and not self._declared(field, written):
                evidence = Evidence(written.possible)
                self.evidence[opened.table.path, field, types[name]] = evidence
                yield Watch(field, self._blank(field), evidence)

    def _declared(self, field: Field, written: ValueType) -> str | None:
        if field.constant is not None:
            return "." if written.option == "decimal_mark" else "YYYY-MM-DD"
        declared: str | None = getattr(field, written.option) or getattr(self.mapping, written.option)
        return declared

    def _blank(self, field: Field) -> frozenset[str]:
        return frozenset((*self.mapping.blank, *field.blank))

    def ready(self) -> tuple[ReadySource, ...]:
        """The sources with their readers. Raises Unsettled for the columns that can be read in two ways."""
        ready = tuple(map(self._ready, self.opened))
        if self.problems:
            raise Unsettled(*self.problems)
        return ready

    def _ready(self, opened: OpenedSource) -> ReadySource:
        types = field_types(opened.source.kind)
        fed = [name for name in opened.source.fields if is_fed(opened, name)]
        readers = tuple(self._reader(opened, name, types[name]) for name in fed)
        return ReadySource(opened.source, opened.table, readers, required_fields(opened.source.kind))

    def _reader(self, opened: OpenedSource, name: str, type_: Any) -> FieldReader:
        field = opened.source.fields[name]
        take, unread = self._how(opened, field, type_)
        return FieldReader(name, field, take, unread, type_ is Decimal, self._blank(field))

    def _how(self, opened: OpenedSource, field: Field, type_: Any) -> tuple[Take, Message]:
        written = WRITTEN_TYPES.get(type_)
        if written is None:
            return PLAIN_TYPES[type_]
        form = self._declared(field, written) or self._settled(opened, field, type_)
        if form is None:
            return _nothing, written.unread
        return partial(_scaled, written.read, form, field.times), written.unread

    def _settled(self, opened: OpenedSource, field: Field, type_: Any) -> str | None:
        written, evidence = WRITTEN_TYPES[type_], self.evidence[opened.table.path, field, type_]
        where = f"{opened.table.path.name}, {field.column or ', '.join(field.columns)}"
        try:
            form = evidence.decide(where, written.option)
        except Unsettled as doubt:
            self.problems.extend(doubt.messages)
            return None
        if form is not None and evidence.is_telling:
            self.notes.append(_(written.settled.text, where=where, form=form, count=evidence.count))
        return form


def _weigh(row: Row, watched: Iterable[Watch]) -> int:
    """One row seen."""
    for watch in watched:
        text = _text(watch.field, row.cells, watch.blank)
        if 0 < len(text) <= LONGEST_VALUE:
            watch.evidence.see(text, row.line)
    return 1


def _nothing(_text: str) -> None:
    return None


def _scaled(read: Callable[[str, str], Any], form: str, times: Decimal, text: str) -> Any:
    value = read(text, form) if len(text) <= LONGEST_VALUE else None
    if times == 1 or not isinstance(value, Decimal):
        return value
    return value * times if abs(value * times) < LARGEST else None
